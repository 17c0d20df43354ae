"""Frame contracts: one set of terms, and for each company its own sites, its own start and its own end."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.events import Event, Private

Kind = Literal["electricity", "gas", "inspections", "cleaning", "other"]
KINDS: Final[tuple[Kind, ...]] = ("electricity", "gas", "inspections", "cleaning", "other")
Pricing = Literal["fixed", "indexed"]
PRICINGS: Final[tuple[Pricing, ...]] = ("fixed", "indexed")
NOTHING: Final = Decimal(0)
MORNING: Final = time(6, tzinfo=UTC)
"""When the clock looks whose contract ends: before people open their mail."""


class Contract(Struct, frozen=True, kw_only=True):
    """What is the same for everybody who opts in.

    It runs for so many `months` from each company's own start, and then for as many again, term after term, unless it
    is ended `notice_days` before the end of one; each company is reminded `remind_days` before that. `joins_until` is
    the first moment it is too late to opt in. `standing_cents` is paid a site and month, VAT excluded, beside the
    price of the unit.
    """

    kind: Kind
    months: int
    notice_days: int
    remind_days: int
    joins_until: datetime
    pricing: Pricing = "fixed"
    standing_cents: int = 0

    def ends_on(self, starts_on: date, term: int = 1) -> date:
        """The last day of a term, the first or a later one, of a contract that begins on a day."""
        years, month = divmod(starts_on.month - 1 + term * self.months, 12)
        year = starts_on.year + years
        day = min(starts_on.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day) - timedelta(days=1)

    def notice_by(self, starts_on: date, term: int = 1) -> date:
        """The last day on which whoever began on a day can give notice for the end of a term."""
        return self.ends_on(starts_on, term) - timedelta(days=self.notice_days)

    def reminds_at(self, starts_on: date, term: int = 1) -> datetime:
        """When whoever began on a day is reminded of the end of a term."""
        return datetime.combine(self.notice_by(starts_on, term) - timedelta(days=self.remind_days), MORNING)

    def term_ending(self, starts_on: date, on: date) -> int:
        """Which term ends on a day; 0 when none does."""
        after = on + timedelta(days=1)
        term = round(((after.year - starts_on.year) * 12 + after.month - starts_on.month) / self.months)
        return term if term > 0 and self.ends_on(starts_on, term) == on else 0


class Equipment(Struct, frozen=True, kw_only=True):
    """What is inspected at a site: what it is, how many, and when it is due."""

    what: Private
    count: int
    due: date | None = None


class Needs(Struct, frozen=True, kw_only=True):
    """What the provider has to know of a site; which of it is asked, follows from the kind of contract.

    Energy: `point` of delivery (PRM or PDL, or PCE), MWh a year, subscribed kVA, and when the present contract ends.
    Inspections: the equipment. Cleaning: square metres, and how often a week. `starts_on` is when the new contract
    begins there, as soon as that is known.
    """

    site_id: str
    starts_on: date | None = None
    point: Private | None = None
    yearly: Decimal | None = None
    power: Decimal | None = None
    ends_on: date | None = None
    equipment: tuple[Equipment, ...] = ()
    surface: Decimal | None = None
    per_week: Decimal | None = None
    note: Private | None = None


class ContractSet(Event, frozen=True):
    """The organiser says what contract it is, and on which terms; `formula` is how its price is made."""

    purchase_id: str
    contract: Contract
    formula: Private


class NeedsDeclared(Event, frozen=True):
    """A company says what the provider has to know of a site; only it and the organiser read that."""

    purchase_id: str
    company_id: str
    needs: Needs


class NeedsWithdrawn(Event, frozen=True):
    """A company leaves a site out."""

    purchase_id: str
    company_id: str
    site_id: str


class ContractJoined(Event, frozen=True):
    """A company opts in after the frame contract was confirmed, at the price settled then; cents are of its whole."""

    purchase_id: str
    company_id: str
    quantity: Decimal
    goods: int
    delivery: int
    with_vat: int
    site_id: str = ""
    present_cents: int | None = None

    @property
    def tolerance(self) -> Decimal:
        """Nothing beyond what it says: no pack is waiting to be filled any more."""
        return NOTHING


class RenewalNear(Event, frozen=True):
    """A company's contract for these sites ends, or goes on unless it gives notice in time."""

    purchase_id: str
    company_id: str
    site_ids: tuple[str, ...]
    ends_on: date
    notice_by: date


FrameEvent = ContractSet | NeedsDeclared | NeedsWithdrawn | RenewalNear
"""What changes the frame alone; who joins late changes the purchase."""


class Frame(Struct, frozen=True):
    """What decisions know of a frame contract: its terms, when each site begins, and whose end was told.

    `starts` are by company and site; a site without a day has its needs told, and no start yet.
    """

    contract: Contract | None = None
    starts: dict[str, dict[str, date | None]] = field(default_factory=dict)
    told: frozenset[tuple[str, date]] = frozenset()

    def renewals(
        self, companies: frozenset[str], purchase_id: str, now: datetime | None = None
    ) -> list[tuple[datetime, RenewalNear]]:
        """What these companies will be reminded of next, and when, the earliest first: once for sites ending together.

        `now` leaves out the terms of whose end it is too late to tell, because a later one's is near already.
        """
        contract = self.contract
        if contract is None:
            return []
        ending: dict[tuple[datetime, str, date, date], list[str]] = {}
        for company_id in companies & self.starts.keys():
            for site_id, starts_on in self.starts[company_id].items():
                if starts_on is None:
                    continue
                term = self._told_terms(contract, company_id, starts_on) + 1
                while now is not None and contract.reminds_at(starts_on, term + 1) <= now:
                    term += 1
                ends_on, notice_by = contract.ends_on(starts_on, term), contract.notice_by(starts_on, term)
                near = (contract.reminds_at(starts_on, term), company_id, ends_on, notice_by)
                ending.setdefault(near, []).append(site_id)
        return [
            (
                at,
                RenewalNear(
                    purchase_id=purchase_id,
                    company_id=company_id,
                    site_ids=tuple(sorted(site_ids)),
                    ends_on=ends_on,
                    notice_by=notice_by,
                ),
            )
            for (at, company_id, ends_on, notice_by), site_ids in sorted(ending.items())
        ]

    def _told_terms(self, contract: Contract, company_id: str, starts_on: date) -> int:
        """Of how many terms the end was told already."""
        told = (ends_on for one, ends_on in self.told if one == company_id)
        return max((contract.term_ending(starts_on, ends_on) for ends_on in told), default=0)


def evolve_frame(frame: Frame, event: FrameEvent) -> Frame:
    """The frame after `event`."""
    match event:
        case ContractSet():
            return replace(frame, contract=event.contract)
        case NeedsDeclared():
            own = {**frame.starts.get(event.company_id, {}), event.needs.site_id: event.needs.starts_on}
            return replace(frame, starts={**frame.starts, event.company_id: own})
        case NeedsWithdrawn():
            own = {site: day for site, day in frame.starts.get(event.company_id, {}).items() if site != event.site_id}
            others = {one: sites for one, sites in frame.starts.items() if one != event.company_id}
            return replace(frame, starts={**others, event.company_id: own} if own else others)
        case RenewalNear():
            return replace(frame, told=frame.told | {(event.company_id, event.ends_on)})
