"""The movements of waste that exchanges make, for the register."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from domain.exchanges import DisputeSettled, Exchange, ExchangeConfirmed, PeriodConfirmed, TakeCorrected
from domain.periods import first_day, following
from projections.exchanges.rows import WASTE, ExchangeRow, WasteRow
from projections.model import Rows, opened


def move_waste(rows: Rows, event: ExchangeConfirmed | PeriodConfirmed, row: ExchangeRow) -> None:
    """Write what left as waste, as it was told."""
    if event.waste is None:
        return
    typed = event.waste.carrier or event.waste.receipt
    movement = WasteRow(
        exchange_id=row.exchange_id,
        number=event.number,
        provider_id=row.provider_id,
        receiver_id=row.receiver_id,
        category=row.category,
        code=event.waste.code,
        tonnes=event.waste.tonnes,
        measured=event.measured,
        treatment=event.waste.treatment,
        subject=typed.subject if typed else "",
        carrier=opened(event.waste.carrier),
        receipt=opened(event.waste.receipt),
        collected_on=_day(event, row.exchange),
    )
    rows.put(WASTE, movement)


def _day(event: ExchangeConfirmed | PeriodConfirmed, exchange: Exchange) -> date:
    """The day of a pick-up; a period's is the day it was told, where that is within the period, else its last."""
    if isinstance(event, ExchangeConfirmed):
        return event.collected_on
    told = event.at.astimezone(ZoneInfo(exchange.time_zone)).date()
    return min(told, first_day(following(event.period)) - timedelta(days=1))


def settle_waste(rows: Rows, event: TakeCorrected | DisputeSettled, exchange: Exchange) -> None:
    """What was weighed stays as it was weighed; where nothing was collected after all, nothing moved."""
    for movement in rows.of(WASTE, "exchange_id", event.exchange_id):
        take = next(take for take in exchange.takes if take.number == movement.number)
        rows.put(WASTE, replace(movement, stands=take.amount > 0))
