"""Who should meet whom: every pair of an offer and a request worth a look, its reasons, and what nearly was one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.companies import CompanyAdmitted, CompanyErased, CompanyReinstated, CompanySuspended
from domain.events import Event, Recorded
from domain.lexicon import VERSION as LEXICON_VERSION
from domain.listings import (
    Content,
    Life,
    ListingAmended,
    ListingApproved,
    ListingExpired,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingWithdrawn,
    Side,
    ZoneStatus,
)
from domain.matching import MAILED, SHOWN, Excluded, Match, Traits, cell, judge, keys, traits
from domain.places import Place
from domain.reasons import Reason
from projections.model import Group, Query, ReadModel, Rows, Table, opened

# --- rows -------------------------------------------------------------------------------------------------------


class ListingRow(Struct, frozen=True, kw_only=True):
    """A listing as matching sees it. `zones` are those that show it now; none while it is closed or waits.

    `bucket` is where candidates look for it: its side, family and cell; empty while nobody shows it. `traits` are the
    domain's, as JSON text, which is read faster than a jsonb of the same.
    """

    listing_id: str
    company_id: str
    side: Side
    public: bool
    life: Life
    statuses: dict[str, ZoneStatus]
    suspended: tuple[str, ...]
    zones: tuple[str, ...]
    bucket: str
    latitude: float
    longitude: float
    posted_on: date
    traits: str


class WordRow(Struct, frozen=True, kw_only=True):
    """One of a shown listing's rarest words, with its side and cell: so do listings of other families find it."""

    bucket: str
    listing_id: str


class PairRow(Struct, frozen=True, kw_only=True):
    """Two listings that go together; `a_id` sorts before `b_id`. `zones` are all that show either of them."""

    a_id: str
    b_id: str
    a_company: str
    b_company: str
    hundredths: int
    points: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]
    zones: tuple[str, ...]


class NearMissRow(Struct, frozen=True, kw_only=True):
    """Two listings that would go together but for a hard constraint; `points` are what they would have."""

    a_id: str
    b_id: str
    code: str
    points: int
    zones: tuple[str, ...]


class TallyRow(Struct, frozen=True, kw_only=True):
    """How many pairs have a listing that a zone shows."""

    zone_id: str
    pairs: int


LISTING: Final = Table("match_listing", ListingRow, ("listing_id",), ("listing_id", "company_id", "bucket"))
WORD: Final = Table("match_word", WordRow, ("bucket", "listing_id"), ("bucket", "listing_id"))
PAIR: Final = Table("match_pair", PairRow, ("a_id", "b_id"), ("a_id", "b_id"))
NEAR_MISS: Final = Table("match_near_miss", NearMissRow, ("a_id", "b_id"), ("a_id", "b_id"))
TALLY: Final = Table("match_tally", TallyRow, ("zone_id",), ("zone_id",))

# --- tables -----------------------------------------------------------------------------------------------------

DDL: Final = """
CREATE TABLE {schema}.match_listing (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    side text NOT NULL,
    public boolean NOT NULL,
    life text NOT NULL,
    statuses jsonb NOT NULL,
    suspended text[] NOT NULL,
    zones text[] NOT NULL,
    bucket text NOT NULL,
    latitude float8 NOT NULL,
    longitude float8 NOT NULL,
    posted_on date NOT NULL,
    traits text NOT NULL
);
CREATE INDEX ON {schema}.match_listing (bucket);
CREATE INDEX ON {schema}.match_listing (company_id);
ALTER TABLE {schema}.match_listing ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_listing USING (false);

CREATE TABLE {schema}.match_word (
    bucket text NOT NULL,
    listing_id text NOT NULL,
    PRIMARY KEY (bucket, listing_id)
);
CREATE INDEX ON {schema}.match_word (listing_id);
ALTER TABLE {schema}.match_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.match_word USING (false);

CREATE TABLE {schema}.match_pair (
    a_id text NOT NULL,
    b_id text NOT NULL,
    a_company text NOT NULL,
    b_company text NOT NULL,
    hundredths integer NOT NULL,
    points integer NOT NULL,
    pro jsonb NOT NULL,
    contra jsonb NOT NULL,
    zones text[] NOT NULL,
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX ON {schema}.match_pair (b_id);
CREATE INDEX ON {schema}.match_pair (a_company);
CREATE INDEX ON {schema}.match_pair (b_company);
ALTER TABLE {schema}.match_pair ENABLE ROW LEVEL SECURITY;
CREATE POLICY both_companies_and_who_runs_a_zone ON {schema}.match_pair USING (
    a_company = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR b_company = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zones && (SELECT site.viewer_in('run'))::text[]
);

CREATE TABLE {schema}.match_near_miss (
    a_id text NOT NULL,
    b_id text NOT NULL,
    code text NOT NULL,
    points integer NOT NULL,
    zones text[] NOT NULL,
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX ON {schema}.match_near_miss (b_id);
ALTER TABLE {schema}.match_near_miss ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_runs_a_zone ON {schema}.match_near_miss USING (
    zones && (SELECT site.viewer_in('run'))::text[]
);

CREATE TABLE {schema}.match_tally (
    zone_id text PRIMARY KEY,
    pairs integer NOT NULL
);
ALTER TABLE {schema}.match_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.match_tally USING (true);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one flat case per event
    """Change what the event concerns."""
    match recorded.event:
        case ListingPosted() as event:
            _post(rows, recorded, event)
        case ListingAmended() as event:
            row = rows.get(LISTING, event.listing_id)
            if row is not None:
                statuses: dict[str, ZoneStatus] = {**row.statuses, **dict.fromkeys(event.awaiting, "pending")}
                _save(rows, row, replace(_described(row, event.content), statuses=statuses, life="open"))
        case ListingWithdrawn():
            _change(rows, recorded, life="withdrawn")
        case ListingExpired():
            _change(rows, recorded, life="expired")
        case ListingRenewed():
            _change(rows, recorded, life="open")
        case ListingApproved() as event:
            _decide(rows, recorded, event.zone_id, "approved")
        case ListingRejected() as event:
            _decide(rows, recorded, event.zone_id, "rejected")
        case CompanySuspended() as event:
            _suspend(rows, event.company_id, event.zone_id, suspended=True)
        case CompanyAdmitted() | CompanyReinstated() as event:
            _suspend(rows, event.company_id, event.zone_id, suspended=False)
        case CompanyErased() as event:
            for row in rows.of(LISTING, "company_id", event.company_id):
                _save(rows, row, replace(row, statuses={}))
                rows.drop(LISTING, row.listing_id)
        case _:
            pass


def _post(rows: Rows, recorded: Recorded, event: ListingPosted) -> None:
    latitude, longitude = float(event.place.latitude), float(event.place.longitude)
    posted_on = recorded.at.date()
    posted = ListingRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        side=event.side,
        public=event.content.visibility == "public",
        life="open",
        statuses={zone: "pending" if zone in event.awaiting else "approved" for zone in sorted(event.zones)},
        suspended=(),
        zones=(),
        bucket="",
        latitude=latitude,
        longitude=longitude,
        posted_on=posted_on,
        traits=_traits(event.listing_id, event.side, event.company_id, event.content, event.place, posted_on),
    )
    _save(rows, None, posted)


def _described(row: ListingRow, content: Content) -> ListingRow:
    place = Place(Decimal(str(row.latitude)), Decimal(str(row.longitude)))
    described = _traits(row.listing_id, row.side, row.company_id, content, place, row.posted_on)
    return replace(row, public=content.visibility == "public", traits=described)


def _change(rows: Rows, recorded: Recorded, life: Life) -> None:
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        _save(rows, row, replace(row, life=life))


def _decide(rows: Rows, recorded: Recorded, zone_id: str, status: ZoneStatus) -> None:
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        _save(rows, row, replace(row, statuses={**row.statuses, zone_id: status}))


def _suspend(rows: Rows, company_id: str, zone_id: str, *, suspended: bool) -> None:
    for row in rows.of(LISTING, "company_id", company_id):
        zones = {*row.suspended, zone_id} if suspended else {*row.suspended} - {zone_id}
        _save(rows, row, replace(row, suspended=tuple(sorted(zones))))


def _save(rows: Rows, before: ListingRow | None, after: ListingRow) -> None:
    """Put a listing, and its pairs anew when anything changed that they depend on."""
    shown = after.life == "open"
    zones = sorted(zone for zone, status in after.statuses.items() if status == "approved") if shown else []
    after = replace(after, zones=tuple(zone for zone in zones if zone not in after.suspended))
    bucket = _bucket(after.side, _known(after.traits).family or "", cell(after.latitude, after.longitude))
    after = replace(after, bucket=bucket if after.zones else "")
    rows.put(LISTING, after)
    if before is not None and (before.zones, before.public, before.traits) == (after.zones, after.public, after.traits):
        return
    if before is not None and before.zones:
        _part(rows, after.listing_id)
    if after.zones:
        _meet(rows, after)


def _part(rows: Rows, listing_id: str) -> None:
    for word in rows.of(WORD, "listing_id", listing_id):
        rows.drop(WORD, word.bucket, listing_id)
    for pair in (*rows.of(PAIR, "a_id", listing_id), *rows.of(PAIR, "b_id", listing_id)):
        rows.drop(PAIR, pair.a_id, pair.b_id)
        _tally(rows, pair.zones, -1)
    for near in (*rows.of(NEAR_MISS, "a_id", listing_id), *rows.of(NEAR_MISS, "b_id", listing_id)):
        rows.drop(NEAR_MISS, near.a_id, near.b_id)


def _meet(rows: Rows, listing: ListingRow) -> None:
    sought = keys(_known(listing.traits))
    here = cell(listing.latitude, listing.longitude)
    for word in sought.words:
        rows.put(WORD, WordRow(bucket=_bucket(listing.side, word, here), listing_id=listing.listing_id))
    other: Side = "request" if listing.side == "offer" else "offer"
    found = rows.of(LISTING, "bucket", *_buckets(other, sought.families, sought.cells))
    candidates = {row.listing_id: row for row in found}
    by_word = {row.listing_id for row in rows.of(WORD, "bucket", *_buckets(other, sought.words, sought.cells))}
    for row in rows.of(LISTING, "listing_id", *(by_word - candidates.keys())):
        candidates[row.listing_id] = row
    for candidate in candidates.values():
        if _may_meet(listing, candidate):
            _judge(rows, *sorted((listing, candidate), key=lambda row: row.listing_id))


def _may_meet(one: ListingRow, other: ListingRow) -> bool:
    """Whether both can be seen by the other's company: in a zone they share, or by everyone."""
    return bool(other.zones) and (not {*one.zones}.isdisjoint(other.zones) or (one.public and other.public))


def _judge(rows: Rows, a: ListingRow, b: ListingRow) -> None:
    one, other = _known(a.traits), _known(b.traits)
    found = judge(one, other, explained_from=SHOWN)
    zones = tuple(sorted({*a.zones, *b.zones}))
    match found:
        case Match() if found.points >= SHOWN:
            pair = PairRow(
                a_id=a.listing_id,
                b_id=b.listing_id,
                a_company=a.company_id,
                b_company=b.company_id,
                hundredths=found.hundredths,
                points=found.points,
                pro=found.pro,
                contra=found.contra,
                zones=zones,
            )
            rows.put(PAIR, pair)
            _tally(rows, zones, 1)
        case Excluded() if found.code not in NOT_NEAR:
            # What they would have had: the sum does not depend on what the constraints look at.
            nearly = judge(_bare(one), _bare(other), explained_from=NEVER)
            if isinstance(nearly, Match) and nearly.points >= SHOWN:
                near = NearMissRow(
                    a_id=a.listing_id, b_id=b.listing_id, code=found.code, points=nearly.points, zones=zones
                )
                rows.put(NEAR_MISS, near)
        case _:
            pass


NEVER: Final = 101
"""Points nobody reaches: reasons that would be dropped are not worked out."""
NOT_NEAR: Final = frozenset({"same_side", "same_company", "distance"})
"""Exclusions nobody wants to read about."""


def _bare(known: Traits) -> Traits:
    """A listing without what hard constraints look at, its reach excepted."""
    return replace(
        known,
        company=None,
        spec={},
        flags=frozenset(),
        since=None,
        until=None,
        mode=None,
        least=None,
        hazardous=False,
        fault=None,
    )


def _tally(rows: Rows, zones: Sequence[str], change: int) -> None:
    for zone_id in zones:
        tally = rows.get(TALLY, zone_id) or TallyRow(zone_id=zone_id, pairs=0)
        rows.put(TALLY, replace(tally, pairs=tally.pairs + change))


def _bucket(side: Side, what: str, in_cell: str) -> str:
    return f"{side} {what} {in_cell}"


def _buckets(side: Side, whats: Sequence[str], cells: Sequence[str]) -> list[str]:
    return [_bucket(side, what, near) for what in whats for near in cells]


def _traits(listing_id: str, side: Side, company_id: str, content: Content, place: Place, posted_on: date) -> str:
    found = traits(
        id=listing_id,
        side=side,
        title=opened(content.title),
        text=opened(content.description),
        company=company_id,
        category=content.category,
        quantity=content.quantity,
        attributes=content.answers,
        latitude=float(place.latitude),
        longitude=float(place.longitude),
        max_km=content.max_km,
        available_from=content.available_from,
        available_to=content.available_to,
        mode=content.mode,
        price=content.price,
        posted_on=posted_on,
    )
    # Sets have no order of their own: written in one, the same listing is always the same text.
    return msgspec.json.encode(found, order="deterministic").decode()


_DECODER: Final = msgspec.json.Decoder(Traits)


@lru_cache(maxsize=20_000)
def _known(text: str) -> Traits:
    return _DECODER.decode(text)


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need, as far as it can be told before."""
    match recorded.event:
        case (
            ListingAmended()
            | ListingWithdrawn()
            | ListingExpired()
            | ListingRenewed()
            | ListingApproved()
            | ListingRejected()
        ):
            yield LISTING, "listing_id", recorded.stream
            for table in (PAIR, NEAR_MISS):
                yield table, "a_id", recorded.stream
                yield table, "b_id", recorded.stream
            yield WORD, "listing_id", recorded.stream
        case CompanySuspended() | CompanyAdmitted() | CompanyReinstated() | CompanyErased():
            yield LISTING, "company_id", recorded.stream
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ListingPosted, ListingAmended, ListingWithdrawn, ListingExpired, ListingRenewed, ListingApproved,
        ListingRejected, CompanySuspended, CompanyAdmitted, CompanyReinstated, CompanyErased,
    }
)  # fmt: skip

MATCHES: Final = ReadModel(
    name="matches",
    version=1_000 * LEXICON_VERSION + 1,
    tables=(LISTING, WORD, PAIR, NEAR_MISS, TALLY),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25


class Found(Struct, frozen=True, kw_only=True):
    """A pair seen from one of its listings. `match_id` is the same from both ends; `cursor` continues a list."""

    match_id: str
    mine_id: str
    other_id: str
    mine_company: str
    other_company: str
    points: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]
    cursor: str


class NearMiss(Struct, frozen=True, kw_only=True):
    """What nearly was a pair, seen from one of its listings."""

    mine_id: str
    other_id: str
    code: str
    points: int


class PairCount(Struct, frozen=True):
    """How many pairs a listing has that the viewer may see, and how many of them are worth a mail."""

    listing_id: str
    pairs: int
    mailed: int


_ENDS: Final = """(
    SELECT a_id || '~' || b_id AS match_id, a_id AS mine_id, b_id AS other_id, a_company AS mine_company,
        b_company AS other_company, hundredths, points, pro, contra FROM match_pair WHERE {a}
    UNION ALL
    SELECT a_id || '~' || b_id, b_id, a_id, b_company, a_company, hundredths, points, pro, contra
        FROM match_pair WHERE {b}
)"""


def of_listing(listing_id: str, least: int = SHOWN, cursor: str = "", limit: int = PAGE) -> Query[Found]:
    """The pairs of a listing, the closest first, and one more when there is a next page."""
    ends = _ENDS.format(a="a_id = %(listing)s", b="b_id = %(listing)s")
    return _found(ends, {"listing": listing_id}, least, cursor, limit)


def of_companies(company_ids: Sequence[str], least: int = SHOWN, cursor: str = "", limit: int = PAGE) -> Query[Found]:
    """The pairs of all listings of these companies, the closest first, and one more when there is a next page."""
    ends = _ENDS.format(a="a_company = ANY (%(companies)s)", b="b_company = ANY (%(companies)s)")
    return _found(ends, {"companies": list(company_ids)}, least, cursor, limit)


def _found(ends: str, params: dict[str, Any], least: int, cursor: str, limit: int) -> Query[Found]:
    key = "lpad((10000 - hundredths)::text, 5, '0') || ' ' || mine_id || ' ' || other_id"
    sql = f"""SELECT match_id, mine_id, other_id, mine_company, other_company, points, pro, contra, {key} AS cursor
        FROM {ends} found WHERE points >= %(least)s AND (%(after)s = '' OR {key} COLLATE "C" > %(after)s)
        ORDER BY {key} COLLATE "C" LIMIT %(limit)s"""
    return Query(sql, {**params, "least": least, "after": cursor, "limit": limit + 1}, Found)


def page_of(rows: Sequence[Found], limit: int = PAGE) -> tuple[list[Found], str | None]:
    """The page, and the cursor of the next one if there is one."""
    return list(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None


def counts(listing_ids: Sequence[str]) -> Query[PairCount]:
    """How many pairs each of these listings has; those without any have no row."""
    ends = _ENDS.format(a="a_id = ANY (%(listings)s)", b="b_id = ANY (%(listings)s)")
    sql = f"""SELECT mine_id AS listing_id, count(*) AS pairs, count(*) FILTER (WHERE points >= %(mailed)s) AS mailed
        FROM {ends} found GROUP BY 1 ORDER BY 1"""
    return Query(sql, {"listings": list(listing_ids), "mailed": MAILED}, PairCount)


def near_misses(listing_id: str, limit: int = PAGE) -> Query[NearMiss]:
    """What nearly matched a listing, for who runs a zone of either, the closest first."""
    sql = """SELECT %(listing)s AS mine_id, CASE WHEN a_id = %(listing)s THEN b_id ELSE a_id END AS other_id,
            code, points
        FROM match_near_miss WHERE a_id = %(listing)s OR b_id = %(listing)s
        ORDER BY points DESC, 2 LIMIT %(limit)s"""
    return Query(sql, {"listing": listing_id, "limit": limit}, NearMiss)


def tallies(zone_ids: Sequence[str] = ()) -> Query[TallyRow]:
    """How many pairs each zone has a listing in; of all zones when none is named."""
    sql = """SELECT * FROM match_tally WHERE cardinality(%(zones)s::text[]) = 0 OR zone_id = ANY (%(zones)s::text[])
        ORDER BY zone_id"""
    return Query(sql, {"zones": list(zone_ids)}, TallyRow)
