"""What French does to dates, hours and names: the first of a month, hours on one line, elision."""

from __future__ import annotations

from datetime import date, time

import pytest

from marketplace.language import elided, translations
from marketplace.wording import Wording

FRENCH = Wording("fr", translations("fr"))
ENGLISH = Wording("en", translations("en"))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 1), "1er décembre 2026"),
        (date(2026, 6, 1), "1er juin 2026"),
        (date(2026, 12, 11), "11 décembre 2026"),
        (date(2026, 12, 21), "21 décembre 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french_alone(day: date, said: str) -> None:
    assert FRENCH.date(day) == said
    assert "er" not in ENGLISH.dated(day, "d MMM")


def test_hours_stay_on_one_line() -> None:
    said = FRENCH.hours(time(9, 30), time(11))
    assert said.replace("\u2060", "").replace("\u00a0", " ") == "9 h 30 – 11 h"
    assert " " not in said
    assert ENGLISH.hours(time(9, 30), time(11)) == "09:30–11:00"


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ("de Injectal Moulage", "d’Injectal Moulage"),
        ("Écrire à Injectal", "Écrire à Injectal"),
        ("de Éco-Bois à Deux-Torrents", "d’Éco-Bois à Deux-Torrents"),
        ("en moins de une heure", "en moins d’une heure"),
        ("de 8 palettes", "de 8 palettes"),
        ("Entreprises de Les Jourdies", "Entreprises des Jourdies"),
        ("attendent à Les Jourdies", "attendent aux Jourdies"),
        ("à l’adresse de Le Parc", "à l’adresse du Parc"),
        ("de La Roche à La Roche", "de La Roche à La Roche"),
    ],
)
def test_a_short_word_joins_the_name_after_it(filled: str, said: str) -> None:
    assert elided(filled, "fr") == said
    assert elided(filled, "en") == filled
