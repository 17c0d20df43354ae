"""Who may answer a notice or an appeal, and until when one may appeal: the same for listings and for companies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from domain.companies import Company
from domain.events import Private
from domain.refused import Conflict, Forbidden, Refused, _
from domain.zones import Role, Zone

APPEAL_WITHIN: Final = timedelta(days=183)
"""How long a decision may be appealed against: six months, as article 20 of the DSA has it."""
DECIDES: Final[tuple[Role, ...]] = ("moderator", "administrator")


class Answered(Conflict):
    """Somebody answered it otherwise meanwhile, or nothing is left to answer: it waits for nobody any more."""


class Decider(Struct, frozen=True):
    """Who took the decision that is appealed against, and when."""

    actor: str
    at: datetime


def must_decide(actor: str, zone: Zone) -> None:
    """Refuse whoever does not moderate the zone."""
    if not zone.allows(actor, *DECIDES):
        raise Forbidden(_("Only a moderator of the zone answers notices and appeals."))


def not_ones_own(actor: str, company: Company | None, zone: Zone) -> None:
    """Refuse who acts for the company it is about, where somebody else moderates the zone."""
    if company is not None and company.is_represented_by(actor) and _others(zone, actor, company):
        raise Forbidden(_("It is about your own company: another moderator of the zone answers it."))


def judged_by_another(actor: str, decider: Decider, company: Company, zone: Zone) -> bool:
    """Whether somebody else looks again than who had decided; refused where there is somebody, and it is not them."""
    not_ones_own(actor, company, zone)
    if actor != decider.actor:
        return True
    if _others(zone, actor, company):
        raise Forbidden(_("You took this decision: another moderator of the zone looks at it again."))
    return False


def check_in_time(now: datetime, decider: Decider) -> None:
    """Refuse an appeal against what was decided long ago."""
    if now >= decider.at + APPEAL_WITHIN:
        raise Refused(_("A decision may be appealed against for six months: they are over."), field="why")


def was_answered_alike(before: str | None, now: str) -> bool:
    """Whether somebody gave this answer already; refused where they gave another, or there is nothing left to answer.

    `before` is what was answered, or "lapsed" of an appeal against what is no longer in force.
    """
    if before == "lapsed":
        raise Answered(_("What this appeal was against is no longer in force: nothing is left to answer."))
    if before is not None and before != now:
        raise Answered(_("Somebody answered this otherwise while you were reading it."))
    return before == now


def said(subject: str, words: str, missing: str, *, field: str = "sentence") -> Private:
    """The words somebody has to give."""
    if not words.strip():
        raise Refused(missing, field=field)
    return Private(subject, words.strip())


def given(subject: str, words: str) -> Private | None:
    """The words somebody may give."""
    return Private(subject, words.strip()) if words.strip() else None


def _others(zone: Zone, actor: str, company: Company) -> frozenset[str]:
    """Who else moderates the zone, and does not act for the company."""
    return zone.reviewers - {actor.removeprefix("member:")} - company.representatives
