"""Who needs the same, or has the same too much, is counted as listings come and go, and told with discretion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from domain.companies import SuspendCompany
from domain.outlets import AcceptedDraft, CloseOutlet, OpenOutlet, OutletDraft
from domain.pooling import DeclinePooling, DropPooling, JoinPooling, ProposePooling, TakeUpPooling
from domain.quantities import Quantity
from projections import pooling
from projections.pooling.rows import PoolRow
from tests.replay import Town, place
from tests.samples import CENTRE, NOW, asked, pieces

JOURDIES: Final = "zone-jourdies"
NAMES: Final = ("sawmill", "bakery", "quarry", "garage")
TRAINING: Final[dict[str, Any]] = {
    "category": "SRV.TRAIN", "title": "Formation secourisme SST initiale", "description": "", "attributes": {},
    "quantity": Quantity(Decimal(4), "C62"),
}  # fmt: skip


def founded(town: Town, *names: str) -> None:
    town.zone("jourdies")
    for name in names:
        town.company(name, JOURDIES)


def seek(town: Town, name: str, people: int = 4, **changes: Any) -> None:
    quantity = Quantity(Decimal(people), "C62")
    town.post(name, f"training-{name}", "request", **{**TRAINING, "quantity": quantity, **changes})


def offer(town: Town, name: str, **changes: Any) -> None:
    said = {"category": "CAR.OCC", "title": "Cartons à recycler", "description": "", "attributes": {"form": "loose"},
            "quantity": Quantity(Decimal("0.2"), "TNE", "MON"), **changes}  # fmt: skip
    town.post(name, f"surplus-{name}", **said)


def propose(town: Town) -> list[str]:
    """Do what the clock does."""
    found = town.know(pooling.beginning(NOW, 100))
    for pool in found:
        command = ProposePooling(
            **asked("system:clock"), pooling_id=pool.pooling_id, kind=pool.kind, zone_id=pool.zone_id,
            category=pool.category, listing_ids=pool.listing_ids,
        )  # fmt: skip
        town.marketplace.propose_pooling(command)
    return [pool.pooling_id for pool in found]


def proposed(town: Town, name: str = "facilitator-jourdies") -> list[PoolRow]:
    return town.see(name, pooling.of_zone(JOURDIES))


def test_what_only_the_facilitator_may_know_is_counted_in_nothing_that_members_read(town: Town) -> None:
    founded(town, *NAMES)
    for name in ("sawmill", "bakery"):
        seek(town, name)
    seek(town, "quarry", visibility="facilitator")
    assert propose(town) == []


def test_three_companies_that_need_the_same_raise_one_proposal(town: Town) -> None:
    founded(town, *NAMES)
    seek(town, "sawmill", 4)
    seek(town, "bakery", 6)
    assert propose(town) == []
    seek(town, "quarry", 2)
    (raised,) = propose(town)
    (pool,) = proposed(town)
    assert (pool.pooling_id, pool.kind, pool.stage, pool.companies) == (raised, "need", "proposed", 3)
    assert [(total.amount, total.unit, total.parts) for total in pool.totals] == [(Decimal(12), "C62", 3)]
    assert pool.features == {"course_code": ("SST_INITIAL",)}
    seek(town, "garage", 3)
    assert propose(town) == []
    (pool,) = proposed(town)
    assert (pool.companies, pool.totals[0].amount) == (4, Decimal(15))


def test_one_company_with_three_requests_is_one_company(town: Town) -> None:
    founded(town, "sawmill", "bakery")
    for number in range(3):
        town.post("sawmill", f"again-{number}", "request", **TRAINING)
    seek(town, "bakery")
    assert propose(town) == []


def test_what_contradicts_is_counted_apart(town: Town) -> None:
    founded(town, *NAMES)
    for name in ("sawmill", "bakery"):
        seek(town, name)
    for name in ("quarry", "garage"):
        seek(town, name, title="Recyclage SST (MAC)")
    assert propose(town) == []


def test_members_read_the_sum_and_never_who_or_how_much(town: Town) -> None:
    founded(town, *NAMES)
    for people, name in enumerate(NAMES[:3], 2):
        seek(town, name, people)
    propose(town)
    (pool,) = proposed(town, "bakery")
    assert pool.totals[0].amount == 9
    ids = [pool.pooling_id]
    assert [row.company_id for row in town.see("bakery", pooling.members(ids))] == ["company-bakery"]
    assert town.see("garage", pooling.members(ids)) == []
    assert len(town.see("facilitator-jourdies", pooling.members(ids))) == 3
    assert [row.pooling_id for row in town.see("bakery", pooling.mine(["company-bakery"]))] == ids
    assert town.see("garage", pooling.mine(["company-sawmill", "company-garage"])) == []
    assert town.see("", pooling.of_zone(JOURDIES)) == []


def test_nothing_is_told_of_what_is_not_proposed(town: Town) -> None:
    founded(town, "sawmill", "bakery")
    seek(town, "sawmill")
    seek(town, "bakery")
    for name in ("sawmill", "facilitator-jourdies"):
        assert proposed(town, name) == []
    assert town.know(pooling.members([])) == []


def test_a_proposal_lapses_visibly_and_stands_again(town: Town) -> None:
    founded(town, *NAMES[:2], NAMES[3])
    town.company("quarry", JOURDIES, place=place("46.06350", "6.38540"))
    for name in NAMES[:3]:
        seek(town, name)
    propose(town)
    assert proposed(town)[0].metres > 0
    town.withdraw("bakery", "training-bakery")
    (pool,) = proposed(town)
    assert (pool.lapsed, pool.companies, pool.totals, pool.features, pool.metres) == (True, 2, (), {}, 0)
    seek(town, "garage")
    (pool,) = proposed(town)
    assert (pool.lapsed, pool.companies) == (False, 3)
    assert propose(town) == []


def test_a_suspended_company_does_not_count(town: Town) -> None:
    founded(town, *NAMES[:3])
    for name in NAMES[:3]:
        seek(town, name)
    suspend = SuspendCompany(
        company_id="company-bakery", zone_id=JOURDIES, reason="Impayé.", **asked("member-administrator-jourdies")
    )
    town.marketplace.suspend_company(suspend)
    assert propose(town) == []


def test_answers_are_counted_and_the_facilitator_reads_whose_they_are(town: Town) -> None:
    founded(town, *NAMES)
    for name in NAMES[:3]:
        seek(town, name)
    (pool_id,) = propose(town)
    use = town.marketplace
    use.join_pooling(JoinPooling(pooling_id=pool_id, company_id="company-sawmill", **asked("member-sawmill")))
    use.join_pooling(JoinPooling(pooling_id=pool_id, company_id="company-garage", **asked("member-garage")))
    use.decline_pooling(DeclinePooling(pooling_id=pool_id, company_id="company-bakery", **asked("member-bakery")))
    (pool,) = proposed(town, "quarry")
    assert (pool.joined, pool.declined) == (2, 1)
    assert town.see("quarry", pooling.answers([pool_id])) == []
    answers = {row.company_id: row.answer for row in town.see("facilitator-jourdies", pooling.answers([pool_id]))}
    assert answers["company-bakery"] == "declined"


def test_what_was_dropped_is_not_proposed_again_to_the_same(town: Town) -> None:
    founded(town, *NAMES)
    for name in NAMES[:3]:
        seek(town, name)
    (pool_id,) = propose(town)
    drop = DropPooling(pooling_id=pool_id, reason="Aucun formateur.", **asked("member-facilitator-jourdies"))
    town.marketplace.drop_pooling(drop)
    seek(town, "garage")
    assert propose(town) == []
    (pool,) = proposed(town, "bakery")
    assert (pool.stage, pool.reason, pool.companies) == ("dropped", "Aucun formateur.", 4)
    # Two of the four it was said about are left: they may stand together with others.
    for name in ("sawmill", "bakery"):
        town.withdraw(name, f"training-{name}")
    town.company("printer", JOURDIES)
    seek(town, "printer")
    (again,) = propose(town)
    assert again != pool_id


def test_what_was_taken_up_goes_on_counting(town: Town) -> None:
    founded(town, *NAMES)
    for name in NAMES[:3]:
        seek(town, name)
    (pool_id,) = propose(town)
    command = TakeUpPooling(pooling_id=pool_id, action_id="purchase-1", **asked("member-facilitator-jourdies"))
    town.marketplace.take_up_pooling(command)
    seek(town, "garage")
    (pool,) = proposed(town, "garage")
    assert (pool.stage, pool.action_id, pool.companies) == ("taken_up", "purchase-1", 4)
    assert propose(town) == []


# --- surplus -------------------------------------------------------------------------------------------------------


def test_three_small_surpluses_make_one_collection(town: Town) -> None:
    founded(town, *NAMES)
    for name in NAMES[:3]:
        offer(town, name)
    (pool_id,) = propose(town)
    (pool,) = proposed(town)
    assert (pool.pooling_id, pool.kind, pool.category) == (pool_id, "surplus", "CAR.OCC")
    assert (pool.totals[0].amount, pool.totals[0].unit, pool.totals[0].per) == (Decimal("0.6"), "TNE", "MON")
    assert pool.features == {"form": ("loose",), "use_intent": ("recycling",)}


def test_an_offer_that_somebody_takes_needs_no_collection(town: Town) -> None:
    founded(town, *NAMES)
    for name in NAMES[:3]:
        offer(town, name)
    assert len(town.know(pooling.beginning(NOW, 10))) == 1
    said: dict[str, Any] = {
        "category": "CAR.OCC",
        "title": "Cherche cartons à recycler",
        "description": "",
        "attributes": {},
    }
    much = Quantity(Decimal(1), "TNE", "MON")
    town.post("garage", "wanted", "request", **said, quantity=much)
    assert town.know(pooling.beginning(NOW, 10)) == []
    town.amend("garage", "wanted", **{**said, "attributes": {"minimum_lot": "0.5 TNE"}}, quantity=much)
    assert len(town.know(pooling.beginning(NOW, 10))) == 1


def test_formats_that_differ_are_not_fetched_together(town: Town) -> None:
    founded(town, *NAMES)
    for name, sides in zip(NAMES, ("800x1200", "800x1200", "1000x1200", "600x800"), strict=True):
        offer(town, name, category="PAL.STD", title="Palettes perdues", quantity=pieces("9"),
              attributes={"dimension_mm": sides})  # fmt: skip
    assert propose(town) == []


def test_an_outlet_that_takes_the_offers_as_they_are_spares_the_collection(town: Town) -> None:
    founded(town, *NAMES)
    for name in NAMES[:3]:
        offer(town, name)
    draft = OutletDraft(name="Recyclerie du Faucigny", place=CENTRE, accepts=(AcceptedDraft("CAR"),))
    asking: dict[str, Any] = {"outlet_id": "outlet-1", "zone_id": JOURDIES}
    town.marketplace.open_outlet(OpenOutlet(**asking, draft=draft, **asked("member-facilitator-jourdies")))
    assert town.know(pooling.beginning(NOW, 10)) == []
    (outlet,) = town.see("", pooling.outlets([JOURDIES]))
    assert (outlet.name, outlet.accepts[0].category) == ("Recyclerie du Faucigny", "CAR")
    town.marketplace.close_outlet(CloseOutlet(outlet_id="outlet-1", **asked("member-facilitator-jourdies")))
    assert len(town.know(pooling.beginning(NOW, 10))) == 1
    assert town.see("bakery", pooling.outlets([JOURDIES], closed=True)) == []
    assert len(town.see("facilitator-jourdies", pooling.outlets([JOURDIES], closed=True))) == 1
