"""Which events may stand in which stream: the one list the event log, its catalogue and its samples follow."""

from __future__ import annotations

from typing import Final, get_args

from domain import (
    acting,
    bulletins,
    charters,
    companies,
    conversations,
    digests,
    federations,
    joining,
    listings,
    mail_runs,
    matches,
    members,
    notices,
    outlets,
    pooling,
    programme,
    purchases,
    reservations,
    sentences,
    zones,
)
from domain.events import Event

STREAMS: Final[dict[str, tuple[type[Event], ...]]] = {
    "zone": get_args(zones.ZoneEvent),
    "federation": get_args(federations.FederationEvent),
    "charter": get_args(charters.CharterEvent),
    "company": get_args(companies.CompanyEvent),
    "joining": get_args(joining.JoiningEvent),
    "acting": get_args(acting.ActingEvent),
    "member": get_args(members.MemberEvent),
    "listing": get_args(listings.ListingEvent),
    "conversation": get_args(conversations.ConversationEvent),
    "match": get_args(matches.MatchEvent),
    "pooling": get_args(pooling.PoolingEvent),
    "outlet": get_args(outlets.OutletEvent),
    "purchase": get_args(purchases.PurchaseEvent),
    "notice": get_args(notices.NoticeEvent),
    "bulletin": get_args(bulletins.BulletinEvent),
    "sentences": get_args(sentences.SentenceEvent),
    "digest": get_args(digests.DigestEvent),
    "run": get_args(mail_runs.MailRunEvent),
    "programme": get_args(programme.ProgrammeEvent),
    "siret": (reservations.SiretClaimed, reservations.ClaimReleased),
    "mail": (reservations.MailAddressClaimed, reservations.ClaimReleased),
}
"""By the word a stream's id begins with."""

EVENTS: Final[tuple[type[Event], ...]] = tuple(dict.fromkeys(event for kind in STREAMS.values() for event in kind))
"""Every event that may ever be stored, each once."""
