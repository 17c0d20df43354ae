"""Who may say what of a proposal to act together, and when there is one at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.commands import Command
from domain.companies import Company
from domain.events import Private
from domain.listings import Listing
from domain.pooling.events import (
    Answer,
    Kind,
    Pooling,
    PoolingDeclined,
    PoolingDropped,
    PoolingEvent,
    PoolingJoined,
    PoolingProposed,
    PoolingTakenUp,
)
from domain.pooling.gathering import LEAST_COMPANIES
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

LONGEST_REASON: Final = 300
CLOCKWORK: Final = "system:"
"""How the actors begin that are no person: only they propose, because only they count."""


class ProposePooling(Command, frozen=True):
    """Propose what was counted: these listings of a zone, all of one category."""

    pooling_id: str
    kind: Kind
    zone_id: str
    category: str
    listing_ids: tuple[str, ...]


class JoinPooling(Command, frozen=True):
    """Say for a company that it would like to be part of it."""

    pooling_id: str
    company_id: str


class DeclinePooling(Command, frozen=True):
    """Say for a company that it would rather not."""

    pooling_id: str
    company_id: str


class DropPooling(Command, frozen=True):
    """Leave it at that, and say why."""

    pooling_id: str
    reason: str


class TakeUpPooling(Command, frozen=True):
    """Make something of it; `action_id` names the stream of the group action, where there is one."""

    pooling_id: str
    action_id: str = ""


def propose_pooling(
    command: ProposePooling, pooling: Pooling | None, listings: Sequence[Listing]
) -> list[PoolingEvent]:
    """One proposal for what three companies or more have in common; asked again, there is no second one."""
    if not command.actor.startswith(CLOCKWORK):
        raise Forbidden(_("The marketplace itself counts who needs the same: nobody proposes it by hand."))
    if pooling is not None:
        return []
    side = "request" if command.kind == "need" else "offer"
    standing = [
        listing
        for listing in listings
        if listing.life == "open"
        and listing.side == side
        and listing.content.category == command.category
        and listing.zones.get(command.zone_id) == "approved"
    ]
    companies = {listing.company_id for listing in standing}
    if len(companies) < LEAST_COMPANIES:
        raise Refused(_("Fewer than %(least)s companies stand together now."), least=LEAST_COMPANIES)
    return [
        PoolingProposed(
            pooling_id=command.pooling_id,
            kind=command.kind,
            zone_id=command.zone_id,
            category=command.category,
            listings=tuple(sorted(listing.listing_id for listing in standing)),
            companies=len(companies),
        )
    ]


def join_pooling(command: JoinPooling, pooling: Pooling | None, company: Company, zone: Zone) -> list[PoolingEvent]:
    """A company of the zone counts itself in, as long as the facilitator did not leave it at that."""
    pooling = _open_to(command, pooling, company, zone)
    joined = PoolingJoined(pooling_id=pooling.pooling_id, company_id=company.company_id)
    return _unless_said(pooling, company, "joined", joined)


def decline_pooling(
    command: DeclinePooling, pooling: Pooling | None, company: Company, zone: Zone
) -> list[PoolingEvent]:
    """A company of the zone does not want to be asked any more; it may change its mind."""
    pooling = _open_to(command, pooling, company, zone)
    declined = PoolingDeclined(pooling_id=pooling.pooling_id, company_id=company.company_id)
    return _unless_said(pooling, company, "declined", declined)


def drop_pooling(command: DropPooling, pooling: Pooling | None, zone: Zone) -> list[PoolingEvent]:
    """A facilitator says why nothing comes of it; once something did, it is not dropped any more."""
    pooling = _facilitated(command, pooling, zone)
    reason = " ".join(command.reason.split())
    if not reason:
        raise Refused(_("Say why: the companies concerned read it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Write %(most)s characters at most."), field="reason", most=LONGEST_REASON)
    if pooling.stage == "taken_up":
        raise Conflict(_("This was taken up already: it is followed where it goes on."))
    if pooling.stage == "dropped":
        return []
    return [PoolingDropped(pooling_id=pooling.pooling_id, reason=Private(zone.zone_id, reason))]


def take_up_pooling(command: TakeUpPooling, pooling: Pooling | None, zone: Zone) -> list[PoolingEvent]:
    """A facilitator makes something of it, even of what was dropped; a group action is named once."""
    pooling = _facilitated(command, pooling, zone)
    if pooling.stage == "taken_up" and command.action_id in ("", pooling.action_id):
        return []
    if pooling.action_id:
        raise Conflict(_("This was taken up already: it is followed where it goes on."))
    return [PoolingTakenUp(pooling_id=pooling.pooling_id, action_id=command.action_id)]


def _unless_said(pooling: Pooling, company: Company, answer: Answer, event: PoolingEvent) -> list[PoolingEvent]:
    return [] if pooling.answers.get(company.company_id) == answer else [event]


def _known(pooling: Pooling | None) -> Pooling:
    if pooling is None:
        raise NotFound(_("There is no such proposal."))
    return pooling


def _facilitated(command: Command, pooling: Pooling | None, zone: Zone) -> Pooling:
    pooling = _known(pooling)
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone decides what becomes of a proposal."))
    return pooling


def _open_to(command: Command, pooling: Pooling | None, company: Company, zone: Zone) -> Pooling:
    pooling = _known(pooling)
    on_behalf = command.for_company == company.company_id and zone.allows(command.actor, "facilitator")
    if not (company.is_represented_by(command.actor) or on_behalf):
        raise Forbidden(_("Only someone who acts for the company can answer for it."))
    if pooling.zone_id not in company.zones:
        raise NotFound(_("There is no such proposal."))
    if pooling.stage == "dropped":
        raise Conflict(_("The facilitator has left it at that: the proposal is closed."))
    return pooling
