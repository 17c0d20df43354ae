"""What every command shares: settings and logs, refusals as sentences, and a clean end on the first signal."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import click
from msgspec.structs import replace
from rich.console import Console
from rich.markup import escape

from domain.refused import Refused
from marketplace import logs
from marketplace.settings import Misconfigured, Settings, read_settings

REFUSED: Final = 1


class CommandLine(click.Group):
    """The group of all commands, in the order a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click asks with its context
        """Give the commands in the order they were listed, instead of by the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click declares it
        """Run the command; what is refused becomes one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            errors().print(f"[red]✗[/red] {escape(str(refusal))}")
            ctx.exit(REFUSED)


def output() -> Console:
    """Give the console for what was asked for; lines are never broken when they go into a file or a pipe."""
    return Console(highlight=False, soft_wrap=True)


def errors() -> Console:
    """Give the console for everything else."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def prepared(*, demo: bool = False) -> Settings:
    """Read the settings of this process and set up its logs.

    Demo mode shows everyone's mail and lets anyone in: it is refused, however it was asked for, unless only this
    machine can reach the site and its database is one the program made itself.
    """
    settings = read_settings()
    settings = replace(settings, demo=demo or settings.demo)
    if settings.demo and not settings.embedded:
        raise Misconfigured("The demo only fills a database it makes itself: unset MARKETPLACE_DATABASE_URL.")
    if settings.demo and not settings.loopback:
        raise Misconfigured(
            "The demo gives sign-in links to everyone who sees it: leave MARKETPLACE_HOST at 127.0.0.1."
        )
    logs.configure(settings)
    return settings


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end what runs inside, in order and as a success.

    The handlers are set explicitly: a shell starts its background jobs with SIGINT ignored.
    """

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = {kind: signal.signal(kind, interrupt) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        sys.stdout.flush()
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
