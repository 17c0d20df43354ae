"""What it costs to match: one new listing among more and more live ones, as dense everywhere as in a busy zone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from msgspec.structs import replace
from psycopg.sql import SQL, Identifier

from domain import taxonomy
from domain.events import Private, Recorded
from domain.listings import Content, ListingPosted
from domain.matching import cell
from domain.places import Place
from domain.quantities import Quantity
from marketplace.database import Role
from marketplace.folding import Connection, fetch, fold, fold_in_memory, make_tables, save
from projections.matches import MATCHES
from projections.matches.changes import sought_buckets
from projections.matches.rows import LISTING, WORD, ListingRow, WordRow
from projections.model import Rows
from tests.bench.figures import Figure, Floor, Timed, repeated
from tests.bench.scale import Scale
from tests.ground import Ground
from tests.samples import NOW, listing_posted
from tests.town import postable

T = TypeVar("T")

SCHEMA: Final = "bench_matches"
PATTERN: Final = 1_200
"""Listings of one place; every further place has the same ones, under other ids and elsewhere."""
APART: Final = 3
"""Degrees between two places: what one offers is out of the others' reach."""
COLUMNS: Final = 110
SOUTH, WEST = -49, -168
"""The places stand in rows of so many, from here."""


def measured(ground: Ground, scale: Scale, seed: int) -> Iterator[Figure]:
    """One new listing among so many live ones: found and judged, then stored too, beside the index alone."""
    with (
        ground.database.connect(Role.FOLLOWER, statement_timeout=0, synchronous_commit="off") as connection,
        ground.administrator() as administrator,
    ):
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(SCHEMA)))
        make_tables(connection, MATCHES, SCHEMA)
        pattern = _pattern(seed)
        filled, before = 0, None
        for size in scale.live:
            while filled * PATTERN < size:
                with connection.transaction():
                    _fill(connection, pattern, filled)
                filled += 1
            administrator.execute(SQL("ANALYZE {}").format(Identifier(SCHEMA, LISTING.name)))
            administrator.execute(SQL("ANALYZE {}").format(Identifier(SCHEMA, WORD.name)))
            wishes = [_wish(random.Random(seed + n), n, filled) for n in range(scale.times)]  # noqa: S311 - a story
            # Where each looks is worked out before: it also warms up what a running site has long met.
            sought = [_sought(wish) for wish in wishes]
            floor = _timed(sought, partial(_counted, connection))
            judged = _timed(wishes, partial(_judged, connection))
            stored = _timed(wishes, partial(_stored, connection))
            live = f"{filled * PATTERN:,} live".replace(",", " ")
            for name, done in (("found and judged", judged), ("and stored", stored)):
                yield Figure(f"match one, {live}, {name}, p50", done.p50, "ms", Floor("its buckets counted", floor.p50))
                yield Figure(f"match one, {live}, {name}, p95", done.p95, "ms", Floor("its buckets counted", floor.p95))
            if before is not None:
                yield Figure(f"growth to {live}, p50", stored.p50, "ms", Floor("the same among fewer", before.p50))
            before = stored


def _timed(wishes: Sequence[T], work: Callable[[T], None]) -> Timed:
    waiting = iter(wishes)
    return repeated(len(wishes), lambda: work(next(waiting)))


def _judged(connection: Connection, wish: Recorded) -> None:
    with connection.transaction(force_rollback=True):
        fold_in_memory(MATCHES, Rows(partial(fetch, connection, SCHEMA)), [wish])


def _stored(connection: Connection, wish: Recorded) -> None:
    with connection.transaction():
        fold(connection, MATCHES, SCHEMA, [wish])


def _sought(wish: Recorded) -> list[str]:
    rows = Rows(lambda _table, _column, _values: ())
    fold_in_memory(MATCHES, rows, [wish])
    row = rows.get(LISTING, wish.stream)
    assert row is not None
    return sought_buckets(row)


def _counted(connection: Connection, buckets: list[str]) -> None:
    """Count what stands where a listing looks: the least a search can cost."""
    connection.execute(
        SQL("SELECT count(*) FROM {} WHERE bucket = ANY (%s)").format(Identifier(SCHEMA, LISTING.name)), [buckets]
    ).fetchone()


# --- what lives there ---------------------------------------------------------------------------------------------


def _wish(dice: random.Random, number: int, places: int) -> Recorded:
    """Somebody posts something, somewhere."""
    category = dice.choice(postable())
    listing_id = f"listing-{UUID(int=dice.getrandbits(128), version=4)}"
    event: ListingPosted = listing_posted(
        listing_id=listing_id,
        side=dice.choice(("offer", "request")),
        company_id=f"company-{number % 40}-{number}",
        place=_place(dice, dice.randrange(places)),
        zones=("zone-0",),
        awaiting=(),
        content=Content(
            category=category.code,
            description=Private("company-0", ""),
            title=Private("company-0", f"{taxonomy.label(category.code, 'fr')[:80]} {dice.randrange(10_000)}"),
            quantity=Quantity(Decimal(dice.randint(1, 500)), category.units[0]),
            visibility="public",
        ),
    )
    return Recorded(0, listing_id, 0, event, NOW, "member:bench")


def _corner(place: int) -> tuple[int, int]:
    row, column = divmod(place, COLUMNS)
    return SOUTH + APART * row, WEST + APART * column


def _place(dice: random.Random, place: int) -> Place:
    south, west = _corner(place)
    return Place(Decimal(south) + Decimal(dice.randrange(40)) / 1_000, Decimal(west))


def _pattern(seed: int) -> list[tuple[ListingRow, list[WordRow]]]:
    """The listings of the first place, as the read model holds them."""
    dice = random.Random(seed)  # noqa: S311 - a story told twice alike
    rows = Rows(lambda _table, _column, _values: ())
    fold_in_memory(MATCHES, rows, [_wish(dice, number, 1) for number in range(PATTERN)])
    return [(row, rows.of(WORD, "listing_id", row.listing_id)) for row in rows.of(LISTING, "side", "offer", "request")]


def _fill(connection: Connection, pattern: Sequence[tuple[ListingRow, list[WordRow]]], place: int) -> None:
    """The same listings in another place, as they would stand there."""
    (south, west), (first_south, first_west) = _corner(place), _corner(0)
    rows = Rows(lambda _table, _column, _values: ())
    for row, words in pattern:
        latitude, longitude = row.latitude - first_south + south, row.longitude - first_west + west
        listing_id = f"{row.listing_id}-{place}"
        there, here = cell(latitude, longitude), cell(row.latitude, row.longitude)
        traits = row.traits.replace(row.listing_id, listing_id)
        traits = traits.replace(f'"latitude":{row.latitude}', f'"latitude":{latitude}')
        traits = traits.replace(f'"longitude":{row.longitude}', f'"longitude":{longitude}')
        bucket = row.bucket.removesuffix(here) + there
        rows.put(
            LISTING,
            replace(row, listing_id=listing_id, bucket=bucket, latitude=latitude, longitude=longitude, traits=traits),
        )
        for word in words:
            rows.put(WORD, WordRow(bucket=word.bucket.removesuffix(here) + there, listing_id=listing_id))
    save(connection, rows, SCHEMA)
