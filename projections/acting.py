"""Who is asked to act for a company or a zone and has not accepted yet, for those who asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.acting import ActingAccepted, AskedToAct, AskingEnded
from domain.events import Event, Recorded
from domain.zones import Role
from projections.model import Group, Query, ReadModel, Rows, Table, opened


class Asked(Struct, frozen=True, kw_only=True):
    """Somebody who is asked: whether the address is known here stands nowhere. Without a company it is for the zone."""

    acting_id: str
    zone_id: str
    company_id: str
    roles: tuple[Role, ...]
    name: str
    mail: str
    asked_at: datetime


ASKED: Final = Table("asked_to_act", Asked, ("acting_id",), ("acting_id",))

DDL: Final = """
CREATE TABLE {schema}.asked_to_act (
    acting_id text PRIMARY KEY,
    zone_id text NOT NULL,
    company_id text NOT NULL,
    roles text[] NOT NULL,
    name text NOT NULL,
    mail text NOT NULL,
    asked_at timestamptz NOT NULL
);
CREATE INDEX ON {schema}.asked_to_act (company_id, zone_id);
CREATE INDEX ON {schema}.asked_to_act (asked_at);
ALTER TABLE {schema}.asked_to_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY those_who_ask ON {schema}.asked_to_act USING (
    company_id = '' AND zone_id = ANY ((SELECT site.viewer_in('administered'))::text[])
    OR company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
        AND cardinality((SELECT site.viewer_in('shared'))::text[]) = 0
);
"""


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case AskedToAct() as event:
            asked = Asked(
                acting_id=event.acting_id,
                zone_id=event.zone_id,
                company_id=event.company_id,
                roles=event.roles,
                name=opened(event.name),
                mail=opened(event.mail),
                asked_at=recorded.at,
            )
            rows.put(ASKED, asked)
        case ActingAccepted() | AskingEnded():
            rows.drop(ASKED, recorded.stream)
        case _:
            pass


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    if isinstance(recorded.event, ActingAccepted | AskingEnded):
        yield ASKED, "acting_id", recorded.stream


EVENTS: Final[frozenset[type[Event]]] = frozenset({AskedToAct, ActingAccepted, AskingEnded})

ACTING: Final = ReadModel(
    name="acting",
    version=1,
    tables=(ASKED,),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------


def for_company(company_id: str) -> Query[Asked]:
    """Who is asked to act for a company, the first asked first."""
    sql = "SELECT * FROM asked_to_act WHERE company_id = %(company)s ORDER BY asked_at, acting_id"
    return Query(sql, {"company": company_id}, Asked)


def for_zone(zone_id: str) -> Query[Asked]:
    """Who is asked to act for a zone, the first asked first."""
    sql = "SELECT * FROM asked_to_act WHERE company_id = '' AND zone_id = %(zone)s ORDER BY asked_at, acting_id"
    return Query(sql, {"zone": zone_id}, Asked)


def unaccepted(asked_before: datetime, limit: int) -> Query[Asked]:
    """What was asked long ago and nobody accepted, the oldest first; for the system, which sees it."""
    sql = "SELECT * FROM asked_to_act WHERE asked_at <= %(before)s ORDER BY asked_at, acting_id LIMIT %(limit)s"
    return Query(sql, {"before": asked_before, "limit": limit}, Asked)
