"""The inbox of exchanges: what I owe, what I wait for, the pick-ups to come, and what is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from litestar import Request, Response

from domain.exchanges import REMIND_AFTER, TELL_FACILITATOR_AFTER, Reason
from marketplace.links import PAGES
from projections import exchanges, people
from projections.exchanges import EXCHANGES, PAGE, ExchangeRow, Group
from projections.exchanges.funnel import silence
from projections.people import PEOPLE
from web import exchange_views as views
from web.asking import presenter
from web.exchanging import FOR_A_PERSON, ExchangePresenter, takes_a_person
from web.policies import page
from web.visits import Visit, Visiting

LONGEST_CURSOR: Final = 80
GROUPS: Final[tuple[Group, ...]] = get_args(Group)


@page("/exchanges", policy="crew")
async def inbox(visit: Visiting, request: Request[Any, Any, Any]) -> Response[Any]:
    """My exchanges, what I owe first; or one group of them, further on."""
    after = request.query_params.get("after", "")[:LONGEST_CURSOR].replace("\0", "")
    asked = request.query_params.get("group", "")
    only = next((group for group in GROUPS if group == asked), None)
    companies = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(EXCHANGES, PEOPLE) as read:
        homes = await read.all(people.zones_by_id([visit.viewer.home_zone]))
        found: dict[Group, list[ExchangeRow]] = {
            group: await read.all(exchanges.mine(companies, group, visit.now, after if only else "", PAGE + 1))
            for group in GROUPS
            if only in (None, group)
        }
        to_come = [] if only else await read.all(exchanges.upcoming(companies, visit.now))
    more: dict[str, str] = {
        group: PAGES.exchanges(group=group, after=rows[PAGE - 1].exchange_id)
        for group, rows in found.items()
        if len(rows) > PAGE
    }
    owed, waiting, closed = (found.get(group, [])[:PAGE] for group in GROUPS)
    due = {row.exchange_id for row in owed}
    to_come = [row for row in to_come if row.exchange_id not in due]
    arranged = {row.exchange_id for row in to_come}
    waiting = [row for row in waiting if row.exchange_id not in arranged]
    show = await presenter(visit, [*owed, *to_come, *waiting, *closed])
    view = views.InboxPage(
        owed=lines(show, owed),
        upcoming=lines(show, to_come),
        waiting=lines(show, waiting),
        closed=lines(show, closed),
        more=more,
        only=only or "",
        acts=bool(companies),
        **await _followed(visit, homes),
    )
    return await visit.page("exchanges/list.html", view, zone=homes[0] if homes else None, current="exchanges")


async def _followed(visit: Visit, homes: Sequence[people.Zone]) -> dict[str, Any]:
    """For who runs a zone and acts for no company: where its exchanges are, and how many are silent."""
    zone = homes[0] if homes else None
    if zone is None or visit.viewer.companies or not visit.viewer.has_role(zone.zone_id, "facilitator"):
        return {}
    async with visit.reading(EXCHANGES) as read:
        counted = await read.one(silence(zone.zone_id, visit.now - REMIND_AFTER, visit.now - TELL_FACILITATOR_AFTER))
    return {"followed": PAGES.zone_exchanges(zone.slug), "silent": counted.a_week if counted else 0}


@page("/inbox", policy="crew")
async def the_other_name(visit: Visiting) -> Response[Any]:
    """What people also call it."""
    return visit.go(PAGES.exchanges())


async def turns(visit: Visit, companies: Sequence[str], now: datetime, limit: int) -> tuple[views.Line, ...]:
    """The most pressing steps these companies owe."""
    async with visit.reading(EXCHANGES) as read:
        rows = await read.all(exchanges.mine(companies, "owed", now, limit=limit)) if companies else []
    return lines(await presenter(visit, rows), rows)


async def pickups(visit: Visit) -> tuple[tuple[views.Line, ...], tuple[views.Line, ...]]:
    """What a phone on a dock opens with: the steps it may take now with what is due today, then what comes next."""
    companies = [company.company_id for company in visit.viewer.companies]
    async with visit.reading(EXCHANGES) as read:
        owed = await read.all(exchanges.mine(companies, "owed", visit.now))
        to_come = await read.all(exchanges.upcoming(companies, visit.now))
    owed = [row for row in owed if not takes_a_person(row.exchange)]
    known = {row.exchange_id for row in owed}
    show = await presenter(visit, [*owed, *to_come])
    zone = ZoneInfo(show.time_zone)
    first = list(owed)
    later: list[ExchangeRow] = []
    for row in to_come:
        agreed = row.exchange.agreed
        soon = agreed is not None and agreed.start.astimezone(zone).date() <= visit.now.astimezone(zone).date()
        if row.exchange_id not in known:
            (first if soon else later).append(row)
    return lines(show, first), lines(show, later)


def lines(show: ExchangePresenter, rows: Sequence[ExchangeRow]) -> tuple[views.Line, ...]:
    """Exchanges as lines of a list."""
    return tuple(line(show, row) for row in rows)


def line(show: ExchangePresenter, row: ExchangeRow) -> views.Line:
    """One exchange in a line: what, how much, with whom, and what is next."""
    exchange = row.exchange
    turn = show.turn(exchange)
    leave = show.viewer.shared and turn is not None and turn.what in FOR_A_PERSON
    return views.Line(
        exchange_id=row.exchange_id,
        listing_id=row.listing_id,
        title=row.title,
        quantity=show.quantity(exchange.accepted or exchange.asked, row.category),
        company=show.name(show.other(exchange)),
        gives=show.side(exchange) == exchange.provider_id,
        category=row.category,
        stage=show.stage(row.stage),
        turn=turn,
        leave=leave,
        at=row.latest_at,
        slot=show.slot(exchange.agreed) if exchange.agreed else "",
        reason=_reason(show, row.reason),
    )


def _reason(show: ExchangePresenter, reason: Reason | None) -> str:
    return show.reason(reason) if reason else ""


handlers = [inbox, the_other_name]
