"""A zone changes hands: told are who is asked to take over, who runs it, and, on the day, who comes and who goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, get_args
from uuid import UUID

from domain import zones
from domain.events import Recorded
from domain.refused import _
from domain.zones import (
    Zone,
    ZoneHandedOver,
    ZoneHandoverAccepted,
    ZoneHandoverDeclined,
    ZoneHandoverProposed,
    ZoneHandoverWithdrawn,
)
from marketplace import handover_words
from marketplace.eventlog import EventLog
from marketplace.language import known_language, translations
from marketplace.outbox import Letter, Mail
from marketplace.reactions import Reaction
from marketplace.reactions.letters import News, Reader, Teller
from marketplace.settings import Settings
from marketplace.wording import Wording

NAME: Final = "telling_handovers"
TEMPLATE: Final = "handover/1"
MAILS: Final = UUID("5d0a4c1e-7b36-5f0d-9c6b-2c8f6a1e4d70")
Telling = ZoneHandoverProposed | ZoneHandoverAccepted | ZoneHandoverDeclined | ZoneHandoverWithdrawn | ZoneHandedOver


def telling_handovers(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    teller = _Telling(settings, log, MAILS, TEMPLATE, "zone_note")
    return Reaction(NAME, frozenset(get_args(Telling)), teller.react)


class _Telling(Teller):
    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """The mails that follow; nobody is told of their own act, and companies are told by the zone’s notes."""
        zone = self._log.load(recorded.stream, zones.evolve).state
        event = recorded.event
        if zone is None or not isinstance(event, Telling):
            return
        act = self._proposed(recorded, event)
        if act is None:
            return
        for to, news in self._told(recorded, zone, event, act):
            names = {
                "zone": zone.name,
                "person": self._name(recorded.actor),
                "taker": str(act.name),
                "organisation": act.organisation,
                "day": _day(act.effective_on, to),
            }
            yield self._written(recorded, zone, to, news, names)

    def _proposed(self, recorded: Recorded, event: Telling) -> ZoneHandoverProposed | None:
        return next(
            (
                one.event
                for one in self._log.history(recorded.stream)
                if isinstance(one.event, ZoneHandoverProposed) and one.event.handover_id == event.handover_id
            ),
            None,
        )

    def _told(
        self, recorded: Recorded, zone: Zone, event: Telling, act: ZoneHandoverProposed
    ) -> Iterator[tuple[Reader, News]]:
        page = self._links.handover(zone.slug, act.handover_id)
        match event:
            case ZoneHandoverProposed():
                for taker in self._members(recorded, [act.taker_id], here=False):
                    yield taker, _asking(self._door(recorded, taker, page), str(act.words))
                yield from self._to_administrators(recorded, zone, act, _proposal(page, str(act.words)))
            case ZoneHandoverAccepted():
                yield from self._to_administrators(recorded, zone, act, _acceptance(page))
            case ZoneHandoverDeclined():
                news = _refusal(self._links.handovers(zone.slug), str(event.reason or ""))
                yield from self._to_administrators(recorded, zone, act, news)
            case ZoneHandoverWithdrawn():
                for taker in self._members(recorded, [act.taker_id]):
                    yield taker, _withdrawal()
                yield from self._to_administrators(recorded, zone, act, _withdrawal())
            case ZoneHandedOver():
                yield from self._done(recorded, event, zone)

    def _to_administrators(
        self, recorded: Recorded, zone: Zone, act: ZoneHandoverProposed, news: News
    ) -> Iterator[tuple[Reader, News]]:
        running = [one for one in zone.roles if "administrator" in zone.roles[one] and one != act.taker_id]
        for reader in self._members(recorded, running):
            yield reader, news

    def _done(self, recorded: Recorded, event: ZoneHandedOver, zone: Zone) -> Iterator[tuple[Reader, News]]:
        for reader in self._members(recorded, [event.taker_id], here=False):
            passed = handover_words.moved(event.moved, translations(reader.language).ngettext)
            yield reader, _taken_over(self._door(recorded, reader, self._links.zone(zone.slug)), passed)
        for reader in self._members(recorded, event.leavers):
            passed = handover_words.moved(event.moved, translations(reader.language).ngettext)
            yield reader, _left(passed)


def _day(day: date, reader: Reader) -> str:
    language = known_language(reader.language)
    return Wording(language, translations(language)).date(day)


def _asking(href: str, words: str) -> News:
    return News(
        _("Will you take over %(zone)s?"),
        _("Will you take over %(zone)s?"),
        _("%(person)s proposes that you run %(zone)s from %(day)s, for %(organisation)s."),
        _("Read it and answer"),
        href,
        words,
        (_("Nothing changes before you say yes, and before that day."),),
    )


def _proposal(href: str, words: str) -> News:
    return News(
        _("%(zone)s: a hand-over is proposed"),
        _("A hand-over is proposed"),
        _("%(person)s proposes that %(taker)s, of %(organisation)s, runs %(zone)s from %(day)s."),
        _("See who leaves and who stays"),
        href,
        words,
        (_("Any administrator may take it back until it is accepted."),),
    )


def _acceptance(href: str) -> News:
    return News(
        _("%(zone)s: the hand-over is accepted"),
        _("The hand-over is accepted"),
        _("%(taker)s, of %(organisation)s, runs %(zone)s from %(day)s. The companies are being told."),
        _("See the act"),
        href,
        after=(_("Must you keep the zone’s records? Export it before that day: afterwards, leavers see nothing."),),
    )


def _refusal(href: str, reason: str) -> News:
    return News(
        _("%(zone)s: the hand-over is declined"),
        _("The hand-over is declined"),
        _("%(taker)s does not take %(zone)s over. Everything stays as it is."),
        _("Propose it to somebody else"),
        href,
        reason,
    )


def _withdrawal() -> News:
    return News(
        _("%(zone)s: the hand-over is taken back"),
        _("The hand-over is taken back"),
        _("%(zone)s is not handed over on %(day)s. Everything stays as it is."),
    )


def _taken_over(href: str, passed: tuple[str, ...]) -> News:
    return News(
        _("You run %(zone)s now"),
        _("You run %(zone)s now"),
        _("As of today you are its administrator, facilitator and moderator. This is yours now:"),
        _("Open the zone"),
        href,
        " · ".join(passed),
        (_("Give roles to your colleagues first: a zone run by two is never stuck."),),
    )


def _left(passed: tuple[str, ...]) -> News:
    return News(
        _("%(zone)s is handed over"),
        _("%(zone)s is handed over"),
        _("As of today %(organisation)s runs it, and you no longer see anything of it. This passed:"),
        quote=" · ".join(passed),
        after=(_("What you did stays on record, in your name. Your own account stays."),),
    )
