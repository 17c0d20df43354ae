"""Commands on mail: what the next one says, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from rich.markup import escape

from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.bounce_mailbox import opened_mailbox
from marketplace.bounces import Bounces
from marketplace.cli.asking import output, prepared
from marketplace.clock import Clock
from marketplace.database import Role, opened
from marketplace.eventlog import EventLog, Registry
from marketplace.outbox import Outbox, keyring
from marketplace.return_paths import ReturnPaths
from marketplace.settings import Misconfigured, Settings


@click.command()
@click.option("--zone", metavar="ZONE", help="Only members whose home is this zone, such as les-jourdies.")
@click.option("--period", metavar="PERIOD", help="The week to prepare, such as 2026-W07; by default the next one.")
@click.option("--dry-run", is_flag=True, help="Show what would go out; send and record nothing.")
def digest(zone: str | None, period: str | None, dry_run: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Show what the next weekly mail would say to whom."""
    if not dry_run:
        raise click.UsageError("Digests go out by themselves when they are due; add --dry-run to see them before.")
    settings = prepared()
    from marketplace.dry_run import dry_run as shown

    shown(settings, zone, period)


@contextmanager
def _bounces(settings: Settings, address: str) -> Iterator[tuple[Bounces, Clock]]:
    with opened(settings) as database, database.pool(Role.APPEND, max_size=2) as connections:
        clock = Clock(database.url)
        with closing(EventLog(database.url, Registry(*EVENTS), clock)) as log:
            secret = settings.secret.encode()
            outbox = Outbox(connections, keyring(connections))
            marketplace = Marketplace(log, secret=secret)
            paths = ReturnPaths(address, secret)
            yield Bounces(outbox, marketplace, log, paths), clock


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path), required=False)
@click.option("--recipient", metavar="ADDRESS", default="", help="Where the mail server delivered it to.")
def bounces(file: Path | None, recipient: str) -> None:
    """Read mail that came back, and act on it.

    FILE is one message, or - for standard input: the mail server pipes what returns into `marketplace bounces -`.
    Without FILE, the unseen messages of the mailbox in MARKETPLACE_BOUNCES_IMAP are read and noted as seen. What is no
    returned mail of ours is left aside; that is no error, or the mail server would return it in its turn.
    """
    settings = prepared()
    if settings.bounce_address is None:
        raise Misconfigured("MARKETPLACE_BOUNCE_ADDRESS says where returned mail arrives, and is not set.")
    if file is None and settings.bounces_imap is None:
        raise Misconfigured("Give a FILE, or - for standard input, or set MARKETPLACE_BOUNCES_IMAP.")
    with _bounces(settings, settings.bounce_address) as (taking, clock):
        if file is not None:
            with click.open_file(str(file), "rb") as reading:
                said = taking.take(reading.read(), clock.now(), recipient)
            output().print(escape(said.said))
            return
        with opened_mailbox(settings.bounces_imap or "") as mailbox:
            for number, message in enumerate(mailbox.unseen(), 1):
                output().print(f"{number}: {escape(taking.take(message, clock.now()).said)}")
