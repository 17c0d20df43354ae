"""The organiser's desk: wishes, quotes, the terms to set, and every pledge with what it would be given."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct
from msgspec.structs import replace

from domain import purchases as domain
from domain.purchases import BEFORE_PLEDGES, RULES, Purchase, Terms
from domain.quantities import plain
from domain.refused import Conflict, Forbidden, NotFound, _
from marketplace.reading import AsyncReading
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PledgeRow, PurchaseRow, QuoteRow, TermsRow
from web import purchase_desk_views as desk_views
from web import purchase_views as views
from web import purchase_words as words
from web.forms import Answers
from web.purchase_comparison import Comparing
from web.purchase_readers import organises, presenter, seen
from web.quote_field import bounds_values, deadline_values, offer_values, place_choices, tier_fields, vat_choices
from web.views import Choice, Fact
from web.visits import Visit, zone_view

MOST_COMPANIES: Final = 2_000
USUAL_TIME: Final = timedelta(days=21)
NOON: Final = "12:00"
SUPPLIER_MINIMUM: Final = "supplier_minimum"


class Desk(Struct, frozen=True):
    """Everything about a group purchase, for whoever leads it."""

    row: PurchaseRow
    zone: people.Zone
    state: Purchase
    terms: TermsRow | None
    quotes: list[QuoteRow]
    pledges: list[PledgeRow]
    companies: dict[str, people.Company]
    sites: dict[str, list[people.Site]]
    writers: dict[str, str]

    def writer(self, member_id: str) -> str:
        """Who wrote something down for a company, by name; nobody when the company said so itself."""
        return self.writers.get(member_id, member_id.removeprefix("member-")[:8])

    def overtaken(self, quote_id: str) -> Conflict | None:
        """What stands against opening the pledges on a quote that was looked at, where another one was chosen since."""
        if self.row.stage != "chosen" or quote_id == self.state.chosen:
            return None
        return Conflict(_("Another quote was chosen meanwhile: look at it before you open."))

    def name(self, company_id: str) -> str:
        """A company by its name; one that is erased has none."""
        known = self.companies.get(company_id)
        return known.name if known else company_id.removeprefix("company-")[:8]


class Filled(Struct, frozen=True):
    """A form of the desk that comes back: which one, what was typed in it, and the document that waits with it."""

    key: str
    given: Answers
    waiting: str = ""


async def led(visit: Visit, purchase_id: str) -> tuple[PurchaseRow, people.Zone]:
    """A group purchase this reader leads: whoever sees it and does not lead it is told so."""
    row, zone = await seen(visit, purchase_id)
    if not organises(visit, zone.zone_id):
        raise Forbidden(_("The zone’s facilitator leads its group purchases."))
    return row, zone


async def find(visit: Visit, purchase_id: str) -> Desk:
    """Read all there is."""
    row, zone = await led(visit, purchase_id)
    async with visit.reading(PURCHASES, PEOPLE) as read:
        state = await read.one(purchases.state(purchase_id))
        if state is None:
            raise NotFound(_("There is no such group purchase."))
        pledges = await read.all(purchases.pledges(purchase_id))
        sites: dict[str, list[people.Site]] = {}
        for site in await read.all(people.sites([one.company_id for one in pledges])):
            sites.setdefault(site.company_id, []).append(site)
        return Desk(
            row=row,
            zone=zone,
            state=state.purchase,
            terms=await read.one(purchases.terms([purchase_id])),
            quotes=await read.all(purchases.quotes(purchase_id)),
            pledges=pledges,
            companies={
                one.company_id: one for one in await read.all(people.companies(zone.zone_id, limit=MOST_COMPANIES))
            },
            sites=sites,
            writers=await _writers(read, {one.entered_by for one in pledges if one.entered_by}),
        )


async def _writers(read: AsyncReading, member_ids: set[str]) -> dict[str, str]:
    """The names of facilitators who wrote down what companies said; one facilitates a zone with few others."""
    found = [await read.one(people.member(member_id)) for member_id in sorted(member_ids)]
    return {one.member_id: one.name for one in found if one is not None and one.name}


async def show(
    visit: Visit,
    purchase_id: str,
    *,
    filled: Filled | None = None,
    quote_id: str = "",
    conflict: str = "",
    status: int = 200,
) -> Response[str]:
    """Show the desk; `filled` is a form that comes back, `quote_id` the quote that is being corrected."""
    desk = await find(visit, purchase_id)
    view = DeskView(visit, desk, filled, quote_id, conflict).view()
    return await visit.page("purchases/desk.html", view, zone=desk.zone, current="purchases", status=status)


class DeskView:
    """One reading of the desk."""

    def __init__(self, visit: Visit, desk: Desk, filled: Filled | None, quote_id: str, conflict: str) -> None:
        self.visit = visit
        self.desk = desk
        self.row = desk.row
        self.filled = filled
        self.conflict = conflict
        self.show = presenter(visit, desk.zone)
        self.decimal = "," if visit.language == "fr" else "."
        self.correcting = next((one for one in desk.quotes if one.quote_id == quote_id), None)

    def view(self) -> desk_views.DeskPage:
        """All of it; what stands against a form that is offered no more is said above everything else."""
        view = self._view()
        shown = (
            view.specify,
            view.quote,
            view.choose,
            view.open_form,
            view.terms,
            view.extend,
            view.cancel,
            view.delivery,
        )
        if self.filled is None or any(form is not None and form.key == self.filled.key for form in shown):
            return view
        return replace(view, problem=" ".join(self.filled.given.errors.values()))

    def _view(self) -> desk_views.DeskPage:
        row, say, stage = self.row, self.visit.say, self.row.stage
        is_open = stage == "open"
        funding = row.form == "funding"
        quote = self._quote_form() if stage in ("poll", "quotes") and not funding else None
        agreed = self.desk.state.terms
        terms = self._terms_form(agreed) if is_open and agreed is not None and not funding else None
        entered = quote or terms
        return desk_views.DeskPage(
            zone=zone_view(self.desk.zone),
            card=self.show.card(row, self.desk.terms),
            words=words.said(row.form, say),
            unit=self.visit.wording.units(row.unit, row.category),
            step=self.show.quantity(row.step, row) if row.step != 1 else "",
            next=say(words.FUNDING_NEXT if funding and stage in BEFORE_PLEDGES else words.NEXT[stage]),
            funding=funding and stage in BEFORE_PLEDGES,
            wishes=tuple(
                desk_views.Wish(company=self.desk.name(one.company_id), quantity=self.show.quantity(one.wish, row))
                for one in sorted(self.desk.pledges, key=lambda one: -one.wish)
                if one.wish
            ),
            wished=self.show.wished(row),
            specification=row.specification,
            pledges=self._pledges(),
            totals=self._totals(),
            vat_rates=vat_choices(self.show.percent),
            places=place_choices(say),
            rules=tuple(Choice(value=rule, label=say(words.RULE_NAMES[rule])) for rule in RULES),
            tiers=tier_fields(entered.form.values if entered else {}),
            time_zone=self.desk.zone.time_zone,
            comparison=Comparing(self.visit, self.show, row, self.desk.quotes).view() if self.desk.quotes else None,
            specify=self._form("specification", {"text": row.specification}) if stage in ("poll", "quotes") else None,
            quote=quote,
            quote_id=self.correcting.quote_id if self.correcting else "",
            quote_document=bool(self.correcting and self.correcting.document),
            choose=self._form("choose", {}) if self.desk.quotes and stage in BEFORE_PLEDGES else None,
            open_form=self._form("open", self._opening()) if stage == "chosen" else None,
            terms=terms,
            extend=self._form("extend", self._deadline()) if is_open else None,
            cancel=self._form("cancel", {}) if stage in BEFORE_PLEDGES or is_open else None,
            rounds=row.form == "collection",
            sits=row.form == "session",
            delivery=self._form("delivery", {"on": self._today()})
            if stage == "confirmed" and row.form not in ("collection", "session")
            else None,
            chosen=next((one.supplier for one in self.desk.quotes if one.chosen), ""),
            conflict=self.conflict,
        )

    # Forms ------------------------------------------------------------------------------------------------------

    def _form(self, key: str, values: dict[str, str]) -> views.Asking:
        filled = self.filled if self.filled and self.filled.key == key else None
        form = self.visit.form(filled.given if filled else None, values=values, seen_version=self.row.version)
        return views.Asking(key=key, form=form)

    def _quote_form(self) -> views.Asking:
        found = self.correcting
        values = {"from_1": "0", "delivered": "site"}
        if found is not None:
            values = {
                **offer_values(found.offer, self.decimal),
                "supplier": found.supplier,
                "conditions": found.conditions,
            }
        waiting = self.filled.waiting if self.filled and self.filled.key == "quote" else ""
        return self._form("quote", {**values, "document_waiting": waiting})

    def _terms_form(self, terms: Terms) -> views.Asking:
        return self._form(
            "terms",
            {
                **offer_values(terms.offer, self.decimal, minimum=SUPPLIER_MINIMUM),
                **bounds_values(terms, self.desk.zone.time_zone, self.decimal),
            },
        )

    def _opening(self) -> dict[str, str]:
        """What the bounds usually are: three weeks until noon, from the supplier's minimum on."""
        offer = self.desk.state.offers[self.desk.state.chosen] if self.desk.state.chosen else None
        deadline = self.visit.now + USUAL_TIME
        return {
            "deadline": deadline.astimezone(ZoneInfo(self.desk.zone.time_zone)).date().isoformat(),
            "at": NOON,
            "minimum": plain(offer.minimum).replace(".", self.decimal) if offer and offer.minimum else "",
            "rule": "order",
            "charter": self.visit.say(words.WORDS[self.row.form].charter),
            "quote": self.desk.state.chosen or "",
        }

    def _deadline(self) -> dict[str, str]:
        return deadline_values(self.row.deadline, self.desk.zone.time_zone) if self.row.deadline else {}

    def _today(self) -> str:
        return self.visit.now.astimezone(ZoneInfo(self.desk.zone.time_zone)).date().isoformat()

    # Pledges ----------------------------------------------------------------------------------------------------

    def _pledges(self) -> tuple[desk_views.Pledged, ...]:
        """Every company that wished or pledged, in the order they pledged, with what it gets or would get now."""
        row, shares = self.row, shared_out(self.desk)
        outcomes = words.WORDS[row.form].outcomes
        return tuple(
            desk_views.Pledged(
                company=self.desk.name(one.company_id),
                wish=self.show.quantity(one.wish, row) if one.wish else "",
                quantity=self.show.quantity(one.quantity, row),
                tolerance=self.show.quantity(one.tolerance, row) if one.tolerance else "",
                share=self.show.quantity(share.quantity, row) if share else self.show.quantity(Decimal(0), row),
                with_vat=self.show.money(share.with_vat) if share else "",
                waits=one.waits,
                outcome=self._outcome(one, outcomes),
                remark=one.remark,
                trouble=one.outcome in ("short", "damaged"),
                entered_by=self.desk.writer(one.entered_by),
            )
            for one in self.desk.pledges
            if one.quantity
            for share in [shares.get(one.company_id)]
        )

    def _outcome(self, one: PledgeRow, outcomes: dict[domain.Receipt, str]) -> str:
        if one.outcome is None:
            return ""
        said = self.visit.say(outcomes[one.outcome])
        if one.outcome == "received" or one.received is None:
            return said
        return f"{said} ({self.show.quantity(one.received, self.row)})"

    def _totals(self) -> tuple[Fact, ...]:
        """The savings companies declared against what they pay today, and how many said so."""
        if self.desk.terms is None or self.desk.terms.terms is None:
            return ()
        offer, shares, say = self.desk.terms.terms.offer, shared_out(self.desk), self.visit.say
        total = sum((one.quantity for one in shares.values()), Decimal(0))
        saved = [
            domain.saving(offer, shares[one.company_id].quantity, total, one.present_cents)
            for one in self.desk.pledges
            if one.present_cents is not None and one.company_id in shares
        ]
        facts = [Fact(label=say(_("Can be ordered")), value=self.show.quantity(total, self.row))] if shares else []
        if saved:
            facts.append(Fact(label=say(_("Declared savings")), value=self.show.money(sum(saved))))
            facts.append(Fact(label=say(_("Said by")), value=f"{len(saved)} / {len(shares)}"))
        return tuple(facts)


def shared_out(desk: Desk) -> dict[str, domain.Share]:
    """What each company gets, or would get if it closed now; nothing before there are terms."""
    if desk.state.shares:
        return {share.company_id: share for share in desk.state.shares}
    if desk.state.terms is None or desk.row.stage != "open":
        return {}
    offer, allocation = desk.state.terms.offer, desk.state.allocation()
    shares = {}
    for company_id, quantity in allocation.shares.items():
        cost = domain.cost(offer, quantity, allocation.total)
        shares[company_id] = domain.Share(company_id, quantity, cost.goods, cost.delivery, cost.with_vat)
    return shares
