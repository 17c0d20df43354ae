"""The mail about a person's exchanges: what happened, what comes next, and the one step they can take from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from domain import conversations, listings, members
from domain.companies import CompanyRegistered
from domain.dealings import open_to
from domain.events import Event, Private, Recorded
from domain.exchanges import Exchange, HoldEnding, NextStep, PeriodAsked, PickupAsked, PickupNear, next_step
from domain.members import MemberInvited
from domain.zones import ZoneOpened
from marketplace import answering
from marketplace.answering import Ask, Question, one_tap
from marketplace.eventlog import EventLog
from marketplace.exchange_words import QUOTED, Words
from marketplace.language import known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import ExchangeCard, ExchangeNews, Happening
from marketplace.notices import Notice
from marketplace.outbox import Letter
from marketplace.reactions.telling_parties import still_concerns
from marketplace.settings import Settings
from marketplace.tokens import Signer
from marketplace.wording import Wording

FOLDER: Final = "exchange"
TEMPLATE: Final = f"{FOLDER}/1"
"""Raise it whenever the same notices would give other words."""
DISCLOSING: Final = frozenset({"ExchangeAccepted", "PickupAgreed", "PickupNear"})
"""After these a reader wants to call: the other side's contact, disclosed by then, stands in the mail."""
KEEPING: Final = frozenset({"HoldEnding", "HoldLapsed"})
MOST_CARDS: Final = 8
"""Exchanges in one mail; the page of all exchanges has the others."""
MOST_HAPPENINGS: Final = 8
"""What is told of one exchange, the newest; its page has all of it."""
DISPUTABLE: Final = frozenset({"ExchangeConfirmed", "TakeCorrected", "PeriodConfirmed"})


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


class News(Struct, frozen=True):
    """A notice, and the event it tells of."""

    notice: Notice
    recorded: Recorded

    @property
    def on_behalf(self) -> bool:
        """Whether the facilitator did it in the name of the reader's company."""
        return bool(self.notice.company_id) and self.recorded.for_company == self.notice.company_id


class Draft(Struct, frozen=True):
    """A letter, the streams whose words stand in it, and the exchanges it speaks of."""

    letter: Letter
    zone_id: str
    subjects: tuple[str, ...]
    items: tuple[str, ...]


class ExchangeWriter(Struct, frozen=True):
    """Writes these mails for one site, from the log, which never lags."""

    site: str
    mail_from: str
    links: Links
    signer: Signer
    domain: str
    log: EventLog
    template: str = TEMPLATE

    def message_id(self, mail_id: str) -> str:
        """The mail's number, the same for every copy of it."""
        return f"{mail_id}@{self.domain}"

    def news(self, member_id: str, notices: Sequence[Notice], now: datetime) -> list[News]:
        """What of it a person is still to be told.

        Neither what is past or was seen to, nor what is no longer theirs to hear, nor what they know already: they
        acted in the exchange since it happened.
        """
        oldest: dict[str, int] = {}
        for notice in reversed(notices):
            oldest[notice.listing_id] = oldest[conversations.stream_of(notice.exchange_id)] = notice.position
        happened = {each.id: each for stream, since in oldest.items() for each in self.log.history(stream, since=since)}
        acted: dict[str, int] = {}
        for position, each in happened.items():
            if each.actor == f"member:{member_id}":
                exchange_id = getattr(each.event, "exchange_id", "")
                acted[exchange_id] = max(position, acted.get(exchange_id, 0))
        found = [News(notice, happened[notice.position]) for notice in notices]
        return [
            each
            for each in found
            if acted.get(each.notice.exchange_id, 0) < each.notice.position and self._is_theirs(each, now)
        ]

    def write(self, mail_id: str, member_id: str, news: Sequence[News], now: datetime) -> Draft | None:
        """Tell a person of what happened, in one letter; None when there is nobody to tell any more."""
        member = self.log.load(member_id, members.evolve).state
        first = self._first(member_id)
        if member is None or member.erased or not isinstance(first, MemberInvited):
            return None
        name, to = first.name.text, first.mail.text
        if name is None or to is None:
            return None
        language = known_language(member.language)
        scribe = _Scribe(self, member_id, Wording(language, translations(language)), now)
        cards = tuple(scribe.card(about) for about in _by_exchange(news)[:MOST_CARDS])
        zone = self._first(scribe.zone_id)
        if not isinstance(zone, ZoneOpened):
            return None
        mail = ExchangeNews(
            site=self.site,
            name=name,
            zone=zone.name,
            zone_slug=zone.slug,
            subject=scribe.subject(news, cards),
            cards=cards,
            more=len(news) - sum(len(card.happened) for card in cards),
            operator=zone.association,
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self.site,
            mail_from=self.mail_from,
            to=to,
            name=name,
            date=now.astimezone(ZoneInfo(zone.time_zone)),
            message_id=self.message_id(mail_id),
            language=language,
            thread=f"{cards[0].exchange_id}@{self.domain}" if len(cards) == 1 else "",
        )
        letter = address(write(FOLDER, language, self.links, mail=mail), envelope)
        items = tuple(card.exchange_id for card in cards)
        return Draft(letter, zone.zone_id, tuple(sorted({member_id, *scribe.subjects})), items)

    def _is_theirs(self, news: News, now: datetime) -> bool:
        listing = self.log.load(news.notice.listing_id, listings.evolve).state
        assert listing is not None  # noqa: S101  # a notice is of an event in its stream
        exchange = listing.exchanges[news.notice.exchange_id]
        return still_concerns(self.log, news.notice, exchange.zone_id) and not is_over(
            news.recorded.event, exchange, now
        )

    def _first(self, stream: str) -> Event | None:
        history = self.log.history(stream)[:1]
        return history[0].event if history else None


def is_over(event: Event, exchange: Exchange, now: datetime) -> bool:
    """Whether a reminder or a question comes too late: its time is past, or somebody saw to it."""
    match event:
        case PickupNear():
            return exchange.agreed != event.slot or event.slot.start <= now
        case PickupAsked():
            return exchange.agreed != event.slot
        case HoldEnding():
            return exchange.hold_until != event.hold_until or event.hold_until <= now
        case PeriodAsked():
            return exchange.period != event.period or not exchange.is_open
        case _:
            return False


def exchange_writer(settings: Settings, log: EventLog) -> ExchangeWriter:
    """The writer of a site's mails about exchanges."""
    return ExchangeWriter(
        site=settings.name,
        mail_from=settings.mail_from,
        links=Links(settings.base_url),
        signer=Signer(settings.secret.encode()),
        domain=domain_of(settings.base_url, settings.mail_from),
        log=log,
    )


class _Scribe(Struct):
    """Notices to cards, for one reader; notes on the way whose words it used, and in which zone."""

    writer: ExchangeWriter
    member_id: str
    wording: Wording
    now: datetime
    subjects: set[str] = field(default_factory=set)
    zone_id: str = ""
    said: dict[str, Words] = field(default_factory=dict)

    def card(self, news: Sequence[News]) -> ExchangeCard:
        """One exchange: what happened in it, then where it stands now."""
        about = news[0].notice
        mine = about.company_id
        listing = self.writer.log.load(about.listing_id, listings.evolve).state
        assert listing is not None  # noqa: S101  # a notice is of an event in its stream
        exchange = listing.exchanges[about.exchange_id]
        names = {company_id: self._name(company_id) for company_id in exchange.companies}
        words = Words(self.wording, listing, exchange, names, mine, self.now)
        self.said[about.exchange_id] = words
        self.zone_id = self.zone_id or exchange.zone_id
        self._uses(listing.content.title)
        kinds = {each.notice.kind for each in news}
        step = next_step(exchange)
        owed = step if step is not None and mine and step.owed_by == mine and step.since <= self.now else None
        do, ask = self._action(words, owed, kinds)
        give_up = owed is not None and not ask and "abandon" in open_to(exchange, mine, self.now)
        return ExchangeCard(
            exchange_id=exchange.exchange_id,
            title=words.title,
            about=f"{words.quantity(exchange.accepted or exchange.asked)} · {words.other}",
            happened=tuple(self._happening(words, each) for each in news[-MOST_HAPPENINGS:]),
            next=" ".join(self._next(words, step, kinds)) if mine else "",
            mine=owed is not None,
            late=owed is not None and owed.by < self.now,
            do=do,
            token=self._token(exchange, ask, mine) if ask else "",
            give_up=self._token(exchange, "give_up", mine) if give_up else "",
            contact=self._contact(exchange, mine) if mine and kinds & DISCLOSING else "",
            reported=not mine and "MessageReported" in kinds,
        )

    def subject(self, news: Sequence[News], cards: Sequence[ExchangeCard]) -> str:
        """One thing is called by its name; several are counted."""
        if len(news) == 1:
            notice = news[0].notice
            return self.said[notice.exchange_id].subject(notice.kind, on_behalf=news[0].on_behalf)
        catalogue, n = self.wording.translations, len(news)
        if len(cards) == 1:
            said = catalogue.ngettext("%(num)d piece of news: %(title)s", "%(num)d pieces of news: %(title)s", n)
            return said % {"num": n, "title": cards[0].title}
        said = catalogue.ngettext(
            "%(num)d piece of news in your exchanges", "%(num)d pieces of news in your exchanges", n
        )
        return said % {"num": n}

    def _happening(self, words: Words, news: News) -> Happening:
        event = news.recorded.event
        for name in QUOTED:
            self._uses(getattr(event, name, None))
        sentence = words.done_for(event) if news.on_behalf else words.happened(event)
        return Happening(sentence=sentence, quote=words.quote(event))

    def _next(self, words: Words, step: NextStep | None, kinds: set[str]) -> Iterable[str]:
        last = words.exchange.takes[-1] if words.exchange.takes else None
        if last is not None and kinds & DISPUTABLE and last.by != words.mine and self.now < last.disputable_until:
            yield words.otherwise(last.disputable_until)
        if step is not None:
            yield words.next(step)

    def _action(self, words: Words, owed: NextStep | None, kinds: set[str]) -> tuple[str, Ask | None]:
        """What the one button says, and the step that one tap takes; without one it leads to the exchange."""
        if kinds == {"MessageSent"}:
            return words.say(_("Reply to %(other)s")), None
        waste = words.listing.content.attributes.get("status") == "waste"
        if owed is not None and owed.what != "propose":
            return words.speech.button(owed.what, waste=waste), one_tap(owed.what, waste=waste)
        if kinds & KEEPING and words.mine and "renew_hold" in open_to(words.exchange, words.mine, self.now):
            return words.say(_("Keep it for longer in one tap")), "hold"
        return (words.speech.button(owed.what) if owed else words.say(_("See the exchange"))), None

    def _token(self, exchange: Exchange, ask: Ask, mine: str) -> str:
        about = answering.about(exchange, ask, mine)
        question = Question(self.member_id, exchange.listing_id, exchange.exchange_id, ask, about)
        return answering.sign(self.writer.signer, question, self.now)

    def _contact(self, exchange: Exchange, mine: str) -> str:
        """How to reach the other side; nothing before both agreed, nor once that person is erased."""
        contact = exchange.contacts.get(exchange.other(mine), "") if exchange.accepted is not None else ""
        invited: Any = self.writer._first(contact) if contact else None  # noqa: SLF001  # one module, one hand
        if not isinstance(invited, MemberInvited) or invited.name.erased or invited.mail.erased:
            return ""
        self.subjects.add(contact)
        return f"{invited.name}, {invited.mail}"

    def _name(self, company_id: str) -> str:
        registered = self.writer._first(company_id)  # noqa: SLF001  # one module, one hand
        name = registered.name if isinstance(registered, CompanyRegistered) else None
        self._uses(name)
        return str(name or "") or self.wording.translations.gettext(_("A company of the zone"))

    def _uses(self, text: object) -> None:
        if isinstance(text, Private) and text.text:
            self.subjects.add(text.subject)


def _by_exchange(news: Sequence[News]) -> list[list[News]]:
    """The news of each exchange and side, the exchange first heard of first."""
    found: dict[tuple[str, str], list[News]] = {}
    for each in news:
        found.setdefault((each.notice.exchange_id, each.notice.company_id), []).append(each)
    return list(found.values())
