"""What a text gives away, and what must be covered in it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text_flags import ACTIONS, MASK, find, mask

CASES = Path(__file__).parent.parent / "data" / "cases.jsonl"


def codes(text: str, category: str | None = None, side: str = "offer") -> set[str]:
    return {flag.code for flag in find(text, category, side)}


@pytest.mark.parametrize(
    "text",
    ["35 CHEP dans la cour", "palettes chep", "PALETTES DE LOCATION", "palette en location", "lot de L.P.R.",
     "la Palette Rouge", "palettes PGS", "rental pallets", "sans doute des CHEP", "palettes ＣＨＥＰ"],
)  # fmt: skip
def test_a_rental_pool_pallet_is_recognised_by_its_name(text: str) -> None:
    assert codes(text, "PAL.STD") == {"pool_owned"}


@pytest.mark.parametrize(
    "text",
    ["Palettes bleues", "une palette marron", "palettes europe bleues", "PALETTES EN BOIS ROUGES", "blue pallets"],
)
def test_a_pooler_colour_alone_is_asked_about(text: str) -> None:
    assert codes(text) == {"pool_suspected"}


@pytest.mark.parametrize(
    "text",
    [
        "palettes non consignées",
        "pas de palettes CHEP",
        "ni CHEP ni LPR",
        "sans marquage CHEP",
        "palettes vertes : bois frais de scierie",
        "EPAL dont les dés sont repeints en bleu",
        "garanti sans amiante",
        "asbestos-free boards",
        "peinture sans solvant",
        "acides aminés",
        "palettes pour mardi",
        "notre marge de manœuvre",
    ],
)
def test_what_is_denied_or_harmless_raises_nothing(text: str) -> None:
    assert codes(text) == set()


def test_asbestos_is_blocked_for_goods_and_may_be_spoken_of_by_certified_services() -> None:
    assert codes("plaques de fibro-ciment", "MIN.BUILD") == {"prohibited"}
    assert codes("diagnostic amiante par une entreprise certifiée", "SRV.AUDIT") == set()


def test_the_hazard_is_the_givers_to_declare() -> None:
    assert codes("huile de vidange", "CHI.OIL") == {"hazardous"}
    assert codes("huile de vidange", "CHI.OIL", "request") == set()


def test_a_flag_says_where_it_stands_and_what_to_do() -> None:
    text = "Voilà 35 palettes ＣＨＥＰ à enlever"
    (flag,) = find(text)
    assert text[flag.start : flag.end] == "ＣＨＥＰ"
    assert flag.action == ACTIONS["pool_owned"] == "block"


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("Julie au 06 39 98 12 34.", f"Julie au {MASK}."),
        ("tél. 06\u00a039\u202f98-12.34", f"tél. {MASK}"),
        ("+33 (0)6 39 98 12 34", MASK),
        ("+41 22 345 67 89", MASK),
        ("écrire à julie@exemple.invalid ou 0639981234", f"écrire à {MASK} ou {MASK}"),
        ("julie (at) exemple.fr", MASK),
        ("palettes 800x1200, 1 200 pièces, lot 2026-11", "palettes 800x1200, 1 200 pièces, lot 2026-11"),
    ],
)
def test_phone_numbers_and_mail_addresses_are_covered(text: str, covered: str) -> None:
    assert mask(text) == covered


@given(st.text(max_size=300))
def test_any_text_can_be_searched_and_covered(text: str) -> None:
    for flag in find(text):
        assert 0 <= flag.start < flag.end <= len(text)
    mask(text)


@pytest.mark.parametrize("piece", ["a", "loue ", "0", "a.", "palette ", "+1 ", "sans ", "06 ", "12 rue a "])
def test_a_long_text_is_searched_in_a_moment(piece: str) -> None:
    start = time.perf_counter()
    find(piece * (20_000 // len(piece)))
    assert time.perf_counter() - start < 2


def test_labelled_listings_raise_the_flags_they_should() -> None:
    lines = (json.loads(line) for line in CASES.read_text("utf-8").splitlines())
    for listing in (line for line in lines if line["kind"] == "listing"):
        found = codes(f"{listing['title']}\n{listing['text']}", listing["category"], listing["side"])
        assert found == set(listing["flags"]), listing["id"]
