"""Companies that buy together compare what suppliers ask; their own prices are another matter."""

from __future__ import annotations

import pytest

from domain.price_talk import price_talk

ENERGY = "ACH.ENE"


@pytest.mark.parametrize(
    "text",
    [
        "On pourrait aussi aligner nos tarifs.",
        "Indiquez vos prix de vente actuels.",
        "Profitons-en pour nous partager les clients du secteur.",
        "Nous pourrions nous mettre d’accord sur les marges.",
        "Tell us your selling prices, and we agree on common prices.",
    ],
)
def test_talk_of_ones_own_prices_is_found_in_what_is_bought_together(text: str) -> None:
    found = price_talk(text, ENERGY)
    assert found is not None
    assert text[slice(*found)].strip()
    assert price_talk(text, "PAL.EPAL1") is None, "a pallet has a price"


@pytest.mark.parametrize(
    "text",
    [
        "Électricité 2027 : le prix du fournisseur est de 92 €/MWh, marge du fournisseur comprise.",
        "Prix dégressif par palier, à partager entre voisins.",
        "The supplier’s price falls with each tier.",
        "",
    ],
)
def test_what_a_supplier_asks_is_what_a_purchase_is_about(text: str) -> None:
    assert price_talk(text, ENERGY) is None
