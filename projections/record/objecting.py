"""How notices and appeals stand in the record."""

from __future__ import annotations

from msgspec.structs import replace

from domain.companies import SuspensionAppealDecided, SuspensionAppealed
from domain.events import Recorded
from domain.listings import AppealDecided, AppealLodged, ListingNotified, NoticeDecided
from domain.notices import ZoneNoticeAnswered, ZoneNotified
from projections.model import Rows, opened
from projections.record.entering import count, enter, enter_bare, enter_either, seconds
from projections.record.rows import APPEAL, ENTRY, NOTICE, SUBJECT, AppealRow, Kind, NoticeRow


def notify(rows: Rows, recorded: Recorded, event: ListingNotified) -> None:
    """Somebody notified a listing."""
    subject = rows.get(SUBJECT, event.listing_id, event.zone_id)
    if subject is None:
        return
    notice = NoticeRow(
        notice_id=event.notice_id,
        zone_id=event.zone_id,
        listing_id=event.listing_id,
        company_id=subject.company_id,
        of_version=event.of_version,
        reason=event.reason,
        why=opened(event.why),
        place=opened(event.where),
        name=opened(event.name),
        wants_answer=event.mail is not None,
        at=recorded.at,
    )
    rows.put(NOTICE, notice)
    told = {"ground": event.reason, "sentence": notice.why, "notice_id": event.notice_id, "about": event.of_version}
    enter(rows, recorded, subject, "notified", told)
    count(rows, recorded, event.zone_id, "notified", event.reason)


def answer(rows: Rows, recorded: Recorded, event: NoticeDecided) -> None:
    """The zone answered."""
    subject, notice = rows.get(SUBJECT, event.listing_id, event.zone_id), rows.get(NOTICE, event.notice_id)
    if subject is None or notice is None:
        return
    kind: Kind = "notice_hidden" if event.outcome == "hidden" else "notice_kept"
    sentence = _answered(rows, recorded, notice, event, kind)
    enter(rows, recorded, subject, kind, {"sentence": sentence, "notice_id": event.notice_id})


def _answered(
    rows: Rows, recorded: Recorded, notice: NoticeRow, event: NoticeDecided | ZoneNoticeAnswered, kind: Kind
) -> str:
    sentence = opened(event.sentence)
    decided = {"outcome": event.outcome, "sentence": sentence, "decided_at": recorded.at, "decided_by": recorded.actor}
    rows.put(NOTICE, replace(notice, **decided))
    count(rows, recorded, notice.zone_id, kind, notice.reason, seconds(notice.at, recorded.at))
    return sentence


def notify_zone(rows: Rows, recorded: Recorded, event: ZoneNotified) -> None:
    """Somebody gave notice of something else."""
    notice = NoticeRow(
        notice_id=event.notice_id,
        zone_id=event.zone_id,
        listing_id="",
        company_id="",
        of_version=0,
        reason=event.reason,
        why=opened(event.why),
        place=opened(event.where),
        name=opened(event.name),
        wants_answer=event.mail is not None,
        at=recorded.at,
    )
    rows.put(NOTICE, notice)
    enter_bare(rows, recorded, event.zone_id, "notified", ground=event.reason, sentence=notice.why)
    count(rows, recorded, event.zone_id, "notified", event.reason)


def answer_zone(rows: Rows, recorded: Recorded, event: ZoneNoticeAnswered) -> None:
    """The zone answered that."""
    notice = rows.get(NOTICE, event.notice_id)
    if notice is not None:
        kind: Kind = "notice_acted" if event.outcome == "acted" else "notice_kept"
        sentence = _answered(rows, recorded, notice, event, kind)
        enter_bare(rows, recorded, event.zone_id, kind, ground=notice.reason, sentence=sentence)


def appeal(
    rows: Rows, recorded: Recorded, event: AppealLodged | SuspensionAppealed, subject_id: str, against: int
) -> None:
    """A company appealed."""
    subject = rows.get(SUBJECT, subject_id, event.zone_id)
    appeal = AppealRow(
        appeal_id=event.appeal_id,
        zone_id=event.zone_id,
        subject_id=subject_id,
        company_id=subject.company_id if subject else subject_id,
        against=against,
        why=opened(event.why),
        at=recorded.at,
        lodged_by=recorded.actor,
    )
    rows.put(APPEAL, appeal)
    told = {"sentence": appeal.why, "appeal_id": event.appeal_id, "about": against}
    enter_either(rows, recorded, subject, event.zone_id, "appealed", told)
    count(rows, recorded, event.zone_id, "appealed")


def decide(rows: Rows, recorded: Recorded, event: AppealDecided | SuspensionAppealDecided) -> None:
    """The zone looked again."""
    appeal = rows.get(APPEAL, event.appeal_id)
    if appeal is None:
        return
    kind: Kind = "appeal_granted" if event.outcome == "granted" else "appeal_refused"
    sentence = opened(event.sentence)
    decided = {"outcome": event.outcome, "sentence": sentence, "decided_at": recorded.at, "decided_by": recorded.actor}
    rows.put(APPEAL, replace(appeal, **decided, by_another=event.by_another))
    told = {
        "sentence": sentence,
        "appeal_id": event.appeal_id,
        "about": appeal.against,
        "alone": not event.by_another,
    }
    subject = rows.get(SUBJECT, recorded.stream, event.zone_id)
    enter_either(rows, recorded, subject, event.zone_id, kind, told)
    count(rows, recorded, event.zone_id, kind, took=seconds(appeal.at, recorded.at))


def suspended_at(rows: Rows, event: SuspensionAppealed) -> int:
    """The version of the suspension that is in force."""
    versions = [
        entry.version
        for entry in rows.of(ENTRY, "subject_id", event.company_id)
        if entry.kind == "suspended" and entry.zone_id == event.zone_id
    ]
    return max(versions, default=0)
