"""Mail that came back: reads what relays and mail programs answer, and stops writing where it is in vain or unwelcome.

Understood are delivery status notifications (RFC 3464), complaints in abuse reporting format (RFC 5965), and the plain
letters that some relays write instead. Whoever cannot show the token of a return path is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from msgspec import Struct

from domain.members import MemberInvited, StopMail
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.eventlog import EventLog
from marketplace.outbox import Outbox
from marketplace.return_paths import ReturnPaths

ACTOR: Final = "system:outbox"
LONGEST: Final = 512 * 1024
"""Bytes of a returned mail that are read: what matters stands at its beginning."""
MOST_PARTS: Final = 30

Suppression = Literal["refused", "complaint"]
Why = Literal["address", "mailbox", "policy", "complaint", "later"]
"""address: it does not exist. mailbox: it takes nothing now. policy: this mail was not wanted there. complaint: the
reader calls it unwanted. later: it was late, or given up after many tries."""

STOPS: Final[dict[Why, Suppression]] = {"address": "refused", "complaint": "complaint"}
"""After these nothing more is sent to the address."""

_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY: Final = re.compile(r"(?<!\d)([45])(\d\d)[ -]")
_GONE: Final = re.compile(
    r"user unknown|unknown user|no such (?:user|address|recipient|mailbox)|mailbox (?:unavailable|not found)|"
    r"(?:address|recipient|user|account) (?:not found|does not exist|rejected|unknown|has been disabled)|"
    r"couldn't be found|wasn't found|invalid recipient|n[’']existe pas|introuvable|"
    r"utilisateur inconnu|adresse inconnue",
    re.IGNORECASE,
)
_FULL: Final = re.compile(r"mailbox (?:is )?full|over ?quota|quota exceeded|bo[îi]te pleine", re.IGNORECASE)
_LATER: Final = re.compile(
    r"will be retried|still trying|delayed|not yet been delivered|différé|retardé", re.IGNORECASE
)
_IN_WORDS: Final[tuple[tuple[re.Pattern[str], Why], ...]] = ((_LATER, "later"), (_FULL, "mailbox"), (_GONE, "address"))
_IS_A_BOUNCE: Final = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|failed)|failure notice|returned mail|mail delivery|"
    r"non remis|échec de la remise|non distribué",
    re.IGNORECASE,
)
_RECIPIENT_HEADERS: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Cc")
_NO_SUCH_NAME: Final = "1"
_MAILBOX: Final = "2"
_FULL_DETAIL: Final = "2"
_NO_SUCH_ADDRESS: Final = frozenset({"550", "551", "553"})


class Bounce(Struct, frozen=True):
    """A mail of ours that came back, and why."""

    mail_id: str
    why: Why


class Taken(Struct, frozen=True):
    """What reading one message led to, in one sentence for the operator's log."""

    said: str
    bounce: Bounce | None = None


def read(message: bytes, paths: ReturnPaths, recipient: str = "") -> Bounce | None:
    """What a message says about a mail of ours; None when it is something else: an absence, a success, a forgery.

    `recipient` is the address it was delivered to, where the mail server tells it besides the message.
    """
    parsed = message_from_bytes(message[:LONGEST], policy=policy.compat32)
    parts = list(_parts(parsed))
    mail_id = paths.mail_of(" ".join([recipient, *_headers(parsed, _RECIPIENT_HEADERS)]))
    report = next((part for part in parts if part.get_content_type() == "message/feedback-report"), None)
    if report is not None:
        return _complaint(report, parts, paths, mail_id)
    if mail_id is None:
        return None
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    why = _of_status(status) if status is not None else _of_letter(parsed, parts)
    return Bounce(mail_id, why) if why else None


class Bounces:
    """Takes in what came back, for one site."""

    def __init__(
        self,
        outbox: Outbox,
        marketplace: Marketplace,
        log: EventLog,
        paths: ReturnPaths,
    ) -> None:
        self._outbox = outbox
        self._marketplace = marketplace
        self._log = log
        self._paths = paths

    def take(self, message: bytes, now: datetime, recipient: str = "") -> Taken:
        """Read one message and do what follows from it; taken twice, it is noted once."""
        try:
            bounce = read(message, self._paths, recipient)
        except (MessageError, LookupError, ValueError):
            return Taken("It cannot be read, and is left aside.")
        if bounce is None:
            return Taken("It tells of no mail of ours that came back, and is left aside.")
        opened = self._outbox.message(bounce.mail_id)
        if opened is None or not self._outbox.came_back(bounce.mail_id, bounce.why, now):
            return Taken("It tells of a mail that is no longer known here.", bounce)
        if why := STOPS.get(bounce.why):
            self._stop(opened.mail.member_id, bounce.mail_id, why, now)
            return Taken(f"{bounce.why}: nothing more is sent to this address.", bounce)
        return Taken(f"{bounce.why}: noted.", bounce)

    def _stop(self, member_id: str, mail_id: str, why: Suppression, now: datetime) -> None:
        first = self._log.history(member_id, limit=1)
        invited = first[0].event if first else None
        # Whoever was erased meanwhile has no address any more, and gets no mail.
        if not isinstance(invited, MemberInvited) or invited.mail.text is None:
            return
        self._outbox.suppressions.suppress(self._marketplace.address_key(invited.mail.text), why, now)
        command_id = str(uuid5(UUID(mail_id), "stop"))
        stopping = StopMail(actor=ACTOR, now=now, command_id=command_id, member_id=member_id, by=why)
        with suppress(Refused):  # gone in this very moment
            self._marketplace.stop_mail(stopping)


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _headers(message: Message, names: tuple[str, ...]) -> list[str]:
    return [str(value) for name in names for value in message.get_all(name, [])]


def _complaint(report: Message, parts: list[Message], paths: ReturnPaths, mail_id: str | None) -> Bounce | None:
    """Somebody pressed “this is spam”; the report comes to one address, and shows the return path it had."""
    fields = _fields(report)
    if fields.get("feedback-type", "").lower() not in {"abuse", "fraud", "other"}:
        return None
    shown = " ".join(
        [fields.get("original-mail-from", ""), *(each for part in parts for each in _headers(part, ("Return-Path",)))]
    )
    # The mail itself may be shown as text: its head is read, and nothing of what it says.
    shown += " ".join(_head(part, "return-path") for part in parts if part.get_content_type() == "text/rfc822-headers")
    found = mail_id or paths.mail_of(shown)
    return Bounce(found, "complaint") if found else None


def _of_status(status: Message) -> Why | None:
    """RFC 3464: one block about the message, then one for each recipient; ours had one."""
    said = _fields(status)
    action = said.get("action", "failed").lower()
    if action == "delayed":
        return "later"
    if action != "failed":
        return None  # delivered, relayed or expanded: nothing came back
    code = _ENHANCED.search(said.get("status", "")) or _ENHANCED.search(said.get("diagnostic-code", ""))
    diagnosis = said.get("diagnostic-code", "")
    if code is None:
        return _of_text(diagnosis) or "later"
    return _of_code(*code.groups(), diagnosis=diagnosis)


def _of_code(kind: str, subject: str, detail: str, *, diagnosis: str) -> Why | None:
    """RFC 3463. 5.0.0 says nothing: what the relay wrote beside it may say more."""
    if kind == "4":
        return "later"
    if kind != "5":
        return None
    if subject == _NO_SUCH_NAME:
        return "address"
    if subject == _MAILBOX:
        return "mailbox" if detail == _FULL_DETAIL else "address" if detail == "1" else "mailbox"
    if subject == "0":
        return _of_text(diagnosis) or "policy"
    return "policy"


def _of_letter(message: Message, parts: list[Message]) -> Why | None:
    """A relay that wrote a letter instead; an absence notice or a person's answer is no such letter."""
    answered = str(message.get("Auto-Submitted", "")).lower().startswith("auto-replied")
    sender = str(message.get("From", "")).lower()
    relay = "mailer-daemon" in sender or "postmaster" in sender or not message.get("From")
    if answered or not (relay or _IS_A_BOUNCE.search(str(message.get("Subject", "")))):
        return None
    text = " ".join(_text(part) for part in parts if part.get_content_type() in {"text/plain", "text/html"})
    return _of_text(text) or "later"


def _of_text(text: str) -> Why | None:
    """What people wrote for people: words first, since codes in a letter may speak of an earlier try."""
    for words, why in _IN_WORDS:
        if words.search(text):
            return why
    if code := _ENHANCED.search(text):
        kind, subject, detail = code.groups()
        return _of_code(kind, subject if subject != "0" else "9", detail, diagnosis="")
    if reply := _REPLY.search(text):
        gone = reply[1] + reply[2] in _NO_SUCH_ADDRESS
        return "later" if reply[1] == "4" else "address" if gone else "policy"
    return None


def _fields(part: Message) -> dict[str, str]:
    """The fields of a report, of all its blocks; the first of each name."""
    found: dict[str, str] = {}
    payload: Any = part.get_payload()
    blocks = payload if isinstance(payload, list) else [message_from_bytes(str(payload).encode())]
    for block in blocks:
        for name, value in block.items():
            found.setdefault(name.lower(), str(value))
    return found


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return payload.decode(part.get_content_charset("utf-8"), "replace")


def _head(part: Message, name: str) -> str:
    return " ".join(line for line in _text(part).splitlines() if line.lower().startswith(f"{name}:"))
