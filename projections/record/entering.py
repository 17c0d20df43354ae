"""How a line is entered in the record, and counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from domain.events import Recorded
from projections.model import Rows
from projections.record.rows import APPEAL, ENTRY, MEASURE, PARTY, SUBJECT, EntryRow, Kind, MeasureRow, SubjectRow


def enter(
    rows: Rows,
    recorded: Recorded,
    subject: SubjectRow,
    kind: Kind,
    told: dict[str, Any] | None = None,
    **after: Any,  # noqa: ANN401  (fields of the row)
) -> None:
    """Note what happened to a listing in a zone, and how it stands after it."""
    stands = replace(subject, **after)
    rows.put(SUBJECT, stands)
    party = rows.get(PARTY, stands.company_id)
    entry = EntryRow(
        zone_id=stands.zone_id,
        subject_id=stands.listing_id,
        position=recorded.id,
        version=recorded.version,
        kind=kind,
        at=recorded.at,
        actor=recorded.actor,
        for_company=recorded.for_company or "",
        company_id=stands.company_id,
        side=stands.side,
        words=stands.words,
        status=stands.status,
        life=stands.life,
        visibility=stands.visibility,
        standing=party.standings.get(stands.zone_id, "admitted") if party else "admitted",
        flags=stands.flags,
        **(told or {}),
    )
    rows.put(ENTRY, entry)


def enter_either(
    rows: Rows, recorded: Recorded, subject: SubjectRow | None, zone_id: str, kind: Kind, told: dict[str, Any]
) -> None:
    """Note what happened to a listing, or to a company as such."""
    if subject is None:
        enter_bare(rows, recorded, zone_id, kind, **told)
    else:
        enter(rows, recorded, subject, kind, told)


def enter_bare(rows: Rows, recorded: Recorded, zone_id: str, kind: Kind, **told: Any) -> None:  # noqa: ANN401  (fields of the row)
    """Note what happened to a company, or about no listing in particular."""
    company = recorded.stream if recorded.stream.startswith("company-") else ""
    party = rows.get(PARTY, company) if company else None
    entry = EntryRow(
        zone_id=zone_id,
        subject_id=recorded.stream,
        position=recorded.id,
        version=recorded.version,
        kind=kind,
        at=recorded.at,
        actor=recorded.actor,
        for_company=recorded.for_company or "",
        company_id=company,
        side=None,
        words=None,
        status=None,
        life=None,
        visibility=None,
        standing=party.standings.get(zone_id, "admitted") if party else "admitted",
        flags=(),
        **told,
    )
    rows.put(ENTRY, entry)


def count(rows: Rows, recorded: Recorded, zone_id: str, kind: Kind, detail: str = "", took: int | None = None) -> None:
    """Count it in public."""
    measure = MeasureRow(
        zone_id=zone_id, measure_id=str(recorded.id), kind=kind, detail=detail, at=recorded.at, seconds=took
    )
    rows.put(MEASURE, measure)


def seconds(since: datetime, until: datetime) -> int:
    """How long it took."""
    return int((until - since).total_seconds())


def lapse(rows: Rows, recorded: Recorded, subject_id: str, zone_id: str) -> None:
    """What was appealed against is no longer in force: the appeals that wait are over."""
    for appeal in rows.of(APPEAL, "subject_id", subject_id):
        if appeal.zone_id == zone_id and not appeal.outcome:
            rows.put(APPEAL, replace(appeal, outcome="lapsed", decided_at=recorded.at))
