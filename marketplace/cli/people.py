"""Commands on what people are owed."""

from __future__ import annotations

import click

from marketplace.cli.asking import output, prepared


@click.command()
@click.argument("subject")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def erase(subject: str, yes: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Erase every private text of a person or a company.

    SUBJECT is such as member-0198… or company-0198…; what is erased is gone for ever. Facts stay
    (quantities, dates, SIRET numbers). Prints a report of what was erased.
    """
    if not yes:
        click.confirm(f"Erase every private text of {subject}? This cannot be undone.", abort=True)
    settings = prepared()
    from contextlib import closing

    from domain.streams import EVENTS
    from marketplace.application import Marketplace
    from marketplace.clock import Clock
    from marketplace.database import opened
    from marketplace.erasing import erase as erased
    from marketplace.eventlog import EventLog, Registry

    with opened(settings) as database:
        clock = Clock(database.url)
        with closing(EventLog(database.url, Registry(*EVENTS), clock)) as log:
            done = erased(subject, database, Marketplace(log, secret=settings.secret.encode()), clock)
    console = output()
    console.print(
        f"[green]✓[/green] {subject} is erased: {done.keys} keys thrown away, {done.letters} letters blanked."
    )
    for table, number in sorted(done.rows.items()):
        if number:
            console.print(f"  {number} rows of {table} removed")
    console.print(f"  Read models built anew: {', '.join(done.rebuilt)}.")
    console.print("  What they did stays, without their words: quantities, dates, SIRET numbers.")
