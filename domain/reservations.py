"""Reservations: what may exist once only (a SIRET, a mail address), each claimed in a stream of its own."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event
from domain.refused import Conflict, _


class SiretClaimed(Event, frozen=True):
    """A company takes this SIRET; nobody else can."""

    siret: str
    company_id: str


class MailAddressClaimed(Event, frozen=True):
    """A person takes this mail address, known here by its keyed hash only."""

    address_key: str
    member_id: str


class ClaimReleased(Event, frozen=True):
    """The claim came to nothing, or its holder was erased; it is free again."""

    holder: str


ReservationEvent = SiretClaimed | MailAddressClaimed | ClaimReleased


class Reservation(Struct, frozen=True):
    """Who holds the claim, if anyone."""

    holder: str | None


def evolve(reservation: Reservation | None, event: ReservationEvent) -> Reservation:
    """The reservation after `event`."""
    match event:
        case SiretClaimed():
            return Reservation(event.company_id)
        case MailAddressClaimed():
            return Reservation(event.member_id)
        case ClaimReleased():
            return replace(reservation or Reservation(None), holder=None)


class ClaimSiret(Command, frozen=True):
    """Take a SIRET for a company."""

    siret: str
    company_id: str


class ClaimMailAddress(Command, frozen=True):
    """Take a mail address for a person."""

    address_key: str
    member_id: str


class ReleaseClaim(Command, frozen=True):
    """Give a claim back."""

    holder: str


def claim_siret(command: ClaimSiret, reservation: Reservation | None) -> list[ReservationEvent]:
    """First come, first served; claiming again for the same company is no fault."""
    holder = reservation.holder if reservation else None
    if holder == command.company_id:
        return []
    if holder is not None:
        raise Conflict(_("A company with this SIRET is already registered."), field="siret")
    return [SiretClaimed(siret=command.siret, company_id=command.company_id)]


def claim_mail_address(command: ClaimMailAddress, reservation: Reservation | None) -> list[ReservationEvent]:
    """One person per address; claiming again for the same person is no fault."""
    holder = reservation.holder if reservation else None
    if holder == command.member_id:
        return []
    if holder is not None:
        raise Conflict(_("Someone with this mail address is already invited."), field="mail")
    return [MailAddressClaimed(address_key=command.address_key, member_id=command.member_id)]


def release_claim(command: ReleaseClaim, reservation: Reservation | None) -> list[ReservationEvent]:
    """Only what its holder still holds is released."""
    held = reservation is not None and reservation.holder == command.holder
    return [ClaimReleased(holder=command.holder)] if held else []
