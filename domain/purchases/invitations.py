"""A supplier's personal link: who was asked for a quote without an account, until when, and whether it still may."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Event, Private

Standing = Literal["open", "revoked", "closed"]


class Invitation(Struct, frozen=True):
    """A link as decisions know it: until when it may be used, and whether the organiser ended it before."""

    until: datetime
    standing: Standing = "open"

    def is_open(self, now: datetime) -> bool:
        """Whether a quote may still come by it."""
        return self.standing == "open" and now < self.until


class SupplierInvited(Event, frozen=True):
    """The organiser asks a supplier by name: whoever holds the link enters that supplier's quote.

    The supplier's `name` is the zone's to keep, like that of every quote; `mail` is the supplier's own, under the key
    of the `invitation_id`. Of the link only `token_sha256` is kept: what the log says opens nothing.
    """

    purchase_id: str
    invitation_id: str
    name: Private
    until: datetime
    token_sha256: str
    mail: Private | None = None


class SupplierLinkRevoked(Event, frozen=True):
    """The organiser takes one link back; what came by it stays."""

    purchase_id: str
    invitation_id: str


class QuotingClosed(Event, frozen=True):
    """No quote comes by any link given out so far."""

    purchase_id: str


InvitationEvent = SupplierInvited | SupplierLinkRevoked | QuotingClosed


def invited(links: dict[str, Invitation], event: InvitationEvent) -> dict[str, Invitation]:
    """The links after `event`."""
    match event:
        case SupplierInvited():
            return {**links, event.invitation_id: Invitation(event.until)}
        case SupplierLinkRevoked():
            return {**links, event.invitation_id: replace(links[event.invitation_id], standing="revoked")}
        case QuotingClosed():
            return {
                link: replace(known, standing="closed") if known.standing == "open" else known
                for link, known in links.items()
            }
