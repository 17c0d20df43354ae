"""Mail that was sent, for whoever got it and for an administrator: what, when, what became of it, and its exact text.

The log proves the weekly mail for ever; the outbox knows every mail, and its text as long as that is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from typing import Any, Final

from domain.digests import Why, monday_of
from domain.refused import NotFound, _
from marketplace.bounces import Why as Returned
from marketplace.links import without_secrets
from marketplace.outbox import Kind, Mail, Opened
from projections import mail_log
from projections.mail_log import MAIL_LOG, MailRow
from web.views.mail import SentMail, SentMailPage
from web.visits import Visit

A_PAGE: Final = 25
KINDS: Final[dict[Kind, str]] = {
    "digest": _("Weekly mail"),
    "bulletin": _("Announcement of the zone"),
    "sign_in": _("Sign-in link"),
    "security": _("Change of the account"),
    "decision": _("Decision about a listing"),
    "exchange": _("Exchanges, purchases and listings"),
    "invitation": _("Invitation"),
    "summary": _("What waits for moderation"),
    "quote_request": _("Request for a quote"),
    "zone_note": _("News of the zone itself"),
    "left_behind": _("A company without anybody"),
    "joining": _("Joining a zone, and the people of a company"),
    "objection": _("Notices, appeals and suspensions"),
}
STATES: Final = {
    "prepared": _("waiting"),
    "due": _("waiting"),
    "claimed": _("waiting"),
    "inflight": _("on its way"),
    "sent": _("taken by the mail server"),
    "refused": _("not sent"),
    "unknown": _("perhaps sent: the mail server did not answer"),
    "skipped": _("not needed"),
}
SKIPPED: Final[dict[Why, str]] = {
    "nothing_to_say": _("no mail: nothing new"),
    "stopped": _("no mail: stopped"),
    "not_this_week": _("no mail: another week, by the rhythm chosen"),
    "erased": _("no mail: erased"),
    "held": _("no mail: held back by the zone"),
    "paused": _("no mail: resting"),
}
RETURNED: Final[dict[Returned, str]] = {
    "address": _("came back: there is no such mailbox"),
    "mailbox": _("came back: the mailbox takes nothing at this time"),
    "policy": _("came back: it was not wanted there"),
    "complaint": _("reported as unwanted"),
    "later": _("came back: the mail server over there does not answer"),
}
BETWEEN_COMPANIES: Final[frozenset[Kind]] = frozenset({"exchange", "sign_in", "security", "invitation"})
"""What two companies wrote each other, and what opens a door, is for their readers alone."""


def weekly(visit: Visit, row: MailRow, address: Callable[[str], str]) -> SentMail:
    """One week of a person, from the log: a mail, or why there was none."""
    said = SKIPPED[row.why] if row.why else STATES[row.state]
    return SentMail(
        what=visit.say(_("Week of %(day)s"), day=visit.wording.day(monday_of(row.period))),
        subject="",
        at=row.settled_at or row.prepared_at,
        outcome=visit.say(said),
        well=row.state in ("sent", "skipped", "prepared"),
        href="" if row.state == "skipped" else address(row.period),
    )


def other(visit: Visit, opened: Opened, address: Callable[[str], str]) -> SentMail:
    """One mail of the outbox; its subject as long as its text is kept."""
    mail = opened.mail
    return SentMail(
        what=visit.say(KINDS[mail.kind]),
        subject=opened.letter.subject if opened.letter else "",
        at=mail.settled_at or mail.created_at,
        outcome=outcome(visit, mail),
        well=mail.state != "refused" and not mail.returned,
        href="" if mail.state == "skipped" else address(mail.id),
    )


def outcome(visit: Visit, mail: Mail) -> str:
    """What became of a mail, said."""
    why: Any = mail.returned
    return visit.say(RETURNED[why] if why else STATES[mail.state])


async def found(visit: Visit, member_id: str, which: str) -> Opened:
    """A mail of a person by its id, or the weekly one by its period; any other is missing."""
    outbox = visit.services.outbox

    def look() -> Opened | None:
        weekly = outbox.digest(member_id, which)
        return outbox.message(weekly.id if weekly else which)

    opened = await visit.services.blocking(look)
    if opened is None or opened.mail.member_id != member_id or opened.mail.state == "skipped":
        raise NotFound(_("There is no such mail."))
    return opened


async def proof(visit: Visit, opened: Opened, *, to: str, back: str, source: str = "") -> SentMailPage:
    """One mail with all that is known of it; without `source`, for an administrator, the links are cut short."""
    mail, letter = opened.mail, opened.letter
    for_reader = bool(source)
    shown = letter if letter and (for_reader or mail.kind not in BETWEEN_COMPANIES) else None
    fit = str if for_reader else without_secrets
    parsed = message_from_bytes(shown.source.encode("ascii"), policy=policy.default) if shown else None
    text = parsed.get_body(("plain",)) if parsed else None
    return SentMailPage(
        what=visit.say(KINDS[mail.kind]),
        to=to,
        subject=letter.subject if letter else "",
        facts=tuple((visit.say(name), value) for name, value in await _facts(visit, opened) if value),
        back=back,
        headers=tuple((name, fit(str(value))) for name, value in parsed.items()) if parsed else (),
        text=fit(text.get_content()) if text else "",
        source=shown.source if shown and for_reader else "",
        source_href=source if shown else "",
        days=visit.services.settings.mail_kept_days,
        for_readers_only=letter is not None and shown is None,
        powerless=not for_reader,
    )


async def _facts(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    mail, letter = opened.mail, opened.letter
    zones = await visit.services.zones()
    zone = next((each for each in zones if each.zone_id == mail.zone_id), None)

    def said(at: object) -> str:
        return visit.wording.moment(at, zone.time_zone if zone else "UTC") if at else ""  # type: ignore[arg-type]  # a moment, as just asked

    logged = await _logged(visit, mail)
    intact = letter is not None and letter.sha256 == mail.sha256
    return [
        (_("Written"), said(mail.created_at)),
        (_("Outcome"), outcome(visit, mail)),
        (_("Since"), said(mail.settled_at)),
        (_("Came back"), said(mail.returned_at)),
        (_("Tries"), str(mail.attempts)),
        (_("Answer of the mail server"), str(mail.code) if mail.code else ""),
        (_("Number of the mail"), mail.message_id),
        (_("Fingerprint of its bytes (SHA-256)"), mail.sha256),
        (_("Compared"), visit.say(_("The text below has this fingerprint.")) if intact else ""),
        (_("In the log"), visit.say(_("The log holds the same fingerprint.")) if logged else ""),
        (_("Template"), mail.template),
    ]


async def _logged(visit: Visit, mail: Mail) -> bool:
    if mail.kind != "digest":
        return False
    async with visit.reading(MAIL_LOG) as read:
        row = await read.one(mail_log.of_digest(mail.digest_id))
    return row is not None and row.sha256 == mail.sha256


def period_named(text: str) -> date | None:
    """The Monday of a period in an address; None when it is none."""
    try:
        return monday_of(text)
    except ValueError:
        return None
