"""Static files: the whole tree under one hash, so that a browser may keep each file for ever."""

from __future__ import annotations

import gzip
import hashlib
from importlib import resources
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from domain.refused import NotFound, _
from marketplace.settings import Settings
from web.policies import page
from web.rendering import STATIC
from web.typefaces import typefaces

TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
COMPRESSED: Final = frozenset({".css", ".js", ".svg", ".txt"})
FOR_EVER: Final = "public, max-age=31536000, immutable"


class Asset(Struct, frozen=True):
    """One file: its bytes as they are and, where that is shorter, compressed once at start."""

    media_type: str
    plain: bytes
    compressed: bytes | None


class Assets:
    """The static tree in memory.

    `tree` is the hash of every name and every byte: a new tree has new addresses, so what one file names in another
    (a font in a stylesheet) can never be of another age.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        digest = hashlib.sha256()
        for name, plain in sorted(files.items()):
            digest.update(f"{name}\0{len(plain)}\0".encode() + plain)
        self.tree: Final = digest.hexdigest()[:16]
        self._files = {name: _asset(name, plain) for name, plain in files.items() if Path(name).suffix in TYPES}

    def find(self, tree: str, name: str) -> Asset | None:
        """The file of this name, if the tree is the one we serve."""
        return self._files.get(name) if tree == self.tree else None


def gather(settings: Settings) -> Assets:
    """Everything pages need: our own files, htmx from its package, and the typefaces cut from theirs."""
    files = {file.relative_to(STATIC).as_posix(): file.read_bytes() for file in STATIC.rglob("*") if file.is_file()}
    files["htmx.js"] = resources.files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js").read_bytes()
    files |= typefaces(settings.var / "typefaces")
    return Assets(files)


def asset_handler(assets: Assets) -> HTTPRouteHandler:
    """The one route of static files."""

    @page("/static/{tree:str}/{name:path}", policy="machine")
    async def asset(request: Request[Any, Any, Any], tree: FromPath[str], name: FromPath[Path]) -> Response[bytes]:
        """One static file."""
        found = assets.find(tree, str(name).removeprefix("/"))
        if found is None:
            raise NotFound(_("There is no such page."))
        headers = {"Cache-Control": FOR_EVER, "ETag": f'"{tree}"', "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(b"", status_code=304, headers=headers)
        if found.compressed is None or "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(found.plain, media_type=found.media_type, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(found.compressed, media_type=found.media_type, headers=headers)

    return asset


def _asset(name: str, plain: bytes) -> Asset:
    suffix = Path(name).suffix
    # Without a time in its header, so that the same file gives the same bytes.
    compressed = gzip.compress(plain, compresslevel=9, mtime=0) if suffix in COMPRESSED else b""
    return Asset(TYPES[suffix], plain, compressed if 0 < len(compressed) < len(plain) else None)
