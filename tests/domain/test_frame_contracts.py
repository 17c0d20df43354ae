"""A frame contract: each company describes its sites, opts in over months, begins on its own day, is reminded once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain import purchases as p
from domain.events import Private
from domain.refused import Conflict, Forbidden, Refused
from tests.domain.buying import COMPANIES, DEADLINE, NOW, ZONE, Buying, an_offer

JOINS_UNTIL = NOW + timedelta(days=200)
POINT = "1234 5678 9012 34"


def a_contract(**changes: Any) -> p.Contract:
    """Electricity for three years, two months' notice, told a month before."""
    contract = p.Contract(kind="electricity", months=36, notice_days=60, remind_days=30, joins_until=JOINS_UNTIL)
    return replace(contract, **changes)


class Framing(Buying):
    """A frame contract of the zone."""

    def __init__(self, **changes: Any) -> None:
        super().__init__()
        self.proposed(form="frame", category="ACH.ENE", unit="MWH")
        self.set_contract(**changes)

    def set_contract(self, **changes: Any) -> list[p.PurchaseEvent]:
        command = self.command(p.SetContract, contract=a_contract(**changes), formula="ARENH + 12 €/MWh")
        return self.told(p.set_contract(command, self.state, ZONE))

    def describe(self, letter: str, actor: str = "", **needs: Any) -> list[p.PurchaseEvent]:
        asked = {"site_id": f"site-{letter}", "point": POINT, "yearly": Decimal(120), "power": Decimal(36), **needs}
        command = self.command(p.DeclareNeeds, actor or f"member-{letter}", company_id=f"company-{letter}", **asked)
        return self.told(p.declare_needs(command, self.state, ZONE, COMPANIES[letter]))

    def join(self, letter: str, quantity: int = 40, **fields: Any) -> list[p.PurchaseEvent]:
        asked = {"quantity": Decimal(quantity), "accepts_charter": True, **fields}
        command = self.command(p.JoinContract, f"member-{letter}", company_id=f"company-{letter}", **asked)
        return self.told(p.join_contract(command, self.state, ZONE, COMPANIES[letter]))

    def wake(self, at: datetime) -> list[p.PurchaseEvent]:
        self.now = at
        return self.told(p.wake_purchase(self.command(p.WakePurchase), self.state))

    def confirmed(self) -> Framing:
        self.opened(an_offer(delivery_cents=500))
        self.pledge("a", 60)
        self.pledge("b", 30)
        self.close()
        assert self.state.stage == "confirmed"
        return self


@pytest.mark.parametrize(
    ("kind", "needs", "field"),
    [
        ("electricity", {"point": "1234"}, "point"),
        ("electricity", {"yearly": None}, "yearly"),
        ("electricity", {"power": None}, "power"),
        ("gas", {"point": "12345678901234X"}, "point"),
        ("inspections", {}, "equipment"),
        ("cleaning", {"surface": None, "per_week": Decimal(2)}, "surface"),
        ("cleaning", {"surface": Decimal(300), "per_week": Decimal(40)}, "per_week"),
        ("other", {"site_id": "site-b"}, "site"),
        ("other", {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 1, 1)}, "starts_on"),
    ],
)
def test_each_kind_asks_for_what_its_provider_needs(kind: p.Kind, needs: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        Framing(kind=kind).describe("a", **needs)
    assert refused.value.field == field


def test_what_another_kind_would_ask_is_not_kept() -> None:
    [declared] = Framing(kind="cleaning").describe("a", surface=Decimal(300), per_week=Decimal(2))
    assert isinstance(declared, p.NeedsDeclared)
    assert (declared.needs.point, declared.needs.yearly) == (None, None)


def test_a_delivery_point_is_the_company_s_own_text_and_the_start_follows_the_present_end() -> None:
    [declared] = Framing().describe("a", ends_on=date(2026, 12, 31))
    assert isinstance(declared, p.NeedsDeclared)
    assert declared.needs.point == Private("company-a", "12345678901234")
    assert declared.needs.starts_on == date(2027, 1, 1)
    assert Framing(kind="gas").describe("a", point="gi012345")


def test_nobody_describes_another_company_s_site_but_its_facilitator_who_says_for_whom() -> None:
    of = Framing()
    with pytest.raises(Forbidden):
        of.describe("a", actor="member-b")
    command = replace(
        of.command(p.DeclareNeeds, company_id="company-a", site_id="site-a", point=POINT, yearly=Decimal(1),
                   power=Decimal(9)),
        for_company="company-a",
    )  # fmt: skip
    assert p.declare_needs(command, of.state, ZONE, COMPANIES["a"])


def test_companies_opt_in_after_the_confirmation_at_the_settled_price_until_the_end() -> None:
    of = Framing().confirmed()
    [joined] = of.join("c", 40)
    assert isinstance(joined, p.ContractJoined)
    assert (joined.goods, joined.delivery) == (40 * 220, 500)  # 130 in all: the price stays that of the confirmed 90
    assert of.state.contracted == {"company-a", "company-b", "company-c"}
    assert of.state.total == 130
    with pytest.raises(Conflict):
        of.join("c")
    with pytest.raises(Refused, match="below the maximum"):
        of.join("d", 71)
    with pytest.raises(Refused) as refused:
        of.join("d", accepts_charter=False)
    assert refused.value.field == "accepts_charter"
    of.now = JOINS_UNTIL
    with pytest.raises(Refused, match="opt-in is over"):
        of.join("d")
    assert of.describe("c")  # whoever is in describes its sites as long as it runs


def test_each_company_is_reminded_once_before_its_own_notice() -> None:
    of = Framing().confirmed()
    of.describe("a", starts_on=date(2027, 1, 1))
    of.describe("b", starts_on=date(2027, 7, 1))
    of.describe("d", starts_on=date(2027, 1, 1))  # not in: nothing to remind of
    assert of.wake(DEADLINE + timedelta(days=1)) == []
    # It ends on 2029-12-31; notice by 2029-11-01; told on 2029-10-02.
    assert of.wake(datetime(2029, 10, 2, 5, 59, tzinfo=UTC)) == []
    [near] = of.wake(datetime(2029, 10, 2, 6, tzinfo=UTC))
    assert isinstance(near, p.RenewalNear)
    assert (near.company_id, near.site_ids) == ("company-a", ("site-a",))
    assert (near.ends_on, near.notice_by) == (date(2029, 12, 31), date(2029, 11, 1))
    assert of.wake(datetime(2029, 10, 3, tzinfo=UTC)) == []
    assert [event.company_id for event in of.wake(datetime(2030, 6, 1, tzinfo=UTC))  # type: ignore[union-attr]
            ] == ["company-b"]  # fmt: skip


def test_a_contract_goes_on_for_another_term_and_each_term_s_end_is_told_once() -> None:
    of = Framing(months=12).confirmed()
    of.describe("a", starts_on=date(2027, 1, 1))
    told = [of.wake(datetime(year, 10, 3, tzinfo=UTC)) for year in (2027, 2027, 2028)]
    assert [[near.ends_on for near in nears if isinstance(near, p.RenewalNear)] for nears in told] == [
        [date(2027, 12, 31)],
        [],
        [date(2028, 12, 31)],
    ]
    # Whoever wakes after years tells of the end that is near, and not of all those that are past.
    [late] = of.wake(datetime(2033, 10, 3, tzinfo=UTC))
    assert isinstance(late, p.RenewalNear)
    assert late.ends_on == date(2033, 12, 31)
    assert of.state.frame.renewals(of.state.contracted, "purchase-1")[0][1].ends_on == date(2034, 12, 31)


def test_the_end_of_a_term_is_known_from_its_day_also_at_the_end_of_a_month() -> None:
    contract = a_contract(months=6)
    for starts_on in (date(2027, 8, 31), date(2027, 1, 1), date(2028, 2, 29)):
        for term in range(1, 30):
            assert contract.term_ending(starts_on, contract.ends_on(starts_on, term)) == term
    assert contract.term_ending(date(2027, 1, 1), date(2027, 7, 1)) == 0


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on"),
    [
        (date(2027, 1, 1), 12, date(2027, 12, 31)),
        (date(2027, 8, 31), 6, date(2028, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 27)),
    ],
)
def test_a_contract_ends_the_day_before_its_anniversary(starts_on: date, months: int, ends_on: date) -> None:
    assert a_contract(months=months).ends_on(starts_on) == ends_on


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"months": 0}, "months"),
        ({"notice_days": -1}, "notice_days"),
        ({"remind_days": 0}, "remind_days"),
        ({"joins_until": NOW}, "joins_until"),
        ({"standing_cents": -1}, "standing"),
    ],
)
def test_the_terms_of_a_frame_contract_are_checked(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        Framing(**changes)
    assert refused.value.field == field


def test_terms_stand_once_companies_commit_themselves_and_the_kind_once_sites_are_described() -> None:
    of = Framing()
    of.describe("a")
    with pytest.raises(Refused, match="for this kind"):
        of.set_contract(kind="gas")
    assert of.set_contract(months=24)
    of.opened()
    with pytest.raises(Refused, match="they stand"):
        of.set_contract(months=12)
