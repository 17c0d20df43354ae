"""How rare words are is counted over short texts, once; the tables that events name stay readable for ever."""

from __future__ import annotations

from domain.counting import counted
from domain.lexicon import FREQUENCIES, published


def test_a_word_counts_once_for_each_text_that_has_it() -> None:
    found, documents = counted(("palettes perdues, palettes neuves", "une palette", "zblouf"))
    assert documents == 3
    assert (found["palet"], found["=palette"], found["zblouf"]) == (2, 2, 1)


def test_every_table_there_is_can_be_read() -> None:
    for number in FREQUENCIES:
        read = published((("zblouf", "palette"),), number)
        assert read.documents > 0
        assert read.terms("zblouf", "").concepts == {"palette": 1.0}
