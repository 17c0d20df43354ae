"""The directory of a zone, one company, and what a company lets others know of it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain.companies import (
    AUDIENCES,
    CONTACT_LENGTH,
    ENTRY_LENGTH,
    KINDS,
    PARTS,
    Audience,
    SetOrganisationKind,
    WriteDirectoryEntry,
)
from domain.opening_hours import DAYS, Opening, read_day
from domain.refused import NotFound, Refused, _
from marketplace.links import PAGES, Links
from marketplace.reading import AsyncReading
from projections import directory, exchanges, joining, listings, people
from projections.directory import DIRECTORY, Entry, Passage
from projections.exchanges import EXCHANGES
from projections.joining import JOINING
from projections.listings import LISTINGS
from projections.people import PEOPLE
from projections.viewer import RUNNING
from web import company_views as views
from web.asking import presenter as exchange_presenter
from web.directory import (
    AUDIENCE_NAMES,
    KIND_NAMES,
    PART_NAMES,
    by_company,
    card,
    is_adherent,
    organization,
    places,
    told,
)
from web.forms import Answers
from web.guide import day_names, week
from web.policies import form, page
from web.presenting import Presenter
from web.searching import centre_of
from web.views import Choice
from web.visits import Visit, Visiting, zone_view
from web.zone_plan import plan_of_companies

LONGEST_ASKED: Final = 200
DRAWN: Final = 100
"""Companies on one plan: more pins than that hide each other."""
LISTINGS_SHOWN: Final = 12
LONGEST: Final = {"contact": CONTACT_LENGTH}
WORDS: Final = ("about", "offers", "seeks", "shares", "contact")

# --- the directory ------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/companies", policy="anyone")
async def companies(
    visit: Visiting,
    zone: FromPath[str],
    q: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    view: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[Any]:
    """The companies of a zone, as far as this reader may know them."""
    here = await visit.zone(zone)
    text, kind = _asked(q), kind if kind in KINDS else ""
    drawn = view == "plan"
    limit = DRAWN if drawn else directory.PAGE
    async with visit.reading(DIRECTORY, PEOPLE, JOINING) as read:
        found = await read.all(directory.entries(here.zone_id, text, kind, _asked(after), limit + 1))
        total = await read.one(directory.count(here.zone_id, text, kind))
        rows = found[:limit]
        ids = [row.company_id for row in rows]
        passages = by_company(await read.all(directory.passages(ids)))
        belongs = {row.company_id: row for row in await read.all(people.memberships(here.zone_id, ids))}
        moderates = visit.viewer.has_role(here.zone_id, *RUNNING)
        requests = len(await read.all(joining.waiting(here.zone_id))) if moderates else 0
    cards = tuple(card(visit, row, passages.get(row.company_id, []), belongs.get(row.company_id)) for row in rows)

    def address(**changes: str | None) -> str:
        return PAGES.companies(here.slug, **{"q": text, "kind": kind, "view": "plan" if drawn else None, **changes})

    plan = None
    if drawn:
        centre, name = await centre_of(visit, here)
        plan = plan_of_companies(places(passages, cards), centre, name)
    shown = views.DirectoryPage(
        zone=zone_view(here),
        total=total.n if total else 0,
        cards=cards,
        kinds=tuple(Choice(value=one, label=visit.say(KIND_NAMES[one])) for one in KINDS),
        query=text,
        kind=kind,
        plan=plan,
        list_address=address(view=None),
        plan_address=address(view="plan"),
        next=address(after=rows[-1].company_id) if len(found) > limit else None,
        first=address() if after else None,
        members_see=here.companies if here.zone_id not in visit.viewer.zones else 0,
        own=tuple(
            Choice(value=company.company_id, label=company.name)
            for company in visit.viewer.companies
            if here.zone_id in company.zones and not visit.viewer.shared
        ),
        moderates=moderates,
        administers=visit.viewer.has_role(here.zone_id, "administrator"),
        requests=requests,
    )
    return await visit.page("companies/list.html", shown, zone=here, current="zone")


def _asked(text: str) -> str:
    return " ".join(text[:LONGEST_ASKED].replace("\0", " ").split())


# --- one company --------------------------------------------------------------------------------------------------


@page("/companies/{company_id:str}", policy="anyone")
async def company(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """One company, its open listings, and how its exchanges went."""
    row = await known(visit, company_id)
    mine = visit.viewer.acts_for(company_id) and not visit.viewer.shared
    async with visit.reading(DIRECTORY, LISTINGS, EXCHANGES, PEOPLE, JOINING) as read:
        passages = await read.all(directory.passages([company_id]))
        record = await read.one(exchanges.records([company_id]))
        offered = await _open_listings(read, company_id)
        zones = await read.all(people.zones_by_id(row.zones))
        belongings = await _belongings(visit, read, row, zones)
        asking = len(await read.all(joining.colleagues_to_be([company_id]))) if mine else 0
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    home = next((zone for zone in zones if zone.zone_id in visit.viewer.zones), zones[0] if zones else None)
    texts = {one.item: one.text for one in passages}
    insider = not set(row.zones).isdisjoint(visit.viewer.zones)
    view = views.CompanyPage(
        id=company_id,
        name=row.name,
        trade=row.trade,
        sort=visit.say(KIND_NAMES[row.kind]) if row.kind != "company" else "",
        told=told(visit, passages),
        contact=texts.get("contact", ""),
        sites=tuple(views.SiteShown(name=one.text, address=one.address) for one in passages if one.part == "place"),
        hours=week(visit, next((one.hours for one in passages if one.part == "hours"), ())),
        belongings=belongings,
        record=(await exchange_presenter(visit, [])).record(record) if insider else "",
        listings=tuple(show.card(one) for one in offered),
        home=zone_view(home) if home else None,
        siret=row.siret if insider or mine else "",
        mine=mine,
        asking=asking,
        public=row.audience == "everyone",
        structured=organization(row, passages, Links(visit.services.settings.base_url).company(company_id)),
    )
    return await visit.page("companies/show.html", view, zone=home, current="zone")


async def known(visit: Visit, company_id: str) -> Entry:
    """A company this reader may know of; any other is missing to them."""
    async with visit.reading(DIRECTORY) as read:
        row = await read.one(directory.entry(company_id.replace("\0", "")))
    if row is None:
        raise NotFound(_("There is no such company."))
    return row


async def _open_listings(read: AsyncReading, company_id: str) -> list[listings.Listing]:
    """What it offers and seeks now, where its name is shown to this reader: an anonymous listing stays so."""
    found = await read.all(listings.of_companies([company_id], limit=listings.PAGE))
    return [row for row in found if row.life == "open" and row.shown and row.company][:LISTINGS_SHOWN]


async def _belongings(
    visit: Visit, read: AsyncReading, row: Entry, zones: list[people.Zone]
) -> tuple[views.BelongingShown, ...]:
    found = []
    for zone in zones:
        membership = await read.one(people.memberships(zone.zone_id, [row.company_id]))
        if is_adherent(visit, membership) and membership is not None:
            how = visit.say(_("Adherent since %(day)s"), day=visit.wording.date(membership.since))
        else:
            how = visit.say(_("Takes part"))
        found.append(views.BelongingShown(zone=zone_view(zone), how=how))
    return tuple(found)


# --- what it lets others know -------------------------------------------------------------------------------------


@page("/companies/{company_id:str}/entry", policy="member")
async def entry(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """The form of the entry, as it stands."""
    return await _entry(visit, await represented(visit, company_id))


@form("/companies/{company_id:str}/entry", policy="member")
async def write_entry(visit: Visiting, company_id: FromPath[str]) -> Response[Any]:
    """Write it anew, and say who may read what."""
    row = await represented(visit, company_id)
    given = await visit.answers()
    texts: dict[str, Any] = {
        name: given.text(name, most=CONTACT_LENGTH if name == "contact" else ENTRY_LENGTH) for name in WORDS
    }
    shown: dict[Any, Audience] = {
        part: next(one for one in AUDIENCES if one == given.choice(f"to_{part}", AUDIENCES, usual="nobody"))
        for part in PARTS
    }
    kind = given.choice("kind", KINDS, usual=row.kind)
    hours = _hours(given)
    if given.errors:
        return await _entry(visit, row, given)
    asked = await visit.asked()
    writing = WriteDirectoryEntry(**asked, company_id=company_id, **texts, hours=hours, shown=shown)
    try:
        await visit.carry_out(visit.services.marketplace.write_directory_entry, writing)
    except Refused as refused:
        if not refused.field:
            raise
        given.refused(refused)
        return await _entry(visit, row, given)
    if kind != row.kind:
        setting = SetOrganisationKind(**visit.signed(), company_id=company_id, kind=next(k for k in KINDS if k == kind))
        await visit.carry_out(visit.services.marketplace.set_organisation_kind, setting)
    visit.tell(visit.say(_("Kept. This is what others read of you now.")))
    return visit.go(PAGES.company(company_id))


async def represented(visit: Visit, company_id: str) -> Entry:
    """A company this reader acts for; any other is missing to them."""
    if not visit.viewer.acts_for(company_id) or visit.viewer.shared:
        raise NotFound(_("There is no such company."))
    return await known(visit, company_id)


def _hours(given: Answers) -> tuple[Opening, ...]:
    hours: list[Opening] = []
    for day in DAYS:
        try:
            hours.extend(read_day(given.raw(f"day{day}"), day, f"day{day}"))
        except Refused as refused:
            given.refused(refused)
    return tuple(hours)


async def _entry(visit: Visit, row: Entry, given: Answers | None = None) -> Response[Any]:
    async with visit.reading(DIRECTORY) as read:
        passages = await read.all(directory.passages([row.company_id]))
    view = views.EntryPage(
        id=row.company_id,
        name=row.name,
        form=visit.form(given, values=_values(row, passages)),
        kinds=tuple(Choice(value=one, label=visit.say(KIND_NAMES[one])) for one in KINDS),
        parts=tuple(
            views.EntryPart(
                name=f"to_{part}",
                label=visit.say(label),
                hint=visit.say(hint) if hint else "",
                audiences=tuple(Choice(value=one, label=visit.say(AUDIENCE_NAMES[one])) for one in AUDIENCES),
            )
            for part, (label, hint) in PART_NAMES.items()
        ),
        days=day_names(visit),
        most=ENTRY_LENGTH,
        most_contact=CONTACT_LENGTH,
    )
    return await visit.page("companies/entry.html", view, current="account", status=422 if given else 200)


def _values(row: Entry, passages: list[Passage]) -> dict[str, str]:
    values = {one.item: one.text for one in passages if one.item in WORDS}
    values |= {f"to_{part}": audience for part, audience in row.shown.items()}
    values["kind"] = row.kind
    for span in next((one.hours for one in passages if one.part == "hours"), ()):
        before, said = values.get(f"day{span.day}"), f"{span.opens}-{span.closes}"
        values[f"day{span.day}"] = f"{before}, {said}" if before else said
    return values


handlers: Final = [companies, company, entry, write_entry]
