"""Every sample page in a real browser, on a phone and on a desk: axe objects to nothing, nothing is too wide."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from marketplace.language import Language
from tests.kept import TYPEFACES
from tests.web.page_samples import samples
from tests.web.preview import Preview, render, static_files
from web.assets import Assets
from web.rendering import Renderer

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS: Final = (390, 1280)
NAMES: Final = tuple(name for name, *_rest in samples())
OBJECTIONS: Final = """async () => {
    const all = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
    const known = (window.seenByAxe ??= new WeakSet());
    const unseen = all.filter((element) => !known.has(element));
    const first = unseen.length === all.length;
    all.forEach((element) => known.add(element));
    const said = [];
    if (first) said.push(await axe.run({ resultTypes: ["violations"] }));
    else if (unseen.length) said.push(await axe.run({ include: unseen }, { resultTypes: ["violations"] }));
    if (!first) said.push(await axe.run({ runOnly: ["color-contrast"], resultTypes: ["violations"] }));
    return said.flatMap(({ violations }) => violations);
}"""
"""What axe objects to on a page; on another screen, among what that one shows besides, and in the colours of it all."""
SHARES: Final = 6
"""Tests the pages are shared out among, so that several may look at once."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def address(assets: Assets) -> Iterator[str]:
    files = static_files(TYPEFACES)
    pages = render(Renderer(assets.tree), "fr")

    class MadeOnce(Preview):
        """The samples, none of which changes while they are looked at."""

        def files(self) -> dict[str, bytes]:
            return files

        def page(self, _language: Language, name: str) -> str:
            return pages[name]

        def do_GET(self) -> None:  # noqa: N802  # the name http.server calls
            """What is no sample and no file of ours, such as a photo, is not there."""
            if self.path.startswith(("/static/", "/fr/")):
                super().do_GET()
            else:
                self.send_error(404)

        def end_headers(self) -> None:
            """Let the browser keep the files, as that of a visitor does."""
            if self.path.startswith("/static/"):
                self.send_header("Cache-Control", "max-age=3600")
            super().end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), MadeOnce)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_can_be_used_by_everyone(share: int, address: str, browser: Browser) -> None:
    faults: list[Any] = []
    page = browser.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for name in NAMES[share::SHARES]:
        if "suggestions" in name or (name.startswith("error-") and name not in {"error-404", "error-503"}):
            continue  # a fragment, and the same page with other words
        page.goto(f"{address}/fr/{name}")
        page.evaluate(Axe().axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            found = page.evaluate(OBJECTIONS)
            faults += [(name, width, fault["id"], fault["nodes"][0]["html"]) for fault in found]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append((name, width, "wider than the screen"))
    assert page.context.cookies() == []
    page.close()
    assert not faults
    assert asked == {urlsplit(address).netloc}, "a page asks somebody else"
