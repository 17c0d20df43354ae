"""How events change who should meet whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from domain.companies import CompanyAdmitted, CompanyErased, CompanyReinstated, CompanySuspended
from domain.events import Event, Recorded
from domain.exchanges import InterestShown
from domain.lexicon import VERSION as LEXICON_VERSION
from domain.listings import (
    AmendmentRequested,
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
    ZoneStatus,
)
from domain.matches import MatchDismissed, MatchIntroduced, MatchJudged, MatchRestored, MatchSeen
from domain.programme import PROGRAMME, LexiconPublished, MatchWeightsSet
from domain.zones import PartnershipAgreed, PartnershipEnded
from projections import stock
from projections.matches import described, finding, opinions, rejudging, vocabulary
from projections.matches.keeping import keep
from projections.matches.rejudging import UNDERWAY
from projections.matches.rows import (
    CANDIDATE,
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
    SeenRow,
)
from projections.matches.vocabulary import FREQUENCIES, TERM, WEIGHTS
from projections.model import Group, ReadModel, Rows


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one flat case per event
    """Change what the event concerns."""
    if isinstance(recorded.event, stock.Move):
        _move(rows, recorded, recorded.event)
        return
    match recorded.event:
        case ListingPosted() as event:
            keep(rows, None, described.posted(rows, recorded, event), recorded.at)
        case ListingAmended() as event:
            row = rows.get(LISTING, event.listing_id)
            if row is not None:
                statuses: dict[str, ZoneStatus] = {**row.statuses, **dict.fromkeys(event.awaiting, "pending")}
                after = described.left(rows, described.amended(rows, row, event.content))
                keep(rows, row, replace(after, statuses=statuses, life="open"), recorded.at)
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
            _suspend(rows, recorded, event.company_id, event.zone_id, suspended=True)
        case CompanyAdmitted() | CompanyReinstated() as event:
            _suspend(rows, recorded, event.company_id, event.zone_id, suspended=False)
        case CompanyErased() as event:
            for row in rows.of(LISTING, "company_id", event.company_id):
                keep(rows, row, replace(row, statuses={}), recorded.at)
                rows.drop(LISTING, row.listing_id)
        case MatchSeen() as event:
            _see(rows, event.listing_id, event.other_listing_id, event.company_id, event.at)
        case MatchDismissed() | MatchRestored() | MatchJudged() | MatchIntroduced() as event:
            opinions.say(rows, recorded, event)
        case PartnershipAgreed() | PartnershipEnded() | LexiconPublished() | MatchWeightsSet() as event:
            rejudging.take_up(rows, recorded, event)
        case _:
            pass


def _move(rows: Rows, recorded: Recorded, event: stock.Move) -> None:
    """Follow what is promised and collected of a listing; an interest in a match also tells who looked at it."""
    stock.follow(rows, SHARE, recorded, event)
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        keep(rows, row, described.left(rows, row), recorded.at)
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
        keep(rows, row, replace(row, life=life), recorded.at)


def _decide(rows: Rows, recorded: Recorded, zone_id: str, status: ZoneStatus) -> None:
    row = rows.get(LISTING, recorded.stream)
    if row is not None:
        keep(rows, row, replace(row, statuses={**row.statuses, zone_id: status}), recorded.at)


def _suspend(rows: Rows, recorded: Recorded, company_id: str, zone_id: str, *, suspended: bool) -> None:
    for row in rows.of(LISTING, "company_id", company_id):
        zones = {*row.suspended, zone_id} if suspended else {*row.suspended} - {zone_id}
        keep(rows, row, replace(row, suspended=tuple(sorted(zones))), recorded.at)


def touches(recorded: Recorded) -> Iterator[Group]:  # noqa: C901 - one flat case per event
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
            | AmendmentRequested()
            | DecisionTakenBack()
            | ListingFulfilled()
            | ListingReopened()
        ):
            yield from _all_of(recorded.stream)
        case MatchSeen() as event:
            yield from _pair_of(event.listing_id, event.other_listing_id)
        case MatchDismissed() | MatchRestored() | MatchJudged() | MatchIntroduced() as event:
            for listing_id in (event.listing_id, event.other_listing_id):
                yield CANDIDATE, "listing_id", listing_id
            for table in (PAIR, DISMISSED, VERDICT):
                yield table, "a_id", min(event.listing_id, event.other_listing_id)
        case CompanySuspended() | CompanyAdmitted() | CompanyReinstated() | CompanyErased():
            yield LISTING, "company_id", recorded.stream
        case ListingPosted() as event:
            yield from _all_around(event)
        case LexiconPublished():
            yield FREQUENCIES, "programme", PROGRAMME
        case _:
            pass


def _all_around(event: ListingPosted) -> Iterator[Group]:
    """What a new listing may meet."""
    yield FREQUENCIES, "programme", PROGRAMME
    yield from finding.around(event.side, described.sought(event), event.zones)


def _all_of(listing_id: str) -> Iterator[Group]:
    """What may change when a listing does."""
    for table in (LISTING, CANDIDATE, SHARE):
        yield table, "listing_id", listing_id
    yield from finding.between(listing_id)


def _pair_of(one: str, other: str) -> Iterator[Group]:
    yield FOUND, "a_id", min(one, other)
    yield SEEN, "a_id", min(one, other)


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ListingPosted, ListingAmended, ListingWithdrawn, ListingExpired, ListingRenewed, ListingApproved,
        ListingRejected, ListingFulfilled, ListingReopened, CompanySuspended, CompanyAdmitted, CompanyReinstated,
        CompanyErased, MatchSeen, MatchDismissed, MatchRestored, MatchJudged, MatchIntroduced,
        LexiconPublished, MatchWeightsSet, PartnershipAgreed, PartnershipEnded, AmendmentRequested,
        DecisionTakenBack, *stock.MOVES,
    }
)  # fmt: skip

MATCHES: Final = ReadModel(
    name="matches",
    version=1_000 * LEXICON_VERSION + 7,
    tables=(
        *(LISTING, CANDIDATE, SHARE, PARTNER, WORD, PAIR, DISMISSED, VERDICT, FOUND, SEEN, NEAR_MISS, TALLY),
        *(TERM, FREQUENCIES, WEIGHTS, UNDERWAY),
    ),
    ddl=DDL + vocabulary.DDL + rejudging.DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
