"""Tables as files that French spreadsheets open well, and that calculate nothing they should only show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would calculate instead of showing."""
BYTE_ORDER_MARK: Final = "\ufeff"


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Semicolons, as where a comma stands before decimals, and a mark that says it is UTF-8; None is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def shown(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _cell(value: object) -> str:
    if isinstance(value, str):
        return shown(value)
    if value is None:
        return ""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
