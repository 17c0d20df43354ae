"""Asking somebody, by their mail address, to act for a company or in a zone’s roles: they do once they accept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company, represented
from domain.events import Event, Private
from domain.refused import NotFound, Refused, _
from domain.zones import ROLES_BY, Role, Zone, administered, must_not_be_closed

ACCEPT_WITHIN: Final = timedelta(days=14)
"""What nobody accepted lapses after it, and the name and address are forgotten."""
CLOCK: Final = "system:clock"

# --- events -----------------------------------------------------------------------------------------------------


class AskedToAct(Event, frozen=True):
    """Somebody is asked to act for a company, or in these roles for the zone; nothing is theirs until they accept.

    Nobody is told whether the address is known here: name and address are sealed under this very request.
    """

    acting_id: str
    zone_id: str
    asked_by: str
    name: Private
    mail: Private
    company_id: str = ""
    roles: tuple[Role, ...] = ()
    language: str = "fr"


class ActingAccepted(Event, frozen=True):
    """Whoever reads the mail of that address accepts; they are a member, from before or from now on."""

    acting_id: str
    zone_id: str
    member_id: str


class AskingEnded(Event, frozen=True):
    """Taken back, or nobody accepted in time."""

    acting_id: str
    zone_id: str


ActingEvent = AskedToAct | ActingAccepted | AskingEnded

# --- state ------------------------------------------------------------------------------------------------------


class Acting(Struct, frozen=True):
    """What was asked, and who accepted; `ended` once nobody can any more."""

    asked: AskedToAct
    member_id: str = ""
    ended: bool = False


def evolve(acting: Acting | None, event: ActingEvent) -> Acting:
    """What was asked, after `event`."""
    if isinstance(event, AskedToAct):
        return Acting(event)
    assert acting is not None
    match event:
        case ActingAccepted():
            return replace(acting, member_id=event.member_id)
        case AskingEnded():
            return replace(acting, ended=True)


# --- commands ---------------------------------------------------------------------------------------------------


class InviteColleague(Command, frozen=True):
    """Ask a person to act for a company."""

    company_id: str
    acting_id: str
    name: str
    mail: str
    language: str = "fr"


class InviteToRole(Command, frozen=True):
    """Ask a person to act for a zone, in one role or several."""

    zone_id: str
    acting_id: str
    name: str
    mail: str
    roles: tuple[Role, ...]
    language: str = "fr"


class AcceptActing(Command, frozen=True):
    """The link of the mail was used; without a member at the address, one begins under `member_id`."""

    acting_id: str
    member_id: str


class EndAsking(Command, frozen=True):
    """Take it back, or note that its time is over."""

    acting_id: str


# --- decisions --------------------------------------------------------------------------------------------------


def invite_colleague(command: InviteColleague, acting: Acting | None, company: Company) -> list[ActingEvent]:
    """Whoever acts for a company asks a colleague to."""
    represented(command.actor, company)
    if not company.standings:
        raise Refused(_("A guest invites no colleagues: ask the zone whose guest your company is."))
    if acting is not None:
        return []
    home = min(company.zones or company.standings)
    return [_asked(command, home, company_id=command.company_id)]


def invite_to_role(command: InviteToRole, acting: Acting | None, zone: Zone) -> list[ActingEvent]:
    """An administrator asks somebody to act for the zone."""
    administered(command, zone, ROLES_BY)
    must_not_be_closed(zone, command.now)
    if acting is not None:
        return []
    return [_asked(command, command.zone_id, roles=command.roles)]


def accept_acting(
    command: AcceptActing, acting: Acting | None, company: Company | None, zone: Zone
) -> list[ActingEvent]:
    """Whoever holds the link of the mail, once, as long as whoever asked may still let others in."""
    acting = open_to_accept(acting)
    if acting.member_id:
        return []
    asked = acting.asked
    if asked.mail.erased or not _may_let_in(asked, company, zone):
        raise Refused(_("This invitation no longer holds: whoever sent it may let nobody in any more."))
    return [ActingAccepted(acting_id=command.acting_id, zone_id=asked.zone_id, member_id=command.member_id)]


def end_asking(command: EndAsking, acting: Acting | None, company: Company | None, zone: Zone) -> list[ActingEvent]:
    """Whoever could have asked may take it back; the clock ends what nobody accepted."""
    if acting is None or not (
        command.actor == CLOCK
        or (company is not None and company.is_represented_by(command.actor))
        or (not acting.asked.company_id and zone.allows(command.actor, "administrator"))
    ):
        raise NotFound(_("There is no such invitation."))
    if acting.ended or acting.member_id:
        return []
    return [AskingEnded(acting_id=command.acting_id, zone_id=acting.asked.zone_id)]


def open_to_accept(acting: Acting | None) -> Acting:
    """What was asked; refused where it was never, or is over."""
    if acting is None:
        raise NotFound(_("There is no such invitation."))
    if acting.ended:
        raise Refused(_("This invitation was taken back, or nobody took it up in time. Ask whoever sent it."))
    return acting


def _asked(
    command: InviteColleague | InviteToRole, zone_id: str, *, company_id: str = "", roles: tuple[Role, ...] = ()
) -> AskedToAct:
    return AskedToAct(
        acting_id=command.acting_id,
        zone_id=zone_id,
        asked_by=command.actor,
        name=Private(command.acting_id, command.name),
        mail=Private(command.acting_id, command.mail),
        company_id=company_id,
        roles=roles,
        language=command.language,
    )


def _may_let_in(asked: AskedToAct, company: Company | None, zone: Zone) -> bool:
    if asked.company_id:
        return company is not None and not company.erased and company.is_represented_by(asked.asked_by)
    return zone.allows(asked.asked_by, "administrator")
