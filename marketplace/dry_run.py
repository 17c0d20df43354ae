"""The next weekly mail as it would leave, for whoever runs the program: shown on a terminal, and kept nowhere."""

from __future__ import annotations

from contextlib import ExitStack
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from domain.digests import monday_of, period_of
from domain.refused import Refused, _
from domain.streams import EVENTS
from marketplace.clock import Clock
from marketplace.database import Role, opened
from marketplace.digest_letter import digest_writer
from marketplace.digests import Digests, hour_of, next_period
from marketplace.eventlog import EventLog, Registry
from marketplace.outbox import Outbox, keyring
from marketplace.settings import Settings
from projections import people


def dry_run(settings: Settings, zone: str | None, period: str | None) -> None:
    """Show what the next digest would say to whom, for one zone or all; sends and records nothing."""
    console = Console(highlight=False, soft_wrap=True)
    with opened(settings) as database, ExitStack() as stack:
        clock = Clock(database.url)
        events = EventLog(database.url, Registry(*EVENTS), clock)
        stack.callback(events.close)
        appending = stack.enter_context(database.pool(Role.APPEND, max_size=2))
        webs = stack.enter_context(database.pool(Role.WEB, max_size=2))
        systems = stack.enter_context(database.pool(Role.FOLLOWER, max_size=2))
        outbox = Outbox(appending, keyring(appending))
        digests = Digests(events, outbox, clock, digest_writer(settings), webs=webs, systems=systems)
        if waits_for := digests.behind():
            console.print(f"[yellow]It would wait: {', '.join(waits_for)} is not up to date.[/yellow]")
        for each in [digests.zone(zone)] if zone else digests.zones():
            _show(console, each, digests, _checked(period) or next_period(each, clock.now()))


def _show(console: Console, zone: people.Zone, digests: Digests, period: str) -> None:
    hour = hour_of(zone, period).astimezone(ZoneInfo(zone.time_zone))
    held = " [red]held back[/red]" if digests.run(zone.zone_id, period).held else ""
    console.print(f"[bold]{escape(zone.name)}[/bold] · {period} · {hour:%A %d %B %Y, %H:%M} ({zone.time_zone}){held}")
    for draft in digests.drafts(zone, period):
        letter = digests.letter(draft)
        if letter is None:
            console.print(f"  [dim]{escape(draft.name or draft.member_id)}: no mail, {draft.why}[/dim]")
            continue
        size = len(letter.source) / 1024
        console.print(f"  {escape(draft.name)} <{escape(letter.to)}> [dim]{size:.0f} KB[/dim]")
        console.print(f"    [green]{escape(letter.subject)}[/green]")
        for thing in draft.found.listed:
            console.print(f"    [magenta]{thing.kind:>8}[/magenta] {escape(thing.title)}")
        for hint in draft.found.hints:
            console.print(f"    [dim]{hint.category} {hint.missing} {hint.companies}[/dim]")


def _checked(period: str | None) -> str | None:
    if period is not None:
        try:
            if period_of(monday_of(period)) == period:
                return period
        except ValueError:
            pass
        raise Refused(_("A period is an ISO week, such as 2026-W07."))
    return None
