"""What is held against a listing, and against a decision about it: notices by anyone, appeals by its company."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain.companies import AppealOutcome
from domain.events import Event, Private
from domain.notices import NoticeReason

NoticeOutcome = Literal["kept", "hidden"]

# --- events -----------------------------------------------------------------------------------------------------


class ListingNotified(Event, frozen=True):
    """Somebody, with or without an account, says to a zone what is wrong with a listing (article 16 of the DSA).

    `of_version` is that of the words they had before them, `where` the place in it they mean. `name` and `mail` are
    the notifier's own, sealed under the notice, and given to nobody but the zone's moderators.
    """

    listing_id: str
    zone_id: str
    notice_id: str
    of_version: int
    reason: NoticeReason
    why: Private
    where: Private | None = None
    name: Private | None = None
    mail: Private | None = None
    language: str = "fr"


class NoticeDecided(Event, frozen=True):
    """A zone answers a notice: the listing stays, or is hidden; the sentence is for the notifier and the company."""

    listing_id: str
    zone_id: str
    notice_id: str
    outcome: NoticeOutcome
    sentence: Private


class AppealLodged(Event, frozen=True):
    """The company asks the zone to look again at what hides its listing: the decision of version `against`."""

    listing_id: str
    zone_id: str
    appeal_id: str
    against: int
    why: Private


class AppealDecided(Event, frozen=True):
    """The zone looked again. `by_another` tells whether it was somebody else than who had decided."""

    listing_id: str
    zone_id: str
    appeal_id: str
    outcome: AppealOutcome
    sentence: Private
    by_another: bool


ObjectionEvent = ListingNotified | NoticeDecided | AppealLodged | AppealDecided

# --- state ------------------------------------------------------------------------------------------------------


class Notice(Struct, frozen=True):
    """A notice to one zone, and what it was answered."""

    zone_id: str
    outcome: NoticeOutcome | None = None


class Appeal(Struct, frozen=True):
    """An appeal to one zone, against which version of the stream, and what came of it.

    It lapses, unanswered, with what it was lodged against.
    """

    zone_id: str
    against: int
    outcome: AppealOutcome | Literal["lapsed"] | None = None


class Objections(Struct, frozen=True):
    """All notices and appeals of a listing, by their ids.

    `restrictions` are the versions of what hides it, by zone, as long as it is in force: refusals, and changes that
    are asked for before it is shown.
    """

    notices: dict[str, Notice] = field(default_factory=dict)
    appeals: dict[str, Appeal] = field(default_factory=dict)
    restrictions: dict[str, int] = field(default_factory=dict)

    def waiting(self, zone_id: str) -> tuple[str, ...]:
        """The notices this zone has not answered, the first that came first."""
        return tuple(
            one for one, notice in self.notices.items() if notice.zone_id == zone_id and notice.outcome is None
        )

    def restricted(self, zone_id: str, version: int) -> Objections:
        """With a decision in force that hides it, and instead of any other: what was appealed before is over."""
        lifted = self.lifted(zone_id)
        return replace(lifted, restrictions={**lifted.restrictions, zone_id: version})

    def lifted(self, *zone_ids: str) -> Objections:
        """With nothing that hides it in these zones: what was appealed against there is over."""
        left = {zone: version for zone, version in self.restrictions.items() if zone not in zone_ids}
        appeals = {
            one: replace(appeal, outcome=appeal.outcome or "lapsed") if appeal.zone_id in zone_ids else appeal
            for one, appeal in self.appeals.items()
        }
        return replace(self, restrictions=left, appeals=appeals)


def evolve(objections: Objections, event: ObjectionEvent) -> Objections:
    """The objections after `event`."""
    match event:
        case ListingNotified():
            return replace(objections, notices={**objections.notices, event.notice_id: Notice(event.zone_id)})
        case NoticeDecided():
            answered = Notice(event.zone_id, event.outcome)
            return replace(objections, notices={**objections.notices, event.notice_id: answered})
        case AppealLodged():
            lodged = Appeal(event.zone_id, event.against)
            return replace(objections, appeals={**objections.appeals, event.appeal_id: lodged})
        case AppealDecided():
            decided = replace(objections.appeals[event.appeal_id], outcome=event.outcome)
            return replace(objections, appeals={**objections.appeals, event.appeal_id: decided})
