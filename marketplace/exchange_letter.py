"""The mail about a person's exchanges: what happened, what comes next, and the one step they can take from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from domain import conversations, listings, members, purchases, taxonomy, zones
from domain.companies import CompanyRegistered
from domain.dealings import open_to
from domain.events import Event, Private, Recorded
from domain.exchanges import Exchange, HoldEnding, NextStep, PeriodAsked, PickupAsked, PickupNear, next_step
from domain.listings import ListingEnding
from domain.members import MemberInvited
from domain.purchases import (
    DeadlineExtended,
    LastCallMade,
    PledgesOpened,
    Purchase,
    PurchaseEvent,
    PurchaseProposed,
    RoundPlanned,
    SessionPlanned,
    TermsChanged,
    ThresholdLost,
    ThresholdReached,
)
from marketplace import answering, still_true
from marketplace.answering import Ask, Question, one_tap
from marketplace.eventlog import EventLog
from marketplace.exchange_words import QUOTED, Words
from marketplace.language import known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import EndingCard, ExchangeCard, ExchangeNews, Happening, PurchaseCard
from marketplace.notices import Notice
from marketplace.outbox import Letter
from marketplace.purchase_words import PurchaseWords
from marketplace.reactions.telling_parties import still_concerns
from marketplace.settings import Settings
from marketplace.tokens import Signer
from marketplace.wording import Wording

FOLDER: Final = "exchange"
TEMPLATE: Final = f"{FOLDER}/3"
"""Raise it whenever the same notices would give other words."""
DISCLOSING: Final = frozenset({"ExchangeAccepted", "PickupAgreed", "PickupNear"})
"""After these a reader wants to call: the other side's contact, disclosed by then, stands in the mail."""
YES_WITH_TIME: Final = ["ExchangeAccepted", "PickupProposed"]
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
            oldest[notice.listing_id] = notice.position
            if notice.exchange_id:
                oldest[conversations.stream_of(notice.exchange_id)] = notice.position
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
            if (not each.notice.exchange_id or acted.get(each.notice.exchange_id, 0) < each.notice.position)
            and self._is_theirs(each, now)
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
        ending = [each for each in news if isinstance(each.recorded.event, ListingEnding)]
        bought = [each for each in news if isinstance(each.recorded.event, PurchaseEvent)]
        news = [each for each in news if each.notice.exchange_id]
        cards = tuple(scribe.card(about) for about in _by_exchange(news)[:MOST_CARDS])
        endings = tuple(scribe.ending(each) for each in ending[:MOST_CARDS])
        together = tuple(scribe.purchase(about) for about in _by_purchase(bought)[:MOST_CARDS])
        zone = self.log.load(scribe.zone_id, zones.evolve).state
        if zone is None:
            return None
        mail = ExchangeNews(
            site=self.site,
            name=name,
            zone=zone.name,
            zone_slug=zone.slug,
            subject=scribe.subject(news, cards) if cards else scribe.otherwise(bought, together, endings),
            cards=cards,
            endings=endings,
            purchases=together,
            more=len(news) - sum(len(card.happened) for card in cards),
            more_endings=len(ending) - len(endings),
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
            thread=self._thread([card.exchange_id for card in cards], [card.purchase_id for card in together], endings),
        )
        letter = address(write(FOLDER, language, self.links, mail=mail), envelope)
        items = (
            *(card.exchange_id for card in cards),
            *(card.purchase_id for card in together),
            *(f"{card.listing_id}@{card.ends_on}" for card in endings),
        )
        return Draft(letter, zone.zone_id, tuple(sorted({member_id, *scribe.subjects})), items)

    def _thread(self, exchanges: Sequence[str], bought: Sequence[str], endings: Sequence[EndingCard]) -> str:
        """The conversation a mail belongs to, when it is about one thing only."""
        about = [*exchanges, *bought]
        return f"{about[0]}@{self.domain}" if len(about) == 1 and not endings else ""

    def _is_theirs(self, news: News, now: datetime) -> bool:
        if isinstance(news.recorded.event, PurchaseEvent):
            purchase = self.log.load(news.notice.listing_id, purchases.evolve, snapshot=Purchase).state
            assert purchase is not None  # noqa: S101  # a notice is of an event in its stream
            theirs = still_concerns(self.log, news.notice, purchase.zone_id)
            return theirs and not is_past(news.recorded.event, purchase)
        listing = self.log.load(news.notice.listing_id, listings.evolve).state
        assert listing is not None  # noqa: S101  # a notice is of an event in its stream
        if isinstance(news.recorded.event, ListingEnding):
            ends_at = news.recorded.event.expires_at
            asked = listing.life == "open" and listing.expires_at == ends_at > now
            return asked and still_concerns(self.log, news.notice, "")
        exchange = listing.exchanges[news.notice.exchange_id]
        return still_concerns(self.log, news.notice, exchange.zone_id) and not is_over(
            news.recorded.event, exchange, now
        )

    def _first(self, stream: str) -> Event | None:
        history = self.log.history(stream, limit=1)
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


def is_past(event: Event, purchase: Purchase) -> bool:
    """Whether what people could still do about a group purchase is over: its end is told, and nothing before it."""
    while_open = PledgesOpened | LastCallMade | ThresholdReached | ThresholdLost | TermsChanged | DeadlineExtended
    if isinstance(event, SessionPlanned):
        return purchase.session.held_on is not None or purchase.session.starts_at != event.starts_at
    if isinstance(event, RoundPlanned):
        planned = purchase.collection.round
        return planned is None or planned.completed or planned.on != event.on
    return isinstance(event, while_open) and purchase.stage != "open"


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
        """One thing is called by its name, a yes with a time too; several are counted."""
        if len(news) == 1:
            notice = news[0].notice
            return self.said[notice.exchange_id].subject(notice.kind, on_behalf=news[0].on_behalf)
        catalogue, n = self.wording.translations, len(news)
        if len(cards) == 1 and [each.notice.kind for each in news] == YES_WITH_TIME and not news[0].on_behalf:
            return self.said[cards[0].exchange_id].subject_with_time()
        if len(cards) == 1:
            said = catalogue.ngettext("%(num)d piece of news: %(title)s", "%(num)d pieces of news: %(title)s", n)
            return said % {"num": n, "title": cards[0].title}
        said = catalogue.ngettext(
            "%(num)d piece of news in your exchanges", "%(num)d pieces of news in your exchanges", n
        )
        return said % {"num": n}

    def ending(self, news: News) -> EndingCard:
        """A listing that ends soon, with the token that keeps it or withdraws it."""
        listing = self.writer.log.load(news.notice.listing_id, listings.evolve).state
        assert listing is not None and listing.expires_at is not None  # noqa: S101, PT018  # `news` left it in
        self._uses(listing.content.title)
        self.zone_id = self.zone_id or min(listing.zones)
        category, whole = listing.content.category, listing.content.quantity
        left = self.wording.left(listing.free, whole.amount, offered=listing.side == "offer")
        quantity = self.wording.quantity(whole, category)
        question = still_true.Question(self.member_id, listing.listing_id, listing.expires_at)
        return EndingCard(
            listing_id=listing.listing_id,
            title=str(listing.content.title) or taxonomy.label(category, self.wording.language),
            about=f"{quantity} ({left})" if left else quantity,
            ends_on=listings.last_day(listing.expires_at),
            lasts_longer=listings.lasts_longer(listing.expires_at, listing.content.available_to, self.now),
            token=still_true.sign(self.writer.signer, question),
        )

    def purchase(self, news: Sequence[News]) -> PurchaseCard:
        """One group purchase: what happened to it, then what comes next for the reader."""
        notice = news[0].notice
        words = self._purchase_words(notice)
        said, do, mine = words.next()
        for each in news:
            self._uses(getattr(each.recorded.event, "reason", None))
        return PurchaseCard(
            purchase_id=notice.listing_id,
            title=words.title,
            about=words.about,
            happened=tuple(
                Happening(sentence=words.happened(each.recorded.event), quote=words.quote(each.recorded.event))
                for each in news[-MOST_HAPPENINGS:]
            ),
            next=said,
            mine=mine,
            do=do,
        )

    def otherwise(self, bought: Sequence[News], cards: Sequence[PurchaseCard], endings: Sequence[EndingCard]) -> str:
        """What the mail is called that tells of no exchange."""
        if not cards:
            return self.about_endings(endings)
        if len(bought) == 1:
            return self._purchase_words(bought[0].notice).subject(bought[0].recorded.event)
        n, catalogue = len(bought), self.wording.translations
        if len(cards) == 1:
            said = catalogue.ngettext("%(num)d piece of news: %(title)s", "%(num)d pieces of news: %(title)s", n)
            return said % {"num": n, "title": cards[0].title}
        said = catalogue.ngettext(
            "%(num)d piece of news in your group purchases", "%(num)d pieces of news in your group purchases", n
        )
        return said % {"num": n}

    def _purchase_words(self, notice: Notice) -> PurchaseWords:
        purchase = self.writer.log.load(notice.listing_id, purchases.evolve, snapshot=Purchase).state
        proposed = self.writer._first(notice.listing_id)  # noqa: SLF001  # one module, one hand
        assert purchase is not None and isinstance(proposed, PurchaseProposed)  # noqa: S101, PT018  # `news` left it in
        zone = self.writer.log.load(purchase.zone_id, zones.evolve).state
        self._uses(proposed.title)
        self.zone_id = self.zone_id or purchase.zone_id
        title = str(proposed.title) or taxonomy.label(purchase.category, self.wording.language)
        time_zone = zone.time_zone if zone else "UTC"
        return PurchaseWords(self.wording, purchase, title, self._name, notice.company_id, time_zone)

    def about_endings(self, endings: Sequence[EndingCard]) -> str:
        """What the mail is called that only asks whether listings still hold."""
        if len(endings) == 1:
            said = self.wording.translations.gettext(_("Still true? “%(title)s” ends soon"))
            return said % {"title": endings[0].title}
        n = len(endings)
        said = self.wording.translations.ngettext(
            "%(num)d listing of yours ends soon", "%(num)d listings of yours end soon", n
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


def _by_purchase(news: Sequence[News]) -> list[list[News]]:
    """The news of each group purchase, the one first heard of first."""
    found: dict[str, list[News]] = {}
    for each in news:
        found.setdefault(each.notice.listing_id, []).append(each)
    return list(found.values())


def _by_exchange(news: Sequence[News]) -> list[list[News]]:
    """The news of each exchange and side, the exchange first heard of first."""
    found: dict[tuple[str, str], list[News]] = {}
    for each in news:
        found.setdefault((each.notice.exchange_id, each.notice.company_id), []).append(each)
    return list(found.values())
