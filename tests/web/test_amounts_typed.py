"""Numbers in forms: read in one way everywhere, and asked about where two people would read them differently."""

from __future__ import annotations

from decimal import Decimal

import pytest

from marketplace.language import Language, translations
from marketplace.wording import Wording
from web.forms import Answers


def given(language: Language, typed: str) -> Answers:
    """A form with one number, as somebody of this language typed it."""
    words = Wording(language, translations(language))
    return Answers({"amount": [typed]}, words.translations, words.mark)


@pytest.mark.parametrize(("language", "typed"), [("fr", "1.500"), ("en", "1,500")])
def test_three_figures_behind_the_mark_of_thousands_are_asked_about_and_kept(language: Language, typed: str) -> None:
    form = given(language, typed)
    assert form.amount("amount") is None
    assert "1500" in form.errors["amount"]
    assert form.values["amount"] == typed
    assert given(language, typed).amount("amount", counted=True) == 1500


@pytest.mark.parametrize("amount", ["12.125", "1.5", "1500", "1500.25", "999.001"])
def test_an_amount_a_field_is_filled_with_is_read_back(amount: str) -> None:
    for language in ("fr", "en"):
        written = Wording(language, translations(language)).typed(Decimal(amount))
        assert given(language, written).amount("amount") == Decimal(amount)
