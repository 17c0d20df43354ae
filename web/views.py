"""What each page shows: the contract between the handlers, which fill these, and the templates, which print them.

A view holds values, never markup: codes, figures, times, and sentences already in the reader's language
where it says "said". Wording of figures is the templates' (filters of marketplace/wording.py), addresses are
the templates' too (`links`). Fields that a reader may not see are None, never blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from domain.listings import PriceTerms, Side
from domain.quantities import Quantity
from marketplace.language import Language

if TYPE_CHECKING:
    from web.exchange_views import Asking, Interests, Left, Line

Kind = Literal["offer", "request", "service", "purchase"]
"""What a card announces: a shared service or a group purchase is named as such, whichever its side."""
Status = Literal["pending", "approved", "rejected", "withdrawn", "expired", "fulfilled"]
Current = Literal["zone", "listings", "new", "me", "exchanges", "funnel", "account", "moderation", "phone", ""]


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


class MatchCard(View, frozen=True, kw_only=True):
    """Two listings that go together, seen from `mine`. `reasons` and `against` are said, the weightiest first.

    Whose company owns one of the two asks for the other: `ask_about` it, to go `with_id`, unless an exchange
    between the two is under way already.
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
    contact_name: str = ""
    contact_mail: str = ""


class FacetOption(View, frozen=True, kw_only=True):
    """One tick box, with how many listings it would leave; `label` said."""

    value: str
    label: str
    count: int
    checked: bool = False


class Facet(View, frozen=True, kw_only=True):
    """A group of tick boxes (or one choice, when `single`): side, family, condition, recurrence, distance."""

    name: str
    label: str
    options: tuple[FacetOption, ...]
    single: bool = False

    @property
    def chosen(self) -> int:
        """How many are ticked."""
        return sum(option.checked for option in self.options)


class Chip(View, frozen=True, kw_only=True):
    """A filter in force, `label` said; `without` is the address of the list without it."""

    label: str
    without: str


class Pin(View, frozen=True, kw_only=True):
    """A listing on the plan, metres east and north of its centre."""

    number: int
    east: int
    north: int
    card: ListingCard


class Plan(View, frozen=True, kw_only=True):
    """The zone drawn around `centre` (said: "You", or the zone's name); `reach` metres to the edge.

    `boundary` is the zone's outline, metres east and north, when it is known.
    """

    centre: str
    reach: int
    pins: tuple[Pin, ...]
    boundary: tuple[tuple[int, int], ...] = ()

    @property
    def rings(self) -> tuple[int, ...]:
        """Radii of the distance rings: round numbers within reach."""
        for step in (100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000):
            if self.reach <= step * 3:
                return tuple(range(step, self.reach + 1, step))
        return (self.reach,)


class ListingsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/listings`: what was asked, and one page of what there is.

    `asked` are the filters in force as hidden pairs (facets, not `q` nor `after`), to keep them while searching;
    `next` and `first` are addresses; `has_any` tells an empty zone from an empty search. `members_see` is how many
    listings the zone shows its members, when this reader is not one of them and sees fewer.
    """

    zone: Zone
    total: int
    cards: tuple[ListingCard, ...]
    facets: tuple[Facet, ...]
    query: str = ""
    chips: tuple[Chip, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    view: Literal["list", "plan"] = "list"
    plan: Plan | None = None
    list_address: str = ""
    plan_address: str = ""
    next: str | None = None
    first: str | None = None
    has_any: bool = True
    members_see: int = 0


class Fact(View, frozen=True, kw_only=True):
    """A line of a listing's facts, both said."""

    label: str
    value: str


class HistoryEntry(View, frozen=True, kw_only=True):
    """Something that happened to a listing, said."""

    at: datetime
    sentence: str
    detail: str = ""


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

    Fields of `withdraw`: reason, and decline while `unanswered` companies wait: one of the `reasons`, which they
    are told.
    """

    seen_version: int
    can_amend: bool = False
    can_renew: bool = False
    can_withdraw: bool = False
    renew_command: str = ""
    withdraw: Form | None = None
    unanswered: int = 0
    reasons: tuple[Choice, ...] = ()


class ListingPage(View, frozen=True, kw_only=True):
    """`/listings/{id}`. `contact_hidden` says that something is masked to this reader.

    `left` is what nobody was promised yet; `asking` what this reader may do about it, `interests` who asked.
    """

    card: ListingCard
    zone: Zone
    description: str
    facts: tuple[Fact, ...]
    photos: tuple[str, ...] = ()
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

    `choices` empty means a few typed words; otherwise one of them, or nothing.
    """

    code: str
    label: str
    choices: tuple[Choice, ...] = ()
    hint: str = ""


class PhotoField(View, frozen=True, kw_only=True):
    """The photos of a form: those the listing shows, those ticked to go, and a token for those already sent."""

    shown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    waiting: str = ""
    waiting_count: int = 0


class ListingForm(View, frozen=True, kw_only=True):
    """`/listings/new` and `/listings/{id}/amend` (then `amending` is its id and `title` the old title).

    Field names, as refusals name them: side, title, category, amount, unit, per, site, available_from,
    available_to, description, price, price_amount, max_km, visibility, for_company, photo (files), photo_gone
    (several), photos_waiting, ownership (when `pool` is asked), and the code of each question. `suggestions` always
    holds the category that is chosen, if one is. `here` is the place that stands when nobody says otherwise: the
    first of `sites`. `settled` says how much is promised or collected already: the quantity covers it.
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
    companies: tuple[Choice, ...] = ()
    here: str = ""
    takes_photos: bool = False
    photos: PhotoField = PhotoField()
    amending: str | None = None
    title: str = ""
    pool: PoolWarning | None = None
    settled: str = ""


# Mine.


class MyListing(View, frozen=True, kw_only=True):
    """One of my company's listings, with what it needs from me, if anything."""

    card: ListingCard
    needs: Literal["renew", "amend", ""] = ""
    expires_on: date | None = None
    new_matches: int = 0
    renew_command: str = ""
    seen_version: int = 0
    why: str = ""


class MyPage(View, frozen=True, kw_only=True):
    """`/me`: what needs me, my matches, my listings. `turns` are the first steps I owe in exchanges, of `owed`."""

    matches: tuple[MatchCard, ...]
    listings: tuple[MyListing, ...]
    digest_day: str = ""
    turns: tuple[Line, ...] = ()
    owed: int = 0

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
