"""How events change what waits for a zone's moderators, and the record of what they decided."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from domain import taxonomy, text_flags
from domain.companies import CompanyErased, CompanyRegistered
from domain.events import Event, Private, Recorded
from domain.listings import (
    AmendmentRequested,
    Content,
    DecisionTakenBack,
    Ground,
    ListingAmended,
    ListingApproved,
    ListingExpired,
    ListingFulfilled,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingReopened,
    ListingWithdrawn,
    ReviewOverdue,
    Side,
    Spared,
)
from domain.members import MemberErased, MemberInvited
from domain.sentences import STANDARD, SentenceDropped, SentenceKept
from domain.zones import RoleGranted, ZoneOpened, ZonePolicySet
from projections.model import Group, ReadModel, Rows, opened
from projections.moderation.rows import (
    AUTHOR,
    CASE,
    DDL,
    PERSON,
    PROMISE,
    SENTENCE,
    SUBJECT,
    AuthorRow,
    CaseRow,
    Outcome,
    PersonRow,
    PromiseRow,
    SentenceRow,
    SubjectRow,
    Words,
)

PROMISED: Final = 48
"""Hours, of a zone that has set no policy yet."""
UNREAD: Final[frozenset[Spared | None]] = frozenset({None, "trusted"})
"""What nobody of the zone has read when it is shown at once: for no reason but its policy, or since it trusts."""


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912  (one flat case per event)
    """Change what the event concerns."""
    match recorded.event:
        case ZoneOpened() as event:
            rows.put(PROMISE, PromiseRow(zone_id=event.zone_id, hours=PROMISED))
        case ZonePolicySet() as event:
            rows.put(PROMISE, PromiseRow(zone_id=event.zone_id, hours=event.review_within_hours))
        case MemberInvited() as event:
            rows.put(PERSON, PersonRow(member_id=event.member_id, name=opened(event.name)))
        case MemberErased() as event:
            _name(rows, event.member_id, name="")
        case RoleGranted(role="moderator" | "administrator") as event:
            _name(rows, event.member_id, zone_id=event.zone_id)
        case SentenceKept() as event:
            texts = {language: opened(text) for language, text in event.texts.items()}
            kept = SentenceRow(
                zone_id=event.zone_id,
                sentence_id=event.sentence_id,
                use=event.use,
                ground=event.ground,
                texts=texts,
            )
            rows.put(SENTENCE, kept)
        case SentenceDropped() as event:
            _drop_sentence(rows, event)
        case CompanyRegistered() as event:
            rows.put(AUTHOR, AuthorRow(company_id=event.company_id, name=opened(event.name)))
        case CompanyErased() as event:
            _erase(rows, event.company_id)
        case ListingPosted() as event:
            _post(rows, recorded, event)
        case ListingAmended() as event:
            _amend(rows, recorded, event)
        case ListingWithdrawn() | ListingExpired() | ListingFulfilled():
            for case in _waiting(rows, recorded.stream):
                rows.put(CASE, _closed(case, recorded, "lapsed"))
        case ListingRenewed() | ListingReopened():
            _reopen(rows, recorded)
        case ListingApproved() as event:
            _decide(rows, recorded, event, "approved")
        case ListingRejected() as event:
            _decide(rows, recorded, event, "rejected", event.ground, event.sentence)
        case AmendmentRequested() as event:
            _decide(rows, recorded, event, "amend", event.ground, event.sentence)
        case DecisionTakenBack() as event:
            _take_back(rows, recorded, event)
        case ReviewOverdue() as event:
            for case in _waiting(rows, recorded.stream, event.zone_id):
                rows.put(CASE, replace(case, overdue_at=recorded.at))
        case _:
            pass


def _name(rows: Rows, member_id: str, *, name: str | None = None, zone_id: str = "") -> None:
    person = rows.get(PERSON, member_id)
    if person is not None:
        zones = tuple(sorted({*person.zones, *([zone_id] if zone_id else ())}))
        rows.put(PERSON, replace(person, name=person.name if name is None else name, zones=zones))


def _drop_sentence(rows: Rows, event: SentenceDropped) -> None:
    """Those that every zone begins with are kept as dropped; a zone's own is gone."""
    standard = next((one for one in STANDARD if one.sentence_id == event.sentence_id), None)
    if standard is None:
        rows.drop(SENTENCE, event.zone_id, event.sentence_id)
        return
    without = SentenceRow(
        zone_id=event.zone_id,
        sentence_id=event.sentence_id,
        use=standard.use,
        ground=standard.ground,
        texts={},
        dropped=True,
    )
    rows.put(SENTENCE, without)


def _post(rows: Rows, recorded: Recorded, event: ListingPosted) -> None:
    author = rows.get(AUTHOR, event.company_id) or AuthorRow(company_id=event.company_id, name="")
    rows.put(AUTHOR, replace(author, posted=author.posted + 1))
    subject = SubjectRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        side=event.side,
        content_version=recorded.version,
        words=_words(event.content),
        flags=_flags(event.content, event.side),
        zones=tuple(sorted(event.zones)),
        pending=tuple(sorted(event.awaiting)),
    )
    rows.put(SUBJECT, subject)
    for zone_id in subject.zones:
        case = replace(_case(recorded, subject, zone_id), first=author.posted == 0)
        rows.put(CASE, _spared(case, recorded, event.spared.get(zone_id)))


def _amend(rows: Rows, recorded: Recorded, event: ListingAmended) -> None:
    known = rows.get(SUBJECT, event.listing_id)
    if known is None:
        return
    subject = replace(
        known,
        content_version=recorded.version,
        words=_words(event.content),
        flags=_flags(event.content, known.side),
        pending=tuple(sorted({*known.pending, *event.awaiting})),
    )
    rows.put(SUBJECT, subject)
    waiting = {case.zone_id: case for case in _waiting(rows, event.listing_id)}
    reworded = _read(subject.words) != _read(known.words)
    for zone_id in subject.zones:
        case = waiting.get(zone_id)
        if case is not None:
            # It keeps its place in the queue, and is still compared with what was last decided about.
            rows.put(CASE, _closed(case, recorded, "superseded"))
            renewed = _case(recorded, subject, zone_id)
            renewed = replace(renewed, since=case.since, first=case.first, before=case.before)
            rows.put(CASE, replace(renewed, overdue_at=case.overdue_at))
        elif zone_id in subject.pending or zone_id in event.answering or reworded:
            renewed = replace(_case(recorded, subject, zone_id), before=known.words)
            rows.put(CASE, _spared(renewed, recorded, event.spared.get(zone_id)))


def _spared(case: CaseRow, recorded: Recorded, why: Spared | None) -> CaseRow:
    """What somebody who moderates the zone wrote, or had written, is decided by that."""
    case = replace(case, spared=why)
    return case if why in UNREAD else _closed(case, recorded, "spared")


def _reopen(rows: Rows, recorded: Recorded) -> None:
    """A listing that comes back undecided waits again."""
    subject = rows.get(SUBJECT, recorded.stream)
    if subject is None:
        return
    waiting = {case.zone_id for case in _waiting(rows, recorded.stream)}
    for zone_id in subject.pending:
        if zone_id not in waiting:
            rows.put(CASE, _case(recorded, subject, zone_id))


def _decide(
    rows: Rows,
    recorded: Recorded,
    event: ListingApproved | ListingRejected | AmendmentRequested,
    outcome: Outcome,
    ground: Ground | None = None,
    sentence: Private | None = None,
) -> None:
    subject = rows.get(SUBJECT, recorded.stream)
    if subject is None:
        return
    left = tuple(zone for zone in subject.pending if zone != event.zone_id)
    rows.put(SUBJECT, replace(subject, pending=left))
    # A decision about a listing that did not wait (changed one's mind, or reviewed after) is on record all the same.
    for case in _waiting(rows, recorded.stream, event.zone_id) or [_case(recorded, subject, event.zone_id)]:
        decided = _closed(case, recorded, outcome)
        rows.put(CASE, replace(decided, alone=event.alone, ground=ground, sentence=opened(sentence)))


def _take_back(rows: Rows, recorded: Recorded, event: DecisionTakenBack) -> None:
    """The decision stays on record with who took it back; the listing waits where it stood."""
    subject = rows.get(SUBJECT, recorded.stream)
    if subject is None:
        return
    if event.status == "pending":
        subject = replace(subject, pending=tuple(sorted({*subject.pending, event.zone_id})))
        rows.put(SUBJECT, subject)
    for case in rows.of(CASE, "listing_id", recorded.stream):
        if case.zone_id == event.zone_id and case.decided_version == event.decided_version:
            rows.put(CASE, replace(case, taken_back_at=recorded.at, taken_back_by=recorded.actor))
            again = _case(recorded, subject, event.zone_id)
            rows.put(CASE, replace(again, since=case.since, first=case.first, before=case.before))


def _erase(rows: Rows, company_id: str) -> None:
    author = rows.get(AUTHOR, company_id)
    if author is not None:
        rows.put(AUTHOR, replace(author, name=""))
    for subject in rows.of(SUBJECT, "company_id", company_id):
        rows.put(SUBJECT, replace(subject, words=_blank(subject.words), flags=()))
    for case in rows.of(CASE, "company_id", company_id):
        before = _blank(case.before) if case.before else None
        rows.put(CASE, replace(case, words=_blank(case.words), before=before, flags=()))


def _waiting(rows: Rows, listing_id: str, zone_id: str = "") -> list[CaseRow]:
    cases = rows.of(CASE, "listing_id", listing_id)
    return [case for case in cases if case.outcome is None and zone_id in ("", case.zone_id)]


def _closed(case: CaseRow, recorded: Recorded, outcome: Outcome) -> CaseRow:
    return replace(
        case,
        outcome=outcome,
        decided_at=recorded.at,
        decided_by=recorded.actor,
        decided_version=recorded.version,
    )


def _case(recorded: Recorded, subject: SubjectRow, zone_id: str) -> CaseRow:
    return CaseRow(
        zone_id=zone_id,
        listing_id=subject.listing_id,
        opened_version=recorded.version,
        content_version=subject.content_version,
        company_id=subject.company_id,
        side=subject.side,
        since=recorded.at,
        first=False,
        shown=zone_id not in subject.pending,
        flags=subject.flags,
        words=subject.words,
        before=None,
    )


def _words(content: Content) -> Words:
    return Words(
        title=opened(content.title),
        description=opened(content.description),
        category=content.category,
        amount=content.quantity.amount,
        unit=content.quantity.unit,
        per=content.quantity.per,
        answers=content.answers,
        photos=content.photos,
        price=content.price,
        price_cents=content.price_cents,
        visibility=content.visibility,
    )


def _read(words: Words) -> Words:
    """What is read again when it changes, and no figure of it."""
    return replace(words, amount=Decimal(0), unit="", per=None, visibility="zone")


def _blank(words: Words) -> Words:
    chosen = {code: value for code, value in words.answers.items() if not taxonomy.ATTRIBUTES[code].is_typed}
    return replace(words, title="", description="", answers=chosen, photos=())


def _flags(content: Content, side: Side) -> tuple[str, ...]:
    text = f"{opened(content.title)}\n{opened(content.description)}"
    return tuple(sorted({flag.code for flag in text_flags.find(text, content.category, side)}))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    match recorded.event:
        case ListingPosted() as event:
            yield AUTHOR, "company_id", event.company_id
        case (
            ListingAmended()
            | ListingApproved()
            | ListingRejected()
            | AmendmentRequested()
            | DecisionTakenBack()
            | ListingWithdrawn()
            | ListingExpired()
            | ListingRenewed()
            | ListingFulfilled()
            | ListingReopened()
        ):
            yield SUBJECT, "listing_id", recorded.stream
            yield CASE, "listing_id", recorded.stream
        case ReviewOverdue():
            yield CASE, "listing_id", recorded.stream
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ZoneOpened, ZonePolicySet, CompanyRegistered, CompanyErased, ListingPosted, ListingAmended, ListingWithdrawn,
        ListingExpired, ListingRenewed, ListingApproved, ListingRejected, ListingFulfilled, ListingReopened,
        AmendmentRequested, DecisionTakenBack, ReviewOverdue, SentenceKept, SentenceDropped,
        MemberInvited, MemberErased, RoleGranted,
    }
)  # fmt: skip

MODERATION: Final = ReadModel(
    name="moderation",
    version=3,
    tables=(CASE, SUBJECT, AUTHOR, SENTENCE, PERSON, PROMISE),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
