"""What a facilitator captures on behalf of a company, and whom a zone spares the reading that comes first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from domain.commands import Command
from domain.companies import Company
from domain.events import Private
from domain.listings.events import Content, ListingDrafted, ListingPosted, Spared
from domain.zones import Zone

MODERATES: Final = ("moderator", "administrator")


class Capture(Struct, frozen=True):
    """Who wrote a listing on behalf of its company, and everything that was said and shown in it."""

    by: str
    said: frozenset[str]

    def covers(self, content: Content) -> bool:
        """Whether the content says and shows nothing else."""
        return _said(content) <= self.said


def captured_by(command: Command, company: Company) -> str:
    """Who writes this for the company without being of it; nobody when its own people do, or its shared phone."""
    on_behalf = command.for_company == company.company_id and not company.is_served_by(command.actor)
    return command.actor if on_behalf else ""


def of_draft(event: ListingDrafted) -> Capture | None:
    """What was captured as a draft: whatever was answered, under any field of the form."""
    if not event.captured_by or event.answers.text is None:
        return None
    answers = msgspec.json.decode(event.answers.text, type=dict[str, str])
    return Capture(event.captured_by, _spoken((*answers.values(), *event.photos)))


def of_posting(event: ListingPosted) -> Capture | None:
    """What was posted at once, for those who run the zone to see until the company publishes it."""
    return Capture(event.captured_by, _said(event.content)) if event.captured_by else None


def spared(
    command: Command, content: Content, captured: Capture | None, company: Company, zone: Zone, *, hazardous: bool
) -> Spared | None:
    """Why the zone does not read this first, if there is a reason; what may be hazardous no trust clears."""
    if zone.allows(command.actor, *MODERATES):
        if not company.is_represented_by(command.actor):
            return "moderator"
        if not others_than(company, zone):
            return "alone"
    if captured is not None and captured.covers(content) and _is_the_only_one(captured.by, zone):
        return "captured"
    approved = company.approved.get(zone.zone_id, frozenset())
    if zone.moderation == "trusted" and not hazardous and len(approved) >= zone.trusted_after:
        return "trusted"
    return None


def others_than(company: Company, zone: Zone) -> frozenset[str]:
    """The members who moderate the zone and do not act for the company."""
    return zone.reviewers - company.representatives


def _is_the_only_one(actor: str, zone: Zone) -> bool:
    """Whether this one person is facilitator, moderator and administrator: nobody is left for a second reading."""
    return zone.allows(actor, "facilitator") and zone.reviewers == {actor.removeprefix("member:")}


def _said(content: Content) -> frozenset[str]:
    private: tuple[Private, ...] = (
        content.title, content.description, *content.typed.values(), *content.photo_texts.values(),
    )  # fmt: skip
    return _spoken((content.category, *content.photos, *(text.text or "" for text in private)))


def _spoken(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.strip() for text in texts if text.strip())
