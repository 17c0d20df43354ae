"""A notice, an appeal, a suspension: whoever gave notice is told, and whoever acts for the company; neither who it was.

Whose listing a notice hides is told by the mail about that decision; who had decided is told what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from domain import companies, listings, zones
from domain.appeals import DECIDES
from domain.companies import CompanyRegistered, CompanyReinstated, CompanySuspended, SuspensionAppealDecided
from domain.events import Event, Recorded
from domain.listings import AppealDecided, Listing, ListingNotified, NoticeDecided
from domain.notices import ZoneNoticeAnswered, ZoneNotified
from domain.zones import Zone
from marketplace.eventlog import EventLog
from marketplace.language import elided, known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import PlainLetter
from marketplace.objection_letter import AGAIN, TOLD, News
from marketplace.outbox import URGENCY, Letter, Mail
from marketplace.reactions import Reaction
from marketplace.recipients import recipient
from marketplace.record_words import Restriction, statement
from marketplace.settings import Settings

NAME: Final = "telling_objectors"
FOLDER: Final = "plain_letter"
TEMPLATE: Final = "objection/1"
MAILS: Final = UUID("a3f1d1b0-6a0b-5f0e-8f57-3c5d1e0a9b77")
"""Under which the ids of these mails are made: the same event and reader, the same mail."""
WORTH_SENDING: Final = timedelta(days=3)
Noticed = ListingNotified | ZoneNotified


class Reader(Struct, frozen=True):
    """Whom a mail is to: a member, or whoever gave a notice, under its id."""

    key: str
    name: str
    mail: str
    language: str


def telling_objectors(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    events: frozenset[type[Event]] = frozenset(
        {
            ListingNotified, ZoneNotified, NoticeDecided, ZoneNoticeAnswered, AppealDecided, CompanySuspended,
            CompanyReinstated, SuspensionAppealDecided,
        }
    )  # fmt: skip
    return Reaction(NAME, events, _Telling(settings, log).react)


class _Telling:
    def __init__(self, settings: Settings, log: EventLog) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """The mails that follow; none to who left no address, was erased, or did it themselves."""
        event = recorded.event
        zone = self._log.load(recorded.zones[0], zones.evolve).state if recorded.zones else None
        if zone is None:
            return
        match event:
            case ListingNotified() | ZoneNotified():
                yield from self._to_notifier(recorded, zone, event, "received", str(event.why))
            case NoticeDecided():
                yield from self._answered(recorded, zone, event)
            case ZoneNoticeAnswered():
                news: News = "acted" if event.outcome == "acted" else "kept_elsewhere"
                yield from self._to_notifier(recorded, zone, self._notice(recorded, event), news, str(event.sentence))
            case AppealDecided():
                yield from self._looked_at_again(recorded, zone, event)
            case CompanySuspended():
                yield from self._to_company(recorded, zone, "suspended", str(event.reason))
            case CompanyReinstated():
                yield from self._to_company(recorded, zone, "back", "")
            case SuspensionAppealDecided():
                if event.outcome == "refused":
                    # Granted, it is followed by the suspension's end, which is told.
                    yield from self._to_company(recorded, zone, "still_suspended", str(event.sentence))
                yield from self._to_decider(recorded, zone, event)
            case _:
                pass

    def _answered(self, recorded: Recorded, zone: Zone, event: NoticeDecided) -> Iterator[tuple[Mail, Letter]]:
        listing, notice = self._listing_at(recorded), self._notice(recorded, event)
        said = str(event.sentence)
        if event.outcome == "hidden":
            yield from self._to_notifier(recorded, zone, notice, "hidden", said)
            return
        company = self._log.load(listing.company_id, companies.evolve).state
        suspended = company is not None and company.standings.get(zone.zone_id) == "suspended"
        shown = listing.life == "open" and listing.zones[zone.zone_id] == "approved" and not suspended
        yield from self._to_notifier(recorded, zone, notice, "kept" if shown else "kept_unshown", said)
        yield from self._to_company(recorded, zone, "ours_kept" if shown else "ours_unshown", said)

    def _looked_at_again(self, recorded: Recorded, zone: Zone, event: AppealDecided) -> Iterator[tuple[Mail, Letter]]:
        back: News = "granted" if self._listing_at(recorded).life == "open" else "granted_closed"
        news: News = back if event.outcome == "granted" else "refused"
        yield from self._to_company(recorded, zone, news, str(event.sentence))
        yield from self._to_decider(recorded, zone, event)

    def _listing_at(self, recorded: Recorded) -> Listing:
        """As it stood when this was answered: nobody is told that it is online since it came back later."""
        state: Listing | None = None
        for one in self._log.history(recorded.stream)[: recorded.version + 1]:
            state = listings.evolve(state, one.event)  # type: ignore[arg-type]  # of a listing's stream
        assert state is not None  # noqa: S101  # an answer is never the first event of a listing
        return state

    def _notice(self, recorded: Recorded, answer: NoticeDecided | ZoneNoticeAnswered) -> Noticed | None:
        return next(
            (
                one.event
                for one in self._log.history(recorded.stream)
                if isinstance(one.event, Noticed) and one.event.notice_id == answer.notice_id
            ),
            None,
        )

    def _to_notifier(
        self, recorded: Recorded, zone: Zone, notice: Noticed | None, news: News, quote: str
    ) -> Iterator[tuple[Mail, Letter]]:
        if notice is None or notice.mail is None or notice.mail.text is None:
            return
        name = str(notice.name) if notice.name else ""
        reader = Reader(notice.notice_id, name, notice.mail.text, known_language(notice.language))
        listing = self._listing(recorded.stream)
        title = str(notice.where) if isinstance(notice, ZoneNotified) else str(listing.content.title) if listing else ""
        yield self._written(recorded, zone, reader, news, title=title, quote=quote, subjects=(zone.zone_id,))

    def _to_company(self, recorded: Recorded, zone: Zone, news: News, quote: str) -> Iterator[tuple[Mail, Letter]]:
        listing = self._listing(recorded.stream)
        company_id = listing.company_id if listing else recorded.stream
        company = self._log.load(company_id, companies.evolve).state
        if company is None or company.erased or (listing and listing.content.title.erased):
            return
        title = str(listing.content.title) if listing else ""
        for member_id in sorted(company.representatives):
            person = recipient(self._log, member_id)
            if person is None or not person.member.joined or recorded.actor == f"member:{member_id}":
                continue
            reader = Reader(member_id, person.name, person.mail, person.language)
            about = (company_id, zone.zone_id)
            yield self._written(recorded, zone, reader, news, title=title, quote=quote, subjects=about)

    def _to_decider(
        self, recorded: Recorded, zone: Zone, event: AppealDecided | SuspensionAppealDecided
    ) -> Iterator[tuple[Mail, Letter]]:
        """Who had decided, as long as they moderate the zone; whoever also acts for the company is told as such."""
        decider = self._appealed(recorded, event).actor
        listing = self._listing(recorded.stream)
        company_id = listing.company_id if listing else recorded.stream
        company = self._log.load(company_id, companies.evolve).state
        if company is None or company.erased or company.is_represented_by(decider):
            return
        person = recipient(self._log, decider.removeprefix("member:"))
        if decider == recorded.actor or not zone.allows(decider, *DECIDES) or person is None:
            return
        title = str(listing.content.title) if listing else self._name(company_id)
        reader = Reader(person.member.member_id, person.name, person.mail, person.language)
        news: News = "yours_lifted" if event.outcome == "granted" else "yours_stands"
        about = (company_id, zone.zone_id)
        yield self._written(recorded, zone, reader, news, title=title, quote=str(event.sentence), subjects=about)

    def _appealed(self, recorded: Recorded, event: AppealDecided | SuspensionAppealDecided) -> Recorded:
        """The decision that was appealed against."""
        history = self._log.history(recorded.stream)[: recorded.version]
        if isinstance(event, AppealDecided):
            return history[self._listing_at(recorded).objections.appeals[event.appeal_id].against]
        return next(
            one
            for one in reversed(history)
            if isinstance(one.event, CompanySuspended) and one.event.zone_id == event.zone_id
        )

    def _name(self, company_id: str) -> str:
        registered = self._log.history(company_id, limit=1)[0].event
        return str(registered.name) if isinstance(registered, CompanyRegistered) else ""

    def _listing(self, stream: str) -> Listing | None:
        return self._log.load(stream, listings.evolve).state if stream.startswith("listing-") else None

    def _written(
        self, recorded: Recorded, zone: Zone, reader: Reader, news: News, *, title: str, quote: str,
        subjects: tuple[str, ...],
    ) -> tuple[Mail, Letter]:  # fmt: skip
        mail_id = str(uuid5(MAILS, f"{recorded.id} {reader.key}"))
        told, names = TOLD[news], {"zone": zone.name, "title": title, "mail": zone.contact_mail}

        def say(message: str, **figures: object) -> str:
            said = translations(reader.language).gettext(message)
            return elided(said % figures, reader.language) if figures else said

        why = Restriction(kind="suspended", zone=zone.name, ground="", sentence=quote, contact_mail=zone.contact_mail)
        said = PlainLetter(
            site=self._settings.name,
            name=reader.name,
            zone=zone.name,
            subject=say(told.subject, **names),
            head=say(told.head),
            lead=say(told.lead, **names),
            title=title,
            quote=quote,
            statement=statement(why, say) if news == "suspended" else (),
            after=tuple(say(line, **names) for line in told.after if zone.contact_mail or line is not AGAIN),
            do=say(told.do) if told.do else "",
            href=self._href(recorded, zone, news),
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=reader.mail,
            name=reader.name,
            date=recorded.at,
            message_id=f"{mail_id}@{self._domain}",
            language=reader.language,
        )
        letter = address(write(FOLDER, reader.language, self._links, mail=said), envelope)
        mail = Mail(
            id=mail_id,
            kind="objection",
            member_id=reader.key,
            zone_id=zone.zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["objection"],
            message_id=envelope.message_id,
            sha256=letter.sha256,
            template=TEMPLATE,
            items=(recorded.stream,),
            subjects=subjects,
            created_at=recorded.at,
            due_at=recorded.at,
            give_up_at=recorded.at + WORTH_SENDING,
        )
        return mail, letter

    def _href(self, recorded: Recorded, zone: Zone, news: News) -> str:
        if news in {"yours_lifted", "yours_stands"}:
            return self._links.record(zone.slug, recorded.stream)
        match recorded.event:
            case CompanySuspended():
                return self._links.statement(zone.slug, recorded.stream, recorded.version)
            case AppealDecided() | SuspensionAppealDecided() as event if event.outcome == "refused":
                return self._links.statement(zone.slug, recorded.stream, self._appealed(recorded, event).version)
            case _:
                pass
        return self._links.listing(recorded.stream) if recorded.stream.startswith("listing-") else self._links.me()
