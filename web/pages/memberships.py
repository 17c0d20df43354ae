"""Who has joined the association of a zone, and whether dues are paid: noted by its administrator, never collected."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain.companies import FIRST_YEAR, Membership, RecordDues, SetMembership
from domain.refused import Refused, _
from marketplace.csv_files import shown
from marketplace.links import PAGES
from projections import people
from projections.people import PEOPLE, Company, DuesRow, MembershipRow
from web import company_views as views
from web.forms import Answers
from web.policies import form, page
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

NAMES: Final[dict[Membership, str]] = {"adherent": _("Adherent"), "participant": _("Takes part")}
YEARS_BACK: Final = 4
LONGEST_CURSOR: Final = 300
EVERY_COMPANY: Final = 2_000
"""More than any zone has."""


@page("/z/{zone:str}/companies/memberships", policy="administrator")
async def memberships(
    visit: Visiting, zone: FromPath[str], year: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[Any]:
    """Each company, how it belongs to the zone, and its dues of a year."""
    here = await visit.zone(zone)
    return await _shown(visit, here, _year(visit, here, year), after)


@form("/z/{zone:str}/companies/memberships", policy="administrator")
async def note_membership(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Note how one company belongs to the zone, and whether its dues of the year are paid."""
    here = await visit.zone(zone)
    given = await visit.answers()
    year, company_id = _year(visit, here, given.raw("year")), given.raw("company")
    asked = {**await visit.asked(), "seen_version": None}
    membership = given.choice("membership", NAMES, usual="participant")
    since, until = given.day("since"), given.day("until")
    if membership == "adherent" and since is None and "since" not in given.errors:
        given.wrong("since", _("Write since when."))
    if not given.errors:
        about: dict[str, Any] = {"company_id": company_id, "zone_id": here.zone_id}
        setting = SetMembership(
            **asked,
            **about,
            membership=next(one for one in NAMES if one == membership),
            since=since or _today(visit, here),
            until=until,
        )
        dues = RecordDues(**visit.signed(), **about, year=year, paid=bool(given.raw("paid")))
        try:
            await _set(visit, here, setting, said=bool(since))
            await visit.carry_out(visit.services.marketplace.record_dues, dues)
        except Refused as refused:
            if not refused.field:
                raise
            given.refused(refused)
    if given.errors:
        return await _shown(visit, here, year, given.raw("after"), company_id, given)
    visit.tell(visit.say(_("Noted.")))
    return visit.go(f"{PAGES.memberships(here.slug, year)}#{company_id}")


async def _set(visit: Visit, here: people.Zone, setting: SetMembership, *, said: bool) -> None:
    """Note it, unless nothing was said and nothing stands: a company that takes part is what every one is."""
    async with visit.reading(PEOPLE) as read:
        before = await read.one(people.memberships(here.zone_id, [setting.company_id]))
    if before is not None or said or setting.membership == "adherent":
        await visit.carry_out(visit.services.marketplace.set_membership, setting)


@page("/z/{zone:str}/companies/memberships.csv", policy="administrator")
async def memberships_file(visit: Visiting, zone: FromPath[str], year: FromQuery[str] = "") -> Response[bytes]:
    """The same as a spreadsheet reads it."""
    here = await visit.zone(zone)
    chosen = _year(visit, here, year)
    async with visit.reading(PEOPLE) as read:
        rows = await read.all(people.companies(here.zone_id, limit=EVERY_COMPANY))
        ids = [row.company_id for row in rows]
        belongs = {row.company_id: row for row in await read.all(people.memberships(here.zone_id, ids))}
        paid = {row.company_id for row in await read.all(people.dues(here.zone_id, chosen, ids))}
    written = io.StringIO(newline="")
    lines = csv.writer(written, delimiter=";")
    said = [_("Company"), "SIRET", _("Membership"), _("Since"), _("Until"), _("Dues of %(year)s")]
    lines.writerow([visit.say(text, year=chosen) if "%" in text else visit.say(text) for text in said])
    for row in rows:
        belonging = belongs.get(row.company_id)
        lines.writerow(
            [
                shown(row.name),
                row.siret,
                visit.say(NAMES[_standing(visit, here, belonging)]),
                belonging.since.isoformat() if belonging else "",
                belonging.until.isoformat() if belonging and belonging.until else "",
                visit.say(_("paid")) if row.company_id in paid else visit.say(_("not paid")),
            ]
        )
    headers = {
        "Content-Disposition": f'attachment; filename="adherents_{here.slug}_{chosen}.csv"',
        "Cache-Control": "no-store",
        "Vary": "Cookie",
    }
    return Response(written.getvalue().encode("utf-8-sig"), media_type="text/csv", headers=headers)


async def _shown(
    visit: Visit, here: people.Zone, year: int, after: str, again: str = "", given: Answers | None = None
) -> Response[Any]:
    name, _cut, company_id = after[:LONGEST_CURSOR].replace("\0", "").rpartition("~")
    async with visit.reading(PEOPLE) as read:
        found = await read.all(people.companies(here.zone_id, name, company_id, people.PAGE + 1))
        rows = found[: people.PAGE]
        ids = [row.company_id for row in rows]
        belongs = {row.company_id: row for row in await read.all(people.memberships(here.zone_id, ids))}
        paid = {row.company_id: row for row in await read.all(people.dues(here.zone_id, year, ids))}
    this_year = _today(visit, here).year
    last = rows[-1] if len(found) > people.PAGE else None
    base = PAGES.memberships(here.slug, year)
    view = views.MembershipsPage(
        zone=zone_view(here),
        year=year,
        years=tuple(range(this_year + 1, this_year - YEARS_BACK, -1)),
        lines=_lines(visit, here, rows, belongs, paid, again, given),
        memberships=tuple(Choice(value=one, label=visit.say(label)) for one, label in NAMES.items()),
        next=PAGES.memberships(here.slug, year, f"{last.name}~{last.company_id}") if last else None,
        first=base if after else None,
    )
    return await visit.page("companies/memberships.html", view, zone=here, current="zone", status=422 if given else 200)


def _lines(
    visit: Visit,
    here: people.Zone,
    rows: Sequence[Company],
    belongs: dict[str, MembershipRow],
    paid: dict[str, DuesRow],
    again: str,
    given: Answers | None,
) -> tuple[views.MembershipLine, ...]:
    today = _today(visit, here)
    lines = []
    for row in rows:
        belonging = belongs.get(row.company_id)
        values = {
            "membership": belonging.membership if belonging else "participant",
            "since": belonging.since.isoformat() if belonging else "",
            "until": belonging.until.isoformat() if belonging and belonging.until else "",
            "paid": "1" if row.company_id in paid else "",
        }
        line = views.MembershipLine(
            id=row.company_id,
            name=row.name,
            membership=visit.say(NAMES[_standing(visit, here, belonging)]),
            since=belonging.since if belonging else None,
            until=belonging.until if belonging else None,
            over=bool(belonging and belonging.until and belonging.until < today),
            paid=row.company_id in paid,
            form=visit.form(given if row.company_id == again else None, values=values),
        )
        lines.append(line)
    return tuple(lines)


def _standing(visit: Visit, here: people.Zone, belonging: MembershipRow | None) -> Membership:
    return belonging.membership if belonging and belonging.holds_on(_today(visit, here)) else "participant"


def _today(visit: Visit, here: people.Zone) -> date:
    return visit.now.astimezone(ZoneInfo(here.time_zone)).date()


def _year(visit: Visit, here: people.Zone, asked: str) -> int:
    this_year = _today(visit, here).year
    known = asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:4]) <= this_year + 1
    return int(asked[:4]) if known else this_year


handlers: Final = [memberships, note_membership, memberships_file]
