"""Tables people keep, from an .xlsx or .csv file: one mapping of text a row, what cannot be read told by row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from msgspec import Struct

from domain.refused import Refused, _
from marketplace import workbooks

SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods"})
"""The files this module reads, by the end of their name."""
LARGEST_FILE: Final = 25 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 20_000
ENCODINGS: Final = ("utf-8-sig", "cp1252")
"""What a CSV may be written in: that of today, else what spreadsheets of France wrote for thirty years."""
BYTE_ORDER: Final = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT: Final = 4_096
"""Bytes at the beginning of a text by which its encoding is told, where it does not say so itself."""


class Row(Struct, frozen=True):
    """A row by the names of its columns, empty cells left out; `number` is the one the spreadsheet shows.

    `fault` says why it cannot be used; then `values` are not to be relied on.
    """

    number: int
    values: dict[str, str]
    fault: Refused | None = None


def rows(path: Path) -> Iterator[Row]:
    """The rows below the header, the blank ones left out; Refused when the file as a whole cannot be read.

    A formula counts as what it last gave. Only the first sheet is read, and 100,000 rows of it.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise Refused(_("This file is too large: %(most)s MB at most."), most=LARGEST_FILE // 1024**2)
    content = path.read_bytes()
    packed = content[:2] == b"PK"
    if not packed and path.suffix.lower() in {".xlsx", ".xlsm", ".ods"}:
        raise Refused(_("This is no spreadsheet, whatever its name says."))
    yield from _named(workbooks.lines(content) if packed else _text(content))


def _named(lines: Iterator[workbooks.Line]) -> Iterator[Row]:
    header: list[str] | None = None
    for number, cells, fault in lines:
        if not any(cells):
            continue
        if header is None:
            header = _header(cells)
            continue
        if number > MOST_ROWS + 1:
            rest = Refused(_("only the first %(most)s rows are read"), most=MOST_ROWS)
            yield Row(number, {}, rest)
            return
        values = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        long = next((name for name, value in values.items() if len(value) > LONGEST_CELL), None)
        if long is not None:
            too_long = Refused(_("%(name)s is longer than %(most)s characters"), name=long, most=LONGEST_CELL)
            yield Row(number, {}, fault or too_long)
        else:
            yield Row(number, values, fault)


def _header(cells: Sequence[str]) -> list[str]:
    names = [" ".join(cell.split()).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Refused(_("There are too many columns: %(most)s at most."), most=MOST_COLUMNS)
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise Refused(_("Two columns are called %(name)s."), name=twice[0])
    return names


def _text(content: bytes) -> Iterator[workbooks.Line]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter: str = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Refused(_("line %(number)s: %(fault)s"), number=before + 1, fault=str(fault)) from fault
        yield before + 1, [cell.strip() for cell in cells], None


def _decoded(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(_("This file is no text: save it as .xlsx, or as .csv in UTF-8."))


def _encodings(content: bytes) -> Sequence[str]:
    """What a text may be written in: as it says, or else by where its zeros are; Latin letters have one in UTF-16."""
    if content[:2] in BYTE_ORDER:
        return ("utf-16",)
    low, high = content[:LOOKED_AT:2].count(0), content[1:LOOKED_AT:2].count(0)
    if 2 * max(low, high) > len(content[:LOOKED_AT:2]):
        return ("utf-16-le",) if high > low else ("utf-16-be",)
    return ENCODINGS
