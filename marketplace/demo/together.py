"""What the companies of the demonstration could do together, and the outlets of their zones' guides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from domain.commands import Command
from domain.outlets import AcceptedDraft, OpenOutlet, OutletDraft
from domain.places import Place
from domain.pooling import JoinPooling, Kind, ProposePooling, pooling_id
from domain.quantities import Quantity
from marketplace.demo.naming import Naming
from marketplace.demo.weekdays import moment
from marketplace.falling_due import POOLING

# --- proposals ----------------------------------------------------------------------------------------------------


class Pool(Struct, frozen=True):
    """Flows that have come together, the first of them first; proposed `days` before the anchor; who is in since."""

    key: str
    kind: Kind
    zone: str
    category: str
    flows: tuple[str, ...]
    days: int
    joined: tuple[str, ...] = ()


POOLS: Final = (
    Pool("sst", "need", "jourdies", "SRV.TRAIN", ("sst-menuiserie", "sst-jardinerie", "sst-garage"), 6, ("garage",)),
    Pool("toners", "surplus", "jourdies", "DEE.INK",
         ("toners-comptable", "toners-imprimerie", "toners-informatique"), 10, ("informatique", "imprimerie")),
)  # fmt: skip

# --- outlets ------------------------------------------------------------------------------------------------------

WORKDAYS: Final = ("8h-12h, 13h30-17h30",) * 5
DEPOT: Final = ("7h30-12h, 13h30-17h",) * 5


def _at(latitude: str, longitude: str) -> Place:
    return Place(Decimal(latitude), Decimal(longitude))


OUTLETS: Final[tuple[tuple[str, str, OutletDraft], ...]] = (
    (
        "dechetterie",
        "jourdies",
        OutletDraft(
            name="Déchèterie professionnelle du Faucigny",
            operator="Communauté de communes, accès par badge",
            address="Route de la Praz, Saint-Pierre-en-Faucigny",
            place=_at("46.06010", "6.37560"),
            days=(*DEPOT, "8h-12h"),
            hours_note="Fermée les jours fériés.",
            accepts=(
                AcceptedDraft("MIN", "béton et gravats propres, sans plâtre"),
                AcceptedDraft("BOI", "bois A et B en mélange"),
                AcceptedDraft("CAR.BOX", "cartons pliés, secs"),
                AcceptedDraft("PLA.PS", "blocs de PSE blancs, sans ruban adhésif"),
                AcceptedDraft("MOB", "meubles démontés"),
            ),
            refuses=("CHI", "DEE.BAT", "MIN.PLAS"),
            price="Gratuit jusqu’à 1 m³ par semaine, puis 18 € le m³.",
            permits="ICPE 2710-2",
            contact="04 65 71 90 10",
        ),
    ),
    (
        "ferrailleur",
        "jourdies",
        OutletDraft(
            name="Métaux du Giffre",
            operator="Négoce de ferrailles et métaux",
            address="Chemin des Îles, Marignier",
            place=_at("46.08990", "6.46520"),
            days=WORKDAYS,
            accepts=(
                AcceptedDraft("MET", "tournures égouttées, nuances séparées", least=Quantity(Decimal(200), "KGM")),
                AcceptedDraft("DEE.BAT", "batteries au plomb, bacs étanches"),
            ),
            refuses=("DEE.OTHER",),
            price="Rachat au cours du jour ; benne prêtée à partir de 3 t.",
            permits="ICPE 2713, 2718",
            contact="04 65 71 90 22",
            licensed=True,
        ),
    ),
    (
        "bois",
        "jourdies",
        OutletDraft(
            name="Plateforme bois-énergie de l’Arve",
            operator="Régie bois du Faucigny",
            address="Zone de la Vergueraz, Bonneville",
            place=_at("46.07850", "6.40770"),
            days=("8h-17h",) * 4 + ("8h-12h",),
            accepts=(
                AcceptedDraft("PAL.BROKEN", "sans peinture ni traitement"),
                AcceptedDraft("BOI.SCRAP", "chutes et dosses, sans peinture ni colle"),
            ),
            refuses=("MOB",),
            price="Gratuit ; 5 € la tonne de bois sale.",
            permits="Déclaration ICPE 1532",
            contact="bois@faucigny.example",
        ),
    ),
    (
        "ressourcerie",
        "la-roche",
        OutletDraft(
            name="Ressourcerie du Second Tour",
            operator="Association d’insertion",
            address="12 rue des Fours, La Roche-sur-Foron",
            place=_at("46.06890", "6.31050"),
            days=("", "9h-12h, 14h-18h", "9h-12h, 14h-18h", "", "9h-12h, 14h-18h", "9h-17h"),
            accepts=(
                AcceptedDraft("MOB", "complet et propre", condition="C"),
                AcceptedDraft("DEE.IT", "avec chargeurs", condition="REPAIRABLE"),
                AcceptedDraft("TEX", "secs, en sacs fermés"),
            ),
            refuses=("TEX.TYRE",),
            price="Gratuit, reçu de don sur demande.",
            permits="",
            contact="accueil@second-tour.example",
        ),
    ),
)
"""By its key and its zone: invented places where surplus may always go."""
TOLD: Final = 120
"""Days before the anchor on which the guides begin."""


class Together(Struct, frozen=True):
    """Tells of the proposals and the outlets; `facilitators` and `speakers` are actors by zone and by company."""

    anchor: date
    naming: Naming
    listings: dict[str, str]
    companies: dict[str, str]
    facilitators: dict[str, str]
    speakers: dict[str, str]

    def commands(self) -> Iterator[Command]:
        """The guides first, then what came together."""
        for number, (key, zone, draft) in enumerate(OUTLETS):
            yield OpenOutlet(
                **self._asked(self._moment(TOLD, 15 + number), self.facilitators[zone], "outlet", key),
                outlet_id=self.naming.lasting("outlet", key),
                zone_id=f"zone-{zone}",
                draft=draft,
            )
        for pool in POOLS:
            yield from self._pool(pool)

    def _pool(self, pool: Pool) -> Iterator[Command]:
        zone_id, begun = f"zone-{pool.zone}", [self.listings[flow] for flow in pool.flows]
        about = pooling_id(zone_id, begun[0])
        yield ProposePooling(
            **self._asked(self._moment(pool.days, 12), POOLING, "pool", pool.key),
            pooling_id=about,
            kind=pool.kind,
            zone_id=zone_id,
            category=pool.category,
            listing_ids=tuple(begun),
        )
        for number, company in enumerate(pool.joined):
            yield JoinPooling(
                **self._asked(
                    self._moment(pool.days - 3, 9 + number), self.speakers[company], "join", pool.key, company
                ),
                pooling_id=about,
                company_id=self.companies[company],
            )

    def _moment(self, days: int, hour: int) -> datetime:
        return moment(self.anchor, days, hour, 0)

    def _asked(self, now: datetime, actor: str, *what: object) -> dict[str, Any]:
        return {"actor": actor, "now": now, "command_id": self.naming.command_id(*what)}
