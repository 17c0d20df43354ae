"""The zone's guide, for everyone; and the outlets in it, for the facilitator who keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain import taxonomy
from domain.commands import Receipt
from domain.contradictions import CONDITIONS
from domain.opening_hours import DAYS as WEEKDAYS
from domain.opening_hours import read_day
from domain.outlets import AcceptedDraft, AmendOutlet, CloseOutlet, OpenOutlet, OutletDraft
from domain.places import Place
from domain.quantities import Quantity
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.links import PAGES
from projections import people, pooling
from projections.people import PEOPLE
from projections.pooling import POOLING, OutletRow
from web import answers
from web import pooling_views as views
from web.forms import Answers
from web.guide import by_family, outlet_card
from web.policies import form, page
from web.searching import centre_of
from web.views import Choice, Form
from web.visits import Visit, Visiting, zone_view

LONGEST_TEXT: Final = 400
LINES: Final = 5
SPARE_LINES: Final = 3
MOST_LINES: Final = 50
"""Lines of the form: those that say something, and some to spare."""
REFUSED_LINES: Final = 3
DEGREES: Final = Decimal("0.00001")
LEAST_UNITS: Final = ("KGM", "TNE", "MTQ", "H87", "XPX")
TEXTS: Final = ("operator", "address", "hours_note", "price", "permits", "contact")

# --- the guide ----------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/guide", policy="anyone")
async def guide(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Where surplus always goes."""
    here = await visit.zone(zone)
    insider = here.zone_id in visit.viewer.zones
    centre, _name = await centre_of(visit, here)
    async with visit.reading(POOLING) as read:
        rows = await read.all(pooling.outlets([here.zone_id]))
    cards = tuple(outlet_card(visit, row, here, centre if insider else None) for row in rows)
    view = views.GuidePage(
        zone=zone_view(here),
        families=by_family(cards, visit.language),
        outlets=cards,
        keeps=visit.viewer.has_role(here.zone_id, "facilitator", "administrator"),
        today=visit.wording.dated(visit.now.date(), "d MMMM y"),
        contact_mail=here.contact_mail,
        association=here.association,
    )
    return await visit.page("zones/guide.html", view, zone=here, current="zone")


# --- keeping it ---------------------------------------------------------------------------------------------------


@page("/z/{zone:str}/outlets", policy="facilitator")
async def outlets(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The outlets of a zone, those taken out of the guide too."""
    here = await visit.zone(zone)
    async with visit.reading(POOLING) as read:
        rows = await read.all(pooling.outlets([here.zone_id], closed=True))
    view = views.OutletsPage(zone=zone_view(here), outlets=tuple(outlet_card(visit, row, here) for row in rows))
    return await visit.page("zones/outlets.html", view, zone=here, current="funnel")


@page("/z/{zone:str}/outlets/new", policy="facilitator")
async def new_outlet(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The form that tells of an outlet."""
    here = await visit.zone(zone)
    return await _form(
        visit, here, visit.form(values={"latitude": str(here.latitude), "longitude": str(here.longitude)})
    )


@form("/z/{zone:str}/outlets/new", policy="facilitator")
async def open_outlet(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Tell of an outlet."""
    here = await visit.zone(zone)

    def command(asked: dict[str, Any], draft: OutletDraft) -> OpenOutlet:
        return OpenOutlet(**asked, outlet_id=visit.new_id("outlet"), zone_id=here.zone_id, draft=draft)

    return await _save(visit, here, command, visit.services.marketplace.open_outlet, _("It is in the guide now."))


@page("/z/{zone:str}/outlets/{outlet_id:str}", policy="facilitator")
async def show_outlet(visit: Visiting, zone: FromPath[str], outlet_id: FromPath[str]) -> Response[Any]:
    """The form that corrects an outlet."""
    here = await visit.zone(zone)
    row = await _kept(visit, here, outlet_id)
    return await _form(visit, here, visit.form(values=_values(row), seen_version=row.version), row)


@form("/z/{zone:str}/outlets/{outlet_id:str}", policy="facilitator")
async def amend_outlet(visit: Visiting, zone: FromPath[str], outlet_id: FromPath[str]) -> Response[Any]:
    """Correct an outlet."""
    here = await visit.zone(zone)
    row = await _kept(visit, here, outlet_id)

    def command(asked: dict[str, Any], draft: OutletDraft) -> AmendOutlet:
        return AmendOutlet(**asked, outlet_id=row.outlet_id, draft=draft)

    said = _("Corrected. The guide says it already.")
    return await _save(visit, here, command, visit.services.marketplace.amend_outlet, said, row)


@form("/z/{zone:str}/outlets/{outlet_id:str}/close", policy="facilitator")
async def close_outlet(visit: Visiting, zone: FromPath[str], outlet_id: FromPath[str]) -> Response[Any]:
    """Take an outlet out of the guide."""
    here = await visit.zone(zone)
    row = await _kept(visit, here, outlet_id)
    command = CloseOutlet(**await visit.asked(), outlet_id=row.outlet_id)
    await visit.carry_out(visit.services.marketplace.close_outlet, command)
    visit.tell(visit.say(_("Taken out of the guide. Correct it to put it back.")))
    return visit.go(PAGES.outlets(here.slug))


async def _kept(visit: Visit, here: people.Zone, outlet_id: str) -> OutletRow:
    """An outlet of this zone; one of another is missing here."""
    async with visit.reading(POOLING, PEOPLE) as read:
        row = await read.one(pooling.outlet(outlet_id))
    if row is None or row.zone_id != here.zone_id:
        raise NotFound(_("There is no such outlet."))
    return row


async def _save(
    visit: Visit,
    here: people.Zone,
    command: Callable[[dict[str, Any], OutletDraft], Any],
    use_case: Callable[[Any], Receipt],
    said: str,
    row: OutletRow | None = None,
) -> Response[Any]:
    given = await visit.answers()
    draft = _draft(given)
    status = 422
    if draft is not None:
        try:
            await visit.carry_out(use_case, command(await visit.asked(), draft))
        except Refused as refused:
            given.refused(refused, otherwise="name")
            status = 409 if isinstance(refused, Conflict) else 422
        else:
            visit.tell(visit.say(said))
            return visit.go(PAGES.outlets(here.slug))
    seen = row.version if row else None
    return await _form(visit, here, visit.form(given, seen_version=seen), row, status=status)


async def _form(
    visit: Visit, here: people.Zone, filled: Form, row: OutletRow | None = None, status: int = 200
) -> Response[Any]:
    accepted = _last_line(filled.values, "accept") + SPARE_LINES
    refused = _last_line(filled.values, "refuse") + 2
    view = views.OutletForm(
        zone=zone_view(here),
        form=filled,
        outlet_id=row.outlet_id if row else "",
        name=row.name if row else "",
        days=answers_days(visit),
        categories=_categories(visit),
        conditions=tuple(Choice(value=code, label=answers.answer("condition", code, visit.say)) for code in CONDITIONS),
        units=tuple(Choice(value=code, label=_unit(visit, code)) for code in LEAST_UNITS),
        accepts=tuple(views.LineForm(number=n) for n in range(1, min(max(accepted, LINES), MOST_LINES) + 1)),
        refuses=tuple(views.LineForm(number=n) for n in range(1, min(max(refused, REFUSED_LINES), MOST_LINES) + 1)),
        close_command=visit.new_command() if row and not row.closed else "",
        closed=bool(row and row.closed),
    )
    return await visit.page("zones/outlet.html", view, zone=here, current="funnel", status=status)


# --- what was typed -----------------------------------------------------------------------------------------------


def _draft(given: Answers) -> OutletDraft | None:
    name = given.text("name", most=LONGEST_TEXT, missing=_("Give the outlet a name."))
    texts = {field: given.text(field, most=LONGEST_TEXT) for field in TEXTS}
    latitude, longitude = _degrees(given, "latitude", 90), _degrees(given, "longitude", 180)
    accepts = tuple(filter(None, (_line(given, n) for n in range(1, MOST_LINES + 1))))
    refuses = tuple(filter(None, (given.choice(f"refuse{n}", taxonomy.CATEGORIES) for n in range(1, MOST_LINES + 1))))
    days = tuple(given.raw(f"day{day}") for day in WEEKDAYS)
    for day, typed in zip(WEEKDAYS, days, strict=True):
        try:
            read_day(typed, day, f"day{day}")
        except Refused as refused:
            given.refused(refused, otherwise="name")
    if given.errors or latitude is None or longitude is None:
        return None
    return OutletDraft(
        name=name,
        place=Place(latitude, longitude),
        days=days,
        accepts=accepts,
        refuses=refuses,
        licensed=given.raw("licensed") == "true",
        **texts,
    )


def _line(given: Answers, number: int) -> AcceptedDraft | None:
    """A line of the form; one without a category says nothing, unless something stands beside it."""
    category = given.choice(f"accept{number}", taxonomy.CATEGORIES)
    conditions = given.text(f"conditions{number}", most=LONGEST_TEXT)
    condition = given.choice(f"condition{number}", CONDITIONS)
    amount = given.amount(f"least{number}")
    if not category:
        if conditions:
            given.wrong(f"accept{number}", _("Choose what these conditions are about."))
        return None
    unit = given.choice(f"unit{number}", LEAST_UNITS, usual=LEAST_UNITS[0])
    return AcceptedDraft(category, conditions, condition, Quantity(amount, unit) if amount else None)


def _degrees(given: Answers, field: str, most: int) -> Decimal | None:
    typed = given.text(field, most=20, missing=_("Say where it is.")).replace(",", ".").replace("−", "-")
    if not typed:
        return None
    try:
        degrees = Decimal(typed)
        if degrees.is_finite() and abs(degrees) <= most:
            return degrees.quantize(DEGREES)
    except InvalidOperation:
        pass
    given.wrong(
        field, _("Write degrees, such as %(example)s."), example="46.06350" if field == "latitude" else "6.37240"
    )
    return None


def _values(row: OutletRow) -> dict[str, str]:
    """An outlet as the form has it."""
    values = {
        "name": row.name,
        "latitude": str(row.latitude),
        "longitude": str(row.longitude),
        "licensed": "true" if row.licensed else "",
        **{field: getattr(row, field) for field in TEXTS},
    }
    for span in row.hours:
        before = values.get(f"day{span.day}")
        said = f"{span.opens}-{span.closes}"
        values[f"day{span.day}"] = f"{before}, {said}" if before else said
    for number, line in enumerate(row.accepts, 1):
        values |= {
            f"accept{number}": line.category,
            f"conditions{number}": line.conditions,
            f"condition{number}": line.condition,
            f"least{number}": str(line.amount) if line.amount is not None else "",
            f"unit{number}": line.unit,
        }
    return values | {f"refuse{number}": code for number, code in enumerate(row.refuses, 1)}


def _last_line(values: Mapping[str, str], field: str) -> int:
    return max((n for n in range(1, MOST_LINES + 1) if values.get(f"{field}{n}")), default=0)


def answers_days(visit: Visit) -> tuple[str, ...]:
    """The days of the week, Monday first."""
    return tuple(visit.say(day) for day in DAYS)


DAYS: Final = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


def _categories(visit: Visit) -> Sequence[tuple[str, Sequence[Choice]]]:
    """Each family with itself as a whole, then its leaves."""
    found = []
    for family in taxonomy.families():
        label = taxonomy.label(family.code, visit.language)
        whole = Choice(value=family.code, label=visit.say(_("%(family)s: everything"), family=label))
        leaves = (Choice(value=leaf.code, label=taxonomy.label(leaf.code, visit.language))
                  for leaf in taxonomy.leaves(family.code))  # fmt: skip
        found.append((label, (whole, *leaves)))
    return found


def _unit(visit: Visit, code: str) -> str:
    unit = taxonomy.UNITS[code]
    return unit.label_fr if visit.language == "fr" else unit.label_en


handlers = [guide, outlets, new_outlet, open_outlet, show_outlet, amend_outlet, close_outlet]
