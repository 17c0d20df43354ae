"""A letter that says one thing, written because of an event: who is told, and how it becomes a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from domain.events import Recorded
from domain.zones import Zone
from marketplace.eventlog import EventLog
from marketplace.inviting import LASTS, PURPOSE
from marketplace.language import elided, known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import PlainLetter
from marketplace.outbox import URGENCY, Kind, Letter, Mail
from marketplace.recipients import recipient
from marketplace.settings import Settings
from marketplace.tokens import Signer

FOLDER: Final = "plain_letter"
"""The letter that says one thing, quotes somebody, and has one button."""
WORTH_SENDING: Final = timedelta(days=3)


class Reader(Struct, frozen=True):
    """Whom a mail is to: a member, or whoever asked, under the request's id."""

    key: str
    name: str
    mail: str
    language: str
    joined: bool = True


class News(Struct, frozen=True):
    """What is said, in English, and where the button leads."""

    subject: str
    head: str
    lead: str
    do: str = ""
    href: str = ""
    quote: str = ""
    after: tuple[str, ...] = ()


class Teller:
    """What reactions that write such letters are made of."""

    def __init__(self, settings: Settings, log: EventLog, mails: UUID, template: str, kind: Kind = "joining") -> None:
        """Under `mails` the ids of its mails are made: the same event and reader, the same mail."""
        self._settings = settings
        self._links = Links(settings.base_url)
        self._signer = Signer(settings.secret.encode())
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log
        self._mails = mails
        self._template = template
        self._kind = kind

    def _name(self, actor: str) -> str:
        person = recipient(self._log, actor.removeprefix("member:"))
        return person.name if person else ""

    # The letter -----------------------------------------------------------------------------------------------------

    def _door(self, recorded: Recorded, reader: Reader, to: str) -> str:
        """Where a button leads: the page, or, for who never signed in, what lets them in."""
        if reader.joined:
            return to
        return self._links.invitation(self._signer.sign(PURPOSE, reader.key, expires_at=recorded.at + LASTS))

    def _members(self, recorded: Recorded, member_ids: Iterable[str], *, here: bool = True) -> Iterator[Reader]:
        """Those of them who can be told: with `here`, who has signed in once; and nobody of their own act."""
        for member_id in sorted(member_ids):
            person = recipient(self._log, member_id)
            if person is None or recorded.actor == f"member:{member_id}" or (here and not person.member.joined):
                continue
            yield Reader(member_id, person.name, person.mail, person.language, person.member.joined)

    def _written(
        self, recorded: Recorded, zone: Zone, reader: Reader, news: News, names: dict[str, str]
    ) -> tuple[Mail, Letter]:
        mail_id = str(uuid5(self._mails, f"{recorded.id} {reader.key}"))

        def say(message: str) -> str:
            return elided(translations(reader.language).gettext(message) % names, reader.language) if message else ""

        said = PlainLetter(
            site=self._settings.name,
            name=reader.name,
            zone=zone.name,
            subject=say(news.subject),
            head=say(news.head),
            lead=say(news.lead),
            title="",
            quote=news.quote,
            after=tuple(say(line) for line in news.after),
            do=say(news.do),
            href=news.href,
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=reader.mail,
            name=reader.name,
            date=recorded.at,
            message_id=f"{mail_id}@{self._domain}",
            language=known_language(reader.language),
        )
        letter = address(write(FOLDER, known_language(reader.language), self._links, mail=said), envelope)
        mail = Mail(
            id=mail_id,
            kind=self._kind,
            member_id=reader.key,
            zone_id=zone.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY[self._kind],
            message_id=envelope.message_id,
            sha256=letter.sha256,
            template=self._template,
            items=(recorded.stream,),
            subjects=(recorded.stream, zone.zone_id),
            created_at=recorded.at,
            due_at=recorded.at,
            give_up_at=recorded.at + WORTH_SENDING,
        )
        return mail, letter
