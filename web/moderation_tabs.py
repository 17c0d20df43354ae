"""The pages of who moderates a zone, one beside the other, each with what waits there."""

from __future__ import annotations

from typing import Literal

from domain.refused import _
from marketplace.links import PAGES
from projections import moderation, people, record
from projections.moderation import MODERATION
from projections.record import RECORD
from web.views.moderation import Tab
from web.visits import Visit

Where = Literal["queue", "objections", "suspensions", "record", "shown", "transparency"]


async def tabs(visit: Visit, here: people.Zone, current: Where) -> tuple[Tab, ...]:
    """The tabs of a zone's moderation."""
    async with visit.reading(MODERATION, RECORD) as read:
        load = await read.one(moderation.workload([here.zone_id], visit.now))
        waits = await read.one(record.waiting([here.zone_id]))
    objections = waits.notices + waits.appeals if waits else 0
    pages: tuple[tuple[Where, str, str, int], ...] = (
        ("queue", _("To read"), PAGES.moderation(here.slug), load.waiting if load else 0),
        ("objections", _("Notices and appeals"), PAGES.objections(here.slug), objections),
        ("suspensions", _("Suspensions"), PAGES.suspensions(here.slug), 0),
        ("record", _("Record"), PAGES.record(here.slug), 0),
        ("shown", _("Shown on a day"), PAGES.shown_then(here.slug), 0),
        ("transparency", _("Figures of the year"), PAGES.transparency(here.slug), 0),
    )
    return tuple(
        Tab(label=visit.say(label), href=href, waiting=waiting, current=name == current)
        for name, label, href, waiting in pages
    )
