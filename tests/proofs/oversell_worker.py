"""The site with one guard taken away: whoever accepts is not asked whether that much is free.

Run as `python -m tests.proofs.oversell_worker` on the database of the environment, as `marketplace serve` is.
"""

from __future__ import annotations

from domain.dealings import agreeing
from marketplace.cli import commands


def _nobody_looks(*_asked: object) -> None:
    """Whatever is asked for is kept."""


if __name__ == "__main__":
    setattr(agreeing, "check_free", _nobody_looks)  # noqa: B010  (the guard that is taken away)
    commands(["serve"], prog_name="marketplace")
