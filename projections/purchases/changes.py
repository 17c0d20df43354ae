"""How events change group purchases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, get_args

from msgspec.structs import replace

from domain import purchases, taxonomy
from domain.companies import CompanyErased
from domain.events import Event, Private, Recorded
from domain.purchases import (
    DeadlineExtended,
    DeliveryRecorded,
    InterestPolled,
    LastCallMade,
    PledgeChanged,
    PledgeMade,
    PledgesOpened,
    PledgeWithdrawn,
    Purchase,
    PurchaseCancelled,
    PurchaseConfirmed,
    PurchaseEvent,
    PurchaseFailed,
    PurchaseProposed,
    QuoteChosen,
    QuoteReceived,
    ReceiptConfirmed,
    SpecificationSet,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
)
from projections.model import Group, ReadModel, Rows, opened
from projections.purchases.rows import (
    DAY,
    DDL,
    PLEDGE,
    PURCHASE,
    QUOTE,
    STATE,
    STEP,
    TERMS,
    DayRow,
    PledgeRow,
    PurchaseRow,
    QuoteRow,
    StateRow,
    StepRow,
    TermsRow,
)

TOLD: Final = (
    PurchaseProposed
    | SpecificationSet
    | QuoteChosen
    | PledgesOpened
    | ThresholdReached
    | ThresholdLost
    | LastCallMade
    | TermsChanged
    | DeadlineExtended
    | PurchaseConfirmed
    | PurchaseFailed
    | PurchaseCancelled
    | DeliveryRecorded
)
"""What concerns everybody: the story on the page. Who pledged what does not."""


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case CompanyErased() as event:
            for pledge in rows.of(PLEDGE, "company_id", event.company_id):
                rows.put(PLEDGE, replace(pledge, remark=""))
        case PurchaseProposed() as event:
            _save(rows, recorded, event, purchases.evolve(None, event), _proposed(recorded, event))
        case event if isinstance(event, PurchaseEvent):
            before, row = rows.get(STATE, event.purchase_id), rows.get(PURCHASE, event.purchase_id)
            if before is not None and row is not None:
                _save(rows, recorded, event, purchases.evolve(before.purchase, event), row)
        case _:
            pass


def _proposed(recorded: Recorded, event: PurchaseProposed) -> PurchaseRow:
    return PurchaseRow(
        purchase_id=event.purchase_id,
        zone_id=event.zone_id,
        form=event.form,
        category=event.category,
        family=taxonomy.CATEGORIES[event.category].family,
        unit=event.unit,
        step=event.step,
        stage="poll",
        title=opened(event.title),
        description=opened(event.description),
        specification="",
        company_id=event.company_id,
        proposed_at=recorded.at,
        wished=Decimal(0),
        wishers=0,
        deadline=None,
        minimum=None,
        maximum=None,
        least_companies=1,
        most_companies=None,
        total=Decimal(0),
        companies=0,
        failure=None,
        ended_at=None,
        delivered_on=None,
        why="",
        wakes_at=None,
        latest_at=recorded.at,
        version=0,
    )


def _save(rows: Rows, recorded: Recorded, event: PurchaseEvent, after: Purchase, row: PurchaseRow) -> None:
    """Every row that follows from the state, then what the event alone says."""
    terms = after.terms
    row = replace(
        row,
        stage=after.stage,
        wished=sum(after.wishes.values(), Decimal(0)),
        wishers=len(after.wishes),
        deadline=terms.deadline if terms else None,
        minimum=terms.minimum if terms else None,
        maximum=terms.maximum if terms else None,
        least_companies=terms.least_companies if terms else 1,
        most_companies=terms.most_companies if terms else None,
        total=after.total,
        companies=after.companies,
        wakes_at=_wakes_at(after),
        latest_at=recorded.at,
        version=recorded.version,
    )
    match event:
        case SpecificationSet():
            row = replace(row, specification=opened(event.text))
        case PurchaseConfirmed():
            row = replace(row, ended_at=recorded.at)
        case PurchaseFailed():
            row = replace(row, ended_at=recorded.at, failure=event.reason)
        case PurchaseCancelled():
            row = replace(row, ended_at=recorded.at, why=opened(event.reason))
        case DeliveryRecorded():
            row = replace(row, delivered_on=event.on)
        case _:
            pass
    rows.put(PURCHASE, row)
    rows.put(STATE, StateRow(purchase_id=after.purchase_id, zone_id=after.zone_id, purchase=after))
    _save_terms(rows, recorded, event, after)
    _save_pledges(rows, recorded, event, after)
    if isinstance(event, TOLD):
        rows.put(STEP, _step(recorded, event, after.zone_id))


def _save_terms(rows: Rows, recorded: Recorded, event: PurchaseEvent, after: Purchase) -> None:
    terms = rows.get(TERMS, after.purchase_id)
    match event:
        case QuoteReceived():
            quote = event.quote
            received = QuoteRow(
                purchase_id=after.purchase_id,
                quote_id=quote.quote_id,
                zone_id=after.zone_id,
                supplier=opened(quote.supplier),
                offer=quote.offer,
                conditions=opened(quote.conditions),
                document=quote.document,
                received_at=recorded.at,
            )
            rows.put(QUOTE, received)
        case QuoteChosen():
            for quote_row in rows.of(QUOTE, "purchase_id", after.purchase_id):
                rows.put(QUOTE, replace(quote_row, chosen=quote_row.quote_id == event.quote_id))
            chosen = rows.get(QUOTE, after.purchase_id, event.quote_id)
            told = TermsRow(
                purchase_id=after.purchase_id,
                zone_id=after.zone_id,
                terms=None,
                supplier=chosen.supplier if chosen else "",
                conditions=chosen.conditions if chosen else "",
                choice=opened(event.reason),
                charter="",
            )
            rows.put(TERMS, told)
        case PledgesOpened():
            if terms is not None:
                rows.put(TERMS, replace(terms, terms=after.terms, charter=opened(event.charter)))
        case TermsChanged() | DeadlineExtended():
            if terms is not None:
                rows.put(TERMS, replace(terms, terms=after.terms))
        case PurchaseConfirmed():
            if terms is not None:
                rows.put(TERMS, replace(terms, unit_cents=event.unit_cents))
        case _:
            pass


def _save_pledges(rows: Rows, recorded: Recorded, event: PurchaseEvent, after: Purchase) -> None:
    match event:
        case InterestPolled():
            rows.put(PLEDGE, replace(_of_company(rows, after, event.company_id), wish=event.quantity))
        case PledgeMade() | PledgeChanged():
            own = _of_company(rows, after, event.company_id)
            own = replace(
                own,
                quantity=event.quantity,
                tolerance=event.tolerance,
                site_id=event.site_id,
                present_cents=event.present_cents,
                pledged_at=own.pledged_at or recorded.at,
                waits=False,
            )
            rows.put(PLEDGE, own)
            _note_day(rows, recorded.at, after)
        case PledgeWithdrawn():
            own = _of_company(rows, after, event.company_id)
            rows.put(PLEDGE, replace(own, quantity=Decimal(0), tolerance=Decimal(0), pledged_at=None, waits=False))
            _note_day(rows, recorded.at, after)
        case TermsChanged():
            for one in rows.of(PLEDGE, "purchase_id", after.purchase_id):
                rows.put(PLEDGE, replace(one, waits=one.company_id in after.waiting))
            _note_day(rows, recorded.at, after)
        case PurchaseConfirmed():
            for share in event.shares:
                own = _of_company(rows, after, share.company_id)
                own = replace(
                    own, share=share.quantity, goods=share.goods, delivery=share.delivery, with_vat=share.with_vat
                )
                rows.put(PLEDGE, own)
        case ReceiptConfirmed():
            own = _of_company(rows, after, event.company_id)
            own = replace(own, outcome=event.outcome, received=event.quantity, remark=opened(event.remark))
            rows.put(PLEDGE, own)
        case _:
            pass


def _of_company(rows: Rows, after: Purchase, company_id: str) -> PledgeRow:
    own = rows.get(PLEDGE, after.purchase_id, company_id)
    return own or PledgeRow(purchase_id=after.purchase_id, company_id=company_id, zone_id=after.zone_id)


def _note_day(rows: Rows, at: datetime, after: Purchase) -> None:
    day = DayRow(
        purchase_id=after.purchase_id,
        on=at.astimezone(UTC).date(),
        zone_id=after.zone_id,
        total=after.total,
        companies=after.companies,
    )
    rows.put(DAY, day)


def _step(recorded: Recorded, event: PurchaseEvent, zone_id: str) -> StepRow:
    words: Private | None = getattr(event, "reason", None) if not isinstance(event, PurchaseFailed) else None
    return StepRow(
        purchase_id=event.purchase_id,
        version=recorded.version,
        zone_id=zone_id,
        at=recorded.at,
        what=type(event).__name__,
        mark=getattr(event, "mark", None),
        least=getattr(event, "least", None),
        days=getattr(event, "days", None),
        worse=getattr(event, "worse", None),
        deadline=getattr(event, "deadline", None),
        words=opened(words),
    )


def _wakes_at(purchase: Purchase) -> datetime | None:
    """When the clock has something to do: a last call that was not made, or the deadline."""
    if purchase.stage != "open" or purchase.terms is None:
        return None
    return purchase.terms.deadline - timedelta(days=max(purchase.calls, default=0))


def touches(recorded: Recorded) -> Iterator[Group]:
    """Name the rows an event will need."""
    match recorded.event:
        case CompanyErased() as event:
            yield PLEDGE, "company_id", event.company_id
        case PledgeMade() | PledgeChanged() | PledgeWithdrawn() | InterestPolled() | ReceiptConfirmed() as event:
            # One company's rows, and not those of all: thousands may pledge in one purchase.
            for table in (PURCHASE, STATE, DAY):
                yield table, "purchase_id", event.purchase_id
            yield PLEDGE, "company_id", event.company_id
        case event if isinstance(event, PurchaseEvent):
            for table in (PURCHASE, STATE, TERMS, PLEDGE, QUOTE, DAY):
                yield table, "purchase_id", event.purchase_id
        case _:
            pass


_EVENTS: Final[frozenset[type[Event]]] = frozenset({*get_args(PurchaseEvent), CompanyErased})

PURCHASES: Final = ReadModel(
    name="purchases",
    version=2,
    tables=(PURCHASE, TERMS, QUOTE, PLEDGE, STATE, DAY, STEP),
    ddl=DDL,
    events=_EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
