"""Forms: what was typed, read field by field, with every error beside its field in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from domain.quantities import parse_typed
from domain.refused import Refused, _

MOST_TYPED: Final = 20_000
"""Characters of one answer beyond which nothing is read: longer than any field allows."""


class Says(Protocol):
    """Whatever speaks the reader's language."""

    def gettext(self, message: str) -> str:
        """The sentence in the reader's language."""
        ...


class Answers:
    """The answers of one form.

    Each method reads one field, remembers what is wrong with it, and returns what it could make of it (None, or
    nothing, where it could make nothing of it): a handler asks for everything first and looks at `errors` once.
    `mark` is what stands before decimals in the reader's language.
    """

    def __init__(self, typed: Mapping[str, Sequence[str]], says: Says, mark: str = ",") -> None:
        self.mark = mark
        self._typed = {name: [_clean(value) for value in values] for name, values in typed.items()}
        self._says = says
        self.errors: dict[str, str] = {}

    @property
    def values(self) -> dict[str, str]:
        """What was typed, to be shown again as it was."""
        return {name: values[-1] for name, values in self._typed.items() if values}

    def wrong(self, name: str, sentence: str, **figures: object) -> None:
        """Say what is wrong with a field; the first thing said stays."""
        said = self._says.gettext(sentence)
        self.errors.setdefault(name, said % figures if figures else said)

    def refused(self, refusal: Refused, *, otherwise: str = "") -> None:
        """Put a refusal beside the field it is about, or beside `otherwise`."""
        self.wrong(refusal.field or otherwise, refusal.sentence, **refusal.values)

    def raw(self, name: str) -> str:
        """What was typed, spaces around it gone."""
        values = self._typed.get(name)
        return values[-1].strip() if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every answer to a question that takes several."""
        return tuple(self._typed.get(name, ()))

    def text(self, name: str, *, most: int, missing: str | None = None) -> str:
        """Free text of at most `most` characters; `missing` is what to say when there is none."""
        answer = self.raw(name)
        if not answer and missing is not None:
            self.wrong(name, missing)
        if len(answer) > most:
            self.wrong(
                name, _("This is too long: %(most)s characters at most, and you wrote %(length)s."),
                most=most, length=len(answer),
            )  # fmt: skip
        return answer

    def choice(self, name: str, among: Iterable[str], *, missing: str | None = None, usual: str = "") -> str:
        """One of the answers offered; anything else was not."""
        answer = self.raw(name) or usual
        if not answer and missing is not None:
            self.wrong(name, missing)
        elif answer and answer not in set(among):
            self.wrong(name, _("Choose one of the answers."))
            return usual
        return answer

    def choices(self, name: str, among: Iterable[str]) -> tuple[str, ...]:
        """Those of the answers offered that were ticked, in the order offered."""
        ticked = set(self.all(name))
        offered = tuple(among)
        if not ticked.issubset(offered):
            self.wrong(name, _("Choose one of the answers."))
        return tuple(value for value in offered if value in ticked)

    def amount(
        self,
        name: str,
        *,
        missing: str | None = None,
        instead: Mapping[str, str] | None = None,
        counted: bool = False,
    ) -> Decimal | None:
        """A positive number as people write it: any space between thousands, a comma or a point.

        What is `counted` has no three decimals: 1.500 are thousands; elsewhere whoever wrote that is asked.
        `instead` has other sentences for some of the domain's, where they do not fit the field.
        """
        answer = self.raw(name)
        if not answer:
            if missing is not None:
                self.wrong(name, missing)
            return None
        try:
            return parse_typed(answer, self.mark, name, counted=counted)
        except Refused as refusal:
            self.wrong(name, (instead or {}).get(refusal.sentence, refusal.sentence), **refusal.values)
            return None

    def whole(
        self,
        name: str,
        *,
        least: int,
        most: int,
        wrong: str = _("Write a whole number from %(least)s to %(most)s."),
        wanted: bool = False,
    ) -> int | None:
        """A whole number between two bounds, both allowed; `wrong` is the sentence where another fits the field.

        Nothing is an answer too, unless a number is `wanted`.
        """
        answer = "".join(self.raw(name).split())
        if not answer and not wanted:
            return None
        if not (answer.isascii() and answer.isdigit() and len(answer) <= len(str(most))):
            self.wrong(name, wrong, least=least, most=most)
            return None
        if not least <= int(answer) <= most:
            self.wrong(name, wrong, least=least, most=most)
            return None
        return int(answer)

    def day(self, name: str) -> date | None:
        """A date, from the browser's date field or typed as 31/12/2026."""
        answer = self.raw(name)
        if not answer:
            return None
        parts = answer.split("/")
        written = "-".join(reversed(parts)) if len(parts) == len(("day", "month", "year")) else answer
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.wrong(name, _("Write the date as day/month/year."))
            return None


def _clean(value: str) -> str:
    """Typed text without what no person types: NUL, other controls and half characters; and not without end."""
    kept = "".join(
        character for character in value if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    )
    return kept[: MOST_TYPED + 1]
