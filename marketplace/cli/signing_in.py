"""Commands on who came in, and on ways in that were lost."""

from __future__ import annotations

from datetime import timedelta

import click

from marketplace.cli.asking import output, prepared


@click.command("sign-ins")
@click.option("--member", default="", metavar="ID", help="Only those of one person, such as member-0198….")
@click.option("--days", type=click.IntRange(1, 3650), default=7, show_default=True, help="How far back to look.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many to print.")
def sign_ins(member: str, days: int, limit: int) -> None:
    """Print who signed in lately and who tried.

    One line each, the newest first: when, how, whether it opened, from what kind of device, and whose account. No
    network address is kept; a dash stands for an address that is nobody's.
    """
    settings = prepared()
    from marketplace.clock import Clock
    from marketplace.database import Role, opened
    from marketplace.sign_in_records import records_since

    with opened(settings) as database, database.connect(Role.WEB) as connection:
        since = Clock(database.url).now() - timedelta(days=days)
        found = records_since(connection, since, member_id=member, most=limit)
    console = output()
    for each in found:
        mark = "[green]in[/green]     " if each.entered else "[red]refused[/red]"
        console.print(f"{each.at:%Y-%m-%d %H:%M}  {mark}  {each.way:<13}  {each.device:<22}  {each.member_id or '–'}")
    if not found:
        console.print(f"Nobody signed in within {days} days.")


@click.command("forget-factors")
@click.argument("member")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def forget_factors(member: str, yes: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Take away a lost second factor.

    MEMBER is such as member-0198…; their authenticator, recovery codes, passkeys and passphrase go, and every device
    is signed out. They come in by mail again and set up another. Make sure first that it is they who ask.
    """
    if not yes:
        click.confirm(f"Take every second factor away from {member}?", abort=True)
    settings = prepared()
    from marketplace import losing_factors

    losing_factors.run(settings, member)
