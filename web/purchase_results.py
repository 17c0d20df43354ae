"""What group purchases brought a zone, for whoever leads them: each figure over the list it is the sum of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain.refused import _
from marketplace.links import PAGES
from marketplace.reading import AsyncReading
from marketplace.wording import ngettext
from projections import people, purchases
from projections.purchases import FactRow, Tally
from web import purchase_views as views
from web import purchase_words as words
from web.purchasing import PurchasePresenter
from web.visits import Visit

FIRST_YEAR: Final = 2_000
MOST_COMPANIES: Final = 2_000
HUNDRED: Final = Decimal(100)
TOOK_PART: Final = ngettext("company took part", "companies took part")


async def results(
    visit: Visit, read: AsyncReading, here: people.Zone, show: PurchasePresenter, asked: str
) -> views.Results:
    """A year's figures, by the clocks of the zone: this year's unless another one is asked for."""
    zone = ZoneInfo(here.time_zone)
    now = visit.now.astimezone(zone).year
    year = int(asked) if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked) <= now else now
    since, until = (datetime(number, 1, 1, tzinfo=zone).astimezone(UTC) for number in (year, year + 1))
    facts = await read.all(purchases.facts(here.zone_id, since, until))
    known = await read.all(people.companies(here.zone_id, limit=MOST_COMPANIES)) if facts else []
    names = {company.company_id: company.name for company in known}
    return views.Results(
        year=str(year),
        before=PAGES.purchases(here.slug, year=year - 1) if year > FIRST_YEAR else "",
        after=PAGES.purchases(here.slug, year=year + 1) if year < now else "",
        figures=_figures(show, purchases.tally(facts)),
        facts=tuple(_fact(show, row, names) for row in facts),
    )


def _figures(show: PurchasePresenter, told: Tally) -> tuple[views.Figure, ...]:
    say = show.say
    percent = show.percent(Decimal(round(told.saved * HUNDRED / told.compared))) if told.compared else ""
    return (
        views.Figure(
            value=show.wording.number(Decimal(told.confirmed)),
            label=say(_("brought together, of %(n)s opened"), n=told.opened),
        ),
        views.Figure(
            value=show.wording.number(Decimal(told.companies)),
            label=show.wording.translations.ngettext(*TOOK_PART, told.companies),
        ),
        views.Figure(value=show.money(told.paid), label=say(_("bought together, excl. VAT"))),
        views.Figure(
            value=show.money(told.saved) if told.compared else "–",
            label=say(_("saved, %(percent)s of the declared price"), percent=percent)
            if told.compared
            else say(_("saved: nobody declared a present price")),
        ),
    )


def _fact(show: PurchasePresenter, row: FactRow, names: dict[str, str]) -> views.FactLine:
    at = [number for number in (row.opened_in, row.pledged_in if row.company_id else None, row.confirmed_in) if number]
    return views.FactLine(
        purchase_id=row.purchase_id,
        title=row.title or show.say(_("(erased)")),
        stage=words.stage(row.stage, show.say).word,
        opened=show.wording.day(row.opened_at.astimezone(ZoneInfo(show.time_zone)).date()),
        company=names.get(row.company_id, show.say(_("another zone"))) if row.company_id else "",
        share=show.wording.amount(row.share, row.unit, row.category) if row.share else "",
        paid=show.money(row.paid),
        declared=show.money(row.declared),
        saved=show.money(row.saved),
        events=", ".join(str(number) for number in at),
    )
