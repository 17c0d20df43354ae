"""Phones that several people of a company share."""

from __future__ import annotations

from typing import Final

from domain.companies.commands import PairPhone, RevokePhone
from domain.companies.events import CompanyEvent, PhonePaired, PhoneRevoked
from domain.companies.rules import known, represented
from domain.companies.state import Company
from domain.events import Private
from domain.refused import Refused, _
from domain.zones import Zone

MOST_PHONES: Final = 20
"""Shared phones of one company at a time: more than any dock has, few enough to be looked through."""
PHONE_NAME_LENGTH: Final = 60


def pair_phone(command: PairPhone, company: Company | None, _zones: dict[str, Zone]) -> list[CompanyEvent]:
    """Someone who acts for the company hands a phone to its people: a zone has no say in it."""
    company = represented(command.actor, company)
    if command.phone_id in company.phones:
        return []
    if len(company.phones) >= MOST_PHONES:
        raise Refused(_("A company has %(most)s shared phones at most: sign one out first."), most=MOST_PHONES)
    name = Private(command.company_id, checked_phone_name(command.name))
    return [PhonePaired(company_id=command.company_id, phone_id=command.phone_id, name=name)]


def checked_phone_name(name: str) -> str:
    """A name by which a shared phone is told from the others."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give the phone a name, such as “Dock phone”."), field="name")
    if len(name) > PHONE_NAME_LENGTH:
        raise Refused(_("A name has %(most)s characters at most."), field="name", most=PHONE_NAME_LENGTH)
    return name


def revoke_phone(command: RevokePhone, company: Company | None, _zones: dict[str, Zone]) -> list[CompanyEvent]:
    """Anyone who acts for the company takes a phone back; a phone may leave by itself, and take no other along."""
    itself = command.actor == f"guest:{command.phone_id}"
    company = known(company) if itself else represented(command.actor, company)
    if command.phone_id not in company.phones:
        return []
    return [PhoneRevoked(company_id=command.company_id, phone_id=command.phone_id)]
