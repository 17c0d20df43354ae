"""What each mail shows: the contract between whoever prepares a mail and its templates, as `mail`.

Templates read `mail`, `links` (absolute) and `language`; sentences marked "said" are in the reader's language already.
Wording of figures is the templates', through the filters of marketplace/wording.py.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from domain.listings import PriceTerms
from domain.quantities import Quantity


class Price(Struct, frozen=True, kw_only=True):
    """On what terms; cents per `unit` (a Rec 20 code), VAT excluded."""

    terms: PriceTerms
    cents: int | None = None
    currency: str = "EUR"
    unit: str | None = None


class Line(Struct, frozen=True, kw_only=True):
    """A listing in a mail. `company` is None when its name is not for this reader; `metres` from the reader's site.

    `left` says what is left of the quantity, where some of it was promised or collected. `zone` is the zone's name
    when the reader belongs to several, else empty.
    """

    listing_id: str
    kind: Literal["offer", "request", "service", "purchase"]
    side: Literal["offer", "request"]
    title: str
    category_code: str
    quantity: Quantity | None = None
    left: str = ""
    price: Price | None = None
    company: str | None = None
    metres: int | None = None
    until: date | None = None
    zone: str = ""


class MatchLine(Struct, frozen=True, kw_only=True):
    """A new match for one of the reader's listings; reasons are said, the weightiest first."""

    listing: Line
    points: int
    reasons: tuple[str, ...]
    mine_id: str
    mine_title: str
    against: tuple[str, ...] = ()


class HitLine(Struct, frozen=True, kw_only=True):
    """Something new in a search the reader keeps, `search` its name."""

    listing: Line
    search: str


class RenewalLine(Struct, frozen=True, kw_only=True):
    """A listing of the reader's that ends soon; `left` is said, and the `token` answers whether it still holds.

    It `lasts_longer` once it is renewed, unless the author gave it a last day.
    """

    listing_id: str
    title: str
    ends_on: date
    left: str = ""
    lasts_longer: bool = True
    token: str = ""


class Turn(Struct, frozen=True, kw_only=True):
    """An exchange that waits for the reader: what for and by when, said; `token` answers it in one tap, if it can be.

    `do` is said too: what the one button beside it says.
    """

    exchange_id: str
    title: str
    other: str
    sentence: str
    do: str
    token: str = ""


class PoolLine(Struct, frozen=True, kw_only=True):
    """What several companies could do together; `what` and `total` are said, and nobody is named.

    `mine` tells whether one of the reader's companies is counted in it; else they facilitate the zone `slug`.
    """

    pooling_id: str
    kind: Literal["need", "surplus"]
    companies: int
    what: str
    total: str
    mine: bool
    slug: str


class BuyingLine(Struct, frozen=True, kw_only=True):
    """A group purchase: what it wants of the reader and by when, said; `href` is where the one button leads."""

    title: str
    about: str
    sentence: str
    do: str
    href: str


class Piece(Struct, frozen=True):
    """Some words of a plain text; with an address, a link."""

    text: str
    href: str = ""


class BulletinLine(Struct, frozen=True, kw_only=True):
    """What a zone announces; `topic` is said. `text` is its beginning, `more` when there is more of it to read."""

    zone: str
    topic: str
    title: str
    text: tuple[tuple[Piece, ...], ...]
    href: str
    more: bool = False
    on: date | None = None


class HintLine(Struct, frozen=True, kw_only=True):
    """What would help after weeks without anything to tell, said, with the one thing to do about it."""

    sentence: str
    do: str
    href: str
    about: str = ""


class Achievement(Struct, frozen=True, kw_only=True):
    """What a zone did in four weeks; a line of the mail, left out when both are zero. Each figure leads to its list."""

    zone: str
    slug: str
    listings: int
    purchases: int


class WeeklyDigest(Struct, frozen=True, kw_only=True):
    """The weekly mail, its sections in the order of the rule; never sent when all of them are empty.

    The reader `follows` families they chose; else news is of those their company lists in.
    """

    site: str
    name: str
    zone: str
    zone_slug: str
    unsubscribe_token: str
    turns: tuple[Turn, ...] = ()
    settling: tuple[BuyingLine, ...] = ()
    bulletins: tuple[BulletinLine, ...] = ()
    closing: tuple[BuyingLine, ...] = ()
    renewals: tuple[RenewalLine, ...] = ()
    matches: tuple[MatchLine, ...] = ()
    pools: tuple[PoolLine, ...] = ()
    polls: tuple[BuyingLine, ...] = ()
    hits: tuple[HitLine, ...] = ()
    news: tuple[Line, ...] = ()
    hints: tuple[HintLine, ...] = ()
    follows: bool = False
    achievements: tuple[Achievement, ...] = ()
    operator: str = ""
    contact_mail: str = ""


class Bulletin(Struct, frozen=True, kw_only=True):
    """A bulletin in a mail of its own."""

    site: str
    name: str
    zone: str
    zone_slug: str
    unsubscribe_token: str
    bulletin: BulletinLine
    operator: str = ""
    contact_mail: str = ""


class SignIn(Struct, frozen=True, kw_only=True):
    """The mail that opens the door: a link and six digits, both good once and for `minutes`."""

    site: str
    name: str
    token: str
    code: str
    minutes: int = 15
    contact_mail: str = ""


class SecurityNotice(Struct, frozen=True, kw_only=True):
    """What changed about the ways into an account, said, and from which `device` in a few words."""

    site: str
    name: str
    sentence: str
    device: str = ""
    contact_mail: str = ""


class Invitation(Struct, frozen=True, kw_only=True):
    """A zone asks a person in by a link for them alone, good `until` a day; `again` when the first was not answered."""

    site: str
    name: str
    zone: str
    zone_slug: str
    association: str
    token: str
    until: date
    unsubscribe_token: str
    again: bool = False
    contact_mail: str = ""


class LeftBehind(Struct, frozen=True, kw_only=True):
    """A company for which nobody acts any more, as who runs the zone is told."""

    site: str
    name: str
    company: str
    zone: str
    zone_slug: str
    contact_mail: str = ""


class QueueSummary(Struct, frozen=True, kw_only=True):
    """What waits for a zone's moderators: `waiting` listings, notices and appeals.

    `oldest` is said, `late` when a listing waits longer than the zone promises.
    """

    site: str
    name: str
    zone: str
    zone_slug: str
    waiting: int
    oldest: str
    late: bool
    notices: int = 0
    appeals: int = 0
    contact_mail: str = ""


class ZoneNote(Struct, frozen=True, kw_only=True):
    """What a zone tells of itself: `about` a charter, a closing, a hand-over, or a broker's receipt that ends or ended.

    `before` is the version of the charter the company accepted once; `words` are what is new in it, or why it closes or
    changes hands. `organisation` runs the zone from the `day` on, `former` until then.
    """

    site: str
    name: str
    zone: str
    zone_slug: str
    about: str
    charter_id: str = ""
    title: str = ""
    before: int = 0
    words: str = ""
    day: date | None = None
    organisation: str = ""
    former: str = ""
    contact_mail: str = ""


class PlainLetter(Struct, frozen=True, kw_only=True):
    """What needs no form of its own, such as an answer to a notice or to who asks to join: everything said.

    `quote` is in somebody's own words.

    `statement` gives the reasons as article 17 of the DSA wants them, each with its label.
    """

    site: str
    name: str
    zone: str
    subject: str
    head: str
    lead: str
    title: str
    quote: str
    statement: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()
    do: str = ""
    href: str = ""
    contact_mail: str = ""


class Introduction(Struct, frozen=True, kw_only=True):
    """A facilitator introduces another company: its listing, the reader's own, and why they go together, said.

    `other` is the company's name, empty where it is not for this reader.
    """

    site: str
    name: str
    zone: str
    other: str
    side: Literal["offer", "request"]
    title: str
    mine_title: str
    listing_id: str
    mine_id: str
    reasons: tuple[str, ...]
    questions: tuple[str, ...] = ()
    contact_mail: str = ""


class QuoteRequest(Struct, frozen=True, kw_only=True):
    """A zone asks a supplier, who has no account, for a quote: what for, until when, and the link that takes it."""

    site: str
    name: str
    zone: str
    title: str
    form: str
    until: str
    token: str
    contact_mail: str = ""


class Happening(Struct, frozen=True, kw_only=True):
    """One thing that happened in an exchange, said; `quote` is what somebody typed with it."""

    sentence: str
    quote: str = ""


class ExchangeCard(Struct, frozen=True, kw_only=True):
    """One exchange: what happened in it and what comes next, said.

    `contact` is how to reach the other side, once both agreed. `token` answers in one tap, if it can be; `give_up` is
    the token that says why it will not happen. `reported` leads a moderator to the message instead.
    """

    exchange_id: str
    title: str
    about: str
    happened: tuple[Happening, ...]
    next: str = ""
    mine: bool = False
    late: bool = False
    do: str = ""
    token: str = ""
    give_up: str = ""
    contact: str = ""
    reported: bool = False


class EndingCard(Struct, frozen=True, kw_only=True):
    """A listing of the reader's that ends soon: how much is left of it, said, and the `token` that answers for it.

    It `lasts_longer` once it is renewed, unless the author gave it a last day: then it takes another date.
    """

    listing_id: str
    title: str
    about: str
    ends_on: date
    lasts_longer: bool
    token: str


class PurchaseCard(Struct, frozen=True, kw_only=True):
    """One group purchase: what happened to it, and what comes next for the reader, said; `do` is its one button."""

    purchase_id: str
    title: str
    about: str
    happened: tuple[Happening, ...]
    next: str
    mine: bool
    do: str


class DecisionCard(Struct, frozen=True, kw_only=True):
    """What a zone decided about a listing, said; `ground` and `sentence`, the moderator's own, say why.

    `line` says it in one. `statement` is where its reasons stand in full; `label` says what one finds there.
    """

    listing_id: str
    title: str
    line: str
    head: str
    lead: str
    after: str
    do: str
    href: str
    ground: str = ""
    sentence: str = ""
    statement: str = ""
    label: str = ""


class ExchangeNews(Struct, frozen=True, kw_only=True):
    """What happened in a quarter of an hour to a person's exchanges, group purchases and listings, and what ends soon.

    `subject` is said; `in_short` are the decisions told in a line each: what is online, if it is not the only one, and
    what comes after the first few. `more` counts what happened and is not told here, where so much did, and
    `more_decisions` and `more_endings` the listings that are not named.
    """

    site: str
    name: str
    zone: str
    zone_slug: str
    subject: str
    cards: tuple[ExchangeCard, ...]
    endings: tuple[EndingCard, ...] = ()
    purchases: tuple[PurchaseCard, ...] = ()
    decisions: tuple[DecisionCard, ...] = ()
    in_short: tuple[DecisionCard, ...] = ()
    more: int = 0
    more_endings: int = 0
    more_decisions: int = 0
    operator: str = ""
    contact_mail: str = ""
