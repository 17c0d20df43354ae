"""`python -m tests.proofs NAME [--small] [--seed N]`: one JSON line; exit 1 when a promise or its control fails."""

from __future__ import annotations

import importlib
import json
import logging
import random
import sys
import time
from pathlib import Path
from typing import Final, cast

import click
import structlog

from tests.proofs import Proof

NAMES: Final = sorted(
    file.stem for file in Path(__file__).parent.glob("[a-z]*.py") if not file.stem.endswith("_worker")
)


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--small", is_flag=True, help="A size for every day; without it, that of the published figures.")
@click.option("--seed", type=int, default=None, help="Repeat a run; by default a new one each time.")
def main(name: str, small: bool, seed: int | None) -> None:  # noqa: FBT001  # click passes options by name
    """Try to break a promise of the product, and then the same without what keeps it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    proof = cast("Proof", importlib.import_module(f"tests.proofs.{name}"))
    began = time.monotonic()
    result = proof.run(small=small, seed=seed)
    seconds = time.monotonic() - began
    control = proof.control(small=small, seed=seed)
    line = {
        "proof": name,
        "n": result.n,
        "violations": len(result.violations),
        "control_violations": len(control.violations),
        "seconds": round(seconds, 1),
        "seed": seed,
        **result.facts,
    }
    click.echo(json.dumps(line))
    for violation in result.violations[:20]:
        click.echo(violation, err=True)
    if not control.violations:
        click.echo("The control found nothing to break: this run proves nothing.", err=True)
    sys.exit(1 if result.violations or not control.violations else 0)


main()
