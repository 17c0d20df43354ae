"""Runs the command line: `python -m marketplace`, or `marketplace` once installed."""

from __future__ import annotations

from marketplace.cli import commands


def main() -> None:
    """Run one command and leave with its exit code: 0 done, 1 refused, 2 wrongly asked."""
    commands(prog_name="marketplace")


if __name__ == "__main__":
    main()
