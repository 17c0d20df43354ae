"""Who may see a listing beside another, as far as matching goes: the companies, and those who run their zones."""

from __future__ import annotations

from collections.abc import Iterable

from domain.events import Recorded
from domain.listings import OPEN_TO_PARTNERS
from domain.zones import PartnershipAgreed, PartnershipEnded
from projections.matches.rows import PARTNER, CandidateRow, PartnerRow
from projections.model import Rows

NOBODY = "nobody"
"""In `told`, where neither company may know: its facilitator does, and nobody set it aside."""
EVERYONE = frozenset({"public", "named"})


def who_may_know(one: CandidateRow, other: CandidateRow) -> tuple[str, ...]:
    """The companies that may know that these two go together: each that may see the other's listing.

    Before its zone approves it, the author of what waits sees what it will meet then, and nobody sees what waits.
    """
    told = (mine.company_id for mine, theirs in ((one, other), (other, one)) if _sees(mine, theirs))
    return tuple(sorted(told)) or ((NOBODY,) if who_runs(one, other) else ())


def who_runs(one: CandidateRow, other: CandidateRow) -> tuple[str, ...]:
    """The zones whose facilitators may see both listings; none while one of them waits."""
    if not one.zones or not other.zones:
        return ()
    either = sorted({*one.zones, *other.zones})
    return tuple(zone for zone in either if _seen_from(zone, one) and _seen_from(zone, other))


def is_discreet(one: CandidateRow, other: CandidateRow) -> bool:
    """Whether a pair is counted nowhere: one of the two is for facilitators only."""
    return "facilitator" in {one.visibility, other.visibility}


def partners_of(rows: Rows, zones: Iterable[str]) -> tuple[str, ...]:
    """The zones that are partners of these: both sides agreed."""
    here = {*zones}
    agreed = {(row.zone_id, row.partner_id) for row in rows.of(PARTNER, "zone_id", *sorted(here))}
    return tuple(sorted(there for zone, there in agreed if there not in here and rows.get(PARTNER, there, zone)))


def follow_partners(rows: Rows, recorded: Recorded) -> tuple[str, ...]:
    """Keep what a zone agreed or ended; the two zones whose listings are to be looked at anew."""
    event = recorded.event
    match event:
        case PartnershipAgreed():
            rows.put(PARTNER, PartnerRow(zone_id=event.zone_id, partner_id=event.partner_id))
        case PartnershipEnded():
            rows.drop(PARTNER, event.zone_id, event.partner_id)
        case _:
            return ()
    return event.zone_id, event.partner_id


def _sees(mine: CandidateRow, theirs: CandidateRow) -> bool:
    """Whether the company of one listing may see the other: in a zone of both, as a partner, or as everyone may."""
    here = {*mine.zones, *mine.waiting}
    if not here or not theirs.zones or theirs.visibility == "facilitator":
        return False
    across = theirs.visibility in OPEN_TO_PARTNERS and not here.isdisjoint(theirs.partners)
    return not here.isdisjoint(theirs.zones) or across or {mine.visibility, theirs.visibility} <= EVERYONE


def _seen_from(zone_id: str, listing: CandidateRow) -> bool:
    open_there = zone_id in listing.partners and listing.visibility in OPEN_TO_PARTNERS
    return zone_id in listing.zones or open_there or listing.visibility in EVERYONE
