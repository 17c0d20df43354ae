"""The searches a member keeps, as lines of their page."""

from __future__ import annotations

from marketplace.links import PAGES
from marketplace.searching import Asked
from projections import people, searches
from projections.searches import SEARCHES
from web.search_views import SavedSearch
from web.searching import label
from web.visits import Visit


async def saved_searches(visit: Visit) -> tuple[SavedSearch, ...]:
    """What this reader keeps, the newest first."""
    async with visit.reading(SEARCHES) as read:
        kept = await read.all(searches.of_member(visit.viewer.member_id))
    zones = {zone.zone_id: zone for zone in await visit.services.zones()}
    return tuple(_line(visit, saved, zones[saved.zone_id]) for saved in kept if saved.zone_id in zones)


async def kept_as(visit: Visit, here: people.Zone, asked: Asked) -> str:
    """The name under which this reader keeps this very search of this zone; nothing when they do not."""
    async with visit.reading(SEARCHES) as read:
        kept = await read.all(searches.of_member(visit.viewer.member_id))
    very = (here.zone_id, asked.text, asked.filters)
    return next((saved.name for saved in kept if (saved.zone_id, saved.text, saved.filters) == very), "")


def _line(visit: Visit, saved: searches.SavedSearch, zone: people.Zone) -> SavedSearch:
    chosen = [label(visit, None, name, value) for name, values in saved.filters.items() for value in values]
    words = [visit.say("“%(words)s”", words=saved.text)] if saved.text else []
    return SavedSearch(
        id=saved.search_id,
        name=saved.name,
        zone=zone.name,
        said=" · ".join([*words, *chosen]),
        address=PAGES.listings(zone.slug, **Asked(text=saved.text, filters=saved.filters).query),
        by_mail=saved.by_mail,
        drop_command=visit.new_command(),
    )
