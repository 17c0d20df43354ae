"""Pooled collections: the totals for the zone, each stop for its company and the organiser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.listings import PickupTerms
from domain.purchases import (
    FEW,
    GoodShare,
    Load,
    Outcome,
    Purchase,
    PurchaseEvent,
    PurchaseProposed,
    RoundEvent,
    Stop,
    StopDeclared,
    StopVisited,
)
from domain.purchases import PledgeWithdrawn as Withdrawn
from projections.model import Query, Rows, Table, opened
from projections.purchases.rows import PARTNERS

Answer = Literal["ready", "skips", "silent"]


class CollectionRow(Struct, frozen=True, kw_only=True):
    """A collection in totals, of the round that is prepared or under way, or of the last one once none follows.

    `good_units` of all `units` count as good, declared by so many `stops`; `silent` ones have not answered yet. The
    figures of few companies would tell each what another has: only the organiser reads them, from the stops.
    """

    purchase_id: str
    zone_id: str
    free_from: int | None
    good: tuple[str, ...]
    every_weeks: int | None
    number: int
    on: date | None
    completed: bool
    nearest: bool
    units: Decimal | None
    good_units: Decimal | None
    stops: int
    silent: int

    @property
    def share(self) -> GoodShare | None:
        """The good units among all that were declared; None of few companies."""
        return None if self.units is None or self.good_units is None else GoodShare(self.good_units, self.units)


class StopRow(Struct, frozen=True, kw_only=True):
    """What one company hands over in one round, and what became of it; `place` is where it stands in the order."""

    purchase_id: str
    number: int
    company_id: str
    zone_id: str
    site_id: str
    loads: tuple[Load, ...]
    access: PickupTerms
    answer: Answer
    remark: str = ""
    on: date | None = None
    place: int | None = None
    outcome: Outcome | None = None
    weight: Decimal | None = None
    said: str = ""

    @property
    def quantity(self) -> Decimal:
        """All of it."""
        return sum((load.quantity for load in self.loads), Decimal(0))


COLLECTION: Final = Table("purchase_collection", CollectionRow, ("purchase_id",), ("purchase_id",))
STOP: Final = Table("purchase_stop", StopRow, ("purchase_id", "number", "company_id"), ("purchase_id", "company_id"))

DDL: Final = f"""
CREATE TABLE {{schema}}.purchase_collection (
    purchase_id text PRIMARY KEY,
    zone_id text NOT NULL,
    free_from integer,
    good text[] NOT NULL,
    every_weeks integer,
    number integer NOT NULL,
    "on" date,
    completed boolean NOT NULL,
    nearest boolean NOT NULL,
    units numeric,
    good_units numeric,
    stops integer NOT NULL,
    silent integer NOT NULL
);
ALTER TABLE {{schema}}.purchase_collection ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_and_who_may_join ON {{schema}}.purchase_collection USING (
    zone_id = ANY ((SELECT site.viewer_in('zones'))::text[]) OR {PARTNERS}
);

CREATE TABLE {{schema}}.purchase_stop (
    purchase_id text NOT NULL,
    number integer NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    site_id text NOT NULL,
    loads jsonb NOT NULL,
    access jsonb NOT NULL,
    answer text NOT NULL,
    remark text NOT NULL,
    "on" date,
    place integer,
    outcome text,
    weight numeric,
    said text NOT NULL,
    PRIMARY KEY (purchase_id, number, company_id)
);
CREATE INDEX ON {{schema}}.purchase_stop (company_id);
ALTER TABLE {{schema}}.purchase_stop ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_organiser ON {{schema}}.purchase_stop USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);
"""


def save_collection(rows: Rows, event: PurchaseEvent, after: Purchase) -> None:
    """Change the stops an event concerns, and the totals."""
    if after.form != "collection" or not isinstance(event, RoundEvent | PurchaseProposed | Withdrawn):
        return
    if isinstance(event, StopVisited):
        for stop in rows.of(STOP, "purchase_id", after.purchase_id):
            if (stop.number, stop.company_id) == (event.number, event.company_id):
                rows.put(STOP, replace(stop, outcome=event.outcome, weight=event.weight, said=opened(event.remark)))
    elif after.collection.round is None or after.collection.is_planned or isinstance(event, StopDeclared):
        _save_stops(rows, event, after)
    rows.put(COLLECTION, _totals(after, rows.get(COLLECTION, after.purchase_id)))


def _save_stops(rows: Rows, event: PurchaseEvent, after: Purchase) -> None:
    """The stops of the coming round as they stand: who left it has none."""
    collection, known = after.collection, rows.of(STOP, "purchase_id", after.purchase_id)
    number = collection.number
    before = {stop.company_id: stop for stop in sorted(known, key=lambda stop: stop.number)}
    for stop in known:
        if stop.number == number and stop.company_id not in collection.stops:
            rows.drop(STOP, stop.purchase_id, stop.number, stop.company_id)
    places = {company_id: place for place, company_id in enumerate(collection.ready, 1)}
    concerned = [event.company_id] if isinstance(event, StopDeclared) else collection.stops
    for company_id in concerned:
        last = before.get(company_id)
        row = _stop(after, company_id, collection.stops[company_id])
        remark = opened(event.remark) if isinstance(event, StopDeclared) else last.remark if last else ""
        if last is not None and last.number == number:
            row = replace(row, outcome=last.outcome, weight=last.weight, said=last.said)
        rows.put(STOP, replace(row, remark=remark, place=places.get(company_id) if collection.is_planned else None))


def _stop(after: Purchase, company_id: str, stop: Stop) -> StopRow:
    collection = after.collection
    return StopRow(
        purchase_id=after.purchase_id,
        number=collection.number,
        company_id=company_id,
        zone_id=after.zone_id,
        site_id=stop.site_id,
        loads=stop.loads,
        access=stop.access,
        answer=collection.answer(company_id) or "silent",
        on=collection.round.on if collection.round and collection.is_planned else None,
    )


def _totals(after: Purchase, before: CollectionRow | None) -> CollectionRow:
    collection = after.collection
    over = collection.round is not None and collection.round.completed
    share, ready = collection.share, collection.ready
    totals = CollectionRow(
        purchase_id=after.purchase_id,
        zone_id=after.zone_id,
        free_from=collection.free_from,
        good=collection.good,
        every_weeks=collection.every_weeks,
        number=collection.number,
        on=collection.round.on if collection.round and not over else None,
        completed=over,
        nearest=bool(collection.round and collection.round.nearest),
        units=share.units if len(ready) >= FEW else None,
        good_units=share.good if len(ready) >= FEW else None,
        stops=len(ready),
        silent=sum(collection.answer(one) == "silent" for one in collection.stops) if collection.is_planned else 0,
    )
    if over and not ready and before is not None:
        # Nothing is declared for a next round yet: the figures of the last one stand.
        return replace(before, completed=True, every_weeks=totals.every_weeks)
    return totals


def forget_remarks(rows: Rows, company_id: str) -> None:
    """An erased company's words are gone; what it handed over stays."""
    for stop in rows.of(STOP, "company_id", company_id):
        rows.put(STOP, replace(stop, remark=""))


def collection(purchase_id: str) -> Query[CollectionRow]:
    """A collection in totals, for its zone."""
    sql = "SELECT * FROM purchase_collection WHERE purchase_id = %(purchase)s"
    return Query(sql, {"purchase": purchase_id}, CollectionRow)


def stops(purchase_id: str) -> Query[StopRow]:
    """All stops for the organiser, its own for a company: the newest round first, in the order they are made."""
    sql = """SELECT * FROM purchase_stop WHERE purchase_id = %(purchase)s
        ORDER BY number DESC, place NULLS LAST, company_id"""
    return Query(sql, {"purchase": purchase_id}, StopRow)
