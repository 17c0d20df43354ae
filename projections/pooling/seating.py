"""Which pool a listing stands in: with all of whom it goes together, in each zone that shows it.

A pool is as old as its first listing and keeps its id whoever comes and goes. Whoever comes is seated with those of a
standing proposal first, so that none is made twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import count
from math import cos, hypot, radians
from typing import Final

import msgspec
from msgspec.structs import replace

from domain import taxonomy
from domain.lexicon import Terms
from domain.matching import Traits
from domain.pooling import LEAST_COMPANIES, Kind, add_up, go_together, pooling_id
from domain.quantities import Quantity
from projections.model import Rows
from projections.pooling.rows import LISTING, MEMBER, POOL, TAKEN, ListingRow, MemberRow, PoolRow

FEATURES: Final = (
    "pool_brand", "dimension_mm", "condition", "form", "use_intent", "residue", "en643", "course_code", "energy",
)  # fmt: skip
"""What is said of a pool's listings, where they state it."""
METRES_IN_DEGREE: Final = 111_195


def bucket_of(side: str, category: str, zone_id: str) -> str:
    """Where those that may be pooled stand: by side, category and zone."""
    return f"{side} {category} {zone_id}"


def seat(rows: Rows, listing_ids: Iterable[str]) -> None:
    """Seat each of these listings where it belongs now, and count anew the pools that changed."""
    for listing_id in listing_ids:
        row = rows.get(LISTING, listing_id)
        if row is not None:
            _seat(rows, row)


def _seat(rows: Rows, row: ListingRow) -> None:
    # What somebody takes as it is needs no pool.
    zones = set() if rows.of(TAKEN, "offer_id", row.listing_id) else {*row.zones}
    for member in rows.of(MEMBER, "listing_id", row.listing_id):
        pool = rows.get(POOL, member.pooling_id)
        stays = (
            pool is not None
            and member.zone_id in zones
            and pool.bucket == bucket_of(row.side, row.category, member.zone_id)
            and _holds(pool)
            and _fits(rows, pool, row)
        )
        if stays:
            zones.discard(member.zone_id)
            rows.put(MEMBER, _member(member.pooling_id, member.zone_id, row))
            _count(rows, member.pooling_id)
        else:
            rows.drop(MEMBER, member.pooling_id, row.listing_id)
            _count(rows, member.pooling_id)
            _scatter(rows, member.pooling_id)
    for zone_id in sorted(zones):
        bucket = bucket_of(row.side, row.category, zone_id)
        _enter(rows, _room(rows, bucket, row) or _new_pool(rows, bucket, zone_id, row), row)


def _holds(pool: PoolRow) -> bool:
    """Whether whoever stands in a pool is to stay; what was dropped holds only for as many as it was said about."""
    return pool.stage != "dropped" or pool.companies >= LEAST_COMPANIES


def _room(rows: Rows, bucket: str, row: ListingRow, besides: str = "") -> PoolRow | None:
    """The pool of a bucket where a listing goes together with everyone: one that is proposed first."""
    pools = [pool for pool in rows.of(POOL, "bucket", bucket) if pool.listings and pool.pooling_id != besides]
    for pool in sorted(pools, key=lambda pool: (pool.stage == "forming", pool.pooling_id)):
        if _holds(pool) and _fits(rows, pool, row):
            return pool
    return None


def _fits(rows: Rows, pool: PoolRow, row: ListingRow) -> bool:
    ids = (listing_id for listing_id in _listed(rows, pool.pooling_id) if listing_id != row.listing_id)
    others = {_said(other.traits) for other in rows.of(LISTING, "listing_id", *ids)}
    return all(_go_together(_said(row.traits), other) for other in sorted(others))


def _new_pool(rows: Rows, bucket: str, zone_id: str, row: ListingRow) -> PoolRow:
    kind: Kind = "need" if row.side == "request" else "surplus"
    # The pool that began with this listing may be another one now, which it does not fit any more.
    names = (f"{row.listing_id} {number}" if number else row.listing_id for number in count())
    fresh = next(named for name in names if rows.get(POOL, named := pooling_id(zone_id, name)) is None)
    return PoolRow(pooling_id=fresh, bucket=bucket, kind=kind, zone_id=zone_id, category=row.category)


def _enter(rows: Rows, pool: PoolRow, row: ListingRow) -> None:
    rows.put(POOL, pool)
    rows.put(MEMBER, _member(pool.pooling_id, pool.zone_id, row))
    _count(rows, pool.pooling_id)


def _scatter(rows: Rows, pool_id: str) -> None:
    """Whoever is left of a pool that never came about, or holds no more, may stand with others."""
    pool = rows.get(POOL, pool_id)
    if pool is None or pool.stage not in ("dropped", "forming") or pool.companies >= LEAST_COMPANIES:
        return
    for row in rows.of(LISTING, "listing_id", *_listed(rows, pool_id)):
        other = _room(rows, pool.bucket, row, besides=pool_id)
        if other is None and pool.stage == "dropped":
            other = _new_pool(rows, pool.bucket, pool.zone_id, row)
        if other is not None:
            rows.drop(MEMBER, pool_id, row.listing_id)
            _enter(rows, other, row)
    _count(rows, pool_id)


def _member(pool_id: str, zone_id: str, row: ListingRow) -> MemberRow:
    return MemberRow(
        pooling_id=pool_id,
        listing_id=row.listing_id,
        company_id=row.company_id,
        zone_id=zone_id,
        amount=row.free,
        unit=row.unit,
        per=row.per,
        latitude=row.latitude,
        longitude=row.longitude,
    )


def _listed(rows: Rows, pool_id: str) -> list[str]:
    return [member.listing_id for member in rows.of(MEMBER, "pooling_id", pool_id)]


def _count(rows: Rows, pool_id: str) -> None:
    """Count a pool anew; one that nobody stands in any more, and that was never proposed, is gone."""
    pool = rows.get(POOL, pool_id)
    if pool is None:
        return
    members = rows.of(MEMBER, "pooling_id", pool_id)
    if not members and pool.stage == "forming":
        rows.drop(POOL, pool_id)
        return
    companies = len({member.company_id for member in members})
    places = {(member.latitude, member.longitude) for member in members}
    told = companies >= LEAST_COMPANIES
    rows.put(
        POOL,
        replace(
            pool,
            companies=companies,
            listings=len(members),
            places=len(places),
            metres=_across(places) if told else 0,
            totals=add_up((_quantity(member) for member in members), pool.category) if told else (),
            features=_features(rows, pool_id) if told else {},
        ),
    )


def _quantity(member: MemberRow) -> Quantity:
    return Quantity(member.amount, member.unit, member.per)  # type: ignore[arg-type]  # a period, as posted


def _across(places: set[tuple[float, float]]) -> int:
    """Metres across the rectangle in which all of them stand."""
    if not places:
        return 0
    norths, easts = zip(*places, strict=True)
    north = METRES_IN_DEGREE * (max(norths) - min(norths))
    east = METRES_IN_DEGREE * (max(easts) - min(easts)) * cos(radians(max(map(abs, norths))))
    return round(hypot(north, east))


def _features(rows: Rows, pool_id: str) -> dict[str, tuple[str, ...]]:
    """What the listings state, in the order of the answers; what one of them leaves open says nothing."""
    said = {_said(row.traits) for row in rows.of(LISTING, "listing_id", *_listed(rows, pool_id))}
    specs = [known_traits(each).spec for each in said]
    found: dict[str, tuple[str, ...]] = {}
    for code in FEATURES:
        stated = {spec[code][0] for spec in specs if len(spec.get(code, ())) == 1}
        order = taxonomy.ATTRIBUTES[code].values
        if stated:
            found[code] = tuple(sorted(stated, key=lambda value: (order.index(value) if value in order else 99, value)))
    return found


_DECODER: Final = msgspec.json.Decoder(Traits)


@lru_cache(maxsize=20_000)
def known_traits(text: str) -> Traits:
    """The traits of a listing's row."""
    return _DECODER.decode(text)


def written(known: Traits) -> str:
    """Traits as a row has them; sets have no order of their own: written in one, the same listing is the same text."""
    return msgspec.json.encode(known, order="deterministic").decode()


@lru_cache(maxsize=20_000)
def _said(text: str) -> str:
    """What tells a listing from the others of its pool: many say the same, and are judged once."""
    known = replace(known_traits(text), id="", terms=Terms({}, {}, ()))
    if known.side == "offer":
        known = replace(known, company=None, quantity=None, measures={}, least=None)
    return written(known)


@lru_cache(maxsize=20_000)
def _go_together(one: str, other: str) -> bool:
    return go_together(known_traits(one), known_traits(other))
