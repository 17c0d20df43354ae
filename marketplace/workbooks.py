"""Workbooks people keep (.xlsx, .ods): the rows of their first sheet, once it is known what it takes to hold them.

A few kilobytes can unpack to gigabytes, and one cell far from the others makes a table of thousands of millions: both
are told before the workbook is opened.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET

from msgspec import Struct
from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook

from domain.quantities import plain
from domain.refused import Refused, _

LARGEST_UNPACKED: Final = 150 * 1024 * 1024
"""Bytes a workbook may be once unpacked."""
MOST_PARTS: Final = 2_000
MOST_CELLS: Final = 5_000_000
"""From the first row and column to the last: the reader holds them all, the empty ones too, at 32 bytes each."""
UNREADABLE: Final = _("This spreadsheet cannot be read: save it again as .xlsx or .csv.")

LIST_OF_SHEETS: Final = "xl/workbook.xml"
WHERE_THEY_ARE: Final = "xl/_rels/workbook.xml.rels"
PLACE: Final = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,3})([0-9]{1,9})")
"""Where a row or a cell says it stands: 7, B7, XFD1048576."""
NO_PLACE: Final = re.compile(rb"<(?:\w+:)?c\b(?![^>]*\br\s*=)")
"""A cell that does not, and stands behind the one before it."""
ROW_ENDS: Final = re.compile(rb"</(?:\w+:)?row\s*>")
BROKEN: Final = re.compile(rb'<c\b(?=[^>]{0,200}\bt="e")[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
"""A cell whose formula gave an error: the reader of workbooks shows it as an empty one."""
NEVER_RUN: Final = re.compile(
    rb'<c\b[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]{0,200}>\s*<f\b[^>]{0,400}?(?:/>|>[^<]{0,9000}</f>)'
    rb"\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
"""A cell whose formula no program has worked out yet: it would be read as an empty one."""

TABLES: Final = "content.xml"
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"

Line = tuple[int, Sequence[str], Refused | None]
"""A row as it stands: its number, its cells, and what is wrong with it."""


class Extent(Struct, frozen=True):
    """How far the cells of a sheet reach from its corner."""

    rows: int
    columns: int


def lines(content: bytes) -> Iterator[Line]:
    """The rows of the first sheet; Refused when the workbook cannot be read, or is more than can be held."""
    try:
        first_sheet = _checked(content)
        with load_workbook(BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            faults = {**_of_formulas(first_sheet), **_of_merged_cells(sheet)}
            first = sheet.start[0] if sheet.start else 0
            for place, cells in enumerate(sheet.iter_rows(), first + 1):
                yield place, [_cell(cell) for cell in cells], faults.get(place)
    except PasswordError:
        raise Refused(_("This spreadsheet has a password: save it without one.")) from None
    except (CalamineError, ValueError, IndexError, OSError) as fault:
        raise Refused(UNREADABLE) from fault


# --- what it takes to hold it --------------------------------------------------------------------------------------


def _checked(content: bytes) -> bytes:
    """The first sheet of an .xlsx, or nothing; Refused for what unpacks or spreads to more than this program holds."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            # The sizes stand in the file's own list of parts; a list that lies is caught while unpacking, and no
            # further than it may go.
            told = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or told > LARGEST_UNPACKED or _unpacked(archive) > LARGEST_UNPACKED:
                most = LARGEST_UNPACKED // 1024**2
                raise Refused(_("This spreadsheet unpacks to more than %(most)s MB."), most=most)
            names = archive.namelist()
            is_open_document = TABLES in names and not any(name.lower().startswith("xl/") for name in names)
            sheet = b"" if is_open_document else _first_sheet(archive)
            extent = _extent_of_tables(archive) if is_open_document else _extent_of_places(sheet)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, LookupError, ET.ParseError) as fault:
        raise Refused(UNREADABLE) from fault
    if extent.rows * extent.columns > MOST_CELLS:
        raise Refused(
            _("This table reaches over %(rows)s rows and %(columns)s columns: delete what stands far away from it."),
            rows=extent.rows, columns=extent.columns,
        )  # fmt: skip
    return sheet


def _unpacked(archive: zipfile.ZipFile) -> int:
    size = 0
    for part in archive.infolist():
        with archive.open(part) as opened:
            while size <= LARGEST_UNPACKED and (read := len(opened.read(1024 * 1024))):
                size += read
    return size


def _first_sheet(archive: zipfile.ZipFile) -> bytes:
    """The sheet of an .xlsx that stands first: seldom, but sometimes, not the one numbered so.

    LookupError or ValueError where it is not found, or could be one of two: what nobody looked at is never opened.
    """
    parts = {name.lower(): name for name in archive.namelist()}
    if len(parts) < len(archive.namelist()):
        raise LookupError(archive)
    book, links = (
        ET.fromstring(archive.read(parts[name]))  # noqa: S314  (expat refuses to expand without end)
        for name in (LIST_OF_SHEETS, WHERE_THEY_ARE)
    )
    first, *_others = (element for element in book.iter() if element.tag.rpartition("}")[2] == "sheet")
    (link,) = [value for name, value in first.items() if name.endswith("}id")]
    target = {each.get("Id"): each.get("Target", "") for each in links.iter()}[link].removeprefix("/")
    return archive.read(parts[(target if target.startswith("xl/") else f"xl/{target}").lower()])


def _extent_of_places(sheet: bytes) -> Extent:
    """How far the cells of an .xlsx reach, by where they say they stand."""
    rows, named = 0, set()
    for found in PLACE.finditer(sheet):
        rows = max(rows, int(found[2]))
        named.add(found[1].upper())
    unnamed = len(NO_PLACE.findall(sheet))
    if unnamed:
        ended = ROW_ENDS.split(sheet)
        rows, unnamed = max(rows, len(ended)), max(len(NO_PLACE.findall(row)) for row in ended)
    return Extent(rows, max(map(_column, named), default=0) + unnamed)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _extent_of_tables(archive: zipfile.ZipFile) -> Extent:
    """How far the cells of an .ods reach: each row and cell is there as often as it says it is repeated."""
    rows = last = columns = 0
    with archive.open(TABLES) as opened:
        for _event, element in ET.iterparse(opened):  # noqa: S314  (expat refuses to expand without end)
            if element.tag == f"{TABLE}table-row":
                rows += int(element.get(f"{TABLE}number-rows-repeated", "1"))
                width = _width(element)
                last = rows if width else last
                columns = max(columns, width)
                element.clear()
            elif element.tag == f"{TABLE}table":
                break
    return Extent(last, columns)


def _width(row: ET.Element) -> int:
    """The last column of a row that says something."""
    width = there = 0
    for cell in row:
        there += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        if len(cell) or cell.get(f"{OFFICE}value-type"):
            width = there
    return width


# --- what is wrong with a row --------------------------------------------------------------------------------------


def _of_formulas(sheet: bytes) -> dict[int, Refused]:
    """For each row that has one, the first cell whose formula gave an error, or has no result."""
    found: dict[int, Refused] = {}
    for pattern, sentence in (
        (BROKEN, _("the formula of cell %(cell)s gives an error")),
        (NEVER_RUN, _("the formula of cell %(cell)s has no result yet: open the file and save it again")),
    ):
        for column, row in pattern.findall(sheet):
            found.setdefault(int(row), Refused(sentence, cell=f"{column.decode()}{row.decode()}"))
    return found


def _of_merged_cells(sheet: CalamineSheet) -> dict[int, Refused]:
    """The rows that merged cells hide a part of: those below the first of a merged range, and where it is wider."""
    hidden: set[int] = set()
    start, end = sheet.start or (0, 0), sheet.end or (0, 0)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            hidden.update(range(top + 2, min(bottom, end[0]) + 2))
        elif right > left and top > start[0]:
            hidden.add(top + 1)
    fault = Refused(_("cells are merged here: part them, so that each row says everything"))
    return dict.fromkeys(hidden, fault)


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
