"""What an author's own words already answer: quantity, rhythm, size, condition, terms, each with where it is said.

Nothing read here is assigned: it is proposed beside its field, and the author takes it or leaves it. A reading that
could mean two things is no reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from msgspec import Struct

from domain import specifications, taxonomy
from domain.lexicon import fold
from domain.quantities import parse_amount, plain
from domain.quantity_in_text import amounts
from domain.reference import rows, values
from domain.refused import Refused
from domain.text_flags import is_denied

Span = tuple[int, int]

LONGEST_READ: Final = 1_500
"""Characters in which an author has said what counts."""
NEAR: Final = 24
"""Characters between an amount and its period that are still quoted in one breath."""
_MONEY: Final = r"((?<!\d)\d[\d ]{0,11}(?:[.,]\d{1,2})?) ?(?:€|euros?\b|eur\b)"
EACH: Final = re.compile(
    rf"{_MONEY} ?(?:ht|ttc)? ?(?:/ ?|par |l'|la |le |per |an? |chaque )?"
    r"(unite|u|piece|pce?|palette|pallet|carton|tonne|t|kg|kilo|m2|m3|litre|l|heure|h|jour|day|hour|each|chacune?)\b"
)
MONEY: Final = re.compile(_MONEY)
OF_SOMETHING_ELSE: Final = re.compile(
    r"(?:livraison|transport|enlevement|collecte|parking|stationnement|acces|retrait|delivery|collection|access|pesee|rachat)"
    r"(?: est| is| a| :)? $"
)
OF_A_PART: Final = re.compile(r"\b(?:dont|including|of which) (?:[\w-]+ )?$")
UNIT_OF_PRICE: Final = {
    "tonne": "TNE", "t": "TNE", "kg": "KGM", "kilo": "KGM", "m2": "MTK", "m3": "MTQ", "litre": "LTR", "l": "LTR",
    "heure": "HUR", "h": "HUR", "hour": "HUR", "jour": "DAY", "day": "DAY",
}  # fmt: skip


class Reading(Struct, frozen=True, kw_only=True):
    """Answers found in a text: form values by field, and the words they rest on (`start` to `end` of the text).

    Of a range the lower end is proposed and `upto` is the higher; `rounded` says that the author gave a round figure;
    `times` is how often a period it comes, which the amount counts in.
    """

    about: str
    values: dict[str, str]
    start: int
    end: int
    upto: str = ""
    rounded: bool = False
    times: int = 1


def joined(title: str, description: str) -> str:
    """The text that readings point into."""
    return f"{title}\n{description}" if description else title


def read(
    title: str, description: str = "", category: str | None = None, *, likely: bool = False
) -> tuple[Reading, ...]:
    """What a listing's words answer, in the order of the form.

    `category` is the chosen one; or the likeliest, with `likely`: then things may be counted that it does not count.
    """
    text = joined(title, description)[:LONGEST_READ]
    folded = fold(text)
    known = taxonomy.CATEGORIES.get(category or "")
    leaf = known if known is not None and known.level > 1 else None
    quantity = tuple(_quantity(text, folded, leaf, len(title)))
    if likely and not any(reading.about == "quantity" for reading in quantity):
        things = tuple(_quantity(text, folded, None, len(title)))
        quantity = things if any(reading.values.get("unit") == "H87" for reading in things) else quantity
    unit = quantity[0].values.get("unit", "") if quantity else ""
    details = tuple(_attributes(text, folded, leaf)) if leaf else ()
    named = {detail.about for detail in details}
    terms = (term for term in _terms(folded, leaf, unit) if term.about not in named)  # "grade A" says more than "good"
    return (*quantity, *terms, *details)


def _quantity(text: str, folded: str, category: taxonomy.Category | None, title_ends: int) -> Iterator[Reading]:
    said = amounts(text, folded, category, title_ends)
    quantity, rhythm = said.quantity, said.rhythm
    if quantity is None:
        if rhythm is not None:
            yield Reading(about="per", values={"per": rhythm.per}, start=rhythm.start, end=rhythm.end)
        return
    start, end, times = quantity.start, quantity.end, 1
    answer = {"amount": plain(quantity.amount), "unit": quantity.unit, "per": ""}
    if rhythm is not None:
        times = rhythm.times if rhythm.start > start or quantity.unit != "E54" else 1
        answer |= {"amount": plain(quantity.amount * times), "per": rhythm.per}
        if max(rhythm.start - end, start - rhythm.end) <= NEAR:
            start, end = min(start, rhythm.start), max(end, rhythm.end)
    upto = plain(quantity.figure.upto * times) if quantity.figure.upto else ""
    yield Reading(
        about="quantity", values=answer, start=start, end=end, upto=upto, rounded=quantity.figure.about, times=times
    )
    if said.least is not None:
        least = {"minimum_lot": plain(said.least.amount)}
        yield Reading(about="minimum_lot", values=least, start=said.least.start, end=said.least.end)


def _terms(folded: str, category: taxonomy.Category | None, unit: str) -> Iterator[Reading]:
    """Side, price, legal status, condition, whole lot: as the table has them, where the text says one thing."""
    said: defaultdict[str, dict[str, Span]] = defaultdict(dict)
    for field, value, pattern in _patterns():
        for match in pattern.finditer(folded):
            if not is_denied(folded, *match.span()) and not OF_SOMETHING_ELSE.search(folded[: match.start()]):
                said[field].setdefault(value, match.span())
    price = _price_each(folded, unit)
    if price is not None:
        yield price
    if MONEY.search(folded):
        said["price"].pop("free", None)
    for field, found in said.items():
        applies = _asked(field, category)
        if len(found) == 1 and applies and not (field == "price" and price is not None):
            ((value, (start, end)),) = found.items()
            yield Reading(about=field, values={field: value}, start=start, end=end)


def _asked(field: str, category: taxonomy.Category | None) -> bool:
    """Whether a category has this term: a status is asked of goods, a condition where one is graded."""
    if field == "status":
        return category is not None and category.nature == "good"
    return field != "condition" or (category is not None and taxonomy.ATTRIBUTES[field].applies_to(category.code))


def _price_each(folded: str, unit: str) -> Reading | None:
    """A price for each of what the quantity counts; a price for anything else is left to the author."""
    match = EACH.search(folded)
    if match is None or OF_SOMETHING_ELSE.search(folded[: match.start()]):
        return None
    if unit and UNIT_OF_PRICE.get(match[2], "H87") != unit:
        return None
    try:
        amount = plain(parse_amount(match[1]))
    except Refused:
        return None
    answer = {"price": "paid_by_receiver", "price_amount": amount}
    return Reading(about="price", values=answer, start=match.start(), end=match.end())


def _attributes(text: str, folded: str, category: taxonomy.Category) -> Iterator[Reading]:
    """What matching reads in the text, where it is one value and the category does not say it already."""
    where: dict[tuple[str, str], Span] = {}
    for code, value, start, end in specifications.said_where(category.code, folded):
        # "EPAL à 4 €" is no grade A; and "dont 12 cassées" says it of those twelve.
        if text[end - 1] not in "àÀ" and not OF_A_PART.search(folded, 0, start):
            where.setdefault((code, value), (start, end))
    implied = specifications.specify(category.code, {}, "", asked=False)
    for code, found in specifications.specify(category.code, {}, text, asked=True).items():
        attribute = taxonomy.ATTRIBUTES.get(code)
        if attribute is None or code in implied or len(found) > 1 or not attribute.applies_to(category.code):
            continue
        (value,) = found
        if (code, value) in where and attribute.accepts(value):
            start, end = where[code, value]
            yield Reading(about=code, values={code: value}, start=start, end=end)


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (row["field"], row["value"], re.compile(rf"(?<!\w)(?:{'|'.join(values(row['patterns']))})(?!\w)"))
        for row in rows("terms_in_text.csv")
    )
