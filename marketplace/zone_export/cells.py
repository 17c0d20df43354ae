"""What stands in the cell of a spreadsheet: never something it would calculate."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from domain.quantities import plain
from marketplace.csv_files import shown


def cell(value: object, clocks: ZoneInfo) -> str:
    """Days and times as ISO 8601 has them, by these clocks; numbers with a point, lists with spaces, parts as JSON."""
    match value:
        case None:
            said = ""
        case bool():
            said = "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return plain(value)
        case datetime():
            said = value.astimezone(clocks).isoformat(timespec="minutes")
        case date():
            said = value.isoformat()
        case str():
            said = value
        case list() if all(isinstance(part, str) for part in value):
            said = " ".join(value)
        case _:
            said = msgspec.json.encode(value).decode()
    return shown(said)
