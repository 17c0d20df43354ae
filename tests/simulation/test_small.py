"""A small zone for every day: what reminders change, that deaf people fail, and that no promise breaks on the way."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Literal

import pytest
from msgspec.structs import replace

from tests.simulation.figures import GOAL, Figures, figures_of
from tests.simulation.neighbourhood import BEGINS
from tests.simulation.people import KINDS, kinds_of
from tests.simulation.season import Told, broken_promises, played

pytestmark = pytest.mark.slow

Story = Literal["silent", "reminded", "deaf"]
"""Without reminders; with them; with them, among people who let them pass."""


@cache
def season(story: Story) -> Told:
    """Each story is lived once, however many tests ask about it."""
    return played(seed=1, weeks=6, companies=24, reminders=story != "silent", deaf=story == "deaf")


def figures(story: Story) -> Figures:
    return figures_of([season(story)])


def test_reminders_end_many_more_contacted_matches_by_a_person() -> None:
    without, with_them = figures("silent"), figures("reminded")
    print(f"Ended by a person within 30 days: {without.ended}; with reminders: {with_them.ended}")  # noqa: T201
    assert min(without.contacts, with_them.contacts) >= 15
    # The goal itself is not asserted here: so few contacts could neither reach it nor miss it.
    assert with_them.ended.share > without.ended.share + 0.3


def test_no_promise_breaks_on_the_way() -> None:
    assert not season("reminded").broken
    assert not season("silent").broken


def test_without_reminders_the_clock_closes_nothing() -> None:
    assert season("silent").nudges == 0
    assert {contact.ending for contact in season("silent").contacts.values()} <= {
        "confirmed",
        "reason",
        "gone",
        "",
    }


def test_the_control_fails_where_people_let_every_reminder_pass() -> None:
    deaf = figures("deaf")
    assert deaf.ended.share < GOAL - 0.3
    assert not season("deaf").broken


def test_people_come_in_the_shares_of_the_table() -> None:
    kinds = kinds_of(80, random.Random(1))  # noqa: S311  # repeatable
    assert [kinds.count(kind) for kind in KINDS] == [20, 28, 20, 12]


def test_a_broken_promise_would_be_seen() -> None:
    known = season("silent").listings.values()
    with_open = next(one for one in known if any(each.is_open for each in one.exchanges.values()))
    assert not broken_promises(with_open, BEGINS, reminders=True)
    late = BEGINS + timedelta(days=1_000)
    assert any("waits for nothing" in sentence for sentence in broken_promises(with_open, late, reminders=True))
    taken = next(one for one in known if one.side == "offer" and one.promised + one.taken > 1)
    less = replace(taken.content, quantity=replace(taken.content.quantity, amount=Decimal(1)))
    oversold = broken_promises(replace(taken, content=less), BEGINS, reminders=False)
    assert any("oversold" in sentence for sentence in oversold)
