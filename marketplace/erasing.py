"""Erasing a person or a company: the fact, then the keys, then every copy of their words; safe to run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

import psycopg
from msgspec import Struct
from msgspec.structs import replace
from psycopg.sql import SQL, Identifier

from domain import companies, listings, members, purchases, reservations, zones
from domain.companies import EraseCompany, RemoveRepresentative
from domain.listings import RedactText, TextRedacted
from domain.members import EraseMember, MemberInvited
from domain.refused import NotFound, Refused, _
from domain.zones import OPERATOR, RevokeRole
from domain.zones import Role as ZoneRole
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog
from marketplace.folding import MODELS
from marketplace.holdings import WITHOUT_ACCOUNT
from marketplace.outbox import Outbox, Suppressions, keyring
from marketplace.rebuilding import AlreadyRebuilding, rebuild

SITE: Final = "site"


class Erased(Struct, frozen=True):
    """What an erasure did: how many keys it threw away, letters it blanked, and rows of the site it removed."""

    subject: str
    keys: int
    letters: int
    rows: dict[str, int]
    rebuilt: tuple[str, ...]


class Leaving(Struct, frozen=True):
    """What somebody would leave behind: companies for which nobody else acts, and zones nobody else administers."""

    companies: tuple[str, ...]
    zones: tuple[str, ...]


class Erasing(Struct, frozen=True):
    """Erases people and companies, on their own word or the operator's.

    Once `forget` returns, nobody can read them any more; `finish` builds anew what still repeated their words. What
    was interrupted, the next tick goes on with.
    """

    database: Database
    marketplace: Marketplace
    clock: Clock

    def leaving(self, member_id: str) -> Leaving:
        """What would be left behind if a person went now."""
        alone, last = [], []
        for company_id in self._represented(member_id):
            company = self.marketplace.log.load(company_id, companies.evolve).state
            if company is not None and not company.erased and company.representatives == {member_id}:
                alone.append(company_id)
        for zone_id in self._roles(member_id):
            zone = self.marketplace.log.load(zone_id, zones.evolve).state
            held = zone.roles if zone else {}
            if [one for one, roles in held.items() if "administrator" in roles] == [member_id]:
                last.append(zone_id)
        return Leaving(tuple(alone), tuple(last))

    def forget(self, subject: str, *, by: str = OPERATOR) -> Erased:
        """Make a member's or a company's words unreadable for ever, and end what lets them in.

        Raises NotFound when there is no such subject, and Refused where a zone would lose its last administrator.
        The order matters: claims are found through words that the keys open. Asked again, it finishes.
        """
        self._must_be_known(subject)
        for step in self._ways_out(subject):
            step()
        self._remember(subject)
        try:
            self._record(subject, by)
        except Refused:
            # What was not decided is not for the next tick to finish.
            self._forgo(subject)
            raise
        return self._destroy(subject)

    def repeat(self, subject: str, stream: str | None, at: datetime) -> tuple[str, ...]:
        """Erase again what was erased at a moment, and a backup of before brought back; `finish` does the rest.

        Gives what the rules refused on the way: it keeps no key alive.
        """
        refused: tuple[str, ...] = ()
        if stream is None:
            with suppress(NotFound):  # the backup is from before they came
                refused = self._forget_anyway(subject)
        else:
            self._remember(stream)
            self._blank_letters([subject])
        self.marketplace.log.erase(subject, stream, at=at)
        return refused

    def redact(self, command: RedactText) -> None:
        """Make the words of one listing unreadable, its photos and the letters that quote it along with them.

        Raises what the decision raises; whoever posts it anew writes under a key of its own.
        """
        self.marketplace.redact_text(command)
        self._remember(command.listing_id)
        self._redact(command.listing_id)

    def _redact(self, listing_id: str) -> None:
        """Throw away the key of what stands before the last redaction; what was typed after it has another."""
        log = self.marketplace.log
        listing = log.load(listing_id, listings.evolve).state
        redactions = [one.id for one in log.history(listing_id) if isinstance(one.event, TextRedacted)]
        if listing is not None and redactions and log.sealed_before(listing.company_id, listing_id, redactions[-1]):
            # The letters first: once the key is gone, nobody would come back for them.
            self._blank_letters([listing.company_id])
            log.erase_before(listing.company_id, listing_id, redactions[-1])

    def finish(self) -> tuple[str, ...]:
        """Build the read models anew that held what was erased since; which ones, if there was anything to do."""
        with self.database.connect(Role.WEB) as connection:
            waiting = [
                subject for (subject,) in connection.execute("SELECT subject FROM site.erasing ORDER BY asked_at")
            ]
        if not waiting:
            return ()
        for subject in waiting:
            if subject.startswith("listing-"):
                self._redact(subject)
                continue
            with suppress(NotFound):  # a trainee is known by their key alone: it is gone already
                self._forget_anyway(subject)
        models = [model for model in MODELS if model.holds_private_text]
        with self.database.connect(Role.FOLLOWER, statement_timeout=0) as connection:
            rebuild(connection, self.marketplace.log, models)
        with self.database.connect(Role.WEB) as connection:
            connection.execute("DELETE FROM site.erasing WHERE subject = ANY (%s)", [waiting])
        return tuple(model.name for model in models)

    def tick(self) -> None:
        """Finish what is under way, unless another process is at it."""
        with suppress(AlreadyRebuilding):
            self.finish()

    def _forget_anyway(self, subject: str) -> tuple[str, ...]:
        """Forget whom it was decided to forget, and give what the rules refuse of it now; they save no word."""
        self._must_be_known(subject)
        self._remember(subject)
        refused = []
        steps: list[Callable[[], object]] = [*self._ways_out(subject), partial(self._record, subject, OPERATOR)]
        for step in steps:
            try:
                step()
            except Refused as refusal:
                refused.append(str(refusal))
        self._destroy(subject)
        return tuple(refused)

    def _destroy(self, subject: str) -> Erased:
        """Throw away the keys, then every copy of what they opened."""
        log = self.marketplace.log
        # Their own key goes last: it opens the address by which the requests are found.
        gone = [*_trainees(self.database, log, of=subject), *self._requests(subject), subject]
        keys = sum(log.erase(one) for one in gone)
        letters = self._blank_letters(gone)
        with self.database.connect(Role.WEB) as connection:
            rows = _forget_rows(connection, subject)
        return Erased(subject, keys, letters, rows, ())

    def _blank_letters(self, subjects: Sequence[str]) -> int:
        with self.database.pool(Role.APPEND, max_size=2) as connections:
            outbox = Outbox(connections, keyring(connections))
            return sum(outbox.forget(subject) for subject in subjects)

    def _must_be_known(self, subject: str) -> None:
        log = self.marketplace.log
        match subject.partition("-")[0]:
            case "member":
                known, missing = log.load(subject, members.evolve).state is not None, _("There is no such person.")
            case "trainee":
                known, missing = subject in _trainees(self.database, log), _("There is no such person.")
            case "company":
                known, missing = log.load(subject, companies.evolve).state is not None, _("There is no such company.")
            case _:
                # A supplier who was asked for a quote, whoever reported something or asked to join: a key of their own.
                apart = subject.partition("-")[0] in WITHOUT_ACCOUNT
                known, missing = apart, _("There is no such company.")
        if not known:
            raise NotFound(missing)

    def _remember(self, subject: str) -> None:
        with self.database.connect(Role.WEB) as connection:
            connection.execute(
                "INSERT INTO site.erasing (subject, asked_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [subject, self.clock.now()],
            )

    def _forgo(self, subject: str) -> None:
        with self.database.connect(Role.WEB) as connection:
            connection.execute("DELETE FROM site.erasing WHERE subject = %s", [subject])

    def _asked(self, by: str = OPERATOR) -> dict[str, Any]:
        return {"actor": by, "now": self.clock.now(), "command_id": str(uuid4())}

    def _ways_out(self, subject: str) -> Iterator[Callable[[], object]]:
        """What ends a person's roles and representations; it comes first: the last administrator is refused."""
        if not subject.startswith("member-"):
            return
        for zone_id, roles in self._roles(subject).items():
            # The role that may be refused comes first.
            for role in sorted(roles, key=lambda role: role != "administrator"):
                revoking = RevokeRole(zone_id=zone_id, member_id=subject, role=role, **self._asked())
                yield partial(self.marketplace.revoke_role, revoking)
        for company_id in self._represented(subject):
            leaving = RemoveRepresentative(company_id=company_id, member_id=subject, **self._asked())
            yield partial(self._leave, leaving)

    def _leave(self, leaving: RemoveRepresentative) -> None:
        with suppress(NotFound):  # the company was erased itself
            self.marketplace.remove_representative(leaving)

    def _represented(self, member_id: str) -> list[str]:
        with self.database.connect(Role.FOLLOWER) as connection:
            asked = "SELECT company_id FROM read.representation WHERE member_id = %s ORDER BY company_id"
            return [company_id for (company_id,) in connection.execute(asked, [member_id])]

    def _requests(self, subject: str) -> list[str]:
        """What a person typed to join, and who asked them to act: it has keys of its own, found by their address."""
        held = _addresses(subject, self.marketplace.log) if subject.startswith("member-") else []
        with self.database.connect(Role.FOLLOWER) as connection:
            asked = (
                "SELECT joining_id FROM read.join_request WHERE lower(btrim(mail)) = ANY (%(held)s) "
                "UNION ALL SELECT acting_id FROM read.asked_to_act WHERE lower(btrim(mail)) = ANY (%(held)s) ORDER BY 1"
            )
            found = connection.execute(asked, {"held": [mail.strip().lower() for mail in held]}).fetchall()
        return [request for (request,) in found]

    def _roles(self, member_id: str) -> dict[str, frozenset[ZoneRole]]:
        with self.database.connect(Role.FOLLOWER) as connection:
            asked = "SELECT DISTINCT zone_id FROM read.zone_role WHERE member_id = %s ORDER BY zone_id"
            found = [zone_id for (zone_id,) in connection.execute(asked, [member_id])]
        held = {zone_id: self.marketplace.log.load(zone_id, zones.evolve).state for zone_id in found}
        return {zone_id: zone.roles.get(member_id, frozenset()) for zone_id, zone in held.items() if zone}

    def _record(self, subject: str, by: str) -> None:
        log, now = self.marketplace.log, self.clock.now()
        if subject.startswith("member-"):
            for mail in _addresses(subject, log):
                key = self.marketplace.address_key(mail)
                _release(f"mail-{key}", subject, log, now)
                self._write_no_more(key, now)
            self.marketplace.erase_member(EraseMember(member_id=subject, **self._asked(by)))
        elif subject.startswith("trainee-"):
            stream, company_id = _trainees(self.database, log)[subject]
            behalf: dict[str, Any] = {"purchase_id": stream, "company_id": company_id, "for_company": company_id}
            forgetting = purchases.ForgetTrainee(trainee_id=subject, **behalf, **self._asked())
            self.marketplace.forget_trainee(forgetting)
        elif company := log.load(subject, companies.evolve).state if subject.startswith("company-") else None:
            _release(f"siret-{company.siret}", subject, log, now)
            self.marketplace.erase_company(EraseCompany(company_id=subject, **self._asked(by)))

    def _write_no_more(self, address_key: str, now: datetime) -> None:
        """Whoever left is not written to because somebody invites them again."""
        with self.database.pool(Role.APPEND, max_size=1) as connections:
            Suppressions(connections).suppress(address_key, "erased", now)


def erase(subject: str, database: Database, marketplace: Marketplace, clock: Clock) -> Erased:
    """Erase a member or a company from one end to the other; raises NotFound when there is no such subject."""
    erasing = Erasing(database, marketplace, clock)
    done = erasing.forget(subject)
    return replace(done, rebuilt=erasing.finish())


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
            SQL("DELETE FROM {} WHERE {} = %s").format(Identifier(SITE, table), Identifier(name)), [subject]
        ).rowcount
        for table, name in [*((table, column) for (table,) in tables), ("access_log", "subject")]
    }
