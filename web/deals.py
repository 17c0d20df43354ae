"""A step somebody takes with a form of an exchange's page: carried out, or shown again with what is against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from litestar import Response

from domain import taxonomy
from domain.commands import Receipt
from domain.conversations import Talking
from domain.dealings import Dealing
from domain.exchanges import Exchange
from domain.quantities import NUMBER_ONLY, Quantity
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from projections.exchanges import ExchangeRow
from web.exchange_found import facilitates, presenter, seen
from web.exchange_page import show
from web.exchange_steps import Filled
from web.forms import Answers
from web.views import PhotoField
from web.visits import Visit

C = TypeVar("C", bound=Dealing | Talking)

EVERYTHING: Final = 2**62
"""A position beyond every log: whoever waits for it sees all there is."""


class Deal:
    """A step somebody takes with a form of the page: for which side, and what they typed."""

    def __init__(
        self,
        visit: Visit,
        row: ExchangeRow,
        exchange: Exchange,
        verb: str,
        given: Answers,
        company_id: str,
        about: str = "",
    ) -> None:
        self.visit = visit
        self.row = row
        self.exchange = exchange
        self.verb = verb
        self.given = given
        self.company_id = company_id
        self.about = about
        self.photos = PhotoField()

    @property
    def for_company(self) -> str | None:
        """The side a facilitator acts for; None when it is the reader's own."""
        return None if not self.company_id or self.visit.viewer.acts_for(self.company_id) else self.company_id

    @property
    def today(self) -> datetime:
        """The day and time it is where the exchange takes place."""
        return self.visit.now.astimezone(ZoneInfo(self.exchange.time_zone))

    async def asked(self) -> dict[str, Any]:
        """What every step carries, at this moment: photos may have taken longer to arrive than the log allows."""
        return {
            **await self.visit.asked(),
            "now": self.visit.services.clock.now(),
            "listing_id": self.row.listing_id,
            "exchange_id": self.row.exchange_id,
            "company_id": self.company_id,
            "for_company": self.for_company,
        }

    def quantity(self, name: str = "amount", *, per: bool = False) -> Quantity | None:
        """The amount that was typed, in the unit of the exchange."""
        asked = self.exchange.asked
        several = presenter(self.visit, self.exchange).wording.units(asked.unit, self.row.category)
        counted = taxonomy.UNITS[asked.unit].is_counted
        instead = {NUMBER_ONLY: self.visit.say(_("Write a number only, in %(unit)s."), unit=several)}
        amount = self.given.amount(name, missing=_("Say how much."), instead=instead, counted=counted)
        return Quantity(amount, asked.unit, asked.per if per else None) if amount is not None else None

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C, told: str) -> Response[Any]:
        """Take the step and say what happens next; or show the page with what stands against it."""
        try:
            await self.visit.carry_out(use_case, command)
        except Conflict as conflict:
            # The page must show what came in between, whoever did it.
            self.visit.position = EVERYTHING
            return await show(
                self.visit,
                self.row.exchange_id,
                for_company=self.for_company or "",
                conflict=self.visit.refusal(conflict),
                status=409,
            )
        except (NotFound, Forbidden):
            raise
        except Refused as refused:
            self.given.refused(refused)
            return await self.again()
        self.visit.tell(told)
        return self.visit.go(PAGES.exchange(self.row.exchange_id, for_company=self.for_company))

    async def again(self) -> Response[Any]:
        """The page with the form as it was filled, and what is wrong beside its fields."""
        filled = Filled(self.verb, self.given, self.photos, self.about)
        return await show(
            self.visit, self.row.exchange_id, for_company=self.for_company or "", filled=filled, status=422
        )


async def deal(visit: Visit, exchange_id: str, verb: str, *, about: str = "") -> Deal:
    """The step of a form, for one who may take it; to anyone else there is no such exchange, or it is not theirs."""
    row = await seen(visit, exchange_id)
    given = await visit.answers()
    exchange = row.exchange
    chosen = given.raw("for_company") or presenter(visit, exchange).side(exchange)
    if chosen not in exchange.companies or not (visit.viewer.acts_for(chosen) or facilitates(visit, row)):
        if verb == "settle" and visit.viewer.has_role(row.zone_id, "facilitator", "administrator"):
            chosen = ""
        else:
            raise Forbidden(_("Only the two companies can do this."))
    return Deal(visit, row, exchange, verb, given, chosen, about)
