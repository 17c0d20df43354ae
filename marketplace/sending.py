"""Sending: takes what is due from the outbox to the relay, and tells the event log what became of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

import msgspec
import psycopg
import structlog
from msgspec import Struct

from domain import members
from domain.digests import PrepareDigest, RecordOutcome, SkipDigest, Why
from domain.members import StopMail
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.eventlog import EventLog
from marketplace.eventlog.faults import Unavailable
from marketplace.manners import Manners
from marketplace.outbox import AT_ONCE, NO_SUCH_ADDRESS, Kind, Letter, Mail, Opened, Outbox
from marketplace.smtp import Outcome, Transport

ACTOR: Final = "system:outbox"
SUBSCRIBED: Final = frozenset({"digest", "bulletin", "invitation"})
"""What whoever stopped their mail does not get."""
TOLD_AT_ONCE: Final = 200
VOICES: Final = 8
"""Outcomes told to the log at the same moment."""
EVERY: Final = 1.0
"""Seconds between two looks, when nothing wakes the sender."""
RESTS: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds without a try while the relay is away: each try costs a time-out, and mails are no better for it."""

SUPPRESSED: Final = "mail to this address came back, or was complained of"

log = structlog.get_logger(__name__)

ReturnPath = Callable[[Mail], str]
Writer = Callable[[Mail, datetime], Letter | None]
"""Writes a mail at the moment of sending; None when there is no longer anyone to write to."""


class Now(Protocol):
    """The one clock."""

    def now(self) -> datetime:
        """The time, aware."""
        ...


class Rules(Struct, frozen=True, kw_only=True):
    """How mail leaves: where it comes back to when it cannot be delivered, and when it may.

    With `urgent_only` a sender sends what somebody waits for, and nothing else: a relay that is slow with the weekly
    mail of a thousand people keeps nobody from signing in.
    """

    return_path: ReturnPath
    manners: Manners | None = None
    urgent_only: bool = False


class Sender:
    """One hand on the relay. Any number may work at once, in any number of processes; each is for one thread.

    Row and event are not written in one transaction. The row comes first and says what the log has not been told
    yet; the telling is a use case like any other, under a command id derived from the row, repeated until the row
    notes that it was heard. So nothing is lost in between, nothing is recorded twice, there is one door into the log,
    and its lock is never held while a mail is on its way.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        marketplace: Marketplace,
        log: EventLog,
        clock: Now,
        *,
        rules: Rules,
        writers: Mapping[Kind, Writer],
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._marketplace = marketplace
        self._log = log
        self._clock = clock
        self._rules = rules
        self._writers = writers
        self._away = 0

    def work(self) -> int:
        """Do everything that can be done now, and say how many mails were attempted; a relay that is away ends it."""
        if self._rules.urgent_only:
            return self._send()
        self._outbox.recover(self._clock.now())
        self.tell()
        attempted = self._send()
        if attempted:
            self.tell()
        return attempted

    def run(self, stop: threading.Event, wake: Callable[[float], object], every: float = EVERY) -> None:
        """Work until told to stop; `wake` waits for news of the outbox, at most so many seconds."""
        try:
            while not stop.is_set():
                try:
                    self.work()
                except (psycopg.Error, Unavailable) as fault:
                    log.warning("the outbox waits for the database", fault=repr(fault))
                    stop.wait(every)
                except Exception:
                    # One mail that cannot be written keeps its lease, so the others pass it until it is tried again.
                    log.exception("a mail could not be handled")
                    stop.wait(every)
                if self._away:
                    stop.wait(RESTS[min(self._away, len(RESTS)) - 1])
                wake(every)
        finally:
            self._transport.close()

    def _send(self) -> int:
        attempted = 0
        claimed = {"least_urgent": AT_ONCE} if self._rules.urgent_only else {}
        while opened := self._outbox.claim(self._clock.now(), **claimed):
            if self._put_off(opened.mail):
                continue
            outcome = self._attempt(opened)
            attempted += 1
            if outcome.away:
                self._away += 1
                break
            self._away = 0
            if attempted % TOLD_AT_ONCE == 0 and not self._rules.urgent_only:
                self.tell()
        return attempted

    # One mail -----------------------------------------------------------------------------------------------------

    def _put_off(self, mail: Mail) -> bool:
        """Leave a mail for the morning, or for another day, where that is better manners."""
        if self._rules.manners is None:
            return False
        now = self._clock.now()
        moment = self._rules.manners.moment(mail.kind, mail.member_id, mail.zone_id, now)
        if moment <= now:
            return False
        self._outbox.put_off(mail, moment, now)
        log.info("mail waits", kind=mail.kind, id=mail.id, until=moment.isoformat())
        return True

    def _attempt(self, opened: Opened) -> Outcome:
        mail = opened.mail
        letter = self._writers[mail.kind](mail, self._clock.now()) if mail.kind in self._writers else opened.letter
        if letter is None or not self._wanted(mail):
            outcome = Outcome("refused", reply="no longer wanted")
        elif self._is_suppressed(mail, letter):
            outcome = Outcome("refused", reply=SUPPRESSED)
        else:
            outcome = self._transport.deliver(
                self._rules.return_path(mail),
                letter.to,
                letter.source.encode("ascii"),
                lambda: self._outbox.fence(mail, letter, self._transport.name),
            )
        keep = letter if self._transport.name == "dev" and mail.kind in self._writers else None
        settled = self._outbox.settle(mail, outcome, self._clock.now(), keep=keep)
        if letter is not None and outcome.no_such_address:
            self._suppress(letter)
        log.info(
            "mail",
            kind=mail.kind,
            id=mail.id,
            verdict=outcome.verdict,
            code=outcome.code,
            attempts=mail.attempts,
            state=settled.state if settled else "in other hands",
        )
        return outcome

    def _is_suppressed(self, mail: Mail, letter: Letter) -> bool:
        """Whether mail to this address is in vain or unwelcome; what somebody waits for is tried all the same."""
        if mail.urgency <= AT_ONCE:
            return False
        return self._outbox.suppressions.of(self._marketplace.address_key(letter.to)) is not None

    def _suppress(self, letter: Letter) -> None:
        self._outbox.suppressions.suppress(self._marketplace.address_key(letter.to), "refused", self._clock.now())

    def _wanted(self, mail: Mail) -> bool:
        """Whoever stopped their mail while it waited does not get it; a supplier, or who gave notice, is no member."""
        if not mail.member_id.startswith("member-"):
            return True
        member = self._log.load(mail.member_id, members.evolve).state
        return member is not None and not member.erased and (mail.kind not in SUBSCRIBED or not member.mail_stopped)

    # What the log is told -----------------------------------------------------------------------------------------

    def tell(self) -> None:
        """Record in the log what the outbox knows and the log does not."""
        while untold := self._outbox.untold(TOLD_AT_ONCE):
            if len(untold) == 1:
                self._try_to_tell(untold[0])
                continue
            # Each is a command of its own; those that wait for the log at the same moment are committed together.
            with ThreadPoolExecutor(VOICES, thread_name_prefix="telling") as voices:
                list(voices.map(self._try_to_tell, untold))

    def _try_to_tell(self, mail: Mail) -> None:
        try:
            self._tell(mail)
        except Refused:
            # It cannot be recorded, now or later: what the outbox holds stands, and the fault is seen.
            log.exception("the log refuses what the outbox says", mail=mail.id, state=mail.state)
            self._outbox.tell(mail, "outcome")

    def _tell(self, mail: Mail) -> None:
        match mail.state:
            case "skipped":
                self._marketplace.skip_digest(
                    SkipDigest(
                        **self._asked(mail, "skipped"),
                        digest_id=mail.digest_id,
                        member_id=mail.member_id,
                        period=mail.period,
                        why=_why(mail),
                    )
                )
                self._outbox.tell(mail, "outcome")
            case _ if mail.told == "nothing":
                self._tell_contents(mail)
            case "sent" | "refused" | "unknown":
                if mail.why == NO_SUCH_ADDRESS:
                    self._stop(mail)
                asked = self._asked(mail, mail.state)
                self._marketplace.record_outcome(
                    RecordOutcome(**asked, digest_id=mail.digest_id, outcome=mail.state, code=mail.code)
                )
                self._outbox.tell(mail, "outcome")
            case "due" | "claimed" | "inflight":
                pass  # its contents are told, its outcome is not known

    def _tell_contents(self, mail: Mail) -> None:
        receipt = self._marketplace.prepare_digest(
            PrepareDigest(
                **self._asked(mail, "prepared"),
                digest_id=mail.digest_id,
                member_id=mail.member_id,
                period=mail.period,
                zone_id=mail.zone_id,
                items=mail.items,
                sha256=mail.sha256,
                template=mail.template,
            )
        )
        if receipt.position:
            self._outbox.tell(mail, "prepared")
        else:
            # Recorded before, and not by this row: an outbox that was lost or restored must not send it again.
            self._outbox.withhold(mail, "the log knows another digest of this period", self._clock.now())

    def _stop(self, mail: Mail) -> None:
        try:
            self._marketplace.stop_mail(StopMail(**self._asked(mail, "stop"), member_id=mail.member_id, by="refused"))
        except Refused:
            log.info("the person is gone meanwhile", mail=mail.id)

    def _asked(self, mail: Mail, step: str) -> dict[str, Any]:
        """Who asks, when, and the id of this step: the same however often it is told."""
        return {"actor": ACTOR, "now": self._clock.now(), "command_id": str(uuid5(UUID(mail.id), step))}


def _why(mail: Mail) -> Why:
    return msgspec.convert(mail.why, Why)  # type: ignore[no-any-return]  # it is one of them
