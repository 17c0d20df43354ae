"""Things of one category that are not the same thing, and words that only look like words of the trade."""

from __future__ import annotations

import pytest

from domain.lexicon import lexicon
from domain.matching import Excluded, Match, judge, traits


@pytest.mark.parametrize(
    ("category", "offered", "asked", "fits"),
    [
        ("EQP.TOOL", "Tour parallèle", "Metal lathe wanted", True),
        ("EQP.TOOL", "Tour parallèle", "Tour d’échafaudage pour repeindre", False),
        ("MOB.DESK", "Armoires hautes", "Cherche bureaux d’occasion", False),
        ("MOB.DESK", "Mobilier complet", "Cherche bureaux d’occasion", True),
        ("ACH.PPE", "Chaussures de sécurité", "30 pairs of safety boots", True),
        ("ACH.PPE", "Chaussures de sécurité", "Gants nitrile", False),
        ("ACH.INSUR", "Mutuelle santé", "Assurance flotte automobile", False),
        ("SRV.INSP", "Contrôle des chariots et hayons", "Contrôle électrique Q18", False),
        ("RHC.SHARE", "Comptable à temps partagé", "Qualiticien un jour par semaine", False),
        ("BOI.SAW", "Sciure de MDF", "Litière pour chevaux", False),
    ],
)
def test_kinds_are_told_apart_within_a_category(category: str, offered: str, asked: str, *, fits: bool) -> None:
    found = judge(
        traits(id="o", side="offer", title=offered, category=category),
        traits(id="r", side="request", title=asked, category=category),
    )
    assert isinstance(found, Match if fits else Excluded)


@pytest.mark.parametrize("text", ["du quai, près de la porte", "à livrer en mai", "le marquage est un peu effacé"])
def test_common_words_are_no_words_of_the_trade(text: str) -> None:
    assert lexicon().concepts_in(text) == []


@pytest.mark.parametrize(
    ("text", "concept"), [("une presse", "presse"), ("deux portables", "informatique"), ("de la fonte", "ferraille")]
)
def test_words_that_share_a_stem_with_common_ones_count_as_they_are_spelt(text: str, concept: str) -> None:
    assert lexicon().concepts_in(text) == [concept]
