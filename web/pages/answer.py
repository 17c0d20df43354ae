"""One tap from a mail: a small page that asks exactly what the mail asked, and takes the answer without signing in.

Opening it changes nothing: mail scanners and previews come here too. Only its buttons act, as whoever got the mail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from domain import taxonomy
from domain.commands import Receipt
from domain.dealings import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    ConfirmPeriod,
    Dealing,
    DeclineExchange,
    MissPeriod,
    RenewHold,
    SettleDispute,
)
from domain.dealings.rules import MEANWHILE
from domain.exchanges import CHOSEN
from domain.quantities import Quantity
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.answering import figure_named
from web.answer_views import Act
from web.answering import ACTS, Case, asking, case_of, done, gone
from web.forms import Answers
from web.policies import form, page
from web.rate_limits import POSTS
from web.visits import Visit, Visiting

SENTENCE_LENGTH: Final = 500
_WHY: Final = ("reason", "sentence")
FIELDS: Final[dict[Act, tuple[str, ...]]] = {
    "confirm": ("amount",),
    "confirm_period": ("amount",),
    "decline": _WHY,
    "abandon": _WHY,
}
"""What may be typed or chosen with a step; what is refused of anything else is said above the question."""


@page("/answer/{token:str}", policy="address")
async def ask(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Ask; whoever or whatever opens it."""
    case = await case_of(visit, token)
    return await (asking(visit, token, case) if case else gone(visit, token))


@form("/answer/{token:str}", policy="address")
async def answer(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Take the answer, as whoever got the mail; sent twice, it is taken once and answered alike."""
    given = await visit.answers()
    case = await case_of(visit, token, given.raw("for_company"))
    if case is None or not case.holds:
        return await (asking(visit, token, case, status=410) if case else gone(visit, token))
    act: Any = given.choice("act", ACTS[case.question.ask], missing=_("Choose one of the answers."))
    try:
        command = None if given.errors else await _command(visit, case, act, given)
        if command is not None:
            await _carry_out(visit, case, *command)
    except Refused as refused:
        return await _refused(visit, token, given, refused, act)
    if given.errors:
        return await asking(visit, token, case, given, status=422)
    return await done(visit, token, await case_of(visit, token, case.speaks_for) or case, act)


async def _refused(visit: Visit, token: str, given: Answers, refused: Refused, act: Act) -> Response[str]:
    """What stands against it, beside its field, or with the question as it stands now."""
    case = await case_of(visit, token)
    if case is None or isinstance(refused, NotFound):
        return await gone(visit, token)
    if refused.field in FIELDS.get(act, ()) and not isinstance(refused, Conflict):
        given.refused(refused)
        return await asking(visit, token, case, given, status=422)
    status = 409 if isinstance(refused, Conflict) else 422
    return await asking(visit, token, case, problem=visit.refusal(refused), status=status)


# --- the step -----------------------------------------------------------------------------------------------------


Wanted = tuple[Callable[[Any], Receipt], Dealing]


async def _command(visit: Visit, case: Case, act: Act, given: Answers) -> Wanted | None:  # noqa: C901, PLR0911  (one flat case per act)
    """The use case and its command; None when nothing is to be recorded, or something typed is wrong."""
    use, exchange = visit.services.marketplace, case.exchange
    common = await visit.asked()
    seen = common["seen_version"]
    if case.is_another and (seen is None or seen >= case.row.version):
        # A form made before it changed goes on: sent for the second time it gets its first answer, else a refusal.
        raise Conflict(MEANWHILE[exchange.last])
    asked: dict[str, Any] = {
        **common,
        "actor": case.person.actor,
        "listing_id": exchange.listing_id,
        "exchange_id": exchange.exchange_id,
        "company_id": case.company_id,
    }
    match act:
        case "accept":
            return use.accept_exchange, AcceptExchange(**asked, quantity=exchange.asked)
        case "decline" | "abandon":
            reason: Any = given.choice("reason", CHOSEN, missing=_("Choose the reason in the list."))
            sentence = given.text("sentence", most=SENTENCE_LENGTH)
            if given.errors:
                return None
            why = {"reason": reason, "sentence": sentence}
            if act == "decline":
                return use.decline_exchange, DeclineExchange(**asked, **why)
            return use.abandon_exchange, AbandonExchange(**asked, **why)
        case "agree":
            return use.agree_pickup, AgreePickup(**asked)
        case "renew_hold":
            return use.renew_hold, RenewHold(**asked)
        case "miss_period":
            return use.miss_period, MissPeriod(**asked, period=case.question.about)
        case "settle":
            named = figure_named(case.question.about)
            if named is None:
                raise Conflict(MEANWHILE[exchange.last])
            number, amount = named
            theirs = Quantity(amount, exchange.asked.unit) if amount else None
            return use.settle_dispute, SettleDispute(**asked, number=number, quantity=theirs)
        case "later":
            return None
        case "confirm" | "confirm_period":
            return _counted(visit, case, act, given, asked)


def _counted(
    visit: Visit, case: Case, act: Literal["confirm", "confirm_period"], given: Answers, asked: dict[str, Any]
) -> Wanted | None:
    """What was collected or came, in all, counted or estimated."""
    use, exchange = visit.services.marketplace, case.exchange
    counted = taxonomy.UNITS[exchange.asked.unit].is_counted
    amount = given.amount("amount", missing=_("Say how much."), counted=counted)
    measured = given.choice("measured", ("yes", "no"), usual="no") == "yes"
    collected_on = given.day("collected_on") or case.collected_on
    if given.errors or amount is None:
        return None
    said: dict[str, Any] = {"quantity": Quantity(amount, exchange.asked.unit), "measured": measured}
    if act == "confirm_period":
        return use.confirm_period, ConfirmPeriod(**asked, **said, period=case.question.about)
    return use.confirm_exchange, ConfirmExchange(**asked, **said, final=True, collected_on=collected_on)


async def _carry_out(visit: Visit, case: Case, use_case: Callable[[Any], Receipt], command: Dealing) -> None:
    """Carry it out as this person, whoever else may be signed in on this device."""
    await visit.within(POSTS, case.person.member_id)
    receipt = await visit.services.carry_out(use_case, command)
    visit.position = max(visit.position, receipt.position)
    if visit.session is not None:
        visit.session.note(receipt.position)


handlers: Final[list[ControllerRouterHandler]] = [ask, answer]
