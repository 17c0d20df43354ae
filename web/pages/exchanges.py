"""The page of one exchange, and the steps that end it, put it right or settle it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.params import FromPath

from domain.dealings import (
    AbandonExchange,
    CorrectTake,
    DeclareSavings,
    DisputeExchange,
    EndFlow,
    RenewHold,
    SettleDispute,
)
from domain.exchanges import CHOSEN, DISPUTE_WITHIN
from domain.quantities import NOT_POSITIVE, NUMBER_ONLY, TOO_LARGE, Quantity
from domain.refused import _
from web.deals import Deal, deal
from web.exchange_page import USES, show
from web.policies import form, page
from web.visits import Visit, Visiting

LONGEST_ID: Final = 80
SENTENCE_LENGTH: Final = 500
CENTS: Final = 100
MOST_TAKES: Final = 10_000
OTHER_FIGURE: Final = "other"
SAVINGS: Final = {
    NUMBER_ONLY: _("Write a number only, in euros."),
    TOO_LARGE: _("This amount seems too large."),
    NOT_POSITIVE: _("Write zero or more."),
}
"""What is said of a saving that is none."""


@page("/exchanges/{exchange_id:str}", policy="crew")
async def show_exchange(visit: Visiting, request: Request[Any, Any, Any], exchange_id: FromPath[str]) -> Response[Any]:
    """Where it stands, who owes the next step, and all that happened."""
    asked = request.query_params
    for_company, before = (asked.get(name, "").replace("\0", "")[:LONGEST_ID] for name in ("for_company", "before"))
    return await show(visit, exchange_id, for_company=for_company, before=before)


# --- given up, kept, ended --------------------------------------------------------------------------------------


@form("/exchanges/{exchange_id:str}/abandon", policy="member")
async def abandon(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Give it up, for a reason."""
    step = await deal(visit, exchange_id, "abandon")
    reason = step.given.choice("reason", CHOSEN, missing=_("Choose the reason in the list."))
    sentence = step.given.text("sentence", most=SENTENCE_LENGTH)
    if step.given.errors:
        return await step.again()
    command = AbandonExchange(**await step.asked(), reason=reason, sentence=sentence)  # type: ignore[arg-type]  # one of CHOSEN
    told = visit.say(_("Given up. The other company reads the reason, and what was kept is free again."))
    return await step.carry_out(visit.services.marketplace.abandon_exchange, command, told)


@form("/exchanges/{exchange_id:str}/hold", policy="member")
async def renew_hold(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Keep the quantity for another while."""
    step = await deal(visit, exchange_id, "renew_hold")
    told = visit.say(_("The quantity stays kept for two more weeks. Next: a time for the pick-up."))
    return await step.carry_out(visit.services.marketplace.renew_hold, RenewHold(**await step.asked()), told)


@form("/exchanges/{exchange_id:str}/end", policy="member")
async def end_flow(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """End a flow that ran its course."""
    step = await deal(visit, exchange_id, "end")
    told = visit.say(_("The flow has ended. What came so far stays recorded."))
    return await step.carry_out(visit.services.marketplace.end_flow, EndFlow(**await step.asked()), told)


# --- put right, disputed, settled -------------------------------------------------------------------------------


@form("/exchanges/{exchange_id:str}/correct", policy="member")
async def correct(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Correct what one's own side confirmed."""
    step = await deal(visit, exchange_id, "correct")
    number, quantity = _number(step), _figure(step)
    if step.given.errors:
        return await step.again()
    command = CorrectTake(**await step.asked(), number=number, quantity=quantity)
    told = _disputable(visit, _("Corrected. The other company is told, and has %(days)s days to say otherwise."))
    return await step.carry_out(visit.services.marketplace.correct_take, command, told)


@form("/exchanges/{exchange_id:str}/dispute", policy="member")
async def dispute(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Say that a pick-up went otherwise, and how."""
    step = await deal(visit, exchange_id, "dispute")
    number, quantity = _number(step), _figure(step)
    missing = _("Say in a sentence what went otherwise: the other company reads it.")
    sentence = step.given.text("sentence", most=SENTENCE_LENGTH, missing=missing)
    if step.given.errors:
        return await step.again()
    command = DisputeExchange(**await step.asked(), number=number, quantity=quantity, sentence=sentence)
    told = visit.say(_("Recorded. Next: the other company agrees with your figure, or you settle it between you."))
    return await step.carry_out(visit.services.marketplace.dispute_exchange, command, told)


@form("/exchanges/{exchange_id:str}/settle", policy="member")
async def settle(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Come round to the other side's figure; or say, as the facilitator, which one holds."""
    step = await deal(visit, exchange_id, "settle")
    number, quantity = _number(step), _settled(step)
    if step.given.errors:
        return await step.again()
    command = SettleDispute(**await step.asked(), number=number, quantity=quantity)
    told = visit.say(_("Settled: both companies see this figure."))
    return await step.carry_out(visit.services.marketplace.settle_dispute, command, told)


@form("/exchanges/{exchange_id:str}/savings", policy="member")
async def declare_savings(visit: Visiting, exchange_id: FromPath[str]) -> Response[Any]:
    """Say what it saved, and what became of it."""
    step = await deal(visit, exchange_id, "declare")
    euros = None if step.given.raw("saving") in ("", "0") else step.given.amount("saving", instead=SAVINGS)
    if euros is not None and (euros * CENTS) % 1:
        step.given.wrong("saving", _("A price has two decimals at most."))
    cents = 0 if step.given.raw("saving") == "0" else None if euros is None else int(euros * CENTS)
    use = step.given.choice("use", USES) or None
    if cents is None and use is None:
        step.given.wrong("saving", _("Answer one of the two, or leave the question."))
    if step.given.errors:
        return await step.again()
    command = DeclareSavings(**await step.asked(), cents=cents, use=use)  # type: ignore[arg-type]  # one of USES
    told = visit.say(_("Thank you: that is what your zone can show."))
    return await step.carry_out(visit.services.marketplace.declare_savings, command, told)


def _number(step: Deal) -> int:
    """The pick-up a form is about; one that is nowhere when it says none."""
    number = step.given.whole("number", least=1, most=MOST_TAKES)
    if number is None:
        step.given.wrong("", _("Nothing was confirmed under this number."))
    return number or 0


def _figure(step: Deal) -> Quantity | None:
    """What was really collected; None when the box for nothing is ticked."""
    return None if step.given.raw("nothing") else step.quantity()


def _settled(step: Deal) -> Quantity | None:
    """The figure that was chosen, as the form told it, or typed beside the two; the domain says whether it may be."""
    chosen = step.given.choice("figure", ("stated", "disputed", OTHER_FIGURE), missing=_("Choose the figure."))
    if not chosen:
        return None
    if chosen == OTHER_FIGURE:
        return _figure(step)
    return None if step.given.raw(chosen) == "0" else step.quantity(chosen)


def _disputable(visit: Visit, sentence: str) -> str:
    return visit.say(sentence, days=DISPUTE_WITHIN.days)


handlers = [show_exchange, abandon, renew_hold, end_flow, correct, dispute, settle, declare_savings]
