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


@cache
def words_of(name: str) -> frozenset[str]:
    """Return the words of a list (`no_things.txt`); lines that begin with `#` are about them."""
    lines = (files(__name__) / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def values(cell: str) -> tuple[str, ...]:
    """Split a cell that holds several values, as the tables write them: `TNE;MTQ`."""
    return tuple(value.strip() for value in cell.split(";") if value.strip())
