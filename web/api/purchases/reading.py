"""Group purchases as programs read them: a zone's, one with its terms, and how it came to stand where it stands."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from projections import purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, State
from web.api.purchases.representing import (
    DayOut,
    PurchaseOut,
    StepOut,
    answered,
    day_out,
    represented,
    step_out,
)
from web.api.purchases.steps import AT, OPEN
from web.purchase_readers import in_full, seen
from web.visits import Visiting

LONGEST_CURSOR: Final = 100


class PurchasesOut(Struct):
    """One page of group purchases; `next` is the cursor of the following one."""

    items: list[PurchaseOut]
    next: str | None = None


class StoryOut(Struct):
    """What happened that concerns everybody, the newest first, and how much was pledged day by day."""

    steps: list[StepOut]
    days: list[DayOut]


@get("/api/v1/zones/{zone:str}/purchases", **OPEN, summary="Group purchases of a zone")
async def zone_purchases(
    visit: Visiting,
    zone: FromPath[str],
    of: Annotated[State, QueryParameter(name="state")] = "open",
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = purchases.PAGE,
) -> PurchasesOut:
    """`open` ones, what closes soonest first; those `coming`, about which the zone is asked; or those that are `over`.

    Without a token only what is open or was confirmed, and no price.
    """
    here = await visit.zone(zone)
    async with visit.reading(PURCHASES, PEOPLE) as read:
        cursor = after.replace("\0", "")[:LONGEST_CURSOR]
        found = await read.all(purchases.in_zone(here.zone_id, of, visit.now, cursor, limit))
        rows, following = purchases.page_of(found, limit)
        told = await in_full(visit, read, rows)
        return PurchasesOut(await represented(visit, read, told, here), following)


@get(AT, **OPEN, summary="Read a group purchase")
async def show_purchase(visit: Visiting, purchase_id: FromPath[str]) -> Response[PurchaseOut]:
    """The ETag is what `If-Match` wants with a pledge."""
    return await answered(visit, purchase_id)


@get(AT + "/story", **OPEN, summary="What happened to a group purchase")
async def show_story(visit: Visiting, purchase_id: FromPath[str]) -> StoryOut:
    """For the companies that may join; whoever may not reads nothing of it."""
    await seen(visit, purchase_id)
    async with visit.reading(PURCHASES) as read:
        steps = await read.all(purchases.steps(purchase_id))
        days = await read.all(purchases.days(purchase_id))
    return StoryOut([step_out(step) for step in steps], [day_out(one) for one in days])


handlers: list[Any] = [zone_purchases, show_purchase, show_story]
