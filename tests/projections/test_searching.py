"""What is typed finds what is meant: with slips, in either language, by trade names, formats and beginnings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import psycopg
import pytest
from msgspec.structs import replace

from domain.programme import PublishTerm, WithdrawTerm
from domain.quantities import Quantity
from domain.taxonomy import CATEGORIES
from projections import listings
from projections.listings import Search, page_of
from tests.conftest import Run, cloned
from tests.replay import Town, built
from tests.samples import JOURDIES, asked, later

SHELF: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("epal", "PAL.EPAL1", "Lot d’EPAL 1 classe B", "Au sec, sous l’auvent."),
    ("europe", "PAL.EPAL1", "Palettes Europe 80×120", ""),
    ("industry", "PAL.EPAL2", "Supports 1000x1200 pour l’industrie", ""),
    ("lost", "PAL.STD", "Palettes perdues à reprendre", "Format 100x120, bois sec."),
    ("plastic-pallets", "PAL.PLAST", "Plastic pallets, hygienic", "Washed every week."),
    ("collars", "PAL.BOX", "Rehausses pliantes", ""),
    ("broken", "PAL.BROKEN", "À réparer ou à broyer", "Dés cassés."),
    ("boxes", "CAR.BOX", "Cartons doubles cannelures", ""),
    ("gaylords", "CAR.BOX", "Gaylords, used twice", ""),
    ("bales", "CAR.OCC", "Balles de carton ondulé", "EN 643 1.05, 400 kg la balle."),
    ("paper", "CAR.PAP", "Ramettes A4 entamées", ""),
    ("tubes", "CAR.TUB", "Mandrins diamètre 76", ""),
    ("filling", "EMB.FILL", "Papier bulle en rouleaux", ""),
    ("ibc", "EMB.IBC", "Cuves 1000 litres rincées", "Ont contenu du sirop."),
    ("bigbags", "EMB.BIGBAG", "Big bags propres", ""),
    ("drums", "EMB.DRUM", "Fûts métalliques 200 L", ""),
    ("crates", "EMB.CRATE", "Bacs gerbables 600x400", ""),
    ("film", "PLA.FILM", "Housses et film étirable", ""),
    ("hdpe", "PLA.RIGID", "Bouchons PEHD triés par couleur", ""),
    ("firewood", "BOI.SCRAP", "Chutes de chêne", "Pour le bois de chauffage."),
    ("sawdust", "BOI.SAW", "Sciure de résineux", ""),
    ("steel", "MET.FER", "Tôles d’acier", ""),
    ("grain", "BIO.COP", "Drêches de brasserie", ""),
    ("unsold", "BIO.FOOD", "Invendus de boulangerie", ""),
    ("mulch", "BIO.GREEN", "Broyat de branches", ""),
    ("rubble", "MIN.RUBBLE", "Béton concassé", ""),
    ("tiles", "MIN.BUILD", "Carrelage grès cérame", ""),
    ("textile", "TEX.RAG", "Chutes de coton", ""),
    ("cables", "DEE.IT", "Cordons secteur C13", "Pour baies informatiques."),
    ("screens", "DEE.IT", "Écrans 24 pouces", ""),
    ("truck", "EQP.LIFT", "Transpalette électrique à prêter", ""),
    ("tools", "EQP.TOOL", "Outillage électroportatif", ""),
    ("rack", "EQP.RACK", "Étagères métalliques", "Rangées près de l’étuve."),
    ("desks", "MOB.DESK", "Bureaux réglables", ""),
    ("room", "ESP.ROOM", "Salle de réunion", ""),
    ("storage", "ESP.STOR", "Cent mètres carrés d’entrepôt", ""),
    ("guard", "SRV.GUARD", "Gardiennage de nuit", ""),
    ("gloves", "ACH.PPE", "Gants et chaussures de sécurité", ""),
    ("misspelt", "PAL.OTHER", "Pallettes diverses", ""),
    ("warmth", "ENE.HEAT", "Eau tiède à 45 °C", ""),
    ("freight", "TRA.FREIGHT", "Camion vide vers Lyon", ""),
)


@pytest.fixture(scope="module", name="town")
def shelf(run: Run, administrator: psycopg.Connection[tuple[object, ...]], template: str) -> Iterator[Town]:
    """Forty listings in one zone, the newest last."""
    for database in cloned(run, administrator, template):
        with built(database) as town:
            town.zone("jourdies")
            town.company("sawmill", JOURDIES)
            town.company("bakery", JOURDIES)
            for number, (name, category, title, description) in enumerate(SHELF):
                quantity = Quantity(Decimal(10), CATEGORIES[category].units[0])
                town.post(
                    "sawmill",
                    name,
                    now=later(minutes=number),
                    category=category,
                    title=title,
                    description=description,
                    quantity=quantity,
                    attributes={},
                )
            town.follow()
            yield town


def asked_for(town: Town, text: str, **more: object) -> Search:
    """What a page looks for when this is typed."""
    typed = Search(zone_id=JOURDIES, text=text, sort="best", **more)  # type: ignore[arg-type]  # any field of it
    if not listings.has_words(typed):
        return typed
    (answer,) = town.see("bakery", listings.heard(typed))
    unheard = listings.unheard(typed, answer)
    spelt = town.see("bakery", listings.spellings(typed, unheard)) if unheard else []
    return replace(typed, text=listings.respelling(typed, unheard, spelt))


def found(town: Town, text: str, **more: object) -> list[str]:
    rows, _next = page_of(town.see("bakery", listings.search(asked_for(town, text, **more))))
    return [row.listing_id.removeprefix("listing-") for row in rows]


PALLETS: Final = {"epal", "europe", "industry", "lost", "plastic-pallets", "collars", "broken", "misspelt"}


@pytest.mark.parametrize(
    ("text", "first", "also"),
    [
        ("europe", "europe", {"epal"}),
        ("palette Europe", "europe", {"epal"}),
        ("EPAL", "epal", {"europe"}),
        ("80x120", "europe", {"epal"}),
        ("80 × 120", "europe", {"epal"}),
        ("120x80", "europe", {"epal"}),
        ("1200x800", "europe", {"epal"}),
        ("europalette", "europe", {"epal"}),
        ("chauffage", "firewood", {"warmth"}),
        ("euro pallets", "europe", {"epal"}),
        ("palettes", "lost", PALLETS),
        ("paletes", "lost", PALLETS),
        ("PALETTE", "lost", PALLETS),
        ("pallet", "misspelt", PALLETS),
        ("100x120", "industry", {"lost"}),
        ("c13", "cables", set()),
        ("A4", "paper", set()),
        ("GRV", "bigbags", {"ibc"}),
        ("IBC", "ibc", set()),
        ("cuve 1000 L", "ibc", set()),
        ("EN 643 1.05", "bales", set()),
        ("etagere", "rack", set()),
        ("l’étagère", "rack", set()),
        ("d'étagères métaliques", "rack", set()),
        ("étuve", "rack", set()),
        ("electroportatif", "tools", set()),
        ("électropor", "tools", set()),
        ("electroportativ", "tools", set()),
        ("transpallette", "truck", set()),
        ("pallet truck", "truck", set()),
        ("cartons vides", "gaylords", {"boxes"}),
        ("boites", "gaylords", {"boxes"}),
        ("cardboard bales", "bales", set()),
        ("mandrin", "tubes", set()),
        ("bubble wrap", "filling", set()),
        ("barils", "drums", set()),
        ("stretch film", "film", set()),
        ("firewood", "firewood", set()),
        ("gravats", "rubble", set()),
        ("saw dust", "sawdust", set()),
        ("meeting room", "room", set()),
        ("cherche palettes perdues gratuites", "lost", set()),
    ],
)
def test_what_is_typed_finds_what_is_meant(town: Town, text: str, first: str, also: set[str]) -> None:
    ids = found(town, text)
    assert ids[:1] == [first], ids
    assert also <= set(ids), ids


@pytest.mark.parametrize("text", ["zeppelin", "???", "🙂", "dirigeable à hélice", "%", "':*&|!", "a" * 200])
def test_what_nobody_has_finds_nothing(town: Town, text: str) -> None:
    assert found(town, text) == []


def test_a_misspelt_word_is_corrected_by_what_the_zone_says_and_the_rest_is_left_as_it_was(town: Town) -> None:
    assert asked_for(town, "Étageres metaliques").text == "Étageres métalliques"
    assert asked_for(town, "trnaspalette").text == "transpalette"
    assert asked_for(town, "boulangrie").text == "boulangerie"
    assert asked_for(town, "électropor").text == "électropor", "a beginning is no mistake"


def test_the_exact_words_come_before_what_means_the_same(town: Town) -> None:
    ids = found(town, "carton")
    assert ids.index("bales") < ids.index("gaylords")
    assert "drums" not in ids


def test_where_nothing_has_all_the_words_the_closest_are_shown(town: Town) -> None:
    assert found(town, "gants zeppelin") == ["gloves"]
    assert found(town, "gants zeppelin dirigeable") == []


def test_a_zone_without_listings_is_searched_like_any_other(town: Town) -> None:
    (answer,) = town.see("bakery", listings.heard(Search(zone_id="zone-nowhere", text="palettes europe")))
    assert (set(answer.known), answer.together, answer.ids) == ({False}, 0, ())


def test_a_published_term_finds_what_it_means_and_is_found_by_it_until_it_is_withdrawn(town: Town) -> None:
    facilitator = "member-facilitator-jourdies"
    for term, words, concept in (("term-1", "tambole", "caisse_palette"), ("term-2", "doubles cannelures", "film")):
        about: dict[str, Any] = {"zone_id": JOURDIES, "term_id": term, "words": words, "concept": concept}
        town.marketplace.publish_term(PublishTerm(**about, language="fr", **asked(facilitator, later(days=1))))
    terms = tuple((row.words, row.concept) for row in town.see("", listings.terms()))
    assert "collars" not in found(town, "tamboles")
    assert found(town, "tamboles", terms=terms) == ["collars"]
    assert "boxes" in found(town, "housses", terms=terms)
    assert "boxes" not in found(town, "housses")
    for term in ("term-1", "term-2"):
        gone = WithdrawTerm(zone_id=JOURDIES, term_id=term, **asked(facilitator, later(days=1)))
        town.marketplace.withdraw_term(gone)
    assert town.see("", listings.terms()) == []


def test_a_correction_never_tells_what_is_covered_in_a_title(town: Town) -> None:
    town.post("sawmill", "contact", title="Palettes : ecrire a zorglub@bulgroz.fr", category="PAL.OTHER", attributes={})
    near = listings.spellings(Search(zone_id=JOURDIES), ["zorglob", "bulgros", "paletes"])
    words = {row.word for row in town.see("bakery", near)}
    assert "palettes" in words
    assert not words & {"zorglub", "bulgroz"}
    town.withdraw("sawmill", "contact")
