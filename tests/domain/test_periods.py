"""Periods: which one a day belongs to, what follows it, and when it is over by the clocks of a place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import RHYTHMS, end_of, first_day, following, of_a_period, period_of
from domain.quantities import LARGEST, PERIODS, Period, Quantity


@pytest.mark.parametrize(
    ("day", "per", "period"),
    [
        (date(2026, 2, 15), "WEE", "2026-W07"),
        (date(2027, 1, 1), "WEE", "2026-W53"),
        (date(2026, 2, 15), "DAY", "2026-W07"),
        (date(2026, 2, 15), "MON", "2026-02"),
        (date(2026, 4, 1), "QAN", "2026-Q2"),
        (date(2026, 12, 31), "ANN", "2026"),
    ],
)
def test_a_day_belongs_to_one_period(day: date, per: str, period: str) -> None:
    assert period_of(day, per) == period  # type: ignore[arg-type]  # one of the periods


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(PERIODS))
def test_periods_follow_each_other_without_gap_and_sort_by_name(day: date, per: str) -> None:
    period = period_of(day, per)  # type: ignore[arg-type]  # one of the periods
    after = following(period)
    assert first_day(period) <= day < first_day(after)
    assert period_of(first_day(after) - timedelta(days=1), per) == period  # type: ignore[arg-type]  # one of the periods
    assert period < after


def test_a_period_is_over_at_midnight_of_the_place() -> None:
    assert end_of("2026-W13", "Europe/Paris") == datetime(2026, 3, 29, 22, tzinfo=UTC), "after the change of the clocks"
    assert end_of("2026-W12", "Europe/Paris") == datetime(2026, 3, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "2026-W54", "2026-13", "2026-Q5", "26", "2026-W7", "x" * 9999])
def test_what_names_no_period_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        first_day(name)


def test_nobody_confirms_every_day() -> None:
    assert RHYTHMS["DAY"] == "WEE"


@pytest.mark.parametrize(("per", "amount"), [("DAY", "10.5"), ("WEE", "1.5"), ("MON", "1.5"), (None, "1.5")])
def test_the_amount_of_a_day_counts_seven_times_in_its_week(per: Period | None, amount: str) -> None:
    assert of_a_period(Quantity(Decimal("1.5"), "KGM", per)) == Decimal(amount)


def test_no_week_is_more_than_an_amount_may_be() -> None:
    assert of_a_period(Quantity(LARGEST - 1, "KGM", "DAY")) < LARGEST
