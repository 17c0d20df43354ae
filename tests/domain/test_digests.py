"""Digests: one per member and period, its outcome told once, in weeks that hold through years and fortnights."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain import digests
from domain.digests import DigestPrepared, DigestRefused, DigestSent, DigestSkipped, is_wanted, monday_of, period_of
from domain.refused import Conflict, NotFound
from tests.samples import JOURDIES, LEA, asked
from tests.story import Story

DIGEST = "digest-lea-2026-W10"
about: dict[str, Any] = {"digest_id": DIGEST, "member_id": LEA, "period": "2026-W10"}
prepared = DigestPrepared(**about, zone_id=JOURDIES, items=("listing-a",), sha256="0" * 64, template="1")
sent = DigestSent(digest_id=DIGEST)


def preparing() -> Any:
    command = digests.PrepareDigest(
        **asked("system:digests"), **about, zone_id=JOURDIES, items=("listing-a",), sha256="0" * 64, template="1"
    )
    return lambda digest: digests.prepare_digest(command, digest)


def told(outcome: Any, code: int = 0) -> Any:
    command = digests.RecordOutcome(**asked("system:outbox"), digest_id=DIGEST, outcome=outcome, code=code)
    return lambda digest: digests.record_outcome(command, digest)


def test_a_digest_is_prepared_once_per_member_and_period() -> None:
    Story(digests.evolve).when(preparing()).then(prepared)
    Story(digests.evolve, prepared).when(preparing()).then()
    skipped = DigestSkipped(**about, why="nothing_to_say")
    Story(digests.evolve, skipped).when(preparing()).then()


def test_an_outcome_is_told_once() -> None:
    Story(digests.evolve, prepared).when(told("sent")).then(sent).state(state="sent")
    Story(digests.evolve, prepared, sent).when(told("sent")).then()
    Story(digests.evolve, prepared, sent).when(told("refused", 550)).then_refused(kind=Conflict)
    Story(digests.evolve, prepared).when(told("refused", 550)).then(DigestRefused(digest_id=DIGEST, code=550))
    Story(digests.evolve).when(told("sent")).then_refused(kind=NotFound)


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_a_period_is_an_iso_week(day: date, period: str) -> None:
    assert period_of(day) == period
    assert monday_of(period) <= day < monday_of(period) + timedelta(weeks=1)


def test_fortnights_alternate_through_every_new_year() -> None:
    mondays = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(300)]
    wanted = [is_wanted("fortnightly", period_of(monday)) for monday in mondays]
    assert all(this != following for this, following in pairwise(wanted))


def test_a_monthly_mail_comes_once_in_every_month() -> None:
    mondays = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(300)]
    months = [(m.year, m.month) for m in mondays if is_wanted("monthly", period_of(m))]
    assert len(months) == len(set(months))
    assert set(months) == {(m.year, m.month) for m in mondays}


def test_a_weekly_mail_comes_every_week() -> None:
    assert is_wanted("weekly", "2026-W53")
