"""Schedule: five schedulers, two years of a clock that jumps, days down, and one digest per member and period."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from uuid_utils import uuid7

from domain.members import InviteMember, JoinMember
from domain.places import Place
from domain.streams import EVENTS
from domain.zones import OPERATOR, OpenZone, SetZonePolicy
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.digest_letter import digest_writer
from marketplace.digests import Digests
from marketplace.eventlog import EventLog, Registry
from marketplace.following import Follower
from marketplace.outbox import Outbox, keyring
from marketplace.reading import visible
from marketplace.sending import Rules, Sender
from marketplace.settings import Settings
from marketplace.smtp import DemonstrationInbox
from tests.ground import grounded
from tests.proofs import Result

SCHEDULERS: Final = 5
CONTROL_WEEKS: Final = 6
STEP: Final = timedelta(hours=6)
ZONES: Final = {
    "paris": ("Europe/Paris", 1, 7),
    "sunday": ("Europe/Paris", 7, 2),
    "auckland": ("Pacific/Auckland", 1, 7),
    "martinique": ("America/Martinique", 5, 23),
}
"""Time zone, weekday and hour: one of them at the hour that comes twice, or not at all, once a year."""
BEGINS: Final = datetime(2026, 9, 2, 12, tzinfo=UTC)
"""Long enough before the 53rd week of 2026."""


def run(*, small: bool, seed: int) -> Result:
    """Let five schedulers tick at every moment of a clock that jumps."""
    return _tried(10 if small else 104, seed, unique=True)


def control(*, small: bool, seed: int) -> Result:
    """The same without the unique row of a member and period."""
    return _tried(CONTROL_WEEKS, seed, unique=False)


def _tried(weeks: int, seed: int, *, unique: bool) -> Result:
    chance = random.Random(seed)  # noqa: S311  # repeatable jumps
    with grounded() as ground, ExitStack() as stack:
        database = ground.database
        clock = Clock(database.url, Role.OWNER)
        clock.set(BEGINS)
        log = EventLog(database.url, Registry(*EVENTS), clock)
        stack.callback(log.close)
        if not unique:
            with database.connect(Role.OWNER) as connection:
                connection.execute("DROP INDEX site.outbox_digest")
        members = _people(log, clock)
        _follow(stack, database, log)
        appending = stack.enter_context(database.pool(Role.APPEND, max_size=SCHEDULERS))
        webs = stack.enter_context(database.pool(Role.WEB, max_size=SCHEDULERS))
        systems = stack.enter_context(database.pool(Role.FOLLOWER, max_size=SCHEDULERS))
        outbox = Outbox(appending, keyring(appending))
        writer = digest_writer(Settings(base_url="https://proof.example", secret="x" * 32))
        schedulers = [
            Digests(log, outbox, clock, writer, webs=webs, systems=systems) for _scheduler in range(SCHEDULERS)
        ]
        sender = Sender(
            outbox, DemonstrationInbox(), Marketplace(log, secret=b"proof"), log, clock,
            rules=Rules(return_path=lambda _mail: "site@example.org"), writers={},
        )  # fmt: skip
        threads = stack.enter_context(ThreadPoolExecutor(SCHEDULERS))
        looked: list[datetime] = []
        ticks = 0
        for at in _moments(weeks, chance):
            clock.set(at)
            together = threading.Barrier(SCHEDULERS)

            def tick(digests: Digests, together: threading.Barrier = together) -> None:
                together.wait()
                digests.tick()

            list(threads.map(tick, schedulers))
            with database.connect(Role.WEB) as connection:
                assert visible(connection, log.head(), ["people"], within=20)
            looked.append(at)
            ticks += SCHEDULERS
            if chance.randrange(20) == 0:
                # A process ends and another begins: it remembers nothing.
                schedulers[0] = Digests(log, outbox, clock, writer, webs=webs, systems=systems)
        sender.tell()
        violations = _judged(members, looked, database, log)
    return Result(ticks, violations, {"weeks": weeks, "schedulers": SCHEDULERS, "zones": len(ZONES)})


def _moments(weeks: int, chance: random.Random) -> list[datetime]:
    """Steps of six hours and a bit, a day or two back now and then, and nine days down in the third week."""
    moments = []
    at, end = BEGINS, BEGINS + timedelta(weeks=weeks)
    down = BEGINS + timedelta(weeks=3)
    while at < end:
        moments.append(at)
        if at <= down < at + STEP:
            at += timedelta(days=9)
        elif chance.randrange(40) == 0:
            moments.append(at - timedelta(hours=chance.randint(1, 40)))
        at += STEP + timedelta(minutes=chance.randint(-50, 50))
    return moments


def _judged(members: dict[str, str], looked: list[datetime], database: Database, log: EventLog) -> list[str]:
    found = []
    with database.connect(Role.APPEND) as connection:
        rows = connection.execute("SELECT member_id, period, created_at FROM site.outbox").fetchall()
    for (member_id, period), times in Counter((member_id, period) for member_id, period, _at in rows).items():
        if times > 1:
            found.append(f"{member_id} has {times} digests for {period}")
        if len(log.history(f"digest-{member_id.removeprefix('member-')}-{period}")) != 1:
            found.append(f"{member_id}, {period}: the log does not say it once")
    for name, member_id in members.items():
        had = {period for owner, period, _at in rows if owner == member_id}
        owed = _owed(name, looked)
        found += [f"{name} missed {period}" for period in sorted(owed - had)]
        found += [f"{name} got {period}, which nobody owed" for period in sorted(had - owed)]
    return found


def _owed(name: str, looked: list[datetime]) -> set[str]:
    """Worked out another way: at each look, the newest hour struck on that zone's own calendar."""
    time_zone, weekday, hour = ZONES[name]
    zone = ZoneInfo(time_zone)
    struck = []
    day = (BEGINS - timedelta(days=21)).date()
    while day < looked[-1].date() + timedelta(days=21):
        if day.isoweekday() == weekday:
            local = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
            year, week, _weekday = day.isocalendar()
            struck.append((local.astimezone(UTC), f"{year}-W{week:02}"))
        day += timedelta(days=1)
    owed = set()
    for at in looked:
        newest = max((hour, period) for hour, period in struck if hour <= at)
        if newest[0] >= looked[0]:
            owed.add(newest[1])
    return owed


def _people(log: EventLog, clock: Clock) -> dict[str, str]:
    marketplace = Marketplace(log, secret=b"proof")
    members = {}
    for name, (time_zone, weekday, hour) in ZONES.items():
        zone_id, members[name] = f"zone-{name}", f"member-{uuid7()}"
        opening = OpenZone(
            zone_id=zone_id, slug=name, name=name, commune="", place=Place(Decimal(46), Decimal(6)),
            time_zone=time_zone, actor=OPERATOR, now=clock.now(), command_id=str(uuid7()),
        )  # fmt: skip
        marketplace.open_zone(opening)
        marketplace.set_zone_policy(
            SetZonePolicy(
                zone_id=zone_id,
                moderation="after",
                digest_weekday=weekday,
                digest_hour=hour,
                actor=OPERATOR,
                now=clock.now(),
                command_id=str(uuid7()),
            )
        )
        inviting = InviteMember(
            member_id=members[name], home_zone=zone_id, name=name, mail=f"{name}@example.org", actor=OPERATOR,
            now=clock.now(), command_id=str(uuid7()),
        )  # fmt: skip
        marketplace.invite_member(inviting)
        joining = JoinMember(
            member_id=members[name], actor=f"member:{members[name]}", now=clock.now(), command_id=str(uuid7())
        )
        marketplace.join_member(replace(joining, now=clock.now()))
    return members


def _follow(stack: ExitStack, database: Database, log: EventLog) -> None:
    stop = threading.Event()
    follower = threading.Thread(target=Follower(database, log).run, args=(stop,), daemon=True)
    follower.start()
    stack.callback(follower.join)
    stack.callback(stop.set)
    with database.connect(Role.WEB) as connection:
        assert visible(connection, log.head(), ["people"], within=20)
