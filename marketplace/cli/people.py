"""Commands on what people are owed: that their words go when they want, and stay gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TextIO

import click
from rich.markup import escape

from marketplace.cli.asking import REFUSED, errors, output, prepared

if TYPE_CHECKING:
    from marketplace.erasing import Erasing


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
    from marketplace.erasing import erase as erased

    with _erasing() as erasing:
        done = erased(subject, erasing.database, erasing.marketplace, erasing.clock)
    console = output()
    console.print(
        f"[green]✓[/green] {subject} is erased: {done.keys} keys thrown away, {done.letters} letters blanked."
    )
    for table, number in sorted(done.rows.items()):
        if number:
            console.print(f"  {number} rows of {table} removed")
    console.print(f"  Read models built anew: {', '.join(done.rebuilt)}.")
    console.print("  What they did stays, without their words: quantities, dates, SIRET numbers.")


@click.command()
@click.option(
    "--apply",
    "lists",
    type=click.File(encoding="utf-8"),
    help="After a backup was restored: a list printed before, whose erasures are made again.",
)
def erasures(lists: TextIO | None) -> None:
    """List what was erased, or erase it again.

    One JSON line each, without a word of it: a list to keep beside the backups. A backup of before an erasure holds the
    keys it destroyed. Restore it, then run this with --apply and the newest list, before anybody is let in: what was
    erased since is erased again. What the rules refuse on the way, such as a zone losing its last administrator, is
    listed, and the words go all the same; the exit code is then 1.
    """
    from marketplace import erasures as kept

    with _erasing() as erasing:
        if lists is None:
            for line in kept.written(kept.listed(erasing.database)):
                click.echo(line)
            return
        applied = kept.apply(list(kept.read(lists)), erasing)
    output().print(f"[green]✓[/green] {applied.number} erasures made again; the others were there already.")
    for refused in applied.refused:
        errors().print(f"[red]✗[/red] {escape(refused)}")
    if applied.refused:
        errors().print("Their words are gone all the same; what is refused above is yours to settle.")
        sys.exit(REFUSED)


@contextmanager
def _erasing() -> Iterator[Erasing]:
    settings = prepared()
    from domain.streams import EVENTS
    from marketplace.application import Marketplace
    from marketplace.clock import Clock
    from marketplace.database import opened
    from marketplace.erasing import Erasing
    from marketplace.eventlog import EventLog, Registry

    with opened(settings) as database:
        clock = Clock(database.url)
        with closing(EventLog(database.url, Registry(*EVENTS), clock)) as log:
            yield Erasing(database, Marketplace(log, secret=settings.secret.encode()), clock)
