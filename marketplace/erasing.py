"""Erasing a person or a company: the fact, then the keys, then every copy of their words; safe to run again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import psycopg
from msgspec import Struct
from psycopg.sql import SQL, Identifier
from rich.console import Console

from domain import companies, members, purchases, reservations
from domain.companies import EraseCompany
from domain.members import EraseMember, MemberInvited
from domain.refused import NotFound, _
from domain.streams import EVENTS
from domain.zones import OPERATOR
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role, opened
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS
from marketplace.outbox import Outbox, keyring
from marketplace.rebuilding import rebuild
from marketplace.settings import Settings

SITE: Final = "site"


class Erased(Struct, frozen=True):
    """What an erasure did: how many keys it threw away, letters it blanked, and rows of the site it removed."""

    subject: str
    keys: int
    letters: int
    rows: dict[str, int]
    rebuilt: tuple[str, ...]


def run(settings: Settings, subject: str) -> None:
    """Erase a subject in the site of these settings, and print what was done."""
    with opened(settings) as database:
        clock = Clock(database.url)
        log = EventLog(database.url, Registry(*EVENTS), clock)
        try:
            done = erase(subject, database, log, Marketplace(log, secret=settings.secret.encode()), clock)
        finally:
            log.close()
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"[green]✓[/green] {subject} is erased: {done.keys} keys thrown away, {done.letters} letters blanked."
    )
    for table, number in sorted(done.rows.items()):
        if number:
            console.print(f"  {number} rows of {table} removed")
    console.print(f"  Read models built anew: {', '.join(done.rebuilt)}.")
    console.print("  What they did stays, without their words: quantities, dates, SIRET numbers.")


def erase(subject: str, database: Database, log: EventLog, marketplace: Marketplace, clock: Clock) -> Erased:
    """Make a member's or a company's words unreadable for ever; raises NotFound when there is no such subject.

    The order matters: claims are found through words that the keys open, and read models are built anew last, from
    a log that no longer says anything. Interrupted, it is run again and finishes.
    """
    _record(subject, database, log, marketplace, clock.now())
    keys = log.erase(subject) + sum(log.erase(one) for one in _trainees(database, log, of=subject))
    with database.pool(Role.APPEND, max_size=2) as connections:
        letters = Outbox(connections, keyring(connections)).forget(subject)
    with database.connect(Role.WEB) as connection:
        rows = _forget_rows(connection, subject)
    models = [model for model in MODELS if model.holds_private_text]
    with database.connect(Role.FOLLOWER, statement_timeout=0) as connection:
        rebuild(connection, log, models)
    return Erased(subject, keys, letters, rows, tuple(model.name for model in models))


def _record(subject: str, database: Database, log: EventLog, marketplace: Marketplace, now: datetime) -> None:
    asked: dict[str, Any] = {"actor": OPERATOR, "now": now, "command_id": str(uuid4())}
    if subject.startswith("member-"):
        if log.load(subject, members.evolve).state is None:
            raise NotFound(_("There is no such person."))
        for mail in _addresses(subject, log):
            _release(f"mail-{marketplace.address_key(mail)}", subject, log, now)
        marketplace.erase_member(EraseMember(member_id=subject, **asked))
    elif subject.startswith("trainee-"):
        found = _trainees(database, log)
        if subject not in found:
            raise NotFound(_("There is no such person."))
        stream, company_id = found[subject]
        behalf: dict[str, Any] = {"purchase_id": stream, "company_id": company_id, "for_company": company_id}
        marketplace.forget_trainee(purchases.ForgetTrainee(trainee_id=subject, **behalf, **asked))
    elif subject.startswith("invitation-"):
        # The address of a supplier who was asked for a quote: no stream of its own, only a key of its own.
        return
    else:
        company = log.load(subject, companies.evolve).state if subject.startswith("company-") else None
        if company is None:
            raise NotFound(_("There is no such company."))
        _release(f"siret-{company.siret}", subject, log, now)
        marketplace.erase_company(EraseCompany(company_id=subject, **asked))


def _trainees(database: Database, log: EventLog, of: str = "") -> dict[str, tuple[str, str]]:
    """Whose names companies gave for a session, `of` one company or of all: in which stream, and for which company."""
    with database.connect(Role.APPEND) as connection:
        asked = "SELECT subject, stream FROM log.private_key WHERE subject LIKE 'trainee-%'"
        keys = connection.execute(asked).fetchall()
    found = {}
    for trainee_id, stream in keys:
        purchase = log.load(stream, purchases.evolve, snapshot=purchases.Purchase).state
        if purchase is None:
            continue
        trainee = purchase.session.trainees.get(trainee_id)
        company_id = trainee.company_id if trainee else purchase.session.cancelled.get(trainee_id, "")
        if of in ("", company_id):
            found[trainee_id] = (stream, company_id)
    return found


def _addresses(member_id: str, log: EventLog) -> list[str]:
    events = (recorded.event for recorded in log.history(member_id))
    return [event.mail.text for event in events if isinstance(event, MemberInvited) and event.mail.text]


def _release(stream: str, holder: str, log: EventLog, now: datetime) -> None:
    command = reservations.ReleaseClaim(actor=OPERATOR, now=now, command_id=str(uuid4()), holder=holder)
    log.decide(
        command,
        stream,
        reservations.evolve,
        lambda held, _version: reservations.release_claim(command, held),
        zones=[],
        ids={},
    )


def _forget_rows(connection: psycopg.Connection[Any], subject: str) -> dict[str, int]:
    """Remove a person's or a company's rows from every table of the site that has such; tables to come are found."""
    column = "member_id" if subject.startswith("member-") else "company_id"
    tables = connection.execute(
        "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t "
        "USING (table_schema, table_name) WHERE c.table_schema = %s AND c.column_name = %s "
        "AND t.table_type = 'BASE TABLE' AND c.table_name <> 'outbox'",
        [SITE, column],
    ).fetchall()
    return {
        table: connection.execute(
            SQL("DELETE FROM {} WHERE {} = %s").format(Identifier(SITE, table), Identifier(column)), [subject]
        ).rowcount
        for (table,) in tables
    }
