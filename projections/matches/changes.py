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
from domain.lexicon import Lexicon, lexicon
from domain.listings import (
    SIDES,
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
from domain.matches import MatchDismissed, MatchIntroduced, MatchJudged, MatchRestored, MatchSeen
from domain.matching import Match, Traits, Weights, cell, keys, nearly, resized, traits
from domain.places import Place
from domain.programme import PROGRAMME, LexiconPublished, MatchWeightsSet
from domain.questions import to_ask
from domain.zones import PartnershipAgreed, PartnershipEnded
from projections import stock
from projections.matches import opinions, seeing, vocabulary
from projections.matches.rows import (
    DDL,
    DISMISSED,
    FOUND,
    LISTING,
    NEAR_MISS,
    PAIR,
    PARTNER,
    SEEN,
    SHARE,
    TALLY,
    VERDICT,
    WORD,
    FoundRow,
    ListingRow,
    NearMissRow,
    PairRow,
    SeenRow,
    WordRow,
)
from projections.matches.vocabulary import FREQUENCIES, TERM, WEIGHTS
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
                described = _left(rows, _described(rows, row, event.content))
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
        case MatchDismissed() | MatchRestored() | MatchJudged() | MatchIntroduced() as event:
            opinions.say(rows, recorded, event)
        case PartnershipAgreed() | PartnershipEnded():
            for row in rows.of(LISTING, "zones", *seeing.follow_partners(rows, recorded)):
                _save(rows, row, row, recorded.at)
        case LexiconPublished() as event:
            _publish(rows, recorded, event)
        case MatchWeightsSet() as event:
            _weigh(rows, recorded, event)
        case _:
            pass


def _post(rows: Rows, recorded: Recorded, event: ListingPosted) -> None:
    latitude, longitude = float(event.place.latitude), float(event.place.longitude)
    posted_on = recorded.at.date()
    title, text = opened(event.content.title), opened(event.content.description)
    words = vocabulary.lexicon_of(rows)
    posted = ListingRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        side=event.side,
        visibility=event.content.visibility,
        partners=(),
        life="open",
        statuses={zone: "pending" if zone in event.awaiting else "approved" for zone in sorted(event.zones)},
        suspended=(),
        zones=(),
        waiting=(),
        bucket="",
        latitude=latitude,
        longitude=longitude,
        posted_on=posted_on,
        amount=event.content.quantity.amount,
        free=event.content.quantity.amount,
        title=title,
        text=text,
        words=_told(title, text),
        unknown=words.unknown(f"{title}\n{text}"),
        traits=_traits(event.listing_id, event.side, event.company_id, event.content, event.place, posted_on, words),
    )
    _save(rows, None, posted, recorded.at)


def _described(rows: Rows, row: ListingRow, content: Content) -> ListingRow:
    place = Place(Decimal(str(row.latitude)), Decimal(str(row.longitude)))
    words = vocabulary.lexicon_of(rows)
    title, text = opened(content.title), opened(content.description)
    return replace(
        row,
        visibility=content.visibility,
        amount=content.quantity.amount,
        title=title,
        text=text,
        words=_told(title, text),
        unknown=words.unknown(f"{title}\n{text}"),
        traits=_traits(row.listing_id, row.side, row.company_id, content, place, row.posted_on, words),
    )


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
    after = replace(after, zones=_zones(after, "approved"), waiting=_zones(after, "pending"))
    after = replace(after, partners=seeing.partners_of(rows, after.statuses))
    bucket = _bucket(after.side, _known(after.traits).category or "", cell(after.latitude, after.longitude))
    after = replace(after, bucket=bucket if after.zones or after.waiting else "")
    rows.put(LISTING, after)
    if before is not None and _what_counts(before) == _what_counts(after):
        return
    if before is not None and before.bucket:
        _part(rows, after.listing_id)
    if after.bucket:
        _meet(rows, after, at, known=before is not None)


def _zones(row: ListingRow, status: ZoneStatus) -> tuple[str, ...]:
    """The zones in which a listing that is to be had stands so."""
    if row.life != "open" or row.free <= 0:
        return ()
    return tuple(sorted(zone for zone, said in row.statuses.items() if said == status and zone not in row.suspended))


def _what_counts(row: ListingRow) -> tuple[object, ...]:
    """All of a listing that its pairs depend on."""
    return row.zones, row.waiting, row.visibility, row.partners, row.traits


# --- the words and weights that hold ------------------------------------------------------------------------------


def _publish(rows: Rows, recorded: Recorded, event: LexiconPublished) -> None:
    """Read anew the listings that the terms that come or go concern, and judge those that now say else."""
    stems = vocabulary.publish(rows, recorded, event)
    words = vocabulary.lexicon_of(rows)
    for row in rows.of(LISTING, "side", *SIDES) if stems is None else rows.of(LISTING, "words", *stems):
        read = replace(_known(row.traits), terms=words.terms(row.title, row.text))
        unknown = words.unknown(f"{row.title}\n{row.text}")
        _save(rows, row, replace(row, unknown=unknown, traits=_text(read)), recorded.at)


def _weigh(rows: Rows, recorded: Recorded, event: MatchWeightsSet) -> None:
    """Judge everything a zone shows anew."""
    vocabulary.weigh(rows, event)
    for row in rows.of(LISTING, "zones", event.zone_id):
        _part(rows, row.listing_id)
        _meet(rows, row, recorded.at, known=True)


def _told(title: str, text: str) -> tuple[str, ...]:
    return lexicon().told_apart_by(f"{title}\n{text}")


# --- who is near whom ---------------------------------------------------------------------------------------------


def _part(rows: Rows, listing_id: str) -> None:
    for word in rows.of(WORD, "listing_id", listing_id):
        rows.drop(WORD, word.bucket, listing_id)
    for pair in (*rows.of(PAIR, "a_id", listing_id), *rows.of(PAIR, "b_id", listing_id)):
        rows.drop(PAIR, pair.a_id, pair.b_id)
        opinions.count(rows, pair, -1)
    for near in (*rows.of(NEAR_MISS, "a_id", listing_id), *rows.of(NEAR_MISS, "b_id", listing_id)):
        rows.drop(NEAR_MISS, near.a_id, near.b_id)


def _meet(rows: Rows, listing: ListingRow, at: datetime, *, known: bool) -> None:
    """Judge a listing with every candidate; one that was `known` before may have been found with them before."""
    sought = keys(_known(listing.traits))
    here = cell(listing.latitude, listing.longitude)
    for word in sought.words:
        rows.put(WORD, WordRow(bucket=_bucket(listing.side, word, here), listing_id=listing.listing_id))
    other = _other(listing.side)
    found = rows.of(LISTING, "bucket", *sought_buckets(listing))
    candidates = {row.listing_id: row for row in found}
    by_word = {row.listing_id for row in rows.of(WORD, "bucket", *_buckets(other, sought.words, sought.cells))}
    for row in rows.of(LISTING, "listing_id", *(by_word - candidates.keys())):
        candidates[row.listing_id] = row
    ends = ("a_id", "b_id") if known else ()
    before = {(row.a_id, row.b_id): row for end in ends for row in rows.of(FOUND, end, listing.listing_id)}
    spoken_of = opinions.spoken_of(rows, listing.listing_id) if known else set()
    own = vocabulary.own_weights(rows, listing.zones)
    for candidate in candidates.values():
        told = seeing.who_may_know(listing, candidate)
        if told:
            a, b = (listing, candidate) if listing.listing_id < candidate.listing_id else (candidate, listing)
            pair = a.listing_id, b.listing_id
            if _judge(rows, a, b, told, vocabulary.between(own, a.zones, b.zones)) and len(told) > 1:
                _find(rows, a, b, before.get(pair), at)
            if pair in spoken_of:
                opinions.heed(rows, *pair)


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


def _judge(rows: Rows, a: ListingRow, b: ListingRow, told: tuple[str, ...], weights: Weights) -> bool:
    """Store what these two are to each other; whether they are a pair. No zone has it yet while one of them waits."""
    found = nearly(_known(a.traits), _known(b.traits), weights)
    if found is None:
        return False
    zones = seeing.who_runs(a, b)
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
            ask=to_ask(_known(a.traits), _known(b.traits)),
            zones=zones,
            told=told,
            discreet=seeing.is_discreet(a, b),
        )
        rows.put(PAIR, pair)
        opinions.count(rows, pair, 1)
        return True
    if not zones:
        return False
    near = NearMissRow(a_id=a.listing_id, b_id=b.listing_id, code=found.code, points=found.points, zones=zones)
    rows.put(NEAR_MISS, near)
    return False


def sought_buckets(listing: ListingRow) -> list[str]:
    """Where the listings stand that a listing meets by its category."""
    sought = keys(_known(listing.traits))
    return _buckets(_other(listing.side), sought.categories, sought.cells)


def _other(side: Side) -> Side:
    return "request" if side == "offer" else "offer"


def _bucket(side: Side, what: str, in_cell: str) -> str:
    return f"{side} {what} {in_cell}"


def _buckets(side: Side, whats: Sequence[str], cells: Sequence[str]) -> list[str]:
    return [_bucket(side, what, near) for what in whats for near in cells]


def _traits(
    listing_id: str, side: Side, company_id: str, content: Content, place: Place, posted_on: date, words: Lexicon
) -> str:
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
        words=words,
    )
    return _text(found)


def _text(known: Traits) -> str:
    # Sets have no order of their own: written in one, the same listing is always the same text.
    return msgspec.json.encode(known, order="deterministic").decode()


def traits_of(row: ListingRow) -> Traits:
    """What matching knows of a listing."""
    return _known(row.traits)


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
        case MatchDismissed() | MatchRestored() | MatchJudged() | MatchIntroduced() as event:
            for listing_id in (event.listing_id, event.other_listing_id):
                yield LISTING, "listing_id", listing_id
            for table in (PAIR, DISMISSED, VERDICT):
                yield table, "a_id", min(event.listing_id, event.other_listing_id)
        case CompanySuspended() | CompanyAdmitted() | CompanyReinstated() | CompanyErased():
            yield LISTING, "company_id", recorded.stream
        case ListingPosted() | LexiconPublished():
            yield FREQUENCIES, "programme", PROGRAMME
        case _:
            pass


def _all_of(listing_id: str) -> Iterator[Group]:
    """What may change when a listing does."""
    yield LISTING, "listing_id", listing_id
    yield SHARE, "listing_id", listing_id
    yield WORD, "listing_id", listing_id
    for table in (PAIR, NEAR_MISS, FOUND, DISMISSED, VERDICT):
        yield table, "a_id", listing_id
        yield table, "b_id", listing_id


def _pair_of(one: str, other: str) -> Iterator[Group]:
    yield FOUND, "a_id", min(one, other)
    yield SEEN, "a_id", min(one, other)


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ListingPosted, ListingAmended, ListingWithdrawn, ListingExpired, ListingRenewed, ListingApproved,
        ListingRejected, ListingFulfilled, ListingReopened, CompanySuspended, CompanyAdmitted, CompanyReinstated,
        CompanyErased, MatchSeen, MatchDismissed, MatchRestored, MatchJudged, MatchIntroduced,
        LexiconPublished, MatchWeightsSet, PartnershipAgreed, PartnershipEnded, *stock.MOVES,
    }
)  # fmt: skip

MATCHES: Final = ReadModel(
    name="matches",
    version=1_000 * LEXICON_VERSION + 4,
    tables=(
        *(LISTING, SHARE, PARTNER, WORD, PAIR, DISMISSED, VERDICT, FOUND, SEEN, NEAR_MISS, TALLY),
        *(TERM, FREQUENCIES, WEIGHTS),
    ),
    ddl=DDL + vocabulary.DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
