"""Exchanges as the two sides and their facilitator look them up: what a row holds, and in which tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Struct

from domain.exchanges import Exchange, NextStep, Origin, Owed, Reason, Stage, Use, next_step
from domain.listings import Side
from projections.model import Table

_STATES: Final = msgspec.json.Decoder(Exchange)


class ExchangeRow(Struct, frozen=True, kw_only=True):
    """An exchange; `state` is the domain's, as JSON text, and the columns beside it are for finding and counting.

    `owed_by`, `owed_from` and `owed_until` are the next step's, empty once nobody owes one; `wakes_at` is when the
    clock has something to do. `title`, `category` and `waste` are the listing's, as long as the exchange is open: what
    a closed one was about stays. `metres` is the distance between the two sites. `arranged_at` and `collected_at` are
    the first agreement and the first pick-up, `confirmed` whether anything was collected, `confirmed_at` when the first
    pick-up was confirmed that stands and nobody disputes, `closed_at` the end that stands, also while it is disputed.
    `heard_at` is the newest message, `latest_at` whatever came last.
    """

    exchange_id: str
    listing_id: str
    other_listing_id: str | None
    owner_id: str
    asker_id: str
    provider_id: str
    receiver_id: str
    zone_id: str
    side: Side
    category: str
    family: str
    title: str
    waste: bool
    origin: Origin
    stage: Stage
    is_open: bool
    step: Owed | None
    owed_by: str
    owed_from: datetime | None
    owed_until: datetime | None
    wakes_at: datetime | None
    asked_at: datetime
    accepted_at: datetime | None
    arranged_at: datetime | None
    collected_at: datetime | None
    confirmed_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    reason: Reason | None
    slot_start: datetime | None
    slot_end: datetime | None
    confirmed: bool
    heard_at: datetime | None
    latest_at: datetime
    metres: int | None
    version: int
    state: str

    @property
    def exchange(self) -> Exchange:
        """What the domain knows of it."""
        return _STATES.decode(self.state)

    @property
    def next_step(self) -> NextStep | None:
        """Who owes the next step, and by when."""
        return next_step(self.exchange)


class StepRow(Struct, frozen=True, kw_only=True):
    """Something that happened in an exchange: `what` is the event's name, `by` the company, empty for the clock.

    `member_id` acted when a person did, `on_behalf` when a facilitator did it for the company. `version` is the
    listing stream's. Figures are those of the event that has them: `amount` is zero where nothing was collected after
    all, `ends` the end of a slot or of a hold, `owed` and `owed_by` what the clock reminds of.
    """

    exchange_id: str
    version: int
    what: str
    by: str
    at: datetime
    member_id: str = ""
    on_behalf: bool = False
    number: int | None = None
    amount: Decimal | None = None
    unit: str = ""
    measured: bool | None = None
    final: bool | None = None
    collected_on: date | None = None
    condition: str | None = None
    photo: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    period: str | None = None
    reason: Reason | None = None
    cents: int | None = None
    use: Use | None = None
    owed: Owed | None = None
    owed_by: str = ""


class WordsRow(Struct, frozen=True, kw_only=True):
    """What somebody wrote with a step (a message, instructions, a note, a sentence): for the two sides only.

    `what` and `version` are the step's; the text belongs to `subject`, a member or a company.
    """

    exchange_id: str
    version: int
    what: str
    subject: str
    text: str


class PersonOfRow(Struct, frozen=True, kw_only=True):
    """Whom to reach at one side: there is one only once contact was disclosed, for the people of the two sides."""

    exchange_id: str
    company_id: str
    member_id: str
    name: str
    mail: str


class PlaceRow(Struct, frozen=True, kw_only=True):
    """Where a side gives or takes: known with the contact; a company's shared phone, which fetches, knows it too."""

    exchange_id: str
    company_id: str
    site: str
    address: str


class ContactRow(Struct, frozen=True, kw_only=True):
    """Whom to reach at one side, and where; the person is left out for a company's shared phone."""

    exchange_id: str
    company_id: str
    member_id: str
    name: str
    mail: str
    site: str
    address: str


class MessageRow(Struct, frozen=True, kw_only=True):
    """A message between the two sides; once reported, those who run the zone read it too.

    The text belongs to `subject`, what is said against it to `report_subject`: a member or a company each.
    """

    exchange_id: str
    message_id: str
    company_id: str
    zone_id: str
    subject: str
    text: str
    photos: tuple[str, ...]
    at: datetime
    reported_at: datetime | None = None
    reported_by: str = ""
    report_subject: str = ""
    report: str = ""


class BlockRow(Struct, frozen=True, kw_only=True):
    """One side wants no messages from the other in this exchange."""

    exchange_id: str
    company_id: str
    at: datetime


class RecordRow(Struct, frozen=True, kw_only=True):
    """How a company's exchanges went, in plain facts; `zones` are those that admit it, whose members may know.

    `accepted` counts those with a hold or a flow, `collected` those of them with a pick-up, `gave_up` those it gave
    up itself after acceptance with nothing collected, `silent` those that ended while it owed the step.
    """

    company_id: str
    name: str
    zones: tuple[str, ...]
    accepted: int = 0
    collected: int = 0
    gave_up: int = 0
    silent: int = 0


class WasteRow(Struct, frozen=True, kw_only=True):
    """One movement of waste, for the register of either side.

    It `stands` unless both sides know by now that nothing was collected. Carrier and receipt were typed by `subject`.
    """

    exchange_id: str
    number: int
    provider_id: str
    receiver_id: str
    category: str
    code: str
    tonnes: Decimal
    measured: bool
    treatment: str
    subject: str
    carrier: str
    receipt: str
    collected_on: date
    stands: bool = True


class PhotoRow(Struct, frozen=True, kw_only=True):
    """A photo by its id, and what names it: a message, or else a confirmed pick-up of the exchange."""

    photo_id: str
    exchange_id: str
    company_id: str
    message_id: str = ""


# --- what is looked up while events are folded, and shown to nobody -----------------------------------------------


class SubjectRow(Struct, frozen=True, kw_only=True):
    """A listing somebody may take an interest in."""

    listing_id: str
    company_id: str
    site_id: str
    side: Side
    category: str
    title: str
    waste: bool
    latitude: Decimal
    longitude: Decimal


class SiteRow(Struct, frozen=True, kw_only=True):
    """A place of a company; `version` is that of the company's stream, so the lowest was declared first."""

    company_id: str
    site_id: str
    version: int
    name: str
    address: str
    latitude: Decimal
    longitude: Decimal


class PersonRow(Struct, frozen=True, kw_only=True):
    """Someone whose name and address may be disclosed."""

    member_id: str
    name: str
    mail: str


EXCHANGE: Final = Table(
    "exchange", ExchangeRow, ("exchange_id",), ("exchange_id", "listing_id", "owner_id", "asker_id")
)
STEP: Final = Table("exchange_step", StepRow, ("exchange_id", "version", "what"), ("exchange_id",))
WORDS: Final = Table("exchange_words", WordsRow, ("exchange_id", "version", "what"), ("exchange_id", "subject"))
CONTACT: Final = Table(
    "exchange_contact", PersonOfRow, ("exchange_id", "company_id"), ("exchange_id", "company_id", "member_id")
)
PLACE: Final = Table("exchange_place", PlaceRow, ("exchange_id", "company_id"), ("exchange_id", "company_id"))
MESSAGE: Final = Table(
    "exchange_message",
    MessageRow,
    ("exchange_id", "message_id"),
    ("exchange_id", "company_id", "subject", "report_subject"),
)
BLOCK: Final = Table("exchange_block", BlockRow, ("exchange_id", "company_id"), ("exchange_id",))
RECORD: Final = Table("exchange_record", RecordRow, ("company_id",), ("company_id",))
WASTE: Final = Table("exchange_waste", WasteRow, ("exchange_id", "number"), ("exchange_id", "subject"))
PHOTO: Final = Table("exchange_photo", PhotoRow, ("photo_id",), ("photo_id", "company_id"))
SUBJECT: Final = Table("exchange_subject", SubjectRow, ("listing_id",), ("listing_id", "company_id"))
SITE: Final = Table("exchange_site", SiteRow, ("company_id", "site_id"), ("company_id",))
PERSON: Final = Table("exchange_person", PersonRow, ("member_id",), ("member_id",))
