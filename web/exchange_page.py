"""The page of one exchange, put together for its reader."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response

from domain import taxonomy
from domain.exchanges import CHOSEN, Slot
from domain.quantities import Quantity
from domain.refused import _
from marketplace.links import PAGES
from projections.exchanges import MessageRow, StepRow
from web import answers, waste_field
from web.exchange_found import (
    MESSAGES_SHOWN,
    Found,
    facilitates,
    find,
    instructions_of,
    local_day,
    place_of,
    presenter,
    terms_of,
)
from web.exchange_page_views import (
    Contact,
    Conversation,
    ExchangePage,
    Message,
    Pickup,
    Side,
)
from web.exchange_steps import MESSAGE, REPORT, Filled, Steps
from web.presenting import kind
from web.views import Choice, Current, PhotoField
from web.visits import Visit, zone_view

USES: Final = {
    "reuse": _("Used again as it is"),
    "repair": _("Repaired, then used"),
    "recycling": _("Recycled"),
    "energy": _("Burnt for its energy"),
    "other": _("Something else"),
}


async def show(
    visit: Visit,
    exchange_id: str,
    *,
    for_company: str = "",
    before: str = "",
    filled: Filled | None = None,
    conflict: str = "",
    status: int = 200,
) -> Response[Any]:
    """Show the page; `filled` is a form that comes back, `conflict` what happened since a stale page was read."""
    found = await find(visit, exchange_id, before)
    theirs = for_company in found.exchange.companies and not visit.viewer.acts_for(for_company)
    on_behalf = theirs and facilitates(visit, found.row)
    page = _Page(visit, found, for_company if on_behalf else "", before, filled, conflict)
    current: Current = "exchanges" if page.mine and not on_behalf else "funnel"
    return await visit.page("exchanges/show.html", page.view(), zone=found.zone, current=current, status=status)


class _Page:
    """One reading of the page."""

    def __init__(
        self, visit: Visit, found: Found, for_company: str, before: str, filled: Filled | None, conflict: str
    ) -> None:
        self.visit = visit
        self.found = found
        self.row = found.row
        self.exchange = found.exchange
        self.filled = filled
        self.conflict = conflict
        self.before = before
        self.for_company = for_company
        self.show = presenter(visit, found.exchange, found.names)
        self.mine = for_company or self.show.side(found.exchange)
        self.words = found.said
        self.steps = Steps(visit, found, self.mine, filled, on_behalf=bool(for_company))

    def view(self) -> ExchangePage:
        """All of it."""
        row, exchange = self.row, self.exchange
        person = bool(self.mine) and not self.for_company and not self.visit.viewer.shared
        runs = not self.mine or bool(self.for_company)
        steps = self.steps.forms()
        provider, receiver = (self._side(company_id) for company_id in (exchange.provider_id, exchange.receiver_id))
        mine = self._side(self.mine) if self.mine else None
        asks_waste = row.waste and not {"confirm", "confirm_period"}.isdisjoint(steps)
        first = next((step for step in self.found.steps if step.what == "InterestShown"), None)
        return ExchangePage(
            id=row.exchange_id,
            listing_id=row.listing_id,
            title=row.title or self.visit.say(_("(erased)")),
            listing_seen=self.found.listing is not None,
            category=taxonomy.label(row.category, self.visit.language),
            category_code=row.category,
            kind=kind(row.side, row.category),
            zone=zone_view(self.found.zone),
            sides=(provider, receiver),
            mine=mine,
            other=self._side(exchange.other(self.mine) if self.mine else exchange.asker_id),
            stage=self.show.stage(exchange.stage),
            turn=self.show.turn(exchange),
            quantity=exchange.accepted or exchange.asked,
            asked=exchange.asked if exchange.accepted and exchange.accepted != exchange.asked else None,
            unit=self._unit(),
            seen_version=row.version,
            told=self.steps.told() if self.mine else (),
            taken=self.show.amount(exchange.taken, exchange, row.category) if exchange.takes else "",
            kept_until=self._kept_until(),
            metres=row.metres,
            reason=self.show.reason(row.reason) if row.reason else "",
            reason_words=self._reason_words(),
            disputed_words=self._disputed_words() if person else "",
            others_waiting=self.found.others_waiting,
            message=self.words.get((first.version, first.what), "") if first and person else "",
            contact=self._contact() if self.mine and not self.for_company else None,
            pickup=self._pickup(),
            fetched=terms_of(self.found, self.show.wording) if self.mine and exchange.is_open else (),
            steps=steps,
            reasons=tuple(Choice(value=code, label=self.show.reason(code)) for code in CHOSEN),
            conditions=answers.choices(answers.ANSWERS["condition"], self.visit.say)
            if taxonomy.ATTRIBUTES["condition"].applies_to(row.category)
            else (),
            uses=answers.choices(USES, self.visit.say),
            photos=self.filled.photos if self.filled and self.filled.verb == "confirm" else PhotoField(),
            waste=waste_field.questions(self.visit.say, self.show.wording.number) if asks_waste else None,
            waste_register=row.waste and self.visit.viewer.acts_for(exchange.provider_id) and bool(exchange.takes),
            conversation=self._conversation() if person else None,
            happened=self._happened(person=person),
            conflict=self.conflict,
            acting=tuple(
                Choice(value=side.company_id, label=side.name)
                for side in (provider, receiver)
                if side.company_id != self.for_company
            )
            if runs and facilitates(self.visit, row) and exchange.is_open
            else (),
            for_company=self.mine,
            on_behalf=bool(self.for_company),
            shared=self.visit.viewer.shared,
            today=local_day(self.visit, exchange),
        )

    def _reason_words(self) -> str:
        """What was written with the end; not for the phone that lies on a dock."""
        ends = ("ExchangeDeclined", "ExchangeAbandoned")
        written = (text for (_version, what), text in self.words.items() if what in ends)
        return "" if self.visit.viewer.shared else next(written, "")

    def _disputed_words(self) -> str:
        """What was written last with another figure, while the two figures stand."""
        written = [(at, text) for (at, what), text in self.words.items() if what == "ExchangeDisputed"]
        return max(written)[1] if written and self.exchange.dispute else ""

    def _unit(self) -> str:
        """What several of them are called: pallets, kg."""
        several = Quantity(Decimal(2), self.exchange.asked.unit)
        return self.show.quantity(several, self.row.category).removeprefix("2").strip()

    def _kept_until(self) -> str:
        """The last day the quantity is kept for who was accepted, said."""
        until = self.exchange.hold_until
        if until is None or not self.exchange.held or not self.exchange.is_open:
            return ""
        return self.show.day(until.astimezone(ZoneInfo(self.exchange.time_zone)).date())

    def _side(self, company_id: str) -> Side:
        return Side(
            company_id=company_id, name=self.show.name(company_id), gives=company_id == self.exchange.provider_id
        )

    def _contact(self) -> Contact | None:
        theirs = next((contact for contact in self.found.contacts if contact.company_id != self.mine), None)
        if theirs is None:
            return None
        person = not self.visit.viewer.shared
        return Contact(
            company=self.show.name(theirs.company_id),
            name=theirs.name if person else "",
            mail=theirs.mail if person else "",
            site=theirs.site,
            address=theirs.address,
        )

    def _pickup(self) -> Pickup | None:
        slot: Slot | None = self.exchange.proposed or self.exchange.agreed
        if slot is None or not self.mine:
            return None
        pending = self.exchange.proposed is not None
        place = place_of(self.found)
        by = self.exchange.proposed_by
        return Pickup(
            when=self.show.slot(slot),
            agreed=not pending,
            by=self.show.name(by) if by else "",
            past=slot.end <= self.visit.now,
            ahead=not pending and slot.start > self.visit.now,
            held=self.show.slot(self.exchange.agreed) if pending and self.exchange.agreed else "",
            address=", ".join(filter(None, (place.site, place.address))) if place else "",
            instructions="" if self.for_company else instructions_of(self.found),
        )

    def _conversation(self) -> Conversation:
        sent = self.filled if self.filled and self.filled.verb == MESSAGE else None
        other = self.exchange.other(self.mine)
        mine_blocks, they_block = self.mine in self.found.blocked_by, other in self.found.blocked_by
        over = self.exchange.stage in ("declined", "abandoned")
        rows = self.found.messages
        return Conversation(
            messages=tuple(self._message(row) for row in rows),
            form=None if over or mine_blocks or they_block else self.visit.form(sent.given if sent else None),
            photos=sent.photos if sent else PhotoField(),
            command=self.visit.new_command(),
            blocked_by_me=mine_blocks,
            blocked_by_them=they_block,
            earlier=PAGES.exchange(self.row.exchange_id, before=rows[0].message_id)
            if len(rows) == MESSAGES_SHOWN
            else None,
        )

    def _message(self, row: MessageRow) -> Message:
        mine = row.company_id == self.mine
        reported = row.reported_at is not None
        sent = self.filled if self.filled and self.filled.verb == REPORT else None
        about = sent if sent and sent.about == row.message_id else None
        return Message(
            id=row.message_id,
            mine=mine,
            company=self.show.name(row.company_id),
            text=row.text,
            photos=row.photos,
            at=row.at,
            reported=reported,
            report=None if mine or reported else self.visit.form(about.given if about else None),
        )

    def _happened(self, *, person: bool) -> tuple[Any, ...]:
        """The newest first; what was written along is for the two sides."""
        rows: Sequence[StepRow] = sorted(self.found.steps, key=lambda row: row.version, reverse=True)
        return tuple(
            self.show.happening(
                row, self.exchange, self.row.category, self.words.get((row.version, row.what), "") if person else ""
            )
            for row in rows
        )
