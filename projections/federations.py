"""Federations: which zones let whom read their figures, and the figures, which name no company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain import exchanges
from domain.events import Event, Recorded
from domain.exchanges import Exchange, ExchangeEvent, InterestShown
from domain.federations import (
    FederationFounded,
    FederationReaderDismissed,
    FederationReaderNamed,
    ZoneInvited,
    ZoneReleased,
)
from domain.listings import ListingPosted
from domain.purchases import PurchaseConfirmed, PurchaseProposed
from domain.quantities import Quantity, convert
from domain.zones import FederationJoined, FederationLeft
from projections.model import Group, Query, ReadModel, Rows, Table

Measure = Literal["listings", "exchanges", "purchases"]
FEW: Final = 3
"""With fewer companies than this a quantity would tell what one of them did."""
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
MOST_FACTS: Final = 500

# --- rows -------------------------------------------------------------------------------------------------------


class FederationRow(Struct, frozen=True, kw_only=True):
    """A federation and its address."""

    federation_id: str
    slug: str
    name: str


class FederationZone(Struct, frozen=True, kw_only=True):
    """A zone it invited, or that joined: it is in when both hold."""

    federation_id: str
    zone_id: str
    invited: bool = False
    joined: bool = False
    at: datetime


class FederationReader(Struct, frozen=True, kw_only=True):
    """Someone who may read the figures of its zones."""

    federation_id: str
    member_id: str


class Fact(Struct, frozen=True, kw_only=True):
    """One thing a zone's figures count, and when it came about; `tonnes` of an exchange, where its weight is known."""

    zone_id: str
    measure: Measure
    thing_id: str
    at: datetime
    companies: tuple[str, ...] = ()
    tonnes: Decimal | None = None
    estimated: bool = False


class Subject(Struct, frozen=True, kw_only=True):
    """What has to be remembered to count something later: a listing's category, a purchase's zone, an exchange."""

    thing_id: str
    said: str


FEDERATION: Final = Table("federation", FederationRow, ("federation_id",), ("federation_id",))
ZONE: Final = Table("federation_zone", FederationZone, ("federation_id", "zone_id"), ("federation_id",))
READER: Final = Table("federation_reader", FederationReader, ("federation_id", "member_id"), ("federation_id",))
FACT: Final = Table("zone_fact", Fact, ("zone_id", "measure", "thing_id"), ("thing_id",))
SUBJECT: Final = Table("zone_fact_subject", Subject, ("thing_id",), ("thing_id",))

DDL: Final = """
CREATE TABLE {schema}.federation (
    federation_id text PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL
);
CREATE TABLE {schema}.federation_zone (
    federation_id text NOT NULL,
    zone_id text NOT NULL,
    invited boolean NOT NULL,
    joined boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (federation_id, zone_id)
);
CREATE INDEX ON {schema}.federation_zone (zone_id);
CREATE TABLE {schema}.federation_reader (
    federation_id text NOT NULL,
    member_id text NOT NULL,
    PRIMARY KEY (federation_id, member_id)
);
CREATE INDEX ON {schema}.federation_reader (member_id);
ALTER TABLE {schema}.federation_reader ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself ON {schema}.federation_reader USING (member_id = (SELECT site.viewer()));
ALTER TABLE {schema}.federation_zone ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_readers_and_the_zone ON {schema}.federation_zone USING (
    zone_id = ANY ((SELECT site.viewer_in('reads'))::text[])
    OR invited AND joined AND EXISTS (SELECT FROM {schema}.federation_reader r
        WHERE r.federation_id = federation_zone.federation_id AND r.member_id = (SELECT site.viewer()))
);
ALTER TABLE {schema}.federation ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_readers_and_its_zones ON {schema}.federation USING (
    EXISTS (SELECT FROM {schema}.federation_reader r WHERE r.federation_id = federation.federation_id)
    OR EXISTS (SELECT FROM {schema}.federation_zone z WHERE z.federation_id = federation.federation_id)
);

CREATE TABLE {schema}.zone_fact (
    zone_id text NOT NULL,
    measure text NOT NULL,
    thing_id text NOT NULL,
    at timestamptz NOT NULL,
    companies text[] NOT NULL,
    tonnes numeric,
    estimated boolean NOT NULL,
    PRIMARY KEY (zone_id, measure, thing_id)
);
CREATE INDEX ON {schema}.zone_fact (thing_id);
ALTER TABLE {schema}.zone_fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_readers_and_the_zone ON {schema}.zone_fact USING (
    zone_id = ANY ((SELECT site.viewer_in('reads'))::text[])
    OR EXISTS (SELECT FROM {schema}.federation_zone z WHERE z.zone_id = zone_fact.zone_id AND z.invited AND z.joined)
);
CREATE TABLE {schema}.zone_fact_subject (
    thing_id text PRIMARY KEY,
    said text NOT NULL
);
-- Kept to count by, for nobody to read.
ALTER TABLE {schema}.zone_fact_subject ENABLE ROW LEVEL SECURITY;
"""

# --- how events change them -------------------------------------------------------------------------------------

_JSON: Final = msgspec.json.Encoder(order="deterministic")


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    if isinstance(recorded.event, ExchangeEvent):
        _follow(rows, recorded, recorded.event)
        return
    match recorded.event:
        case ListingPosted() as event:
            rows.put(SUBJECT, Subject(thing_id=event.listing_id, said=event.content.category))
            for zone_id in event.zones:
                _count(rows, recorded, zone_id, "listings", event.listing_id, (event.company_id,))
        case PurchaseProposed() as event:
            rows.put(SUBJECT, Subject(thing_id=event.purchase_id, said=event.zone_id))
        case PurchaseConfirmed() as event:
            proposed = rows.get(SUBJECT, event.purchase_id)
            if proposed is not None:
                buyers = tuple(share.company_id for share in event.shares if share.quantity)
                _count(rows, recorded, proposed.said, "purchases", event.purchase_id, buyers)
        case _:
            _gather(rows, recorded)


def _count(
    rows: Rows, recorded: Recorded, zone_id: str, measure: Measure, thing_id: str, companies: tuple[str, ...]
) -> None:
    fact = Fact(zone_id=zone_id, measure=measure, thing_id=thing_id, at=recorded.at, companies=companies)
    rows.put(FACT, fact)


def _gather(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case FederationFounded() as event:
            row = FederationRow(federation_id=event.federation_id, slug=event.slug, name=event.name)
            rows.put(FEDERATION, row)
        case FederationReaderNamed() as event:
            rows.put(READER, FederationReader(federation_id=event.federation_id, member_id=event.member_id))
        case FederationReaderDismissed() as event:
            rows.drop(READER, event.federation_id, event.member_id)
        case ZoneInvited() | ZoneReleased() as event:
            _stand(rows, recorded, event.federation_id, event.zone_id, invited=isinstance(event, ZoneInvited))
        case FederationJoined() | FederationLeft() as event:
            _stand(rows, recorded, event.federation_id, event.zone_id, joined=isinstance(event, FederationJoined))
        case _:
            pass


def _stand(rows: Rows, recorded: Recorded, federation_id: str, zone_id: str, **changed: bool) -> None:
    row = rows.get(ZONE, federation_id, zone_id) or FederationZone(
        federation_id=federation_id, zone_id=zone_id, at=recorded.at
    )
    rows.put(ZONE, replace(row, at=recorded.at, **changed))


def _follow(rows: Rows, recorded: Recorded, event: ExchangeEvent) -> None:
    """Count an exchange from its first pick-up that stands, with what all of them weigh."""
    kept = None if isinstance(event, InterestShown) else rows.get(SUBJECT, event.exchange_id)
    before = msgspec.json.decode(kept.said, type=Exchange) if kept is not None else None
    after = exchanges.evolve(before, event, recorded.version)
    rows.put(SUBJECT, Subject(thing_id=after.exchange_id, said=_JSON.encode(after).decode()))
    stand = [take for take in after.takes if take.amount > 0 and take.disputed_by is None]
    if not stand:
        rows.drop(FACT, after.zone_id, "exchanges", after.exchange_id)
        return
    listing = rows.get(SUBJECT, after.listing_id)
    taken = sum((take.amount for take in stand), Decimal(0))
    weight = convert(Quantity(taken, after.asked.unit), "TNE", listing.said if listing else None)
    counted = Fact(
        zone_id=after.zone_id,
        measure="exchanges",
        thing_id=after.exchange_id,
        at=stand[0].at,
        companies=tuple(sorted(after.companies)),
        tonnes=weight.amount if weight else None,
        estimated=bool(weight and weight.estimated) or not all(take.measured for take in stand),
    )
    rows.put(FACT, counted)


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    match recorded.event:
        case ZoneInvited() | ZoneReleased() | FederationJoined() | FederationLeft() as event:
            yield ZONE, "federation_id", event.federation_id
        case PurchaseConfirmed() as event:
            yield SUBJECT, "thing_id", event.purchase_id
        case _ if isinstance(recorded.event, ExchangeEvent):
            yield SUBJECT, "thing_id", recorded.event.exchange_id, recorded.event.listing_id
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        FederationFounded, ZoneInvited, ZoneReleased, FederationReaderNamed, FederationReaderDismissed,
        FederationJoined, FederationLeft, ListingPosted, PurchaseProposed, PurchaseConfirmed, *get_args(ExchangeEvent),
    }
)  # fmt: skip

FEDERATIONS: Final = ReadModel(
    name="federations",
    version=1,
    tables=(FEDERATION, ZONE, READER, FACT, SUBJECT),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
)

# --- what is asked ----------------------------------------------------------------------------------------------


def federation(slug: str) -> Query[FederationRow]:
    """The federation at an address, for its readers and whoever acts for one of its zones."""
    return Query("SELECT * FROM federation WHERE slug = %(slug)s", {"slug": slug}, FederationRow)


def mine() -> Query[FederationRow]:
    """The federations whose figures the viewer may read, in part or whole, by name."""
    sql = """SELECT * FROM federation f WHERE EXISTS (SELECT FROM federation_zone z
            WHERE z.federation_id = f.federation_id AND z.invited AND z.joined)
        ORDER BY name, federation_id"""
    return Query(sql, {}, FederationRow)


class Standing(Struct, frozen=True, kw_only=True):
    """What stands between a zone and a federation."""

    federation_id: str
    slug: str
    name: str
    joined: bool


def of_zone(zone_id: str) -> Query[Standing]:
    """The federations that invited a zone, by name; for who acts for it."""
    sql = """SELECT f.federation_id, f.slug, f.name, z.joined FROM federation f JOIN federation_zone z
            USING (federation_id) WHERE z.zone_id = %(zone)s AND z.invited ORDER BY f.name, f.federation_id"""
    return Query(sql, {"zone": zone_id}, Standing)


class ZoneIn(Struct, frozen=True, kw_only=True):
    """A zone of a federation, and since when both want it."""

    zone_id: str
    at: datetime


def zones_in(federation_id: str) -> Query[ZoneIn]:
    """The zones of a federation, as far as the viewer may read their figures."""
    sql = """SELECT zone_id, at FROM federation_zone
        WHERE federation_id = %(federation)s AND invited AND joined ORDER BY zone_id"""
    return Query(sql, {"federation": federation_id}, ZoneIn)


class MonthFigures(Struct, frozen=True, kw_only=True):
    """What one zone did in a month, by its own clocks; `tonnes` is None where fewer than three companies stand behind.

    Whoever reads figures adds up months, and nothing finer: the difference of two periods tells no more than a month.
    """

    zone_id: str
    month: date
    listings: int
    exchanges: int
    purchases: int
    tonnes: Decimal | None
    weighed: int
    estimated: bool


_PERIOD: Final = """unnest(%(zones)s::text[], %(time_zones)s::text[]) AS w (zone_id, time_zone)
        JOIN zone_fact f USING (zone_id)
        WHERE f.at >= %(first)s::timestamp AT TIME ZONE w.time_zone
            AND f.at < %(following)s::timestamp AT TIME ZONE w.time_zone"""


def months(time_zones: Mapping[str, str], first: date, following: date) -> Query[MonthFigures]:
    """What zones, each with its time zone, did from the first day until before the other; the newest month first."""
    sql = f"""SELECT w.zone_id, date_trunc('month', f.at AT TIME ZONE w.time_zone)::date AS month,
            count(*) FILTER (WHERE measure = 'listings') AS listings,
            count(*) FILTER (WHERE measure = 'exchanges') AS exchanges,
            count(*) FILTER (WHERE measure = 'purchases') AS purchases,
            CASE WHEN (SELECT count(DISTINCT c) FROM unnest(string_to_array(string_agg(
                    array_to_string(companies, ' '), ' ') FILTER (WHERE tonnes IS NOT NULL), ' ')) c) >= {FEW}
                THEN sum(tonnes) END AS tonnes,
            count(*) FILTER (WHERE tonnes IS NOT NULL) AS weighed,
            coalesce(bool_or(estimated) FILTER (WHERE tonnes IS NOT NULL), false) AS estimated
        FROM {_PERIOD} GROUP BY 1, 2 ORDER BY 2 DESC, 1"""
    return Query(sql, _asked(time_zones, first, following), MonthFigures)


class FactLine(Struct, frozen=True, kw_only=True):
    """One thing that a figure counts: which, when, and how many companies had a part in it."""

    measure: Measure
    thing_id: str
    at: datetime
    companies: int


def facts(zone_id: str, time_zone: str, measure: Measure, first: date, following: date) -> Query[FactLine]:
    """What a figure of a zone counts, the newest first, up to `MOST_FACTS`."""
    sql = f"""SELECT f.measure, f.thing_id, f.at, cardinality(f.companies) AS companies
        FROM {_PERIOD} AND f.measure = %(measure)s ORDER BY f.at DESC, f.thing_id LIMIT {MOST_FACTS}"""
    return Query(sql, {**_asked({zone_id: time_zone}, first, following), "measure": measure}, FactLine)


def _asked(time_zones: Mapping[str, str], first: date, following: date) -> dict[str, object]:
    zones = {"zones": list(time_zones), "time_zones": list(time_zones.values())}
    return {**zones, "first": first, "following": following}
