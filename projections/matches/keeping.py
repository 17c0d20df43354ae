"""A listing put down as it now is, and its pairs anew when anything changed that they depend on."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from domain.listings import ZoneStatus
from projections.matches import finding, seeing
from projections.matches.rows import CANDIDATE, LISTING, ListingRow
from projections.model import Rows


def keep(rows: Rows, before: ListingRow | None, after: ListingRow, at: datetime, *, judged: bool = False) -> None:
    """Put a listing, and its pairs anew when what others find of it changed; `judged` anew whether it did or not."""
    after = replace(after, zones=_zones(after, "approved"), waiting=_zones(after, "pending"))
    after = replace(after, partners=seeing.partners_of(rows, after.statuses))
    rows.put(LISTING, after)
    was = rows.get(CANDIDATE, after.listing_id) if before is not None else None
    now = finding.candidate(after)
    if was == now and not judged:
        return
    if was is not None:
        finding.part(rows, after.listing_id)
    if now is not None:
        finding.meet(rows, now, at, known=before is not None)


def _zones(row: ListingRow, status: ZoneStatus) -> tuple[str, ...]:
    """The zones in which a listing that is to be had stands so."""
    if row.life != "open" or row.free <= 0:
        return ()
    return tuple(sorted(zone for zone, said in row.statuses.items() if said == status and zone not in row.suspended))
