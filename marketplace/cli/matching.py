"""Commands on matching: of a file, without a database, and held against what people chose."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import click
from msgspec.structs import astuple
from psycopg.errors import UndefinedTable
from rich.progress import Progress, track

from domain.matching import DEFAULT, Weights
from domain.programme import PublishFrequencies, SetMatchWeights
from domain.refused import Refused
from marketplace.cli.asking import errors, output, prepared
from marketplace.database import Role

T = TypeVar("T")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Hits for each listing; 0 gives all."
)
@click.option(
    "--min-score", type=click.FloatRange(0, 100), default=0, show_default=True, help="Leave out hits below this score."
)
@click.option("--explain", metavar="ID", help="Tell everything about one listing instead, for people to read.")
@click.option("--skip-bad", is_flag=True, help="Match the good rows of a spreadsheet without the bad ones.")
def match(file: Path, limit: int, min_score: float, explain: str | None, *, skip_bad: bool) -> None:
    """Match the listings of a file against each other.

    FILE is a spreadsheet (.xlsx, .ods), a CSV or a JSONL file; nothing is stored. Writes one JSON line for each
    listing, the best hits first: {"query": id, "hits": [{"id": id, "score": 0-100, "why": […]}]}. A row that cannot be
    read is told by its number, and the exit code is 1. Of a spreadsheet with such rows nothing is matched, unless you
    say --skip-bad; of a JSONL file the other lines always are.
    """
    from marketplace import match_file

    if explain is not None:
        sys.exit(match_file.explain(file, explain, sys.stdout, sys.stderr, skip_bad=skip_bad))
    sys.exit(match_file.run(file, limit, min_score, sys.stdout, sys.stderr, skip_bad=skip_bad, progress=shown))


def shown(work: Iterable[T], total: int) -> Iterable[T]:
    """Draw how far it has come, beside what is written, where somebody looks on."""
    console = errors()
    if not console.is_terminal:
        return work
    return track(work, total=total, description="", console=console, transient=True)


class WeightsType(click.ParamType[Weights]):
    """Four whole numbers that make 100: what category, text, distance and quantity are worth."""

    name = "C,T,D,Q"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Weights:
        """Read `50,30,10,10`."""
        parts = str(value).split(",")
        if len(parts) != len(Weights.__struct_fields__) or not all(part.strip().isdigit() for part in parts):
            self.fail("Write four whole numbers, such as 50,30,10,10.", param, ctx)
        weights = Weights(*(int(part) for part in parts))
        if weights.category + weights.text + weights.distance + weights.quantity != ALL_POINTS:
            self.fail("The four parts make 100 points together.", param, ctx)
        return weights


ALL_POINTS = 100


@click.command()
@click.option("--zone", required=True, metavar="ZONE", help="The zone, by its address, such as les-jourdies.")
@click.option("--weights", type=WeightsType(), help="Weights to hold against the usual 50,30,10,10.")
def backtest(zone: str, weights: Weights | None) -> None:
    """Hold the ranking against what people chose.

    Replays the log. At each introduction (an interest shown in a match, or a facilitator's) and at each dismissal, the
    rank is taken that the scorer of today would have given the other side among all that lived in the zone then, from
    both ends. With --weights, a second ranking stands beside the usual one.
    """
    settings = prepared()
    from marketplace import backtesting

    console = errors()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("replaying the log", total=None)
        usual, other, gain = backtesting.run(
            settings, zone, weights, lambda position, head: bars.update(task, completed=position, total=head)
        )
    said = output()
    said.print(f"{usual.introductions} places of introductions, {usual.dismissals} of dismissals, in {zone}")
    for weighting, figures in ((DEFAULT, usual), (weights, other)):
        if weighting is not None and figures is not None:
            name = _points(weighting)
            worth = f"hit@5 {figures.hit5:.3f}  MRR {figures.mrr:.3f}  dismissed within 5 {figures.dismissed5:.3f}"
            said.print(f"{name:>12}  {worth}")
    if gain is not None:
        said.print(f"  difference  MRR {gain.gain:+.3f}, between {gain.least:+.3f} and {gain.most:+.3f} (95 %)")


@click.command()
@click.option("--zone", required=True, metavar="ZONE", help="The zone, by its address, such as les-jourdies.")
@click.option("--weights", type=WeightsType(), help="Weights to weigh its matches with, such as 45,30,15,10.")
@click.option("--frequencies", type=click.IntRange(min=1), metavar="N", help="Table of word counts, for every zone.")
@click.option("--set", "sets", is_flag=True, help="Set them; without it, only what they would change is told.")
def weigh(zone: str, weights: Weights | None, frequencies: int | None, sets: bool) -> None:  # noqa: FBT001  # click
    """Show and set how a zone weighs its matches.

    With --weights or --frequencies, tells first what they would change among the listings the zone shows now; nothing
    is stored without --set.
    """
    from marketplace import relearning
    from marketplace.cli.zones import desk, done
    from marketplace.reading import SYSTEM, reading

    with desk() as at:
        zone_id = at.zone(zone)
        try:
            with at.database.connect(Role.FOLLOWER) as connection, reading(connection, SYSTEM) as read:
                now = relearning.held(read, zone_id)
                rows = read.all(relearning.listings_of(zone_id))
        except UndefinedTable:
            raise Refused("Nothing was ever matched here: `marketplace serve` or `marketplace follow` does.") from None
        said = output()
        said.print(f"{_points(now.weights):>12}  in force, words counted by table {now.frequencies}")
        if weights is None and frequencies is None:
            return
        words = now.words(frequencies=relearning.checked_table(frequencies)) if frequencies else None
        change = relearning.change(rows, now, words, weights)
        differ = len(change.shifts) - change.appear - change.vanish
        instead = _points(weights or now.weights)
        told = f"{change.appear} matches appear, {change.vanish} vanish, {differ} change, {change.stays} stay"
        said.print(f"{instead:>12}  {told}")
        titles = {row.listing_id: row.title for row in rows}
        for shift in change.shifts[:EXAMPLES]:
            said.print(
                f"{shift.before:>5} → {shift.after:<4}  {titles[shift.one]} · {titles[shift.other]}", markup=False
            )
        if sets and weights is not None:
            at.marketplace.set_match_weights(
                SetMatchWeights(
                    **at.asked(),
                    zone_id=zone_id,
                    category=weights.category,
                    text=weights.text,
                    distance=weights.distance,
                    quantity=weights.quantity,
                )
            )
        if sets and frequencies is not None:
            at.marketplace.publish_frequencies(
                PublishFrequencies(**at.asked(), zone_id=zone_id, frequencies=frequencies)
            )
        if sets:
            done(f"{zone} is weighed so from now on.")


EXAMPLES = 10


def _points(weights: Weights) -> str:
    return ",".join(str(part) for part in astuple(weights))
