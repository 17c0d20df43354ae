"""`python -m tests.simulation`: what reminders change. Exit 1 below the goal, or when a promise is broken."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import timedelta

import click
import structlog

from domain.exchanges import timing
from tests.simulation.figures import GOAL, Figures, figures_of, table
from tests.simulation.season import Prompt, played

SMALL = {"weeks": 6, "companies": 24, "seeds": 1}


@click.command()
@click.option("--weeks", type=click.IntRange(2, 104), default=26, help="Weeks in which matches are contacted.")
@click.option("--companies", type=click.IntRange(4, 99), default=80, help="Companies of the zone.")
@click.option("--seed", type=int, default=1, help="The first seed.")
@click.option("--seeds", type=click.IntRange(1, 50), default=5, help="How many seeds are run, one after the other.")
@click.option("--reminders", type=click.Choice(["on", "off", "both"]), default="both")
@click.option(
    "--control", is_flag=True, help="People let every reminder, question, weekly mail and call pass: must fail."
)
@click.option("--without", type=click.Choice(["question", "digest"]), multiple=True, help="What people do not get.")
@click.option("--small", is_flag=True, help="A size for every day: a small zone, a few weeks, one seed.")
@click.option("--remind-after", type=click.IntRange(1, 30), default=timing.REMIND_AFTER.days, help="What if: days.")
@click.option("--tell-after", type=click.IntRange(2, 30), default=timing.TELL_FACILITATOR_AFTER.days, help="Likewise.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line instead of the tables.")
def main(  # noqa: PLR0913, PLR0917  # click passes options by name
    weeks: int, companies: int, seed: int, seeds: int, reminders: str, remind_after: int, tell_after: int,
    control: bool, without: tuple[Prompt, ...], small: bool, as_json: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Let a zone live for half a year, with reminders and without, and count how contacted matches end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    # What if the product asked earlier? Its own answer stands in the domain, and is the default.
    setattr(timing, "REMIND_AFTER", timedelta(days=remind_after))  # noqa: B010  (a constant everywhere else)
    setattr(timing, "TELL_FACILITATOR_AFTER", timedelta(days=tell_after))  # noqa: B010  (likewise)
    if small:
        weeks, companies, seeds = SMALL["weeks"], SMALL["companies"], SMALL["seeds"]
    chosen = {"on": (True,), "off": (False,), "both": (False, True)}[reminders]
    found: dict[str, Figures] = {}
    began = time.monotonic()
    for with_reminders in chosen:
        name, runs = "on" if with_reminders else "off", []
        for each in range(seed, seed + seeds):
            runs.append(
                played(
                    seed=each, weeks=weeks, companies=companies,
                    reminders=with_reminders, deaf=control, without=frozenset(without),
                )
            )  # fmt: skip
            share = figures_of(runs[-1:]).ended.share
            click.echo(f"seed {each}, reminders {name}: {share:.1%} ended by a person within 30 days", err=True)
        found[name] = figures_of(runs)
    reached = "on" not in found or found["on"].ended.share >= GOAL
    broken = [sentence for one in found.values() for sentence in one.broken]
    if as_json:
        line = {
            "seeds": seeds,
            "seed": seed,
            "weeks": weeks,
            "companies": companies,
            "control": control,
            "without": list(without),
            "remind_after": remind_after,
            "tell_after": tell_after,
            "goal": GOAL,
            "reached": reached,
            "broken": len(broken),
            "seconds": round(time.monotonic() - began, 1),
            **{name: one.summary() for name, one in found.items()},
        }
        click.echo(json.dumps(line))
    else:
        for name, one in found.items():
            click.echo(table(name, one))
    for sentence in broken[:20]:
        click.echo(sentence, err=True)
    if not reached:
        click.echo(f"Below the goal of {GOAL:.0%}.", err=True)
    sys.exit(0 if reached and not broken else 1)


main()
