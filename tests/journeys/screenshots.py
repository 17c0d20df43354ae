"""The pictures of the documentation, taken from the demonstration: `python -m tests.journeys.screenshots`.

Each shows one page on a desk and on a phone, side by side.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page
from rich.console import Console

from tests.journeys.walking import CHROMIUM, chromium

FOLDER: Final = Path(__file__).parent.parent.parent / "docs" / "screenshots"
DESK: Final = (1280, 900)
PHONE: Final = (390, 844)
LARGEST: Final = 400 * 1024
STARTS_WITHIN: Final = 120.0
PAIR: Final = """<!doctype html><body>
<style>body{margin:0;padding:32px;display:flex;gap:32px;align-items:flex-end;background:#e9e3d6;width:max-content}
img{display:block;border-radius:12px;box-shadow:0 2px 18px #0003}</style>
<img src="data:image/png;base64,%s" width="960"><img src="data:image/png;base64,%s" width="290"></body>"""

Way = Callable[[Page, str], None]


def listings(page: Page, base: str) -> None:
    """What the zone offers and seeks."""
    page.goto(f"{base}/z/jourdies/listings")


def zone(page: Page, base: str) -> None:
    """The zone's home."""
    page.goto(f"{base}/z/jourdies")


def plan(page: Page, base: str) -> None:
    """The same listings, drawn around one's own company."""
    page.goto(f"{base}/z/jourdies/listings?view=plan&family=PAL")


def matches(page: Page, base: str) -> None:
    """What goes with one's listings, and why."""
    page.goto(f"{base}/me")


def posting(page: Page, base: str) -> None:
    """The form, with the categories it proposes."""
    page.goto(f"{base}/listings/new")
    page.get_by_text("J’ai", exact=True).click()
    page.get_by_label("En quelques mots").press_sequentially("120 palettes Europe, bon état")
    page.locator("#suggestions label").first.click()
    page.get_by_label("Quantité").fill("120")
    page.evaluate("scrollTo(0, 0)")


def moderation(page: Page, base: str) -> None:
    """What waits for a decision."""
    page.goto(f"{base}/z/jourdies/moderation")


def mail(page: Page, base: str) -> None:
    """The weekly mail."""
    until = time.monotonic() + STARTS_WITHIN
    page.goto(f"{base}/dev/mail")
    while not (letters := page.locator("main a[href^='/dev/mail/']")).count() and time.monotonic() < until:
        time.sleep(1)
        page.reload()
    page.goto(f"{base}{letters.first.get_attribute('href')}/html")


SHOTS: Final[dict[str, tuple[str, Way]]] = {
    "listings": ("a member who seeks", listings),
    "zone": ("a member who seeks", zone),
    "plan": ("a member who seeks", plan),
    "matches": ("a member who seeks", matches),
    "posting": ("a member who gives", posting),
    "moderation": ("the moderator", moderation),
    "mail": ("a member who gives", mail),
}
"""Each picture by its file's name: who looks, and at what."""


@contextmanager
def demonstration(var: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the demonstration; give its address, and the door of each of its people."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"MARKETPLACE_VAR": str(var), "MARKETPLACE_PORT": str(port)}
    command = [sys.executable, "-m", "marketplace", "demo"]
    with subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        doors: dict[str, str] = {}
        for line in served.stdout:
            if found := re.match(r"\s+(an? .+?|the .+?)\s{2,}.*\s(http://\S+/sign-in/\S+)", line):
                doors[found[1]] = found[2]
            if "Ctrl-C" in line:
                break
        try:
            yield f"http://127.0.0.1:{port}", doors
        finally:
            served.send_signal(signal.SIGINT)
            served.communicate()


def take(browser: Browser, base: str, door: str, way: Way, size: tuple[int, int]) -> bytes:
    """Walk in by a door, go where the picture is, and take it."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.goto(door)
    way(page, base)
    page.wait_for_load_state("networkidle")
    picture = page.screenshot(animations="disabled")
    context.close()
    if faults:
        sys.exit(f"Nobody wants a picture of {faults[0]}, which fails.")
    return picture


def beside(browser: Browser, desk: bytes, phone: bytes) -> bytes:
    """Two pictures as one."""
    page = browser.new_page(viewport={"width": 1400, "height": 400})
    page.set_content(PAIR % tuple(base64.b64encode(picture).decode() for picture in (desk, phone)))
    picture = page.locator("body").screenshot()
    page.close()
    return picture


def main() -> None:
    """Take every picture."""
    console = Console()
    if CHROMIUM is None:
        sys.exit("There is no Chromium on this machine.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, demonstration(Path(var)) as (base, doors), chromium() as browser:
        for name, (who, way) in SHOTS.items():
            picture = beside(browser, *(take(browser, base, doors[who], way, size) for size in (DESK, PHONE)))
            if len(picture) > LARGEST:
                sys.exit(f"{name}.png is larger than {LARGEST // 1024} KB")
            (FOLDER / f"{name}.png").write_bytes(picture)
            console.print(f"{name}.png {len(picture) / 1024:.0f} KB")


if __name__ == "__main__":
    main()
