"""The command that takes everything of a zone away."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from marketplace.cli.asking import output


@click.command("export-zone")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--language", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="What it says.")
def export_zone(slug: str, file: Path | None, language: str) -> None:
    """Write everything of a zone into one archive.

    SLUG is its address, such as les-jourdies; FILE where it goes, SLUG and today’s date else, and never what is there
    already. It holds what an administrator of the zone may see: tables, events, photos, a page to begin with, and the
    sums that prove it whole. Whoever it names can see that it was taken.
    """
    from domain.refused import NotFound, Refused
    from domain.zones import OPERATOR
    from marketplace.access_log import note
    from marketplace.blobs import Blobs
    from marketplace.cli.zones import desk
    from marketplace.database import Role
    from marketplace.documents import Documents
    from marketplace.language import known_language
    from marketplace.links import PAGES
    from marketplace.photos import Photos
    from marketplace.reading import reading
    from marketplace.zone_export import Asked
    from marketplace.zone_export import export_zone as write
    from projections import people
    from projections.viewer import Viewer

    with desk() as at, at.database.connect(Role.WEB) as connection, at.database.pool(Role.APPEND, max_size=1) as pool:
        zone_id, now = at.zone(slug), at.clock.now()
        operator = Viewer(roles={zone_id: ("administrator",)})
        with reading(connection, operator) as read:
            zone = read.one(people.zone(slug))
        if zone is None:
            raise NotFound(f"The read models do not know the zone {slug} yet: `marketplace rebuild` makes them anew.")
        target = file or Path(f"{slug}-{now.date().isoformat()}.zip")
        part = target.with_name(f"{target.name}.part")
        asked = Asked(zone=zone, viewer=operator, language=known_language(language), now=now, site=at.name)
        blobs = Blobs(pool, at.log.keys)
        _must_be_free(target)
        try:
            part.touch(0o600, exist_ok=False)
        except FileExistsError:
            raise Refused(f"{part} is there already: another export writes it, or was cut off.") from None
        try:
            with part.open("r+b") as into:
                done = write(asked, into, connection, at.log, photos=Photos(blobs, at.log), documents=Documents(blobs))
            note(connection, "export", PAGES.zone_export(slug), done.named, by=OPERATOR, at=now)
            _must_be_free(target)
            part.rename(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    size = target.stat().st_size / 1024**2
    said = f"{target} holds {len(done.files)} files of {zone.name}, {size:.1f} MB."
    output().print(f"[green]✓[/green] {escape(said)}")


def _must_be_free(target: Path) -> None:
    from domain.refused import Refused

    if target.exists():
        raise Refused(f"{target} is there already: name another file.")
