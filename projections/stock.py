"""What is left of a listing, as its exchanges go: for every read model that shows or weighs a quantity.

The arithmetic is the domain's: an exchange is folded by `exchanges.evolve`, and a listing's sums are `Listing`'s own.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain import exchanges
from domain.events import Event, Private, Recorded
from domain.exchanges import Exchange, HoldLapsed, InterestShown, Step
from domain.listings import Content, Cover, Listing, NeedCovered, NeedReopened, Side
from domain.quantities import Quantity
from projections.model import Rows, Table

Move = InterestShown | Step | HoldLapsed | NeedCovered | NeedReopened
"""What may change how much of a listing is promised, collected or free."""
MOVES: Final[frozenset[type[Event]]] = frozenset(get_args(Move))


class ShareRow(Struct, frozen=True, kw_only=True):
    """What one exchange means for a listing's quantity.

    `exchange` is the domain's, as JSON text, when it stands in this listing's stream; `cover` is what an exchange
    about an offer elsewhere gives towards this request.
    """

    listing_id: str
    exchange_id: str
    exchange: str = ""
    cover: Cover | None = None


class Stock(Struct, frozen=True):
    """How much of a listing is kept for somebody, and how much was collected or given, in its own unit."""

    held: Decimal = Decimal(0)
    taken: Decimal = Decimal(0)


def table(name: str) -> Table[ShareRow]:
    """The table of a read model that keeps shares: each has its own."""
    return Table(name, ShareRow, ("listing_id", "exchange_id"), ("listing_id",))


DDL: Final = """
CREATE TABLE {schema}.%(name)s (
    listing_id text NOT NULL,
    exchange_id text NOT NULL,
    exchange text NOT NULL,
    cover jsonb,
    PRIMARY KEY (listing_id, exchange_id)
);
ALTER TABLE {schema}.%(name)s ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {schema}.%(name)s USING (false);
"""


def follow(rows: Rows, shares: Table[ShareRow], recorded: Recorded, event: Move) -> None:
    """Change the share the event is about."""
    listing_id = recorded.stream
    share = rows.get(shares, listing_id, event.exchange_id)
    share = share or ShareRow(listing_id=listing_id, exchange_id=event.exchange_id)
    match event:
        case NeedCovered():
            rows.put(shares, replace(share, cover=Cover(event.quantity, event.confirmed)))
        case NeedReopened():
            rows.put(shares, replace(share, cover=None))
        case _:
            after = exchanges.evolve(_known(share.exchange) if share.exchange else None, event, recorded.version)
            rows.put(shares, replace(share, exchange=msgspec.json.encode(after).decode()))


def stock(rows: Rows, shares: Table[ShareRow], listing_id: str, side: Side, category: str, quantity: Quantity) -> Stock:
    """What is promised and collected of a listing of which there is so much in all."""
    found = rows.of(shares, "listing_id", listing_id)
    if not found:
        return Stock()
    listing = Listing(
        listing_id,
        side,
        company_id="",
        content=Content(category=category, title=_UNSAID, description=_UNSAID, quantity=quantity),
        zones={},
        expires_at=None,
        exchanges={share.exchange_id: _known(share.exchange) for share in found if share.exchange},
        covered={share.exchange_id: share.cover for share in found if share.cover is not None},
    )
    given, confirmed = listing.given_elsewhere(), listing.given_elsewhere(confirmed=True)
    return Stock(held=listing.promised + given - confirmed, taken=listing.taken + confirmed)


_UNSAID: Final = Private("", None)
_DECODER: Final = msgspec.json.Decoder(Exchange)


@lru_cache(maxsize=5_000)
def _known(text: str) -> Exchange:
    return _DECODER.decode(text)
