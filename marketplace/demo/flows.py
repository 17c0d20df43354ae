"""What the companies of the demonstration have too much of or look for (flows.csv), and what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.exchanges import Reason
from domain.listings import Draft, Ground, Side
from domain.quantities import Quantity, parse_quantity
from marketplace.demo.tables import rows

# --- what was posted --------------------------------------------------------------------------------------------


class Flow(Struct, frozen=True):
    """One line of flows.csv: a listing as its author typed it, `posted` days before the anchor Monday.

    `quantity` reads `40 H87/WEE`, `price` reads `paid_by_receiver 4.50` (euros a unit, excluding VAT), or nothing where
    nobody says. `options` are `public`, or `seen` (another visibility), `by` (who posts, else the company's first
    person), `mode`, `km`, and `from` and `until` in days after the anchor. Several options or attributes stand apart by
    a semicolon.
    """

    key: str
    company: str
    side: Side
    category: str
    quantity: str
    price: str
    posted: int
    options: str
    attributes: str
    title: str
    description: str

    @property
    def chosen(self) -> dict[str, str]:
        """The options by name."""
        return _pairs(self.options)

    @property
    def stated(self) -> dict[str, str]:
        """The attributes by name."""
        return _pairs(self.attributes)

    def draft(self, anchor: date) -> Draft:
        """What the author sent."""
        terms, _space, euros = self.price.partition(" ")
        options = self.chosen
        fields: dict[str, Any] = {
            "category": self.category,
            "title": self.title,
            "description": self.description,
            "quantity": read_quantity(self.quantity),
            "mode": options.get("mode"),
            "attributes": self.stated,
            "price": terms or None,
            "price_cents": int(Decimal(euros) * 100) if euros else None,
            "available_from": _day(anchor, options.get("from")),
            "available_to": _day(anchor, options.get("until")),
            "max_km": int(options["km"]) if "km" in options else None,
            "visibility": "public" if "public" in options else options.get("seen", "zone"),
        }
        return msgspec.convert(fields, Draft)


FLOWS: Final = rows("flows.csv", Flow)
"""Every listing of the demonstration, in the order of the file: families, and pairs that belong together."""


def read_quantity(text: str) -> Quantity:
    """Read `40 H87/WEE`: an amount, a Rec 20 or 21 unit, and for a standing flow its period."""
    amount, _space, measure = text.partition(" ")
    unit, _slash, per = measure.partition("/")
    return parse_quantity(amount, unit, per or None)


def _pairs(text: str) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name: value for name, _equals, value in parts}


def _day(anchor: date, days: str | None) -> date | None:
    return anchor + timedelta(days=int(days)) if days else None


FIRST_STORY: Final = {
    "pallets": ("epal-jardinerie", "epal-logistique"),
    "cardboard": ("cartons-jardinerie", "cartons-logistique"),
    "equipment": ("gerbeur-jardinerie", "gerbeur-logistique"),
    "shared service": ("vert-jardinerie", "vert-logistique"),
    "group purchase": ("film-jardinerie", "filmneuf-logistique"),
}
"""What the garden centre gives and the warehouse seeks: for each kind, the offer and the request that fit."""

# --- what became of it ------------------------------------------------------------------------------------------


class Amendment(Struct, frozen=True):
    """What the author changed, `days` before the anchor."""

    days: int
    quantity: str | None = None
    title: str | None = None
    description: str | None = None

    def applied_to(self, draft: Draft) -> Draft:
        """What the author sent the second time."""
        return replace(
            draft,
            quantity=read_quantity(self.quantity) if self.quantity else draft.quantity,
            title=self.title or draft.title,
            description=self.description or draft.description,
        )


ON_BEHALF: Final = frozenset({"vrac-boulangerie", "cable-electricite", "extincteurs-garage", "dreches-biogaz"})
"""Entered by the facilitator of the company's zone, after a visit."""

DRAFTED: Final = {
    "helene": (
        2,
        {
            "side": "offer",
            "title": "Chutes de bâche de serre, 3 rouleaux entamés",
            "category": "PLA.FILM",
            "amount": "",
            "description": "Propres, roulées. Il reste à peser.",
            "price": "free",
            "visibility": "zone",
        },
    )
}
"""What somebody keeps as a draft since so many days before the anchor: the answers of the form as they stood."""

RENEWED: Final = {
    "nimp-decolletage": (23,),
    "pv-epicier": (21,),
    "futs-decolletage": (126,),
    "terre-maconnerie": (34,),
    "stock-menuiserie": (165, 110),
    "pse-electricite": (168,),
}
"""Kept for another sixty days, so many days before the anchor; everything else one-off expires on its sixtieth."""

AMENDED: Final = {
    "balles-epicier": Amendment(120, quantity="7 TNE/MON"),
    "dreches-brasserie": Amendment(73, title="Drêches de brasserie, 2 t par semaine", quantity="2 TNE/WEE"),
    "salle-formation": Amendment(102, quantity="24 HUR/MON"),
    "perdues-scierie": Amendment(19, description="Qualité indifférente si elles portent 800 kg. "
    "Nous passons avec le camion plateau, le jeudi matin."),
    "elec-association": Amendment(30, description="Consultation lancée dès 500 MWh réunis, avec la fédération. "
    "Chacun signe son propre contrat."),
    "stock-logistique": Amendment(18, quantity="150 MTK"),
    "cartons-textile": Amendment(3, title="130 cartons 40×30, comme neufs", quantity="130 H87"),
    "lot-quincaillerie": Amendment(17, title="Lot de visserie inox, 40 kg",
    description="Vis et boulons A2 en vrac ou en sachets, M4 à M10, rangés dans un présentoir à prendre avec."),
}  # fmt: skip

WITHDRAWN: Final = {
    "plast-fromagerie": (149, "Trouvées chez un grossiste de la zone voisine."),
    "papier-emballage": (60, "Nous avons arrêté les calages moulés."),
    "gravats-scierie": (125, "Cour terminée."),
    "bureaux-comptable": (230, "Donnés à la ressourcerie."),
    "bureaux-ressourcerie": (221, ""),
    "perdues-maconnerie": (116, ""),
    "coupe-decolletage": (109, "Un confrère l’a pris."),
    "coupe-microtour": (108, ""),
    "huile-garage": (44, "La chaudière a été remplacée."),
    "parking-collecteur": (70, "Notre nouveau dépôt a sa propre cour."),
    "covoit-decolletage": (321, "Voiture complète."),
    "covoit-plasturgie": (320, ""),
    "epi-maconnerie": (160, "Commande passée avec le groupe."),
    "bacacier-tolerie": (233, "Les cinq derniers sont partis chez un confrère."),
    "tour-microtour": (99, "Nous le gardons finalement."),
    "laiton-microtour": (90, "Contrat signé avec un fondeur."),
    "extincteurs-garage": (65, "Contrat signé avec le groupe."),
    "lyon-brasserie": (52, "Nous livrons désormais nous-mêmes."),
    "huile-traiteur": (43, "Un collecteur passe maintenant chaque mois."),
    "pp-fixations": (40, "Our pilot run is over, many thanks."),
    "biodechets-traiteur": (38, "Contrat signé avec le méthaniseur."),
    "parking-demenagement": (35, "Les six places ont trouvé preneur à l’année."),
    "camion-demenagement": (33, "Vendu. Le prochain sera partagé aussi."),
}
"""Taken back, so many days before the anchor, with what the author wrote about it."""

DECLINING: Final[dict[str, Reason]] = {"coupe-decolletage": "other_solution", "tour-microtour": "other_solution"}
"""What those were told who still waited for an answer when a listing was taken back."""

AWAITING: Final = frozenset(
    {
        "barres-microtour",
        "ecrans-informatique",
        "gants-quincaillerie",
        "nacelle-fixations",
        "repas-traiteur",
        "solaire-scierie",
    }
)
"""Posted in the last days and not yet reviewed."""

FRESH: Final = {
    "barres-microtour": timedelta(minutes=40),
    "repas-traiteur": timedelta(hours=2, minutes=10),
    "solaire-scierie": timedelta(hours=4, minutes=25),
    "ecrans-informatique": timedelta(hours=6, minutes=50),
}
"""Of these, what came in so long before somebody opens the demonstration, whatever the day: a queue is not all late."""

AWAITING_AGAIN: Final = frozenset({"cartons-textile"})
"""Approved once, amended in the last days and not yet reviewed again."""

REJECTED: Final[dict[str, tuple[Ground, str]]] = {
    "peintes-demenagement": (
        "pool_pallet",
        "Merci d’y avoir pensé. Les dés portent la marque d’un loueur, qui reprend ses palettes sans frais.",
    ),
    "lot-quincaillerie": (
        "unclear",
        "Pourriez-vous dire ce que contient le lot et son poids ? Vos voisins sauront alors si cela leur sert.",
    ),
    "bis-epicier": (
        "duplicate",
        "Votre première annonce de balles est toujours visible : modifiez-la plutôt, vous gardez ainsi ses pistes.",
    ),
    "studio-comptable": (
        "not_for_zone",
        "L’offre est généreuse, mais la zone s’en tient aux échanges utiles au travail des entreprises.",
    ),
}
"""Kept out at the first review, on a ground and with a sentence; `lot-quincaillerie` was then put right."""
