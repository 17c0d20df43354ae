"""Ways to reach somebody are covered in texts, however they are written; figures that only look like one are not."""

from __future__ import annotations

import pytest

from domain.text_flags import MASK, mask

REACHED = [
    # French telephones, as people type them
    "appeler le {06 39 98 12 34} le matin",
    "{0639981234}",
    "{06.39.98.12.34}",
    "{06-39-98-12-34}",
    "{06/39/98/12/34}",
    "{06_39_98_12_34}",
    "{06,39,98,12,34}",
    "{+33 6 39 98 12 34}",
    "{+33(0)6 39 98 12 34}",
    "{0033 6 39 98 12 34}",
    "{(+33)6 39 98 12 34}",
    "{(+33) 6 39 98 12 34}",
    "fixe {04 65 71 12 34}, poste 12",
    "{0 800 123 456} (numéro vert)",
    "{0800123456}",
    "{O6 39 98 12 34}",
    "{zéro six trente-neuf quatre-vingt-dix-huit douze trente-quatre}",
    "Tél : {06 39 98.12 34}",
    "tel.{06  39 98 12 34}",
    # of neighbours and in English
    "{+41 22 345 67 89}",
    "{022 345 67 89} à Genève",
    "{079 123 45 67}",
    "{+32 470 12 34 56}",
    "call {+44 20 7946 0958} any time",
    "{020 7946 0958}",
    "{07911 123456}",
    "{00 41 22 345 67 89}",
    # mail
    "{julie@exemple.fr}",
    "{julie.martin+stock@mail.exemple.fr}",
    "{julie @ exemple.fr}",
    "{julie＠exemple.fr}",
    "{julie (at) exemple.fr}",
    "{julie[at]exemple[dot]fr}",
    "{julie arobase exemple point fr}",
    "{julie (arobase) exemple (point) fr}",
    "write to {julie at exemple dot com}",
    "{julie(@)exemple.fr}",
    # links and names elsewhere
    "voir {https://exemple.fr/julie?x=1}",
    "{www.menuiserie-dupont.fr}",
    "{menuiserie-dupont.fr} pour le catalogue",
    "{wa.me/33639981234}",
    "{https://wa.me/33639981234}",
    "{linkedin.com/in/julie-martin}",
    "{fr.linkedin.com/in/julie-martin}",
    "{WhatsApp : julie.martin}",
    "{Telegram:@juliem}",
    "{Insta @menuiserie.dupont}",
    "c’est {@menuiserie} partout",
    "{LinkedIn : Julie Martin}, ou ici",
    # where somebody is
    "{12 rue des Lilas 74130}",
    "{12 rue des Lilas, 74130 Bonneville}",
    "{12 bis, avenue de la Gare}, portail vert",
    "au {3 impasse du Moulin} derrière",
    "{45 chemin des Prés Verts 74800 Saint-Pierre}",
    "{1 place de la Mairie, 74130 Bonneville}",
    "{22 bd Pasteur}, à gauche",
    "dépôt {rue des Semis}",
    "{7 allée des Tilleuls}.",
    "at {12 Baker Street}, back door",
    "{221b Old Mill Road}",
]  # fmt: skip
"""What stands in braces is covered, and nothing else."""

HARMLESS = [
    "EAN 3760123456789",
    "EAN 0612345678901",
    "GTIN 03760123456789",
    "SIRET 802 954 785 00028",
    "SIRET 80295478500028",
    "SIREN 802 954 785",
    "TVA FR 32 802954785",
    "palettes 800x1200, 1 200 pièces, lot 2026-11",
    "0800 x 1200 x 144 mm",
    "cartons 600 x 400 x 300",
    "norme NF EN 13432",
    "EN 13 698-1",
    "ISO 9001:2015",
    "ISO 14001",
    "disponible le 06-12-2026 14 h",
    "du 01.12.2026 au 15.12.2026",
    "le 06/12/2026",
    "codes 15 01 01, 15 01 02",
    "codes 20 01 01 15 01 03",
    "code 13 02 05*",
    "de 08:00 à 12:00 et de 14:00 à 18:00",
    "08 h 30 – 17 h 45",
    "1 place de parking couverte",
    "2 places de parking",
    "3 quais de chargement, quai 4 libre",
    "10 cours de formation",
    "20 m de chemin de câbles",
    "1 chemin de câbles galvanisé",
    "4 allées de rayonnage",
    "74130 pièces en stock",
    "12000 kg de carton",
    "1 500 000 étiquettes",
    "tarif 0,45 €/kg, 0.45 EUR",
    "PVC 0 à 10 mm",
    "réf. 4512-889-77",
    "modèle XR-2000.50",
    "10 minutes drive by road",
    "2 km lane",
    "50 @ 4 €",
    "pH 7.4, T° 0.5",
    "lot A12/B34",
    "R1 R3 R5, D10",
    "1 voie de manœuvre",
    "vis M6x20, boîte de 200",
    "GRV 1000 L, UN 31HA1/Y",
    "S.A.R.L. du quartier",
    "bois.de chêne",
]  # fmt: skip


@pytest.mark.parametrize("example", REACHED)
def test_a_way_to_reach_somebody_is_covered_whole(example: str) -> None:
    before, _brace, rest = example.partition("{")
    secret, _brace, after = rest.partition("}")
    assert mask(f"{before}{secret}{after}") == f"{before}{MASK}{after}"


@pytest.mark.parametrize("text", HARMLESS)
def test_figures_and_words_that_only_look_like_one_stay(text: str) -> None:
    assert mask(text) == text
