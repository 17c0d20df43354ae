"""What takes seconds to make and is the same each time, kept from one run to the next: the cut typefaces."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

TYPEFACES: Final = Path(tempfile.gettempdir()) / "gisement-typefaces"


def with_typefaces(var: Path) -> Path:
    """The data folder of a site that need not cut its typefaces again."""
    TYPEFACES.mkdir(exist_ok=True)
    var.mkdir(parents=True, exist_ok=True)
    if not (var / "typefaces").is_symlink():
        (var / "typefaces").symlink_to(TYPEFACES)
    return var
