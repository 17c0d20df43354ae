"""Notices: what anyone may say is wrong, and those that are about no listing in particular but a place in a zone."""

from __future__ import annotations

import re
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.appeals import given, must_decide, not_ones_own, said, was_answered_alike
from domain.commands import Command
from domain.companies import Company
from domain.events import Event, Private
from domain.refused import NotFound, Refused, _
from domain.zones import Zone

NoticeReason = Literal["unlawful", "dangerous", "not_theirs", "privacy", "rules", "other"]
NOTICE_REASONS: Final[tuple[NoticeReason, ...]] = (
    "unlawful",
    "dangerous",
    "not_theirs",
    "privacy",
    "rules",
    "other",
)
"""Why somebody gives notice: it is against the law, dangerous, not its author's to give, somebody's personal data,
against the rules of the zone, or something else."""
Answer = Literal["kept", "acted"]
MAIL: Final = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"()]+\.[^@\s<>,;:\"().]{2,}")
"""One address, that nothing else can follow: whoever gives notice is written to at what they typed."""
COMPANY: Final = re.compile(r"company-[0-9a-f]{8}-[0-9a-f-]{27}")
"""A company in the address of its page."""

# --- events -----------------------------------------------------------------------------------------------------


class ZoneNotified(Event, frozen=True):
    """Somebody says to a zone what is wrong at a place of its pages: the address they give, or how they name it.

    `name` and `mail` are the notifier's own, sealed under the notice.
    """

    notice_id: str
    zone_id: str
    where: Private
    reason: NoticeReason
    why: Private
    name: Private | None = None
    mail: Private | None = None
    language: str = "fr"


class ZoneNoticeAnswered(Event, frozen=True):
    """The zone says what came of it: nothing, or what it did."""

    notice_id: str
    zone_id: str
    outcome: Answer
    sentence: Private


NoticeEvent = ZoneNotified | ZoneNoticeAnswered

# --- state ------------------------------------------------------------------------------------------------------


class Notice(Struct, frozen=True):
    """A notice to a zone, the company whose page it names if it names one, and what it was answered."""

    zone_id: str
    company_id: str = ""
    outcome: Answer | None = None


def evolve(notice: Notice | None, event: NoticeEvent) -> Notice:
    """The notice after `event`."""
    if isinstance(event, ZoneNotified):
        named = COMPANY.search(event.where.text or "")
        return Notice(event.zone_id, named[0] if named else "")
    assert notice is not None
    return replace(notice, outcome=event.outcome)


# --- commands ---------------------------------------------------------------------------------------------------


class NotifyZone(Command, frozen=True):
    """Tell a zone what is wrong somewhere; `good_faith` is the statement article 16 of the DSA asks for."""

    notice_id: str
    zone_id: str
    where: str
    reason: NoticeReason
    why: str
    name: str = ""
    mail: str = ""
    language: str = "fr"
    good_faith: bool = False


class AnswerZoneNotice(Command, frozen=True):
    """Say what came of a notice."""

    notice_id: str
    zone_id: str
    outcome: Answer
    sentence: str


# --- decisions --------------------------------------------------------------------------------------------------


def notify_zone(command: NotifyZone, notice: Notice | None) -> list[NoticeEvent]:
    """Anyone may."""
    if notice is not None:
        return []
    check_notice(command.reason, command.why, command.mail, good_faith=command.good_faith)
    return [
        ZoneNotified(
            notice_id=command.notice_id,
            zone_id=command.zone_id,
            where=said(command.zone_id, command.where, _("Say where it is: its address, or its name."), field="where"),
            reason=command.reason,
            why=Private(command.zone_id, command.why.strip()),
            name=given(command.notice_id, command.name),
            mail=given(command.notice_id, command.mail),
            language=command.language,
        )
    ]


def answer_zone_notice(
    command: AnswerZoneNotice, notice: Notice | None, zone: Zone, company: Company | None
) -> list[NoticeEvent]:
    """A moderator of the zone, once; of the `company` whose page it names, another than its own people."""
    must_decide(command.actor, zone)
    if notice is None or notice.zone_id != command.zone_id:
        raise NotFound(_("There is no such notice."))
    not_ones_own(command.actor, company, zone)
    if was_answered_alike(notice.outcome, command.outcome):
        return []
    sentence = said(command.zone_id, command.sentence, _("Say why in a sentence: whoever gave notice reads it."))
    return [
        ZoneNoticeAnswered(
            notice_id=command.notice_id, zone_id=command.zone_id, outcome=command.outcome, sentence=sentence
        )
    ]


def check_notice(reason: NoticeReason, why: str, mail: str, *, good_faith: bool) -> None:
    """Refuse what is no notice, without a reason, an explanation or good faith; and what is no mail address."""
    if reason not in NOTICE_REASONS:
        raise Refused(_("Choose what is wrong with it."), field="reason")
    if not why.strip():
        raise Refused(_("Explain it in a few words: without them nobody can decide."), field="why")
    if mail.strip() and not MAIL.fullmatch(mail.strip()):
        raise Refused(_("This is no mail address: it looks like name@company.fr."), field="mail")
    if not good_faith:
        raise Refused(_("Tick that you say this in good faith: the law asks for it."), field="good_faith")
