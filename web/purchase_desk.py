"""The organiser's desk: wishes, quotes side by side, the terms to set, and every pledge with what it would be given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct
from msgspec.structs import replace

from domain import purchases as domain
from domain import taxonomy
from domain.purchases import BEFORE_PLEDGES, RULES, VAT_RATES, Offer, Purchase, Terms
from domain.purchases.prices import PLACES
from domain.quantities import plain
from domain.refused import Forbidden, NotFound, _
from marketplace.purchase_sheet import Ordered, Sheet
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PledgeRow, PurchaseRow, QuoteRow, TermsRow
from web import purchase_views as views
from web import purchase_words as words
from web.forms import Answers
from web.purchase_page import organises, presenter, seen
from web.quote_field import bounds_values, deadline_values, offer_values, tier_fields
from web.views import Choice, Fact
from web.visits import Visit, zone_view

MOST_COMPANIES: Final = 2_000
USUAL_TIME: Final = timedelta(days=21)
NOON: Final = "12:00"
SUPPLIER_MINIMUM: Final = "supplier_minimum"
PLACE_WORDS: Final = {"site": _("At each company’s site"), "common": _("At a common place of the zone")}


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

    def name(self, company_id: str) -> str:
        """A company by its name; one that is erased has none."""
        known = self.companies.get(company_id)
        return known.name if known else company_id.removeprefix("company-")[:8]


class Filled(Struct, frozen=True):
    """A form of the desk that comes back: which one, and what was typed in it."""

    key: str
    given: Answers


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
        )


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

    def view(self) -> views.DeskPage:
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

    def _view(self) -> views.DeskPage:
        row, say, stage = self.row, self.visit.say, self.row.stage
        is_open = stage == "open"
        quote = self._quote_form() if stage in ("poll", "quotes") else None
        agreed = self.desk.state.terms
        terms = self._terms_form(agreed) if is_open and agreed is not None else None
        entered = quote or terms
        return views.DeskPage(
            zone=zone_view(self.desk.zone),
            card=self.show.card(row, self.desk.terms),
            words=words.said(row.form, say),
            unit=self.visit.wording.units(row.unit, row.category),
            step=self.show.quantity(row.step, row) if row.step != 1 else "",
            next=say(words.NEXT[stage]),
            wishes=tuple(
                views.Wish(company=self.desk.name(one.company_id), quantity=self.show.quantity(one.wish, row))
                for one in sorted(self.desk.pledges, key=lambda one: -one.wish)
                if one.wish
            ),
            wished=self.show.wished(row),
            specification=row.specification,
            pledges=self._pledges(),
            totals=self._totals(),
            vat_rates=tuple(Choice(value=plain(rate), label=self.show.percent(rate)) for rate in VAT_RATES),
            places=tuple(Choice(value=place, label=self._place(place)) for place in PLACES),
            rules=tuple(Choice(value=rule, label=say(words.RULE_NAMES[rule])) for rule in RULES),
            tiers=tier_fields(entered.form.values if entered else {}),
            time_zone=self.desk.zone.time_zone,
            comparison=self._comparison() if self.desk.quotes else None,
            specify=self._form("specification", {"text": row.specification}) if stage in ("poll", "quotes") else None,
            quote=quote,
            quote_id=self.correcting.quote_id if self.correcting else "",
            choose=self._form("choose", {}) if self.desk.quotes and stage in BEFORE_PLEDGES else None,
            open_form=self._form("open", self._opening()) if stage == "chosen" else None,
            terms=terms,
            extend=self._form("extend", self._deadline()) if is_open else None,
            cancel=self._form("cancel", {}) if stage in BEFORE_PLEDGES or is_open else None,
            delivery=self._form("delivery", {"on": self._today()}) if stage == "confirmed" else None,
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
        return self._form("quote", values)

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

    def _place(self, place: str) -> str:
        return self.visit.say(PLACE_WORDS[place])

    # Pledges ----------------------------------------------------------------------------------------------------

    def _pledges(self) -> tuple[views.Pledged, ...]:
        """Every company that wished or pledged, in the order they pledged, with what it gets or would get now."""
        row, shares = self.row, shared_out(self.desk)
        outcomes = words.WORDS[row.form].outcomes
        return tuple(
            views.Pledged(
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

    # Quotes -----------------------------------------------------------------------------------------------------

    def _comparison(self) -> views.Comparison:
        """Quotes side by side: unit prices at several totals, and what a typical company would pay in all."""
        row, say, quotes = self.row, self.visit.say, self.desk.quotes
        today = self.visit.now.date()
        typical = _typical(row)
        rows = [self._at_total(label, total, quotes) for label, total in self._compared_totals(quotes)]
        if typical:
            at = max(row.wished, typical)
            costs = [domain.cost(one.offer, typical, at) for one in quotes]
            best = min(cost.goods + cost.delivery for cost in costs)
            rows.append(
                views.ComparedRow(
                    label=say(_("A typical company pays, delivered")),
                    hint=say(
                        _("%(quantity)s at the wished total, excl. VAT"), quantity=self.show.quantity(typical, row)
                    ),
                    cells=tuple(
                        views.Compared(
                            said=self.show.money(cost.goods + cost.delivery),
                            detail=say(_("%(price)s incl. VAT"), price=self.show.money(cost.with_vat)),
                            best=cost.goods + cost.delivery == best and len(quotes) > 1,
                        )
                        for cost in costs
                    ),
                )
            )
        plain_rows = (
            (_("Delivery for each company"), [self.show.delivery(one.offer) for one in quotes]),
            (_("Delivered"), [self._place(one.offer.delivered) for one in quotes]),
            (_("Supplier’s minimum"), [self._amount(one.offer.minimum) for one in quotes]),
            (_("Sold by"), [self._amount(one.offer.pack) for one in quotes]),
            (_("VAT"), [self.show.percent(one.offer.vat) for one in quotes]),
            (_("Valid until"), [self.show.day(one.offer.valid_until) for one in quotes]),
        )
        rows += [
            views.ComparedRow(label=say(label), hint="", cells=tuple(views.Compared(said=said) for said in values))
            for label, values in plain_rows
        ]
        return views.Comparison(
            quotes=tuple(
                views.QuoteHead(
                    id=one.quote_id,
                    supplier=one.supplier or say(_("(erased)")),
                    chosen=one.chosen,
                    expired=one.offer.valid_until < today,
                    replace=one.quote_id if row.stage in ("poll", "quotes") else "",
                    conditions=one.conditions,
                )
                for one in quotes
            ),
            rows=tuple(rows),
            typical=self.show.quantity(typical, row) if typical else "",
        )

    def _compared_totals(self, quotes: Sequence[QuoteRow]) -> list[tuple[str, Decimal]]:
        """At which totals prices are compared: the least a supplier takes, what the zone wishes, the best price."""
        row, say = self.row, self.visit.say
        minimum = row.minimum or min((one.offer.minimum for one in quotes if one.offer.minimum), default=row.step)
        highest = row.maximum or max(one.offer.tiers[-1].least for one in quotes)
        totals = [(say(_("At the minimum")), minimum)]
        if row.wished:
            totals.append((say(_("At the wished total")), row.wished))
        totals.append((say(_("At the maximum")) if row.maximum else say(_("At the largest total quoted")), highest))
        kept: dict[Decimal, str] = {}
        for label, total in totals:
            kept.setdefault(total, label)
        return [(label, total) for total, label in sorted(kept.items()) if total]

    def _at_total(self, label: str, total: Decimal, quotes: Sequence[QuoteRow]) -> views.ComparedRow:
        prices = [
            None if _too_little(one.offer, total) else domain.tier_at(one.offer.tiers, total).cents for one in quotes
        ]
        best = min((price for price in prices if price is not None), default=None)
        return views.ComparedRow(
            label=label,
            hint=self.visit.say(
                _("%(quantity)s, price of one excl. VAT"), quantity=self.show.quantity(total, self.row)
            ),
            cells=tuple(
                views.Compared(said=self.show.money(price), best=price == best and len(quotes) > 1)
                if price is not None
                else views.Compared(said="–", detail=self.visit.say(_("below its minimum")))
                for price in prices
            ),
        )

    def _amount(self, amount: Decimal | None) -> str:
        return self.show.quantity(amount, self.row) if amount else "–"


def _too_little(offer: Offer, total: Decimal) -> bool:
    return offer.minimum is not None and total < offer.minimum


def _typical(row: PurchaseRow) -> Decimal:
    """What a company would take on average, in whole steps."""
    if not row.wishers:
        return Decimal(0)
    steps = (row.wished / row.wishers / row.step).to_integral_value(ROUND_HALF_UP)
    return max(steps, Decimal(1)) * row.step


# --- what each would get ----------------------------------------------------------------------------------------


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


def ledger(visit: Visit, desk: Desk) -> views.LedgerPage:
    """Every line in the order of the log, with what it is given by the rule."""
    row, state, show_one = desk.row, desk.state, presenter(visit, desk.zone)
    if state.terms is None:
        raise NotFound(_("Pledges are not open yet: there is no ledger."))
    allocation, waiting = state.allocation(), state.waiting
    served = {one.line.order: one for one in allocation.served}
    by_company = state.terms.rule == "proportional"
    lines = []
    for line in state.ledger:
        one = served.get(line.order)
        # In proportion, a company's lines count as one: what it is given stands beside the first of them.
        given = one.quantity if one else Decimal(0)
        by_tolerance = one.tolerance if one else Decimal(0)
        stands = one is not None or not by_company
        lines.append(
            views.LedgerLine(
                order=line.order,
                company=desk.name(line.company_id),
                quantity=show_one.quantity(line.quantity, row),
                tolerance=show_one.quantity(line.tolerance, row) if line.tolerance else "",
                given=show_one.quantity(given + by_tolerance, row) if stands else "",
                by_tolerance=show_one.quantity(by_tolerance, row) if by_tolerance else "",
                short=one is not None and given < (line.quantity if not by_company else one.line.quantity),
                waits=line.company_id in waiting,
            )
        )
    facts = [
        (_("Sold by"), show_one.quantity(state.terms.offer.pack, row) if state.terms.offer.pack else ""),
        (_("Minimum in all"), show_one.quantity(state.terms.minimum, row) if state.terms.minimum else ""),
        (_("Maximum in all"), show_one.quantity(state.terms.maximum, row) if state.terms.maximum else ""),
        (_("Smallest step"), show_one.quantity(state.step, row) if state.step != 1 else ""),
    ]
    return views.LedgerPage(
        zone=zone_view(desk.zone),
        card=show_one.card(row, desk.terms),
        rule=visit.say(words.RULES[state.terms.rule]),
        settled=bool(state.shares),
        total=show_one.quantity(allocation.total, row),
        wanted=show_one.quantity(state.total, row),
        facts=tuple(Fact(label=visit.say(label), value=value) for label, value in facts if value),
        lines=tuple(lines),
        shares=tuple(
            Fact(label=desk.name(share.company_id), value=show_one.quantity(share.quantity, row))
            for share in shared_out(desk).values()
        ),
    )


def sheet(visit: Visit, desk: Desk) -> Sheet:
    """What the supplier is given: names, addresses and shares, and nobody's present price."""
    row, say, show_one = desk.row, visit.say, presenter(visit, desk.zone)
    if desk.terms is None or desk.terms.terms is None:
        raise NotFound(_("Pledges are not open yet: there is nothing to send."))
    pledged = {one.company_id: one for one in desk.pledges}
    lines = []
    for share in shared_out(desk).values():
        if not share.quantity:
            continue
        known = desk.companies.get(share.company_id)
        own = pledged.get(share.company_id)
        sites = desk.sites.get(share.company_id, [])
        site = next((one for one in sites if own and one.site_id == own.site_id), next(iter(sites), None))
        lines.append(
            Ordered(
                company=desk.name(share.company_id),
                siret=known.siret if known else "",
                address=", ".join(filter(None, (site.name, site.address))) if site else "",
                quantity=share.quantity,
                goods=share.goods,
                delivery=share.delivery,
                with_vat=share.with_vat,
            )
        )
    offer, settled = desk.terms.terms.offer, bool(desk.state.shares)
    total = sum((line.quantity for line in lines), Decimal(0))
    cents = desk.terms.unit_cents or domain.tier_at(offer.tiers, total).cents
    state_word = _("Confirmed") if settled else _("As it would be now; nothing is ordered yet")
    facts = (
        (say(_("State")), say(state_word)),
        (say(words.WORDS[row.form].supplier), desk.terms.supplier),
        (say(_("What")), taxonomy.label(row.category, visit.language)),
        (say(_("Zone")), desk.zone.name),
        (say(_("Price of one, excl. VAT")), show_one.price(cents, row)),
        (say(_("VAT")), show_one.percent(offer.vat)),
        (say(_("Delivered")), say(PLACE_WORDS[offer.delivered])),
    )
    return Sheet(
        name=say(_("Order")),
        title=row.title or say(_("(erased)")),
        facts=facts,
        heads=(
            say(_("Company")),
            say(_("SIRET")),
            say(_("Delivery address")),
            say(_("Quantity")),
            say(_("Unit")),
            say(_("Goods, excl. VAT")),
            say(_("Delivery, excl. VAT")),
            say(_("Total, incl. VAT")),
        ),
        total=say(_("Total")),
        unit=visit.wording.unit(row.unit, row.category),
        lines=tuple(lines),
    )


def printed(visit: Visit, desk: Desk) -> views.SheetPage:
    """The same sheet as a page to print."""
    told, row, show_one = sheet(visit, desk), desk.row, presenter(visit, desk.zone)

    def line(one: Ordered) -> views.SheetLine:
        return views.SheetLine(
            company=one.company,
            siret=one.siret,
            address=one.address,
            quantity=show_one.quantity(one.quantity, row),
            goods=show_one.money(one.goods),
            delivery=show_one.money(one.delivery),
            with_vat=show_one.money(one.with_vat),
        )

    return views.SheetPage(
        id=row.purchase_id,
        zone=zone_view(desk.zone),
        title=told.title,
        category=taxonomy.label(row.category, visit.language),
        supplier=desk.terms.supplier if desk.terms else "",
        specification=row.specification,
        settled=bool(desk.state.shares),
        facts=tuple(Fact(label=label, value=value) for label, value in told.facts),
        lines=tuple(line(one) for one in told.lines),
        total=line(told.sums),
        conditions=desk.terms.conditions if desk.terms else "",
    )
