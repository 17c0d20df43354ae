"""Who a mail is to: their name, address and language, from the log, which never lags."""

from __future__ import annotations

from msgspec import Struct

from domain import members
from domain.members import Member, MemberInvited
from marketplace.eventlog import EventLog
from marketplace.language import Language, known_language


class Recipient(Struct, frozen=True):
    """A person who can be written to."""

    member: Member
    name: str
    mail: str
    language: Language


def recipient(log: EventLog, member_id: str) -> Recipient | None:
    """The person of this id; None when there is none, or they were erased."""
    member = log.load(member_id, members.evolve).state
    first = log.history(member_id, limit=1)
    invited = first[0].event if first else None
    if member is None or member.erased or not isinstance(invited, MemberInvited):
        return None
    name, mail = invited.name.text, invited.mail.text
    if name is None or mail is None:
        return None
    return Recipient(member, name, mail, known_language(member.language))
