"""A step in a group purchase: by whom it is taken, for which company, on what they read, and what it leads to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from litestar import Response
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter, SkipValidation
from msgspec import Meta, Struct

from domain.commands import Receipt
from domain.purchases import Buying
from domain.quantities import parse_amount
from domain.refused import Forbidden, Refused, _
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PurchaseRow
from web.api.documenting import ANYONE, MEMBER
from web.api.purchases.representing import PurchaseOut, answered
from web.api.reading import IdempotencyKey, IfMatch, command_id, seen_version, strictly, without_nul
from web.purchase_desk import led
from web.purchase_readers import own_companies, seen, who_may_join
from web.quote_field import YEARS
from web.visits import Visit, Visiting

C = TypeVar("C", bound=Buying)
H = TypeVar("H", bound=HTTPRouteHandler)
T = TypeVar("T")
Telling = Callable[[Visit, str], Awaitable[T]]

AT: Final = "/api/v1/purchases/{purchase_id:str}"
TAGGED: Final[dict[str, Any]] = {"tags": ["Group purchases"]}
OPEN: Final[dict[str, Any]] = {**ANYONE, **TAGGED}
READ: Final[dict[str, Any]] = {**MEMBER, **TAGGED}
FIELDS: Final = {
    "present_price": "present_cents",
    "delivery": "delivery_cents",
    "standing": "standing_cents",
    "quote": "quote_id",
    "site": "site_id",
    "hours": "minutes",
    "at": "starts_at",
    "cancel_by": "cancel_until",
}
"""What programs call answers that pages ask for in other words."""

Cents = Annotated[int, Meta(ge=0, le=10**9)]
Moment = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=10**6)]
ForCompany = Annotated[
    str,
    QueryParameter(
        max_length=80, description="The company that acts; needed by whoever acts for several, or facilitates the zone."
    ),
]


class Step:
    """A step somebody takes in a group purchase they see; `signed` is what each of its commands carries."""

    def __init__(self, visit: Visit, row: PurchaseRow, zone: people.Zone, signed: dict[str, Any]) -> None:
        self.visit = visit
        self.marketplace = visit.services.marketplace
        self.row = row
        self.zone = zone
        self.signed = signed

    async def for_company(self, company_id: str | None, *, leaving: bool = False) -> dict[str, Any]:
        """What a step of a company carries: its own people take it, or the zone's facilitator who says for whom.

        A company that may not join any more may still leave.
        """
        viewer = self.visit.viewer
        own = [company.company_id for company in own_companies(self.visit, self.row.zone_id)]
        if self.row.partners or leaving:
            async with self.visit.reading(PURCHASES, PEOPLE) as read:
                own = [company.company_id for company in await who_may_join(self.visit, read, self.row)]
                if leaving:
                    pledged = await read.all(purchases.pledges(self.row.purchase_id))
                    own += [one.company_id for one in pledged if one.quantity and viewer.acts_for(one.company_id)]
        chosen = without_nul(company_id or next(iter(own), ""))
        if not chosen:
            raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
        if chosen not in own and not viewer.has_role(self.row.zone_id, "facilitator"):
            raise Forbidden(_("Only somebody of the company commits it."))
        return {**self.signed, "company_id": chosen, "for_company": None if viewer.acts_for(chosen) else chosen}

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C) -> Receipt:
        """Take the step; what stands against it names the answer as programs call it."""
        try:
            return await self.visit.carry_out(use_case, command)
        except Refused as refused:
            refused.field = FIELDS.get(refused.field or "", refused.field)
            raise

    async def take(self, use_case: Callable[[C], Receipt], command: C) -> Response[PurchaseOut]:
        """Take the step, and answer with where it led."""
        return await answered(self.visit, self.row.purchase_id, await self.carry_out(use_case, command))

    async def take_in(self, part: Telling[T], use_case: Callable[[C], Receipt], command: C) -> Response[T]:
        """Take a step in one `part` of the group purchase, and answer with how that part stands now."""
        receipt = await self.carry_out(use_case, command)
        told = await part(self.visit, self.row.purchase_id)
        return Response(told, status_code=200, headers={"Position": str(receipt.position)})


async def _joining(
    visit: Visiting, purchase_id: FromPath[str], key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Step:
    return Step(visit, *await seen(visit, purchase_id), _signed(visit, purchase_id, key, if_match))


async def _leading(
    visit: Visiting, purchase_id: FromPath[str], key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Step:
    return Step(visit, *await led(visit, purchase_id), _signed(visit, purchase_id, key, if_match))


def _signed(visit: Visit, purchase_id: str, key: str, if_match: str) -> dict[str, Any]:
    seen_at = seen_version(if_match)
    return {**visit.signed(command_id(key)), "seen_version": seen_at, "purchase_id": purchase_id}


Stepping = NamedDependency[SkipValidation[Step]]


def joining(kind: type[H], path: str, summary: str, body: type[Struct] | None = None) -> H:
    """A route for a company that takes part, whose handler is given the step and, where there is one, the body."""
    return _route(kind, path, summary, body, _joining)


def leading(kind: type[H], path: str, summary: str, body: type[Struct] | None = None, **more: Any) -> H:  # noqa: ANN401  (handed on)
    """The same for whoever leads the group purchase; `more` is what else the framework is told of the route."""
    return _route(kind, path, summary, body, _leading, **more)


def _route(
    kind: type[H],
    path: str,
    summary: str,
    body: type[Struct] | None,
    step: Callable[..., Any],
    **more: Any,  # noqa: ANN401  (handed on)
) -> H:
    return kind(
        AT + path,
        before_request=strictly(body) if body else None,
        dependencies={"step": Provide(step)},
        summary=summary,
        status_code=200,
        **READ,
        **more,
    )


# --- read from what was sent --------------------------------------------------------------------------------------


def amount(typed: str, field: str = "quantity") -> Decimal:
    """An amount as a decimal string, nothing included."""
    return Decimal(0) if typed == "0" else parse_amount(typed, field)


def perhaps(typed: str | None, field: str) -> Decimal | None:
    """An amount above nothing, where there is one."""
    return None if typed is None else parse_amount(typed, field)


def moment(given: datetime, field: str) -> datetime:
    """A moment as UTC; at either end of the calendar it is none in every time zone."""
    if given.year not in YEARS:
        raise Refused(_("Choose the day."), field=field)
    return given.astimezone(UTC)


def day(given: date, field: str) -> date:
    """A day that has others before and after it."""
    if given.year not in YEARS:
        raise Refused(_("Choose the day."), field=field)
    return given
