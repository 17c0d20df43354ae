"""Every template with believable data, in both languages: what the tests render, and what a designer looks at.

`python -m tests.web.preview` serves them on 127.0.0.1:8100; the index lists them all.
"""

from __future__ import annotations

import hashlib
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Final

from marketplace.language import LANGUAGES, Language, known_language
from tests.kept import TYPEFACES
from tests.web.page_samples import frame, samples
from web.rendering import STATIC, Renderer
from web.typefaces import typefaces


def render(renderer: Renderer, language: Language, wanted: str | None = None) -> dict[str, str]:
    """Every sample in one language, or the wanted one, by name."""
    return {
        name: renderer.page(template, frame(language, viewer, current, flash=name == "me"), view)
        for name, template, viewer, current, view in samples()
        if wanted in {None, name}
    }


def static_files(kept: Path) -> dict[str, bytes]:
    """The static tree as the site serves it."""
    own_files = {file.name: file.read_bytes() for file in STATIC.iterdir()}
    htmx = resources.files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js").read_bytes()
    return {**own_files, **typefaces(kept), "htmx.js": htmx}


TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
renderer_of = cache(Renderer)


class Preview(BaseHTTPRequestHandler):
    """Answers with one sample, a static file, or the list of samples; each made anew, so that edits are seen."""

    def do_GET(self) -> None:  # the name http.server calls
        first, _, rest = self.path.partition("?")[0].strip("/").partition("/")
        if first == "static":
            name = rest.partition("/")[2]
            self._answer(self.files()[name], TYPES[name.rpartition(".")[2]])
        elif first in LANGUAGES:
            self._answer(self.page(known_language(first), rest).encode())
        else:
            names = [f"{code}/{sample[0]}" for code in LANGUAGES for sample in samples()]
            self._answer("".join(f'<li><a href="/{name}">{name}</a>' for name in names).encode())

    def files(self) -> dict[str, bytes]:
        """The static tree."""
        return static_files(TYPEFACES)

    def page(self, language: Language, name: str) -> str:
        """One sample."""
        tree = hashlib.sha256(b"".join(self.files().values())).hexdigest()[:12]
        return render(renderer_of(tree), language, name)[name]

    def log_message(self, *_args: object) -> None:
        """Say nothing: a test's output is its own."""

    def _answer(self, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    print("http://127.0.0.1:8100/")  # noqa: T201 - it tells a designer where to look
    ThreadingHTTPServer(("127.0.0.1", 8100), Preview).serve_forever()
