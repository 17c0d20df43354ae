"""Everything the site holds on one person, gathered from where the declarations say it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from domain.refused import NotFound, _
from marketplace.access_log import Look
from marketplace.application.privacy import Did, Wrote
from marketplace.holdings import HOLDINGS
from projections import people, searches
from projections.people import PEOPLE
from projections.searches import SEARCHES
from web.visits import Visit

Row = dict[str, Any]
SECRET: Final = frozenset(
    {"token_sha256", "previous_sha256", "code_mac", "hash", "secret", "letter", "credential_id", "public_key", "serial"}
)
"""Columns that open something, or that nobody can read; that the row is there is told all the same."""


class Decision(Struct, frozen=True):
    """What a zone decided about a company somebody acts for."""

    company: str
    zone: str
    standing: str
    reason: str
    at: datetime


class OwnData(Struct, frozen=True, kw_only=True):
    """All of it, as the file says it: figures and codes as they are kept."""

    taken_at: datetime
    site: str
    identity: people.Member
    companies: dict[str, str]
    roles: dict[str, tuple[str, ...]]
    preferences: Row
    searches: list[searches.SavedSearch]
    written: list[Wrote]
    decisions: list[Decision]
    did: list[Did]
    looked_at_by: list[Look]
    rows: dict[str, list[Row]]


async def own_data(visit: Visit) -> OwnData:
    """What is held on this reader."""
    viewer, services = visit.viewer, visit.services
    mine = [company.company_id for company in viewer.companies]
    async with visit.reading(PEOPLE, SEARCHES) as read:
        identity = await read.one(people.member(viewer.member_id))
        kept = await read.all(searches.of_member(viewer.member_id))
        zones = {zone.zone_id: zone.name for zone in await read.all(people.zones())}
        decisions = [
            Decision(company.name, zones.get(row.zone_id, row.zone_id), row.standing, row.reason, row.at)
            for company in viewer.companies
            for row in await read.all(people.standings(company.company_id))
        ]
    if identity is None:
        raise NotFound(_("There is no such person."))
    market = services.marketplace
    wishes = await services.blocking(market.wishes_of, viewer.member_id)
    return OwnData(
        taken_at=visit.now,
        site=services.settings.base_url,
        identity=identity,
        companies={company.company_id: company.name for company in viewer.companies},
        roles={zones.get(zone_id, zone_id): roles for zone_id, roles in viewer.roles.items()},
        preferences={
            "frequency": identity.frequency,
            "topics": identity.topics,
            "families": identity.families,
            "stopped": identity.stopped,
            "without_zones": sorted(wishes.without_zones) if wishes else [],
            "paused_until": wishes.paused_until if wishes else None,
            "bulletins": wishes.bulletins if wishes else {},
        },
        searches=kept,
        written=await services.blocking(market.words_of, viewer.member_id),
        decisions=decisions,
        did=await services.blocking(market.acts_of, viewer.actor),
        looked_at_by=await services.access_log.of([viewer.member_id, *mine, *viewer.zones], limit=None),
        rows=await _rows(visit),
    )


async def _rows(visit: Visit) -> dict[str, list[Row]]:
    """The rows of every declared table of the site that names this person, less what opens a door."""
    found = {}
    for holding in HOLDINGS:
        for table, columns in holding.tables.items():
            shown = [column for column in columns.split() if column not in SECRET]
            if not (table.startswith("site.") and "member_id" in shown):
                continue
            statement = SQL("SELECT {} FROM {} WHERE member_id = %s").format(
                SQL(", ").join(map(Identifier, shown)), Identifier(*table.split("."))
            )
            async with visit.services.pool.connection() as connection, connection.cursor(row_factory=dict_row) as rows:
                await rows.execute(statement, [visit.viewer.member_id])
                found[table] = await rows.fetchall()
    return found
