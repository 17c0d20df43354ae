"""Commands on what the program derives from its log."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import click
from rich.markup import escape

from marketplace.cli.asking import output, prepared

READERS: Final = ("everyone", "companies", "moderators")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def rebuild(names: tuple[str, ...]) -> None:
    """Build read models anew from the log.

    Without a NAME, all of them. They are built beside the ones that serve, then switched: readers notice nothing.
    """
    settings = prepared()
    from marketplace import rebuilding

    rebuilding.run(settings, names)


@click.command()
@click.argument("zone")
@click.option(
    "--at",
    required=True,
    type=click.DateTime(("%Y-%m-%dT%H:%M", "%Y-%m-%d")),
    help="A minute by the clocks of the zone, such as 2026-03-02T14:30, or a day as it began.",
)
@click.option("--to", "reader", type=click.Choice(READERS), default="companies", help="Whom it was shown to.")
def shown(zone: str, at: datetime, reader: str) -> None:
    """List what a zone showed at a moment, from the log alone.

    The page “Shown on a day” reads the record, which the program keeps up to date; this folds the log anew, and trusts
    no table. Words that were erased since are erased here too.
    """
    from zoneinfo import ZoneInfo

    from domain import zones
    from marketplace.as_of import reading_as_of
    from marketplace.cli.zones import desk
    from marketplace.database import Role
    from projections import listings
    from projections.listings import Search, page_of
    from projections.viewer import Viewer

    with desk() as here:
        zone_id = here.zone(zone)
        state = here.log.load(zone_id, zones.evolve).state
        assert state is not None  # noqa: S101  # the desk refuses a zone that is not there
        viewers = {
            "everyone": Viewer(),
            "companies": Viewer(member_id="member-of-the-zone", zones=(zone_id,)),
            "moderators": Viewer(member_id="member-of-the-zone", zones=(zone_id,), roles={zone_id: ("moderator",)}),
        }
        moment, cursor, n = at.replace(tzinfo=ZoneInfo(state.time_zone)), "", 0
        with (
            here.database.connect(Role.WEB) as connection,
            reading_as_of(connection, here.log, viewers[reader], moment) as read,
        ):
            while True:
                rows, following = page_of(read.all(listings.search(Search(zone_id=zone_id), cursor)))
                for row in rows:
                    output().print(escape(f"{row.listing_id}  {row.side:7}  {row.visibility:11}  {row.title}"))
                n += len(rows)
                if following is None:
                    break
                cursor = following
        output().print(f"{n} listings were shown to {reader} in {escape(state.name)} at {moment:%d %B %Y, %H:%M}.")
