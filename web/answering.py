"""The small page that a mail's button opens: what it asks of whom, and why there may be nothing to answer any more."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct
from msgspec.structs import replace

from domain.dealings import open_to
from domain.dealings.rules import MEANWHILE
from domain.exchanges import CHOSEN, DISPUTE_WITHIN, Exchange
from domain.periods import of_a_period
from domain.refused import _
from marketplace.answering import HOLDS, Ask, Question, about, figure_named, read
from projections import exchanges
from projections.exchanges import EXCHANGES, ExchangeRow
from projections.viewer import Viewer
from web.answer_views import Act, AnswerPage, Asked
from web.exchanging import ExchangePresenter
from web.forms import Answers
from web.views import Choice
from web.visits import Visit

ACTS: Final[dict[Ask, tuple[Act, ...]]] = {
    "answer": ("accept", "decline"),
    "pickup": ("agree", "abandon"),
    "collected": ("confirm", "later", "abandon"),
    "period": ("confirm_period", "miss_period"),
    "hold": ("renew_hold", "abandon"),
    "settle": ("settle",),
    "give_up": ("abandon",),
}
"""What answers each question, and nothing else: a token is good for what its mail asked."""

QUESTIONS: Final[dict[Ask, str]] = {
    "answer": _("Say yes to %(other)s?"),
    "pickup": _("Does this time suit you?"),
    "collected": _("Did the pick-up happen?"),
    "period": _("Did it come?"),
    "hold": _("Keep it for longer?"),
    "settle": _("Agree with the other figure?"),
    "give_up": _("Why will it not happen?"),
}
YES: Final = {True: _("Yes, keep %(quantity)s for them"), False: _("Yes, take %(quantity)s")}
"""What an owner says who gives, and one who takes."""
DONE: Final[dict[Act, str]] = {
    "accept": _("%(other)s is told, and the two of you now see how to reach each other."),
    "decline": _("%(other)s is told, with your reason."),
    "agree": _("%(other)s is told. Both of you are reminded the day before."),
    "confirm": _("%(other)s is told, and may say within %(days)s days that it went otherwise."),
    "later": _("Nothing is changed. When another day suits better, propose it."),
    "confirm_period": _("%(other)s is told, and may say within %(days)s days that it went otherwise."),
    "miss_period": _("%(other)s is told. The flow shows as interrupted until something comes again."),
    "renew_hold": _("%(other)s is told. Next, agree on a pick-up."),
    "settle": _("Both of you agree now, and the figure stands."),
    "abandon": _("%(other)s is told, with your reason. What was kept is free again."),
}


class Case(Struct, frozen=True):
    """A question, whoever is asked, and the exchange as it stands; `holds` until the token is too old."""

    question: Question
    holds: bool
    person: Viewer
    row: ExchangeRow
    show: ExchangePresenter
    speaks_for: str = ""

    @property
    def exchange(self) -> Exchange:
        """The exchange as the domain has it."""
        return self.row.exchange

    @property
    def company_id(self) -> str:
        """The side they speak for: the one the form was made for, where they speak for both."""
        named = self.speaks_for in self.exchange.companies and self.person.acts_for(self.speaks_for)
        return self.speaks_for if named else self.show.side(self.exchange)

    @property
    def other(self) -> str:
        """The company across."""
        return self.show.name(self.exchange.other(self.company_id))

    @property
    def is_another(self) -> bool:
        """Whether it is no longer this that is asked: the time, the pick-up or the figure is another one by now."""
        ask, exchange = self.question.ask, self.exchange
        return ask != "period" and self.question.about != about(exchange, ask, self.company_id)

    @property
    def collected_on(self) -> date:
        """The day that was agreed on, unless it is still to come."""
        zone = ZoneInfo(self.exchange.time_zone)
        today = self.show.now.astimezone(zone).date()
        agreed = self.exchange.agreed
        return min(today, agreed.start.astimezone(zone).date()) if agreed else today

    def acts(self, now: datetime) -> tuple[Act, ...]:
        """What may be answered now; nothing once somebody took the step, or it can no longer be taken."""
        ask, exchange = self.question.ask, self.exchange
        if ask == "period" and any(take.period == self.question.about for take in exchange.takes):
            return ()
        if self.is_another:
            return ()
        verbs = {"later", *open_to(exchange, self.company_id, now)}
        acts = tuple(act for act in ACTS[ask] if act in verbs)
        return acts if ACTS[ask][0] in acts else ()


async def case_of(visit: Visit, token: str, speaks_for: str = "") -> Case | None:
    """What the token asks, read with the rights of whoever got the mail; nothing when they have none any more."""
    found = read(visit.services.signer, token, visit.now)
    if found is None:
        return None
    question, holds = found
    reader = visit.services.reader
    person = await reader.viewer(question.member_id)
    if person is None:
        return None
    if visit.position:
        await reader.visible(visit.position, [EXCHANGES.name])
    async with reader.reading(person) as look:
        row = await look.one(exchanges.one(question.exchange_id))
        if row is None:
            return None
        names = {each.company_id: each.name for each in await look.all(exchanges.companies(row.exchange.companies))}
    show = ExchangePresenter(person, visit.say, visit.language, visit.now, row.exchange.time_zone, names)
    case = Case(question, holds, person, row, show, speaks_for)
    return case if case.company_id else None


async def asking(
    visit: Visit, token: str, case: Case, given: Answers | None = None, *, problem: str = "", status: int = 200
) -> Response[str]:
    """The question, or why there is nothing to answer any more."""
    acts = case.acts(visit.now) if case.holds else ()
    shown = _about(token, case)
    if acts:
        return await _shown(
            visit, replace(shown, asked=_asked(visit, case, acts, given), problem=problem), status, case
        )
    heading, sentence = _over(visit, case)
    return await _shown(visit, replace(shown, heading=heading, sentence=problem or sentence), status, case)


async def done(visit: Visit, token: str, case: Case, act: Act) -> Response[str]:
    """What was taken, and what comes next."""
    sentence = visit.say(DONE[act], other=case.other, days=DISPUTE_WITHIN.days)
    turn = case.show.turn(case.exchange) if act != "later" else None
    thanks = replace(_about(token, case), heading=visit.say(_("Thank you, it is noted")), sentence=sentence, done=True)
    return await _shown(visit, replace(thanks, next=turn.sentence if turn else ""), 200, case)


async def gone(visit: Visit, token: str) -> Response[str]:
    """A token that is none of ours, or of someone who may no longer answer."""
    heading = visit.say(_("This link no longer works"))
    sentence = visit.say(_("Sign in to see your exchanges and what waits for you."))
    return await _shown(visit, AnswerPage(token=token, heading=heading, sentence=sentence), 410)


async def _shown(visit: Visit, view: AnswerPage, status: int, case: Case | None = None) -> Response[str]:
    zones = await visit.services.zones()
    zone = next((each for each in zones if case is not None and each.zone_id == case.row.zone_id), None)
    response = await visit.page("exchanges/answer.html", view, zone=zone, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _about(token: str, case: Case) -> AnswerPage:
    exchange, row = case.exchange, case.row
    quantity = case.show.quantity(exchange.accepted or exchange.asked, row.category)
    return AnswerPage(
        token=token, exchange_id=exchange.exchange_id, title=row.title, facts=f"{quantity} · {case.other}"
    )


def _asked(visit: Visit, case: Case, acts: tuple[Act, ...], given: Answers | None) -> Asked:
    exchange, ask = case.exchange, case.question.ask
    figure = _figure(case)
    said = case.show.amount(figure, exchange, case.row.category, per=ask == "answer")
    # What the answer depends on goes along: sent twice, it says the same, whatever the first time changed.
    values = {
        "amount": visit.wording.typed(figure),
        "for_company": case.company_id,
        "collected_on": case.collected_on.isoformat() if ask == "collected" else "",
    }
    by_form = case.row.waste and ask in ("collected", "period")
    return Asked(
        question=visit.say(QUESTIONS[ask], other=case.other),
        about=_question_about(visit, case),
        acts=tuple(act for act in acts if not (by_form and act in ("confirm", "confirm_period"))),
        form=visit.form(given, values=values, seen_version=case.row.version),
        figure=said,
        yes=visit.say(YES[exchange.owner_id == exchange.provider_id], quantity=said),
        unit=case.show.wording.units(exchange.asked.unit, case.row.category),
        reasons=tuple(Choice(value=code, label=case.show.reason(code)) for code in CHOSEN),
        by_form=by_form,
    )


def _figure(case: Case) -> Decimal:
    """What "yes" stands for."""
    exchange = case.exchange
    match case.question.ask:
        case "answer":
            return exchange.asked.amount
        case "settle":
            return their_figure(case)
        case "collected":
            left = exchange.accepted.amount - exchange.taken if exchange.accepted else Decimal(0)
            return exchange.held or max(left, Decimal(0)) or exchange.asked.amount
        case "period":
            return of_a_period(exchange.accepted or exchange.asked)
        case _:
            return exchange.accepted.amount if exchange.accepted else exchange.asked.amount


def _question_about(visit: Visit, case: Case) -> str:  # noqa: PLR0911  (one flat case per question)
    """The one thing to know before answering."""
    exchange, show = case.exchange, case.show
    match case.question.ask:
        case "answer":
            takes = exchange.asker_id == exchange.receiver_id
            asks = _("%(company)s asked for %(quantity)s") if takes else _("%(company)s has %(quantity)s")
            return visit.say(asks, company=case.other, quantity=show.quantity(exchange.asked, case.row.category))
        case "pickup":
            return show.slot(exchange.proposed) if exchange.proposed else ""
        case "collected":
            return show.slot(exchange.agreed) if exchange.agreed else ""
        case "period":
            return show.period(case.question.about)
        case "hold":
            if exchange.hold_until is None:
                return visit.say(_("The time was over: the quantity is free again"))
            return visit.say(
                _("Kept until %(day)s"), day=show.day(exchange.hold_until.astimezone(zone_of(exchange)).date())
            )
        case "settle":
            dispute = exchange.dispute
            mine = Decimal(0)
            if dispute is not None:
                mine = dispute.disputed if dispute.disputed_by == case.company_id else dispute.amount
            return visit.say(
                _("You say: %(mine)s. %(other)s says: %(theirs)s."),
                mine=show.amount(mine, exchange, case.row.category),
                other=case.other,
                theirs=show.amount(their_figure(case), exchange, case.row.category),
            )
        case "give_up":
            return visit.say(_("One tap answers, and %(other)s is told."), other=case.other)


def _over(visit: Visit, case: Case) -> tuple[str, str]:
    """Why there is nothing to answer any more, and where it stands."""
    exchange = case.exchange
    if not case.holds:
        heading, why = _("This link is too old"), visit.say(_("Its buttons worked for %(days)s days."), days=HOLDS.days)
    else:
        heading, why = _("Nothing to answer any more"), visit.say(MEANWHILE[exchange.last])
        if case.question.ask == "pickup" and exchange.proposed is not None and exchange.proposed.end <= visit.now:
            why = visit.say(_("This time is past: propose another."))
    turn = case.show.turn(exchange)
    return visit.say(heading), f"{why} {turn.sentence}." if turn else why


def their_figure(case: Case) -> Decimal:
    """The other side's figure that the mail told."""
    named = figure_named(case.question.about)
    return named[1] if named else Decimal(0)


def zone_of(exchange: Exchange) -> ZoneInfo:
    """The clocks of the place."""
    return ZoneInfo(exchange.time_zone)
