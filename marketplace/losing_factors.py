"""A phone was lost, and the sheet with it: an operator takes the second factors away, and the person is told."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier
from rich.console import Console

from domain import members
from domain.refused import NotFound, _
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import Role, opened
from marketplace.eventlog import EventLog, Registry
from marketplace.outbox import Outbox, keyring
from marketplace.security_notice import tell
from marketplace.settings import Settings

FORGOTTEN: Final = ("recovery_code", "passkey", "passphrase", "session")


def run(settings: Settings, member_id: str) -> None:
    """Do it in the site of these settings, and say so."""
    with opened(settings) as database:
        clock = Clock(database.url)
        log = EventLog(database.url, Registry(*EVENTS), clock)
        try:
            member = log.load(member_id, members.evolve).state
        finally:
            log.close()
        if member is None or member.erased:
            raise NotFound(_("There is no such person."))
        with database.connect(Role.WEB) as connection:
            forget(connection, member_id)
        with database.pool(Role.APPEND, max_size=2) as connections:
            tell(
                Outbox(connections, keyring(connections)),
                member_id,
                "authenticator_removed",
                device="",
                now=clock.now(),
            )
    Console(highlight=False, soft_wrap=True).print(
        f"[green]✓[/green] {member_id} signs in by mail again, and is told so. Every device is signed out."
    )


def forget(connection: psycopg.Connection[Any], member_id: str) -> None:
    """Take away whatever opens an account but its mail; an administrator's days begin anew, so that they can go on."""
    for table in FORGOTTEN:
        connection.execute(SQL("DELETE FROM {} WHERE member_id = %s").format(Identifier("site", table)), [member_id])
    connection.execute(
        "UPDATE site.second_factor SET secret = NULL, confirmed_at = NULL, last_step = 0, wanted_at = NULL "
        "WHERE member_id = %s",
        [member_id],
    )
