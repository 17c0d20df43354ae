"""Which passphrases may be kept: long ones of any kind, and none that everybody tries first."""

from __future__ import annotations

import pytest

from domain.refused import Refused
from web.passphrases import LONGEST, SHORTEST, checked_passphrase

LEA = "lea.dunand@scierie.example"


@pytest.mark.parametrize(
    "typed",
    [
        "quatre mots sans rapport",
        "sciure lundi girafe",
        "wvqxkzjhgpbm",
        "été pluvieux à Thônes",
        "🙂 une phrase 🙂",
        "8F3k!pQz7w2Lm",
        "trois poules rouges au grenier",
        "dressera le pot de terre",
        "Montblanc 4807 m, un dimanche",
        "were we sad or wet here",
    ],
)
def test_any_long_passphrase_will_do_whatever_it_is_made_of(typed: str) -> None:
    assert checked_passphrase(typed, mail=LEA) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "motdepasse2026!",
        "Password1234",
        "AZERTYUIOP123",
        "azertyuiop!!!",
        "123456789012",
        "210987654321",
        "abcdefghijklm",
        "aaaaaaaaaaaa",
        "passepassepasse",
        "Administrateur1",
        "correct horse battery staple",
        "lea.dunand@scierie.example",
        "LeaDunand@Scierie.example",
        "gisement-2026-2026",
        "bonjour1Marseille",
        "azertyqsdfgh",
        "1q2w3e4r5t6y",
        "qazwsxedcrfv",
        "poiuytreza98",
        "1234567890azerty",
        "abcdefgh12345678",
        "abcabcabcabca",
        "abc-123-abc-123",
        "bleu bleu bleu",
        "oooooooooooo!oo",
        "121212121212",
    ],
)
def test_what_everybody_tries_first_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Refused, match="among the first") as refused:
        checked_passphrase(typed, mail=LEA)
    assert refused.value.field == "passphrase"


@pytest.mark.parametrize("typed", ["", "court", "x" * (SHORTEST - 1), "à" * (LONGEST + 1)])
def test_a_short_one_is_refused_and_so_is_a_novel(typed: str) -> None:
    with pytest.raises(Refused, match="characters"):
        checked_passphrase(typed)
