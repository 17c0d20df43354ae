"""What each page shows: the contract between the handlers, which fill these, and the templates, which print them.

A view holds values, never markup: codes, figures, times, and sentences already in the reader's language
where it says "said". Wording of figures is the templates' (filters of marketplace/wording.py), addresses are
the templates' too (`links`). Fields that a reader may not see are None, never blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field

from domain.listings import PriceTerms, Side
from domain.quantities import Quantity
from marketplace.language import Language

if TYPE_CHECKING:
    from web.exchange_views import Asking, Interests, Left, Line
    from web.form_views import Dropped, PickupField, Proposal
    from web.listing_views import Again, Begun, Change, DraftLine, Photo
    from web.pooling_views import Beside, PoolCard
    from web.purchase_views import Card as PurchaseCard
    from web.search_views import SavedSearch

Kind = Literal["offer", "request", "service", "purchase"]
"""What a card announces: a shared service or a group purchase is named as such, whichever its side."""
Status = Literal["pending", "approved", "rejected", "withdrawn", "expired", "fulfilled"]
Current = Literal[
    "zone", "listings", "purchases", "new", "me", "exchanges", "funnel", "account", "moderation", "phone", ""
]


class View(Struct, frozen=True, kw_only=True):
    """Anything a template prints."""


class Choice(View, frozen=True, kw_only=True):
    """One value among several, `label` said."""

    value: str
    label: str
    hint: str = ""


# The frame of every page.


class Zone(View, frozen=True, kw_only=True):
    """A zone as pages name it."""

    slug: str
    name: str
    place: str = ""


class Viewer(View, frozen=True, kw_only=True):
    """Who is signed in: a person, or a company's `shared` phone.

    `moderates` and `facilitates` are about the frame's zone; `owed` counts the steps their companies owe now.
    """

    name: str
    mail: str
    shared: bool = False
    company: str | None = None
    moderates: bool = False
    facilitates: bool = False
    new_matches: int = 0
    to_moderate: int = 0
    owed: int = 0


class Flash(View, frozen=True, kw_only=True):
    """What just happened, `sentence` said; shown once."""

    sentence: str
    tone: Literal["done", "note", "problem"] = "done"


class Frame(View, frozen=True, kw_only=True):
    """What the base layout needs, whatever the page. `path` is the page's own, with its query.

    `csrf` is the session's token, or the signed token of a form without a session; `stale_since` is when the
    page's slowest read model stopped, if it did.
    """

    language: Language
    now: datetime
    path: str = "/"
    csrf: str = ""
    site: str = "Gisement"
    contact_mail: str = ""
    timezone: str = "Europe/Paris"
    current: Current = ""
    zone: Zone | None = None
    zones: tuple[Zone, ...] = ()
    viewer: Viewer | None = None
    flashes: tuple[Flash, ...] = ()
    stale_since: datetime | None = None
    demo: bool = False

    @property
    def may_publish(self) -> bool:
        """Whether posting is worth proposing: to visitors, who will sign in, and to who acts for a company."""
        return self.viewer is None or self.viewer.company is not None or self.viewer.facilitates


# Forms.


class Form(View, frozen=True, kw_only=True):
    """A form as it was last filled: what was typed is kept, each error is beside its field, said.

    `command_id` is new each time the form is rendered and makes sending it twice harmless. Errors are in the
    order of the form; the key "" is about the form as a whole. `seen_version` goes back with the answers.
    """

    command_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    seen_version: int | None = None

    def value(self, name: str) -> str:
        """What was typed, or nothing."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with it, or nothing."""
        return self.errors.get(name, "")


# Cards.


class Price(View, frozen=True, kw_only=True):
    """On what terms. `cents` is per `unit` (a Rec 20 code), VAT excluded; None when nothing is said."""

    terms: PriceTerms
    cents: int | None = None
    currency: str = "EUR"
    unit: str | None = None


class ListingCard(View, frozen=True, kw_only=True):
    """A listing in a list. `company` and `place` are None for who may not know; `metres` from the viewer's site.

    `left` says what nobody was promised yet, where that is less than the whole `quantity`.
    `matches` counts those the viewer may see; `category` and `family` are said, `category_code` names the icon.
    `zone` is the name of the zone where a list is of several.
    """

    id: str
    kind: Kind
    side: Side
    title: str
    category_code: str
    category: str
    posted_at: datetime
    status: Status = "approved"
    quantity: Quantity | None = None
    left: str = ""
    price: Price | None = None
    company: str | None = None
    place: str | None = None
    metres: int | None = None
    until: date | None = None
    matches: int = 0
    new: bool = False
    photo: str | None = None
    zone: str = ""


class Asked(View, frozen=True, kw_only=True):
    """What to ask before agreeing, said; `complete` is the address at which one answers it oneself, if it is ours."""

    sentence: str
    complete: str = ""


class SetAside(View, frozen=True, kw_only=True):
    """A match that my company set aside, and why, said; `restore_command` takes it back while that may be."""

    mine_id: str
    other_id: str
    title: str
    mine_title: str
    reason: str
    at: datetime
    restore_command: str = ""


class MatchCard(View, frozen=True, kw_only=True):
    """Two listings that go together, seen from `mine`. `reasons` and `against` are said, the weightiest first.

    Whose company owns one of the two asks for the other: `ask_about` it, to go `with_id`, unless an exchange
    between the two is under way already; then they may also set the pair aside, which `own_id` and `dismissals` are
    for. While the listing of `mine` is `awaiting` approval, nobody but its author sees the match.
    """

    listing: ListingCard
    points: int
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()
    mine_id: str = ""
    mine_title: str = ""
    new: bool = False
    ask_about: str = ""
    asks_for: Side = "offer"
    with_id: str = ""
    under_way: str = ""
    questions: tuple[Asked, ...] = ()
    awaiting: bool = False
    introduced: bool = False
    own_id: str = ""
    theirs_id: str = ""
    dismissals: tuple[Choice, ...] = ()
    dismiss_command: str = ""


# Pages anyone may read.


class ZoneCard(View, frozen=True, kw_only=True):
    """A zone on the site's home."""

    zone: Zone
    companies: int
    offers: int
    requests: int
    association: str = ""


class HomePage(View, frozen=True, kw_only=True):
    """`/`: the zones, and what this is."""

    zones: tuple[ZoneCard, ...]


class ZoneResults(View, frozen=True, kw_only=True):
    """What a zone has to show so far; None is not said at all."""

    companies: int
    listings: int
    matches: int
    matched_listings: int = 0


class ZonePage(View, frozen=True, kw_only=True):
    """`/z/{zone}`: `families` are those with live listings, the fullest first."""

    zone: Zone
    association: str
    results: ZoneResults
    latest_offers: tuple[ListingCard, ...]
    latest_requests: tuple[ListingCard, ...]
    families: tuple[FacetOption, ...]
    partners: tuple[Zone, ...] = ()
    administers: bool = False
    purchases: tuple[PurchaseCard, ...] = ()
    contact_name: str = ""
    contact_mail: str = ""


class FacetOption(View, frozen=True, kw_only=True):
    """One tick box, with how many listings it would leave; `label` said."""

    value: str
    label: str
    count: int
    checked: bool = False


class Fact(View, frozen=True, kw_only=True):
    """A line of a listing's facts, both said."""

    label: str
    value: str


class HistoryEntry(View, frozen=True, kw_only=True):
    """Something that happened to a listing, said."""

    at: datetime
    sentence: str
    detail: str = ""
    changes: tuple[Change, ...] = ()


class Decision(View, frozen=True, kw_only=True):
    """Why a moderator said no: the rule and the sentence, said, as the statement of reasons requires."""

    ground: str
    sentence: str
    at: datetime


class NearMiss(View, frozen=True, kw_only=True):
    """For facilitators: what almost matched, and the hard constraint that kept it out, said."""

    listing: ListingCard
    excluded_because: str


class OwnerActions(View, frozen=True, kw_only=True):
    """What the author's company may do now; each form is sent once, under its own command id.

    What ends on a day its author gave takes another day (`can_redate`), which is amended and not renewed.
    Fields of `withdraw`: reason, and decline while `unanswered` companies wait: one of the `reasons`, which they
    are told.
    """

    seen_version: int
    can_amend: bool = False
    can_renew: bool = False
    can_redate: bool = False
    can_withdraw: bool = False
    renew_command: str = ""
    withdraw: Form | None = None
    unanswered: int = 0
    reasons: tuple[Choice, ...] = ()


class Shared(View, frozen=True, kw_only=True):
    """How a public page is shown elsewhere: its whole address, what it says in a sentence, and its data as JSON-LD.

    `structured` may stand in a script as it is: what could end one is escaped.
    """

    address: str
    summary: str
    structured: str
    photo: str = ""


class ListingPage(View, frozen=True, kw_only=True):
    """`/listings/{id}`. `contact_hidden` says that something is masked to this reader.

    `left` is what nobody was promised yet; `asking` what this reader may do about it, `interests` who asked. `again`
    begins the same listing anew for its company, and `like` one of the reader's own that seeks the same. `shared` is
    for visitors, of what anyone may read. `beside` is what else it could be part of, for whoever answers for it.
    """

    card: ListingCard
    zone: Zone
    description: str
    facts: tuple[Fact, ...]
    photos: tuple[Photo, ...] = ()
    matches: tuple[MatchCard, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    decision: Decision | None = None
    owner: OwnerActions | None = None
    near_misses: tuple[NearMiss, ...] = ()
    contact_hidden: bool = False
    expires_on: date | None = None
    closed_at: datetime | None = None
    moderate: ModerationForms | None = None
    left: Left | None = None
    asking: Asking | None = None
    interests: Interests | None = None
    again: str = ""
    like: str = ""
    shared: Shared | None = None
    beside: Beside | None = None


# Posting.


class CategoryChoice(View, frozen=True, kw_only=True):
    """A category to pick, said; `family` places it."""

    code: str
    label: str
    family: str = ""


class Family(View, frozen=True, kw_only=True):
    """A branch of the tree, said."""

    code: str
    label: str
    categories: tuple[CategoryChoice, ...]


class Suggestions(View, frozen=True, kw_only=True):
    """The fragment of `links.category_suggestions()`: five at most, `chosen` ticked."""

    choices: tuple[CategoryChoice, ...]
    chosen: str = ""


class PoolWarning(View, frozen=True, kw_only=True):
    """The words look like a rental company's pallets: the author says what they are. `brand` as recognised."""

    brand: str


class Question(View, frozen=True, kw_only=True):
    """One detail a category asks for (an attribute of the domain, `code` its name in the form); label and hint said.

    `choices` are what a "choice" is among; the other kinds are typed.
    """

    code: str
    label: str
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    kind: Literal["choice", "whole", "amount", "day", "text"] = "text"


class PhotoField(View, frozen=True, kw_only=True):
    """The photos of a form: those the listing shows, those ticked to go, and a token for those already sent.

    `coming` are the ids of the latter; `texts` say what is to be seen on a photo, and `places` which comes first.
    """

    shown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    waiting: str = ""
    waiting_count: int = 0
    coming: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)


READ_ELSEWHERE: Final = ("side", "amount", "per", "minimum_lot", "whole_lot")
"""What was read and stands beside a field of its own, above the details of the category."""


class ListingForm(View, frozen=True, kw_only=True):
    """`/listings/new` and `/listings/{id}/amend` (then `amending` is its id and `title` the old title).

    Field names, as refusals name them: side, title, category, amount, unit, per, site, available_from,
    available_to, description, price, price_amount, max_km, visibility, for_company, photo (files), photo_gone
    (several), photos_waiting, ownership (when `pool` is asked), and the code of each question. `suggestions` always
    holds the category that is chosen, if one is. `here` is the place that stands when nobody says otherwise: the
    first of `sites`. `settled` says how much is promised or collected already: the quantity covers it. `begun` says
    where the answers of a new form come from. `proposals` were read in the text; `questions` are the details that help
    to find takers and `further` those folded away; `dropped` belong to another category. `estimate` is about what the
    quantity weighs, said. `read` is where the form is sent to be read without being posted.
    """

    form: Form
    suggestions: Suggestions
    families: tuple[Family, ...]
    units: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    price_terms: tuple[Choice, ...]
    visibilities: tuple[Choice, ...]
    sites: tuple[Choice, ...] = ()
    questions: tuple[Question, ...] = ()
    further: tuple[Question, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    pickup: PickupField | None = None
    estimate: str = ""
    category: str = ""
    read: str = ""
    companies: tuple[Choice, ...] = ()
    here: str = ""
    takes_photos: bool = False
    photos: PhotoField = PhotoField()
    amending: str | None = None
    title: str = ""
    pool: PoolWarning | None = None
    settled: str = ""
    begun: Begun | None = None

    @property
    def read_of_it(self) -> tuple[str, ...]:
        """What was read that stands neither beside the side nor beside the quantity."""
        return tuple(read.about for read in self.proposals if read.about not in READ_ELSEWHERE)


class FormReading(View, frozen=True, kw_only=True):
    """The parts of the form that follow from what is typed; with `another_category`, its questions and units too."""

    page: ListingForm
    another_category: bool = False


# Mine.


class MyListing(View, frozen=True, kw_only=True):
    """One of my company's listings, with what it needs from me, if anything."""

    card: ListingCard
    needs: Literal["renew", "redate", "amend", ""] = ""
    expires_on: date | None = None
    new_matches: int = 0
    renew_command: str = ""
    seen_version: int = 0
    why: str = ""


class MyPage(View, frozen=True, kw_only=True):
    """`/me`: what needs me, my matches, my listings. `turns` are the first steps I owe in exchanges, of `owed`.

    `drafts` are not posted yet; `again` can be posted again in two taps; `sites` have a sheet for their dock each.

    `set_aside` are the matches that may still be taken back; `pools` what they could do with others.
    """

    matches: tuple[MatchCard, ...]
    listings: tuple[MyListing, ...]
    digest_day: str = ""
    searches: tuple[SavedSearch, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    turns: tuple[Line, ...] = ()
    owed: int = 0
    drafts: tuple[DraftLine, ...] = ()
    again: tuple[Again, ...] = ()
    sites: tuple[Choice, ...] = ()
    pools: tuple[PoolCard, ...] = ()

    @property
    def needing(self) -> tuple[MyListing, ...]:
        """Those that wait for an answer of mine."""
        return tuple(listing for listing in self.listings if listing.needs)


# Moderation.


class ModerationForms(View, frozen=True, kw_only=True):
    """The two answers to one listing, each sent once."""

    approve_command: str
    reject_command: str
    seen_version: int


class ModerationItem(View, frozen=True, kw_only=True):
    """A listing that waits. `flags` are said: why a person should look; `changes` are (what, before, after)."""

    card: ListingCard
    description: str
    author: str
    forms: ModerationForms
    photos: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    first_listing: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    ground: str = ""


class ReportedMessage(View, frozen=True, kw_only=True):
    """A message between two companies that one of them reported: who wrote it, and why the other reports it."""

    message_id: str
    writer: str
    reader: str
    text: str
    photos: tuple[str, ...]
    at: datetime
    reported_at: datetime
    why: str


class ModerationPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/moderation`: the oldest first."""

    zone: Zone
    items: tuple[ModerationItem, ...]
    grounds: tuple[Choice, ...]
    batch_command: str
    policy: str = ""
    next: str | None = None
    decided_this_week: int = 0
    reported: tuple[ReportedMessage, ...] = ()


# Signing in, and my account.


class SignInPage(View, frozen=True, kw_only=True):
    """`/sign-in`: ask for a mail."""

    form: Form
    to: str = ""


class SignInSentPage(View, frozen=True, kw_only=True):
    """Look at your mail: the same for known and unknown addresses."""

    form: Form
    mail: str
    minutes: int = 15
    to: str = ""
    dev_mail: bool = False


class SignInLandingPage(View, frozen=True, kw_only=True):
    """Where the mail's link leads; `usable` is False when it is spent or too old."""

    token: str
    form: Form
    usable: bool = True
    name: str = ""


class Session(View, frozen=True, kw_only=True):
    """A device that is signed in."""

    id: str
    device: str
    last_seen: datetime
    here: bool = False


class AccountPage(View, frozen=True, kw_only=True):
    """`/account`. Fields of the mail form: frequency, topics (several), families (several), language."""

    mail_form: Form
    frequencies: tuple[Choice, ...]
    frequency: str
    topics: tuple[FacetOption, ...]
    families: tuple[FacetOption, ...]
    language: Language
    sessions: tuple[Session, ...]
    stopped: bool = False
    digest_day: str = ""
    phones: SharedPhones | None = None


class SharedPhone(View, frozen=True, kw_only=True):
    """A phone that a company's people share; `last_used` is None once it is signed out."""

    id: str
    name: str
    company: str
    last_used: datetime | None
    command: str


class SharedPhones(View, frozen=True, kw_only=True):
    """The shared phones of who acts for a company, and the form that adds one: name, and company among several."""

    form: Form
    phones: tuple[SharedPhone, ...]
    companies: tuple[Choice, ...]


class PhoneCodePage(View, frozen=True, kw_only=True):
    """Answer to the form that adds a shared phone: the code, shown this once, and where it is typed."""

    name: str
    company: str
    code: str
    minutes: int
    address: str


class PhoneSignInPage(View, frozen=True, kw_only=True):
    """`/sign-in/phone`: type the code of a shared phone."""

    form: Form


class PhonePage(View, frozen=True, kw_only=True):
    """`/phone`: whose shared phone this is, the pick-ups of `today` and those to come, and the way out."""

    name: str
    company: str
    zone: Zone | None
    today: tuple[Line, ...] = ()
    upcoming: tuple[Line, ...] = ()


class UnsubscribePage(View, frozen=True, kw_only=True):
    """`/unsubscribe/{token}`: ask, then done. `resume` is the token's way back, on the account."""

    token: str
    mail: str
    done: bool = False
    usable: bool = True


# Text pages.


class ContactPoint(View, frozen=True, kw_only=True):
    """Whom to write to about a zone."""

    zone: Zone
    association: str
    mail: str


class TextPage(View, frozen=True, kw_only=True):
    """Terms, privacy, contact, how we rank: text in the templates, with the few facts that vary."""

    operator: str = ""
    contacts: tuple[ContactPoint, ...] = ()


class ErrorPage(View, frozen=True, kw_only=True):
    """An error, standing alone: no session, no zone. `sentence` is said and may be empty; `reference` finds the log."""

    status: Literal[400, 403, 404, 405, 409, 413, 422, 429, 500, 503]
    sentence: str = ""
    reference: str = ""
    retry_after: int | None = None
    back: str = "/"
    sign_in: bool = False


# The demo's inbox.


class DevMail(View, frozen=True, kw_only=True):
    """A mail of the outbox."""

    id: str
    to: str
    subject: str
    at: datetime
    state: str


class DevMailPage(View, frozen=True, kw_only=True):
    """`/dev/mail`: the newest first."""

    mails: tuple[DevMail, ...]
    next: str | None = None


class DevMessagePage(View, frozen=True, kw_only=True):
    """`/dev/mail/{id}`: headers, text, and the HTML in a sandboxed frame of its own address."""

    mail: DevMail
    headers: tuple[tuple[str, str], ...]
    text: str
    has_html: bool = True
    size: int = 0
