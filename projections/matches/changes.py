"""How events change who should meet whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec
from msgspec.structs import replace

from domain.companies import CompanyAdmitted, CompanyErased, CompanyReinstated, CompanySuspended
from domain.events import Event, Recorded
from domain.exchanges import InterestShown
from domain.lexicon import VERSION as LEXICON_VERSION
from domain.listings import (
    Content,
    Life,
    ListingAmended,
    ListingApproved,
    ListingExpired,
    ListingFulfilled,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingReopened,
    ListingWithdrawn,
    Side,
    ZoneStatus,
)
from domain.matches import MatchSeen
from domain.matching import SHOWN, Excluded, Match, Traits, cell, judge, keys, resized, traits
from domain.places import Place
from projections import stock
from projections.matches.rows import (
    DDL,
    FOUND,
    LISTING,
    NEAR_MISS,
    PAIR,
    SEEN,
    SHARE,
    TALLY,
    WORD,
    FoundRow,
    ListingRow,
    NearMissRow,
    PairRow,
    SeenRow,
    TallyRow,
    WordRow,
)
from projections.model import Group, ReadModel, Rows, opened


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one flat case per event
    """Change what the event concerns."""
    if isinstance(recorded.event, stock.Move):
        _move(rows, recorded, recorded.event)
        return
    match recorded.event:
        case ListingPosted() as event:
            _post(rows, recorded, event)
        case ListingAmended() as event:
            row = rows.get(LISTING, event.listing_id)
            if row is not None:
                statuses: dict[str, ZoneStatus] = {**row.statuses, **dict.fromkeys(event.awaiting, "pending")}
                described = _left(rows, _described(row, event.content))
                _save(rows, row, replace(described, statuses=statuses, life="open"), recorded.at)
        case ListingWithdrawn():
            _change(rows, recorded, life="withdrawn")
        case ListingExpired():
            _change(rows, recorded, life="expired")
        case ListingFulfilled():
            _change(rows, recorded, life="fulfilled")
        case ListingRenewed() | ListingReopened():
            _change(rows, recorded, life="open")
        case ListingApproved() as event:
            _decide(rows, recorded, event.zone_id, "approved")
        case ListingRejected() as event:
            _decide(rows, recorded, event.zone_id, "rejected")
        case CompanySuspended() as event:
            _suspend(rows, recorded, event.company_id, event.zone_id, suspended=True)
        case CompanyAdmitted() | CompanyReinstated() as event:
            _suspend(rows, recorded, event.company_id, event.zone_id, suspended=False)
        case CompanyErased() as event:
            for row in rows.of(LISTING, "company_id", event.company_id):
                _save(rows, row, replace(row, statuses={}), recorded.at)
                rows.drop(LISTING, row.listing_id)
        case MatchSeen() as event:
            _see(rows, event.listing_id, event.other_listing_id, event.company_id, event.at)
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
        amount=event.content.quantity.amount,
        free=event.content.quantity.amount,
        traits=_traits(event.listing_id, event.side, event.company_id, event.content, event.place, posted_on),
    )
    _save(rows, None, posted, recorded.at)


def _described(row: ListingRow, content: Content) -> ListingRow:
    place = Place(Decimal(str(row.latitude)), Decimal(str(row.longitude)))
    described = _traits(row.listing_id, row.side, row.company_id, content, place, row.posted_on)
    return replace(row, public=content.visibility == "public", amount=content.quantity.amount, traits=described)


def _left(rows: Rows, row: ListingRow) -> ListingRow:
    """The listing with what is free of it now; while nothing is, its traits speak of the whole."""
    known = _known(row.traits)
    if known.quantity is None:
        return row
    whole = replace(known.quantity, amount=row.amount)
    counted = stock.stock(rows, SHARE, row.listing_id, row.side, known.category or "", whole)
    free = max(row.amount - counted.held - counted.taken, Decimal(0))
    weighed = free or row.amount
    if weighed != known.quantity.amount:
        row = replace(row, traits=_text(resized(known, replace(whole, amount=weighed))))
    return replace(row, free=free)


def _move(rows: Rows, recorded: Recorded, event: stock.Move) -> None:
    """Follow what is promised and collected of a listing; an interest in a match also tells who looked at it."""
    stock.follow(rows, SHARE, recorded, event)
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        _save(rows, row, _left(rows, row), recorded.at)
    if isinstance(event, InterestShown) and event.other_listing_id:
        _see(rows, event.listing_id, event.other_listing_id, event.company_id, event.at)


def _see(rows: Rows, one: str, other: str, company_id: str, at: datetime) -> None:
    a_id, b_id = sorted((one, other))
    if rows.get(SEEN, a_id, b_id, company_id) is None:
        rows.put(SEEN, SeenRow(a_id=a_id, b_id=b_id, company_id=company_id, at=at))
    found = rows.get(FOUND, a_id, b_id)
    if found is not None and found.seen_at is None:
        rows.put(FOUND, replace(found, seen_at=at))


def _change(rows: Rows, recorded: Recorded, life: Life) -> None:
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        _save(rows, row, replace(row, life=life), recorded.at)


def _decide(rows: Rows, recorded: Recorded, zone_id: str, status: ZoneStatus) -> None:
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        _save(rows, row, replace(row, statuses={**row.statuses, zone_id: status}), recorded.at)


def _suspend(rows: Rows, recorded: Recorded, company_id: str, zone_id: str, *, suspended: bool) -> None:
    for row in rows.of(LISTING, "company_id", company_id):
        zones = {*row.suspended, zone_id} if suspended else {*row.suspended} - {zone_id}
        _save(rows, row, replace(row, suspended=tuple(sorted(zones))), recorded.at)


def _save(rows: Rows, before: ListingRow | None, after: ListingRow, at: datetime) -> None:
    """Put a listing, and its pairs anew when anything changed that they depend on."""
    shown = after.life == "open" and after.free > 0
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
        _meet(rows, after, at, known=before is not None)


def _part(rows: Rows, listing_id: str) -> None:
    for word in rows.of(WORD, "listing_id", listing_id):
        rows.drop(WORD, word.bucket, listing_id)
    for pair in (*rows.of(PAIR, "a_id", listing_id), *rows.of(PAIR, "b_id", listing_id)):
        rows.drop(PAIR, pair.a_id, pair.b_id)
        _tally(rows, pair.zones, -1)
    for near in (*rows.of(NEAR_MISS, "a_id", listing_id), *rows.of(NEAR_MISS, "b_id", listing_id)):
        rows.drop(NEAR_MISS, near.a_id, near.b_id)


def _meet(rows: Rows, listing: ListingRow, at: datetime, *, known: bool) -> None:
    """Judge a listing with every candidate; one that was `known` before may have been found with them before."""
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
    ends = ("a_id", "b_id") if known else ()
    before = {(row.a_id, row.b_id): row for end in ends for row in rows.of(FOUND, end, listing.listing_id)}
    for candidate in candidates.values():
        if _may_meet(listing, candidate):
            a, b = sorted((listing, candidate), key=lambda row: row.listing_id)
            if _judge(rows, a, b):
                _find(rows, a, b, before.get((a.listing_id, b.listing_id)), at)


def _may_meet(one: ListingRow, other: ListingRow) -> bool:
    """Whether both can be seen by the other's company: in a zone they share, or by everyone."""
    return bool(other.zones) and (not {*one.zones}.isdisjoint(other.zones) or (one.public and other.public))


def _find(rows: Rows, a: ListingRow, b: ListingRow, before: FoundRow | None, at: datetime) -> None:
    """Keep that a pair was found; what it was before stays."""
    both = {*a.zones}.intersection(b.zones)
    if before is None:
        offered = a if a.side == "offer" else b
        before = FoundRow(
            a_id=a.listing_id,
            b_id=b.listing_id,
            a_company=a.company_id,
            b_company=b.company_id,
            family=_known(offered.traits).family or "",
            zones=(),
            found_at=at,
        )
    rows.put(FOUND, replace(before, zones=tuple(sorted(both.union(before.zones)))))


def _judge(rows: Rows, a: ListingRow, b: ListingRow) -> bool:
    """Store what these two are to each other; whether they are a pair."""
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
            return True
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
    return False


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
    return _text(found)


def _text(known: Traits) -> str:
    # Sets have no order of their own: written in one, the same listing is always the same text.
    return msgspec.json.encode(known, order="deterministic").decode()


_DECODER: Final = msgspec.json.Decoder(Traits)


@lru_cache(maxsize=20_000)
def _known(text: str) -> Traits:
    return _DECODER.decode(text)


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need, as far as it can be told before."""
    if isinstance(recorded.event, stock.Move):
        yield from _all_of(recorded.stream)
        if isinstance(recorded.event, InterestShown) and recorded.event.other_listing_id:
            yield from _pair_of(recorded.event.listing_id, recorded.event.other_listing_id)
        return
    match recorded.event:
        case (
            ListingAmended()
            | ListingWithdrawn()
            | ListingExpired()
            | ListingRenewed()
            | ListingApproved()
            | ListingRejected()
            | ListingFulfilled()
            | ListingReopened()
        ):
            yield from _all_of(recorded.stream)
        case MatchSeen() as event:
            yield from _pair_of(event.listing_id, event.other_listing_id)
        case CompanySuspended() | CompanyAdmitted() | CompanyReinstated() | CompanyErased():
            yield LISTING, "company_id", recorded.stream
        case _:
            pass


def _all_of(listing_id: str) -> Iterator[Group]:
    """What may change when a listing does."""
    yield LISTING, "listing_id", listing_id
    yield SHARE, "listing_id", listing_id
    yield WORD, "listing_id", listing_id
    for table in (PAIR, NEAR_MISS, FOUND):
        yield table, "a_id", listing_id
        yield table, "b_id", listing_id


def _pair_of(one: str, other: str) -> Iterator[Group]:
    yield FOUND, "a_id", min(one, other)
    yield SEEN, "a_id", min(one, other)


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ListingPosted, ListingAmended, ListingWithdrawn, ListingExpired, ListingRenewed, ListingApproved,
        ListingRejected, ListingFulfilled, ListingReopened, CompanySuspended, CompanyAdmitted, CompanyReinstated,
        CompanyErased, MatchSeen, *stock.MOVES,
    }
)  # fmt: skip

MATCHES: Final = ReadModel(
    name="matches",
    version=1_000 * LEXICON_VERSION + 2,
    tables=(LISTING, SHARE, WORD, PAIR, FOUND, SEEN, NEAR_MISS, TALLY),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
