"""What has many listings judged anew: words that are published, weights, partners. So many in one transaction.

An event that is not done with leaves where it stands in a row of this model, and is applied again. The end is the same
as if it had been done at once; until then some pairs are as before, and the read model says that it is behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Recorded
from domain.matching import keys
from domain.programme import PROGRAMME, LexiconPublished, MatchWeightsSet
from domain.zones import PartnershipAgreed, PartnershipEnded
from projections.matches import described, finding, seeing, vocabulary
from projections.matches.keeping import keep
from projections.matches.rows import CANDIDATE, LISTING, ListingRow
from projections.model import Group, Rows, Table

STEP: Final = 50
"""Listings that are judged anew in one transaction: some tenths of a second."""

Widely = LexiconPublished | MatchWeightsSet | PartnershipAgreed | PartnershipEnded
"""Events that may concern any number of listings."""


class UnderwayRow(Struct, frozen=True, kw_only=True):
    """How far the event is that is under way: past the listing `after`, in the order of their ids.

    It concerns all listings, or those that have one of these `stems` or stand in one of these `zones`.
    """

    programme: str = PROGRAMME
    after: str = ""
    everything: bool = False
    stems: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


UNDERWAY: Final = Table("match_underway", UnderwayRow, ("programme",), ("programme",))

DDL: Final = """
CREATE TABLE {schema}.match_underway (
    programme text PRIMARY KEY,
    after text NOT NULL,
    everything boolean NOT NULL,
    stems text[] NOT NULL,
    zones text[] NOT NULL
);
ALTER TABLE {schema}.match_underway ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_underway USING (false);
"""


def take_up(rows: Rows, recorded: Recorded, event: Widely) -> None:
    """Follow the event, or go on with it: judge the next listings it concerns."""
    underway = rows.get(UNDERWAY, PROGRAMME) or _begun(rows, recorded, event)
    listings, last = _next(rows, underway)
    rows.prefetch(group for row in listings for group in _needed(row))
    for row in listings:
        if isinstance(event, LexiconPublished):
            keep(rows, row, described.reread(rows, row), recorded.at)
        else:
            keep(rows, row, row, recorded.at, judged=isinstance(event, MatchWeightsSet))
    if last is None:
        rows.drop(UNDERWAY, PROGRAMME)
    else:
        rows.put(UNDERWAY, replace(underway, after=last))
        rows.go_on_later()


def _needed(row: ListingRow) -> Iterator[Group]:
    """What judging a listing anew reads: asked for once for all of a step."""
    yield CANDIDATE, "listing_id", row.listing_id
    yield from finding.between(row.listing_id)
    yield from finding.around(row.side, keys(described.traits_of(row)), row.statuses)


def _begun(rows: Rows, recorded: Recorded, event: Widely) -> UnderwayRow:
    """Keep what the event says, and tell whom it concerns."""
    if isinstance(event, LexiconPublished):
        stems = vocabulary.publish(rows, recorded, event)
        return UnderwayRow(everything=stems is None, stems=tuple(stems or ()))
    if isinstance(event, MatchWeightsSet):
        vocabulary.weigh(rows, event)
        return UnderwayRow(zones=(event.zone_id,))
    return UnderwayRow(zones=seeing.follow_partners(rows, recorded))


def _next(rows: Rows, underway: UnderwayRow) -> tuple[list[ListingRow], str | None]:
    """The next listings, and the last of them unless they are all that is left."""
    if underway.everything:
        return rows.following(LISTING, underway.after, STEP)
    found = rows.of(LISTING, "words", *underway.stems) if underway.stems else rows.of(LISTING, "zones", *underway.zones)
    left = [row for row in found if row.listing_id > underway.after]
    return left[:STEP], left[STEP - 1].listing_id if len(left) > STEP else None
