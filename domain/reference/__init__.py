"""The reference tables the rules are written in: read once, from the package itself."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table (`units.csv`, `lexicon.tsv`…) as mappings from column to text, in file order."""
    delimiter = "\t" if name.endswith(".tsv") else ","
    table = (files(__name__) / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(StringIO(table), delimiter=delimiter))


def values(cell: str) -> tuple[str, ...]:
    """Split a cell that holds several values, as the tables write them: `TNE;MTQ`."""
    return tuple(value.strip() for value in cell.split(";") if value.strip())
