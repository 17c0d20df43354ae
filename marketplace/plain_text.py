"""Plain text that somebody typed, as paragraphs with links: nothing in it is ever taken for anything else."""

from __future__ import annotations

import re
from typing import Final

from marketplace.mails.views import Piece

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'«»“”]+", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)]}"
"""What ends a sentence rather than an address."""


def paragraphs(text: str) -> tuple[tuple[Piece, ...], ...]:
    """Each line that says something, cut where an address begins and ends."""
    return tuple(_pieces(line) for line in text.splitlines() if line.strip())


def beginning(text: str, most: int) -> tuple[str, bool]:
    """The first paragraphs, as many as fit, and whether there is more; one that is too long ends between two words."""
    if len(text) <= most:
        return text, False
    whole = text[:most].rpartition("\n")[0].strip()
    return whole or text[:most].rpartition(" ")[0] + "…", True


def _pieces(line: str) -> tuple[Piece, ...]:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(_TRAILING)
        pieces += [Piece(line[end : found.start()]), Piece(address, address)]
        end = found.start() + len(address)
    return tuple(piece for piece in (*pieces, Piece(line[end:])) if piece.text)
