"""Addresses that forms are sent to, opened as pages: reloaded after an error, they lead to where the form stands."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from marketplace.links import PAGES
from web.policies import page
from web.visits import Visiting

STEPS: Final = (
    "accept", "decline", "abandon", "hold", "pickup", "pickup/agree", "confirm", "correct", "dispute", "settle",
    "savings", "period", "missed", "end", "messages", "block", "unblock",
)  # fmt: skip


@page([f"/exchanges/{{exchange_id:str}}/{step}" for step in STEPS], policy="crew")
async def back_to_the_exchange(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """The exchange whose step it is; the page says whether the reader may see it."""
    return visit.go(PAGES.exchange(exchange_id))


@page("/listings/{listing_id:str}/interest", policy="crew")
async def back_to_the_listing(visit: Visiting, listing_id: FromPath[str]) -> Response[Any]:
    """The listing whose form it is."""
    return visit.go(PAGES.listing(listing_id))


handlers = [back_to_the_exchange, back_to_the_listing]
