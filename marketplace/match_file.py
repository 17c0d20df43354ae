"""Matching a file of listings against each other, without a database: one JSON line a listing, best hits first."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from domain import taxonomy
from domain.matching import Match, Side, Traits, judge, traits
from domain.quantities import Quantity, parse_quantity
from domain.refused import Refused, _
from marketplace.language import refusal, translations
from marketplace.reasons import words
from marketplace.wording import Wording

if TYPE_CHECKING:
    from domain.matching import Excluded

SIDES: Final[tuple[Side, ...]] = ("offer", "request", "group_action", "join_request")
FURTHEST_KM: Final = 20_100
"""Half the way round the Earth: nothing is farther."""
LONGEST_TEXT: Final = 20_000


def run(path: Path, limit: int, min_score: float, out: TextIO, err: TextIO, language: str = "en") -> int:
    """Write the hits of each listing to `out` and what could not be read to `err`; 0 when every line was read, else 1.

    `limit` is the number of hits a listing has at most (0: all), `min_score` leaves out those below it.
    Every pair of the file is scored; only a database needs candidates. What someone typed is never in a reason.
    """
    reading = Reading(err, language)
    try:
        listings = reading.listings(path)
    except (OSError, UnicodeDecodeError) as fault:
        err.write(f"{path}: {fault}\n")
        return 1
    matches: dict[str, list[tuple[str, Match]]] = {listing.id: [] for listing in listings}
    for here, one in enumerate(listings):
        for other in listings[here + 1 :]:
            found: Match | Excluded = judge(one, other)
            if isinstance(found, Match) and found.hundredths >= 100 * min_score:
                matches[one.id].append((other.id, found))
                matches[other.id].append((one.id, found))
    wordings = {known: Wording(known, translations(known)) for known in ("fr", "en")}
    for listing in listings:
        ranked = sorted(matches[listing.id], key=lambda hit: (-hit[1].hundredths, hit[0]))
        wording = wordings[reading.languages.get(listing.id, language)]
        hits = [
            {
                "id": id_,
                "score": found.hundredths / 100,
                "why": [words(reason, wording, listing.category or "") for reason in (*found.pro, *found.contra)],
            }
            for id_, found in (ranked[:limit] if limit else ranked)
        ]
        out.write(json.dumps({"query": listing.id, "hits": hits}, ensure_ascii=False) + "\n")
    return 1 if reading.faults else 0


class Reading:
    """The lines of a file as listings, with what was wrong told once and by line number."""

    def __init__(self, err: TextIO, language: str) -> None:
        self.err = err
        self.language = language
        self.faults = 0
        self.unknown: set[str] = set()
        self.languages: dict[str, str] = {}

    def listings(self, path: Path) -> list[Traits]:
        """Read a CSV (by its name) or JSONL file; lines that cannot be read are told and passed over."""
        text = path.read_text(encoding="utf-8-sig")
        found: dict[str, Traits] = {}
        for number, line in _csv(text) if path.suffix.lower() in {".csv", ".tsv"} else _jsonl(text):
            try:
                row = line()
                if row is None:
                    continue
                listing = self._listing(row, found)
            except Refused as refused:
                self.faults += 1
                self.err.write(self._say(_("line %(number)s: %(fault)s"), number, refusal(refused, self.language)))
                continue
            found[listing.id] = listing
        return list(found.values())

    def _say(self, sentence: str, number: int, fault: str) -> str:
        return translations(self.language).gettext(sentence) % {"number": number, "fault": fault} + "\n"

    def _listing(self, row: Mapping[str, Any], known: Mapping[str, Traits]) -> Traits:
        id_ = _text(row, "id")
        title = _text(row, "title")
        side = next((known for known in SIDES if known == row.get("side")), None)
        if not id_ or not title or side is None:
            raise Refused(_("a listing needs an id, a title, and a side: offer or request"))
        if id_ in known:
            raise Refused(_("two listings have the id %(id)s"), id=id_)
        category = _text(row, "category") or None
        if category is not None and category not in taxonomy.CATEGORIES:
            raise Refused(_("there is no category %(category)s"), category=category)
        attributes = self._attributes(row.get("attributes"))
        language = _text(row, "lang")
        if language in {"fr", "en"}:
            self.languages[id_] = language
        return traits(
            id=id_,
            side=side,
            title=title,
            text=_text(row, "text"),
            company=_text(row, "company") or None,
            category=category,
            quantity=_quantity(row, category),
            attributes={code: value for code, value in attributes.items() if code not in {"since", "until"}},
            latitude=_number(row, "lat", 90),
            longitude=_number(row, "lon", 180),
            max_km=_number(row, "max_km", FURTHEST_KM),
            available_from=_day(row.get("available_from") or attributes.get("since")),
            available_to=_day(row.get("available_to") or attributes.get("until")),
            mode=_text(row, "mode") or None,
        )

    def _attributes(self, stated: object) -> dict[str, str]:
        """The attributes the taxonomy knows, as events hold them; the others are told once and left out."""
        if stated is None or stated == "":
            return {}
        if isinstance(stated, str):
            try:
                stated = json.loads(stated)
            except ValueError:
                stated = None
        if not isinstance(stated, dict):
            raise Refused(_("the attributes are not an object"))
        known: dict[str, str] = {}
        for name, value in stated.items():
            code = WINDOW.get(name) or taxonomy.ATTRIBUTE_NAMES.get(name)
            if code is not None:
                known[code] = _plain(value)
            elif name not in self.unknown:
                self.unknown.add(name)
                said = translations(self.language).gettext(_("attribute %(name)s is not known and is left out"))
                self.err.write(said % {"name": json.dumps(name, ensure_ascii=False)} + "\n")
        return known


WINDOW: Final = {"available_from": "since", "available_to": "until"}


def _jsonl(text: str) -> Iterator[tuple[int, Callable[[], Mapping[str, Any] | None]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, lambda line=line: _json(line)  # type: ignore[misc]


def _json(line: str) -> Mapping[str, Any] | None:
    """One line of JSONL; None for a line of another kind (a judged pair, a pooling sum)."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused(_("this is not JSON")) from None
    if not isinstance(row, dict):
        raise Refused(_("this is not a JSON object"))
    return row if row.get("kind", "listing") == "listing" else None


def _csv(text: str) -> Iterator[tuple[int, Callable[[], Mapping[str, Any] | None]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        # A column that is an attribute's name is that attribute, when no column holds them all.
        attributes = {name: row[name] for name in row if name in taxonomy.ATTRIBUTE_NAMES and row[name]}
        own = {name: value for name, value in row.items() if name and isinstance(value, str)}
        if not own.get("attributes"):
            own.pop("attributes", None)
            yield (
                reader.line_num,
                lambda own=own, attributes=attributes: {  # type: ignore[misc]
                    **own,
                    "attributes": {name: value for name, value in attributes.items() if name not in COLUMNS},
                },
            )
        else:
            yield reader.line_num, lambda own=own: own  # type: ignore[misc]


COLUMNS: Final = frozenset({"quantity", "location", "date", "to"})
"""Columns that share a name with an attribute and are not one."""


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value or len(value) > LONGEST_TEXT:
        raise Refused(_("%(name)s is not a text"), name=name)
    return value.strip()


def _number(row: Mapping[str, Any], name: str, most: float) -> float | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        number = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if isinstance(value, bool) or not -most <= number <= most:
        raise Refused(_("%(name)s is not a number from %(least)s to %(most)s"), name=name, least=-most, most=most)
    return number


def _quantity(row: Mapping[str, Any], category: str | None) -> Quantity | None:
    """The quantity of a line; without a unit it is told in the category's usual one."""
    amount = row.get("quantity")
    if amount is None or amount == "":
        return None
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        raise Refused(_("%(name)s is not a number"), name="quantity")
    named = _text(row, "unit")
    unit = taxonomy.unit_named(named) if named else None
    if unit is None and named:
        raise Refused(_("there is no unit %(unit)s"), unit=named)
    usual = taxonomy.CATEGORIES[category].units if category else ()
    code = unit.code if unit else next(iter(usual), "H87")
    typed = amount if isinstance(amount, str) else _digits(amount)
    return parse_quantity(typed, code, _text(row, "per") or None)


def _digits(amount: float) -> str:
    """A JSON number without exponent, so that it is read like what people type."""
    text = repr(amount)
    return f"{Decimal(text):f}" if "e" in text and len(text) < len("1.2345678901234567e-308") else text


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused(_("a date is written as 2027-01-15")) from None


def _plain(value: object) -> str:
    """An attribute as events hold it: true, 800x1200, 1.05."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "x".join(map(str, value))
    return str(value)
