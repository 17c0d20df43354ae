"""A step in a group purchase, taken with a form of a page of its own: what it carries, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from litestar import Response
from msgspec import Struct

from domain.commands import Receipt
from domain.purchases import Buying
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from projections import people
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PurchaseRow
from web.forms import Answers
from web.purchase_readers import EVERYTHING, Filled, organises, who_may_join
from web.visits import Visit

C = TypeVar("C", bound=Buying)


class Reshown(Struct, frozen=True):
    """What a page that is shown again says: the form as it was filled, or what came in between."""

    filled: Filled | None = None
    conflict: str = ""
    status: int = 200

    def of(self, key: str) -> Answers | None:
        """What was typed in one form of the page."""
        return self.filled.given if self.filled and self.filled.key == key else None


FIRST: Final = Reshown()
"""A page that is shown for the first time."""
Show = Callable[[Visit, str, Reshown], Awaitable[Response[Any]]]


class Step:
    """One form that was sent: by whom, and what they typed; `to` is where it leads, `show` its page."""

    def __init__(
        self, visit: Visit, row: PurchaseRow, zone: people.Zone, key: str, given: Answers, *, to: str, show: Show
    ) -> None:
        self.visit = visit
        self.row = row
        self.zone = zone
        self.key = key
        self.given = given
        self.to = to
        self.show = show

    async def asked(self) -> dict[str, Any]:
        """What every step of the organiser carries."""
        return {**await self.visit.asked(), "purchase_id": self.row.purchase_id}

    async def asked_for(self, company_id: str) -> dict[str, Any]:
        """What every step of a company carries; the organiser takes it for one that cannot."""
        behalf = None if self.visit.viewer.acts_for(company_id) else company_id
        return {**await self.asked(), "company_id": company_id, "for_company": behalf}

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C, told: str) -> Response[Any]:
        """Take the step and say so; or show the page with what stands against it."""
        try:
            await self.visit.carry_out(use_case, command)
        except Conflict as conflict:
            self.visit.position = EVERYTHING
            reshown = Reshown(Filled(self.key, self.given), self.visit.refusal(conflict), 409)
            return await self.show(self.visit, self.row.purchase_id, reshown)
        except (NotFound, Forbidden):
            raise
        except Refused as refused:
            self.given.refused(refused)
            return await self.again()
        self.visit.tell(told)
        return self.visit.go(self.to)

    async def again(self) -> Response[Any]:
        """The page with the form as it was filled, and what is wrong beside its fields."""
        return await self.show(self.visit, self.row.purchase_id, Reshown(Filled(self.key, self.given), status=422))


async def company_for(visit: Visit, row: PurchaseRow, chosen: str) -> str:
    """The company a step is taken for: one of the reader's own, or the one its organiser names."""
    async with visit.reading(PURCHASES, PEOPLE) as read:
        own = [company.company_id for company in await who_may_join(visit, read, row)]
    if organises(visit, row.zone_id) and chosen:
        return chosen
    if not own:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    if chosen and chosen not in own:
        raise Forbidden(_("Only somebody of the company commits it."))
    return chosen or own[0]
