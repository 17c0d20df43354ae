"""What a company hands over is its own and the organiser's: the zone follows the share of good units of several."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from domain import purchases as p
from domain.companies import EraseCompany
from domain.listings import PickupTerms
from domain.zones import OPERATOR
from projections import purchases
from tests.replay import Town
from tests.samples import NOW, asked, later

JOURDIES: Final = "zone-jourdies"
PALLETS: Final = "purchase-pallets"
LEADER: Final = "facilitator-jourdies"
OTHERS: Final = ("sawmill", "bakery", "brewery")
DAY: Final = (NOW + timedelta(days=10)).date()


def begun(town: Town) -> None:
    """A collection of pallets, free from 80 % good ones on, in a zone with three companies, one more elsewhere."""
    town.zone("jourdies")
    town.zone("bioparc")
    for name in OTHERS:
        town.company(name, JOURDIES)
    town.company("stranger", "zone-bioparc")
    proposed = p.ProposePurchase(
        zone_id=JOURDIES, form="collection", category="PAL.EPAL1", title="Palettes", unit="H87", **lead()
    )
    town.marketplace.propose_purchase(proposed)
    town.marketplace.set_collection(p.SetCollection(free_from=80, every_weeks=4, **lead()))


def lead(days: int = 0) -> dict[str, Any]:
    return {"purchase_id": PALLETS, **asked(f"member-{LEADER}", later(days=days))}


def of(name: str, days: int = 0) -> dict[str, Any]:
    return {"purchase_id": PALLETS, "company_id": f"company-{name}", **asked(f"member-{name}", later(days=days))}


def stop(town: Town, name: str, good: int, broken: int = 0, days: int = 0) -> None:
    loads = (p.Load("PAL.EPAL1", "B", Decimal(good)), p.Load("PAL.EPAL1", "BROKEN", Decimal(broken)))
    command = p.DeclareStop(
        site_id=f"site-{name}",
        loads=tuple(load for load in loads if load.quantity),
        access=PickupTerms(place="dock", forklift=True),
        remark=f"canary-{name}",
        **of(name, days),
    )
    town.marketplace.declare_stop(command)


def seen(town: Town, by: str) -> list[str]:
    return [each.company_id for each in town.see(by, purchases.stops(PALLETS))]


def test_a_stop_is_seen_by_its_company_and_the_organiser_alone(town: Town) -> None:
    begun(town)
    for name in OTHERS:
        stop(town, name, 10)
    assert seen(town, "sawmill") == ["company-sawmill"]
    assert sorted(seen(town, LEADER)) == sorted(f"company-{name}" for name in OTHERS)
    for outsider in ("", "stranger"):
        assert seen(town, outsider) == []
        assert town.see(outsider, purchases.collection(PALLETS)) == []


def test_the_zone_follows_the_share_once_three_companies_make_it_up(town: Town) -> None:
    begun(town)
    stop(town, "sawmill", 40, 10)
    stop(town, "bakery", 30)
    [told] = town.see("bakery", purchases.collection(PALLETS))
    assert (told.free_from, told.stops, told.share) == (80, 2, None)
    stop(town, "brewery", 10, 10)
    [told] = town.see("bakery", purchases.collection(PALLETS))
    assert told.share == p.GoodShare(Decimal(80), Decimal(100))
    assert told.share is not None
    assert told.share.reaches(80)


def test_results_and_the_next_round_are_each_company_s_own(town: Town) -> None:
    begun(town)
    for name in OTHERS:
        stop(town, name, 10)
    market = town.marketplace
    market.plan_round(p.PlanRound(on=DAY, **lead()))
    order = ("company-brewery", "company-sawmill", "company-bakery")
    market.order_stops(p.OrderStops(company_ids=order, **lead()))
    assert tuple(seen(town, LEADER)) == order
    for name, outcome in (("sawmill", "refused"), ("bakery", "collected"), ("brewery", "absent")):
        command = p.VisitStop(company_id=f"company-{name}", outcome=outcome, remark=f"said to {name}", **lead(10))  # type: ignore[arg-type]  # one of OUTCOMES
        market.visit_stop(command)
    [row] = town.see("bakery", purchases.one(PALLETS))
    assert (row.stage, row.delivered_on) == ("delivered", DAY)
    [own] = town.see("sawmill", purchases.stops(PALLETS))
    assert (own.outcome, own.said, own.remark) == ("refused", "said to sawmill", "canary-sawmill")
    market.plan_round(p.PlanRound(on=DAY + timedelta(days=28), **lead(11)))
    market.confirm_stop(p.ConfirmStop(**of("bakery", 12)))
    market.skip_stop(p.SkipStop(**of("brewery", 12)))
    found = {one.company_id: one.answer for one in town.see(LEADER, purchases.stops(PALLETS)) if one.number == 2}
    assert found == {"company-sawmill": "silent", "company-bakery": "ready", "company-brewery": "skips"}
    [told] = town.see("bakery", purchases.collection(PALLETS))
    assert (told.number, told.silent, told.stops) == (2, 1, 1)
    stop(town, "sawmill", 4, days=13)
    assert [(one.number, one.quantity) for one in town.see("sawmill", purchases.stops(PALLETS))] == [
        (2, Decimal(4)),
        (1, Decimal(10)),
    ]


def test_whoever_leaves_has_no_stop_and_an_erased_one_no_words(town: Town) -> None:
    begun(town)
    for name in OTHERS:
        stop(town, name, 10)
    town.marketplace.withdraw_stop(p.WithdrawStop(**of("bakery")))
    assert seen(town, "bakery") == []
    town.marketplace.erase_company(EraseCompany(company_id="company-sawmill", **asked(OPERATOR, NOW)))
    rows = {one.company_id: one.remark for one in town.see(LEADER, purchases.stops(PALLETS))}
    assert rows == {"company-brewery": "canary-brewery", "company-sawmill": ""}
