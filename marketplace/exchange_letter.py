"""The mail about a person's exchanges, purchases and listings: what happened, what is next, one step to take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from domain import listings, members, purchases, taxonomy, zones
from domain.companies import CompanyRegistered
from domain.dealings import open_to
from domain.events import Event, Private
from domain.exchanges import Exchange, NextStep, next_step
from domain.listings import ListingApproved, ListingEnding
from domain.members import MemberInvited
from domain.purchases import (
    Purchase,
    PurchaseEvent,
    PurchaseProposed,
)
from marketplace import answering, still_true
from marketplace.answering import Ask, Question, one_tap
from marketplace.decision_words import DecisionWords
from marketplace.eventlog import EventLog
from marketplace.exchange_words import QUOTED, Words
from marketplace.language import known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import DecisionCard, EndingCard, ExchangeCard, ExchangeNews, Happening, PurchaseCard
from marketplace.news import News
from marketplace.notices import Notice
from marketplace.outbox import Kind, Letter
from marketplace.purchase_words import PurchaseWords
from marketplace.reactions.telling_authors import Decision
from marketplace.settings import Settings
from marketplace.tokens import Signer
from marketplace.wording import Wording

FOLDER: Final = "exchange"
TEMPLATE: Final = f"{FOLDER}/4"
"""Raise it whenever the same notices would give other words."""
DISCLOSING: Final = frozenset({"ExchangeAccepted", "PickupAgreed", "PickupNear"})
"""After these a reader wants to call: the other side's contact, disclosed by then, stands in the mail."""
YES_WITH_TIME: Final = ["ExchangeAccepted", "PickupProposed"]
KEEPING: Final = frozenset({"HoldEnding", "HoldLapsed"})
MOST_CARDS: Final = 8
"""Exchanges in one mail; the page of all exchanges has the others."""
MOST_HAPPENINGS: Final = 8
"""What is told of one exchange, the newest; its page has all of it."""
MOST_REASONS: Final = 4
"""Decisions told on a card each: more, with all their reasons, and the mail is no longer light."""
MOST_LINES: Final = 20
"""Decisions told in a line each; the page of the company's listings has them all."""
DISPUTABLE: Final = frozenset({"ExchangeConfirmed", "TakeCorrected", "PeriodConfirmed"})


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


class Draft(Struct, frozen=True):
    """A letter, the streams whose words stand in it, and the exchanges it speaks of.

    Of the kind `decision` where it tells nothing else: that is for a zone to look up, what companies wrote is not.
    """

    kind: Kind
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
        decided = [each for each in news if isinstance(each.recorded.event, Decision)]
        news = [each for each in news if each.notice.exchange_id]
        cards = tuple(scribe.card(about) for about in _by_exchange(news)[:MOST_CARDS])
        endings = tuple(scribe.ending(each) for each in ending[:MOST_CARDS])
        together = tuple(scribe.purchase(about) for about in _by_purchase(bought)[:MOST_CARDS])
        in_full = _in_full(decided)
        told = tuple(scribe.decision(each) for each in in_full)
        others = [each for each in decided if each not in in_full]
        in_short = tuple(scribe.decision(each) for each in others[:MOST_LINES])
        zone = self.log.load(scribe.zone_id, zones.evolve).state
        if zone is None:
            return None
        names = (
            scribe.about_exchanges(news, cards)
            or scribe.about_purchases(bought, together)
            or scribe.about_endings(endings),
            scribe.about_decisions(decided, told),
        )
        mail = ExchangeNews(
            site=self.site,
            name=name,
            zone=zone.name,
            zone_slug=zone.slug,
            subject=" · ".join(name for name in names if name),
            cards=cards,
            endings=endings,
            purchases=together,
            decisions=told,
            in_short=in_short,
            more=len(news) - sum(len(card.happened) for card in cards),
            more_endings=len(ending) - len(endings),
            more_decisions=len(others) - len(in_short),
            operator=zone.association,
            contact_mail=zone.contact_mail,
        )
        things = (
            *(card.exchange_id for card in cards),
            *(card.purchase_id for card in together),
            *dict.fromkeys(each.notice.listing_id for each in decided),
        )
        envelope = Envelope(
            site=self.site,
            mail_from=self.mail_from,
            to=to,
            name=name,
            date=now.astimezone(ZoneInfo(zone.time_zone)),
            message_id=self.message_id(mail_id),
            language=language,
            # About one thing only, it belongs to the conversation about it.
            thread=f"{things[0]}@{self.domain}" if len(things) == 1 and not endings else "",
        )
        letter = address(write(FOLDER, language, self.links, mail=mail), envelope)
        items = (*things, *(f"{card.listing_id}@{card.ends_on}" for card in endings))
        kind: Kind = "exchange" if cards or together or endings else "decision"
        return Draft(kind, letter, zone.zone_id, tuple(sorted({member_id, *scribe.subjects})), items)

    def _first(self, stream: str) -> Event | None:
        history = self.log.history(stream, limit=1)
        return history[0].event if history else None


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

    def about_exchanges(self, news: Sequence[News], cards: Sequence[ExchangeCard]) -> str:
        """One thing is called by its name, a yes with a time too; several are counted."""
        if not cards:
            return ""
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

    def about_purchases(self, bought: Sequence[News], cards: Sequence[PurchaseCard]) -> str:
        """What the mail is called that tells of group purchases, and of no exchange."""
        if not cards:
            return ""
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
        if not endings:
            return ""
        if len(endings) == 1:
            said = self.wording.translations.gettext(_("Still true? “%(title)s” ends soon"))
            return said % {"title": endings[0].title}
        n = len(endings)
        said = self.wording.translations.ngettext(
            "%(num)d listing of yours ends soon", "%(num)d listings of yours end soon", n
        )
        return said % {"num": n}

    def about_decisions(self, decided: Sequence[News], cards: Sequence[DecisionCard]) -> str:
        """What a mail is called that tells of decisions, or what its name ends with that tells of more."""
        return self._decision_words.name([each.recorded.event for each in decided], cards) if decided else ""

    def decision(self, news: News) -> DecisionCard:
        """What a zone decided about one listing, as it has it to say."""
        event = news.recorded.event
        assert isinstance(event, Decision)  # noqa: S101  # `write` asks for no other
        listing = self.writer.log.load(event.listing_id, listings.evolve).state
        zone = self.writer.log.load(event.zone_id, zones.evolve).state
        assert listing is not None and zone is not None  # noqa: S101, PT018  # `news_of` left it in
        self._uses(listing.content.title)
        self._uses(getattr(event, "sentence", None))
        self.zone_id = self.zone_id or zone.zone_id
        history = self.writer.log.history(event.listing_id)
        return self._decision_words.card(news.recorded, event, zone, str(listing.content.title), history)

    @property
    def _decision_words(self) -> DecisionWords:
        return DecisionWords(self.wording, self.writer.links)

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


def _in_full(decided: Sequence[News]) -> list[News]:
    """The decisions told on a card: the only one, or the first with something to read; what is online, in a line."""
    if len(decided) == 1:
        return list(decided)
    return [each for each in decided if not isinstance(each.recorded.event, ListingApproved)][:MOST_REASONS]


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
