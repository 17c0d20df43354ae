"""Commands on the weekly mail."""

from __future__ import annotations

import click

from marketplace.cli.asking import prepared


@click.command()
@click.option("--zone", metavar="ZONE", help="Only members whose home is this zone, such as les-jourdies.")
@click.option("--period", metavar="PERIOD", help="The week to prepare, such as 2026-W07; by default the next one.")
@click.option("--dry-run", is_flag=True, help="Show what would go out; send and record nothing.")
def digest(zone: str | None, period: str | None, dry_run: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Show what the next weekly mail would say to whom."""
    if not dry_run:
        raise click.UsageError("Digests go out by themselves when they are due; add --dry-run to see them before.")
    settings = prepared()
    from marketplace import digests

    digests.dry_run(settings, zone, period)
