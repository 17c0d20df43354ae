"""Reads the demonstration's tables: one line a company, one line a listing."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import TypeVar

import msgspec

Row = TypeVar("Row")


def rows(name: str, row_type: type[Row]) -> tuple[Row, ...]:
    """The lines of a table, in the order of the file; a cell that does not fit `row_type` is an error."""
    lines = (files("marketplace.demo") / name).read_text(encoding="utf-8").splitlines()
    return tuple(msgspec.convert(row, row_type, strict=False) for row in csv.DictReader(lines))
