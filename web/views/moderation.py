"""What those who run a zone decide on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import field

from web.views.frame import Choice, View, Zone
from web.views.listings import ListingCard


class ModerationForms(View, frozen=True, kw_only=True):
    """The two answers to one listing, each sent once."""

    approve_command: str
    reject_command: str
    seen_version: int


class ModerationItem(View, frozen=True, kw_only=True):
    """A listing that waits, `since` when. `flags` say why a person should look; `changes` are (what, before, after)."""

    card: ListingCard
    since: datetime
    description: str
    author: str
    forms: ModerationForms
    photos: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    first_listing: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    ground: str = ""


class ReportedMessage(View, frozen=True, kw_only=True):
    """A message between two companies that one of them reported: who wrote it, and why the other reports it."""

    message_id: str
    writer: str
    reader: str
    text: str
    photos: tuple[str, ...]
    at: datetime
    reported_at: datetime
    why: str


class ModerationPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/moderation`: the oldest first."""

    zone: Zone
    items: tuple[ModerationItem, ...]
    grounds: tuple[Choice, ...]
    batch_command: str
    policy: str = ""
    next: str | None = None
    decided_this_week: int = 0
    reported: tuple[ReportedMessage, ...] = ()
