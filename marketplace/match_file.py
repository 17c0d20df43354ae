"""Matching a file of listings against each other, without a database: one JSON line a listing, best hits first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TextIO, TypeVar

from domain import taxonomy
from domain.lexicon import fold
from domain.matching import HUNDREDTHS, Excluded, Match, Side, Traits, judge, traits
from domain.quantities import Quantity, parse_quantity
from domain.refused import Refused, _
from marketplace.language import LANGUAGES, Language, refusal, translations
from marketplace.match_best import Opposite
from marketplace.reasons import exclusion, words
from marketplace.spreadsheets import SUFFIXES, Row, rows
from marketplace.wording import Wording

T = TypeVar("T")

SIDES: Final[tuple[Side, ...]] = ("offer", "request", "group_action", "join_request")
FURTHEST_KM: Final = 20_100
"""Half the way round the Earth: nothing is farther."""
LONGEST_TEXT: Final = 20_000
NOTHING_DONE: Final = _("Nothing was matched: mend these rows, or leave them out with --skip-bad.")


class Progress(Protocol):
    """Passes what is worked through on, and may tell somebody how far it has come."""

    def __call__(self, work: Iterable[T], total: int) -> Iterable[T]:
        """The same things in the same order."""
        ...


def quiet(work: Iterable[T], total: int) -> Iterable[T]:  # noqa: ARG001 - as Progress has it
    """Tell nobody."""
    return work


MOST_LISTINGS: Final = 10_000
"""Many pairs of a file are scored: twice as many listings take up to four times as long."""


def run(
    path: Path,
    limit: int,
    min_score: float,
    out: TextIO,
    err: TextIO,
    language: Language = "en",
    *,
    skip_bad: bool = False,
    progress: Progress = quiet,
) -> int:
    """Write the hits of each listing to `out` and what could not be read to `err`; 0 when every line was read, else 1.

    `limit` is the number of hits a listing has at most (0: all), `min_score` leaves out those below it.
    Every pair that could be among them is scored. What someone typed is never in a reason. With `skip_bad` the good
    rows of a spreadsheet are matched without the bad ones.
    """
    reading = Reading(err, language, skip_bad=skip_bad)
    listings = reading.listings(path)
    if listings is None:
        return 1
    wordings = {known: Wording(known, translations(known)) for known in LANGUAGES}
    opposite = Opposite(listings)
    for listing in progress(listings, len(listings)):
        wording = wordings[reading.languages.get(listing.id, language)]
        hits = [
            {
                "id": other.id,
                "score": found.hundredths / HUNDREDTHS,
                "why": [words(reason, wording, listing.category or "") for reason in (*found.pro, *found.contra)],
            }
            for other, found in opposite.best(listing, limit, round(HUNDREDTHS * min_score))
        ]
        out.write(json.dumps({"query": listing.id, "hits": hits}, ensure_ascii=False) + "\n")
    return 1 if reading.faults else 0


def explain(
    path: Path, wanted: str, out: TextIO, err: TextIO, language: Language = "en", *, skip_bad: bool = False
) -> int:
    """Write everything about one listing: what was read of it, each candidate with its points, and each exclusion."""
    reading = Reading(err, language, skip_bad=skip_bad)
    listings = reading.listings(path)
    one = next((listing for listing in listings or () if listing.id == wanted), None)
    if listings is None or one is None:
        if listings is not None:
            err.write(
                translations(language).gettext(_("There is no listing %(id)s in this file.")) % {"id": wanted} + "\n"
            )
        return 1
    wording = Wording(reading.languages.get(wanted, language), translations(reading.languages.get(wanted, language)))
    gettext = wording.translations.gettext
    out.write(f"{one.id} · {reading.titles[one.id]}\n")
    out.write(f"  {gettext(_('category'))}: {one.category or '–'}\n")
    out.writelines(f"  {code}: {', '.join(known)}\n" for code, known in sorted(one.spec.items()))
    out.write(f"  {gettext(_('concepts'))}: {', '.join(one.terms.concepts) or '–'}\n")
    out.write(f"  {gettext(_('words'))}: {', '.join(one.terms.stems) or '–'}\n")
    if one.fault:
        out.write(f"  {exclusion(one.fault, wording)}\n")
    judged = [(other, judge(one, other)) for other in listings if other.id != one.id]
    for other, found in sorted(judged, key=_best_first):
        if isinstance(found, Match):
            out.write(f"\n{found.hundredths / 100:6.2f}  {other.id} · {reading.titles[other.id]}\n")
            parts = ((_("category"), found.category), (_("text"), found.text), (_("distance"), found.distance),
                     (_("quantity"), found.quantity))  # fmt: skip
            out.write("        " + " + ".join(f"{gettext(name)} {points / 100:.2f}" for name, points in parts) + "\n")
            out.writelines(f"        + {words(reason, wording, one.category or '')}\n" for reason in found.pro)
            out.writelines(f"        - {words(reason, wording, one.category or '')}\n" for reason in found.contra)
        elif found.code != "same_side":
            why = exclusion(found.code, wording)
            out.write(f"\n   –    {other.id} · {reading.titles[other.id]}\n        × {why} ({found.code})\n")
    return 1 if reading.faults else 0


def _best_first(judged: tuple[Traits, Match | Excluded]) -> tuple[int, str]:
    other, found = judged
    return (-found.hundredths if isinstance(found, Match) else 1, other.id)


class Reading:
    """The lines of a file as listings, with what was wrong told once and by line number."""

    def __init__(self, err: TextIO, language: Language, *, skip_bad: bool = False) -> None:
        self.err = err
        self.language = language
        self.skip_bad = skip_bad
        self.faults = 0
        self.unknown: set[str] = set()
        self.languages: dict[str, Language] = {}
        self.titles: dict[str, str] = {}

    def listings(self, path: Path) -> list[Traits] | None:
        """Read a spreadsheet (by its name) or a JSONL file; every line that cannot be read is told.

        None when the file as a whole cannot be read; or is a spreadsheet with bad rows, which its author mends, or
        says to do without. Of JSONL, which programs write, the other lines are read.
        """
        found: dict[str, Traits] = {}
        sheet = path.suffix.lower() in SUFFIXES
        try:
            for number, line in _sheet(path) if sheet else _jsonl(path):
                if len(found) >= MOST_LISTINGS:
                    self._fault(number, Refused(_("only the first %(most)s listings are matched"), most=MOST_LISTINGS))
                    break
                try:
                    row = line()
                    if row is not None:
                        listing = self._listing(row, found)
                        found[listing.id] = listing
                except Refused as refused:
                    self._fault(number, refused)
        except Refused as refused:
            self.err.write(f"{path}: {refusal(refused, self.language)}\n")
            return None
        except (OSError, UnicodeDecodeError) as fault:
            self.err.write(f"{path}: {fault}\n")
            return None
        if self.faults and sheet and not self.skip_bad:
            self.err.write(translations(self.language).gettext(NOTHING_DONE) + "\n")
            return None
        return list(found.values())

    def _fault(self, number: int, refused: Refused) -> None:
        self.faults += 1
        self.err.write(self._say(_("line %(number)s: %(fault)s"), number, refusal(refused, self.language)))

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
        language = next((known for known in LANGUAGES if known == row.get("lang")), None)
        if language is not None:
            self.languages[id_] = language
        self.titles[id_] = title
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


Line = tuple[int, Callable[[], Mapping[str, Any] | None]]
"""A line's number, and how to read it: what is wrong with one must not end the others."""


def _jsonl(path: Path) -> Iterator[Line]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            yield number, partial(_json, line)


def _json(line: str) -> Mapping[str, Any] | None:
    """One line of JSONL; None for a line of another kind (a judged pair, a pooling sum)."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused(_("this is not JSON")) from None
    if not isinstance(row, dict):
        raise Refused(_("this is not a JSON object"))
    return row if row.get("kind", "listing") == "listing" else None


def _sheet(path: Path) -> Iterator[Line]:
    for row in rows(path):
        yield row.number, partial(_row, row)


def _row(row: Row) -> Mapping[str, Any]:
    """A row of a spreadsheet by our own names of its columns; without an id, its number is one.

    A column that is an attribute's name is that attribute, when no column holds them all.
    """
    if row.fault is not None:
        raise row.fault
    said = {HEADERS.get(fold(name), name): value for name, value in row.values.items()}
    said["side"] = SAID_SIDES.get(fold(said.get("side", "")), said.get("side", ""))
    said.setdefault("id", str(row.number))
    own: dict[str, Any] = dict(said)
    if "attributes" not in said:
        own["attributes"] = {
            name: value for name, value in said.items() if name in taxonomy.ATTRIBUTE_NAMES and name not in COLUMNS
        }
    return own


HEADERS: Final = {
    "identifiant": "id", "numero": "id", "sens": "side", "cote": "side", "offre ou demande": "side", "type": "side",
    "titre": "title", "intitule": "title", "annonce": "title", "texte": "text", "description": "text",
    "entreprise": "company", "societe": "company", "categorie": "category", "quantite": "quantity", "unite": "unit",
    "par": "per", "periode": "per", "langue": "lang", "latitude": "lat", "longitude": "lon", "rayon": "max_km",
    "distance maximale": "max_km", "disponible du": "available_from", "disponible au": "available_to",
    "etat": "condition", "dimensions": "dimension_mm", "matiere": "material",
}  # fmt: skip
"""What people call our columns, folded."""
SAID_SIDES: Final = {
    "offre": "offer", "je donne": "offer", "surplus": "offer", "demande": "request", "besoin": "request",
    "recherche": "request",
}  # fmt: skip

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
