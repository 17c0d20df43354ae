"""The scheduler and the outbox at work: it only ticks; what is due is read from the database and the one clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from msgspec import Struct
from msgspec.structs import replace
from psycopg_pool import PoolTimeout

from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.bulletins import Bulletins
from marketplace.clock import Clock
from marketplace.database import Database, Role, opened
from marketplace.digest_letter import digest_writer
from marketplace.digests import Digests
from marketplace.erasing import Erasing
from marketplace.eventlog import EventLog, Registry
from marketplace.eventlog.faults import Unavailable
from marketplace.eventlog.private import Keyring
from marketplace.exchange_letter import exchange_writer
from marketplace.falling_due import (
    FallingDue,
    asking,
    closing,
    completing,
    expiry,
    forgetting,
    gathering,
    lapsing,
    nudging,
    reviewing,
)
from marketplace.handing_over import HandingOver
from marketplace.holdings import kept_for
from marketplace.inviting import Invitations, invitation_writer
from marketplace.manners import manners
from marketplace.notifying import Notifying
from marketplace.outbox import CHANNEL, Connections, Kind, Outbox, keyring
from marketplace.queue_summary import QueueSummaries
from marketplace.reactions import Reaction
from marketplace.reactions.asking_suppliers import asking_suppliers
from marketplace.reactions.counting_approvals import counting_approvals
from marketplace.reactions.covering_needs import covering_needs
from marketplace.reactions.introducing import introducing
from marketplace.reactions.telling_authors import telling_authors
from marketplace.reactions.telling_buyers import telling_buyers
from marketplace.reactions.telling_facilitators import telling_facilitators
from marketplace.reactions.telling_handovers import telling_handovers
from marketplace.reactions.telling_joiners import telling_joiners
from marketplace.reactions.telling_objectors import telling_objectors
from marketplace.reactions.telling_owners import telling_owners
from marketplace.reactions.telling_parties import telling_parties
from marketplace.reactions.telling_the_asked import telling_the_asked
from marketplace.retention import sweep
from marketplace.return_paths import return_path
from marketplace.security_notice import security_writer
from marketplace.sending import Rules, Sender, Writer
from marketplace.settings import Settings
from marketplace.sign_in_letter import sign_in_writer
from marketplace.signing_in import SignIns
from marketplace.smtp import DemonstrationInbox, NoRelay, Relay, Transport, relay_address
from marketplace.zone_notes import ZoneNotes

DIGESTS_EVERY: Final = 30
BULLETINS_EVERY: Final = 20
LOOKED_AFTER: Final = (
    (expiry, 60), (asking, 60), (nudging, 60), (closing, 5), (gathering, 60), (reviewing, 60), (lapsing, 600),
    (forgetting, 600), (completing, 600),
)  # fmt: skip
"""What falls due, with the seconds between two looks at it."""
NOTIFYING_EVERY: Final = 20
INVITING_EVERY: Final = 600
SUMMARIES_EVERY: Final = 600
ZONE_NOTES_EVERY: Final = 300
HANDING_OVER_EVERY: Final = 60
ERASING_EVERY: Final = 20
HOUSEKEEPING_EVERY: Final = 3_600

log = structlog.get_logger(__name__)

Tick = Callable[[], object]


class Scheduler:
    """Ticks while it is started. Any number may tick at once: each asks what is due, and asking twice is harmless.

    The library's own ideas of time (misfires, crontabs, stores) are not used: it calls a function again and again.
    """

    def __init__(self, ticks: dict[str, tuple[Tick, int]], senders: dict[Sender, Waker]) -> None:
        """`ticks` are functions by name, with the seconds between two calls; each sender has its own waker."""
        self._wakers = tuple(senders.values())
        self._stop = threading.Event()
        self._sending = [
            threading.Thread(target=sender.run, args=[self._stop, waker.wait], name="outbox", daemon=True)
            for sender, waker in senders.items()
        ]
        self._library: Any = BackgroundScheduler(timezone="UTC", daemon=True)
        for name, (tick, seconds) in ticks.items():
            self._library.add_job(
                guarded(name, tick),
                IntervalTrigger(seconds=seconds, timezone="UTC"),
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Begin to tick and to send."""
        for sending in self._sending:
            sending.start()
        self._library.start()

    def stop(self) -> None:
        """Finish the mail in hand, and stop."""
        self._stop.set()
        if self._library.running:
            self._library.shutdown(wait=True)
        for sending in self._sending:
            if sending.is_alive():
                sending.join()
        for waker in self._wakers:
            waker.close()


class Waker:
    """Waits for news of the outbox: a sign-in mail leaves at once, everything else within a second.

    It hears of erasures too, and has the keys of letters forgotten.
    """

    def __init__(self, database: Database, keys: Keyring) -> None:
        self._database = database
        self._keys = keys
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> None:
        """Return when something was posted, or after so many seconds."""
        try:
            if self._connection is None:
                self._connection = self._database.connect(Role.APPEND)
                self._connection.execute(f"LISTEN {CHANNEL}".encode())
                self._connection.execute("LISTEN erased")
                self._keys.forget()
                return
            for news in self._connection.notifies(timeout=seconds, stop_after=1):
                if news.channel != CHANNEL:
                    self._keys.forget()
        except psycopg.Error:
            self.close()
            time.sleep(seconds)

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Post(Struct, frozen=True):
    """Everything about mail and time of one site, ready to be started or asked.

    Of the `senders` one keeps its hand free for what somebody waits for. `reactions` are for the reactor to run; what
    they leave to be told, `notifying` writes.
    """

    outbox: Outbox
    keys: Keyring
    senders: tuple[Sender, ...]
    digests: Digests
    bulletins: Bulletins
    looks: tuple[tuple[str, FallingDue[Any, Any], int], ...]
    notifying: Notifying
    invitations: Invitations
    summaries: QueueSummaries
    zone_notes: ZoneNotes
    handing_over: HandingOver
    reactions: tuple[Reaction, ...]
    sign_ins: SignIns
    settings: Settings
    connections: Connections


@contextmanager
def opened_post(
    settings: Settings, database: Database, events: EventLog, marketplace: Marketplace, clock: Clock
) -> Iterator[Post]:
    """Put it together, on connections of its own."""
    with ExitStack() as stack:
        appending = stack.enter_context(database.pool(Role.APPEND, max_size=4))
        webs = stack.enter_context(database.pool(Role.WEB, max_size=2))
        systems = stack.enter_context(database.pool(Role.FOLLOWER, max_size=2))
        keys = keyring(appending)
        outbox = Outbox(appending, keys)
        sign_ins = SignIns(appending, settings.secret.encode())
        courtesy = manners(settings, outbox, events)
        rules = Rules(return_path=return_path(settings), manners=courtesy)
        writers: dict[Kind, Writer] = {
            "sign_in": sign_in_writer(settings, events, sign_ins),
            "security": security_writer(settings, events),
            "invitation": invitation_writer(settings, events),
        }

        def sender(rules: Rules) -> Sender:
            hand = transport(settings)
            return Sender(outbox, hand, marketplace, events, clock, rules=rules, writers=writers)

        writer = digest_writer(settings)
        digests = Digests(events, outbox, clock, writer, webs=webs, systems=systems)
        bulletins = Bulletins(events, outbox, clock, writer, systems=systems)
        reactions = (
            telling_authors(events),
            counting_approvals(marketplace, events, clock),
            introducing(settings, events),
            covering_needs(marketplace, events, clock),
            telling_parties(events),
            telling_owners(events),
            telling_facilitators(settings, events),
            telling_buyers(events),
            asking_suppliers(settings, events),
            telling_objectors(settings, events),
            telling_joiners(settings, events),
            telling_the_asked(settings, events),
            telling_handovers(settings, events),
        )
        yield Post(
            outbox,
            keys,
            (sender(rules), sender(replace(rules, urgent_only=True))),
            digests,
            bulletins,
            tuple((look.__name__, look(marketplace, clock, systems), seconds) for look, seconds in LOOKED_AFTER),
            Notifying(outbox, exchange_writer(settings, events), clock, appending, courtesy),
            Invitations(outbox, events, clock),
            QueueSummaries(settings, outbox, events, clock, systems),
            ZoneNotes(settings, outbox, events, clock, systems),
            HandingOver(marketplace, events, clock, systems),
            reactions,
            sign_ins,
            settings,
            appending,
        )


@contextmanager
def scheduled(
    settings: Settings, database: Database, events: EventLog, marketplace: Marketplace, clock: Clock
) -> Iterator[Post]:
    """Run it beside whatever else this process does, until the block ends."""
    with opened_post(settings, database, events, marketplace, clock) as post:
        ticks: dict[str, tuple[Tick, int]] = {
            "digests": (post.digests.tick, DIGESTS_EVERY),
            "bulletins": (post.bulletins.tick, BULLETINS_EVERY),
            **{name: (look.tick, seconds) for name, look, seconds in post.looks},
            "notifying": (post.notifying.tick, NOTIFYING_EVERY),
            "inviting": (post.invitations.tick, INVITING_EVERY),
            "summaries": (post.summaries.tick, SUMMARIES_EVERY),
            "zone notes": (post.zone_notes.tick, ZONE_NOTES_EVERY),
            "handing over": (post.handing_over.tick, HANDING_OVER_EVERY),
            "erasing": (Erasing(database, marketplace, clock).tick, ERASING_EVERY),
            "housekeeping": (lambda: clean(post, clock), HOUSEKEEPING_EVERY),
        }
        scheduler = Scheduler(ticks, {sender: Waker(database, post.keys) for sender in post.senders})
        scheduler.start()
        try:
            yield post
        finally:
            scheduler.stop()


def clean(post: Post, clock: Clock) -> None:
    """Drop what is kept for a time only."""
    post.outbox.drop_letters(clock.now(), kept_for("letters", post.settings))
    sweep(post.connections, post.settings, clock.now())


def run(settings: Settings) -> None:
    """Tick and send until interrupted: what `marketplace schedule` does."""
    with opened(settings) as database:
        clock = Clock(database.url)
        events = EventLog(database.url, Registry(*EVENTS), clock)
        try:
            marketplace = Marketplace(events, secret=settings.secret.encode())
            with scheduled(settings, database, events, marketplace, clock):
                threading.Event().wait()
        finally:
            events.close()


def transport(settings: Settings) -> Transport:
    """The relay of the settings; without one, the demonstration keeps its mail, and elsewhere mail waits for one."""
    if settings.smtp_url is not None:
        return Relay(relay_address(settings.smtp_url))
    if settings.demo:
        return DemonstrationInbox()
    return NoRelay()


def guarded(name: str, tick: Tick) -> Callable[[], None]:
    """A tick that fails is seen, and the next one comes all the same."""

    def guarded() -> None:
        try:
            tick()
        except (psycopg.Error, PoolTimeout, Unavailable) as fault:
            log.warning("a tick waits for the database", tick=name, fault=repr(fault))
        except Exception:
            log.exception("a tick failed", tick=name)

    return guarded
