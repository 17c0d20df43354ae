"""What the page of one exchange shows, and the sheet that goes along to a pick-up; as `web.views` has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import field

from domain.quantities import Quantity
from marketplace.pickup_words import Line
from web.exchange_views import Happening, Stage, Turn
from web.views import Choice, Form, PhotoField, View, Zone


class Side(View, frozen=True, kw_only=True):
    """One of the two companies; `gives` when the thing leaves from there."""

    company_id: str
    name: str
    gives: bool


class Contact(View, frozen=True, kw_only=True):
    """Whom to reach at the other side; name and mail are empty on a shared phone."""

    company: str
    name: str
    mail: str
    site: str
    address: str


class Pickup(View, frozen=True, kw_only=True):
    """A pick-up that is agreed, or only proposed: when (said), where and what to know on arriving.

    `by` is who proposed it; `held` says the time that was agreed before, which holds until then.
    """

    when: str
    agreed: bool
    by: str
    past: bool = False
    ahead: bool = False
    held: str = ""
    address: str = ""
    instructions: str = ""


class Figure(View, frozen=True, kw_only=True):
    """One way to say what was collected, said in `label`; `value` is what the form sends, or whose figure it is."""

    value: str
    label: str


class StepForm(View, frozen=True, kw_only=True):
    """A step the reader may take: its `form`, unfolded when it is owed or has an answer to be put right.

    What only some steps have: `figures` to settle between, `periods` to tell, `number` of the pick-up, `said` of it;
    `which` one it is, said, where there are several, and `again` from the second form of a verb on.
    """

    verb: str
    form: Form
    open: bool = False
    figures: tuple[Figure, ...] = ()
    periods: tuple[Choice, ...] = ()
    number: int = 0
    said: str = ""
    by: str = ""
    until: str = ""
    which: str = ""
    again: bool = False

    @property
    def key(self) -> str:
        """What tells the form from the others of the page."""
        return f"{self.verb}-{self.number}" if self.again else self.verb


class WasteQuestions(View, frozen=True, kw_only=True):
    """What the register of waste wants; thresholds are in tonnes, said."""

    treatments: tuple[Choice, ...]
    threshold: str
    hazardous: str


class Message(View, frozen=True, kw_only=True):
    """One message; `report` is there when the reader may show it to those who run the zone."""

    id: str
    mine: bool
    company: str
    text: str
    photos: tuple[str, ...]
    at: datetime
    reported: bool = False
    report: Form | None = None


class Conversation(View, frozen=True, kw_only=True):
    """What the two sides wrote, the oldest first; `earlier` leads to what came before."""

    messages: tuple[Message, ...]
    form: Form | None
    photos: PhotoField
    command: str
    blocked_by_me: bool = False
    blocked_by_them: bool = False
    earlier: str | None = None


class ExchangePage(View, frozen=True, kw_only=True):
    """`/exchanges/{exchange_id}`. `mine` is the side the reader speaks for; None for a facilitator who only reads.

    `steps` are what the reader may do, by their key, which begins with the domain's verb; `told` are the two figures
    of a dispute. `conflict` says, after a stale page, what happened meanwhile. `unit` names several of the quantity's.
    `acting` are the two sides a facilitator may act for; `on_behalf` says that they do.
    """

    id: str
    listing_id: str
    title: str
    listing_seen: bool
    category: str
    category_code: str
    kind: str
    zone: Zone
    sides: tuple[Side, Side]
    mine: Side | None
    other: Side
    stage: Stage
    turn: Turn | None
    quantity: Quantity
    unit: str
    seen_version: int
    asked: Quantity | None = None
    taken: str = ""
    told: tuple[Figure, ...] = ()
    kept_until: str = ""
    metres: int | None = None
    reason: str = ""
    reason_words: str = ""
    disputed_words: str = ""
    others_waiting: int = 0
    message: str = ""
    contact: Contact | None = None
    pickup: Pickup | None = None
    fetched: tuple[Line, ...] = ()
    steps: Mapping[str, StepForm] = field(default_factory=dict)
    reasons: tuple[Choice, ...] = ()
    conditions: tuple[Choice, ...] = ()
    uses: tuple[Choice, ...] = ()
    photos: PhotoField = PhotoField()
    waste: WasteQuestions | None = None
    waste_register: bool = False
    conversation: Conversation | None = None
    happened: tuple[Happening, ...] = ()
    conflict: str = ""
    acting: tuple[Choice, ...] = ()
    for_company: str = ""
    on_behalf: bool = False
    shared: bool = False
    today: date


class SheetPage(View, frozen=True, kw_only=True):
    """`/exchanges/{exchange_id}/sheet`: what to take along. `code` is the path of its squares in one of `code_size`."""

    id: str
    title: str
    category: str
    quantity: Quantity
    category_code: str
    provider: str
    receiver: str
    when: str
    site: str
    address: str
    instructions: str
    fetched: tuple[Line, ...]
    contacts: tuple[Contact, ...]
    code: str
    code_size: int
    page_address: str
    given_up: bool = False
