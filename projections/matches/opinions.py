"""What people say of a pair, and who is told of it: a company sets it aside, a facilitator judges and introduces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from domain.events import Recorded
from domain.matches import MatchDismissed, MatchIntroduced, MatchJudged, MatchRestored
from projections.matches import seeing
from projections.matches.rows import (
    CANDIDATE,
    DISMISSED,
    PAIR,
    TALLY,
    VERDICT,
    DismissedRow,
    PairRow,
    TallyRow,
    VerdictRow,
)
from projections.model import Rows

Opinion = MatchDismissed | MatchRestored | MatchJudged | MatchIntroduced


def say(rows: Rows, recorded: Recorded, event: Opinion) -> None:
    """Keep what a company or a facilitator says of a pair, and follow it."""
    a_id, b_id = sorted((event.listing_id, event.other_listing_id))
    match event:
        case MatchDismissed():
            dismissed = DismissedRow(
                a_id=a_id,
                b_id=b_id,
                company_id=event.company_id,
                listing_id=event.listing_id,
                reason=event.reason,
                at=event.at,
                zones=tuple(sorted(recorded.zones)),
            )
            rows.put(DISMISSED, dismissed)
        case MatchRestored():
            rows.drop(DISMISSED, a_id, b_id, event.company_id)
        case MatchJudged() | MatchIntroduced():
            row = rows.get(VERDICT, a_id, b_id, event.zone_id)
            row = row or VerdictRow(a_id=a_id, b_id=b_id, zone_id=event.zone_id)
            if isinstance(event, MatchJudged):
                row = replace(row, verdict=event.verdict, reason=event.reason, judged_at=event.at)
            else:
                row = replace(row, introduced_at=event.at)
            rows.put(VERDICT, row)
    heed(rows, a_id, b_id)


def spoken_of(rows: Rows, listing_id: str) -> set[tuple[str, str]]:
    """The pairs of a listing of which somebody said something."""
    ends = ("a_id", "b_id")
    dismissed = {(row.a_id, row.b_id) for end in ends for row in rows.of(DISMISSED, end, listing_id)}
    return dismissed | {(row.a_id, row.b_id) for end in ends for row in rows.of(VERDICT, end, listing_id)}


def heed(rows: Rows, a_id: str, b_id: str) -> None:
    """Let a pair follow what people said of it: set aside by one side, it is gone for both."""
    pair, a, b = rows.get(PAIR, a_id, b_id), rows.get(CANDIDATE, a_id), rows.get(CANDIDATE, b_id)
    if pair is None or a is None or b is None:
        return
    gone = any(row.b_id == b_id for row in rows.of(DISMISSED, "a_id", a_id))
    verdicts = [row for row in rows.of(VERDICT, "a_id", a_id) if row.b_id == b_id]
    after = replace(
        pair,
        told=() if gone else seeing.who_may_know(a, b),
        poor=any(row.verdict == "poor" for row in verdicts),
        introduced_at=min((row.introduced_at for row in verdicts if row.introduced_at), default=None),
    )
    count(rows, [pair], -1)
    rows.put(PAIR, after)
    count(rows, [after], 1)


def count(rows: Rows, pairs: Iterable[PairRow], change: int) -> None:
    """Count pairs in the zones that have them; one that was set aside counts nowhere."""
    counted = Counter(zone_id for pair in pairs if pair.told and not pair.discreet for zone_id in pair.zones)
    for zone_id, times in counted.items():
        tally = rows.get(TALLY, zone_id) or TallyRow(zone_id=zone_id, pairs=0)
        rows.put(TALLY, replace(tally, pairs=tally.pairs + times * change))
