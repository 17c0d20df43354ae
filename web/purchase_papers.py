"""What leaves the desk on paper: the ledger with its proof, and the sheet the supplier is given."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from domain import purchases as domain
from domain import taxonomy
from domain.refused import NotFound, _
from marketplace.purchase_sheet import Ordered, Sheet
from web import purchase_desk_views as views
from web import purchase_words as words
from web.purchase_desk import Desk, shared_out
from web.purchase_readers import presenter
from web.quote_field import PLACE_WORDS
from web.views import Fact
from web.visits import Visit, zone_view


class Entry(Struct, frozen=True):
    """A line of the ledger with what the rule gives it, `by_tolerance` included; None beside what counts as one."""

    line: domain.Line
    given: Decimal | None
    by_tolerance: Decimal
    short: bool
    waits: bool


def entries(state: domain.Purchase, terms: domain.Terms) -> list[Entry]:
    """Every line in the order of the log, with what it is given by the rule."""
    served = {one.line.order: one for one in state.allocation().served}
    by_company = terms.rule == "proportional"
    told = []
    for line in state.ledger:
        one = served.get(line.order)
        # In proportion, a company's lines count as one: what it is given stands beside the first of them.
        given = one.quantity if one else Decimal(0)
        by_tolerance = one.tolerance if one else Decimal(0)
        told.append(
            Entry(
                line=line,
                given=given + by_tolerance if one is not None or not by_company else None,
                by_tolerance=by_tolerance,
                short=one is not None and given < (line.quantity if not by_company else one.line.quantity),
                waits=line.company_id in state.waiting,
            )
        )
    return told


def ledger(visit: Visit, desk: Desk) -> views.LedgerPage:
    """The ledger as whoever leads reads it."""
    row, state, show_one = desk.row, desk.state, presenter(visit, desk.zone)
    if state.terms is None:
        raise NotFound(_("Pledges are not open yet: there is no ledger."))
    lines = [
        views.LedgerLine(
            order=one.line.order,
            company=desk.name(one.line.company_id),
            quantity=show_one.quantity(one.line.quantity, row),
            tolerance=show_one.quantity(one.line.tolerance, row) if one.line.tolerance else "",
            given=show_one.quantity(one.given, row) if one.given is not None else "",
            by_tolerance=show_one.quantity(one.by_tolerance, row) if one.by_tolerance else "",
            short=one.short,
            waits=one.waits,
        )
        for one in entries(state, state.terms)
    ]
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
        total=show_one.quantity(state.allocation().total, row),
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
