"""Commands on what the program derives from its log."""

from __future__ import annotations

import click

from marketplace.cli.asking import prepared


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def rebuild(names: tuple[str, ...]) -> None:
    """Build read models anew from the log.

    Without a NAME, all of them. They are built beside the ones that serve, then switched: readers notice nothing.
    """
    settings = prepared()
    from marketplace import rebuilding

    rebuilding.run(settings, names)
