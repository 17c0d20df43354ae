"""QR codes as one path of squares, which a template draws without any markup made elsewhere."""

from __future__ import annotations

from itertools import groupby
from typing import Final

import segno
from msgspec import Struct

QUIET: Final = 4
"""White squares around a code, as its standard wants."""


class DrawnCode(Struct, frozen=True):
    """The dark squares of a code as the path of an SVG, in a square of `size`."""

    path: str
    size: int


def drawn_code(address: str) -> DrawnCode:
    """Draw an address; a quarter of the code may be dirty and it still opens."""
    matrix = segno.make_qr(address, error="q").matrix
    runs = []
    for y, row in enumerate(matrix, QUIET):
        x = QUIET
        for dark, squares in groupby(row):
            wide = len(list(squares))
            if dark:
                runs.append(f"M{x} {y}h{wide}v1h-{wide}z")
            x += wide
    return DrawnCode("".join(runs), len(matrix) + 2 * QUIET)
