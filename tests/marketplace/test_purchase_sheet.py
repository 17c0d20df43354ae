"""The supplier's sheet as a file: what somebody typed never becomes a formula, and figures stay figures."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl

from marketplace.purchase_sheet import Ordered, Sheet, as_csv, as_xlsx

TRAP = '=HYPERLINK("http://evil.example";"A")'


def sheet() -> Sheet:
    line = Ordered(company=TRAP, siret="00000000000017", address="@home", quantity=Decimal("12.5"), goods=4_625,
                   delivery=950, with_vat=6_690)  # fmt: skip
    return Sheet(
        name="Order: [all]/2",
        title="Gloves",
        facts=(("Supplier", "-Protec"),),
        heads=("Company", "SIRET", "Address", "Quantity", "Unit", "Goods", "Delivery", "Total"),
        total="Total",
        unit="pair",
        lines=(line, line),
    )


def test_a_csv_shows_what_looks_like_a_formula_and_writes_numbers_as_french_spreadsheets_read_them() -> None:
    text = as_csv(sheet()).decode("utf-8-sig")
    line = text.splitlines()[1]
    assert line.startswith("\"'=HYPERLINK(")
    assert ";'@home;12,5;pair;46,25;9,5;66,9" in line


def test_a_workbook_keeps_text_as_text_and_sums_as_numbers() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet()))).worksheets[0]
    rows = list(page.iter_rows())
    trap, total = rows[-2][0], rows[-1]
    assert (trap.value, trap.data_type) == (TRAP, "s")
    assert rows[-2][1].value == "00000000000017"
    assert [cell.value for cell in total[3:]] == [25, "pair", 92.5, 19, 133.8]
    assert page.title == "Order all2"
