"""Co-funding: the organiser names the shares, the goal and the minimum, and lets companies promise theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.purchases import BEFORE_PLEDGES, Bounds, OpenFunding
from domain.purchases.rules import TEXT_LENGTH
from domain.refused import Forbidden, NotFound, _
from marketplace.links import PAGES
from projections import people
from projections.purchases import PurchaseRow
from web import purchase_views as views
from web import purchase_words as words
from web.forms import Answers
from web.policies import form, page
from web.purchase_readers import organises, presenter, seen
from web.purchase_steps import FIRST, Reshown, Step
from web.quote_field import MOST_COMPANIES, NUMBER, deadline_typed, deadline_values
from web.visits import Visit, Visiting, zone_view

KEY: Final = "funding"
USUAL_TIME: Final = timedelta(weeks=4)
USUAL_SHARES: Final = "20, 100, 600"
LONGEST_SHARES: Final = 60


@page("/purchases/{purchase_id:str}/funding", policy="member")
async def show_funding(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """What may be promised, until when, and what for."""
    return await _show(visit, purchase_id, FIRST)


@form("/purchases/{purchase_id:str}/funding", policy="member")
async def open_funding(visit: Visiting, purchase_id: FromPath[str]) -> Response[Any]:
    """Let companies promise their shares."""
    row, zone = await _led(visit, purchase_id)
    given = await visit.answers()
    step = Step(visit, row, zone, KEY, given, to=PAGES.purchase(purchase_id), show=_show)
    bounds = _bounds(given, zone.time_zone)
    charter = given.text("charter", most=TEXT_LENGTH, missing=_("Write what each company accepts with its pledge."))
    if bounds is None or given.errors:
        return await step.again()
    command = OpenFunding(**await step.asked(), bounds=bounds, charter=charter)
    told = visit.say(_("Open: the companies that answered are told, and may promise their shares."))
    return await step.carry_out(visit.services.marketplace.open_funding, command, told)


def _bounds(given: Answers, time_zone: str) -> Bounds | None:
    deadline = deadline_typed(given, time_zone)
    minimum, goal = given.amount("minimum", instead=NUMBER), given.amount("goal", instead=NUMBER)
    least = given.whole("least_companies", least=1, most=MOST_COMPANIES)
    typed = given.raw("shares")[:LONGEST_SHARES].replace("€", " ").replace(",", " ").replace(";", " ").split()
    if not all(one.isascii() and one.isdigit() for one in typed):
        given.wrong("shares", _("Write each share as a number of whole euros, five shares at most."))
    if given.errors or deadline is None:
        return None
    return Bounds(
        deadline=deadline,
        minimum=minimum,
        least_companies=least or 1,
        partners=bool(given.raw("partners")),
        shares=tuple({int(one) for one in typed}),
        free=bool(given.raw("free")),
        goal=goal,
        adherents=bool(given.raw("adherents")),
    )


async def _led(visit: Visit, purchase_id: str) -> tuple[PurchaseRow, people.Zone]:
    row, zone = await seen(visit, purchase_id)
    if not organises(visit, zone.zone_id):
        raise Forbidden(_("The zone’s facilitator leads its group purchases."))
    if row.form != "funding":
        raise NotFound(_("There is no such group purchase."))
    return row, zone


async def _show(visit: Visit, purchase_id: str, reshown: Reshown) -> Response[Any]:
    row, zone = await _led(visit, purchase_id)
    values = {
        **deadline_values(visit.now + USUAL_TIME, zone.time_zone),
        "at": "12:00",
        "shares": USUAL_SHARES,
        "charter": visit.say(words.WORDS[row.form].charter),
    }
    asking = visit.form(reshown.of(KEY), values=values, seen_version=row.version)
    view = views.FundingPage(
        zone=zone_view(zone),
        card=presenter(visit, zone).card(row),
        asking=views.Asking(key=KEY, form=asking) if row.stage in BEFORE_PLEDGES else None,
        time_zone=zone.time_zone,
        conflict=reshown.conflict,
    )
    return await visit.page("purchases/funding.html", view, zone=zone, current="purchases", status=reshown.status)


handlers = [show_funding, open_funding]
