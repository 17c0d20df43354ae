"""A pooled collection: what a stop has ready is said once, the share of good units is exact, rounds come again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from domain import purchases as p
from domain.listings import PickupTerms
from domain.places import Place, distance_km
from domain.refused import Conflict, Forbidden, Refused
from tests.domain.buying import COMPANIES, HERE, NOW, ZONE, Buying
from tests.domain.test_funding import HOME, NEIGHBOUR

C = TypeVar("C", bound=p.TakingPart)

DAY = NOW.date() + timedelta(days=14)
DOCK = PickupTerms(weekdays=(1, 2), ready_from=time(8), ready_until=time(12), place="dock", forklift=True)


class Round(Buying):
    """A collection of pallets, led by Léa."""

    def __init__(self, **fields: Any) -> None:
        super().__init__()
        self.proposed(form="collection", category="PAL.EPAL1", title="Palettes à reprendre", **fields)

    def set(self, **fields: Any) -> list[p.PurchaseEvent]:
        return self.told(p.set_collection(self.command(p.SetCollection, **fields), self.state, ZONE))

    def stop(self, letter: str, good: int = 0, broken: int = 0, **fields: Any) -> list[p.PurchaseEvent]:
        loads = [p.Load("PAL.EPAL1", "B", Decimal(good)), p.Load("PAL.EPAL1", "BROKEN", Decimal(broken))]
        asked = {"loads": tuple(load for load in loads if load.quantity), "access": DOCK, **fields}
        command = self.of(p.DeclareStop, letter, **{"site_id": f"site-{letter}", **asked})
        return self.told(p.declare_stop(command, self.state, ZONE, COMPANIES[letter]))

    def of(self, kind: Callable[..., C], letter: str, **fields: Any) -> C:
        return self.command(kind, f"member-{letter}", company_id=f"company-{letter}", **fields)

    def confirm(self, letter: str) -> list[p.PurchaseEvent]:
        return self.told(p.confirm_stop(self.of(p.ConfirmStop, letter), self.state, ZONE, COMPANIES[letter]))

    def skip(self, letter: str) -> list[p.PurchaseEvent]:
        return self.told(p.skip_stop(self.of(p.SkipStop, letter), self.state, ZONE, COMPANIES[letter]))

    def plan(self, on: date = DAY, gone: tuple[str, ...] = ()) -> list[p.PurchaseEvent]:
        return self.told(p.plan_round(self.command(p.PlanRound, on=on), self.state, ZONE, gone))

    def order(self, **fields: Any) -> tuple[str, ...]:
        self.told(p.order_stops(self.command(p.OrderStops, **fields), self.state, ZONE))
        return tuple(self.collection.ready)

    def visit(self, letter: str, outcome: str = "collected", **fields: Any) -> list[p.PurchaseEvent]:
        command = self.command(p.VisitStop, company_id=f"company-{letter}", outcome=outcome, **fields)
        return self.told(p.visit_stop(command, self.state, ZONE))

    @property
    def stage(self) -> str:
        return self.state.stage

    @property
    def collection(self) -> p.Collection:
        return self.state.collection


def kinds(events: list[p.PurchaseEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_company_of_a_partner_zone_has_a_stop_where_the_round_is_open_to_it() -> None:
    of = Round()
    of.opened(partners=True)
    company = replace(COMPANIES["a"], standings={"zone-bioparc": "admitted"})
    loads = (p.Load("PAL.EPAL1", "B", Decimal(60)),)
    command = of.of(p.DeclareStop, "a", site_id="site-a", loads=loads, access=DOCK, accepts_charter=True)
    assert kinds(p.declare_stop(command, of.state, HOME, company, [NEIGHBOUR]))[:2] == ["StopDeclared", "PledgeMade"]
    with pytest.raises(Forbidden):
        p.declare_stop(command, of.state, HOME, company)


# --- what is handed over ----------------------------------------------------------------------------------------


def test_a_stop_is_the_answer_to_the_poll() -> None:
    of = Round()
    assert kinds(of.stop("a", 40, 15)) == ["StopDeclared", "InterestPolled"]
    assert of.state.wishes == {"company-a": Decimal(55)}
    of.stop("a", 30)
    assert of.state.wishes == {"company-a": Decimal(30)}


def test_once_pledges_are_open_the_stop_is_the_pledge() -> None:
    of = Round()
    of.opened()
    with pytest.raises(Refused) as refused:
        of.stop("a", 40)
    assert refused.value.field == "accepts_charter"
    assert kinds(of.stop("a", 40, 15, accepts_charter=True))[:2] == ["StopDeclared", "PledgeMade"]
    assert of.state.pledges["company-a"].quantity == 55
    with pytest.raises(Refused, match="Your stop says") as refused:
        of.pledge("a", 60)
    assert refused.value.field == "quantity"
    of.withdraw("a", knowing=True)
    assert of.collection.stops == {}


def test_what_is_said_twice_of_one_format_and_condition_is_one_line() -> None:
    of = Round()
    twice = (p.Load("PAL.EPAL1", "B", Decimal(4)), p.Load("PAL.EPAL1", "B", Decimal(6)))
    of.stop("a", loads=twice)
    assert of.collection.stops["company-a"].loads == (p.Load("PAL.EPAL1", "B", Decimal(10)),)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"loads": ()}, "loads"),
        ({"loads": (p.Load("DEE.IT", "B", Decimal(4)),)}, "format_1"),
        ({"loads": (p.Load("PAL.EPAL1", "SHINY", Decimal(4)),)}, "condition_1"),
        ({"loads": (p.Load("PAL.EPAL1", "B", Decimal("1.5")),)}, "quantity_1"),
        ({"loads": (p.Load("PAL.EPAL1", "B", Decimal(-4)),)}, "quantity_1"),
        ({"loads": (p.Load("PAL.EPAL1", "B", Decimal(4)),) * 13}, "loads"),
        ({"good": 4, "site_id": "site-b"}, "site"),
        ({"good": 4, "access": PickupTerms(ready_from=time(8))}, "pickup_until"),
    ],
)
def test_a_stop_that_cannot_be_is_refused_beside_its_field(fields: dict[str, Any], field: str) -> None:
    of = Round()
    with pytest.raises(Refused) as refused:
        of.stop("a", **fields)
    assert refused.value.field == field
    assert of.collection.stops == {}


def test_nobody_declares_for_another_company_unless_they_lead_and_say_so() -> None:
    of = Round()
    command = of.command(p.DeclareStop, "member-b", company_id="company-a", site_id="site-a", loads=())
    with pytest.raises(Forbidden):
        p.declare_stop(command, of.state, ZONE, COMPANIES["a"])
    load = p.Load("PAL.EPAL1", "B", Decimal(4))
    behalf = of.command(p.DeclareStop, company_id="company-a", site_id="site-a", loads=(load,), for_company="company-a")
    assert kinds(p.declare_stop(behalf, of.state, ZONE, COMPANIES["a"])) == ["StopDeclared", "InterestPolled"]


def test_gloves_are_not_collected() -> None:
    of = Buying().proposed()
    with pytest.raises(Refused, match="not a pooled collection"):
        p.plan_round(of.command(p.PlanRound, on=DAY), of.state, ZONE)


# --- free from so many per cent ---------------------------------------------------------------------------------


def test_the_share_of_good_units_is_exact_and_never_rounded_up() -> None:
    of = Round()
    of.set(free_from=80)
    of.stop("a", 79, 20)
    share = of.collection.share
    assert (share.good, share.units) == (Decimal(79), Decimal(99))
    assert (share.percent, share.reaches(80)) == (79, False)
    of.stop("b", 1)
    share = of.collection.share
    assert (share.percent, share.reaches(80)) == (80, True)
    assert p.GoodShare(Decimal(0), Decimal(0)).percent is None
    assert not p.GoodShare(Decimal(0), Decimal(0)).reaches(1)


def test_what_counts_as_good_is_the_organiser_s_to_say_until_companies_joined_on_it() -> None:
    of = Round()
    of.set(free_from=70, good=("NEW", "A", "B", "REPAIRABLE"))
    assert of.collection.good == ("NEW", "A", "B", "REPAIRABLE")
    for wrong, field in (({"free_from": 0}, "free_from"), ({"free_from": 50, "good": ()}, "good"),
                         ({"every_weeks": 0}, "every_weeks")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            of.set(**wrong)
        assert refused.value.field == field
    of.opened()
    with pytest.raises(Refused, match="joined on this rule"):
        of.set(free_from=90, good=of.collection.good)
    assert kinds(of.set(free_from=70, good=of.collection.good, every_weeks=4)) == ["CollectionSet"]


# --- rounds -----------------------------------------------------------------------------------------------------


def test_a_free_collection_takes_place_without_quotes_or_pledges() -> None:
    of = Round()
    of.stop("a", 40)
    of.plan()
    assert of.stage == "confirmed"
    of.now = NOW + timedelta(days=15)
    assert kinds(of.visit("a", weight=Decimal("812.5"))) == ["StopVisited", "RoundCompleted"]
    assert of.stage == "delivered"
    with pytest.raises(Refused, match="comes once"):
        of.plan(DAY + timedelta(days=30))
    with pytest.raises(Refused, match="round was made"):
        of.stop("a", 20)


def test_a_round_needs_a_stop_and_a_day_to_come_and_waits_for_the_pledges() -> None:
    of = Round()
    with pytest.raises(Refused, match="Nobody has said"):
        of.plan()
    of.stop("a", 40)
    with pytest.raises(Refused) as refused:
        of.plan(NOW.date() - timedelta(days=1))
    assert refused.value.field == "on"
    of.opened()
    with pytest.raises(Refused, match="once they are settled"):
        of.plan()


def test_the_next_round_asks_each_company_again_and_one_tap_is_enough() -> None:
    of = Round()
    of.set(every_weeks=4)
    for letter in "abc":
        of.stop(letter, 10)
    of.plan()
    of.now = NOW + timedelta(days=14)
    for letter in "abc":
        of.visit(letter)
    of.plan(DAY + timedelta(days=28))
    assert of.collection.number == 2
    assert of.stage == "confirmed"
    assert [of.collection.answer(f"company-{letter}") for letter in "abc"] == ["silent"] * 3
    assert of.collection.ready == {}
    assert kinds(of.confirm("a")) == ["StopConfirmed"]
    assert of.confirm("a") == []
    assert kinds(of.skip("b")) == ["StopSkipped"]
    of.stop("c", 4, 2)
    assert list(of.collection.ready) == ["company-a", "company-c"]
    assert of.collection.share.units == 16
    of.now = NOW + timedelta(days=42)
    of.visit("a")
    assert kinds(of.visit("c", "absent"))[-1] == "RoundCompleted"
    of.plan(DAY + timedelta(days=56))
    assert of.collection.answer("company-b") == "silent"


def test_a_round_is_complete_when_the_last_stop_is_skipped() -> None:
    of = Round()
    for letter in "ab":
        of.stop(letter, 10)
    of.plan()
    of.now = NOW + timedelta(days=14)
    of.visit("a")
    assert kinds(of.skip("b")) == ["StopSkipped", "RoundCompleted"]


def test_whoever_was_erased_is_not_waited_for() -> None:
    of = Round()
    for letter in "ab":
        of.stop(letter, 10)
    of.plan(gone=("company-b",))
    assert list(of.collection.ready) == ["company-a"]


def test_another_day_moves_the_round_and_the_same_day_says_nothing() -> None:
    of = Round()
    of.stop("a", 10)
    of.plan()
    assert of.plan() == []
    assert kinds(of.plan(DAY + timedelta(days=1))) == ["RoundPlanned"]
    assert of.collection.number == 1


def test_a_result_is_recorded_once_the_day_has_come_and_may_be_corrected() -> None:
    of = Round()
    of.stop("a", 10)
    of.plan()
    with pytest.raises(Refused, match="still to come"):
        of.visit("a")
    of.now = NOW + timedelta(days=14)
    with pytest.raises(Refused, match="no stop in this round"):
        of.visit("b")
    with pytest.raises(Refused) as refused:
        of.visit("a", "absent", weight=Decimal(5))
    assert refused.value.field == "weight"
    of.visit("a", "absent")
    assert kinds(of.visit("a", "collected")) == ["StopVisited"]
    assert of.collection.round is not None
    assert of.collection.round.visited == {"company-a": "collected"}


def test_the_lorry_comes_once() -> None:
    of = Round()
    for letter in "ab":
        of.stop(letter, 10)
    of.plan()
    of.now = NOW + timedelta(days=14)
    of.visit("a")
    with pytest.raises(Refused, match="has been at your stop"):
        of.stop("a", 20)


# --- the order of the stops -------------------------------------------------------------------------------------


def test_stops_are_ordered_by_hand_or_by_what_is_nearest_next() -> None:
    of = Round()
    for letter in "abc":
        of.stop(letter, 10)
    with pytest.raises(Refused, match="day of the round first"):
        of.order(nearest=True)
    of.plan()
    by_hand = ("company-c", "company-a", "company-b")
    assert of.order(company_ids=by_hand) == by_hand
    assert of.order(nearest=True, first="company-b")[0] == "company-b"
    with pytest.raises(Conflict):
        of.order(company_ids=("company-a",))


def test_nearest_next_always_goes_to_the_nearest_that_is_left() -> None:
    along = {name: Place(Decimal("46.06"), HERE.longitude + Decimal(east)) for name, east in
             (("far", "0.30"), ("near", "0.01"), ("between", "0.10"), ("back", "-0.12"))}  # fmt: skip
    order = p.nearest_next(HERE, along)
    assert order == ("near", "between", "far", "back")
    here, left = HERE, dict(along)
    for name in order:
        assert distance_km(here, left[name]) == min(distance_km(here, place) for place in left.values())
        here = left.pop(name)
