"""How often words occur in short texts of the trade: what a table of word frequencies is made from, once and for ever.

`python -m domain.counting > domain/reference/frequencies_3.tsv` makes the next one, of the tables as they are then.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from domain import taxonomy
from domain.lexicon import lexicon
from domain.reference import values
from domain.suggestions import THINGS


def short_texts() -> Iterator[str]:
    """What categories and things of everyday use are called, each name a text of its own."""
    for leaf in taxonomy.leaves():
        if not leaf.is_other:
            yield from (leaf.label_fr, leaf.label_en)
    for row in (*taxonomy.SYNONYMS, *THINGS):
        yield from values(row["terms"])


def counted(texts: Iterable[str]) -> tuple[dict[str, int], int]:
    """In how many of the texts each stem occurs, and each concept with a "=" before it; and how many they are."""
    words, documents = lexicon(), 0
    found: Counter[str] = Counter()
    for text in texts:
        documents += 1
        said = words.terms(text, "")
        found.update([*said.stems, *(f"={concept}" for concept in said.concepts)])
    return dict(sorted(found.items())), documents


def main() -> None:
    """Write the table."""
    found, documents = counted(short_texts())
    lines = [
        '# In how many of N short texts (what categories and things are called) a stem or, with "=", a concept occurs.',
        f"*\t{documents}",
        *(f"{term}\t{count}" for term, count in found.items()),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
