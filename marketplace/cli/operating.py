"""Commands for whoever operates a site: bring the schema up to date, and see whether all is well."""

from __future__ import annotations

import platform
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import click
import psycopg
from msgspec import Struct
from rich.markup import escape

from domain.refused import Refused
from marketplace.cli.asking import REFUSED, output, prepared
from marketplace.database import Database, reached
from marketplace.database.embedded import EmbeddedServer
from marketplace.database.migrations import migrate as run_migrations
from marketplace.database.migrations import migrations, pending
from marketplace.settings import Settings, documented
from marketplace.smtp import RelayAddress, relay_address

OLDEST_POSTGRESQL: Final = 15
CLOCKS_APART: Final = timedelta(seconds=1)
RELAY_WITHIN: Final = 3.0


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date.

    It is safe to run again, and from several hosts at once.
    """
    settings = prepared()
    console = output()
    with reached(settings) as database:
        ran = run_migrations(database)
    for step in ran:
        console.print(f"[green]✓[/green] {step}")
    console.print(f"The schema is up to date: {len(migrations())} migrations, {len(ran)} of them just now.")


class Finding(Struct, frozen=True):
    """One thing the doctor looked at."""

    well: bool
    said: str


@click.command()
@click.option("--mail", is_flag=True, help="Look at mail instead: whether it would arrive.")
@click.option(
    "--records",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --mail: a file of TXT records, as dig or a zone file has them, in place of asking the DNS.",
)
@click.option("--selector", default="", metavar="NAME", help="With --mail: the name of the key your relay signs with.")
@click.option("--to", "tested", metavar="ADDRESS", help="With --mail: send a test to this address.")
@click.pass_context
def doctor(ctx: click.Context, *, mail: bool, records: Path | None, selector: str, tested: str | None) -> None:
    """List every setting, and check that all is well.

    Looks at versions, database, durability, schema, clock and mail. Exit code 1
    when something is wrong; each line says what.
    """
    if not mail and (records or selector or tested):
        raise click.UsageError("--records, --selector and --to go with --mail.")
    settings = prepared()
    console = output()
    if mail:
        _tell(ctx, _of_delivery(settings, records, selector, tested))
        return
    console.print("[bold]Settings[/bold]")
    for variable, value, description in documented(settings):
        console.print(f"  {variable} = {escape(value) or '[dim](empty)[/dim]'}")
        console.print(f"      [dim]{escape(description)}[/dim]")
    console.print("\n[bold]Findings[/bold]")
    _tell(ctx, _findings(settings))


def _tell(ctx: click.Context, findings: Iterator[Finding]) -> None:
    well = True
    for finding in findings:
        well = well and finding.well
        output().print(f"  {'[green]✓[/green]' if finding.well else '[red]✗[/red]'} {escape(finding.said)}")
    if not well:
        ctx.exit(REFUSED)


def _of_delivery(settings: Settings, records: Path | None, selector: str, tested: str | None) -> Iterator[Finding]:
    from marketplace.cli import mail_health

    for judged in mail_health.findings(settings, records, selector.strip().lower()):
        yield Finding(well=judged.well, said=judged.said)
    if tested is not None:
        judged = mail_health.send_test(settings, tested, datetime.now(UTC))
        yield Finding(well=judged.well, said=judged.said)


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding(well=True, said=f"Gisement {_version()} on Python {platform.python_version()}, {platform.system()}")
    if settings.embedded and not EmbeddedServer(settings.var).exists:
        yield Finding(
            well=True, said=f"The embedded database is not made yet; the first start makes it in {settings.var}."
        )
    else:
        try:
            with reached(settings) as database:
                yield from _of_database(database)
        except (Refused, psycopg.Error) as fault:
            yield Finding(well=False, said=str(fault).strip())
    yield _of_mail(settings)


def _version() -> str:
    try:
        return metadata.version("gisement")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _of_database(database: Database) -> Iterator[Finding]:
    yield Finding(well=True, said="The database answers and keeps what it acknowledges (fsync, checksums, commits)")
    with database.connect() as connection:
        before = datetime.now(UTC)
        theirs, number, version = _row(
            connection,
            "SELECT clock_timestamp(), current_setting('server_version_num')::int, current_setting('server_version')",
        )
        ours = before + (datetime.now(UTC) - before) / 2
    major = number // 10_000
    yield Finding(
        well=major >= OLDEST_POSTGRESQL,
        said=f"PostgreSQL {version}"
        + ("" if major >= OLDEST_POSTGRESQL else f"; at least {OLDEST_POSTGRESQL} is needed"),
    )
    apart = abs(theirs - ours)
    yield Finding(
        well=apart <= CLOCKS_APART,
        said=f"The clocks of this machine and of the database are {apart.total_seconds() * 1000:.0f} ms apart",
    )
    todo = pending(database)
    yield Finding(
        well=not todo,
        said=f"The schema lacks {len(todo)} migrations: run `marketplace migrate`"
        if todo
        else "The schema is up to date",
    )


def _of_mail(settings: Settings) -> Finding:
    if settings.smtp_url is None:
        return Finding(well=True, said="No mail relay is set (MARKETPLACE_SMTP_URL); mail waits in the outbox")
    try:
        relay = relay_address(settings.smtp_url)
    except Refused as refused:
        return Finding(well=False, said=str(refused))
    where = f"The mail relay {relay.host}:{relay.port}"
    try:
        with _relay(relay) as connection:
            connection.noop()
    except (OSError, smtplib.SMTPException) as fault:
        return Finding(well=False, said=f"{where} does not answer: {fault}")
    return Finding(well=True, said=f"{where} answers")


def _relay(relay: RelayAddress) -> smtplib.SMTP:
    if relay.tls:
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=RELAY_WITHIN, context=ssl.create_default_context())
    return smtplib.SMTP(relay.host, relay.port, timeout=RELAY_WITHIN)


def _row(connection: psycopg.Connection[tuple[Any, ...]], query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise Refused("The database gave no answer.")
    return row
