"""Who is near whom, and what they are to each other: a pair, nearly one, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from msgspec.structs import replace

from domain.listings import Side
from domain.matching import Keys, Match, Weights, keys, nearly
from domain.nearness import cell
from domain.questions import to_ask
from projections.matches import opinions, seeing, vocabulary
from projections.matches.described import traits_of
from projections.matches.rows import (
    CANDIDATE,
    DISMISSED,
    FOUND,
    NEAR_MISS,
    PAIR,
    PARTNER,
    TALLY,
    VERDICT,
    WORD,
    CandidateRow,
    FoundRow,
    ListingRow,
    NearMissRow,
    PairRow,
    WordRow,
)
from projections.model import Group, Rows


def candidate(row: ListingRow) -> CandidateRow | None:
    """What others find of a listing; nothing while nobody shows it and it waits nowhere."""
    if not row.zones and not row.waiting:
        return None
    known = traits_of(row)
    return CandidateRow(
        listing_id=row.listing_id,
        bucket=_bucket(row.side, known.category or "", cell(row.latitude, row.longitude)),
        company_id=row.company_id,
        visibility=row.visibility,
        partners=row.partners,
        zones=row.zones,
        waiting=row.waiting,
        traits=row.traits,
    )


def around(side: Side, sought: Keys, zones: Iterable[str]) -> Iterator[Group]:
    """What a listing of this side meets in these zones, and how they weigh and count it."""
    for table in (PARTNER, vocabulary.WEIGHTS, TALLY):
        yield table, "zone_id", *zones
    yield CANDIDATE, "bucket", *_buckets(_other(side), sought.categories, sought.cells)
    yield WORD, "bucket", *_buckets(_other(side), sought.words, sought.cells)


def between(listing_id: str) -> Iterator[Group]:
    """All there may be between a listing and others."""
    yield WORD, "listing_id", listing_id
    for table in (PAIR, NEAR_MISS, FOUND, DISMISSED, VERDICT):
        yield table, "a_id", listing_id
        yield table, "b_id", listing_id


def part(rows: Rows, listing_id: str) -> None:
    """Take a listing from where others find it, and end all it has with them."""
    rows.drop(CANDIDATE, listing_id)
    for word in rows.of(WORD, "listing_id", listing_id):
        rows.drop(WORD, word.bucket, listing_id)
    gone = [*rows.of(PAIR, "a_id", listing_id), *rows.of(PAIR, "b_id", listing_id)]
    for pair in gone:
        rows.drop(PAIR, pair.a_id, pair.b_id)
    opinions.count(rows, gone, -1)
    for near in (*rows.of(NEAR_MISS, "a_id", listing_id), *rows.of(NEAR_MISS, "b_id", listing_id)):
        rows.drop(NEAR_MISS, near.a_id, near.b_id)


def meet(rows: Rows, listing: CandidateRow, at: datetime, *, known: bool) -> None:
    """Let others find a listing, and judge it with each; one that was `known` may have been found with them before."""
    mine = traits_of(listing)
    sought = keys(mine)
    rows.put(CANDIDATE, listing)
    here = listing.bucket.rpartition(" ")[2]
    for word in sought.words:
        rows.put(WORD, WordRow(bucket=_bucket(mine.side, word, here), listing_id=listing.listing_id))
    other = _other(mine.side)
    near = rows.of(CANDIDATE, "bucket", *_buckets(other, sought.categories, sought.cells))
    by_word = {row.listing_id for row in rows.of(WORD, "bucket", *_buckets(other, sought.words, sought.cells))}
    elsewhere = by_word.difference(row.listing_id for row in near)
    ends = ("a_id", "b_id") if known else ()
    before = {(row.a_id, row.b_id): row for end in ends for row in rows.of(FOUND, end, listing.listing_id)}
    spoken_of = opinions.spoken_of(rows, listing.listing_id) if known else set()
    own = vocabulary.own_weights(rows, listing.zones)
    pairs: list[PairRow] = []
    for found in (*near, *rows.of(CANDIDATE, "listing_id", *elsewhere)):
        a, b = (listing, found) if listing.listing_id < found.listing_id else (found, listing)
        pair = _judge(rows, a, b, vocabulary.between(own, a.zones, b.zones))
        if pair is not None:
            pairs.append(pair)
            if len(pair.told) > 1:
                _find(rows, a, b, before.get((pair.a_id, pair.b_id)), at)
    opinions.count(rows, pairs, 1)
    for pair in pairs if spoken_of else ():
        if (pair.a_id, pair.b_id) in spoken_of:
            opinions.heed(rows, pair.a_id, pair.b_id)


def _find(rows: Rows, a: CandidateRow, b: CandidateRow, before: FoundRow | None, at: datetime) -> None:
    """Keep that a pair was found; what it was before stays."""
    zones = {*a.zones}.intersection(b.zones)
    if before is not None:
        rows.put(FOUND, replace(before, zones=tuple(sorted(zones.union(before.zones)))))
        return
    offered = a if traits_of(a).gives else b
    found = FoundRow(
        a_id=a.listing_id,
        b_id=b.listing_id,
        a_company=a.company_id,
        b_company=b.company_id,
        family=traits_of(offered).family or "",
        zones=tuple(sorted(zones)),
        found_at=at,
    )
    rows.put(FOUND, found)


def _judge(rows: Rows, a: CandidateRow, b: CandidateRow, weights: Weights) -> PairRow | None:
    """Store what these two are to each other; the pair they are, if so. No zone has it yet while one of them waits."""
    one, other = traits_of(a), traits_of(b)
    found = nearly(one, other, weights)
    if found is None:
        return None
    told, zones = seeing.who_may_know(a, b), seeing.who_runs(a, b)
    if not told:
        return None
    if isinstance(found, Match):
        pair = PairRow(
            a_id=a.listing_id,
            b_id=b.listing_id,
            a_company=a.company_id,
            b_company=b.company_id,
            hundredths=found.hundredths,
            points=found.points,
            pro=found.pro,
            contra=found.contra,
            ask=to_ask(one, other),
            zones=zones,
            told=told,
            discreet=seeing.is_discreet(a, b),
        )
        rows.put(PAIR, pair)
        return pair
    if zones:
        near = NearMissRow(a_id=a.listing_id, b_id=b.listing_id, code=found.code, points=found.points, zones=zones)
        rows.put(NEAR_MISS, near)
    return None


def _other(side: str) -> Side:
    return "request" if side == "offer" else "offer"


def _bucket(side: str, what: str, in_cell: str) -> str:
    return f"{side} {what} {in_cell}"


@lru_cache(maxsize=1_000)  # asked for twice: to fetch what stands there, and to read it
def _buckets(side: Side, whats: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{side} {what} {near}" for what in whats for near in cells)
