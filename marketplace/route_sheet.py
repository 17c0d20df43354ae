"""What the carrier of a pooled collection is given as a file: its stops in their order, a line for each load."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from msgspec import Struct

from domain.quantities import plain
from marketplace.csv_files import BYTE_ORDER_MARK, shown


class Halt(Struct, frozen=True, kw_only=True):
    """One load of one stop, its words said."""

    number: int
    company: str
    site: str
    address: str
    access: str
    what: str
    condition: str
    quantity: Decimal
    remark: str


class Route(Struct, frozen=True, kw_only=True):
    """The whole sheet, its words said; `heads` name the columns."""

    heads: tuple[str, ...]
    unit: str
    halts: tuple[Halt, ...]


def as_csv(route: Route) -> bytes:
    """Semicolons, decimal commas and a byte order mark, as spreadsheets of France open it."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(route.heads)
    for halt in route.halts:
        texts = (halt.company, halt.site, halt.address, halt.access, halt.what, halt.condition)
        quantity = plain(halt.quantity).replace(".", ",")
        writer.writerow([halt.number, *map(shown, texts), quantity, shown(route.unit), shown(halt.remark)])
    return (BYTE_ORDER_MARK + written.getvalue()).encode()
