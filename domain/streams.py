"""Which events may stand in which stream: the one list the event log, its catalogue and its samples follow."""

from __future__ import annotations

from typing import Final, get_args

from domain import (
    bulletins,
    companies,
    conversations,
    digests,
    listings,
    mail_runs,
    matches,
    members,
    outlets,
    pooling,
    programme,
    purchases,
    reservations,
    zones,
)
from domain.events import Event

STREAMS: Final[dict[str, tuple[type[Event], ...]]] = {
    "zone": get_args(zones.ZoneEvent),
    "company": get_args(companies.CompanyEvent),
    "member": get_args(members.MemberEvent),
    "listing": get_args(listings.ListingEvent),
    "conversation": get_args(conversations.ConversationEvent),
    "match": get_args(matches.MatchEvent),
    "pooling": get_args(pooling.PoolingEvent),
    "outlet": get_args(outlets.OutletEvent),
    "purchase": get_args(purchases.PurchaseEvent),
    "bulletin": get_args(bulletins.BulletinEvent),
    "digest": get_args(digests.DigestEvent),
    "run": get_args(mail_runs.MailRunEvent),
    "programme": get_args(programme.ProgrammeEvent),
    "siret": (reservations.SiretClaimed, reservations.ClaimReleased),
    "mail": (reservations.MailAddressClaimed, reservations.ClaimReleased),
}
"""By the word a stream's id begins with."""

EVENTS: Final[tuple[type[Event], ...]] = tuple(dict.fromkeys(event for kind in STREAMS.values() for event in kind))
"""Every event that may ever be stored, each once."""
