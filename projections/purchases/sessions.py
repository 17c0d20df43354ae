"""Shared sessions: day and place for the zone, who comes for their company and the organiser."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.purchases import (
    FEW,
    Purchase,
    PurchaseEvent,
    SeatCancelled,
    SessionHeld,
    SessionPlanned,
    TraineeForgotten,
    TraineeNamed,
    taken,
)
from projections.model import Query, Rows, Table, opened
from projections.purchases.rows import PARTNERS


class SessionRow(Struct, frozen=True, kw_only=True):
    """When and where it is, how many seats there are and how many are taken; `until` is when it is learnt again.

    What one or two companies took is told to nobody: `taken` is None then.
    """

    purchase_id: str
    zone_id: str
    starts_at: datetime
    minutes: int
    place: str
    seats: int
    taken: int | None
    full: bool
    cancel_until: datetime
    valid_months: int | None
    unpledged: bool
    held_on: date | None
    until: date | None


class TraineeRow(Struct, frozen=True, kw_only=True):
    """Somebody who comes, for their company and the organiser; without a name once it is forgotten."""

    purchase_id: str
    trainee_id: str
    company_id: str
    zone_id: str
    number: int
    name: str
    present: bool | None = None
    until: date | None = None


class SeatsRow(Struct, frozen=True, kw_only=True):
    """How many seats are a company's, for itself and the organiser."""

    purchase_id: str
    company_id: str
    zone_id: str
    given_back: int


SESSION: Final = Table("purchase_session", SessionRow, ("purchase_id",), ("purchase_id",))
TRAINEE: Final = Table("purchase_trainee", TraineeRow, ("purchase_id", "trainee_id"), ("purchase_id",))
SEATS: Final = Table("purchase_seats", SeatsRow, ("purchase_id", "company_id"), ("purchase_id",))

_OWN_OR_LED: Final = """
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
"""

DDL: Final = f"""
CREATE TABLE {{schema}}.purchase_session (
    purchase_id text PRIMARY KEY,
    zone_id text NOT NULL,
    starts_at timestamptz NOT NULL,
    minutes integer NOT NULL,
    place text NOT NULL,
    seats integer NOT NULL,
    taken integer,
    "full" boolean NOT NULL,
    cancel_until timestamptz NOT NULL,
    valid_months integer,
    unpledged boolean NOT NULL,
    held_on date,
    until date
);
ALTER TABLE {{schema}}.purchase_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_and_who_may_join ON {{schema}}.purchase_session USING (
    zone_id = ANY ((SELECT site.viewer_in('zones'))::text[]) OR {PARTNERS}
);

CREATE TABLE {{schema}}.purchase_trainee (
    purchase_id text NOT NULL,
    trainee_id text NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    present boolean,
    until date,
    PRIMARY KEY (purchase_id, trainee_id)
);
CREATE INDEX ON {{schema}}.purchase_trainee (company_id);
ALTER TABLE {{schema}}.purchase_trainee ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_organiser ON {{schema}}.purchase_trainee USING ({_OWN_OR_LED});

CREATE TABLE {{schema}}.purchase_seats (
    purchase_id text NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    given_back integer NOT NULL,
    PRIMARY KEY (purchase_id, company_id)
);
ALTER TABLE {{schema}}.purchase_seats ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_organiser ON {{schema}}.purchase_seats USING ({_OWN_OR_LED});
"""


def save_session(rows: Rows, event: PurchaseEvent, after: Purchase) -> None:
    """Change who comes, and what everybody of the zone may know of it."""
    session = after.session
    if after.form != "session" or session.starts_at is None or session.cancel_until is None:
        return
    before = rows.get(SESSION, after.purchase_id)
    place = opened(event.place) if isinstance(event, SessionPlanned) else before.place if before else ""
    minutes = event.minutes if isinstance(event, SessionPlanned) else before.minutes if before else 0
    companies = {trainee.company_id for trainee in session.trainees.values()} | after.pledges.keys()
    row = SessionRow(
        purchase_id=after.purchase_id,
        zone_id=after.zone_id,
        starts_at=session.starts_at,
        minutes=minutes,
        place=place,
        seats=session.seats,
        taken=taken(after) if len(companies) >= FEW else None,
        full=taken(after) >= session.seats,
        cancel_until=session.cancel_until,
        valid_months=session.valid_months,
        unpledged=session.unpledged,
        held_on=session.held_on,
        until=session.until,
    )
    rows.put(SESSION, row)
    _save_trainees(rows, event, after)


def _save_trainees(rows: Rows, event: PurchaseEvent, after: Purchase) -> None:
    match event:
        case TraineeNamed():
            trainee = TraineeRow(
                purchase_id=after.purchase_id,
                trainee_id=event.trainee_id,
                company_id=event.company_id,
                zone_id=after.zone_id,
                number=after.session.trainees[event.trainee_id].number,
                name=opened(event.name),
            )
            rows.put(TRAINEE, trainee)
        case SeatCancelled():
            if event.trainee_id:
                rows.drop(TRAINEE, after.purchase_id, event.trainee_id)
            back = after.session.given_back.get(event.company_id, 0)
            seats = SeatsRow(
                purchase_id=after.purchase_id, company_id=event.company_id, zone_id=after.zone_id, given_back=back
            )
            rows.put(SEATS, seats)
        case TraineeForgotten():
            known = rows.get(TRAINEE, after.purchase_id, event.trainee_id)
            if known is not None:
                rows.put(TRAINEE, replace(known, name=""))
        case SessionHeld():
            for known in rows.of(TRAINEE, "purchase_id", after.purchase_id):
                present = known.trainee_id in event.present
                rows.put(TRAINEE, replace(known, present=present, until=after.session.until if present else None))
        case _:
            pass


def session(purchase_id: str) -> Query[SessionRow]:
    """When and where a session is, for its zone."""
    sql = "SELECT * FROM purchase_session WHERE purchase_id = %(purchase)s"
    return Query(sql, {"purchase": purchase_id}, SessionRow)


def trainees(purchase_id: str) -> Query[TraineeRow]:
    """Who comes: all of them for the organiser, its own for a company; in the order they were named."""
    sql = "SELECT * FROM purchase_trainee WHERE purchase_id = %(purchase)s ORDER BY number, trainee_id"
    return Query(sql, {"purchase": purchase_id}, TraineeRow)


def seats_given_back(purchase_id: str) -> Query[SeatsRow]:
    """Which seats were given back: all for the organiser, its own for a company."""
    sql = "SELECT * FROM purchase_seats WHERE purchase_id = %(purchase)s ORDER BY company_id"
    return Query(sql, {"purchase": purchase_id}, SeatsRow)
