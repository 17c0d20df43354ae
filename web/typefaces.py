"""The site's two typefaces, cut down from the packages that carry them to the letters and weights pages use."""

from __future__ import annotations

import io
import os
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

LETTERS: Final = (
    *range(0x20, 0x180),
    *(ord(sign) for sign in "‘’“”–—…€\u202f→←×₂²³−•≈≥≤"),
)
"""Latin with every French sign, and the few symbols of quantities."""
FEATURES: Final = ["kern", "liga", "calt", "ccmp", "mark", "locl", "case", "tnum", "lnum"]
EDITION: Final = 1
"""Raise when the cut changes, so that cached files are made anew."""


class Typeface(Struct, frozen=True):
    """A variable font of a package, and the axes that are kept: a number fixes one, a pair bounds it."""

    name: str
    package: str
    file: str
    axes: dict[str, float | tuple[float, float]]


TYPEFACES: Final = (
    Typeface(
        "bricolage",
        "fontpkg-bricolage-grotesque",
        "files/BricolageGrotesque[opsz,wdth,wght].ttf",
        {"wdth": 100, "opsz": 28, "wght": (600, 800)},
    ),
    Typeface("figtree", "fontpkg-figtree", "files/Figtree[wght].ttf", {"wght": (400, 800)}),
)


def cut(typeface: Typeface) -> bytes:
    """Subset one typeface into WOFF2; takes a second or two, so keep the answer."""
    source = files(typeface.package.replace("-", "_")).joinpath(typeface.file)
    font = TTFont(io.BytesIO(source.read_bytes()))
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, typeface.axes, inplace=True)
    font.flavor = "woff2"
    # The same bytes each time: the hash of the static tree covers them.
    font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def typefaces(kept: Path) -> dict[str, bytes]:
    """Both files by their name in the static tree; cut ones are kept in the folder `kept` for the next start."""
    made: dict[str, bytes] = {}
    for typeface in TYPEFACES:
        file = kept / f"{typeface.name}-{version(typeface.package)}-{EDITION}.woff2"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            whole = file.with_suffix(f".{os.getpid()}.part")  # several processes may start at once
            whole.write_bytes(cut(typeface))
            whole.replace(file)
        made[f"fonts/{typeface.name}.woff2"] = file.read_bytes()
    return made
