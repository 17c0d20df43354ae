"""Commands that keep running: the demo, the whole site in one process, and its parts alone."""

from __future__ import annotations

import click

from marketplace.cli.asking import prepared, until_interrupted


@click.command()
def demo() -> None:
    """Serve a fictional zone, with one-click sign-in links.

    Makes the embedded database in ./var, fills it when it is empty, and prints the site's address and a link for each
    of six people. What you change is kept for the next start. Only this machine can reach it.
    """
    settings = prepared(demo=True)
    from web import serving

    with until_interrupted():
        serving.run(settings, demo=True)


@click.command()
def serve() -> None:
    """Serve the site: everything it needs, in one process.

    That is pages and API, follower and reactions, outbox and scheduler. Any number of these may run on any number
    of hosts; PostgreSQL elects who follows and who ticks. The embedded database is migrated at start; another one
    with `marketplace migrate`.
    """
    settings = prepared()
    from web import serving

    with until_interrupted():
        serving.run(settings, demo=False)


@click.command()
def follow() -> None:
    """Run the follower alone.

    It keeps the read models at the log's head. Reactions run with `marketplace serve`.
    """
    settings = prepared()
    from marketplace import following

    with until_interrupted():
        following.run(settings)


@click.command()
def schedule() -> None:
    """Run the scheduler and the outbox alone.

    They tick, prepare what is due, and send the mail.
    """
    settings = prepared()
    from marketplace import scheduler

    with until_interrupted():
        scheduler.run(settings)
