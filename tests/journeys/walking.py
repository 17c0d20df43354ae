"""Someone at a browser: walks pages as people do, and objects to whatever nobody should meet on any of them."""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from tests.web.conftest import Browser as Visitor
from tests.web.conftest import Site

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
LANGUAGE: Final = "/language"
"""Where one says which language one reads."""
PATIENCE: Final = 30_000
"""Milliseconds a page has for anything, on a busy machine; how fast pages are is for the bench to say."""

expect.set_options(timeout=PATIENCE)

SHAPE: Final = """() => {
    const shapes = new Set();
    const walk = (element, above) => {
        const names = [...element.attributes].map(({ name }) => name).filter((name) => name !== "style").sort();
        const shape = `${above} ${element.localName}.${element.className?.baseVal ?? element.className}[${names}]`;
        shapes.add(shape);
        for (const inner of element.children) walk(inner, shape);
    };
    walk(document.documentElement, "");
    return [...shapes].sort().join("\\n");
}"""
"""What a page is made of, whatever it says: the kinds of its elements, their classes and attributes, each once."""
_sound: Final[set[tuple[int, int]]] = set()
"""Shapes, with the width of a screen, to which axe did not object: it would say the same again."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class Walker:
    """One person at one screen. `faults` are what was met and should not have been: look at it at the end."""

    def __init__(self, browser: Browser, base: str, width: int, *, script: bool = True) -> None:
        self.base = base
        self.width = width
        self.faults: list[tuple[str, ...]] = []
        self.seen: list[str] = []
        self.script = script
        self.known = False
        self.chose = False
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            locale="fr-FR",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.route(re.compile(r"^(?!data:)"), self._stays_here)
        self.page = context.new_page()
        self._traffic: deque[str] = deque(maxlen=30)
        self.page.on("request", lambda asked: self._traffic.append(f"> {asked.method} {urlsplit(asked.url).path}"))
        self.page.on(
            "requestfailed", lambda asked: self._traffic.append(f"x {asked.method} {urlsplit(asked.url).path}")
        )
        self.page.on("response", self._is_no_fault_of_ours)
        self.page.on("pageerror", lambda error: self.faults.append((self.page.url, "script", str(error))))
        self._context = context

    def tab(self, path: str) -> Walker:
        """Open a second tab beside the first."""
        beside = copy(self)
        beside.page = self._context.new_page()
        beside.go(path)
        return beside

    def go(self, path: str, status: int = 200) -> Page:
        """Open an address."""
        answer = self.page.goto(path if path.startswith("http") else f"{self.base}{path}")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        self.look()
        return self.page

    def press(self, name: str | re.Pattern[str], within: Any = None, role: Any = "button") -> Page:
        """Press a button, or follow a link, by what it says; the first one that can be seen."""
        (within or self.page).get_by_role(role, name=name).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.look()
        return self.page

    def look(self) -> None:
        """Hold the page that is open against what every page promises."""
        path = urlsplit(self.page.url).path
        self.seen.append(path)
        if self.script:
            self._is_for_everyone(path)
            if self.page.evaluate("document.documentElement.scrollWidth") > self.width:
                self.faults.append((path, "wider than the screen"))
        said = self.page.locator("body").inner_text()
        if unfilled := re.search(r"%\(\w+\)|\{\{|None\b|listing-[0-9a-f]{8}", said):
            self.faults.append((path, "not for people", unfilled.group()))

    def reads(self, *words: str) -> None:
        """See that the page says this."""
        for each in words:
            try:
                expect(self.page.locator("main")).to_contain_text(each)
            except AssertionError as missing:
                missing.add_note("\n".join(("What the page asked and was answered last:", *self._traffic)))
                raise

    def is_known(self, cookies: Iterable[tuple[str, str]]) -> None:
        """Bear the cookies of somebody who signed in."""
        self.known = True
        self._context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies])

    def leave(self) -> None:
        """Close the window: it holds our cookie if they came in, their language if they chose one, and nothing else."""
        came_in = self.known or any(path.startswith("/sign-in/") for path in self.seen)
        wanted = {"session"} if came_in else set()
        wanted |= {"language"} if self.chose else set()
        held = {(cookie["name"], cookie["domain"]) for cookie in self._context.cookies()}
        if not held <= {(name, urlsplit(self.base).hostname) for name in wanted}:
            self.faults.append(("cookies", str(held)))
        self._context.close()

    def _is_for_everyone(self, path: str) -> None:
        shape = (hash(self.page.evaluate(SHAPE)), self.width)
        if shape not in _sound:
            objections = Axe().run(self.page).response["violations"]
            self.faults += [(path, each["id"], each["nodes"][0]["html"]) for each in objections]
            _sound.add(shape)

    def _stays_here(self, route: Any) -> None:
        if route.request.url.startswith(self.base):
            self.chose |= urlsplit(route.request.url).path == LANGUAGE
            route.continue_()
        else:
            self.faults.append((self.page.url, "asks another host", route.request.url))
            route.abort()

    def _is_no_fault_of_ours(self, answer: Response) -> None:
        self._traffic.append(f"< {answer.status} {urlsplit(answer.url).path}")
        if answer.status >= 500:
            self.faults.append((answer.url, f"status {answer.status}"))


def comes_in(walker: Walker, site: Site, name: str) -> None:
    """Sign in with a link, as from a mail; how that looks is walked by who asks for one (test_one_listing)."""
    visitor = Visitor(walker.base, **{"Accept-Language": "fr"})
    site.sign_in(visitor, name)
    walker.is_known(visitor.client.cookies.items())
    visitor.client.close()
    walker.go("/me")


def leaves(walker: Walker) -> None:
    """Sign out."""
    walker.page.goto(f"{walker.base}/account")
    walker.press("Se déconnecter", walker.page.locator("form[action='/sign-out']"))


def fills(walker: Walker, side: str, title: str, amount: str, category: str = "PAL.EPAL1") -> None:
    """Give the three answers; the category is the first one proposed."""
    page = walker.go("/listings/new")
    page.get_by_text(side, exact=True).click()
    page.get_by_label("En quelques mots").press_sequentially(title)
    page.get_by_label("Quantité").fill(amount)
    if not walker.script:
        publishes(walker)  # nothing is proposed before the page is asked
    page.locator("#suggestions label").first.click()
    assert page.locator("input[name=category]:checked").get_attribute("value") == category


def publishes(walker: Walker) -> None:
    """Send the form."""
    walker.press(re.compile("^(Publier|Enregistrer les changements)$"), walker.page.locator("form.post"))


def posts(walker: Walker, side: str, title: str, amount: str) -> str:
    """Post a listing, and give its address."""
    fills(walker, side, title, amount)
    publishes(walker)
    walker.reads(title, "En attente d’accord")
    return urlsplit(walker.page.url).path
