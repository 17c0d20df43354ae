"""The weekly mail: who is due, what is worth saying to them, and the one digest each gets for a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import psycopg
import structlog
from msgspec import Struct
from msgspec.structs import replace
from psycopg_pool import ConnectionPool

from domain import mail_runs, members
from domain.digests import Why, is_wanted, monday_of, period_of
from domain.mail_runs import UNTOUCHED, MailRun
from domain.refused import NotFound, _
from marketplace.clock import Clock
from marketplace.digest_items import Reader, gather
from marketplace.digest_letter import Achieved, DigestWriter
from marketplace.digest_ranking import Found
from marketplace.eventlog import EventLog, Unavailable
from marketplace.outbox import URGENCY, Letter, Mail, Outbox, new_id
from marketplace.quiet_weeks import SILENCE, hints
from marketplace.reading import SYSTEM, Stalled, reading, stale, visible
from projections import listings, people, purchases
from projections.model import Query
from projections.viewer import Viewer

MODELS: Final = ("people", "listings", "matches", "exchanges", "searches", "pooling", "purchases", "bulletins")
"""What a digest is made from: it waits until these have reached the log's head."""
WAIT: Final = 10.0
WORTH_SENDING: Final = timedelta(days=5)
"""How long a digest is tried; less than a week, so that it never meets the next one."""
PAGE: Final = 500
ACHIEVED_WITHIN: Final = timedelta(weeks=4)
"""What a zone did since then is told: long enough for a small zone, and for who reads once a month."""
MOST_COUNTED: Final = 10_000

log = structlog.get_logger(__name__)

R = TypeVar("R", bound=Struct)
Pool = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]


class Due(Struct, frozen=True):
    """A period of a zone, its hour, and what the zone did in the four weeks before."""

    zone: people.Zone
    period: str
    at: datetime
    achieved: Achieved = Achieved()


class Draft(Struct, frozen=True):
    """A digest as it would go out now; without a reader, or with a reason `why`, it does not."""

    member_id: str
    due: Due
    reader: Reader | None = None
    found: Found = Found()
    why: Why | None = None

    @property
    def name(self) -> str:
        """Whose it is; empty when they want none."""
        return self.reader.viewer.name if self.reader else ""


class Tick(Struct, frozen=True):
    """What one look at the clock led to; `waits_for` are read models that kept digests back."""

    written: int = 0
    skipped: int = 0
    waits_for: tuple[str, ...] = ()


class Digests:
    """Writes digests into the outbox. Any number may run at once: the outbox keeps one per member and period.

    `webs` are connections of the web's role, because a member's mail is gathered with that member's own rights;
    `systems` are the follower's, which see everyone.
    """

    def __init__(
        self, log: EventLog, outbox: Outbox, clock: Clock, writer: DigestWriter, *, webs: Pool, systems: Pool
    ) -> None:
        self._log = log
        self._outbox = outbox
        self._clock = clock
        self._writer = writer
        self._webs = webs
        self._systems = systems
        self._done: set[tuple[str, str]] = set()

    # When -----------------------------------------------------------------------------------------------------------

    def tick(self) -> Tick:
        """Write every digest whose hour has come; called as often as one likes."""
        now = self._clock.now()
        with self._systems.connection() as connection:
            if unmade := self._unmade(connection):
                return Tick(waits_for=unmade)
        due = [due for due in self.due(now) if (due.zone.zone_id, due.period) not in self._done]
        if not due:
            return Tick()
        if waits_for := self.behind():
            log.warning("digests wait for read models", models=waits_for)
            return Tick(waits_for=waits_for)
        tick = Tick()
        for each in map(self._counted, due):
            if self.run(each.zone.zone_id, each.period).held:
                continue
            became = [self._try_to_prepare(member_id, each) for member_id in self._without(each)]
            tick = Tick(tick.written + became.count("written"), tick.skipped + became.count("skipped"))
            if "failed" not in became:
                self._done.add((each.zone.zone_id, each.period))
        if tick.written or tick.skipped:
            log.info("digests", written=tick.written, skipped=tick.skipped)
        return tick

    def due(self, now: datetime) -> list[Due]:
        """The newest period of each zone whose hour has come since this installation first looked.

        Only the newest: what was missed before it is said in it, as its items were never told.
        """
        begun = self._outbox.begins(now)
        found = (newest_due(zone, now) for zone in self._system(people.zones()))
        return [due for due in found if due.at >= begun]

    def behind(self) -> tuple[str, ...]:
        """The read models that are not at the log's head and do not get there in time: stalled, unmade, or too slow."""
        head = self._log.head()
        with self._systems.connection() as connection:
            if unmade := self._unmade(connection):
                return unmade
            if stalled := stale(connection, MODELS):
                return tuple(each.name for each in stalled)
            return () if visible(connection, head, MODELS, within=WAIT) else MODELS

    def _unmade(self, connection: psycopg.Connection[Any]) -> tuple[str, ...]:
        """Those no follower has begun: a new database, before its first."""
        rows = connection.execute("SELECT name FROM log.read_model WHERE state IN ('live', 'stalled')").fetchall()
        made = {name for (name,) in rows}
        return tuple(model for model in MODELS if model not in made)

    def stalled(self) -> list[Stalled]:
        """The stopped read models that keep every digest back, for the pages that show it."""
        with self._systems.connection() as connection:
            return stale(connection, MODELS)

    def _without(self, due: Due) -> Iterator[str]:
        """The zone's people who were there before the hour and have no row for the period yet."""
        for page in self._pages(due.zone):
            there = [each.member_id for each in page if each.joined_at is not None and each.joined_at < due.at]
            yield from self._outbox.without_digest(there, due.period)

    def _pages(self, zone: people.Zone) -> Iterator[list[people.Member]]:
        after = ""
        while page := self._system(people.members(zone.zone_id, after, PAGE)):
            after = page[-1].member_id
            yield page

    # What -----------------------------------------------------------------------------------------------------------

    def preview(self, member_id: str, period: str = "") -> Draft:
        """What this member would be mailed now for a period, by default this week's; nothing is kept or sent."""
        return self._draft(member_id, self._now(self._home(member_id), period))

    def drafts(self, zone: people.Zone, period: str = "") -> Iterator[Draft]:
        """What each of the zone's people would be mailed now."""
        return self.drafts_of(zone, chain.from_iterable(self._pages(zone)), period)

    def people_of(self, zone: people.Zone, after: str, limit: int) -> list[people.Member]:
        """The people whose mail leaves by this zone's clock, by id."""
        return self._system(people.members(zone.zone_id, after, limit))

    def drafts_of(
        self, zone: people.Zone, whose: Iterable[people.Member], period: str = "", *, whole: bool = False
    ) -> Iterator[Draft]:
        """What these people of a zone would be mailed now; whoever never signed in gets none.

        `whole` is with what somebody took out of it.
        """
        due = self._now(zone, period)
        for member in whose:
            if member.joined_at is not None:
                yield self._draft(member.member_id, due, whole=whole)

    def letter(self, draft: Draft, mail_id: str = "") -> Letter | None:
        """A draft as a letter; None when there is nothing in it."""
        return self._written(draft, draft.found, self._writer, mail_id, "")

    def shown(self, draft: Draft, language: str) -> Letter | None:
        """The same for who answers for the mail of the home zone, in either language.

        Only what is of that zone, with links that act for nobody.
        """
        found = draft.found.within(draft.due.zone.zone_id)
        return self._written(draft, found, self._writer.powerless(), "", language)

    def _written(self, draft: Draft, found: Found, writer: DigestWriter, mail_id: str, language: str) -> Letter | None:
        if draft.reader is None or not found.items:
            return None
        announcing = sorted({row.zone_id for row in found.bulletins})
        zones = {zone.zone_id: zone for zone in self._system(people.zones_by_id(announcing))} if announcing else {}
        return writer.write(mail_id or new_id(), draft.reader, found, draft.due.achieved, zones, language)

    def run(self, zone_id: str, period: str) -> MailRun:
        """What those who answer for a period's mail decided about it."""
        return self._log.load(mail_runs.stream_of(zone_id, period), mail_runs.evolve).state or UNTOUCHED

    def send_now(self, member_ids: Sequence[str]) -> list[str]:
        """Put this week's digest of these members in the outbox before its hour; gives those with something to read.

        It stands for the week: their zone's hour will find it there and write no second one.
        """
        return [
            member_id
            for member_id in member_ids
            if self._prepare(member_id, self._now(self._home(member_id))) == "written"
        ]

    def zone(self, slug: str) -> people.Zone:
        """The zone at an address."""
        found = self._system(people.zone(slug))
        if found:
            return found[0]
        raise NotFound(_("There is no such zone."))

    def zones(self) -> list[people.Zone]:
        """Every zone, by name."""
        return self._system(people.zones())

    def _now(self, zone: people.Zone, period: str = "") -> Due:
        now = self._clock.now()
        return self._counted(Due(zone, period or period_of(now.astimezone(ZoneInfo(zone.time_zone)).date()), now))

    def _counted(self, due: Due) -> Due:
        zone_id, since = due.zone.zone_id, due.at - ACHIEVED_WITHIN
        shown = self._system(listings.new_between([zone_id], since, due.at, limit=MOST_COUNTED))
        bought = self._system(purchases.took_place(zone_id, since, due.at))
        return replace(due, achieved=Achieved(len(shown), sum(row.n for row in bought)))

    def _try_to_prepare(self, member_id: str, due: Due) -> str:
        """One member's fault is seen, tried again at the next tick, and keeps nobody else from their mail."""
        try:
            return self._prepare(member_id, due)
        except (psycopg.Error, Unavailable):
            raise
        except Exception:
            log.exception("a digest cannot be written", member=member_id, period=due.period)
            return "failed"

    def _prepare(self, member_id: str, due: Due) -> str:
        now = self._clock.now()
        mail = Mail(
            id=new_id(),
            kind="digest",
            member_id=member_id,
            zone_id=due.zone.zone_id,
            period=due.period,
            state="due",
            told="nothing",
            urgency=URGENCY["digest"],
            template=self._writer.template,
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )
        held = self.run(due.zone.zone_id, due.period).keeps_back(member_id)
        draft = Draft(member_id, due, why="held") if held else self._draft(member_id, due)
        letter = self.letter(draft, mail.id)
        if letter is None:
            skipped = replace(mail, state="skipped", why=draft.why or "nothing_to_say", settled_at=now)
            return "skipped" if self._outbox.skip_digest(skipped) else "there"
        addressed = replace(
            mail,
            message_id=self._writer.message_id(mail.id),
            sha256=letter.sha256,
            items=draft.found.items,
            subjects=(member_id, *draft.found.subjects),
        )
        return "written" if self._outbox.post_digest(addressed, letter) else "there"

    def _draft(self, member_id: str, due: Due, *, whole: bool = False) -> Draft:
        """Gather with the member's own rights; their wishes come from the log, which never lags."""
        draft = Draft(member_id, due)
        wishes = self._log.load(member_id, members.evolve).state
        if wishes is None or wishes.erased:
            return replace(draft, why="erased")
        if wishes.mail_stopped:
            return replace(draft, why="stopped")
        if not is_wanted(wishes.frequency, due.period):
            return replace(draft, why="not_this_week")
        if wishes.rests_on(due.at.astimezone(ZoneInfo(due.zone.time_zone)).date()):
            return replace(draft, why="paused")
        told = self._outbox.told_before(member_id)
        run = UNTOUCHED if whole else self.run(due.zone.zone_id, due.period)
        now = self._clock.now()
        with self._webs.connection() as connection:
            with reading(connection, Viewer(member_id=member_id)) as read:
                viewer = read.one(people.viewer(member_id))
            if viewer is None:
                return replace(draft, why="erased")
            reader = Reader(viewer, wishes, due.zone, told, now, run.without(member_id))
            with reading(connection, viewer) as read:
                found = gather(read, reader)
                if not found.items and self._was_silent(member_id, due.period):
                    found = replace(found, hints=hints(read, viewer), quiet_in=due.period)
        return replace(draft, reader=reader, found=found, why=None if found.items else "nothing_to_say")

    def _was_silent(self, member_id: str, period: str) -> bool:
        since = self._outbox.silent_since(member_id)
        return bool(since) and monday_of(period) - monday_of(since) >= SILENCE

    def _home(self, member_id: str) -> people.Zone:
        member = self._log.load(member_id, members.evolve).state
        zones = self._system(people.zones_by_id([member.home_zone])) if member else []
        if not zones:
            raise NotFound(_("There is no such person."))
        return zones[0]

    def _system(self, query: Query[R]) -> list[R]:
        with self._systems.connection() as connection, reading(connection, SYSTEM) as read:
            return read.all(query)


def hour_of(zone: people.Zone, period: str) -> datetime:
    """When a period's digests leave: the zone's day and hour by its own clock.

    An hour that the change to summer time leaves out comes right after it; one that comes twice counts once.
    """
    day = monday_of(period) + timedelta(days=zone.digest_weekday - 1)
    return datetime.combine(day, time(zone.digest_hour), ZoneInfo(zone.time_zone)).astimezone(UTC)


def next_period(zone: people.Zone, now: datetime) -> str:
    """The zone's next period: the newest whose hour has not come."""
    monday = monday_of(newest_due(zone, now).period)
    return period_of(monday + timedelta(weeks=1))


def newest_due(zone: people.Zone, now: datetime) -> Due:
    """The zone's newest period whose hour has come; ISO weeks, so that a 53rd is a week like any other."""
    today = now.astimezone(ZoneInfo(zone.time_zone)).date()
    for day in (today, today - timedelta(weeks=1)):
        at = hour_of(zone, period_of(day))
        if at <= now:
            return Due(zone, period_of(day), at)
    raise AssertionError  # last week's hour is always over
