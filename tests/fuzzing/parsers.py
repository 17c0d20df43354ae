"""Texts for every parser: each reads it or refuses it with a sentence, and soon."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

from domain import companies, taxonomy, text_flags
from domain.lexicon import lexicon, stems
from domain.lexicon import tokens as words
from domain.quantities import parse_amount, parse_quantity, plain
from domain.refused import Refused
from domain.suggestions import suggest
from marketplace.language import translations
from marketplace.tokens import Signer
from projections.model import folded
from tests.fuzzing.odd import Odd
from tests.samples import NOW
from web.forms import Answers
from web.passphrases import checked_passphrase
from web.way_back import safe_path

SLOW: Final = 1.0
"""Seconds of a processor no single text may keep a parser busy, whatever else the machine does."""


def _amount(text: str) -> None:
    amount = parse_amount(text)
    assert parse_amount(plain(amount)) == amount > 0, "an amount that is written reads the same"


def _own_path(path: str) -> None:
    assert not path or re.fullmatch(r"/([^/\\].*)?", path), "a path of this site"


def _answered(text: str) -> None:
    given = Answers({"field": [text, text[::-1]], text[:40]: [text]}, translations("fr"))
    given.text("field", most=80, missing="?")
    given.choice("field", ("a", "b"), missing="?")
    given.choices("field", ("a", "b"))
    given.amount("field", missing="?")
    given.whole("field", least=1, most=1_000)
    given.day("field")
    assert all(isinstance(sentence, str) for sentence in given.errors.values())


PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "parse_amount": _amount,
    "parse_quantity": lambda text: parse_quantity("12", text, "WEE"),
    "parse_quantity per": lambda text: parse_quantity("12", "H87", text),
    "checked_siret": companies.checked_siret,
    "suggest": lambda text: suggest(text, "fr"),
    "unit_named": taxonomy.unit_named,
    "text_flags.find": lambda text: text_flags.find(text, "PAL.EPAL1"),
    "text_flags.mask": text_flags.mask,
    "words": words,
    "stems": stems,
    "concepts": lambda text: lexicon().concepts_in(text),
    "terms": lambda text: lexicon().terms(text, text),
    "folded": folded,
    "checked_passphrase": lambda text: checked_passphrase(text, mail=text[:50]),
    "safe_path": lambda text: _own_path(safe_path(text)),
    "Signer.read": lambda text: Signer(b"secret").read("unsubscribe", text, now=NOW),
    "Answers": _answered,
    "Attribute.accepts": lambda text: [attribute.accepts(text) for attribute in taxonomy.ATTRIBUTES.values()],
}


def parsed(odd: Odd, parsers: Mapping[str, Callable[[str], object]], times: int) -> list[str]:
    names = sorted(parsers)
    violations = []
    for _time in range(times):
        name, text = odd.dice.choice(names), odd.text()
        violations += survived(name, lambda name=name, text=text: parsers[name](text), text)  # type: ignore[misc]
    return violations


def survived(name: str, work: Callable[[], object], said: object) -> list[str]:
    """What is wrong with how something took this: only a refusal may be raised, and soon."""
    began = time.process_time()
    try:
        work()
    except Refused as refusal:
        return [] if str(refusal) else [f"{name} is refused without a sentence"]
    except Exception as fault:  # noqa: BLE001  (any other is what we look for)
        return [f"{name}({str(said)[:120]!r}): {fault!r}"[:400]]
    taken = time.process_time() - began
    return [f"{name}({str(said)[:60]!r}) takes {taken:.1f} s"] if taken > SLOW else []
