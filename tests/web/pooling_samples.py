"""Believable proposals to act together, a guide and the form that keeps it: samples of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from domain import taxonomy
from web.guide import by_family
from web.pooling_views import (
    Beside,
    Counted,
    GuidePage,
    Hours,
    LineForm,
    OutletCard,
    OutletForm,
    OutletLine,
    OutletsPage,
    PoolCard,
    PoolingPage,
    Share,
    SharePart,
)
from web.views import Choice, Fact, Form, View, Viewer, Zone

LISTING: Final = "listing-01932c07-3333-7000-8000-00000000000"
HERE: Final = Zone(slug="les-jourdies", name="Les Jourdies", place="Saint-Pierre-en-Faucigny")
COMMAND: Final = "5f0c52a1-0000-4000-8000-00000000000"

TRAINING: Final = PoolCard(
    id="pooling-01",
    kind="need",
    zone=HERE,
    what="Formations réglementaires (SST, incendie, CACES)",
    category_code="SRV.TRAIN",
    companies=4,
    totals=("15 places",),
    facts=(Fact(label="Formation", value="SST, formation initiale"),),
    metres=1_240,
    joined=2,
    company_id="company-01",
    join_command=f"{COMMAND}1",
    decline_command=f"{COMMAND}2",
)
TONERS: Final = PoolCard(
    id="pooling-02",
    kind="surplus",
    zone=HERE,
    what="Cartouches et toners",
    category_code="DEE.INK",
    companies=3,
    totals=("125 pièces", "40 kg par mois"),
    facts=(Fact(label="Conditionnement", value="en vrac"),),
    metres=640,
    joined=3,
    declined=0,
    answer="joined",
    company_id="company-01",
    join_command=f"{COMMAND}3",
    decline_command=f"{COMMAND}4",
)
WHO: Final = (
    Counted(company="Garage Savioz et Fille", place="L’atelier", listing_id=f"{LISTING}1", quantity="2 places",
            title="Formation SST pour l’atelier", answer="joined"),
    Counted(company="Jardinerie Fleurimont", place="Le magasin", listing_id=f"{LISTING}2", quantity="4 places",
            title="Quatre vendeurs à former aux premiers secours"),
    Counted(company="Menuiserie Tardieu-Blanc", place="La scierie", listing_id=f"{LISTING}3", quantity="3 places",
            title="Trois salariés à former SST", answer="declined"),
    Counted(company="Octet Bleu", answer="joined"),
)  # fmt: skip

RECYCLING: Final = OutletCard(
    id="outlet-01",
    name="Déchèterie professionnelle du Faucigny",
    operator="Communauté de communes, accès par badge",
    address="Route de la Praz, Saint-Pierre-en-Faucigny",
    hours=(Hours(days="lundi au vendredi", times="7 h 30–12 h, 13 h 30–17 h"), Hours(days="samedi", times="8 h–12 h")),
    hours_note="Fermée les jours fériés.",
    open_now=True,
    accepts=(
        OutletLine(
            what="Minéraux, inertes et déchets du bâtiment", family="MIN", conditions="gravats propres, sans plâtre"
        ),
        OutletLine(what="Caisses carton réutilisables", family="CAR", conditions="pliées, sèches"),
        OutletLine(what="Mobilier et fournitures", family="MOB", conditions="démonté"),
    ),
    refuses=("Chimie", "Piles, batteries, accumulateurs"),
    price="Gratuit jusqu’à 1 m³ par semaine, puis 18 € le m³.",
    permits="ICPE 2710-2",
    contact="04 65 71 90 10",
    metres=1_080,
)
SCRAP: Final = OutletCard(
    id="outlet-02",
    name="Métaux du Giffre",
    operator="Négoce de ferrailles et métaux",
    address="Chemin des Îles, Marignier",
    hours=(Hours(days="lundi au vendredi", times="8 h–12 h, 13 h 30–17 h 30"),),
    hours_note="",
    open_now=False,
    accepts=(OutletLine(what="Métaux", family="MET", conditions="nuances séparées · à partir de 200 kg"),),
    refuses=(),
    price="Rachat au cours du jour.",
    permits="",
    contact="04 65 71 90 22",
    metres=7_900,
)
SHARE: Final = Share(
    sentence="Tout pourrait partir : 120 palettes",
    parts=(
        SharePart(listing_id=f"{LISTING}4", title="Cherche 150 palettes Europe EPAL 80×120",
                  company="Deux-Torrents Logistique", quantity="80 palettes", points=94,
                  address=f"/listings/{LISTING}4?with=x&amount=80#interest"),
        SharePart(listing_id=f"{LISTING}5", title="Une soixantaine d’EPAL pour la mise en bouteilles",
                  company="Brasserie de l’Ours Gris", quantity="40 palettes", points=81,
                  address=f"/listings/{LISTING}5?with=x&amount=40#interest"),
    ),
    splits=True,
)  # fmt: skip
BESIDE: Final = Beside(
    pools=(TRAINING,),
    share=SHARE,
    outlets=(replace(RECYCLING, line=RECYCLING.accepts[1]), replace(SCRAP, line=SCRAP.accepts[0])),
)


def pooling_samples(
    zone: Zone, facilitator: Viewer, now: datetime
) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """What is proposed in a zone, the guide, the outlets in it, and the form that tells of one."""
    followed: dict[str, Any] = {
        "counted": WHO,
        "drop": Form(command_id=f"{COMMAND}5"),
        "take_up_command": f"{COMMAND}6",
    }
    standing = replace(TRAINING, **followed, declined=1, since=now - timedelta(days=6))
    refused = replace(standing, id="pooling-03", what="Vêtements de travail", category_code="ACH.EPI",
                      drop=Form(command_id=f"{COMMAND}7", errors={"reason": "Dites pourquoi."}))  # fmt: skip
    page = PoolingPage(
        zone=zone,
        standing=(standing, replace(TONERS, **followed, since=now - timedelta(days=10))),
        lapsed=(replace(TONERS, id="pooling-04", stage="lapsed", companies=2, totals=(), facts=(), counted=WHO[:2],
                        drop=Form(command_id=f"{COMMAND}8"), since=now - timedelta(days=40)),),
        settled=(
            replace(standing, id="pooling-05", stage="taken_up", action="purchase-01"),
            replace(standing, id="pooling-06", stage="dropped", reason="Le formateur ne vient qu’à partir de huit."),
        ),
    )  # fmt: skip
    yield "pooling", "zones/pooling.html", facilitator, "funnel", page
    yield "pooling-refused", "zones/pooling.html", facilitator, "funnel", replace(page, standing=(refused,), settled=())
    yield (
        "pooling-empty",
        "zones/pooling.html",
        facilitator,
        "funnel",
        PoolingPage(zone=zone, standing=(), lapsed=(), settled=()),
    )
    cards = (RECYCLING, SCRAP)
    guide = GuidePage(zone=zone, families=by_family(cards, "fr"), outlets=cards, today="23 novembre 2026",
                      association="L’Association des entreprises", contact_mail="contact@jourdies.example")  # fmt: skip
    yield "guide", "zones/guide.html", None, "zone", guide
    yield (
        "guide-empty",
        "zones/guide.html",
        facilitator,
        "zone",
        GuidePage(zone=zone, families=(), outlets=(), keeps=True),
    )
    kept = OutletsPage(zone=zone, outlets=(RECYCLING, replace(SCRAP, closed=True)))
    yield "outlets", "zones/outlets.html", facilitator, "funnel", kept
    yield "outlets-empty", "zones/outlets.html", facilitator, "funnel", OutletsPage(zone=zone, outlets=())
    yield "outlet", "zones/outlet.html", facilitator, "funnel", _form(zone)
    yield (
        "outlet-new",
        "zones/outlet.html",
        facilitator,
        "funnel",
        replace(_form(zone), outlet_id="", name="", close_command=""),
    )


def _form(zone: Zone) -> OutletForm:
    values = {"name": "Métaux du Giffre", "latitude": "46.08990", "longitude": "6.46520", "accept1": "MET",
              "conditions1": "nuances séparées", "least1": "200", "unit1": "KGM", "day1": "8h-12h"}  # fmt: skip
    families = tuple(
        (family.label_fr, (Choice(value=family.code, label=f"{family.label_fr} : tout"),
                           *(Choice(value=leaf.code, label=leaf.label_fr) for leaf in taxonomy.leaves(family.code))))
        for family in taxonomy.families()[:4]
    )  # fmt: skip
    errors = {
        "day2": "Écrivez des heures comme « 8h30-12h, 14h-18h ».",
        "accept2": "Choisissez ce que ces conditions concernent.",
    }
    return OutletForm(
        zone=zone,
        form=Form(command_id=f"{COMMAND}9", values={**values, "day2": "le soir"}, errors=errors, seen_version=2),
        outlet_id="outlet-02",
        name="Métaux du Giffre",
        days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        categories=families,
        conditions=(Choice(value="A", label="Très bon"), Choice(value="B", label="Bon")),
        units=(Choice(value="KGM", label="kilogramme"), Choice(value="TNE", label="tonne")),
        accepts=tuple(LineForm(number=n) for n in range(1, 5)),
        refuses=tuple(LineForm(number=n) for n in range(1, 3)),
        close_command=f"{COMMAND}a",
    )
