"""Every sample page in a real browser, on a phone and on a desk: axe objects to nothing, nothing is too wide."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any, Final

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
    for name in NAMES[share::SHARES]:
        if "suggestions" in name or (name.startswith("error-") and name not in {"error-404", "error-503"}):
            continue  # a fragment, and the same page with other words
        page.goto(f"{address}/fr/{name}")
        page.evaluate(Axe().axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            faults += [(name, width, fault["id"], fault["nodes"][0]["html"]) for fault in found]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append((name, width, "wider than the screen"))
    page.close()
    assert not faults
