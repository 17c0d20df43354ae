"""Somebody is asked to act for a company or a zone: they are told who asks and for what, and may accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from domain import zones
from domain.acting import ACCEPT_WITHIN, AskedToAct
from domain.companies import CompanyRegistered
from domain.events import Recorded
from domain.refused import _
from marketplace.eventlog import EventLog
from marketplace.language import known_language
from marketplace.outbox import Letter, Mail
from marketplace.reactions import Reaction
from marketplace.reactions.letters import News, Reader, Teller
from marketplace.settings import Settings

NAME: Final = "telling_the_asked"
TEMPLATE: Final = "acting/1"
MAILS: Final = UUID("5a0f0c63-6a7e-5d52-8a39-6f0d8f3c2b11")
"""Under which the ids of these mails are made: the same event, the same mail."""
ACCEPTING: Final = "acting"
"""The purpose of the token that accepts; its value is the id of what was asked."""


def telling_the_asked(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset({AskedToAct}), _Telling(settings, log, MAILS, TEMPLATE).react)


class _Telling(Teller):
    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """One mail to the address that was typed, the same whether it is known here or not."""
        asked = recorded.event
        if not isinstance(asked, AskedToAct) or asked.mail.text is None:
            return
        zone = self._log.load(asked.zone_id, zones.evolve).state
        if zone is None:
            return
        token = self._signer.sign(ACCEPTING, asked.acting_id, expires_at=recorded.at + ACCEPT_WITHIN)
        news = News(
            _("%(person)s asks you to act for %(whom)s"),
            _("Will you act for %(whom)s?"),
            _("%(person)s, of %(whom)s in %(zone)s, asks you to act for it. Nothing is yours until you accept."),
            _("Look at it and accept"),
            self._links.invitation(token),
            after=(_("You do not know them? Then do nothing: in two weeks it lapses, and your address is forgotten."),),
        )
        names = {"zone": zone.name, "whom": self._whom(asked) or zone.name, "person": self._name(asked.asked_by)}
        reader = Reader(asked.acting_id, str(asked.name), asked.mail.text, known_language(asked.language))
        yield self._written(recorded, zone, reader, news, names)

    def _whom(self, asked: AskedToAct) -> str:
        first = self._log.history(asked.company_id, limit=1) if asked.company_id else []
        registered = first[0].event if first else None
        return str(registered.name) if isinstance(registered, CompanyRegistered) else ""
