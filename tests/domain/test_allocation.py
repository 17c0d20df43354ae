"""What a group purchase promises of its allocation, for any ledger."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.purchases.allocation import RULES, Allocation, Line, Rule, allocate, orderable, pledged

AMOUNTS = st.integers(min_value=0, max_value=60)
COMPANIES = ("company-a", "company-b", "company-c", "company-d")


@st.composite
def ledgers(draw: st.DrawFn) -> list[Line]:
    """Ledgers of up to eight lines by four companies, in the order of the log."""
    lines = draw(st.lists(st.tuples(st.sampled_from(COMPANIES), AMOUNTS, st.integers(0, 9)), max_size=8))
    return [Line(order, who, Decimal(wanted), Decimal(more)) for order, (who, wanted, more) in enumerate(lines)]


RULED = st.sampled_from(RULES)
PACKS = st.one_of(st.none(), st.integers(1, 12).map(Decimal))
MAXIMA = st.one_of(st.none(), st.integers(0, 200).map(Decimal))


@pytest.mark.parametrize(
    ("quantity", "tolerance", "packs"),
    [(0, 2, 0), (0, 5, 0), (2, 2, 1), (4, 2, 1), (4, 4, 1), (5, 3, 2), (5, 4, 2), (2, 1, 0), (9, 2, 2), (9, 3, 3)],
)
def test_packs_of_four_are_filled_up_by_tolerance_and_opened_by_none(quantity: int, tolerance: int, packs: int) -> None:
    assert orderable(Decimal(quantity), Decimal(tolerance), pack=Decimal(4)) == 4 * packs


def test_whoever_pledged_first_is_served_first() -> None:
    ledger = [Line(3, "company-a", Decimal(5)), Line(7, "company-b", Decimal(4)), Line(9, "company-c", Decimal(2))]
    assert allocate(ledger, pack=Decimal(4)).shares == {"company-a": 5, "company-b": 3, "company-c": 0}


def test_tolerance_is_used_in_the_same_order_and_only_to_fill_the_last_pack() -> None:
    ledger = [Line(1, "company-a", Decimal(3), Decimal(2)), Line(2, "company-b", Decimal(3), Decimal(5))]
    found = allocate(ledger, pack=Decimal(8))
    assert found.shares == {"company-a": 5, "company-b": 3}


def test_in_proportion_the_largest_remainder_gets_the_last_piece() -> None:
    ledger = [Line(1, "company-a", Decimal(7)), Line(2, "company-b", Decimal(5)), Line(3, "company-c", Decimal(3))]
    # 10 of 15: 4.67, 3.33 and 2 exactly.
    assert allocate(ledger, rule="proportional", maximum=Decimal(10)).shares == {
        "company-a": 5,
        "company-b": 3,
        "company-c": 2,
    }


def test_a_pledge_that_grew_stands_behind_those_who_came_meanwhile() -> None:
    ledger = [Line(1, "company-a", Decimal(4)), Line(2, "company-b", Decimal(4))]
    grown = pledged(ledger, 3, "company-a", Decimal(8), Decimal(0))
    assert allocate(grown, maximum=Decimal(8)).shares == {"company-a": 4, "company-b": 4}


def test_a_pledge_that_shrinks_gives_back_what_it_added_last() -> None:
    ledger = [Line(1, "company-a", Decimal(4)), Line(2, "company-b", Decimal(4)), Line(3, "company-a", Decimal(4))]
    assert pledged(ledger, 4, "company-a", Decimal(5), Decimal(0)) == (*ledger[:2], Line(3, "company-a", Decimal(1)))
    assert pledged(ledger, 4, "company-a", Decimal(0), Decimal(0)) == (ledger[1],)


@given(ledgers(), RULED, PACKS, MAXIMA)
def test_nothing_is_given_above_the_maximum_or_above_a_pledge_and_its_tolerance(
    ledger: list[Line], rule: Rule, pack: Decimal | None, maximum: Decimal | None
) -> None:
    found = allocate(ledger, rule=rule, pack=pack, maximum=maximum)
    assert maximum is None or found.total <= maximum
    assert sum(found.shares.values()) == found.total
    assert pack is None or found.total % pack == 0
    for company_id, share in found.shares.items():
        own = [line for line in ledger if line.company_id == company_id]
        assert 0 <= share <= sum(line.quantity + line.tolerance for line in own)
        assert share % 1 == 0


@given(ledgers(), RULED, PACKS, MAXIMA)
def test_tolerance_is_touched_only_when_everyone_has_what_they_want(
    ledger: list[Line], rule: Rule, pack: Decimal | None, maximum: Decimal | None
) -> None:
    found = allocate(ledger, rule=rule, pack=pack, maximum=maximum)
    if any(one.tolerance for one in found.served):
        assert all(one.quantity == one.line.quantity for one in found.served)
        assert pack is not None
        assert sum(one.tolerance for one in found.served) < pack


@given(ledgers(), PACKS, MAXIMA)
def test_by_order_nobody_gets_more_while_an_earlier_line_goes_short(
    ledger: list[Line], pack: Decimal | None, maximum: Decimal | None
) -> None:
    served = allocate(ledger, pack=pack, maximum=maximum).served
    short = False
    for one in served:
        assert not (short and one.quantity)
        short = short or one.quantity < one.line.quantity


@given(ledgers(), MAXIMA)
def test_in_proportion_nobody_is_a_whole_piece_from_their_exact_share(
    ledger: list[Line], maximum: Decimal | None
) -> None:
    found = allocate(ledger, rule="proportional", maximum=maximum)
    whole = sum(line.quantity for line in ledger)
    for one in found.served:
        exact = found.total * one.line.quantity / whole if whole else Decimal(0)
        assert abs(one.quantity - exact) < 1


@given(ledgers(), MAXIMA)
def test_in_proportion_what_rounding_leaves_goes_to_the_largest_remainders_the_earlier_first(
    ledger: list[Line], maximum: Decimal | None
) -> None:
    found = allocate(ledger, rule="proportional", maximum=maximum)
    whole = sum(line.quantity for line in ledger)
    if not whole:
        return
    # A remainder in whole numbers: what the exact share has beyond its whole part.
    parts = [(divmod(found.total * one.line.quantity, whole), one) for one in found.served]
    raised = [(-remainder, one.line.order) for (floor, remainder), one in parts if one.quantity > floor]
    left = [(-remainder, one.line.order) for (floor, remainder), one in parts if one.quantity == floor]
    assert len(raised) + len(left) == len(parts)
    assert not raised or not left or max(raised) < min(left)


@given(ledgers(), RULED, PACKS, MAXIMA)
def test_the_order_a_ledger_is_read_in_changes_nothing(
    ledger: list[Line], rule: Rule, pack: Decimal | None, maximum: Decimal | None
) -> None:
    def share(lines: list[Line]) -> Allocation:
        return allocate(lines, rule=rule, pack=pack, maximum=maximum)

    for shuffled, _some in zip(permutations(ledger), range(6), strict=False):
        assert share(list(shuffled)) == share(ledger)


@given(st.lists(st.tuples(st.sampled_from(COMPANIES), AMOUNTS, st.integers(0, 9)), max_size=12))
def test_a_ledger_always_says_what_each_company_wants_now(wishes: list[tuple[str, int, int]]) -> None:
    ledger: tuple[Line, ...] = ()
    now: dict[str, tuple[int, int]] = {}
    for order, (company_id, wanted, more) in enumerate(wishes):
        ledger = pledged(ledger, order, company_id, Decimal(wanted), Decimal(more))
        now[company_id] = (wanted, more)
    assert [line.order for line in ledger] == sorted(line.order for line in ledger)
    for company_id, (wanted, more) in now.items():
        own = [line for line in ledger if line.company_id == company_id]
        assert (sum(line.quantity for line in own), sum(line.tolerance for line in own)) == (wanted, more)
