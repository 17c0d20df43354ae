"""What pages show of listings and their matches."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.listings import PriceTerms, Side
from domain.quantities import Quantity
from web.views.frame import Choice, Form, Kind, Status, View, Zone

if TYPE_CHECKING:
    from web.exchange_views import Asking, Interests, Left
    from web.listing_views import Change, Photo
    from web.pooling_views import Beside
    from web.purchase_views import Card as PurchaseCard
    from web.views.moderation import ModerationForms


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
    """`/z/{zone}`: `families` are those with live listings, the fullest first; `handover` says who takes it over."""

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
    welcome: str = ""
    closes_on: date | None = None
    closed: bool = False
    closing_reason: str = ""
    handover: str = ""


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
    """Why a moderator said no: the rule and the sentence, said, and where the whole `statement` of reasons stands."""

    ground: str
    sentence: str
    at: datetime
    statement: str = ""


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
    for visitors, of what anyone may read. `beside` is what else it could be part of, for whoever answers for it;
    `redact` leads to erasing its words, for whom it is allowed, and `record` to all that is on record of it.
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
    read_by: datetime | None = None
    left: Left | None = None
    asking: Asking | None = None
    interests: Interests | None = None
    again: str = ""
    like: str = ""
    shared: Shared | None = None
    beside: Beside | None = None
    redact: str = ""
    record: str = ""
