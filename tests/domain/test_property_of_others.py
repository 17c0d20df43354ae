"""A pooler's pallets are recognised in any disguise, and nobody else's are; asbestos likewise."""

from __future__ import annotations

import pytest

from domain.text_flags import find, pooler

NAMED = [
    "35 CHEP dans la cour", "palettes chep bleu", "palettes Chepp", "palette CHEEP", "lot de TCHEP", "CHEPs to give",
    "C.H.E.P", "c h e p", "C-H-E-P", "palettes L.P.R.", "palettes LPR rouges", "La Palette Rouge", "IPP Logipal",
    "palettes IPP", "PGS Eco", "PRS", "palettes de location", "palettes en location", "palette louée",
    "palettes du loueur", "palettes loueur", "palettes loueurs à rendre", "palettes locatives", "palettes en pooling",
    "palettes bois de loueur", "palletes CHEP", "palettes louées bleues", "rental pallets", "rented pallets",
    "hire pallets", "leased pallets", "pooled pallets", "pallets from the pooler", "ＣＨＥＰ", "palette\u00a0Chep",
    "palettes de chez CHEP", "palettes marquées CHEP sur les dés",
]  # fmt: skip
COLOURED = [
    "palettes bleues", "Palettes Bleues", "palette bleu", "palletes bleus", "pal. bleues", "Pal. rouges",
    "palettes rouges", "palette marron", "palettes maron", "palettes brunes", "palettes vertes",
    "palette Europe bleue", "palettes EUR bleues", "palettes EPAL bleues", "palettes de couleur bleue",
    "palettes bois peintes rouges", "palettes 80x120 bleues", "palettes usagées vides bleues", "blue pallets",
    "blue wooden pallets", "red painted pallets", "pallets painted blue", "brown pallet", "PALETTES EN PLASTIQUE BLEU",
]  # fmt: skip
OWN = [
    "palettes non consignées", "palettes non-consignées", "palettes perdues", "palettes EPAL", "120 palettes Europe",
    "palettes sans marquage CHEP", "pas de palettes CHEP", "ni CHEP ni LPR", "aucune palette de location", "no CHEP",
    "EPAL dont les dés sont repeints en bleu", "peinture bleue sur palettes EPAL", "transpalette rouge",
    "transpalette électrique bleu", "housses bleues pour palettes", "caisses bleues sur palettes",
    "palettes et bacs bleus", "film bleu, palettes 80x120", "palettes vertes : bois frais de scierie",
    "rayonnage à palettes, montants bleus", "non-rental pallets", "pallet truck, blue", "green timber for pallets",
    "palettes pour mardi", "chèque à la livraison", "les chefs de quai", "sheep wool", "cheap pallets", "chêne",
    "palette de couleurs", "papier bleu palettisé",
]  # fmt: skip
DEPOSIT = ["palettes consignées", "palette VMF", "pallets on deposit: deposit pallets", "consigne 8 €, consignée"]

ASBESTOS = [
    "plaques d’amiante", "amiante-ciment", "AMIANTE", "amiente", "fibrociment", "fibro-ciment", "fibro ciment",
    "fibres-ciment", "tôles fibro-ciment ondulées", "calorifugeage amianté", "asbestos boards", "asbestoz",
    "joints amiante", "fibre cement sheets", "fibrocement", "flocage amiante",
]  # fmt: skip
ASKED = [
    "plaques Éternit", "ardoises eternit 1985", "eternit avant 1997", "tôle ondulée Eternit", "Eternit before 1997",
    "dalles de sol vinyle 1965", "plaques fibre ondulées",
]  # fmt: skip
FREE_OF_IT = [
    "garanti sans amiante", "asbestos-free", "plaques fibrociment sans amiante", "Eternit après 1998",
    "ardoises Eternit neuves", "Eternit sans amiante", "no asbestos", "non amianté", "Eternit installed since 2010",
    "fibres de bois", "ciment", "laine de roche", "fibre optique",
]  # fmt: skip


def codes(text: str, category: str = "PAL.STD") -> set[str]:
    return {flag.code for flag in find(text, category)}


@pytest.mark.parametrize("text", NAMED)
def test_a_pooler_is_recognised_by_its_name_however_it_is_written(text: str) -> None:
    assert codes(text) == {"pool_owned"}


@pytest.mark.parametrize("text", COLOURED)
def test_a_colour_of_theirs_is_asked_about(text: str) -> None:
    assert codes(text) == {"pool_suspected"}


@pytest.mark.parametrize("text", OWN)
def test_what_is_nobody_elses_is_not(text: str) -> None:
    assert not codes(text) & {"pool_owned", "pool_suspected"}


@pytest.mark.parametrize("text", DEPOSIT)
def test_a_deposit_is_no_rental(text: str) -> None:
    assert codes(text) == {"deposit"}


@pytest.mark.parametrize(
    ("text", "named"),
    [("35 palettes C.H.E.P", "CHEP"), ("La Palette Rouge", "LPR"), ("palettes prs", "PRS"), ("chepp", "CHEP"),
     ("CHEP et LPR mêlées", ""), ("palettes bleues", "")],
)  # fmt: skip
def test_the_pooler_that_is_named_is_known(text: str, named: str) -> None:
    assert pooler(text) == named


@pytest.mark.parametrize("text", ASBESTOS)
def test_asbestos_is_recognised_in_every_disguise(text: str) -> None:
    assert codes(text, "MIN.BUILD") == {"prohibited"}


@pytest.mark.parametrize("text", ASKED)
def test_what_may_hold_asbestos_is_asked_about(text: str) -> None:
    assert codes(text, "MIN.BUILD") == {"asbestos_suspected"}


@pytest.mark.parametrize("text", FREE_OF_IT)
def test_what_is_said_to_be_free_of_it_or_is_recent_passes(text: str) -> None:
    assert codes(text, "MIN.BUILD") == set()
