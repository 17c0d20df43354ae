"""How events write the record of a zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import replace

from domain import taxonomy, text_flags
from domain.companies import (
    CompanyAdmitted,
    CompanyErased,
    CompanyRefused,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    Standing,
    SuspensionAppealDecided,
    SuspensionAppealed,
)
from domain.events import Event, Recorded
from domain.listings import (
    AmendmentRequested,
    AppealDecided,
    AppealLodged,
    Content,
    DecisionTakenBack,
    ListingAmended,
    ListingApproved,
    ListingExpired,
    ListingFulfilled,
    ListingNotified,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingReopened,
    ListingWithdrawn,
    NoticeDecided,
    ReviewOverdue,
    Side,
)
from domain.members import MemberErased, MemberInvited
from domain.notices import ZoneNoticeAnswered, ZoneNotified
from projections.model import Group, ReadModel, Rows, opened
from projections.record import objecting
from projections.record.entering import count, enter, enter_bare, lapse
from projections.record.rows import (
    APPEAL,
    ENTRY,
    MEASURE,
    NOTICE,
    PARTY,
    PERSON,
    SUBJECT,
    Kind,
    PartyRow,
    PersonRow,
    SubjectRow,
    Words,
)
from projections.record.tables import DDL

LIVES: Final[dict[type[Event], tuple[Kind, str]]] = {
    ListingWithdrawn: ("withdrawn", "withdrawn"),
    ListingExpired: ("expired", "expired"),
    ListingFulfilled: ("fulfilled", "fulfilled"),
    ListingRenewed: ("renewed", "open"),
    ListingReopened: ("reopened", "open"),
}
JUDGED: Final[dict[type[Event], tuple[Kind, Standing]]] = {
    CompanyAdmitted: ("admitted", "admitted"),
    CompanyRefused: ("not_admitted", "refused"),
    CompanySuspended: ("suspended", "suspended"),
    CompanyReinstated: ("reinstated", "admitted"),
}


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912  (one flat case per event)
    """Write what happened."""
    match recorded.event:
        case CompanyRegistered() as event:
            rows.put(PARTY, PartyRow(company_id=event.company_id, name=opened(event.name), standings={}))
        case MemberInvited() as event:
            rows.put(PERSON, PersonRow(member_id=event.member_id, name=opened(event.name)))
        case MemberErased() as event:
            rows.put(PERSON, PersonRow(member_id=event.member_id, name=""))
        case CompanyAdmitted() | CompanyRefused() | CompanySuspended() | CompanyReinstated() as event:
            _judge(rows, recorded, event.zone_id)
        case CompanyErased() as event:
            _erase(rows, recorded, event.company_id)
        case ListingPosted() as event:
            for zone_id in event.zones:
                _post(rows, recorded, event, zone_id)
        case ListingAmended() as event:
            for subject in rows.of(SUBJECT, "listing_id", event.listing_id):
                _amend(rows, recorded, event, subject)
        case ListingWithdrawn() | ListingExpired() | ListingFulfilled() | ListingRenewed() | ListingReopened():
            kind, life = LIVES[type(recorded.event)]
            for subject in rows.of(SUBJECT, "listing_id", recorded.stream):
                since = recorded.at if life == "open" and subject.status == "pending" else None
                enter(rows, recorded, subject, kind, life=life, since=since)
        case ListingApproved() | ListingRejected() | AmendmentRequested() | DecisionTakenBack() as event:
            _review(rows, recorded, event)
        case ReviewOverdue() as event:
            for subject in rows.of(SUBJECT, "listing_id", event.listing_id):
                if subject.zone_id == event.zone_id:
                    enter(rows, recorded, subject, "overdue")
        case ListingNotified() as event:
            objecting.notify(rows, recorded, event)
        case NoticeDecided() as event:
            objecting.answer(rows, recorded, event)
        case AppealLodged() as event:
            objecting.appeal(rows, recorded, event, event.listing_id, event.against)
        case SuspensionAppealed() as event:
            objecting.appeal(rows, recorded, event, event.company_id, objecting.suspended_at(rows, event))
        case AppealDecided() | SuspensionAppealDecided() as event:
            objecting.decide(rows, recorded, event)
        case ZoneNotified() as event:
            objecting.notify_zone(rows, recorded, event)
        case ZoneNoticeAnswered() as event:
            objecting.answer_zone(rows, recorded, event)
        case _:
            pass


# --- listings ---------------------------------------------------------------------------------------------------


def _post(rows: Rows, recorded: Recorded, event: ListingPosted, zone_id: str) -> None:
    waits = zone_id in event.awaiting
    subject = SubjectRow(
        listing_id=event.listing_id,
        zone_id=zone_id,
        company_id=event.company_id,
        side=event.side,
        words=_words(event.content),
        status="pending" if waits else "approved",
        life="open",
        visibility=event.content.visibility,
        content_version=recorded.version,
        flags=_flags(event.content, event.side),
    )
    enter(rows, recorded, subject, "posted", _spared(event, zone_id), since=recorded.at if waits else None)
    count(rows, recorded, zone_id, "posted")


def _amend(rows: Rows, recorded: Recorded, event: ListingAmended, subject: SubjectRow) -> None:
    waits, answers = subject.zone_id in event.awaiting, subject.zone_id in event.answering
    said: dict[str, Any] = {
        "words": _words(event.content),
        "visibility": event.content.visibility,
        "content_version": recorded.version,
        "flags": _flags(event.content, subject.side),
        "life": "open",
    }
    if waits:
        # Changed while it waits, it keeps its place in the queue.
        said |= {"status": "pending", "since": subject.since or recorded.at}
    if waits or answers:
        lapse(rows, recorded, subject.listing_id, subject.zone_id)
    enter(rows, recorded, subject, "amended", _spared(event, subject.zone_id), **said)


def _spared(event: ListingPosted | ListingAmended, zone_id: str) -> dict[str, Any]:
    """Why the zone did not read it first, where it would have."""
    return {"ground": event.spared.get(zone_id, "")}


def _review(
    rows: Rows,
    recorded: Recorded,
    event: ListingApproved | ListingRejected | AmendmentRequested | DecisionTakenBack,
) -> None:
    subject = rows.get(SUBJECT, recorded.stream, event.zone_id)
    if subject is None:
        return
    waited = int((recorded.at - subject.since).total_seconds()) if subject.since else None
    match event:
        case ListingApproved():
            told: dict[str, Any] = {"about": event.of_version, "alone": event.alone, "appeal_id": event.appeal_id}
            enter(rows, recorded, subject, "approved", told, status="approved", since=None)
            count(rows, recorded, event.zone_id, "approved", took=waited)
        case ListingRejected():
            told = {**_reasons(event), "notice_id": event.notice_id}
            enter(rows, recorded, subject, "rejected", told, status="rejected", since=None)
            count(rows, recorded, event.zone_id, "rejected", event.ground, waited)
        case AmendmentRequested():
            status = "pending" if event.hidden else subject.status
            enter(rows, recorded, subject, "change_asked", _reasons(event), status=status, since=None)
            count(rows, recorded, event.zone_id, "change_asked", event.ground, waited)
        case DecisionTakenBack():
            told = {"about": event.decided_version, "alone": event.alone}
            since = recorded.at if event.status == "pending" else None
            enter(rows, recorded, subject, "taken_back", told, status=event.status, since=since)
            count(rows, recorded, event.zone_id, "taken_back")
    # What it stood against, if anything, is over with it: a decision takes the place of the one before.
    lapse(rows, recorded, subject.listing_id, event.zone_id)


def _reasons(event: ListingRejected | AmendmentRequested) -> dict[str, Any]:
    sentence = opened(event.sentence)
    return {"ground": event.ground, "sentence": sentence, "about": event.of_version, "alone": event.alone}


# --- companies --------------------------------------------------------------------------------------------------


def _judge(rows: Rows, recorded: Recorded, zone_id: str) -> None:
    kind, standing = JUDGED[type(recorded.event)]
    party = rows.get(PARTY, recorded.stream)
    if party is None:
        return
    rows.put(PARTY, replace(party, standings={**party.standings, zone_id: standing}))
    reason = recorded.event.reason if isinstance(recorded.event, CompanyRefused | CompanySuspended) else None
    told = {"sentence": opened(reason)}
    enter_bare(rows, recorded, zone_id, kind, **told)
    count(rows, recorded, zone_id, kind)
    if kind in {"suspended", "reinstated"}:
        # What this does to each of its listings stands in the listing's own record.
        for subject in rows.of(SUBJECT, "company_id", recorded.stream):
            if subject.zone_id == zone_id:
                enter(rows, recorded, subject, kind, told)
    if kind == "reinstated":
        lapse(rows, recorded, recorded.stream, zone_id)


def _erase(rows: Rows, recorded: Recorded, company_id: str) -> None:
    """Its words are gone from every line; what was decided, when and by whom stays."""
    party = rows.get(PARTY, company_id)
    if party is not None:
        rows.put(PARTY, replace(party, name=""))
    for entry in rows.of(ENTRY, "company_id", company_id):
        said = {"words": _blank(entry.words) if entry.words else None, "flags": ()}
        # Its own words on an appeal go too; a zone's sentence is the zone's.
        rows.put(ENTRY, replace(entry, **said, sentence="" if entry.kind == "appealed" else entry.sentence))
    for appeal in rows.of(APPEAL, "company_id", company_id):
        rows.put(APPEAL, replace(appeal, why=""))
    for subject in rows.of(SUBJECT, "company_id", company_id):
        blank = replace(subject, words=_blank(subject.words), flags=(), erased=True)
        enter(rows, recorded, blank, "erased", since=None)


def _blank(words: Words) -> Words:
    chosen = {code: value for code, value in words.answers.items() if not taxonomy.ATTRIBUTES[code].is_typed}
    return replace(words, title="", description="", answers=chosen, photos=())


def _words(content: Content) -> Words:
    return Words(
        title=opened(content.title),
        description=opened(content.description),
        category=content.category,
        amount=content.quantity.amount,
        unit=content.quantity.unit,
        per=content.quantity.per,
        answers={code: value.replace("\0", "") for code, value in content.answers.items()},
        photos=content.photos,
    )


def _flags(content: Content, side: Side) -> tuple[str, ...]:
    text = f"{opened(content.title)}\n{opened(content.description)}"
    return tuple(sorted({flag.code for flag in text_flags.find(text, content.category, side)}))


# --- the model --------------------------------------------------------------------------------------------------

OF_LISTINGS: Final[frozenset[type[Event]]] = frozenset(
    {
        ListingPosted, ListingAmended, ListingApproved, ListingRejected, AmendmentRequested, DecisionTakenBack,
        ReviewOverdue, ListingNotified, NoticeDecided, AppealLodged, AppealDecided, *LIVES,
    }
)  # fmt: skip
OF_COMPANIES: Final[frozenset[type[Event]]] = frozenset(
    {CompanyRegistered, CompanyErased, SuspensionAppealed, SuspensionAppealDecided, *JUDGED}
)


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    event = recorded.event
    if type(event) in OF_LISTINGS:
        yield SUBJECT, "listing_id", recorded.stream
        yield APPEAL, "subject_id", recorded.stream
    if isinstance(event, ListingPosted):
        yield PARTY, "company_id", event.company_id
    if isinstance(event, ListingNotified | NoticeDecided | ZoneNoticeAnswered):
        yield NOTICE, "notice_id", event.notice_id
    if type(event) in OF_COMPANIES:
        yield PARTY, "company_id", recorded.stream
        yield SUBJECT, "company_id", recorded.stream
    if isinstance(event, CompanyErased | SuspensionAppealed):
        yield ENTRY, "company_id" if isinstance(event, CompanyErased) else "subject_id", recorded.stream
        yield APPEAL, "company_id", recorded.stream


RECORD: Final = ReadModel(
    name="record",
    version=2,
    tables=(ENTRY, SUBJECT, PARTY, PERSON, NOTICE, APPEAL, MEASURE),
    ddl=DDL,
    events=frozenset({*OF_LISTINGS, *OF_COMPANIES, MemberInvited, MemberErased, ZoneNotified, ZoneNoticeAnswered}),
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
