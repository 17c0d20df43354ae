"""What a group purchase promises to whoever joins it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain import purchases as p
from domain.companies import Company, Sharing
from domain.refused import Conflict, Forbidden, Refused
from tests.domain.buying import COMPANIES, DEADLINE, NOW, ZONE, Buying, an_offer

E = TypeVar("E", bound=p.PurchaseEvent)


def of(kind: type[E], events: list[p.PurchaseEvent]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def refused(field: str | None = None) -> Any:
    return pytest.raises(Refused, check=lambda fault: fault.field == field)


# --- pledges ----------------------------------------------------------------------------------------------------


def test_a_pledge_below_the_maximum_counts_at_once() -> None:
    buying = Buying().opened()
    buying.pledge("a", 30)
    assert (buying.state.total, buying.state.companies, buying.state.room) == (Decimal(30), 1, Decimal(170))


def test_a_guest_takes_part_in_what_is_shared_with_it_until_its_day_and_in_nothing_else() -> None:
    buying = Buying().opened()
    stranger = replace(COMPANIES["h"], standings={})

    def pledging(guest: Company) -> list[p.PurchaseEvent]:
        command = buying.command(
            p.PledgeQuantity, "member-h", company_id="company-h", quantity=Decimal(20), tolerance=Decimal(0),
            accepts_charter=True,
        )  # fmt: skip
        return p.pledge_quantity(command, buying.state, ZONE, guest)

    def shared(purchase_id: str = "purchase-1", days: int = 5, **changes: Any) -> Company:
        sharing = Sharing(ZONE.zone_id, NOW + timedelta(days=days))
        return replace(stranger, shared={purchase_id: sharing}, **changes)

    assert isinstance(pledging(shared())[0], p.PledgeMade)
    supplier, suspended = shared(kind="supplier"), shared(standings={ZONE.zone_id: "suspended"})
    for other in (stranger, shared("purchase-2"), shared(days=0), supplier, suspended):
        with pytest.raises(Forbidden):
            pledging(other)


def test_nobody_pledges_before_pledges_are_open() -> None:
    buying = Buying().proposed().quoted()
    with refused():
        buying.pledge("a", 5)


def test_nobody_pledges_at_the_deadline_whether_the_clock_has_come_by_or_not() -> None:
    buying = Buying().opened()
    buying.now = DEADLINE - timedelta(microseconds=1)
    buying.pledge("a", 60)
    buying.now = DEADLINE
    with refused():
        buying.pledge("b", 1)
    with refused():
        buying.withdraw("a", knowing=True)


def test_a_first_pledge_accepts_the_charter_and_later_ones_need_not() -> None:
    buying = Buying().opened()
    with refused("accepts_charter"):
        buying.pledge("a", 5, accepts_charter=False)
    buying.pledge("a", 5)
    buying.pledge("a", 7, accepts_charter=False)
    assert buying.state.pledges["company-a"].quantity == 7


def test_what_is_above_the_maximum_is_refused_and_the_rest_is_still_to_be_had() -> None:
    buying = Buying().opened(maximum=Decimal(60))
    for letter, quantity in (("a", 30), ("b", 15), ("c", 5)):
        buying.pledge(letter, quantity)
    with pytest.raises(Refused, match="left below") as fault:
        buying.pledge("d", 11)
    assert fault.value.values == {"left": "10"}
    buying.pledge("d", 10)
    with pytest.raises(Refused, match="nothing is left"):
        buying.pledge("e", 1)


def test_what_is_left_is_not_said_while_it_would_tell_what_another_wants() -> None:
    buying = Buying().opened(maximum=Decimal(60))
    buying.pledge("a", 37)
    buying.pledge("b", 13)
    with pytest.raises(Refused, match="ask for less") as fault:
        buying.pledge("c", 11)
    assert fault.value.values == {}


def test_one_who_changes_a_pledge_has_their_own_room_besides() -> None:
    buying = Buying().opened(maximum=Decimal(60))
    buying.pledge("a", 50)
    buying.pledge("a", 60)
    assert buying.state.room == 0


def test_saying_the_same_pledge_twice_records_it_once() -> None:
    buying = Buying().opened()
    buying.pledge("a", 30)
    assert buying.pledge("a", 30) == []


def test_what_is_taken_in_steps_is_pledged_in_steps() -> None:
    buying = Buying().proposed(step=Decimal(12)).opened(minimum=None, maximum=Decimal(240))
    with refused("quantity"):
        buying.pledge("a", 30)
    with refused("tolerance"):
        buying.pledge("a", 24, 5)
    buying.pledge("a", 24, 12)


def test_only_somebody_of_the_company_commits_it_or_the_facilitator_who_says_so() -> None:
    buying = Buying().opened()
    stranger = buying.command(
        p.PledgeQuantity, "member-b", company_id="company-a", quantity=Decimal(5), accepts_charter=True
    )
    with pytest.raises(Forbidden):
        p.pledge_quantity(stranger, buying.state, ZONE, COMPANIES["a"])
    facilitator = buying.command(
        p.PledgeQuantity,
        company_id="company-a",
        quantity=Decimal(5),
        accepts_charter=True,
        for_company="company-a",
    )
    assert of(p.PledgeMade, p.pledge_quantity(facilitator, buying.state, ZONE, COMPANIES["a"]))


def test_all_places_taken_is_said_and_a_withdrawal_frees_one() -> None:
    buying = Buying().opened(minimum=None, most_companies=2)
    buying.pledge("a", 5)
    buying.pledge("b", 5)
    with refused():
        buying.pledge("c", 5)
    buying.withdraw("a")
    buying.pledge("c", 5)


STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(("pledge", "withdraw", "worse", "better")), st.integers(1, 30)),
    max_size=14,
)


@given(STEPS)
def test_the_total_that_is_kept_is_that_of_the_ledger_whatever_happened(steps: list[tuple[str, str, int]]) -> None:
    buying, dearer = Buying().opened(minimum=None, maximum=None), 0
    for letter, step, amount in steps:
        match step:
            case "pledge":
                buying.pledge(letter, amount, amount % 3)
            case "withdraw":
                buying.withdraw(letter, knowing=True)
            case _:
                dearer = max(dearer + (amount if step == "worse" else -amount), 0)
                buying.change_terms(an_offer(delivery_cents=dearer), minimum=None, maximum=None)
        state = buying.state
        behind = {one for one, pledge in state.pledges.items() if pledge.of_terms < state.terms_count}
        assert state.waiting == behind
        assert state.total == sum(line.quantity for line in state.counted)
        assert state.committed == sum(line.quantity for line in state.ledger)
        assert state.companies == len({line.company_id for line in state.counted})


# --- marks ------------------------------------------------------------------------------------------------------


def test_reaching_the_minimum_and_a_lower_price_is_said_once() -> None:
    buying = Buying().opened()
    reached = of(p.ThresholdReached, buying.pledge("a", 50))
    assert {(event.mark, event.least) for event in reached} == {("minimum", Decimal(50)), ("tier", Decimal(50))}
    assert of(p.ThresholdReached, buying.pledge("b", 10)) == []


def test_whoever_holds_the_minimum_withdraws_it_knowingly_and_everyone_is_told() -> None:
    buying = Buying().opened(least_companies=2)
    buying.pledge("a", 30)
    buying.pledge("b", 30)
    with refused("knowing"):
        buying.withdraw("b")
    lost = of(p.ThresholdLost, buying.withdraw("b", knowing=True))
    assert {event.mark for event in lost} == {"minimum", "companies", "tier"}


# --- terms ------------------------------------------------------------------------------------------------------


def test_worse_terms_make_every_pledge_wait_until_its_company_says_it_again() -> None:
    buying = Buying().opened()
    buying.pledge("a", 60)
    buying.pledge("b", 20)
    dearer = an_offer(delivery_cents=4_500)
    changed = buying.change_terms(dearer)
    assert [event.worse for event in of(p.TermsChanged, changed)] == [True]
    assert buying.state.total == 0
    buying.pledge("a", 60)
    assert buying.state.total == 60
    assert buying.state.waiting == {"company-b"}
    confirmed = of(p.PurchaseConfirmed, buying.close())
    assert [share.company_id for share in confirmed[0].shares] == ["company-a"]


def test_better_terms_leave_every_pledge_as_it_is() -> None:
    buying = Buying().opened()
    buying.pledge("a", 60)
    cheaper = an_offer(tiers=(p.Tier(Decimal(0), 200), p.Tier(Decimal(50), 180)))
    assert [event.worse for event in of(p.TermsChanged, buying.change_terms(cheaper))] == [False]
    assert buying.state.total == 60


def test_a_pledge_on_terms_that_changed_meanwhile_is_asked_again() -> None:
    buying = Buying().opened()
    read = buying.state.version
    buying.pledge("b", 60, seen_version=read)
    buying.pledge("a", 5, seen_version=read)  # what another pledged is no conflict
    buying.change_terms(an_offer(delivery_cents=100))
    with pytest.raises(Conflict):
        buying.pledge("c", 5, seen_version=read)
    with pytest.raises(Conflict):
        buying.pledge("a", 6, seen_version=read)


def test_an_organiser_who_read_older_terms_changes_nothing() -> None:
    buying = Buying().opened()
    read = buying.state.version
    buying.pledge("a", 5)
    buying.change_terms(an_offer(delivery_cents=100))
    later = buying.command(
        p.ExtendDeadline, deadline=DEADLINE + timedelta(days=3), reason="Plus de temps.", seen_version=read
    )
    with pytest.raises(Conflict):
        p.extend_deadline(later, buying.state, ZONE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deadline": DEADLINE - timedelta(days=1)}, "deadline"),
        ({"maximum": Decimal(55)}, "maximum"),
        ({"most_companies": 1}, "most_companies"),
    ],
)
def test_terms_never_change_against_those_who_counted_on_them(changes: dict[str, Any], field: str) -> None:
    buying = Buying().opened()
    buying.pledge("a", 30)
    buying.pledge("b", 30)
    with refused(field):
        buying.change_terms(an_offer(), **changes)


# --- quotes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tiers": ()}, "tiers"),
        ({"tiers": (p.Tier(Decimal(0), 250), p.Tier(Decimal(50), 250))}, "tiers"),
        ({"tiers": (p.Tier(Decimal(50), 250), p.Tier(Decimal(50), 220))}, "tiers"),
        ({"tiers": (p.Tier(Decimal(0), 0),)}, "tiers"),
        ({"vat": Decimal("19.6")}, "vat"),
        ({"valid_until": date(2026, 11, 1)}, "valid_until"),
        ({"pack": Decimal("0.5")}, "pack"),
        ({"delivery_cents": -1}, "delivery"),
    ],
)
def test_a_quote_that_cannot_stand_is_refused_beside_its_figure(changes: dict[str, Any], field: str) -> None:
    with refused(field):
        Buying().proposed().quoted(offer=an_offer(**changes))


def test_the_price_of_a_share_follows_the_total_and_is_rounded_once() -> None:
    offer = an_offer(vat=Decimal("5.5"), delivery_cents=333)
    assert p.cost(offer, Decimal(3), Decimal(49)) == p.Cost(750, 333, 1143)  # 1142.565
    assert p.cost(offer, Decimal(3), Decimal(50)).goods == 660
    assert p.cost(offer, Decimal(0), Decimal(50)) == p.Cost(0, 0, 0)
    assert p.saving(offer, Decimal(10), Decimal(100), 300) == 3000 - 1900 - 333


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deadline": NOW}, "deadline"),
        ({"deadline": NOW + timedelta(days=200)}, "deadline"),
        ({"maximum": Decimal(40)}, "maximum"),
        ({"least_companies": 0}, "least_companies"),
        ({"least_companies": 3, "most_companies": 2}, "most_companies"),
        ({"minimum": None, "maximum": None, "closes_when_full": True}, "maximum"),
    ],
)
def test_bounds_that_contradict_each_other_are_refused_beside_their_figure(changes: dict[str, Any], field: str) -> None:
    with refused(field):
        Buying().opened(**changes)


# --- the end ----------------------------------------------------------------------------------------------------


def test_at_the_deadline_each_company_gets_its_share_at_the_price_of_the_total() -> None:
    buying = Buying().opened()
    buying.pledge("a", 60)
    buying.pledge("b", 45)
    confirmed = of(p.PurchaseConfirmed, buying.close())[0]
    assert (confirmed.total, confirmed.unit_cents) == (Decimal(105), 190)
    assert confirmed.shares == (
        p.Share("company-a", Decimal(60), 11_400, 0, 13_680),
        p.Share("company-b", Decimal(45), 8_550, 0, 10_260),
    )
    assert buying.close() == []


def test_it_does_not_close_a_moment_before_its_deadline() -> None:
    buying = Buying().opened()
    buying.pledge("a", 60)
    assert of(p.PurchaseConfirmed, buying.close(DEADLINE - timedelta(microseconds=1))) == []
    assert of(p.PurchaseConfirmed, buying.close(DEADLINE))


@pytest.mark.parametrize(
    ("pledges", "bounds", "reason"),
    [
        ({}, {}, "nobody"),
        ({"a": 49}, {}, "minimum"),
        ({"a": 60}, {"least_companies": 2}, "companies"),
    ],
)
def test_what_has_not_come_together_fails_and_says_on_what(
    pledges: dict[str, int], bounds: dict[str, Any], reason: str
) -> None:
    buying = Buying().opened(**bounds)
    for letter, quantity in pledges.items():
        buying.pledge(letter, quantity)
    assert [event.reason for event in of(p.PurchaseFailed, buying.close())] == [reason]


def test_the_minimum_is_that_of_what_can_be_ordered_in_whole_packs() -> None:
    buying = Buying().opened(offer=an_offer(pack=Decimal(12)))
    buying.pledge("a", 55)
    # 55 opens a fifth pack that nobody's tolerance fills: 48 is ordered, below the minimum of 50.
    assert [event.reason for event in of(p.PurchaseFailed, buying.close())] == ["minimum"]


def test_the_pledge_that_fills_it_closes_it_where_that_was_agreed() -> None:
    buying = Buying().opened(maximum=Decimal(60), closes_when_full=True)
    buying.pledge("a", 50)
    assert of(p.PurchaseConfirmed, buying.pledge("b", 10))
    with refused():
        buying.pledge("c", 1)


def test_last_calls_come_three_days_and_one_day_before_and_never_backwards() -> None:
    buying = Buying().opened()

    def called(before: timedelta) -> list[int]:
        buying.now = DEADLINE - before
        events = buying.told(p.wake_purchase(buying.command(p.WakePurchase), buying.state))
        return [event.days for event in of(p.LastCallMade, events)]

    assert called(timedelta(days=4)) == []
    assert called(timedelta(days=3)) == [3]
    assert called(timedelta(days=2)) == []
    assert called(timedelta(hours=20)) == [1]
    assert called(timedelta(hours=1)) == []
    away = Buying().opened()
    away.now = DEADLINE - timedelta(hours=5)
    for expected in ([1], []):
        events = away.told(p.wake_purchase(away.command(p.WakePurchase), away.state))
        assert [event.days for event in of(p.LastCallMade, events)] == expected


@pytest.mark.parametrize(("before", "calls"), [(4, [3, 1]), (2, [1]), (1, []), (0.5, [])])
def test_there_is_no_last_call_when_pledges_open_after_its_time(before: float, calls: list[int]) -> None:
    buying = Buying().proposed()
    buying.now = DEADLINE - timedelta(days=before)
    buying.opened()
    made = []
    for hours in range(int(before * 24) + 1):
        buying.now = DEADLINE - timedelta(days=before) + timedelta(hours=hours, minutes=-1)
        events = buying.told(p.wake_purchase(buying.command(p.WakePurchase), buying.state))
        made += [event.days for event in of(p.LastCallMade, events)]
    assert made == calls


def test_more_time_brings_only_the_last_calls_that_still_lie_ahead() -> None:
    buying = Buying().opened()
    buying.now = DEADLINE - timedelta(hours=5)
    buying.told(p.wake_purchase(buying.command(p.WakePurchase), buying.state))
    assert not buying.state.calls
    later = buying.command(p.ExtendDeadline, deadline=DEADLINE + timedelta(days=2), reason="Plus de temps.")
    buying.told(p.extend_deadline(later, buying.state, ZONE))
    assert buying.state.calls == (1,)


def test_nothing_is_ordered_for_a_company_that_was_erased() -> None:
    buying = Buying().opened()
    for letter, quantity in (("a", 60), ("b", 40)):
        buying.pledge(letter, quantity)
    assert buying.state.marks >= {("tier", Decimal(100))}
    called = buying.close(DEADLINE - timedelta(days=3), ["company-b", "company-c"])
    assert [event.company_id for event in of(p.PledgeWithdrawn, called)] == ["company-b"]
    assert of(p.ThresholdLost, called)
    assert of(p.LastCallMade, called)
    (confirmed,) = of(p.PurchaseConfirmed, buying.close(gone=["company-b", "company-c"]))
    assert [(share.company_id, share.quantity) for share in confirmed.shares] == [("company-a", Decimal(60))]


def test_a_buyer_says_once_what_arrived() -> None:
    buying = Buying().opened()
    buying.pledge("a", 60)
    buying.close()

    def received(outcome: p.Receipt, quantity: int) -> list[p.PurchaseEvent]:
        command = buying.command(
            p.ConfirmReceipt, "member-a", company_id="company-a", outcome=outcome, quantity=Decimal(quantity)
        )
        return buying.told(p.confirm_receipt(command, buying.state, ZONE, COMPANIES["a"]))

    with refused():
        received("received", 60)
    delivered = buying.command(p.RecordDelivery, on=DEADLINE.date())
    buying.told(p.record_delivery(delivered, buying.state, ZONE))
    with refused("quantity"):
        received("short", 60)
    assert of(p.ReceiptConfirmed, received("short", 55))[0].quantity == 55
    with pytest.raises(Conflict):
        received("received", 60)


def test_a_company_the_zone_suspended_may_still_withdraw_and_not_pledge() -> None:
    buying = Buying().opened()
    buying.pledge("a", 10)
    suspended = replace(COMPANIES["a"], standings={"zone-jourdies": "suspended"})
    more = buying.command(p.PledgeQuantity, "member-a", company_id="company-a", quantity=Decimal(20))
    with pytest.raises(Forbidden):
        p.pledge_quantity(more, buying.state, ZONE, suspended)
    leave = buying.command(p.WithdrawPledge, "member-a", company_id="company-a")
    assert of(p.PledgeWithdrawn, p.withdraw_pledge(leave, buying.state, ZONE, suspended))


def test_a_maximum_lowered_to_what_is_pledged_closes_it_where_full_means_closed() -> None:
    buying = Buying().opened(maximum=Decimal(100), closes_when_full=True)
    buying.pledge("a", 60)
    assert of(p.PurchaseConfirmed, buying.change_terms(an_offer(), maximum=Decimal(60), closes_when_full=True))
