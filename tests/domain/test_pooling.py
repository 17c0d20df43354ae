"""What goes together, what it adds up to, and what people may make of a proposal to act together."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain import pooling
from domain.listings import Listing
from domain.matching import Traits, traits
from domain.pooling import (
    DropPooling,
    JoinPooling,
    Pooling,
    PoolingDeclined,
    PoolingDropped,
    PoolingJoined,
    PoolingTakenUp,
    ProposePooling,
    TakeUpPooling,
    add_up,
    go_together,
    kind_of,
    pooling_id,
    summed,
)
from domain.quantities import Quantity
from domain.refused import Conflict, Forbidden, NotFound, Refused
from tests.samples import ANNE, JOURDIES, KARIM, LEA, SAWMILL, asked, content, jourdies, sawmill

CASES: Final = Path(__file__).parent.parent / "data" / "cases.jsonl"
POOL: Final = "pooling-1"
STANDING: Final = Pooling(POOL, "need", JOURDIES, "PAL.EPAL1")


def quantity(said: str) -> Quantity:
    amount, _space, measure = said.partition(" ")
    unit, _slash, per = measure.partition("/")
    return Quantity(Decimal(amount), unit, per or None)  # type: ignore[arg-type]  # a period, as typed


def told(*said: str, category: str = "CAR.OCC") -> list[str]:
    totals = add_up([quantity(one) for one in said], category)
    return [
        f"{'~' if one.estimated else ''}{one.amount:f} {one.unit}{f'/{one.per}' if one.per else ''}" for one in totals
    ]


def wish(category: str = "CAR.OCC", side: Any = "request", **said: Any) -> Traits:
    return traits(id="x", side=side, title=said.pop("title", ""), category=category, company="one", **said)


# --- what it adds up to --------------------------------------------------------------------------------------------


def test_what_is_told_in_one_unit_is_added_in_it() -> None:
    assert told("200 KGM", "0.3 TNE", "0.2 TNE") == ["0.7 TNE"]
    assert told("1 TNE/MON", "3 TNE/QAN", "12 TNE/ANN") == ["12 TNE/ANN"] or told("1 TNE/MON") == ["1 TNE/MON"]


def test_once_and_regularly_are_never_added_up() -> None:
    assert told("1 TNE/MON", "2 TNE/MON", "5 TNE") == ["3 TNE/MON", "5 TNE"]


def test_a_usual_mass_or_density_makes_an_estimate() -> None:
    assert told("1 TNE", "2 TNE", "15 MTQ")[0].startswith("~")


def test_what_cannot_be_compared_is_shown_apart_and_never_counted_as_nothing() -> None:
    assert told("3 H87", "4 H87", "2 XPX", category="DEE.OTHER") == ["7 H87", "2 XPX"]


@given(st.lists(st.sampled_from(["3 H87", "0.5 TNE", "20 KGM/MON", "1 TNE/ANN", "2 XPX", "7 MTQ"]), max_size=7))
def test_every_part_is_counted_once_in_whatever_order(said: list[str]) -> None:
    totals = add_up([quantity(one) for one in said], "CAR.OCC")
    assert sum(total.parts for total in totals) == len(said)
    backwards = add_up([quantity(one) for one in said[::-1]], "CAR.OCC")
    assert {total.unit for total in totals} == {total.unit for total in backwards}


def test_the_sums_of_the_labelled_cases_are_right() -> None:
    told = [json.loads(line) for line in CASES.read_text(encoding="utf8").splitlines()]
    listings = {case["id"]: case for case in told if case["kind"] == "listing"}
    pools = [case for case in told if case["kind"] == "pool"]
    assert pools
    for pool in pools:
        joining = [listings[one] for one in pool["joins"]]
        stated = [
            Quantity(Decimal(str(one["quantity"])), one["unit"], one.get("per"))
            for one in joining
            if one.get("quantity") is not None
        ]
        once = [replace(one, per=None) for one in stated]
        total, apart = summed(once, pool["unit"], None, joining[0]["category"])
        assert float(total.amount) == pytest.approx(pool["sum"]), pool
        assert total.parts + len(apart) == len(stated)


# --- what goes together --------------------------------------------------------------------------------------------


def test_requests_of_one_company_do_not_stand_against_each_other() -> None:
    assert go_together(wish(), wish())


def test_offers_go_together_in_one_format_and_a_grade_apart_at_most() -> None:
    def pallets(**attributes: str) -> Traits:
        return wish("PAL.STD", "offer", attributes=attributes)

    assert go_together(pallets(dimension_mm="800x1200"), pallets(dimension_mm="1200x800", condition="B"))
    assert not go_together(pallets(dimension_mm="800x1200"), pallets(dimension_mm="1000x1200"))
    assert go_together(pallets(condition="B"), pallets(condition="C"))
    assert not go_together(pallets(condition="A"), pallets(condition="C"))
    assert not go_together(pallets(), wish("PAL.STD"))


def test_rental_pool_pallets_go_back_brand_by_brand() -> None:
    def returned(brand: str) -> Traits:
        return wish("PAL.POOL", "offer", attributes={"pool_brand": brand})

    assert kind_of(returned("CHEP")) == "surplus"
    assert go_together(returned("CHEP"), returned("CHEP"))
    assert not go_together(returned("CHEP"), returned("LPR"))


def test_what_says_too_little_or_is_somebodys_journey_is_not_pooled() -> None:
    assert kind_of(wish("CAR.OTHER")) is None
    assert kind_of(wish("TRA.POOL")) is None
    assert kind_of(wish("EQP.LIFT", "offer")) is None
    assert kind_of(wish("SRV.TRAIN")) == "need"


def test_far_companies_do_not_act_together() -> None:
    here: dict[str, Any] = {"latitude": 46.06, "longitude": 6.37}
    there: dict[str, Any] = {"latitude": 48.18, "longitude": -0.13}
    for side in ("request", "offer"):
        assert go_together(wish(side=side, **here), wish(side=side, **here))
        assert not go_together(wish(side=side, **here), wish(side=side, **there))


# --- what people make of it ----------------------------------------------------------------------------------------


def standing(company: str, **changes: Any) -> Listing:
    said: dict[str, Any] = {"listing_id": f"listing-{company}", "side": "request", "company_id": company,
                            "content": content(), "zones": {JOURDIES: "approved"}, "expires_at": None,
                            **changes}  # fmt: skip
    return Listing(**said)


def proposing(**changes: Any) -> ProposePooling:
    said: dict[str, Any] = {"pooling_id": POOL, "kind": "need", "zone_id": JOURDIES, "category": "PAL.EPAL1",
                            "listing_ids": (), **asked("system:pooling"), **changes}  # fmt: skip
    return ProposePooling(**said)


def test_only_three_companies_whose_listings_stand_are_proposed_anything() -> None:
    three = [standing("a"), standing("b"), standing("c")]
    (event,) = pooling.propose_pooling(proposing(), None, three)
    assert isinstance(event, pooling.PoolingProposed)
    assert (event.companies, event.listings) == (3, ("listing-a", "listing-b", "listing-c"))
    assert pooling.propose_pooling(proposing(), STANDING, three) == []
    withdrawn = standing("c", life="withdrawn")
    for third in (withdrawn, standing("b"), standing("c", zones={JOURDIES: "pending"}), standing("c", side="offer")):
        with pytest.raises(Refused):
            pooling.propose_pooling(proposing(), None, [*three[:2], third])
    with pytest.raises(Forbidden):
        pooling.propose_pooling(proposing(**asked(ANNE)), None, three)


def test_the_same_first_listing_makes_the_same_proposal() -> None:
    assert pooling_id(JOURDIES, "listing-1") == pooling_id(JOURDIES, "listing-1")
    assert pooling_id(JOURDIES, "listing-1") != pooling_id("zone-la-roche", "listing-1")


def test_a_company_answers_for_itself_and_may_change_its_mind() -> None:
    asking: dict[str, Any] = {"pooling_id": POOL, "company_id": SAWMILL}
    (joined,) = pooling.join_pooling(JoinPooling(**asking, **asked(LEA)), STANDING, sawmill(), jourdies())
    assert joined == PoolingJoined(pooling_id=POOL, company_id=SAWMILL)
    after = pooling.evolve(STANDING, joined)
    assert pooling.join_pooling(JoinPooling(**asking, **asked(LEA)), after, sawmill(), jourdies()) == []
    declining = pooling.DeclinePooling(**asking, **asked(LEA))
    assert pooling.decline_pooling(declining, after, sawmill(), jourdies()) == [
        PoolingDeclined(pooling_id=POOL, company_id=SAWMILL)
    ]


def test_the_facilitator_answers_for_a_company_and_nobody_else_does() -> None:
    asking: dict[str, Any] = {"pooling_id": POOL, "company_id": SAWMILL}
    on_behalf = JoinPooling(**asking, **asked(ANNE, for_company=SAWMILL))
    assert pooling.join_pooling(on_behalf, STANDING, sawmill(), jourdies())
    with pytest.raises(Forbidden):
        pooling.join_pooling(JoinPooling(**asking, **asked(KARIM)), STANDING, sawmill(), jourdies())
    elsewhere = sawmill(**{"zone-la-roche": "admitted"})
    with pytest.raises(NotFound):
        pooling.join_pooling(JoinPooling(**asking, **asked(LEA)), STANDING, elsewhere, jourdies())


def test_a_proposal_is_dropped_for_a_reason_or_taken_up_once() -> None:
    with pytest.raises(Refused):
        pooling.drop_pooling(DropPooling(pooling_id=POOL, reason=" ", **asked(ANNE)), STANDING, jourdies())
    with pytest.raises(Forbidden):
        pooling.drop_pooling(DropPooling(pooling_id=POOL, reason="Non", **asked(LEA)), STANDING, jourdies())
    (dropped,) = pooling.drop_pooling(DropPooling(pooling_id=POOL, reason="Non", **asked(ANNE)), STANDING, jourdies())
    assert isinstance(dropped, PoolingDropped)
    closed = pooling.evolve(STANDING, dropped)
    join = JoinPooling(pooling_id=POOL, company_id=SAWMILL, **asked(LEA))
    with pytest.raises(Conflict):
        pooling.join_pooling(join, closed, sawmill(), jourdies())
    command = TakeUpPooling(pooling_id=POOL, action_id="purchase-1", **asked(ANNE))
    (taken,) = pooling.take_up_pooling(command, closed, jourdies())
    assert taken == PoolingTakenUp(pooling_id=POOL, action_id="purchase-1")
    after = pooling.evolve(closed, taken)
    assert pooling.take_up_pooling(command, after, jourdies()) == []
    with pytest.raises(Conflict):
        pooling.take_up_pooling(replace(command, action_id="purchase-2"), after, jourdies())
    with pytest.raises(Conflict):
        pooling.drop_pooling(DropPooling(pooling_id=POOL, reason="Non", **asked(ANNE)), after, jourdies())
