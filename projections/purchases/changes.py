"""How events change group purchases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, get_args

from msgspec.structs import replace

from domain import purchases, taxonomy
from domain.companies import CompanyErased
from domain.events import Event, Private, Recorded
from domain.purchases import (
    FEW,
    DeadlineExtended,
    DeliveryRecorded,
    LastCallMade,
    PledgesOpened,
    Purchase,
    PurchaseCancelled,
    PurchaseConfirmed,
    PurchaseEvent,
    PurchaseFailed,
    PurchaseProposed,
    QuoteChosen,
    QuoteReceived,
    RoundCompleted,
    RoundPlanned,
    SessionHeld,
    SessionPlanned,
    SpecificationSet,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
)
from domain.zones import PartnershipAgreed, PartnershipEnded
from projections.model import Group, ReadModel, Rows, Table, opened
from projections.purchases import frames, supplier_links
from projections.purchases.frames import CONTRACT, SITE, forget_sites, save_frame
from projections.purchases.ledgers import OfOne, folded_in, save_pledges
from projections.purchases.rows import (
    DAY,
    DDL,
    PARTNER,
    PLEDGE,
    PURCHASE,
    QUOTE,
    STATE,
    STEP,
    TERMS,
    PartnerRow,
    PurchaseRow,
    QuoteRow,
    StateRow,
    StepRow,
    TermsRow,
)
from projections.purchases.sessions import DDL as SESSIONS
from projections.purchases.sessions import SEATS, SESSION, TRAINEE, save_session
from projections.purchases.stops import COLLECTION, STOP, forget_remarks, save_collection
from projections.purchases.stops import DDL as STOPS
from projections.purchases.supplier_links import LINK, save_link

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
    | RoundPlanned
    | RoundCompleted
    | SessionPlanned
    | SessionHeld
)
"""What concerns everybody: the story on the page. Who pledged what does not."""


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case PartnershipAgreed() as event:
            rows.put(PARTNER, PartnerRow(zone_id=event.zone_id, partner_id=event.partner_id))
        case PartnershipEnded() as event:
            rows.drop(PARTNER, event.zone_id, event.partner_id)
        case CompanyErased() as event:
            for pledge in rows.of(PLEDGE, "company_id", event.company_id):
                rows.put(PLEDGE, replace(pledge, remark=""))
            forget_remarks(rows, event.company_id)
            forget_sites(rows, event.company_id)
        case event if isinstance(event, PurchaseEvent):
            first = _proposed(recorded, event) if isinstance(event, PurchaseProposed) else None
            state, row = folded_in(rows, event), first or rows.get(PURCHASE, event.purchase_id)
            if state is not None and row is not None:
                _save(rows, recorded, event, state, row)
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
        wished=None,
        wishers=None,
        deadline=None,
        joins_until=None,
        minimum=None,
        maximum=None,
        least_companies=1,
        most_companies=None,
        goal=None,
        partners=False,
        total=None,
        companies=None,
        failure=None,
        ended_at=None,
        delivered_on=None,
        why="",
        wakes_at=None,
        latest_at=recorded.at,
        version=0,
    )


def _save(rows: Rows, recorded: Recorded, event: PurchaseEvent, state: StateRow, row: PurchaseRow) -> None:
    """Every row that follows from the state, then what the event alone says."""
    after = state.purchase
    terms, polled = after.terms, state.wishers >= FEW
    row = replace(
        row,
        stage=after.stage,
        wished=state.wished if polled else None,
        wishers=state.wishers if polled else None,
        deadline=terms.deadline if terms else None,
        joins_until=after.frame.contract.joins_until if after.frame.contract else None,
        minimum=terms.minimum if terms else None,
        maximum=terms.maximum if terms else None,
        least_companies=terms.least_companies if terms else 1,
        most_companies=terms.most_companies if terms else None,
        goal=terms.goal if terms else None,
        partners=bool(terms and terms.partners),
        total=after.total if state.tells_total else None,
        companies=state.companies if state.tells_total else None,
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
        case DeliveryRecorded() | RoundCompleted() | SessionHeld():
            row = replace(row, delivered_on=event.on)
        case _:
            pass
    rows.put(PURCHASE, row)
    _save_terms(rows, recorded, event, after)
    save_pledges(rows, recorded, event, state)
    save_link(rows, recorded, event, after)
    save_frame(rows, event, after)
    save_collection(rows, event, after)
    save_session(rows, event, after)
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
                invitation_id=quote.invitation_id,
            )
            rows.put(QUOTE, received)
        case QuoteChosen():
            for quote_row in rows.of(QUOTE, "purchase_id", after.purchase_id):
                rows.put(QUOTE, replace(quote_row, chosen=quote_row.quote_id == event.quote_id))
            chosen = rows.get(QUOTE, after.purchase_id, event.quote_id)
            told = replace(
                _terms(after),
                supplier=chosen.supplier if chosen else "",
                conditions=chosen.conditions if chosen else "",
                choice=opened(event.reason),
                document=chosen.document if chosen else None,
            )
            rows.put(TERMS, told)
        case PledgesOpened():
            # Nothing is chosen where something is paid for together.
            told = terms or _terms(after)
            rows.put(TERMS, replace(told, terms=after.terms, charter=opened(event.charter)))
        case TermsChanged() | DeadlineExtended():
            if terms is not None:
                rows.put(TERMS, replace(terms, terms=after.terms))
        case PurchaseConfirmed():
            if terms is not None:
                rows.put(TERMS, replace(terms, unit_cents=event.unit_cents))
        case _:
            pass
    terms = rows.get(TERMS, after.purchase_id)
    if terms is not None and after.terms is not None:
        now = purchases.tier_at(after.terms.offer.tiers, after.total)
        rows.put(TERMS, replace(terms, now_cents=now.cents))


def _terms(after: Purchase) -> TermsRow:
    return TermsRow(
        purchase_id=after.purchase_id,
        zone_id=after.zone_id,
        terms=None,
        supplier="",
        conditions="",
        choice="",
        charter="",
    )


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
    """When the clock has something to do: a last call, the deadline, or the end of a contract or of what was learnt."""
    if purchase.stage != "open" or purchase.terms is None:
        renewal = next((at for at, _near in purchase.frame.renewals(purchase.contracted, purchase.purchase_id)), None)
        return renewal or purchase.session.wakes_at
    return purchase.terms.deadline - timedelta(days=max(purchase.calls, default=0))


_OF_PURCHASE: Final[tuple[Table[Any], ...]] = (
    PURCHASE, STATE, TERMS, PLEDGE, QUOTE, LINK, DAY, CONTRACT, SITE,
)  # fmt: skip


def touches(recorded: Recorded) -> Iterator[Group]:
    """Name the rows an event will need."""
    match recorded.event:
        case PartnershipAgreed() | PartnershipEnded() as event:
            yield PARTNER, "zone_id", event.zone_id
        case CompanyErased() as event:
            yield PLEDGE, "company_id", event.company_id
            yield STOP, "company_id", event.company_id
            yield SITE, "company_id", event.company_id
        case event if isinstance(event, OfOne):
            # One company's rows, and not those of all: thousands may pledge in one purchase.
            yield from ((table, "purchase_id", event.purchase_id) for table in (PURCHASE, STATE, TERMS, DAY))
            yield PLEDGE, "company_id", event.company_id
        case event if isinstance(event, PurchaseEvent):
            for table in _OF_PURCHASE:
                yield table, "purchase_id", event.purchase_id
        case _:
            pass


_EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {*get_args(PurchaseEvent), CompanyErased, PartnershipAgreed, PartnershipEnded}
)

PURCHASES: Final = ReadModel(
    name="purchases",
    version=11,
    tables=(
        PARTNER,
        PURCHASE,
        TERMS,
        QUOTE,
        LINK,
        PLEDGE,
        STATE,
        DAY,
        STEP,
        CONTRACT,
        SITE,
        COLLECTION,
        STOP,
        SESSION,
        TRAINEE,
        SEATS,
    ),
    ddl=DDL + supplier_links.DDL + STOPS + SESSIONS + frames.DDL,
    events=_EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
