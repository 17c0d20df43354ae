"""The hand-overs of zones: what is proposed to whom, what was answered, and what passed on its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Event, Recorded
from domain.zones import (
    Work,
    ZoneHandedOver,
    ZoneHandoverAccepted,
    ZoneHandoverDeclined,
    ZoneHandoverProposed,
    ZoneHandoverWithdrawn,
)
from projections.model import Group, Query, Rows, Table, opened
from projections.people.rows import MEMBER, Member

HandoverState = Literal["proposed", "accepted", "declined", "withdrawn", "done"]
OfHandover = ZoneHandoverProposed | ZoneHandoverAccepted | ZoneHandoverDeclined | ZoneHandoverWithdrawn | ZoneHandedOver


class HandoverRow(Struct, frozen=True, kw_only=True):
    """One act: who proposed it, what was said, and how it ended; `moved` counts what passed, by kind.

    One that was answered and is withdrawn had been accepted. The `name` is empty once the taker is erased.
    """

    handover_id: str
    zone_id: str
    state: HandoverState
    taker_id: str
    organisation: str
    contact_mail: str
    former: str
    effective_on: date
    staying_ids: tuple[str, ...]
    words: str
    name: str
    proposed_by: str
    proposed_at: datetime
    answered_at: datetime | None = None
    reason: str = ""
    withdrawn_at: datetime | None = None
    done_at: datetime | None = None
    leaver_ids: tuple[str, ...] = ()
    moved: dict[Work, int] = {}


class ChangingHands(Struct, frozen=True, kw_only=True):
    """What a zone's people are told of the newest hand-over both sides accepted: who runs it from when."""

    zone_id: str
    organisation: str
    effective_on: date
    done: bool


HANDOVER: Final = Table("zone_handover", HandoverRow, ("handover_id",), ("handover_id", "taker_id"))
CHANGING_HANDS: Final = Table("zone_changing_hands", ChangingHands, ("zone_id",), ("zone_id",))

DDL: Final = """
CREATE TABLE {schema}.zone_handover (
    handover_id text PRIMARY KEY,
    zone_id text NOT NULL,
    state text NOT NULL,
    taker_id text NOT NULL,
    organisation text NOT NULL,
    contact_mail text NOT NULL,
    former text NOT NULL,
    effective_on date NOT NULL,
    staying_ids text[] NOT NULL,
    words text NOT NULL,
    name text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    answered_at timestamptz,
    reason text NOT NULL,
    withdrawn_at timestamptz,
    done_at timestamptz,
    leaver_ids text[] NOT NULL,
    moved jsonb NOT NULL
);
CREATE INDEX ON {schema}.zone_handover (zone_id, proposed_at);
CREATE INDEX ON {schema}.zone_handover (taker_id);
ALTER TABLE {schema}.zone_handover ENABLE ROW LEVEL SECURITY;
-- Who is asked to take over reads the act itself while it stands, and nothing else of the zone.
CREATE POLICY both_sides ON {schema}.zone_handover USING (
    taker_id = (SELECT site.viewer()) AND state IN ('proposed', 'accepted')
    OR zone_id = ANY ((SELECT site.viewer_in('administered'))::text[])
);

CREATE TABLE {schema}.zone_changing_hands (
    zone_id text PRIMARY KEY,
    organisation text NOT NULL,
    effective_on date NOT NULL,
    done boolean NOT NULL
);
ALTER TABLE {schema}.zone_changing_hands ENABLE ROW LEVEL SECURITY;
CREATE POLICY whoever_belongs_to_it ON {schema}.zone_changing_hands USING (
    zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])
);
"""


def of_handover(rows: Rows, recorded: Recorded, event: OfHandover) -> None:
    """Change the act, and on its day whom the zone counts as its own."""
    if isinstance(event, ZoneHandoverProposed):
        rows.put(HANDOVER, _proposed(recorded, event))
        return
    row = rows.get(HANDOVER, event.handover_id)
    if row is None:
        return
    rows.put(HANDOVER, replace(row, **_answered(recorded, event)))
    _tell(rows, row, event)
    if isinstance(event, ZoneHandedOver):
        for member_id in event.leavers:
            member = rows.get(MEMBER, member_id)
            if member is not None:
                _put_outside(rows, member, event.zone_id)


def _tell(rows: Rows, act: HandoverRow, event: OfHandover) -> None:
    """Change what the zone's people are told, once it is accepted."""
    if isinstance(event, ZoneHandoverAccepted | ZoneHandedOver):
        told = ChangingHands(
            zone_id=act.zone_id,
            organisation=act.organisation,
            effective_on=act.effective_on,
            done=isinstance(event, ZoneHandedOver),
        )
        rows.put(CHANGING_HANDS, told)
    elif act.state == "accepted":
        rows.drop(CHANGING_HANDS, act.zone_id)


def without_taker(rows: Rows, member_id: str) -> None:
    """Whoever erased their account is named in no act."""
    for row in rows.of(HANDOVER, "taker_id", member_id):
        rows.put(HANDOVER, replace(row, name=""))


def _put_outside(rows: Rows, member: Member, zone_id: str) -> None:
    """Being at home there lets them see nothing of the zone; their roles and companies still do."""
    outside = tuple(sorted({*member.outside_zone_ids, zone_id}))
    rows.put(MEMBER, replace(member, outside_zone_ids=outside))


def _proposed(recorded: Recorded, event: ZoneHandoverProposed) -> HandoverRow:
    return HandoverRow(
        handover_id=event.handover_id,
        zone_id=event.zone_id,
        state="proposed",
        taker_id=event.taker_id,
        organisation=event.organisation,
        contact_mail=event.contact_mail,
        former=event.former,
        effective_on=event.effective_on,
        staying_ids=event.staying,
        words=opened(event.words),
        name=opened(event.name),
        proposed_by=recorded.actor,
        proposed_at=recorded.at,
    )


def _answered(
    recorded: Recorded,
    event: ZoneHandoverAccepted | ZoneHandoverDeclined | ZoneHandoverWithdrawn | ZoneHandedOver,
) -> dict[str, Any]:
    match event:
        case ZoneHandoverAccepted():
            return {"state": "accepted", "answered_at": recorded.at}
        case ZoneHandoverDeclined():
            return {"state": "declined", "answered_at": recorded.at, "reason": opened(event.reason)}
        case ZoneHandoverWithdrawn():
            return {"state": "withdrawn", "withdrawn_at": recorded.at}
        case ZoneHandedOver():
            return {"state": "done", "done_at": recorded.at, "leaver_ids": event.leavers, "moved": event.moved}


def touched(event: Event) -> Iterator[Group]:
    """The act an event changes, and who leaves by it."""
    if isinstance(event, ZoneHandoverAccepted | ZoneHandoverDeclined | ZoneHandoverWithdrawn | ZoneHandedOver):
        yield HANDOVER, "handover_id", event.handover_id
    if isinstance(event, ZoneHandedOver):
        yield MEMBER, "member_id", *event.leavers


# --- what is asked ----------------------------------------------------------------------------------------------


def handover(handover_id: str) -> Query[HandoverRow]:
    """One act, for its two sides."""
    return Query("SELECT * FROM zone_handover WHERE handover_id = %(id)s", {"id": handover_id}, HandoverRow)


def handovers(zone_id: str, limit: int = 25) -> Query[HandoverRow]:
    """Those of a zone, the newest first."""
    sql = """SELECT * FROM zone_handover WHERE zone_id = %(zone)s
        ORDER BY proposed_at DESC, handover_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "limit": limit}, HandoverRow)


def changing_hands(zone_id: str) -> Query[ChangingHands]:
    """Who runs a zone soon or since some day, for those who belong to it."""
    return Query("SELECT * FROM zone_changing_hands WHERE zone_id = %(zone)s", {"zone": zone_id}, ChangingHands)


def handovers_to(member_id: str) -> Query[HandoverRow]:
    """What is proposed to somebody and not answered yet."""
    sql = """SELECT * FROM zone_handover WHERE taker_id = %(member)s AND state = 'proposed'
        ORDER BY effective_on, handover_id"""
    return Query(sql, {"member": member_id}, HandoverRow)


def told_handovers(since: datetime) -> Query[HandoverRow]:
    """Those both sides have accepted since then; for the system, which tells the companies."""
    sql = """SELECT * FROM zone_handover WHERE state IN ('accepted', 'done') AND answered_at > %(since)s
        ORDER BY answered_at, handover_id"""
    return Query(sql, {"since": since}, HandoverRow)


def called_off_handovers(since: datetime) -> Query[HandoverRow]:
    """Those both sides had accepted and that since then are not to be; for the system, which tells the companies."""
    sql = """SELECT * FROM zone_handover WHERE state = 'withdrawn' AND answered_at IS NOT NULL
        AND withdrawn_at > %(since)s ORDER BY withdrawn_at, handover_id"""
    return Query(sql, {"since": since}, HandoverRow)


def due_handovers(now: datetime, limit: int) -> Query[HandoverRow]:
    """Those accepted whose day has come in their zone, and those nobody accepted whose day is over; for the system."""
    sql = """SELECT h.* FROM zone_handover h JOIN zone z USING (zone_id)
        CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE z.time_zone)::date AS day) today
        WHERE h.state = 'accepted' AND h.effective_on <= today.day
            OR h.state = 'proposed' AND h.effective_on < today.day
        ORDER BY h.effective_on, h.handover_id LIMIT %(limit)s"""
    return Query(sql, {"now": now, "limit": limit}, HandoverRow)
