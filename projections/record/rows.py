"""What the record of a zone holds: each thing that happened, with the words as they stood then."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from domain.companies import Standing
from domain.listings import Life, Side, Visibility, ZoneStatus
from projections.model import Table

Kind = Literal[
    "posted", "amended", "withdrawn", "renewed", "expired", "fulfilled", "reopened",
    "approved", "rejected", "change_asked", "taken_back", "overdue",
    "notified", "notice_kept", "notice_hidden", "notice_acted",
    "appealed", "appeal_granted", "appeal_refused",
    "admitted", "not_admitted", "suspended", "reinstated", "erased",
]  # fmt: skip
DECISIONS: Final[tuple[Kind, ...]] = (
    "approved", "rejected", "change_asked", "taken_back", "notice_kept", "notice_hidden", "notice_acted",
    "appeal_granted", "appeal_refused", "admitted", "not_admitted", "suspended", "reinstated",
)  # fmt: skip
RESTRICTIONS: Final[tuple[Kind, ...]] = ("rejected", "change_asked", "suspended", "not_admitted")
"""What article 17 of the DSA wants a statement of reasons for."""
OF_NOTIFIERS: Final[tuple[Kind, ...]] = ("notified", "notice_kept", "notice_hidden", "notice_acted")
"""What its company is not shown: how a notice is worded may give away who wrote it."""


class Words(Struct, frozen=True, kw_only=True):
    """What a listing said; empty where it was erased."""

    title: str
    description: str
    category: str
    amount: Decimal
    unit: str
    per: str | None
    answers: dict[str, str]
    photos: tuple[str, ...]


class EntryRow(Struct, frozen=True, kw_only=True):
    """One thing that happened in a zone, and how its subject stood after it.

    The subject is a listing, a company, or a notice about neither; `version` is that of the stream it happened in, and
    `position` its place in the log. `about` is the version of the words, or of the decision, that it is about.
    `alone` tells a decision of somebody about their own, or about what they had decided themselves.
    """

    zone_id: str
    subject_id: str
    position: int
    version: int
    kind: Kind
    at: datetime
    actor: str
    for_company: str
    company_id: str
    side: Side | None
    words: Words | None
    status: ZoneStatus | None
    life: Life | None
    visibility: Visibility | None
    standing: Standing
    flags: tuple[str, ...]
    ground: str = ""
    sentence: str = ""
    notice_id: str = ""
    appeal_id: str = ""
    about: int | None = None
    alone: bool = False


class SubjectRow(Struct, frozen=True, kw_only=True):
    """A listing as it stands in one zone; `since` is how long it has waited to be read, if it waits."""

    listing_id: str
    zone_id: str
    company_id: str
    side: Side
    words: Words
    status: ZoneStatus
    life: Life
    visibility: Visibility
    content_version: int
    flags: tuple[str, ...]
    since: datetime | None = None
    erased: bool = False


class PartyRow(Struct, frozen=True, kw_only=True):
    """A company, and what each zone thinks of it."""

    company_id: str
    name: str
    standings: dict[str, Standing]


class PersonRow(Struct, frozen=True, kw_only=True):
    """Somebody who did something on record, as those who moderate call them."""

    member_id: str
    name: str


class NoticeRow(Struct, frozen=True, kw_only=True):
    """What somebody says is wrong: with a listing, or else at a place they name. `name` is the notifier's own."""

    notice_id: str
    zone_id: str
    listing_id: str
    company_id: str
    of_version: int
    reason: str
    why: str
    place: str
    name: str
    wants_answer: bool
    at: datetime
    outcome: str = ""
    sentence: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""


class AppealRow(Struct, frozen=True, kw_only=True):
    """What a company answers to a decision, that of version `against` of the subject's stream."""

    appeal_id: str
    zone_id: str
    subject_id: str
    company_id: str
    against: int
    why: str
    at: datetime
    lodged_by: str
    outcome: str = ""
    sentence: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    by_another: bool = True


class MeasureRow(Struct, frozen=True, kw_only=True):
    """Something a zone counts in public, without what it was about; `seconds` is how long it took to decide."""

    zone_id: str
    measure_id: str
    kind: Kind
    detail: str
    at: datetime
    seconds: int | None = None


ENTRY: Final = Table("record_entry", EntryRow, ("subject_id", "zone_id", "position"), ("subject_id", "company_id"))
SUBJECT: Final = Table("record_subject", SubjectRow, ("listing_id", "zone_id"), ("listing_id", "company_id"))
PARTY: Final = Table("record_party", PartyRow, ("company_id",), ("company_id",))
PERSON: Final = Table("record_person", PersonRow, ("member_id",), ("member_id",))
NOTICE: Final = Table("record_notice", NoticeRow, ("notice_id",), ("notice_id", "company_id"))
APPEAL: Final = Table("record_appeal", AppealRow, ("appeal_id",), ("appeal_id", "company_id", "subject_id"))
MEASURE: Final = Table("record_measure", MeasureRow, ("zone_id", "measure_id"), ("zone_id",))
