"""Frame contracts put together for their reader: a company and its sites, or the organiser and everybody's."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Final

from litestar import Response
from msgspec import Struct

from domain.purchases import BEFORE_PLEDGES, Kind
from domain.quantities import plain
from domain.refused import Forbidden, NotFound, _
from marketplace.contract_sheet import SiteSheet, Value
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, ContractRow, PledgeRow, PurchaseRow, SiteRow, TermsRow
from projections.viewer import Represented
from web import contract_words as words
from web import purchase_views as views
from web import purchase_words
from web.contract_form import contract_values, equipment_lines, needs_values
from web.contract_views import ContractDesk, ContractPage, SiteLine, SiteTold
from web.purchase_desk import MOST_COMPANIES, led
from web.purchase_readers import Filled, organises, presenter, seen, who_may_join
from web.supplier_links import last_day
from web.views import Choice, Fact
from web.visits import Visit, zone_view

AFTER: Final = ("confirmed", "delivered")


class Frame(Struct, frozen=True):
    """A frame contract as far as its reader may know it."""

    row: PurchaseRow
    zone: people.Zone
    contract: ContractRow | None
    terms: TermsRow | None
    described: list[SiteRow]
    pledges: list[PledgeRow]
    sites: dict[str, people.Site]
    companies: list[Represented]

    @property
    def kind(self) -> Kind | None:
        """What contract it is, once that is said."""
        return self.contract.kind if self.contract else None


async def find(visit: Visit, purchase_id: str, *, lead: bool = False) -> Frame:
    """Read it: for the organiser everything, for a member its own companies' part; anything else has no contract."""
    row, zone = await (led(visit, purchase_id) if lead else seen(visit, purchase_id))
    if row.form != "frame":
        raise NotFound(_("There is no such frame contract."))
    async with visit.reading(PURCHASES, PEOPLE) as read:
        companies = await who_may_join(visit, read, row)
        own = {company.company_id for company in companies}
        described = await read.all(purchases.sites(purchase_id))
        pledges = await read.all(purchases.pledges(purchase_id))
        if not lead:
            described = [one for one in described if one.company_id in own]
            pledges = [one for one in pledges if one.company_id in own]
        concerned = own | {one.company_id for one in described} | {one.company_id for one in pledges}
        known = await read.all(people.sites(sorted(concerned))) if concerned else []
        return Frame(
            row=row,
            zone=zone,
            contract=await read.one(purchases.contract(purchase_id)),
            terms=await read.one(purchases.terms([purchase_id])),
            described=described,
            pledges=pledges,
            sites={site.site_id: site for site in known},
            companies=companies,
        )


def company_of(frame: Frame, site_id: str) -> str:
    """The reader's company whose site this is; the domain refuses a site that is none of theirs."""
    own = [company.company_id for company in frame.companies]
    if not own:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    site = frame.sites.get(site_id)
    return site.company_id if site and site.company_id in own else own[0]


# --- the company's side -----------------------------------------------------------------------------------------


async def show_contract(
    visit: Visit,
    purchase_id: str,
    *,
    filled: Filled | None = None,
    correcting: str = "",
    conflict: str = "",
    status: int = 200,
) -> Response[str]:
    """Show the terms and the reader's own sites; `correcting` is the one whose form stands open."""
    frame = await find(visit, purchase_id)
    view = _Page(visit, frame, filled, correcting).view(conflict)
    return await visit.page("purchases/contract.html", view, zone=frame.zone, current="purchases", status=status)


class _Page:
    def __init__(self, visit: Visit, frame: Frame, filled: Filled | None, correcting: str) -> None:
        self.visit = visit
        self.frame = frame
        self.filled = filled
        self.show = presenter(visit, frame.zone)
        self.companies = frame.companies
        self.own = {company.company_id: company.name for company in self.companies}
        self.correcting = next((one for one in frame.described if one.site_id == correcting), None)
        self.decimal = "," if visit.language == "fr" else "."

    def view(self, conflict: str) -> ContractPage:
        frame, row, say = self.frame, self.frame.row, self.visit.say
        contract, kind = frame.contract, frame.kind
        may = contract is not None and bool(self.own) and row.stage not in ("failed", "cancelled")
        site = self._site_form() if may and self._is_early_or_in else None
        join = self._join_form()
        return ContractPage(
            zone=zone_view(frame.zone),
            card=self.show.card(row, frame.terms),
            words=purchase_words.said(row.form, say),
            organiser=organises(self.visit, frame.zone.zone_id),
            kind=kind,
            facts=words.facts(contract, say, self.visit.wording, self._until) if contract else (),
            formula=contract.formula if contract else "",
            together=words.together(contract, say, self.visit.wording) if contract else (),
            sites=tuple(self._told(one, kind) for one in frame.described if kind),
            site=site,
            correcting=self.correcting.site_id if self.correcting else "",
            equipment=equipment_lines(site.form.values) if site else (),
            join=join,
            joined=next((self.show.quantity(one.share, row) for one in frame.pledges if one.share), ""),
            charter=frame.terms.charter if join and frame.terms else "",
            supplier=frame.terms.supplier if frame.terms else "",
            unit=self.visit.wording.units(row.unit, row.category),
            until=self._until,
            conflict=conflict or _unplaced(self.filled, site, join),
        )

    @property
    def _until(self) -> str:
        contract = self.frame.contract
        return self.visit.wording.date(last_day(contract.joins_until, self.frame.zone.time_zone)) if contract else ""

    @property
    def _is_early_or_in(self) -> bool:
        contract = self.frame.contract
        early = contract is not None and self.visit.now < contract.joins_until
        return early or any(one.quantity for one in self.frame.pledges)

    def _told(self, site: SiteRow, kind: Kind) -> SiteTold:
        say = self.visit.say
        heads = [say(head) for head in words.HEADS[kind]]
        facts = [
            Fact(label=label, value=said(self.visit, value))
            for line in words.values(kind, site)
            for label, value in zip(heads, line, strict=True)
            if value not in (None, "")
        ]
        facts += [
            Fact(label=say(label), value=said(self.visit, value))
            for label, value in ((words.STARTS, site.starts_on), (words.NOTE, site.note))
            if value
        ]
        known = self.frame.sites.get(site.site_id)
        name = known.name if known else ""
        if len(self.own) > 1:
            name = f"{self.own.get(site.company_id, '')}, {name}"
        leave = {"company": site.company_id, "site": site.site_id}
        return SiteTold(
            id=site.site_id,
            company_id=site.company_id,
            name=name,
            facts=tuple(facts),
            leave=views.Asking(key=f"leave-{site.site_id}", form=self.visit.form(values=leave)),
        )

    def _form(self, key: str, values: dict[str, str], sites: tuple[Choice, ...] = ()) -> views.Asking:
        given = self.filled.given if self.filled and self.filled.key == key else None
        form = self.visit.form(given, values=values, seen_version=self.frame.row.version)
        return views.Asking(key=key, form=form, sites=sites)

    def _sites(self) -> tuple[Choice, ...]:
        several = len(self.own) > 1
        return tuple(
            Choice(value=site.site_id, label=f"{self.own[site.company_id]}, {site.name}" if several else site.name)
            for site in self.frame.sites.values()
            if site.company_id in self.own
        )

    def _site_form(self) -> views.Asking:
        """The form of a site: one to be corrected, or the first that was not described yet."""
        described = {one.site_id for one in self.frame.described}
        sites = self._sites()
        first = next((site.value for site in sites if site.value not in described), "")
        values = needs_values(self.correcting, self.decimal) if self.correcting else {"site": first}
        return self._form("site", values, sites)

    def _join_form(self) -> views.Asking | None:
        contract, row = self.frame.contract, self.frame.row
        free = [
            one
            for one in self.companies
            if not any(p.company_id == one.company_id and p.share for p in self.frame.pledges)
        ]
        if contract is None or row.stage not in AFTER or not free or self.visit.now >= contract.joins_until:
            return None
        company_id = free[0].company_id
        quantity = declared([one for one in self.frame.described if one.company_id == company_id], contract.kind)
        whole = (quantity / row.step).to_integral_value(ROUND_UP) * row.step
        values = {"company": company_id, "quantity": plain(whole).replace(".", self.decimal) if whole else ""}
        return self._form("join", values)


def _unplaced(filled: Filled | None, *shown: views.Asking | None) -> str:
    """What stands against a form that is offered no more."""
    if filled is None or any(form is not None and form.key == filled.key for form in shown):
        return ""
    return " ".join(filled.given.errors.values())


def declared(sites: list[SiteRow], kind: Kind) -> Decimal:
    """What a company brings in by what it told of its sites: MWh, pieces of equipment, or square metres."""
    match kind:
        case "electricity" | "gas":
            return sum((site.yearly or Decimal(0) for site in sites), Decimal(0))
        case "inspections":
            return Decimal(sum(line.count for site in sites for line in site.equipment))
        case "cleaning":
            return sum((site.surface or Decimal(0) for site in sites), Decimal(0))
        case "other":
            return Decimal(0)


def said(visit: Visit, value: Value) -> str:
    """A value as the reader reads it."""
    match value:
        case None:
            return "–"
        case str():
            return value or "–"
        case int() | Decimal():
            return visit.wording.number(Decimal(value))
        case _:
            return visit.wording.date(value)


# --- the organiser's side ---------------------------------------------------------------------------------------


async def show_desk(
    visit: Visit, purchase_id: str, *, filled: Filled | None = None, status: int = 200
) -> Response[str]:
    """Show the terms to set, and every site."""
    frame = await find(visit, purchase_id, lead=True)
    names = await _companies(visit, frame)
    row, contract, say, show = frame.row, frame.contract, visit.say, presenter(visit, frame.zone)
    form = None
    if row.stage in BEFORE_PLEDGES:
        decimal = "," if visit.language == "fr" else "."
        values = contract_values(contract, frame.zone.time_zone, decimal)
        form = views.Asking(
            key="contract", form=visit.form(filled.given if filled else None, values=values, seen_version=row.version)
        )
    until = visit.wording.date(last_day(contract.joins_until, frame.zone.time_zone)) if contract else ""
    told = {one.company_id for one in frame.described}
    view = ContractDesk(
        zone=zone_view(frame.zone),
        card=show.card(row, frame.terms),
        kind=frame.kind,
        kinds=words.kinds(say),
        pricings=words.pricings(say),
        facts=words.facts(contract, say, visit.wording, until) if contract else (),
        formula=contract.formula if contract else "",
        form=form,
        heads=tuple(say(head) for head in (*words.HEADS[contract.kind], words.STARTS, words.NOTE)) if contract else (),
        lines=tuple(
            SiteLine(company=str(company), site=str(site), cells=tuple(said(visit, value) for value in line))
            for company, _siret, site, _address, *line in _lines(frame, names)
        ),
        missing=tuple(
            names[one.company_id].name
            for one in frame.pledges
            if contract and (one.wish or one.quantity) and one.company_id not in told and one.company_id in names
        ),
        totals=_totals(visit, frame),
        conflict=_unplaced(filled, form),
    )
    return await visit.page("purchases/contract_desk.html", view, zone=frame.zone, current="purchases", status=status)


async def _companies(visit: Visit, frame: Frame) -> dict[str, people.Company]:
    async with visit.reading(PEOPLE) as read:
        found = await read.all(people.companies(frame.zone.zone_id, limit=MOST_COMPANIES))
    return {one.company_id: one for one in found}


def _totals(visit: Visit, frame: Frame) -> tuple[Fact, ...]:
    """All sites together, for the organiser, who reads each of them anyway."""
    if frame.kind is None or not frame.described:
        return ()
    labels = {"inspections": words.WHAT, "cleaning": words.SURFACE}
    total = declared(frame.described, frame.kind)
    facts = [Fact(label=visit.say(_("Sites described")), value=visit.wording.number(Decimal(len(frame.described))))]
    if total:
        label = visit.say(labels.get(frame.kind, words.YEARLY))
        facts.append(Fact(label=label, value=visit.wording.number(total)))
    return tuple(facts)


def _lines(frame: Frame, names: dict[str, people.Company], *, only: set[str] | None = None) -> list[tuple[Value, ...]]:
    """Company, SIRET, site and address, then what its kind asks for, the start and the note."""
    if frame.kind is None:
        return []
    lines: list[tuple[Value, ...]] = []
    for one in frame.described:
        if only is not None and one.company_id not in only:
            continue
        company, site = names.get(one.company_id), frame.sites.get(one.site_id)
        head = (company.name if company else "", company.siret if company else "", site.name if site else "",
                site.address if site else "")  # fmt: skip
        lines += [(*head, *told, one.starts_on, one.note) for told in words.values(frame.kind, one)]
    return sorted(lines, key=lambda line: (str(line[0]), str(line[2])))


async def sheet(visit: Visit, purchase_id: str) -> SiteSheet:
    """Every site of whoever is in, for the provider that was chosen; nobody's before one is."""
    frame = await find(visit, purchase_id, lead=True)
    if frame.contract is None or frame.terms is None:
        raise NotFound(_("No provider is chosen yet: nothing is handed over before."))
    part = {one.company_id for one in frame.pledges if one.share or (one.quantity and frame.row.stage == "open")}
    await visit.looked_at("export", purchase_id, part)
    names = await _companies(visit, frame)
    say = visit.say
    heads = (_("Company"), _("SIRET"), _("Site"), _("Address"), *words.HEADS[frame.contract.kind], words.STARTS,
             words.NOTE)  # fmt: skip
    return SiteSheet(
        name=say(_("Sites")), heads=tuple(say(head) for head in heads), lines=tuple(_lines(frame, names, only=part))
    )
