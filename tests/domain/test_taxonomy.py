"""Categories, units and attributes."""

from __future__ import annotations

import pytest

from domain import taxonomy
from domain.reference import rows
from domain.specifications import SAID_ONLY
from domain.suggestions import THINGS


def test_every_leaf_has_a_family_two_labels_and_units_the_program_knows() -> None:
    for leaf in taxonomy.leaves():
        assert leaf.level == 2
        assert taxonomy.CATEGORIES[leaf.family].level == 1
        assert taxonomy.label(leaf.code, "fr")
        assert taxonomy.label(leaf.code, "en")
        assert leaf.units
        assert set(leaf.units) <= set(taxonomy.UNITS)


def test_each_family_holds_its_leaves() -> None:
    assert [family.code for family in taxonomy.families()][:2] == ["PAL", "CAR"]
    assert "PAL.EPAL1" in {leaf.code for leaf in taxonomy.leaves("PAL")}
    assert {leaf.family for leaf in taxonomy.leaves("PAL")} == {"PAL"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("PAL.STD", "good"),
        ("EQP.LIFT", "equipment"),
        ("SRV.GUARD", "service"),
        ("ACH.PPE", "purchase"),
        ("TRA", "service"),
    ],
)
def test_a_category_has_one_of_four_kinds(code: str, kind: str) -> None:
    assert taxonomy.kind(code) == kind


def test_a_code_the_taxonomy_has_lost_is_shown_as_it_is() -> None:
    assert taxonomy.label("OLD.CODE", "fr") == "OLD.CODE"


@pytest.mark.parametrize(
    ("code", "value", "accepted"),
    [
        ("condition", "B", True), ("condition", "b", False), ("ispm15", "true", True), ("ispm15", "yes", False),
        ("dimension_mm", "800x1200", True), ("dimension_mm", "80", False), ("capacity", "50", True),
        ("capacity", "1e9", False), ("deadline", "2027-01-15", True), ("material", "a\x00b", False),
        ("material", "x" * 81, False),
    ],
)  # fmt: skip
def test_an_attribute_accepts_only_answers_to_its_question(code: str, value: str, accepted: bool) -> None:  # noqa: FBT001
    assert taxonomy.ATTRIBUTES[code].accepts(value) is accepted


def test_an_attribute_is_asked_only_where_it_applies() -> None:
    assert taxonomy.ATTRIBUTES["ispm15"].applies_to("PAL.STD")
    assert not taxonomy.ATTRIBUTES["ispm15"].applies_to("CAR.BOX")
    assert taxonomy.ATTRIBUTES["use_intent"].applies_to("MET.FER")
    assert not taxonomy.ATTRIBUTES["use_intent"].applies_to("SRV.GUARD")


@pytest.mark.parametrize(
    ("name", "code"), [("kg", "KGM"), ("Tonnes", "TNE"), ("m³", "MTQ"), ("pièces", "H87"), ("TNE", "TNE")]
)
def test_a_unit_is_found_by_the_names_people_use(name: str, code: str) -> None:
    unit = taxonomy.unit_named(name)
    assert unit is not None
    assert unit.code == code


def test_tables_of_our_own_only_name_categories_and_attributes_that_exist() -> None:
    for row in rows("substitutions.csv"):
        assert {row["offered"], row["needed"]} <= set(taxonomy.CATEGORIES)
        assert 0 < float(row["value"]) < 1
    for row in (*taxonomy.SYNONYMS, *THINGS):
        assert row["category"] in taxonomy.CATEGORIES
    for row in rows("said_in_text.csv"):
        assert row["attribute"] in taxonomy.ATTRIBUTES.keys() | SAID_ONLY
