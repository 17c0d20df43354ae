"""The list of waste (decision 2000/532/EC): a code's words, whether it is hazardous, and when it applies."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain import taxonomy
from domain.quantities import Quantity, convert
from domain.reference import rows
from domain.refused import Refused, _

DIGITS: Final = 6
CHAPTERS: Final = range(1, 21)
ASBESTOS: Final = frozenset({"06 07 01", "06 13 04", "10 13 09", "16 01 11", "16 02 12", "17 06 01", "17 06 05"})


class WasteCode(Struct, frozen=True):
    """An entry of the list; it applies from `since` until the day before `until`."""

    code: str
    hazardous: bool
    label_fr: str
    label_en: str
    since: date | None
    until: date | None

    @property
    def printed(self) -> str:
        """The code as it is printed, with its star when it is hazardous."""
        return f"{self.code}*" if self.hazardous else self.code

    def label(self, language: str) -> str:
        """What the entry is called."""
        return self.label_fr if language == "fr" else self.label_en

    def applies_on(self, day: date) -> bool:
        """Whether the code may be used on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


LIST_OF_WASTE: Final = {
    row["code"]: WasteCode(
        row["code"], row["hazardous"] == "*", row["label_fr"], row["label_en"], _day(row["since"]), _day(row["until"])
    )
    for row in rows("list_of_waste.csv")
}
"""The entries by their six digits, grouped by two: the list is whole, and a code it does not know is none.

Decision (EU) 2025/934 gives batteries new codes on 9 November 2026, says its text, or on 9 December, says its
corrigendum of 19 August 2025: in between, both codes of a thing count."""


def entry(code: str) -> WasteCode | None:
    """The entry of a code, with its star or without; None when the table has none."""
    return LIST_OF_WASTE.get(code.removesuffix("*").strip())


def is_hazardous(code: str) -> bool:
    """Whether a code is that of a hazardous waste, whoever forgot its star."""
    known = entry(code)
    return known.hazardous if known else code.rstrip().endswith("*")


def proposed(category: str) -> tuple[WasteCode, ...]:
    """What waste of a category is usually called; the holder chooses, for only the holder knows what it held."""
    known = taxonomy.CATEGORIES.get(category)
    found = [entry(code) for code in known.waste_codes] if known else []
    return tuple(one for one in found if one is not None and one.until is None)


def checked_code(typed: str, day: date) -> str:
    """A code as it is kept, however its digits were grouped, with the star the list gives it; Refused when wrong."""
    figures = re.sub(r"[\s.-]", "", typed)
    starred, figures = figures.endswith("*"), figures.removesuffix("*")
    well_formed = len(figures) == DIGITS and figures.isascii() and figures.isdigit()
    if not well_formed or int(figures[:2]) not in CHAPTERS:
        raise Refused(_("Write the code of the list of waste, such as 15 01 01."), field="ewc")
    code = f"{figures[:2]} {figures[2:4]} {figures[4:]}"
    known = LIST_OF_WASTE.get(code)
    if known is None:
        raise Refused(_("The list of waste has no code %(code)s."), field="ewc", code=code)
    if code in ASBESTOS:
        raise Refused(
            _("Asbestos must never be handed on. A certified firm removes it; your facilitator knows some."),
            field="ewc",
        )
    if not known.applies_on(day):
        message = (
            _("The code %(code)s no longer applies: the list of waste has changed.")
            if known.until and known.until <= day
            else _("The code %(code)s does not apply yet.")
        )
        raise Refused(message, field="ewc", code=known.printed)
    if starred and not known.hazardous:
        raise Refused(
            _("The code %(code)s has no star. If your waste is hazardous, take the entry of the list that has one."),
            field="ewc",
            code=code,
        )
    return known.printed


def tonnes(quantity: Quantity, category: str) -> Decimal | None:
    """What a quantity weighs in tonnes; None where only its holder can tell."""
    weighed = convert(quantity, "TNE", category)
    return None if weighed is None else weighed.amount
