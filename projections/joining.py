"""Who asks to be let into a zone, for those who answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Event, Recorded
from domain.joining import JoinAdmitted, JoinAgreed, JoinAsked, JoinConfirmed, JoinLapsed, JoinRefused, Stage
from projections.model import Group, Id, Query, ReadModel, Rows, Table, opened


class Request(Struct, frozen=True, kw_only=True):
    """A request to join. `company_id` is the company it is about, where its SIRET is known or once it is admitted."""

    joining_id: str
    zone_id: str
    siret: str
    company: str
    trade: str
    address: str
    person: str
    mail: str
    wish: str
    asked_at: datetime
    stage: Stage = "asked"
    confirmed_at: datetime | None = None
    company_id: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""


REQUEST: Final = Table("join_request", Request, ("joining_id",), ("joining_id",))

DDL: Final = """
CREATE TABLE {schema}.join_request (
    joining_id text PRIMARY KEY,
    zone_id text NOT NULL,
    siret text NOT NULL,
    company text NOT NULL,
    trade text NOT NULL,
    address text NOT NULL,
    person text NOT NULL,
    mail text NOT NULL,
    wish text NOT NULL,
    asked_at timestamptz NOT NULL,
    stage text NOT NULL,
    confirmed_at timestamptz,
    company_id text NOT NULL,
    decided_at timestamptz,
    decided_by text NOT NULL,
    reason text NOT NULL
);
CREATE INDEX ON {schema}.join_request (zone_id, confirmed_at);
ALTER TABLE {schema}.join_request ENABLE ROW LEVEL SECURITY;
-- Nobody reads a request whose address is not confirmed: it may be another's.
CREATE POLICY those_who_answer ON {schema}.join_request USING (
    stage <> 'asked' AND (
        zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
        OR company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
            AND cardinality((SELECT site.viewer_in('shared'))::text[]) = 0)
);
"""


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case JoinAsked() as event:
            request = Request(
                joining_id=event.joining_id,
                zone_id=event.zone_id,
                siret=event.siret,
                company=opened(event.company),
                trade=opened(event.trade),
                address=opened(event.address),
                person=opened(event.person),
                mail=opened(event.mail),
                wish=opened(event.wish),
                asked_at=recorded.at,
            )
            rows.put(REQUEST, request)
        case JoinConfirmed() as event:
            _change(rows, recorded, stage="confirmed", confirmed_at=recorded.at, company_id=event.company_id)
        case JoinAgreed():
            _change(rows, recorded, stage="agreed")
        case JoinAdmitted() as event:
            decided = {"decided_at": recorded.at, "decided_by": recorded.actor}
            _change(rows, recorded, stage="admitted", company_id=event.company_id, **decided)
        case JoinRefused() as event:
            decided = {"decided_at": recorded.at, "decided_by": recorded.actor}
            _change(rows, recorded, stage="refused", reason=opened(event.reason), **decided)
        case JoinLapsed():
            rows.drop(REQUEST, recorded.stream)
        case _:
            pass


def _change(rows: Rows, recorded: Recorded, **changed: object) -> None:
    request = rows.get(REQUEST, recorded.stream)
    if request is not None:
        rows.put(REQUEST, replace(request, **changed))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    if isinstance(recorded.event, JoinConfirmed | JoinAgreed | JoinAdmitted | JoinRefused | JoinLapsed):
        yield REQUEST, "joining_id", recorded.stream


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {JoinAsked, JoinConfirmed, JoinAgreed, JoinAdmitted, JoinRefused, JoinLapsed}
)

JOINING: Final = ReadModel(
    name="joining",
    version=2,
    tables=(REQUEST,),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25
OPEN: Final = ["confirmed", "agreed"]


def waiting(zone_id: str, limit: int = PAGE) -> Query[Request]:
    """What waits to be answered in a zone, the oldest first."""
    sql = """SELECT * FROM join_request WHERE zone_id = %(zone)s AND stage = ANY (%(open)s)
        ORDER BY confirmed_at, joining_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "open": OPEN, "limit": limit}, Request)


def answered(zone_id: str, limit: int = PAGE) -> Query[Request]:
    """What was answered in a zone, the newest first."""
    sql = """SELECT * FROM join_request WHERE zone_id = %(zone)s AND decided_at IS NOT NULL
        ORDER BY decided_at DESC, joining_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "limit": limit}, Request)


def colleagues_to_be(company_ids: Sequence[str]) -> Query[Request]:
    """Who says they are of these companies and waits for a colleague to agree."""
    sql = """SELECT * FROM join_request WHERE company_id = ANY (%(companies)s) AND stage = 'confirmed'
        ORDER BY confirmed_at, joining_id"""
    return Query(sql, {"companies": list(company_ids)}, Request)


def request(joining_id: str) -> Query[Request]:
    """One request, for whoever answers it."""
    return Query("SELECT * FROM join_request WHERE joining_id = %(id)s", {"id": joining_id}, Request)


def unconfirmed(asked_before: datetime, limit: int) -> Query[Request]:
    """Requests of long ago whose address nobody confirmed, the oldest first; for the system, which sees them."""
    sql = """SELECT * FROM join_request WHERE stage = 'asked' AND asked_at <= %(before)s
        ORDER BY asked_at, joining_id LIMIT %(limit)s"""
    return Query(sql, {"before": asked_before, "limit": limit}, Request)


def unanswered(zone_id: str) -> Query[Id]:
    """Which requests wait to be answered in a zone."""
    sql = "SELECT joining_id AS id FROM join_request WHERE zone_id = %(zone)s AND stage = ANY (%(open)s)"
    return Query(sql, {"zone": zone_id, "open": OPEN}, Id)
