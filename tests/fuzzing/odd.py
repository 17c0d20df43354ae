"""Everything people and programs send: honest answers, slips of the hand, and what is meant to hurt."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any, Final

from domain import taxonomy
from tests.samples import BAKERY, JOURDIES, LEA, SAWMILL
from web.forms import MOST_TYPED
from web.rendering import TEMPLATES

LONGEST: Final = MOST_TYPED + 100
FIELDS: Final = tuple(
    sorted(
        {
            name
            for template in TEMPLATES.rglob("*.html")
            for name in re.findall(r'(?:name="|form, ")([a-z_]+)"', template.read_text(encoding="utf-8"))
        }
        | {"quantity", "attributes", "company_id", "site_id", "scopes", "photo", "listing_id"}
    )
)
"""Names of the fields of every form, and some of the API's."""


class Odd:
    """The same seed throws the same things."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311  (the same seed, the same texts)

    def text(self) -> str:
        """One text, a little longer than any field takes."""
        return self._text()[:LONGEST]

    def _text(self) -> str:
        kind = self.dice.random()
        if kind < 0.35:
            return self.dice.choice(HONEST)
        if kind < 0.6:
            return self.dice.choice(CRUEL)
        if kind < 0.85:
            return self._slipped(self.dice.choice(HONEST))
        if kind < 0.95:
            return "".join(chr(self._code()) for _character in range(self.dice.randint(1, 60)))
        return (self.dice.choice(CRUEL) or "x") * self.dice.randint(2, 300)

    def json(self, depth: int = 0) -> Any:
        """Some JSON, as a program might send it by mistake."""
        kind = self.dice.randrange(8 if depth < 3 else 6)
        if kind == 6:
            return [self.json(depth + 1) for _item in range(self.dice.randrange(4))]
        if kind == 7:
            return {self.dice.choice(FIELDS): self.json(depth + 1) for _item in range(self.dice.randrange(5))}
        return (self.text(), 10 ** self.dice.randrange(40), -1, None, True, 1e300)[kind]

    def some(self, names: Sequence[str], most: int) -> list[str]:
        """A few names."""
        return self.dice.sample(names, self.dice.randint(0, min(most, len(names))))

    def _slipped(self, text: str) -> str:
        for _slip in range(self.dice.randint(1, 4)):
            at = self.dice.randint(0, len(text))
            inserted = self.dice.choice(("", "", chr(self._code()), self.dice.choice(CRUEL)[:8]))
            text = text[:at] + inserted + text[at + self.dice.randint(0, 2) :]
        return text

    def _code(self) -> int:
        return self.dice.choice((self.dice.randrange(0x80), self.dice.randrange(0x3000), self.dice.randrange(0x110000)))


HONEST: Final = (
    *("1 234,5", "12.5", "0,5", "1200", "3", "800x1200", "2026-12-24", "24/12/2026", "73282932000074"),
    *("732 829 320 00074", "lea@scierie.example", "Palettes Europe 80×120, bon état", "Cartons, 600 x 400", "jourdies"),
    *("50 palettes EPAL au sec", "Chaudière à bois 200 kW", "pas de palettes CHEP", "Appelez le 06 12 34 56 78"),
    *("offer", "request", "free", "paid_by_receiver", "zone", "public", "true", "weekly", "fr", "en", "WEE", "unclear"),
    *(leaf.code for leaf in taxonomy.leaves()[::9]),
    *list(taxonomy.UNITS)[:12],
    *(JOURDIES, SAWMILL, BAKERY, LEA, "matches", "renewals"),
)
CRUEL: Final = (
    *(
        "",
        " ",
        "\0",
        "-3",
        "12.5 t",
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "0x1F",
        "1_000",
        "٣٤",
        "½",
        "１２",
        "--1",
        ".",
    ),
    *("999999999999999999999", "0.0000001", "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "10000-01-01"),
    *("<script>alert(1)</script>", "' OR 1=1 --", '"; DROP TABLE log.command; --', "{{7*7}}", "%s%n%d", "%(name)s"),
    *("../../etc/passwd", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "=1+1", "\r\nX: y"),
    *("🧴📦" * 3, "\u202e\u2066", "\ufeff", "a\u0301" * 40, "\ud800", "ß" * 200, "İ" * 50, "ﷺ" * 20, "é" * 5_000),
    *("x" * 25_000, "1" * 400, "a@" * 200, "(" * 500, "a " * 9_000, "palette " * 2_000, "{" * 500, "[" * 500),
)
