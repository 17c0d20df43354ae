"""What the directory tells of a company, as far as it consents."""

from __future__ import annotations

from typing import Final

from domain.companies.commands import WriteDirectoryEntry
from domain.companies.events import (
    AUDIENCES,
    PARTS,
    Audience,
    CompanyEvent,
    DirectoryConsentGiven,
    DirectoryEntryWritten,
    Part,
)
from domain.companies.rules import represented
from domain.companies.state import Company
from domain.events import Private
from domain.refused import Refused, _
from domain.zones import Zone

ENTRY_LENGTH: Final = 600
CONTACT_LENGTH: Final = 200
USUALLY_SHOWN: Final[dict[Part, Audience]] = {"listed": "members"}
"""Before a company says anything: its neighbours, who deal with it, read its name and its trade."""


def write_directory_entry(
    command: WriteDirectoryEntry, company: Company | None, _zones: dict[str, Zone]
) -> list[CompanyEvent]:
    """Only the company speaks for itself here; those who run its zones do not consent in its place."""
    company = represented(command.actor, company)
    typed = {
        name: _checked(name, getattr(command, name), CONTACT_LENGTH if name == "contact" else ENTRY_LENGTH)
        for name in ("about", "offers", "seeks", "shares", "contact")
    }
    words = {name: Private(command.company_id, text) for name, text in typed.items()}
    entry = DirectoryEntryWritten(company_id=command.company_id, **words, hours=command.hours)
    shown = no_wider_than_listed(command.shown)
    events: list[CompanyEvent] = []
    if entry != company.entry and (company.entry is not None or any(typed.values()) or command.hours):
        events.append(entry)
    if shown != no_wider_than_listed(company.shown or USUALLY_SHOWN):
        events.append(DirectoryConsentGiven(company_id=command.company_id, shown=shown))
    return events


def no_wider_than_listed(shown: dict[Part, Audience]) -> dict[Part, Audience]:
    """Every part with its audience; none is wider than that of the name, which it is nothing without."""
    widest = AUDIENCES.index(shown.get("listed", "nobody"))
    return {part: AUDIENCES[min(AUDIENCES.index(shown.get(part, "nobody")), widest)] for part in PARTS}


def _checked(name: str, text: str, most: int) -> str:
    text = text.strip()
    if len(text) > most:
        raise Refused(_("This is too long: %(most)s characters at most."), field=name, most=most)
    return text
