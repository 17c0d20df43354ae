"""Tables as files that French spreadsheets open well, and that calculate nothing they should only show."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would calculate instead of showing."""
BYTE_ORDER_MARK: Final = "\ufeff"


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Semicolons, as where a comma stands before decimals, and a mark that says it is UTF-8; None is an empty cell."""
    return b"".join(lines(columns, rows, plain_cell))


def lines(columns: Sequence[str], rows: Iterable[Sequence[object]], cell: Callable[[object], str]) -> Iterator[bytes]:
    """The same line by line, for what is too long to hold: the head, and then one for each row."""
    writer = csv.writer(_Straight(), delimiter=";", lineterminator="\r\n")
    yield (BYTE_ORDER_MARK + writer.writerow(columns)).encode()
    for row in rows:
        yield writer.writerow([cell(value) for value in row]).encode()


class _Straight:
    """What a writer of lines writes to in order to give each of them back."""

    def write(self, line: str) -> str:
        return line


def shown(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain_cell(value: object) -> str:
    """A value as a cell: what it says, and nothing that would be calculated."""
    if isinstance(value, str):
        return shown(value)
    if value is None:
        return ""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
