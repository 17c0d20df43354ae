"""What the chosen provider gets of a frame contract, as a file: a line for each site, or each piece of equipment."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import cast

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from domain.quantities import plain
from marketplace.csv_files import BYTE_ORDER_MARK, shown
from marketplace.purchase_sheet import AMBER, WIDEST, fill, sheet_name

Value = str | Decimal | int | date | None
DAYS = "DD/MM/YYYY"


class SiteSheet(Struct, frozen=True, kw_only=True):
    """The whole sheet, its words said: `heads` name the columns of every line."""

    name: str
    heads: tuple[str, ...]
    lines: tuple[tuple[Value, ...], ...]


def as_csv(sheet: SiteSheet) -> bytes:
    """Semicolons, decimal commas and a byte order mark, as spreadsheets of France open it."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.heads)
    for line in sheet.lines:
        writer.writerow([_said(value) for value in line])
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def as_xlsx(sheet: SiteSheet) -> bytes:
    """One table that can be sorted; delivery points are text, and lose no zero."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet_name(sheet.name)
    for number, line in enumerate((sheet.heads, *sheet.lines), 1):
        for column, value in enumerate(line, 1):
            cell = cast("Cell", page.cell(row=number, column=column))
            fill(cell, value)
            if isinstance(value, date):
                cell.number_format = DAYS
            if number == 1:
                cell.font, cell.fill = Font(bold=True), AMBER
    for column in range(1, len(sheet.heads) + 1):
        longest = max(len(_said(line[column - 1])) for line in (sheet.heads, *sheet.lines))
        page.column_dimensions[get_column_letter(column)].width = min(max(longest, 10), WIDEST) + 2
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{len(sheet.lines) + 1}"
    page.freeze_panes = "B2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _said(value: Value) -> str:
    match value:
        case None:
            return ""
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal():
            return plain(value).replace(".", ",")
        case _:
            return shown(str(value))
