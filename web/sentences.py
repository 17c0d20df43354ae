"""The sentences of a zone's moderators: those every zone begins with, and what it says in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from domain.listings import Ground
from domain.sentences import STANDARD, Use
from marketplace.language import LANGUAGES, translations
from projections.moderation import SentenceRow

BEGINNING: Final = {one.sentence_id: one for one in STANDARD}


class Sentence(Struct, frozen=True, kw_only=True):
    """A sentence as a moderator may choose it; `own` where the zone words it, `texts` by language."""

    sentence_id: str
    use: Use
    ground: Ground
    texts: dict[str, str]
    own: bool = False
    dropped: bool = False


def sentences_of(language: str, kept: Sequence[SentenceRow]) -> list[Sentence]:
    """All of them, those every zone begins with first; the texts in the reader’s language first."""
    rows = {row.sentence_id: row for row in kept}
    return [
        *(_standing(language, sentence_id, rows.get(sentence_id)) for sentence_id in BEGINNING),
        *(_of(language, row) for row in kept if row.sentence_id not in BEGINNING),
    ]


def _standing(language: str, sentence_id: str, row: SentenceRow | None) -> Sentence:
    if row is not None and not row.dropped:
        return _of(language, row)
    standard = BEGINNING[sentence_id]
    texts = {each: translations(each).gettext(standard.words) for each in _languages(language)}
    return Sentence(
        sentence_id=sentence_id, use=standard.use, ground=standard.ground, texts=texts, dropped=row is not None
    )


def _of(language: str, row: SentenceRow) -> Sentence:
    texts = {each: row.texts[each] for each in _languages(language) if row.texts.get(each)}
    return Sentence(sentence_id=row.sentence_id, use=row.use, ground=row.ground, texts=texts, own=True)


def _languages(first: str) -> list[str]:
    return sorted(LANGUAGES, key=lambda each: each != first)
