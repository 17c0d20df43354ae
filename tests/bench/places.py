"""Live listings at the density of a busy zone, however many: one place after the other, each out of the others' reach.

A place is told by a mark in all its ids. What the read model holds of one is, once its mark and its degrees are
exchanged, what it holds of another: so most are copied. `Stamp.differing` holds a copy against a replay.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from domain import taxonomy
from domain.events import Private, Recorded
from domain.listings import Content, ListingPosted
from domain.places import Place
from domain.quantities import Quantity
from marketplace.folding import Connection, fold
from projections.matches import MATCHES
from projections.matches.rows import CANDIDATE, FOUND, LISTING, NEAR_MISS, PAIR, TALLY, WORD
from tests.samples import NOW, listing_posted
from tests.town import postable

SCHEMA: Final = "bench_matches"
LISTINGS: Final = 1_200
"""In one place: as many as in a busy zone."""
COMPANIES: Final = 300
APART: Final = 3
"""Degrees between two places."""
COLUMNS: Final = 58
BATCH: Final = 1_000
"""Events folded at a time, as a rebuild does."""
COPIED: Final = (LISTING, CANDIDATE, WORD, PAIR, FOUND, NEAR_MISS, TALLY)


def mark(place: int) -> str:
    """What tells a place in an id; no other part of one looks like it."""
    return f"p{place:03x}"


def corner(place: int) -> tuple[int, int]:
    """The degrees a place stands at, never negative: north of the equator and far from the pole."""
    row, column = divmod(place, COLUMNS)
    return APART * row, APART * (column + 1)


def wish(dice: random.Random, number: int, place: int) -> Recorded:
    """Somebody posts something in a place: the same dice, the same thing elsewhere."""
    category = dice.choice(postable())
    head, tail = str(UUID(int=dice.getrandbits(128), version=4)).split("-", 1)
    listing_id = f"listing-{head}-{mark(place)}-{tail}"
    south, west = corner(place)
    event: ListingPosted = listing_posted(
        listing_id=listing_id,
        side=dice.choice(("offer", "request")),
        company_id=f"company-{number % COMPANIES}-{mark(place)}",
        place=Place(Decimal(south) + Decimal(1 + dice.randrange(40)) / 1_000, Decimal(west)),
        zones=(f"zone-{mark(place)}",),
        awaiting=(),
        content=Content(
            category=category.code,
            description=Private("company-0", ""),
            title=Private("company-0", f"{taxonomy.label(category.code, 'fr')[:80]} {dice.randrange(10_000)}"),
            quantity=Quantity(Decimal(dice.randint(1, 500)), category.units[0]),
            visibility="public",
        ),
    )
    return Recorded(number, listing_id, 0, event, NOW, "member:bench")


def listings(seed: int, place: int) -> list[Recorded]:
    """All that is posted in a place."""
    dice = random.Random(seed)  # noqa: S311 - a story told twice alike
    return [wish(dice, number, place) for number in range(LISTINGS)]


def replay(connection: Connection, events: Sequence[Recorded], schema: str = SCHEMA) -> None:
    """Fold events as a rebuild would."""
    for start in range(0, len(events), BATCH):
        with connection.transaction():
            fold(connection, MATCHES, schema, events[start : start + BATCH])


class Stamp:
    """All that the read model holds of the one place that stands in a schema, ready to be put elsewhere."""

    def __init__(self, connection: Connection, schema: str = SCHEMA) -> None:
        self._connection = connection
        self.text = {}
        for table in COPIED:
            with connection.cursor().copy(_copying(schema, table.name, table.columns, "TO STDOUT")) as copying:
                self.text[table.name] = b"".join(bytes(part) for part in copying)

    def at(self, place: int) -> dict[str, bytes]:
        """The same in another place, as COPY reads it."""
        (south, west), (first_south, first_west) = corner(place), corner(0)
        moves = [
            (mark(0), mark(place)),
            (f" {2 * first_south}:{2 * first_west}\t", f" {2 * south}:{2 * west}\t"),
            (f'"latitude":{first_south}.', f'"latitude":{south}.'),
            (f'"longitude":{first_west}.', f'"longitude":{west}.'),
        ]
        moved = dict(self.text)
        for before, after in moves:
            moved = {name: text.replace(before.encode(), after.encode()) for name, text in moved.items()}
        # The columns of a listing: two degrees and the day it was posted on.
        degrees = rb"\t%d\.(\d+)\t%d\t(\d{4}-)" % (first_south, first_west)
        moved[LISTING.name] = re.sub(degrees, rb"\t%d.\1\t%d\t\2" % (south, west), moved[LISTING.name])
        return moved

    def put(self, place: int, schema: str = SCHEMA) -> None:
        """Copy a place in."""
        texts = self.at(place)
        for table in COPIED:
            statement = _copying(schema, table.name, table.columns, "FROM STDIN")
            with self._connection.cursor().copy(statement) as copying:
                copying.write(texts[table.name])

    def differing(self, place: int, other: Stamp) -> list[str]:
        """The tables of which a copy in that place would not be what stands there."""
        copied = {name: sorted(text.splitlines()) for name, text in self.at(place).items()}
        return [name for name, lines in copied.items() if lines != sorted(other.text[name].splitlines())]


def _copying(schema: str, table: str, columns: Sequence[str], way: str) -> Composed:
    names = SQL(", ").join(map(Identifier, columns))
    return SQL("COPY {} ({}) {}").format(Identifier(schema, table), names, SQL(way))
