"""A company asks to join a zone: its person confirms their address, and those who answer for it decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company, checked_siret
from domain.events import Event, Private
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone, must_not_be_closed

Stage = Literal["asked", "confirmed", "agreed", "admitted", "refused", "lapsed"]
CONFIRM_WITHIN: Final = timedelta(days=7)
"""A request whose address nobody confirmed lapses after it, and what was typed is forgotten."""
NAME_LENGTH: Final = 100
WISH_LENGTH: Final = 400
MISSING: Final = {
    "company": _("Write the company’s name."),
    "trade": _("Say what the company does."),
    "address": _("Write the address of your site."),
    "person": _("Write your name."),
}
"""What is said of each thing a request cannot go without."""

# --- events -----------------------------------------------------------------------------------------------------


class JoinAsked(Event, frozen=True):
    """Somebody asks for a company to be let into a zone; their mail address is yet to be confirmed.

    Everything typed is sealed under the request itself, so that it can be forgotten without anything else.
    """

    joining_id: str
    zone_id: str
    siret: str
    company: Private
    trade: Private
    address: Private
    person: Private
    mail: Private
    wish: Private
    language: str = "fr"


class JoinConfirmed(Event, frozen=True):
    """The address is theirs. With a `company_id` its SIRET is known already, and its own people answer first."""

    joining_id: str
    zone_id: str
    company_id: str = ""


class JoinAgreed(Event, frozen=True):
    """Somebody of the company knows this colleague."""

    joining_id: str
    zone_id: str
    company_id: str


class JoinAdmitted(Event, frozen=True):
    """The zone admits the company, and the person acts for it."""

    joining_id: str
    zone_id: str
    company_id: str
    member_id: str


class JoinRefused(Event, frozen=True):
    """Turned away, with the reason the person is told; the words are the zone's, or the company's."""

    joining_id: str
    zone_id: str
    reason: Private


class JoinLapsed(Event, frozen=True):
    """Nobody confirmed the address in time: what was typed is forgotten, and anyone may ask anew."""

    joining_id: str
    zone_id: str


JoiningEvent = JoinAsked | JoinConfirmed | JoinAgreed | JoinAdmitted | JoinRefused | JoinLapsed

# --- state ------------------------------------------------------------------------------------------------------


class Joining(Struct, frozen=True):
    """A request and how far it has come; `company_id` is the company it is about, once there is one."""

    asked: JoinAsked
    stage: Stage = "asked"
    company_id: str = ""

    @property
    def waits_for_company(self) -> bool:
        """Whether the people of a company that is known already answer next."""
        return self.stage == "confirmed" and bool(self.company_id)


def evolve(joining: Joining | None, event: JoiningEvent) -> Joining:
    """The request after `event`."""
    if isinstance(event, JoinAsked):
        return Joining(event)
    assert joining is not None
    match event:
        case JoinConfirmed():
            return replace(joining, stage="confirmed", company_id=event.company_id)
        case JoinAgreed():
            return replace(joining, stage="agreed")
        case JoinAdmitted():
            return replace(joining, stage="admitted", company_id=event.company_id)
        case JoinRefused():
            return replace(joining, stage="refused")
        case JoinLapsed():
            return replace(joining, stage="lapsed")


# --- commands ---------------------------------------------------------------------------------------------------


class AskToJoin(Command, frozen=True):
    """Ask a zone to let a company in."""

    joining_id: str
    zone_id: str
    siret: str
    company: str
    trade: str
    address: str
    person: str
    mail: str
    wish: str
    language: str = "fr"


class ConfirmJoining(Command, frozen=True):
    """The link in the mail was used."""

    joining_id: str


class LapseJoining(Command, frozen=True):
    """The time to confirm the address is over."""

    joining_id: str


class AgreeToJoining(Command, frozen=True):
    """Somebody of the company says that this is a colleague."""

    joining_id: str


class AdmitJoining(Command, frozen=True):
    """Let the company in, and its person."""

    joining_id: str


class RefuseJoining(Command, frozen=True):
    """Turn it away, with a reason."""

    joining_id: str
    reason: str


# --- decisions --------------------------------------------------------------------------------------------------


def ask_to_join(command: AskToJoin, joining: Joining | None, zone: Zone) -> list[JoiningEvent]:
    """Anyone may ask a zone that is open; nothing happens until the address is confirmed."""
    if joining is not None:
        return []
    must_not_be_closed(zone, command.now)
    return [checked_request(command)]


def checked_request(command: AskToJoin) -> JoinAsked:
    """What is asked, as it will be kept; refuses what is missing or mistyped."""
    subject = command.joining_id
    return JoinAsked(
        joining_id=subject,
        zone_id=command.zone_id,
        siret=checked_siret(command.siret),
        company=Private(subject, _said(command.company, "company")),
        trade=Private(subject, _said(command.trade, "trade")),
        address=Private(subject, _said(command.address, "address")),
        person=Private(subject, _said(command.person, "person")),
        mail=Private(subject, command.mail),
        wish=Private(subject, command.wish.strip()[:WISH_LENGTH]),
        language=command.language,
    )


def lapse_joining(command: LapseJoining, joining: Joining | None) -> list[JoiningEvent]:
    """Only what nobody confirmed lapses; the clock asks."""
    joining = _of(joining)
    if joining.stage != "asked":
        return []
    return [JoinLapsed(joining_id=command.joining_id, zone_id=joining.asked.zone_id)]


def confirm_joining(
    command: ConfirmJoining, joining: Joining | None, zone: Zone, known: Company | None
) -> list[JoiningEvent]:
    """Whoever holds the link of the mail; `known` is the company with this SIRET, if there is one.

    A company that nobody acts for cannot answer for itself: the zone does, unless somebody acts for it by then.
    """
    joining = _of(joining)
    if joining.stage == "lapsed":
        raise Refused(_("This request was not confirmed in time, and is forgotten. Ask once more."))
    if joining.stage == "asked":
        must_not_be_closed(zone, command.now)
    if joining.stage != "asked" and not _answers_by_now(joining, known):
        return []
    company_id = known.company_id if known is not None and _answers(known) else ""
    return [JoinConfirmed(joining_id=command.joining_id, zone_id=joining.asked.zone_id, company_id=company_id)]


def agree_to_joining(command: AgreeToJoining, joining: Joining | None, company: Company | None) -> list[JoiningEvent]:
    """Only somebody who acts for the company can say who else does."""
    joining = _of(joining)
    if company is None or joining.company_id != company.company_id or not company.is_represented_by(command.actor):
        raise NotFound(_("There is no such request."))
    if not joining.waits_for_company:
        return []
    return [JoinAgreed(joining_id=command.joining_id, zone_id=joining.asked.zone_id, company_id=company.company_id)]


def may_admit(command: Command, joining: Joining | None, zone: Zone, company: Company | None) -> Joining:
    """The request, for whoever may complete it now.

    A zone admits companies; where it admitted this one long ago, its people's agreement is enough.
    """
    joining = _of(joining)
    colleague = company is not None and company.is_represented_by(command.actor)
    admitted = company is not None and zone.zone_id in company.zones
    if not (zone.allows(command.actor, "moderator", "facilitator", "administrator") or (colleague and admitted)):
        raise Forbidden(_("Only a moderator of the zone decides which companies it admits."))
    if joining.stage != "admitted":
        must_not_be_closed(zone, command.now)
    if joining.stage in ("asked", "lapsed"):
        raise Refused(_("The person has not confirmed their mail address yet."))
    if joining.waits_for_company or _answers_by_now(joining, company):
        raise Refused(_("This SIRET is known: somebody of the company must agree first."))
    if joining.stage == "refused":
        raise Refused(_("This request was turned away already."))
    if company is not None and company.standings.get(zone.zone_id) == "suspended":
        raise Refused(_("This company is suspended here: lift the suspension first."))
    if joining.asked.mail.erased and joining.stage != "admitted":
        raise Refused(_("The person has been erased meanwhile."))
    return joining


def admit_joining(
    command: AdmitJoining | AgreeToJoining, joining: Joining | None, company_id: str, member_id: str
) -> list[JoiningEvent]:
    """Noted last, once the company is admitted and its person acts for it: what was broken off is taken up again."""
    joining = _of(joining)
    if joining.stage == "admitted":
        return []
    admitted = JoinAdmitted(
        joining_id=command.joining_id, zone_id=joining.asked.zone_id, company_id=company_id, member_id=member_id
    )
    return [admitted]


def refuse_joining(
    command: RefuseJoining, joining: Joining | None, zone: Zone, company: Company | None
) -> list[JoiningEvent]:
    """While it waits for the company, its people decide; before and after that, the zone."""
    joining = _of(joining)
    if joining.waits_for_company:
        if company is None or not company.is_represented_by(command.actor):
            raise Forbidden(_("This SIRET is known: somebody of the company must agree first."))
        subject = company.company_id
    elif zone.allows(command.actor, "moderator", "facilitator", "administrator"):
        subject = zone.zone_id
    else:
        raise Forbidden(_("Only a moderator of the zone decides which companies it admits."))
    if joining.stage == "refused":
        return []
    if joining.stage == "admitted":
        raise Refused(_("This company is already admitted; it can be suspended."))
    if not command.reason.strip():
        raise Refused(_("Say why: the company is told."), field="reason")
    reason = Private(subject, command.reason.strip()[:WISH_LENGTH])
    return [JoinRefused(joining_id=command.joining_id, zone_id=joining.asked.zone_id, reason=reason)]


def company_of(joining_id: str) -> str:
    """The id of the company that a request brings, where its SIRET is new."""
    return joining_id.replace("joining-", "company-", 1)


def _answers(company: Company | None) -> bool:
    """Whether somebody acts for a company, and so says who else does."""
    return company is not None and not company.erased and bool(company.representatives)


def _answers_by_now(joining: Joining, company: Company | None) -> bool:
    """Whether the company of a request that the zone was to answer became known meanwhile: it is asked after all."""
    own = company is not None and company.company_id == company_of(joining.asked.joining_id)
    return joining.stage == "confirmed" and not joining.company_id and not own and _answers(company)


def _of(joining: Joining | None) -> Joining:
    if joining is None:
        raise NotFound(_("There is no such request."))
    return joining


def _said(text: str, field: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused(MISSING[field], field=field)
    if len(text) > NAME_LENGTH:
        raise Refused(_("This is too long: %(most)s characters at most."), field=field, most=NAME_LENGTH)
    return text
