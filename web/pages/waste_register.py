"""The register of outgoing waste of my companies, as a file for their own records."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Request, Response

from domain import taxonomy
from domain.refused import Refused, _
from marketplace.reading import AsyncReading
from marketplace.waste_register import Movement, Party, register
from projections import exchanges, people
from projections.exchanges import EXCHANGES
from projections.people import PEOPLE
from web.policies import page
from web.visits import Visiting


@page("/account/waste-register.csv", policy="member")
async def waste_register(visit: Visiting, request: Request[Any, Any, Any]) -> Response[bytes]:
    """What left the companies I act for between two days, both included; else this year so far."""
    today = visit.now.date()
    since = _day(request, "from", date(today.year, 1, 1))
    until = _day(request, "to", today)
    if since > until:
        raise Refused(_("The end comes before the beginning."))
    mine = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(EXCHANGES, PEOPLE) as read:
        rows = [row for row in await read.all(exchanges.waste(mine, since, until)) if row.provider_id in mine]
        parties = {
            company_id: await _party(read, company_id)
            for company_id in {company for row in rows for company in (row.provider_id, row.receiver_id)}
        }
    if not rows:
        raise Refused(_("No waste is recorded in this period."))
    movements = [
        Movement(
            shipped_on=row.collected_on,
            reference=f"{row.exchange_id.removeprefix('exchange-')}/{row.number}",
            usual_name=taxonomy.label(row.category, "fr"),
            code=row.code,
            tonnes=row.tonnes,
            sender=parties[row.provider_id],
            carrier=row.carrier,
            receipt=row.receipt,
            receiver=parties[row.receiver_id],
            treatment=row.treatment,
        )
        for row in rows
    ]
    name = f"registre-dechets-sortants_{since.isoformat()}_{until.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(register(movements), media_type="text/csv", headers=headers)


def _day(request: Request[Any, Any, Any], name: str, usual: date) -> date:
    asked = request.query_params.get(name, "")
    try:
        return date.fromisoformat(asked) if asked else usual
    except ValueError:
        raise Refused(_("Write the two days as year-month-day, such as 2026-01-31.")) from None


async def _party(read: AsyncReading, company_id: str) -> Party:
    """A company as the register names it; what its zone keeps from us stays empty."""
    known = await read.one(people.company(company_id))
    if known is None:
        named = await read.one(exchanges.companies([company_id]))
        return Party(named.name if named else "")
    sites = await read.all(people.sites([company_id]))
    return Party(known.name, known.siret, sites[0].address if sites else "")


handlers = [waste_register]
