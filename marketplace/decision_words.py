"""What a zone decided about a listing, in words: the card or the line that tells its company, and the mail's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.events import Event, Recorded
from domain.listings import (
    AmendmentRequested,
    DecisionTakenBack,
    ListingAmended,
    ListingApproved,
    ListingPosted,
    ListingRejected,
    ReviewOverdue,
)
from domain.zones import Zone
from marketplace.language import elided
from marketplace.links import Links
from marketplace.mails.views import DecisionCard
from marketplace.reactions.telling_authors import Decision
from marketplace.wording import Wording


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


class Told(Struct, frozen=True):
    """How a kind of decision is told, from the line that names it to its one button."""

    line: str
    head: str
    lead: str
    after: str
    do: str


ONLINE: Final = Told(
    _("Online: %(title)s"),
    _("Your listing is online"),
    _("The moderation of %(zone)s has approved your listing:"),
    _("Your neighbours see it now, and its matches are on its page."),
    _("See its matches"),
)
REFUSED: Final = Told(
    _("Not published: %(title)s"),
    _("Your listing is not published"),
    _("The moderation of %(zone)s has not published your listing:"),
    _("You disagree? Write to the contact point of your zone: a person reads it."),
    _("Correct it and send it again"),
)
WRITE_TO: Final = _("You disagree? Answer at %(mail)s: a person reads it.")
TO_CHANGE: Final = Told(
    _("To correct: %(title)s"),
    _("A change to your listing, please"),
    _("The moderation of %(zone)s asks for a change to your listing:"),
    _("It stays online meanwhile, and it stays yours."),
    _("Change it and send it again"),
)
HIDDEN: Final = _("Your neighbours do not see it yet; it stays yours, and nothing is lost.")
TAKEN_BACK: Final = Told(
    _("Decision taken back: %(title)s"),
    _("A decision is taken back"),
    "",
    _("It waits to be read again; you will be told. There is nothing for you to do."),
    _("See the listing"),
)
BEFORE: Final[Mapping[str, str]] = {
    "approved": _("The moderation of %(zone)s had approved your listing, and takes that back:"),
    "rejected": _("The moderation of %(zone)s had not published your listing, and takes that back:"),
    "amend": _("The moderation of %(zone)s had asked for a change to your listing, and takes that back:"),
}
ONLINE_AGAIN: Final = _("It is online again. There is nothing for you to do.")
LATE: Final = Told(
    _("Still to be read: %(title)s"),
    _("Your listing still waits to be read"),
    _("Your listing has waited since %(since)s:"),
    _(
        "The moderation of %(zone)s had promised an answer by %(when)s, and is late. Its administrator has been told; "
        "your listing keeps its place. There is nothing for you to do."
    ),
    _("See the listing"),
)


class DecisionWords(Struct, frozen=True):
    """Says decisions in one language."""

    wording: Wording
    links: Links

    def card(
        self, recorded: Recorded, event: Decision, zone: Zone, title: str, history: Sequence[Recorded]
    ) -> DecisionCard:
        """One decision; `history` is the listing's, which says how long it has waited."""
        told, why = self._told(event, zone), {}
        names = {"zone": zone.name, "title": title, "mail": zone.contact_mail}
        href = self.links.listing(event.listing_id)
        match event:
            case ListingRejected() | AmendmentRequested():
                href = self.links.amend_listing(event.listing_id)
                why = self._reasons(recorded, event, zone)
            case ReviewOverdue():
                sent_at = sent_to(event.zone_id, history)
                names["since"] = self.wording.moment(sent_at, zone.time_zone)
                names["when"] = self.wording.moment(event.due_at, zone.time_zone)
            case _:
                pass
        return DecisionCard(
            listing_id=event.listing_id,
            title=title,
            line=self._say(told.line, names),
            head=self._say(told.head, names),
            lead=self._say(told.lead, names),
            after=self._say(told.after, names),
            do=self._say(told.do, names),
            href=href,
            **why,
        )

    def name(self, decided: Sequence[Event], cards: Sequence[DecisionCard]) -> str:
        """What a mail is called that tells these: one by what it says, several are counted."""
        if len(decided) == 1:
            return cards[0].line
        n, catalogue = len(decided), self.wording.translations
        if all(isinstance(event, ListingApproved) for event in decided):
            said = catalogue.ngettext("%(num)d listing of yours is online", "%(num)d listings of yours are online", n)
        else:
            said = catalogue.ngettext(
                "%(num)d decision about your listings", "%(num)d decisions about your listings", n
            )
        return said % {"num": n}

    def _told(self, event: Decision, zone: Zone) -> Told:
        match event:
            case ListingApproved():
                return ONLINE
            case ListingRejected():
                return replace(REFUSED, after=WRITE_TO) if zone.contact_mail else REFUSED
            case AmendmentRequested():
                return replace(TO_CHANGE, after=HIDDEN) if event.hidden else TO_CHANGE
            case DecisionTakenBack():
                after = ONLINE_AGAIN if event.status == "approved" else TAKEN_BACK.after
                return replace(TAKEN_BACK, lead=BEFORE[event.verdict], after=after)
            case ReviewOverdue():
                return LATE

    def _reasons(self, recorded: Recorded, event: ListingRejected | AmendmentRequested, zone: Zone) -> dict[str, str]:
        """The ground, the moderator's sentence, and where the statement of article 17 of the DSA stands in full."""
        hidden = isinstance(event, ListingRejected) or event.hidden
        label = _("Statement of reasons, and how to appeal") if hidden else _("Statement of reasons")
        return {
            "ground": self.wording.ground(event.ground),
            "sentence": str(event.sentence),
            "statement": self.links.statement(zone.slug, recorded.stream, recorded.version),
            "label": self.wording.translations.gettext(label),
        }

    def _say(self, message: str, names: Mapping[str, str]) -> str:
        return elided(self.wording.translations.gettext(message) % names, self.wording.language) if message else ""


def sent_to(zone_id: str, history: Sequence[Recorded]) -> datetime:
    """When the company sent what waits: posted it or, if that came later, amended it for this zone to read."""
    return next(
        one.at
        for one in reversed(history)
        if isinstance(one.event, ListingPosted | ListingAmended) and zone_id in one.event.awaiting
    )
