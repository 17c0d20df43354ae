"""A listing from a phone in one hand: three compulsory answers, and what the words already say taken with a tap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Works
from tests.journeys.walking import Walker, comes_in

TITLE: Final = "une cinquantaine de 80x120 par semaine, bon état classe B, gratuites"
MOST_INTERACTIONS: Final = 12
COMPULSORY: Final = ("side", "title", "category", "amount", "unit")
"""Offer or request and what, how much; where and when stand by themselves."""


class Hand:
    """Everything one does to a page, counted."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.interactions = 0

    def taps(self, what: Any) -> None:
        """Tap it."""
        what.click()
        self.interactions += 1

    def writes(self, label: str, text: str) -> None:
        """Write it into its field."""
        field = self.walker.page.get_by_label(label)
        field.click()
        field.press_sequentially(text)
        self.interactions += 1

    def presses(self, name: str | re.Pattern[str]) -> None:
        """Press a button that sends the form."""
        self.walker.press(name)
        self.interactions += 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("width", "script"), [(390, True), (390, False), (1280, True)])
def test_a_listing_is_posted_in_a_few_taps(
    works: Works, walker: Callable[..., Walker], width: int, *, script: bool
) -> None:
    here = walker(width, script=script)
    comes_in(here, works.site, "helene")
    page = here.go("/listings/new")
    hand = Hand(here)
    compulsory = page.locator("form.post [required]").evaluate_all("all => new Set(all.map(one => one.name)).size")
    assert compulsory <= 3, "what and how much; the category is chosen with what"

    hand.taps(page.get_by_text("J’ai", exact=True))
    hand.writes("En quelques mots", TITLE)
    if not script:
        hand.presses("Lire ce que j’ai écrit")
    chip = page.locator("#read-amount button").first
    expect(chip).to_contain_text("50 palettes")
    hand.taps(page.locator("#suggestions label").first)
    expect(page.locator("input[name=category]:checked")).to_have_value("PAL.EPAL1")
    here.look()
    assert page.get_by_label("Quantité").input_value() == "", "nothing is filled in silently"
    hand.taps(chip)
    expect(page.get_by_label("Quantité")).to_have_value("50")
    expect(page.locator("#per")).to_have_value("WEE")
    if script:
        expect(page.locator("#questions")).to_be_visible()
        hand.taps(page.locator("#read-what button").filter(has_text="État"))
        expect(page.locator("#condition")).to_have_value("B")
        here.look()
    hand.presses("Publier")

    here.reads(TITLE, "50 palettes")
    assert hand.interactions <= MOST_INTERACTIONS
    listing_id = page.url.rsplit("/", 1)[1]
    shown = works.site.rows("SELECT category, amount, unit, per FROM read.listing WHERE listing_id = %s", listing_id)
    assert [tuple(map(str, row)) for row in shown] == [("PAL.EPAL1", "50", "H87", "WEE")]
