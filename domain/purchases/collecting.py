"""What is decided of a pooled collection: its rule, what each company hands over, its rounds and their outcome."""

from __future__ import annotations

from collections.abc import Collection as Among
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from domain.companies import Company
from domain.listings import PickupTerms
from domain.listings.pickup import check_pickup
from domain.purchases.commands import Buying, PledgeQuantity, PollInterest, TakingPart
from domain.purchases.events import PurchaseEvent
from domain.purchases.organising import poll_interest
from domain.purchases.pledging import pledge_quantity
from domain.purchases.prices import LARGEST
from domain.purchases.rounds import (
    CONDITIONS,
    GOOD,
    OUTCOMES,
    CollectionSet,
    Load,
    Outcome,
    RoundCompleted,
    RoundPlanned,
    StopConfirmed,
    StopDeclared,
    StopSkipped,
    StopsOrdered,
    StopVisited,
    StopWithdrawn,
    formats,
    nearest_next,
)
from domain.purchases.rules import (
    known,
    must_act_for,
    must_belong,
    must_fit_step,
    must_organise,
    must_speak_for,
    must_take_part,
    words,
)
from domain.purchases.state import BEFORE_PLEDGES, Purchase, evolve
from domain.refused import Conflict, Refused, _
from domain.zones import Zone

MOST_LOADS: Final = 12
MOST_WEEKS: Final = 104
WHOLE: Final = 100


class SetCollection(Buying, frozen=True):
    """Say from how many per cent of good units on a round is free, what counts as good, and how often it comes."""

    free_from: int | None = None
    good: tuple[str, ...] = GOOD
    every_weeks: int | None = None


class DeclareStop(TakingPart, frozen=True):
    """Say what a company hands over; before pledges open it binds nobody, while they are open it is the pledge."""

    site_id: str
    loads: tuple[Load, ...]
    access: PickupTerms = PickupTerms()
    remark: str = ""
    accepts_charter: bool = False


class ConfirmStop(TakingPart, frozen=True):
    """The same as last time is ready for the coming round."""


class SkipStop(TakingPart, frozen=True):
    """Sit the coming round out."""


class WithdrawStop(TakingPart, frozen=True):
    """Take no part any more."""


class PlanRound(Buying, frozen=True):
    """Set the day of the coming round, or another one."""

    on: date


class OrderStops(Buying, frozen=True):
    """Order the stops by hand; or by what is nearest next, from a `first` one or from the middle of the zone."""

    company_ids: tuple[str, ...] = ()
    nearest: bool = False
    first: str = ""


class VisitStop(Buying, frozen=True):
    """Record what became of a stop; recorded again, it is corrected."""

    company_id: str
    outcome: Outcome
    weight: Decimal | None = None
    remark: str = ""


# --- the organiser ----------------------------------------------------------------------------------------------


def set_collection(command: SetCollection, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The rule stands once companies joined on it; how often it comes may change."""
    purchase = _collected(purchase)
    must_organise(command, zone)
    _must_go_on(purchase)
    if command.free_from is not None and not 0 < command.free_from <= WHOLE:
        raise Refused(_("Write a share from 1 to 100 per cent."), field="free_from")
    if command.every_weeks is not None and not 0 < command.every_weeks <= MOST_WEEKS:
        raise Refused(_("Write a number of weeks from 1 to %(most)s."), field="every_weeks", most=MOST_WEEKS)
    good = tuple(condition for condition in CONDITIONS if condition in command.good)
    if command.free_from is not None and not good:
        raise Refused(_("Say which conditions count as good."), field="good")
    before = purchase.collection
    if purchase.terms is not None and (command.free_from, good) != (before.free_from, before.good):
        raise Refused(_("Companies have joined on this rule: it stays as it is."), field="free_from")
    if (command.free_from, good, command.every_weeks) == (before.free_from, before.good, before.every_weeks):
        return []
    return [
        CollectionSet(
            purchase_id=purchase.purchase_id, free_from=command.free_from, good=good, every_weeks=command.every_weeks
        )
    ]


def plan_round(command: PlanRound, purchase: Purchase | None, zone: Zone, gone: Among[str] = ()) -> list[PurchaseEvent]:
    """The coming round has a day; from the second one on each company says whether the same is ready."""
    purchase = _collected(purchase)
    must_organise(command, zone)
    _must_go_on(purchase)
    if purchase.stage == "open":
        raise Refused(_("Pledges are open: plan the round once they are settled."))
    if command.on < command.now.date():
        raise Refused(_("This day is past: choose one to come."), field="on")
    collection = purchase.collection
    made = collection.round
    if made is not None and made.completed and collection.every_weeks is None:
        raise Refused(_("This collection comes once. Say how often it comes, and plan the next round then."))
    if not collection.stops.keys() - gone:
        raise Refused(_("Nobody has said yet what there is to collect."))
    if made is not None and not made.completed and made.on == command.on:
        return []
    return [
        RoundPlanned(
            purchase_id=purchase.purchase_id,
            number=collection.number,
            on=command.on,
            gone=tuple(sorted(collection.stops.keys() & gone)),
        )
    ]


def order_stops(command: OrderStops, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The organiser's own order, or at each stop the nearest one that is left."""
    purchase = _collected(purchase)
    must_organise(command, zone)
    collection = purchase.collection
    if collection.round is None or not collection.is_planned:
        raise Refused(_("Set the day of the round first."))
    ready = collection.ready
    if command.nearest:
        places = {one: stop.place for one, stop in sorted(ready.items())}
        first = places.pop(command.first, None)
        begins = (command.first,) if first else ()
        order = (*begins, *nearest_next(first or zone.place, places))
    else:
        order = command.company_ids
        if sorted(order) != sorted(ready):
            raise Conflict(_("The stops changed meanwhile: here they are as they stand now."))
    if (order, command.nearest) == (collection.round.order, collection.round.nearest):
        return []
    return [
        StopsOrdered(
            purchase_id=purchase.purchase_id, number=collection.number, company_ids=order, nearest=command.nearest
        )
    ]


def visit_stop(command: VisitStop, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """What became of a stop; the last one that is recorded completes the round."""
    purchase = _collected(purchase)
    must_organise(command, zone)
    made = purchase.collection.round
    if made is None:
        raise Refused(_("Set the day of the round first."))
    due = made.visited.keys() | (purchase.collection.ready if purchase.collection.is_planned else {})
    if command.company_id not in due:
        raise Refused(_("This company has no stop in this round."), field="outcome")
    if command.now.date() < made.on:
        raise Refused(_("The round is still to come."), field="outcome")
    if command.outcome not in OUTCOMES:
        raise Refused(_("Say what became of the stop."), field="outcome")
    if command.weight is not None and not 0 < command.weight < LARGEST:
        raise Refused(_("Write a number greater than zero."), field="weight")
    if command.weight is not None and command.outcome == "absent":
        raise Refused(_("Where nobody was there, nothing was weighed."), field="weight")
    remark = words(zone.zone_id, command.remark, "remark")
    visited = StopVisited(
        purchase_id=purchase.purchase_id,
        company_id=command.company_id,
        number=made.number,
        outcome=command.outcome,
        weight=command.weight,
        remark=remark if remark.text else None,
    )
    after = evolve(purchase, visited)
    if made.completed or after.collection.waited_for:
        return [visited]
    return [visited, RoundCompleted(purchase_id=purchase.purchase_id, number=made.number, on=made.on)]


# --- a company --------------------------------------------------------------------------------------------------


def declare_stop(
    command: DeclareStop, purchase: Purchase | None, zone: Zone, company: Company, homes: Sequence[Zone] = ()
) -> list[PurchaseEvent]:
    """What is declared is the answer to the poll, and the pledge once pledges are open: one figure, said once.

    `homes` are the zones of a company from elsewhere: its stop is welcome where the terms are open to partner zones.
    """
    purchase = _collected(purchase)
    if purchase.terms is not None:
        must_take_part(command, company, zone, purchase.terms, homes, command.purchase_id)
    else:
        must_act_for(command, company, zone, command.purchase_id)
    _must_be_awaited(command, purchase)
    loads = _loads(command.loads, purchase)
    place = company.sites.get(command.site_id)
    if place is None:
        raise Refused(_("Choose one of the company’s sites."), field="site")
    remark = words(company.author(command.actor), command.remark, "remark")
    declared = StopDeclared(
        purchase_id=purchase.purchase_id,
        company_id=command.company_id,
        number=purchase.collection.number,
        site_id=command.site_id,
        place=place,
        loads=loads,
        access=check_pickup(command.access),
        remark=remark if remark.text else None,
    )
    after = evolve(purchase, declared)
    asked: dict[str, Any] = {
        "actor": command.actor,
        "now": command.now,
        "command_id": command.command_id,
        "for_company": command.for_company,
        "purchase_id": purchase.purchase_id,
        "company_id": command.company_id,
        "quantity": after.collection.stops[command.company_id].quantity,
    }
    if purchase.stage in BEFORE_PLEDGES:
        return [declared, *poll_interest(PollInterest(**asked), after, zone, company)]
    if purchase.stage == "open":
        own = purchase.pledges.get(command.company_id)
        pledge = PledgeQuantity(
            **asked,
            seen_version=command.seen_version,
            site_id=command.site_id,
            present_cents=own.present_cents if own else None,
            accepts_charter=command.accepts_charter,
        )
        return [declared, *pledge_quantity(pledge, after, zone, company, homes)]
    return [declared]


def confirm_stop(command: ConfirmStop, purchase: Purchase | None, zone: Zone, company: Company) -> list[PurchaseEvent]:
    """One tap for the next round: the same again."""
    purchase = _collected(purchase)
    must_belong(command, purchase, company, zone)
    answer = _answer(command, purchase)
    if answer == "ready":
        return []
    number = purchase.collection.number
    return [StopConfirmed(purchase_id=purchase.purchase_id, company_id=command.company_id, number=number)]


def skip_stop(command: SkipStop, purchase: Purchase | None, zone: Zone, company: Company) -> list[PurchaseEvent]:
    """One tap the other way: nothing this time. The round may be complete by it."""
    purchase = _collected(purchase)
    must_speak_for(command, company, zone)
    if _answer(command, purchase) == "skips":
        return []
    number = purchase.collection.number
    skipped = StopSkipped(purchase_id=purchase.purchase_id, company_id=command.company_id, number=number)
    return [skipped, *_completed(evolve(purchase, skipped))]


def withdraw_stop(
    command: WithdrawStop, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """A company leaves the collection; while pledges are open it withdraws its pledge instead."""
    purchase = _collected(purchase)
    must_speak_for(command, company, zone)
    if command.company_id not in purchase.collection.stops:
        return []
    if purchase.stage == "open":
        raise Refused(_("Pledges are open: withdraw your pledge, and your stop goes with it."))
    _must_be_awaited(command, purchase)
    withdrawn = StopWithdrawn(purchase_id=purchase.purchase_id, company_id=command.company_id)
    after = evolve(purchase, withdrawn)
    return [withdrawn, *_completed(after)]


# --- rules ------------------------------------------------------------------------------------------------------


def _collected(purchase: Purchase | None) -> Purchase:
    purchase = known(purchase)
    if purchase.form != "collection":
        raise Refused(_("This is not a pooled collection."))
    return purchase


def _must_go_on(purchase: Purchase) -> None:
    if purchase.stage in ("failed", "cancelled"):
        raise Refused(_("This group purchase is over."))


def _must_be_awaited(command: TakingPart, purchase: Purchase) -> None:
    """Refuse what comes too late for the round, and who has no part in what was settled by pledges."""
    _must_go_on(purchase)
    collection = purchase.collection
    if collection.round is not None and collection.round.completed and collection.every_weeks is None:
        raise Refused(_("The round was made: nothing more is collected."))
    if collection.is_planned and collection.round and command.company_id in collection.round.visited:
        raise Refused(_("The lorry has been at your stop already."))
    settled = purchase.terms is not None and purchase.stage != "open"
    if settled and command.company_id not in {share.company_id for share in purchase.shares}:
        raise Refused(_("Pledges are closed: ask the organiser whether your stop can still be added."))


def _answer(command: TakingPart, purchase: Purchase) -> str:
    """What the company said of the coming round so far, once that has its day."""
    _must_be_awaited(command, purchase)
    if not purchase.collection.is_planned:
        raise Refused(_("The next round has no day yet."))
    answer = purchase.collection.answer(command.company_id)
    if answer is None:
        raise Refused(_("Your company has no stop yet: say what you hand over."))
    return answer


def _completed(after: Purchase) -> list[PurchaseEvent]:
    """A round whose last open stop drops out is complete, if any other was seen to."""
    made = after.collection.round
    if made is None or not after.collection.is_planned or not made.visited or after.collection.waited_for:
        return []
    return [RoundCompleted(purchase_id=after.purchase_id, number=made.number, on=made.on)]


def _loads(loads: Sequence[Load], purchase: Purchase) -> tuple[Load, ...]:
    """What is handed over, one line a format and condition."""
    if not loads:
        raise Refused(_("Say what you hand over: at least one line."), field="loads")
    if len(loads) > MOST_LOADS:
        raise Refused(_("%(most)s lines at most."), field="loads", most=MOST_LOADS)
    known_formats = formats(purchase.category)
    summed: dict[tuple[str, str], Decimal] = {}
    for place, load in enumerate(loads, 1):
        if load.format not in known_formats:
            raise Refused(_("Choose what it is in the list."), field=f"format_{place}")
        if load.condition not in CONDITIONS:
            raise Refused(_("Choose the condition in the list."), field=f"condition_{place}")
        if load.quantity <= 0:
            raise Refused(_("Write a number greater than zero."), field=f"quantity_{place}")
        must_fit_step(load.quantity, purchase, f"quantity_{place}")
        key = (load.format, load.condition)
        summed[key] = summed.get(key, Decimal(0)) + load.quantity
    return tuple(Load(*key, quantity) for key, quantity in summed.items())
