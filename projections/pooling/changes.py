"""How events change who stands together, and which outlets there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from msgspec.structs import replace

from domain import outlets, taxonomy
from domain.companies import CompanyAdmitted, CompanyErased, CompanyReinstated, CompanySuspended
from domain.events import Event, Recorded
from domain.lexicon import VERSION as LEXICON_VERSION
from domain.listings import (
    AmendmentRequested,
    Content,
    DecisionTakenBack,
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
from domain.matching import MAILED, Match, Traits, judge, resized, traits
from domain.outlets import OutletAmended, OutletClosed, OutletContent, OutletOpened, Taking
from domain.places import Place
from domain.pooling import (
    PoolingDeclined,
    PoolingDropped,
    PoolingJoined,
    PoolingProposed,
    PoolingTakenUp,
    kind_of,
)
from projections import stock
from projections.model import Group, ReadModel, Rows, opened
from projections.pooling.outlets import content_of, row_of
from projections.pooling.rows import (
    ANSWER,
    DDL,
    LISTING,
    MEMBER,
    OUTLET,
    POOL,
    PRESENT,
    SHARE,
    TAKEN,
    AnswerRow,
    ListingRow,
    PoolRow,
    PresentRow,
    TakenRow,
)
from projections.pooling.seating import bucket_of, known_traits, seat, written


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one flat case per event
    """Change what the event concerns."""
    match recorded.event:
        case ListingPosted() as event:
            _post(rows, recorded, event)
        case ListingAmended() as event:
            row = rows.get(LISTING, event.listing_id)
            if row is not None:
                _save(rows, row, _left(rows, _amended(row, event)))
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
        case AmendmentRequested(hidden=True) as event:
            _decide(rows, recorded, event.zone_id, "pending")
        case DecisionTakenBack() as event:
            _decide(rows, recorded, event.zone_id, event.status)
        case CompanySuspended() as event:
            _suspend(rows, event.company_id, event.zone_id, suspended=True)
        case CompanyAdmitted() | CompanyReinstated() as event:
            _suspend(rows, event.company_id, event.zone_id, suspended=False)
        case CompanyErased() as event:
            for row in rows.of(LISTING, "company_id", event.company_id):
                _save(rows, row, replace(row, statuses={}))
                rows.drop(LISTING, row.listing_id)
        case _:
            _apply_rarer(rows, recorded)


def _apply_rarer(rows: Rows, recorded: Recorded) -> None:  # noqa: C901 - one flat case per event
    """Follow what is promised of listings, what people make of proposals, and what a zone tells of its outlets."""
    event = recorded.event
    if isinstance(event, stock.Move):
        stock.follow(rows, SHARE, recorded, event)
        row = rows.get(LISTING, recorded.stream)
        if row is not None:
            _save(rows, row, _left(rows, row))
        return
    match event:
        case PoolingProposed():
            _propose(rows, recorded, event)
        case PoolingJoined() | PoolingDeclined():
            _answer(rows, recorded, event)
        case PoolingDropped():
            _settle(rows, recorded, event.pooling_id, "dropped", reason=opened(event.reason))
        case PoolingTakenUp():
            _settle(rows, recorded, event.pooling_id, "taken_up", action_id=event.action_id)
        case OutletOpened():
            _tell(rows, recorded, event.outlet_id, event.zone_id, event.content)
        case OutletAmended():
            known = rows.get(OUTLET, event.outlet_id)
            if known is not None:
                _tell(rows, recorded, event.outlet_id, known.zone_id, event.content)
        case OutletClosed():
            known = rows.get(OUTLET, event.outlet_id)
            if known is not None:
                rows.put(OUTLET, replace(known, closed=True, version=recorded.version, amended_at=recorded.at))
                seat(rows, _no_longer_by(rows, event.outlet_id))
        case _:
            pass


# --- listings -----------------------------------------------------------------------------------------------------


def _post(rows: Rows, recorded: Recorded, event: ListingPosted) -> None:
    posted_on = recorded.at.date()
    posted = ListingRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        side=event.side,
        category=event.content.category,
        posted_on=posted_on,
        life="open",
        statuses={zone: "pending" if zone in event.awaiting else "approved" for zone in sorted(event.zones)},
        suspended=(),
        zones=(),
        latitude=float(event.place.latitude),
        longitude=float(event.place.longitude),
        amount=event.content.quantity.amount,
        free=event.content.quantity.amount,
        unit=event.content.quantity.unit,
        per=event.content.quantity.per,
        discreet=event.content.visibility == "facilitator",
        traits=_traits(event.listing_id, event.side, event.company_id, event.content, event.place, posted_on),
    )
    _save(rows, None, posted)


def _amended(row: ListingRow, event: ListingAmended) -> ListingRow:
    place = Place(Decimal(str(row.latitude)), Decimal(str(row.longitude)))
    statuses: dict[str, ZoneStatus] = {**row.statuses, **dict.fromkeys(event.awaiting, "pending")}
    return replace(
        row,
        category=event.content.category,
        life="open",
        statuses=statuses,
        amount=event.content.quantity.amount,
        unit=event.content.quantity.unit,
        per=event.content.quantity.per,
        discreet=event.content.visibility == "facilitator",
        traits=_traits(row.listing_id, row.side, row.company_id, event.content, place, row.posted_on),
    )


def _left(rows: Rows, row: ListingRow) -> ListingRow:
    """The listing with what is free of it now; while nothing is, its traits speak of the whole."""
    known = known_traits(row.traits)
    if known.quantity is None:
        return row
    whole = replace(known.quantity, amount=row.amount)
    counted = stock.stock(rows, SHARE, row.listing_id, row.side, row.category, whole)
    free = max(row.amount - counted.held - counted.taken, Decimal(0))
    weighed = replace(whole, amount=free or row.amount)
    if weighed != known.quantity:
        row = replace(row, traits=written(resized(known, weighed)))
    return replace(row, free=free)


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
    """Put a listing, and seat it anew, with whoever it takes something from, when anything changed for them."""
    pooled = kind_of(known_traits(after.traits)) is not None and not after.discreet
    shown = pooled and after.life == "open" and after.free > 0
    zones = sorted(zone for zone, status in after.statuses.items() if status == "approved") if shown else []
    after = replace(after, zones=tuple(zone for zone in zones if zone not in after.suspended))
    rows.put(LISTING, after)
    if before is not None and (before.zones, before.traits) == (after.zones, after.traits):
        return
    if before is None and not after.zones:
        return
    for present in rows.of(PRESENT, "listing_id", after.listing_id):
        rows.drop(PRESENT, present.bucket, after.listing_id)
    for zone_id in after.zones:
        bucket = bucket_of(after.side, after.category, zone_id)
        rows.put(PRESENT, PresentRow(bucket=bucket, listing_id=after.listing_id))
    if after.side == "offer":
        _look_for_takers(rows, after)
        seat(rows, [after.listing_id])
    else:
        seat(rows, [after.listing_id, *_take(rows, after)])


# --- who takes what -----------------------------------------------------------------------------------------------


def _look_for_takers(rows: Rows, offer: ListingRow) -> None:
    """Note the requests and outlets of its zones that take an offer as it is."""
    for taken in rows.of(TAKEN, "offer_id", offer.listing_id):
        rows.drop(TAKEN, offer.listing_id, taken.by)
    known = known_traits(offer.traits)
    for request in _present(rows, "request", offer.category, offer.zones):
        if _goes_with(known, known_traits(request.traits)):
            rows.put(TAKEN, TakenRow(offer_id=offer.listing_id, by=request.listing_id))
    for zone_id in offer.zones:
        for outlet in rows.of(OUTLET, "zone_id", zone_id):
            if not outlet.closed and isinstance(outlets.takes(content_of(outlet), known), Taking):
                rows.put(TAKEN, TakenRow(offer_id=offer.listing_id, by=outlet.outlet_id))


def _take(rows: Rows, request: ListingRow) -> list[str]:
    """Note which offers a request takes now; the offers that it took before, or takes now."""
    concerned = _no_longer_by(rows, request.listing_id)
    known = known_traits(request.traits)
    for offer in _present(rows, "offer", request.category, request.zones):
        if _goes_with(known_traits(offer.traits), known):
            rows.put(TAKEN, TakenRow(offer_id=offer.listing_id, by=request.listing_id))
            concerned.append(offer.listing_id)
    return sorted(set(concerned))


def _tell(rows: Rows, recorded: Recorded, outlet_id: str, zone_id: str, content: OutletContent) -> None:
    """Put an outlet, and note which offers of its zone it takes now."""
    rows.put(OUTLET, row_of(outlet_id, zone_id, content, recorded.version, recorded.at))
    concerned = _no_longer_by(rows, outlet_id)
    leaves = {leaf for line in content.accepts for leaf in _leaves(line.category)}
    for category in sorted(leaves):
        for offer in _present(rows, "offer", category, (zone_id,)):
            if isinstance(outlets.takes(content, known_traits(offer.traits)), Taking):
                rows.put(TAKEN, TakenRow(offer_id=offer.listing_id, by=outlet_id))
                concerned.append(offer.listing_id)
    seat(rows, sorted(set(concerned)))


def _no_longer_by(rows: Rows, taker_id: str) -> list[str]:
    """Forget what somebody took; the offers it was."""
    taken = rows.of(TAKEN, "by", taker_id)
    for row in taken:
        rows.drop(TAKEN, row.offer_id, taker_id)
    return [row.offer_id for row in taken]


def _goes_with(offer: Traits, request: Traits) -> bool:
    found = judge(offer, request, explained_from=NEVER)
    return isinstance(found, Match) and found.points >= MAILED


def _present(rows: Rows, side: Side, category: str, zones: Iterable[str]) -> list[ListingRow]:
    """The listings of a side and category that one of these zones shows."""
    buckets = [bucket_of(side, category, zone_id) for zone_id in zones]
    ids = sorted({present.listing_id for present in rows.of(PRESENT, "bucket", *buckets)}) if buckets else []
    return rows.of(LISTING, "listing_id", *ids) if ids else []


def _leaves(category: str) -> Sequence[str]:
    known = taxonomy.CATEGORIES.get(category)
    if known is None or known.level > 1:
        return (category,)
    return [leaf.code for leaf in taxonomy.leaves(category)]


NEVER: Final = 101
"""Points nobody reaches: reasons that would be dropped are not worked out."""

# --- what people make of it ---------------------------------------------------------------------------------------


def _propose(rows: Rows, recorded: Recorded, event: PoolingProposed) -> None:
    bucket = bucket_of("request" if event.kind == "need" else "offer", event.category, event.zone_id)
    pool = rows.get(POOL, event.pooling_id) or PoolRow(
        pooling_id=event.pooling_id, bucket=bucket, kind=event.kind, zone_id=event.zone_id, category=event.category
    )
    rows.put(POOL, replace(pool, stage="proposed", proposed_at=recorded.at))


def _answer(rows: Rows, recorded: Recorded, event: PoolingJoined | PoolingDeclined) -> None:
    pool = rows.get(POOL, event.pooling_id)
    if pool is None:
        return
    answer = AnswerRow(
        pooling_id=event.pooling_id,
        company_id=event.company_id,
        zone_id=pool.zone_id,
        answer="joined" if isinstance(event, PoolingJoined) else "declined",
        at=recorded.at,
    )
    rows.put(ANSWER, answer)
    given = [each.answer for each in rows.of(ANSWER, "pooling_id", event.pooling_id)]
    rows.put(POOL, replace(pool, joined=given.count("joined"), declined=given.count("declined")))


def _settle(
    rows: Rows,
    recorded: Recorded,
    pooling_id: str,
    stage: Literal["dropped", "taken_up"],
    *,
    reason: str = "",
    action_id: str = "",
) -> None:
    """A facilitator dropped it for a reason, or took it up."""
    pool = rows.get(POOL, pooling_id)
    if pool is None:
        return
    rows.put(POOL, replace(pool, stage=stage, settled_at=recorded.at, reason=reason, action_id=action_id))
    # Too few are left of those it was said about: they may stand together with others again.
    seat(rows, [member.listing_id for member in rows.of(MEMBER, "pooling_id", pooling_id)])


# --- the domain's traits ------------------------------------------------------------------------------------------


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
    return written(found)


# --- the read model -----------------------------------------------------------------------------------------------


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need, as far as it can be told before."""
    match recorded.event:
        case ListingPosted() as event:
            for zone_id in event.zones:
                for side in ("offer", "request"):
                    bucket = bucket_of(side, event.content.category, zone_id)
                    yield PRESENT, "bucket", bucket
                    yield POOL, "bucket", bucket
        case CompanySuspended() | CompanyAdmitted() | CompanyReinstated() | CompanyErased():
            yield LISTING, "company_id", recorded.stream
        case PoolingProposed() | PoolingJoined() | PoolingDeclined() | PoolingDropped() | PoolingTakenUp():
            yield POOL, "pooling_id", recorded.stream
            yield ANSWER, "pooling_id", recorded.stream
            yield MEMBER, "pooling_id", recorded.stream
        case OutletOpened() | OutletAmended() | OutletClosed():
            yield OUTLET, "outlet_id", recorded.stream
            yield TAKEN, "by", recorded.stream
        case _:
            listing_id = recorded.stream
            yield LISTING, "listing_id", listing_id
            yield SHARE, "listing_id", listing_id
            yield PRESENT, "listing_id", listing_id
            yield TAKEN, "offer_id", listing_id
            yield TAKEN, "by", listing_id
            yield MEMBER, "listing_id", listing_id


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ListingPosted, ListingAmended, ListingWithdrawn, ListingExpired, ListingRenewed, ListingApproved,
        ListingRejected, ListingFulfilled, ListingReopened, CompanySuspended, CompanyAdmitted, CompanyReinstated,
        CompanyErased, PoolingProposed, PoolingJoined, PoolingDeclined, PoolingDropped, PoolingTakenUp, OutletOpened,
        OutletAmended, OutletClosed, AmendmentRequested, DecisionTakenBack, *stock.MOVES,
    }
)  # fmt: skip

POOLING: Final = ReadModel(
    name="pooling",
    version=1_000 * LEXICON_VERSION + 3,
    tables=(LISTING, SHARE, PRESENT, TAKEN, POOL, MEMBER, ANSWER, OUTLET),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
