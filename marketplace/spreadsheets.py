"""Tables people keep, from an .xlsx or .csv file: one mapping of text a row, what cannot be read told by row."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

from msgspec import Struct
from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook

from domain.quantities import plain
from domain.refused import Refused, _

SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods"})
"""The files this module reads, by the end of their name."""
LARGEST_FILE: Final = 25 * 1024 * 1024
LARGEST_UNPACKED: Final = 150 * 1024 * 1024
"""Bytes a workbook may be once unpacked: what it would take to hold it in memory is known before it is opened."""
MOST_PARTS: Final = 2_000
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 20_000
ENCODINGS: Final = ("utf-8-sig", "cp1252")
"""What a CSV may be written in: that of today, else what spreadsheets of France wrote for thirty years."""
BYTE_ORDER: Final = (b"\xff\xfe", b"\xfe\xff")
FIRST_SHEET: Final = "xl/worksheets/sheet1.xml"
BROKEN: Final = re.compile(rb'<c\b(?=[^>]{0,200}\bt="e")[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
"""A cell whose formula gave an error: the reader of workbooks shows it as an empty one."""


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
    yield from _named(_workbook(content) if packed else _text(content))


Line = tuple[int, Sequence[str], Refused | None]
"""A row as it stands: its number, its cells, and what is wrong with it."""


def _named(lines: Iterator[Line]) -> Iterator[Row]:
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


# --- workbooks ----------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[Line]:
    _check_size(content)
    try:
        with load_workbook(BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            merged, broken = _merged_rows(sheet), _broken_formulas(content)
            first = sheet.start[0] if sheet.start else 0
            for place, cells in enumerate(sheet.iter_rows(), first + 1):
                said = [_cell(cell) for cell in cells]
                if place in merged:
                    yield place, said, Refused(_("cells are merged here: part them, so that each row says everything"))
                elif place in broken:
                    yield place, said, Refused(_("the formula of cell %(cell)s gives an error"), cell=broken[place])
                else:
                    yield place, said, None
    except PasswordError:
        raise Refused(_("This spreadsheet has a password: save it without one.")) from None
    except (CalamineError, ValueError, IndexError, OSError) as fault:
        raise Refused(_("This spreadsheet cannot be read: save it again as .xlsx or .csv.")) from fault


def _check_size(content: bytes) -> None:
    """Refuse what would unpack to more than this program holds; the sizes stand in the file's own list of parts."""
    try:
        parts = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise Refused(_("This spreadsheet cannot be read: save it again as .xlsx or .csv.")) from fault
    # A list that lies is caught while unpacking one part after the other, and no further than it may go.
    told = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or told > LARGEST_UNPACKED or _unpacked(content, parts) > LARGEST_UNPACKED:
        raise Refused(_("This spreadsheet unpacks to more than %(most)s MB."), most=LARGEST_UNPACKED // 1024**2)


def _unpacked(content: bytes, parts: Sequence[zipfile.ZipInfo]) -> int:
    size = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for part in parts:
                with archive.open(part) as opened:
                    while size <= LARGEST_UNPACKED and (read := len(opened.read(1024 * 1024))):
                        size += read
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as fault:
        raise Refused(_("This spreadsheet cannot be read: save it again as .xlsx or .csv.")) from fault
    return size


def _broken_formulas(content: bytes) -> dict[int, str]:
    """For each row of the first sheet that has one, the first cell whose formula gave an error."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        text = archive.read(FIRST_SHEET) if FIRST_SHEET in archive.namelist() else b""
    found: dict[int, str] = {}
    for column, row in BROKEN.findall(text):
        found.setdefault(int(row), f"{column.decode()}{row.decode()}")
    return found


def _merged_rows(sheet: CalamineSheet) -> set[int]:
    """The rows that merged cells hide a part of: those below the first of a merged range, and where it is wider."""
    hidden: set[int] = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            hidden.update(range(top + 2, min(bottom, MOST_ROWS) + 2))
        elif right > left and top > (sheet.start[0] if sheet.start else 0):
            hidden.add(top + 1)
    return hidden


def _cell(cell: object) -> str:
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return plain(Decimal(repr(cell))) if cell == cell and abs(cell) != float("inf") else ""  # noqa: PLR0124 - NaN
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell).replace("\x00", "").strip()


# --- text ---------------------------------------------------------------------------------------------------------


def _text(content: bytes) -> Iterator[Line]:
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
    decoders: list[Callable[[], str]] = [lambda name=name: content.decode(name) for name in ENCODINGS]  # type: ignore[misc]
    if content[:2] in BYTE_ORDER:
        decoders = [lambda: content.decode("utf-16")]
    for decoder in decoders:
        try:
            text = decoder()
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(_("This file is no text: save it as .xlsx, or as .csv in UTF-8."))
