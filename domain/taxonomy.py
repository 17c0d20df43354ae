"""What is exchanged: categories in families, their units and attributes."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal

from msgspec import Struct

from domain.lexicon import fold
from domain.reference import rows, values

Kind = Literal["good", "equipment", "service", "purchase"]
KINDS: Final[dict[str, Kind]] = {"good": "good", "equipment": "equipment", "purchase": "purchase"}

# attributes.csv gives the distances of a few families; the rest is what the same flows travel in the field.
REACH_KM: Final = {
    "PAL": 60, "CAR": 40, "PLA": 60, "BOI": 60, "MET": 150, "BIO": 40, "MIN": 40, "CHI": 150, "TEX": 60, "EMB": 60,
    "DEE": 60, "EQP": 40, "MOB": 60, "ESP": 15, "SRV": 15, "ACH": 40, "TRA": 40, "RHC": 40, "ENE": 2,
}  # fmt: skip
REACH_KM_OF_LEAF: Final = {"ENE.WATER": 5, "SRV.WASTE": 40, "SRV.WEEE": 40, "SRV.ARCH": 40}
REACH_KM_UNKNOWN: Final = 60
UNIT_OF_CAPACITY: Final = {
    "ESP.ROOM": "C62", "SRV.TRAIN": "C62", "ESP.STOR": "XPX", "EQP.LIFT": "KGM", "EQP.MEAS": "TNE", "EQP.VEH": "KGM",
}  # fmt: skip
"""What the capacity of such a thing is told in; of any other it depends on the thing."""

LONGEST_ANSWER: Final = 80
FORM_OF_ANSWER: Final = {
    "bool": r"true|false",
    "int": r"-?\d{1,6}",
    "pair_int": r"\d{2,5}x\d{2,5}",
    "date": r"\d{4}-\d{2}-\d{2}",
    "measure": r"\d{1,9}(\.\d{1,6})?( [A-Z0-9]{2,3})?",
    "code": r"\d{2}( ?\d{2}){2} ?\*?",  # of the List of Waste: nothing a person could be named by
    "text": r"[^\x00-\x1f]+",
}


class Category(Struct, frozen=True):
    """A leaf or a family of the two-level taxonomy; `code` is for ever, labels may change."""

    code: str
    parent: str | None
    label_fr: str
    label_en: str
    nature: str
    units: tuple[str, ...]
    unit_mass_kg: Decimal | None
    waste_codes: tuple[str, ...]
    en643: tuple[str, ...]
    modes: tuple[str, ...]
    flags: frozenset[str]

    @property
    def level(self) -> int:
        """1 for a family, 2 for a leaf."""
        return 2 if self.parent else 1

    @property
    def family(self) -> str:
        """The code of the family: its own for a family."""
        return self.parent or self.code

    @property
    def is_other(self) -> bool:
        """Whether the author found nothing that fits: neutral when matching."""
        return self.code.endswith(".OTHER") and self.code != "DEE.OTHER"

    @property
    def reach_km(self) -> int:
        """How far this usually travels, when neither side says."""
        return REACH_KM_OF_LEAF.get(self.code) or REACH_KM.get(self.family, REACH_KM_UNKNOWN)


class Attribute(Struct, frozen=True):
    """A question of the form, and how matching takes the answer (`role`: hard, soft, block, warn, info)."""

    code: str
    label_fr: str
    label_en: str
    type: str
    values: tuple[str, ...]
    patterns: tuple[str, ...]
    role: str

    @property
    def is_typed(self) -> bool:
        """Whether the answer is a person's own words, and not a code, a figure or a date."""
        return self.type == "text"

    def applies_to(self, code: str) -> bool:
        """Tell whether the question is asked for this category."""
        return any(covers(pattern, CATEGORIES[code]) for pattern in self.patterns)

    def accepts(self, value: str) -> bool:
        """Tell whether the value, written as events hold it, answers the question."""
        form = FORM_OF_ANSWER.get(self.type)
        if form is None:
            return value in self.values
        return len(value) <= LONGEST_ANSWER and re.fullmatch(form, value, re.ASCII) is not None


class Unit(Struct, frozen=True):
    """A unit of UN/CEFACT Rec 20 or 21; `factor` leads to `base` within `dimension` (None for packages)."""

    code: str
    label_fr: str
    label_en: str
    aliases: tuple[str, ...]
    dimension: str
    base: str | None
    factor: Decimal | None

    @property
    def is_counted(self) -> bool:
        """Whether one counts such things whole, instead of measuring them."""
        return self.dimension in ("count", "pack")


class Pallet(Struct, frozen=True):
    """A pallet format: sides in millimetres, shorter first (None when they vary), and who owns such pallets."""

    code: str
    label_fr: str
    sides_mm: tuple[int, int] | None
    mass_kg: Decimal | None
    ownership: str


def covers(pattern: str, category: Category) -> bool:
    """Tell whether a pattern of the tables (`PAL.*`, `CAR.BOX`, `*goods`, `*`) means this category."""
    if pattern in {"*", category.code}:
        return True
    if pattern.startswith(("*goods", "*waste")):
        return category.nature == "good"
    return pattern.endswith(".*") and category.family == pattern.removesuffix(".*")


def _read_category(row: dict[str, str]) -> Category:
    return Category(
        code=row["code"],
        parent=row["parent"] or None,
        label_fr=row["label_fr"],
        label_en=row["label_en"],
        nature=row["nature"],
        units=tuple(filter(None, (row["unit_default"], *values(row["units_other"])))),
        unit_mass_kg=Decimal(row["unit_mass_kg"]) if row["unit_mass_kg"] else None,
        waste_codes=values(row["ewc_if_waste"]),
        en643=values(row["en643"]),
        modes=values(row["modes"]),
        flags=frozenset(values(row["flags"])),
    )


def _read_attributes() -> dict[str, Attribute]:
    """The common table, then the key specifications that matching adds to it or asks of more categories."""
    found: dict[str, Attribute] = {}
    for row in (*rows("attributes.csv"), *rows("specifications.csv")):
        known = found.get(row["code"])
        found[row["code"]] = Attribute(
            code=row["code"],
            label_fr=row["label_fr"],
            label_en=row["label_en"],
            type=row["type"],
            values=(*(known.values if known else ()), *values(row["values"])),
            patterns=(*(known.patterns if known else ()), *values(row["applies_to"])),
            role=row["match_role"],
        )
    return found


def _read_unit(row: dict[str, str]) -> Unit:
    return Unit(
        code=row["rec20_code"],
        label_fr=row["label_fr"],
        label_en=row["label_en"],
        aliases=values(row["aliases"]),
        dimension=row["dimension"],
        base=row["base_unit"] or None,
        factor=Decimal(row["factor_to_base"]) if row["factor_to_base"] else None,
    )


def _read_pallet(row: dict[str, str]) -> Pallet:
    sides = sorted(int(side) for side in (row["length_mm"], row["width_mm"]) if side)
    return Pallet(
        code=row["code"],
        label_fr=row["label_fr"],
        sides_mm=(sides[0], sides[1]) if sides else None,
        mass_kg=Decimal(row["mass_kg"]) if row["mass_kg"] else None,
        ownership=row["ownership"],
    )


CATEGORIES: Final = {row["code"]: _read_category(row) for row in rows("categories.csv")}
"""All categories by code, each family before its leaves."""
ATTRIBUTES: Final = _read_attributes()
"""All attributes by code."""
ATTRIBUTE_NAMES: Final = {code: code for code in ATTRIBUTES} | {
    name: row["code"] for row in rows("specifications.csv") for name in values(row["also_called"])
}
"""Every name an attribute may come under in a file, with the code it stands for."""
UNITS: Final = {row["rec20_code"]: _read_unit(row) for row in rows("units.csv")}
"""All units by Rec 20 or 21 code."""
PALLETS: Final = {row["code"]: _read_pallet(row) for row in rows("pallets.csv")}
"""All pallet formats by code (`EPAL1`, `STD`, `CHEP`…)."""
SYNONYMS: Final = (*rows("synonyms.csv"), *rows("further_synonyms.csv"))
"""What people call a category, in either language."""


@cache
def families() -> tuple[Category, ...]:
    """The families, in the order of the table."""
    return tuple(entry for entry in CATEGORIES.values() if entry.parent is None)


@cache
def leaves(family: str | None = None) -> tuple[Category, ...]:
    """The leaves of one family, or all of them."""
    return tuple(entry for entry in CATEGORIES.values() if entry.parent and family in {None, entry.parent})


def label(code: str, lang: str) -> str:
    """What people read for a category code; the code itself when the taxonomy has lost it."""
    found = CATEGORIES.get(code)
    if found is None:
        return code
    return found.label_fr if lang == "fr" else found.label_en


def kind(code: str) -> Kind:
    """Tell which colour and icon a category takes: spaces, transport, people and energy are shared services."""
    return KINDS.get(CATEGORIES[code].nature, "service")


@lru_cache(maxsize=1_024)  # what people type is without end
def unit_named(name: str) -> Unit | None:
    """Find a unit by its code, a label or an alias, as people write it in a spreadsheet; None when unknown."""
    if name.strip() in UNITS:
        return UNITS[name.strip()]
    wanted = fold(name).strip().rstrip(".")
    for unit in UNITS.values():
        if wanted in {fold(known) for known in (unit.code, unit.label_fr, unit.label_en, *unit.aliases)}:
            return unit
    return None


@cache
def density(category_code: str, form: str | None = None) -> Decimal | None:
    """Kilograms in a cubic metre: of that form, else of the loosest form known, else None."""
    known = [row for row in rows("densities.csv") if row["category"] == category_code]
    chosen = [row for row in known if form and row["form"].startswith(form)] or known
    return min((Decimal(row["kg_per_m3_default"]) for row in chosen), default=None)
