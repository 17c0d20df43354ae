"""Commands on matching, without a database."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Hits for each listing; 0 gives all."
)
@click.option(
    "--min-score", type=click.FloatRange(0, 100), default=0, show_default=True, help="Leave out hits below this score."
)
def match(file: Path, limit: int, min_score: float) -> None:
    """Match the listings of a file against each other.

    FILE is a spreadsheet, a CSV or a JSONL file; nothing is stored. Writes one JSON line for each listing,
    the best hits first: {"query": id, "hits": [{"id": id, "score": 0-100, "why": […]}]}.
    """
    from marketplace import match_file

    sys.exit(match_file.run(file, limit, min_score, sys.stdout, sys.stderr))
