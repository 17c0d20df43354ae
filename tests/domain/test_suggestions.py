"""What somebody types leads to the categories it may be posted in, by the words people use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.suggestions import Terms, suggest

CASES = Path(__file__).parent.parent / "data" / "cases.jsonl"


def test_what_someone_types_suggests_five_categories_at_most() -> None:
    found = suggest("40 palettes europe en bon état", "fr")
    assert found[0].code == "PAL.EPAL1"
    assert len(found) <= 5
    assert suggest("", "fr") == []
    assert suggest("\x00 💥 <b>", "en") == []


def test_the_right_category_is_among_the_five_for_nine_labelled_listings_in_ten() -> None:
    lines = (json.loads(line) for line in CASES.read_text("utf-8").splitlines())
    listings = [line for line in lines if line["kind"] == "listing"]
    found = [
        listing["category"] in {leaf.code for leaf in suggest(f"{listing['title']} {listing['text']}", listing["lang"])}
        for listing in listings
    ]
    assert sum(found) / len(found) >= 0.9


@pytest.mark.parametrize(
    ("typed", "category"),
    [
        ("Cagettes de marché", "EMB.CRATE"),
        ("clim", "EQP.MISC"),
        ("chauffage", "ENE.HEAT"),
        ("climatis", "EQP.MISC"),
        ("Sapins de Noël à emporter", "BIO.GREEN"),
        ("jardinières", "MOB.SUP"),
        ("pots de fleurs", "MOB.SUP"),
        ("flower pots", "MOB.SUP"),
        ("Portes intérieures", "MIN.BUILD"),
        ("plaques de fibro-ciment", "MIN.BUILD"),
        ("diagnostic amiante", "SRV.INSP"),
    ],
)
def test_things_of_everyday_use_lead_somewhere_first(typed: str, category: str) -> None:
    assert suggest(typed, "fr")[0].code == category


@pytest.mark.parametrize("typed", ["clim", "climatisation", "chauffage d’appoint", "groupe froid"])
def test_who_cools_or_heats_is_led_to_heat_as_well(typed: str) -> None:
    assert "ENE.HEAT" in {leaf.code for leaf in suggest(typed, "fr")}


def test_asbestos_is_no_glass_fibre() -> None:
    for text in ("amiante", "plaques amiante fibro", "fibrociment amianté"):
        assert "SRV.IT" not in {leaf.code for leaf in suggest(text, "fr")}


def test_a_published_term_leads_to_what_it_means() -> None:
    assert suggest("Zblouf à donner", "fr") == []
    of_a_concept: Terms = (("zblouf", "caisse_palette"),)
    assert "PAL.BOX" in {leaf.code for leaf in suggest("Zbloufs à donner", "fr", terms=of_a_concept)}
    of_a_category: Terms = (("zblouf", "MIN.BUTTS"),)
    assert suggest("Zbloufs à donner", "fr", terms=of_a_category)[0].code == "MIN.BUTTS"
