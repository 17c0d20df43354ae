"""The organiser's desk of a group purchase: quotes, choice, terms, time and end; the ledger and the sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from litestar import Request, Response
from litestar.params import FromPath

from domain.commands import Receipt
from domain.purchases import (
    Buying,
    CancelPurchase,
    ChangeTerms,
    ChooseQuote,
    ExtendDeadline,
    OpenPledges,
    RecordDelivery,
    RecordQuote,
    SetSpecification,
)
from domain.purchases.rules import SENTENCE_LENGTH, TEXT_LENGTH
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.links import PAGES
from marketplace.purchase_sheet import as_csv, as_xlsx
from projections import people
from projections.purchases import PurchaseRow, QuoteRow
from web import purchase_desk as desk
from web import purchase_papers as papers
from web.document_field import MOST_SENT, DocumentSent, document_sent
from web.forms import Answers
from web.policies import form, page
from web.purchase_readers import EVERYTHING
from web.quote_field import bounds_typed, deadline_typed, offer_typed
from web.visits import Visit, Visiting

C = TypeVar("C", bound=Buying)

LONGEST_ID: Final = 80
LONGEST_NAME: Final = 40
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_REASON: Final = _("Say why in a sentence: everyone who takes part reads it.")


@page("/purchases/{purchase_id:str}/desk", policy="member")
async def show_desk(visit: Visiting, request: Request[Any, Any, Any], purchase_id: FromPath[str]) -> Response[Any]:
    """Where it stands, what comes next, and every figure."""
    quote_id = request.query_params.get("quote", "").replace("\0", "")[:LONGEST_ID]
    return await desk.show(visit, purchase_id, quote_id=quote_id)


class _Step:
    """A step of the organiser, taken with a form of the desk."""

    def __init__(self, visit: Visit, row: PurchaseRow, zone: people.Zone, key: str, given: Answers) -> None:
        self.visit = visit
        self.row = row
        self.zone = zone
        self.key = key
        self.given = given
        self.sent = DocumentSent()

    @classmethod
    async def of(cls, visit: Visit, purchase_id: str, key: str) -> _Step:
        """The step of a form, for whoever leads the purchase."""
        row, zone = await desk.led(visit, purchase_id)
        return cls(visit, row, zone, key, await visit.answers())

    async def asked(self) -> dict[str, Any]:
        """What every step carries."""
        return {**await self.visit.asked(), "purchase_id": self.row.purchase_id}

    def reason(self, missing: str = ONE_REASON) -> str:
        """Why, in a sentence."""
        return self.given.text("reason", most=SENTENCE_LENGTH, missing=missing)

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C, told: str) -> Response[Any]:
        """Take the step and say what happens next; or show the desk with what stands against it."""
        try:
            await self.visit.carry_out(use_case, command)
        except Conflict as conflict:
            return await self.overtaken(conflict)
        except (NotFound, Forbidden):
            raise
        except Refused as refused:
            self.given.refused(refused)
            return await self.again()
        self.visit.tell(told)
        return self.visit.go(PAGES.purchase_desk(self.row.purchase_id))

    async def overtaken(self, conflict: Conflict) -> Response[Any]:
        """The desk as it stands now, whoever brought it there."""
        self.visit.position = EVERYTHING
        return await desk.show(self.visit, self.row.purchase_id, conflict=self.visit.refusal(conflict), status=409)

    async def again(self) -> Response[Any]:
        """The desk with the form as it was filled, and what is wrong beside its fields."""
        quote_id = self.given.raw("quote_id")
        filled = desk.Filled(self.key, self.given, self.sent.waiting)
        return await desk.show(self.visit, self.row.purchase_id, filled=filled, quote_id=quote_id, status=422)


# --- up to the choice -------------------------------------------------------------------------------------------


@form("/purchases/{purchase_id:str}/specification", policy="member")
async def specify(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Write down what exactly suppliers are asked for."""
    step = await _Step.of(visit, purchase_id, "specification")
    text = step.given.text("text", most=TEXT_LENGTH, missing=_("Say exactly what suppliers are asked for."))
    if step.given.errors:
        return await step.again()
    told = visit.say(_("Written down. Next: ask suppliers, and enter their quotes as they come."))
    return await step.carry_out(
        visit.services.marketplace.set_specification, SetSpecification(**await step.asked(), text=text), told
    )


@form("/purchases/{purchase_id:str}/quotes", policy="member", request_max_body_size=MOST_SENT)
async def record_quote(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Enter a supplier's quote, or correct one."""
    step = await _Step.of(visit, purchase_id, "quote")
    given = step.given
    supplier = given.text("supplier", most=SENTENCE_LENGTH, missing=_("Say whose quote it is."))
    conditions = given.text("conditions", most=TEXT_LENGTH)
    offer = offer_typed(given)
    corrected = await _corrected(step)
    step.sent = await document_sent(
        visit,
        given,
        whom=visit.viewer.member_id,
        zone_id=step.zone.zone_id,
        stream=purchase_id,
        shown=corrected.document if corrected else None,
    )
    if given.errors or offer is None:
        return await step.again()
    asked = await step.asked()
    command = RecordQuote(
        **asked,
        # A new one is named after the form, so that a form sent twice enters it once.
        quote_id=corrected.quote_id if corrected else f"quote-{asked['command_id']}",
        supplier=supplier,
        offer=offer,
        conditions=conditions,
        document=step.sent.document_id,
    )
    told = visit.say(_("The quote of %(supplier)s is in."), supplier=supplier)
    answer = await step.carry_out(visit.services.marketplace.record_quote, command, told)
    if step.sent.document_id:
        await visit.services.blocking(visit.services.photos.settle, purchase_id)
    return answer


async def _corrected(step: _Step) -> QuoteRow | None:
    """The quote that is corrected."""
    quote_id = step.given.raw("quote_id")
    known = (await desk.find(step.visit, step.row.purchase_id)).quotes if quote_id else []
    return next((one for one in known if one.quote_id == quote_id), None)


@form("/purchases/{purchase_id:str}/choose", policy="member")
async def choose(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Choose a quote, and say why."""
    step = await _Step.of(visit, purchase_id, "choose")
    quote_id = step.given.text("quote", most=LONGEST_ID, missing=_("Choose one of the quotes."))
    reason = step.reason(_("Say why this one: everyone who joins reads it."))
    if step.given.errors:
        return await step.again()
    command = ChooseQuote(**await step.asked(), quote_id=quote_id, reason=reason)
    told = visit.say(_("Chosen. Next: set the deadline and the bounds, and open the pledges."))
    return await step.carry_out(visit.services.marketplace.choose_quote, command, told)


# --- while pledges are open -------------------------------------------------------------------------------------


@form("/purchases/{purchase_id:str}/open", policy="member")
async def open_pledges(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Let companies pledge on the chosen quote."""
    step = await _Step.of(visit, purchase_id, "open")
    bounds = bounds_typed(step.given, step.zone.time_zone)
    charter = step.given.text(
        "charter", most=TEXT_LENGTH, missing=_("Write what each company accepts with its pledge.")
    )
    if step.given.errors or bounds is None:
        return await step.again()
    conflict = (await desk.find(visit, purchase_id)).overtaken(step.given.raw("quote"))
    if conflict is not None:
        return await step.overtaken(conflict)
    command = OpenPledges(**await step.asked(), bounds=bounds, charter=charter)
    told = visit.say(_("Pledges are open. The zone sees it now, and can join."))
    return await step.carry_out(visit.services.marketplace.open_pledges, command, told)


@form("/purchases/{purchase_id:str}/terms", policy="member")
async def change_terms(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Change what was agreed with the supplier, or the bounds."""
    step = await _Step.of(visit, purchase_id, "terms")
    offer = offer_typed(step.given, minimum=desk.SUPPLIER_MINIMUM)
    bounds = bounds_typed(step.given, step.zone.time_zone)
    reason = step.reason(_("Say why in a sentence: everyone who pledged reads it."))
    if step.given.errors or offer is None or bounds is None:
        return await step.again()
    command = ChangeTerms(**await step.asked(), offer=offer, bounds=bounds, reason=reason)
    told = visit.say(_("Changed. Where something is worse, each company is asked to confirm its pledge."))
    return await step.carry_out(visit.services.marketplace.change_terms, command, told)


@form("/purchases/{purchase_id:str}/extend", policy="member")
async def extend(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Give more time."""
    step = await _Step.of(visit, purchase_id, "extend")
    deadline = deadline_typed(step.given, step.zone.time_zone)
    reason = step.reason(_("Say why in a sentence: everyone who pledged reads it."))
    if step.given.errors or deadline is None:
        return await step.again()
    command = ExtendDeadline(**await step.asked(), deadline=deadline, reason=reason)
    return await step.carry_out(
        visit.services.marketplace.extend_deadline, command, visit.say(_("There is more time."))
    )


@form("/purchases/{purchase_id:str}/cancel", policy="member")
async def cancel(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Give it up."""
    step = await _Step.of(visit, purchase_id, "cancel")
    reason = step.reason(_("Say why in a sentence: everyone who took part reads it."))
    if step.given.errors:
        return await step.again()
    command = CancelPurchase(**await step.asked(), reason=reason)
    told = visit.say(_("Given up. Everyone who took part reads why."))
    return await step.carry_out(visit.services.marketplace.cancel_purchase, command, told)


@form("/purchases/{purchase_id:str}/delivery", policy="member")
async def record_delivery(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Say when it came."""
    step = await _Step.of(visit, purchase_id, "delivery")
    on = step.given.day("on")
    if on is None:
        step.given.wrong("on", _("Choose the day."))
        return await step.again()
    command = RecordDelivery(**await step.asked(), on=on)
    told = visit.say(_("Recorded. Each company is now asked what arrived."))
    return await step.carry_out(visit.services.marketplace.record_delivery, command, told)


# --- the ledger and the sheet -----------------------------------------------------------------------------------


@page("/purchases/{purchase_id:str}/ledger", policy="member")
async def show_ledger(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Every pledge in the order of the log, and what the rule gives each."""
    known = await desk.find(visit, purchase_id)
    view = papers.ledger(visit, known)
    return await visit.page("purchases/ledger.html", view, zone=known.zone, current="purchases")


@page("/purchases/{purchase_id:str}/sheet", policy="member")
async def show_sheet(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """What the supplier is given, to be printed."""
    known = await desk.find(visit, purchase_id)
    return await visit.page("purchases/sheet.html", papers.printed(visit, known), zone=known.zone, current="purchases")


@page("/purchases/{purchase_id:str}/sheet.csv", policy="member")
async def sheet_csv(visit: Visiting, purchase_id: FromPath[str]) -> Response[bytes]:
    """The same as a CSV file."""
    known = await _to_take(visit, purchase_id)
    return spreadsheet(as_csv(papers.sheet(visit, known)), "text/csv", f"{_name(known.row)}.csv")


@page("/purchases/{purchase_id:str}/sheet.xlsx", policy="member")
async def sheet_xlsx(visit: Visiting, purchase_id: FromPath[str]) -> Response[bytes]:
    """The same as a workbook."""
    known = await _to_take(visit, purchase_id)
    written = await visit.services.blocking(as_xlsx, papers.sheet(visit, known))
    return spreadsheet(written, XLSX, f"{_name(known.row)}.xlsx")


async def _to_take(visit: Visit, purchase_id: str) -> desk.Desk:
    """What a file is made from; those it names can see who took it."""
    known = await desk.find(visit, purchase_id)
    await visit.looked_at("export", purchase_id, [pledge.company_id for pledge in known.pledges])
    return known


def spreadsheet(content: bytes, media_type: str, name: str) -> Response[bytes]:
    """A file to be kept, for this reader alone."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(content, media_type=media_type, headers=headers)


def _name(row: PurchaseRow) -> str:
    """The title as a file may be called, in letters every system knows."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in row.title.lower())
    return "-".join(filter(None, kept.split("-")))[:LONGEST_NAME] or "order"


handlers = [
    show_desk,
    specify,
    record_quote,
    choose,
    open_pledges,
    change_terms,
    extend,
    cancel,
    record_delivery,
    show_ledger,
    show_sheet,
    sheet_csv,
    sheet_xlsx,
]
