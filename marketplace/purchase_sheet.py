"""What a supplier is given of a group purchase, as a file: a line for each company, and their total."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, cast

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from domain.quantities import plain
from marketplace import csv_files

CENTS: Final = Decimal(100)
EUROS: Final = "#,##0.00\u00a0€"
AMBER: Final = PatternFill("solid", fgColor="FBECCF")
WIDEST: Final = 48
LONGEST_NAME: Final = 31
"""Characters a sheet's name may have."""


class Ordered(Struct, frozen=True, kw_only=True):
    """What one company gets; cents are of the whole share, VAT excluded but for the last."""

    company: str
    siret: str
    address: str
    quantity: Decimal
    goods: int
    delivery: int
    with_vat: int


class Sheet(Struct, frozen=True, kw_only=True):
    """The whole sheet, its words said: `heads` name the columns of a line, `facts` stand above, `total` is a word."""

    name: str
    title: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str, str, str, str, str, str]
    total: str
    unit: str
    lines: tuple[Ordered, ...]

    @property
    def sums(self) -> Ordered:
        """All of them together."""
        return Ordered(
            company=self.total,
            siret="",
            address="",
            quantity=sum((line.quantity for line in self.lines), Decimal(0)),
            goods=sum(line.goods for line in self.lines),
            delivery=sum(line.delivery for line in self.lines),
            with_vat=sum(line.with_vat for line in self.lines),
        )


def as_csv(sheet: Sheet) -> bytes:
    """With decimal commas, as spreadsheets of France open it; the total is theirs."""
    return csv_files.as_csv(sheet.heads, _rows(sheet))


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    for line in sheet.lines:
        texts = (line.company, line.siret, line.address)
        figures = (line.quantity, *(Decimal(cents) / CENTS for cents in (line.goods, line.delivery, line.with_vat)))
        said = [plain(figure).replace(".", ",") for figure in figures]
        yield [*texts, said[0], sheet.unit, *said[1:]]


def as_xlsx(sheet: Sheet) -> bytes:
    """One sheet with what it is about, a table that can be sorted, and its total."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet_name(sheet.name)
    rows: list[list[Cell]] = []

    def write(values: Sequence[str | Decimal | int | None], *, bold: bool = False) -> list[Cell]:
        row = len(rows) + 1
        cells = []
        for column, value in enumerate(values, 1):
            cell = cast("Cell", page.cell(row=row, column=column))
            fill(cell, value)
            cell.font = Font(bold=bold)
            cells.append(cell)
        rows.append(cells)
        return cells

    write([sheet.title], bold=True)[0].font = Font(bold=True, size=14)
    for label, value in sheet.facts:
        write([label, value])
    write([])
    for cell in write(sheet.heads, bold=True):
        cell.fill = AMBER
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    head = len(rows)
    for line in sheet.lines:
        _money(write(_values(line, sheet.unit)))
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(sheet.heads))}{len(rows)}"
    page.freeze_panes = f"B{head + 1}"
    _money(write(_values(sheet.sums, sheet.unit), bold=True))
    for column in range(1, len(sheet.heads) + 1):
        longest = max(len(str(row[column - 1].value or "")) for row in rows[head - 1 :])
        page.column_dimensions[get_column_letter(column)].width = min(max(longest, 10), WIDEST) + 2
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _values(line: Ordered, unit: str) -> list[str | Decimal]:
    money = [Decimal(cents) / CENTS for cents in (line.goods, line.delivery, line.with_vat)]
    return [line.company, line.siret, line.address, line.quantity, unit, *money]


def fill(cell: Cell, value: str | Decimal | int | date | None) -> None:
    """Put a value in a cell; text stays text, whatever it begins with."""
    cell.value = _printable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"


def _money(cells: Sequence[Cell]) -> None:
    for cell in cells[-3:]:
        cell.number_format = EUROS


def _printable(text: str) -> str:
    """Text without what the format cannot hold."""
    return "".join(character for character in text if character.isprintable() or character in "\n\t")


def sheet_name(name: str) -> str:
    """A name without the characters that no sheet may have in its name."""
    return "".join(character for character in name if character not in "[]:*?/\\'")[:LONGEST_NAME] or "1"
