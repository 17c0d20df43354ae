"""The zone, the people and the listings that the samples of pages are about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from domain import taxonomy
from domain.quantities import Quantity
from web.form_views import Dropped, PickupField, Proposal
from web.search_views import Chip, Facet, ListingsPage, Order, Pin, Plan
from web.views import (
    CategoryChoice,
    Choice,
    DevMail,
    FacetOption,
    Fact,
    Family,
    Form,
    HistoryEntry,
    ListingCard,
    ListingForm,
    ListingPage,
    MatchCard,
    ModerationForms,
    OwnerActions,
    Price,
    Question,
    Suggestions,
    Viewer,
    Zone,
)

NOW: Final = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
JOURDIES: Final = Zone(slug="les-jourdies", name="Les Jourdies", place="Saint-Pierre-en-Faucigny")
ZONES: Final = (JOURDIES, Zone(slug="la-balmette", name="La Balmette", place="Bonneville"))
LEA: Final = Viewer(
    name="Léa Dunand", mail="lea@scierie-dunand.example", company="Scierie Dunand", new_matches=3, owed=4
)
DOCK: Final = Viewer(name="Téléphone du quai", mail="", company="Scierie Dunand", shared=True)
MARC: Final = Viewer(
    name="Marc Périllat",
    mail="marc@jourdies.example",
    company="Association des Jourdies",
    moderates=True,
    facilitates=True,
    to_moderate=3,
)


def quantity(amount: str, unit: str = "H87", per: Any = None) -> Quantity:
    """A quantity, short."""
    return Quantity(Decimal(amount), unit, per)


def card(number: int, title: str, category: str, amount: Quantity, company: str | None, **more: Any) -> ListingCard:
    """A card; kind and side follow the category unless given."""
    values: dict[str, Any] = {
        "id": f"listing-{number}",
        "kind": "offer",
        "side": "offer",
        "category_code": category,
        "category": taxonomy.label(category, "fr"),
        "posted_at": NOW - timedelta(hours=5 * number),
        "metres": 260 + 370 * number,
        **more,
    }
    return ListingCard(title=title, quantity=amount, company=company, **values)


OFFERS: Final = (
    card(
        1,
        "120 palettes Europe 80×120, bon état",
        "PAL.EPAL1",
        quantity("120"),
        "Villaverde Jardins",
        matches=3,
        until=date(2026, 12, 8),
        price=Price(terms="free"),
        new=True,
    ),
    card(
        2,
        "Cartons double cannelure à plat, 60×40×40",
        "CAR.BOX",
        quantity("300", per="WEE"),
        "Free Glisse Shop",
        matches=1,
        price=Price(terms="paid_by_receiver", cents=25, unit="H87"),
    ),
    card(
        3,
        "Broyeur à cartons, à prêter deux jours par semaine",
        "EQP.SHRED",
        quantity("2", "DAY", "WEE"),
        "Imprimerie du Môle",
        price=Price(terms="quote"),
    ),
    card(
        4,
        "Sciure d’épicéa, sèche et dépoussiérée",
        "BOI.SAW",
        quantity("12.5", "MTQ", "MON"),
        "Scierie Dunand",
        price=Price(terms="paid_by_receiver", cents=900, unit="MTQ"),
    ),
)
REQUESTS: Final = (
    card(
        5,
        "Fûts plastique 200 L, rincés",
        "EMB.DRUM",
        quantity("10", "XDR"),
        "Brasserie du Giffre",
        kind="request",
        side="request",
        until=date(2026, 11, 30),
    ),
    card(
        6,
        "Rondes de nuit, à partager entre voisins",
        "SRV.GUARD",
        quantity("5", "HUR", "DAY"),
        "Décolletage Pontet",
        kind="service",
        side="request",
        matches=4,
    ),
    card(
        7,
        "Électricité 2027 : acheter à plusieurs",
        "ACH.ENE",
        quantity("500", "MWH", "ANN"),
        None,
        kind="purchase",
        side="request",
        until=date(2026, 12, 18),
    ),
    card(
        8,
        "Stationnement de deux porteurs 19 t la nuit",
        "ESP.PARK",
        quantity("2"),
        "Transports Mermillod",
        kind="request",
        side="request",
    ),
)
MATCHES: Final = (
    MatchCard(
        listing=OFFERS[0],
        points=92,
        mine_id="listing-9",
        mine_title="150 palettes EPAL, état B minimum",
        ask_about="listing-1",
        with_id="listing-9",
        new=True,
        reasons=(
            "Même format de palette",
            "120 des 150 qu’il vous faut",
            "À 630 m de chez vous",
            "Leur état A convient à votre état B",
        ),
    ),
    MatchCard(
        listing=OFFERS[1],
        points=71,
        mine_id="listing-10",
        mine_title="Caisses américaines d’occasion",
        reasons=("Même catégorie : cartons réutilisables", "Toutes les semaines, comme vous"),
        against=("Dimensions un peu plus grandes que demandé",),
    ),
    MatchCard(
        listing=OFFERS[3],
        points=52,
        mine_id="listing-11",
        mine_title="Paillage pour massifs",
        reasons=("Matière voisine : copeaux et paillage",),
        against=("À 1,7 km",),
    ),
)
FAMILIES: Final = tuple(
    FacetOption(value=family.code, label=family.label_fr, count=n, checked=family.code == "PAL")
    for n, family in zip((42, 31, 18, 14, 12, 9, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 0), taxonomy.families(), strict=False)
)
FACETS: Final = (
    Facet(
        name="side",
        label="Type d’annonce",
        options=(
            FacetOption(value="offer", label="Offre", count=84, checked=True),
            FacetOption(value="request", label="Demande", count=59),
        ),
    ),
    Facet(name="family", label="Famille", options=FAMILIES),
    Facet(
        name="condition",
        label="État",
        options=(FacetOption(value="A", label="Bon état", count=21), FacetOption(value="B", label="Correct", count=8)),
    ),
    Facet(
        name="recurrence",
        label="Rythme",
        options=(
            FacetOption(value="once", label="Une fois", count=77),
            FacetOption(value="flow", label="Régulier", count=66),
        ),
    ),
    Facet(
        name="distance",
        label="Distance",
        single=True,
        options=(
            FacetOption(value="", label="Toute la zone", count=143, checked=True),
            FacetOption(value="500", label="À moins de 500 m", count=18),
        ),
    ),
)
PLAN: Final = Plan(
    centre="Vous",
    reach=1200,
    boundary=((-900, 850), (880, 760), (1080, -380), (330, -950), (-1000, -700)),
    pins=tuple(
        Pin(number=n, east=east, north=north, cards=shown)
        for n, (east, north, shown) in enumerate(
            (
                (-680, 700, OFFERS[:1]),
                (60, 640, (OFFERS[1], REQUESTS[1])),
                (840, 320, REQUESTS[1:2]),
                (180, -90, REQUESTS[2:3]),
                (-420, -480, REQUESTS[:1]),
            ),
            1,
        )
    ),
)
LIST: Final = ListingsPage(
    zone=JOURDIES,
    total=143,
    cards=(OFFERS[0], REQUESTS[2], REQUESTS[1], OFFERS[1], REQUESTS[0], *OFFERS[2:]),
    facets=FACETS,
    chips=(Chip(label="Offre", without="/z/les-jourdies/listings"), Chip(label="Palettes", without="/")),
    asked=(("side", "offer"), ("family", "PAL")),
    below=Facet(
        name="category",
        label="En détail",
        options=(FacetOption(value="PAL.EPAL1", label="Palette Europe", count=12, checked=True),),
    ),
    query="palettes",
    typed="paletess",
    as_typed="/z/les-jourdies/listings?q=paletess&exact=1",
    partly=True,
    orders=(
        Order(label="Pertinence", address="/z/les-jourdies/listings", current=True),
        Order(label="Plus proches", address="/z/les-jourdies/listings?sort=nearest", current=False),
    ),
    saving=Form(command_id="4b6f2f9e-3d1b-4f3e-9c63-4f9e0f6a4a11"),
    suggested="palettes",
    feed="/z/les-jourdies/listings.atom?q=palettes",
    plan_address="/z/les-jourdies/listings?view=plan",
    list_address="/z/les-jourdies/listings",
    next="/z/les-jourdies/listings?after=x",
)
HISTORY: Final = (
    HistoryEntry(at=NOW - timedelta(days=1), sentence="Approuvée pour Les Jourdies"),
    HistoryEntry(at=NOW - timedelta(days=1, hours=3), sentence="Corrigée", detail="Quantité : 100, puis 120"),
    HistoryEntry(at=NOW - timedelta(days=2), sentence="Publiée par Villaverde Jardins"),
)
DESCRIPTION: Final = (
    "Palettes Europe issues de nos livraisons de végétaux, stockées sous abri, quelques planches grisées.\n\n"
    "Chargement au transpalette sur place, du lundi au vendredi de 8 h à 16 h. Accès camion 12 t."
)
FACTS: Final = (
    Fact(label="État", value="Bon état (A)"),
    Fact(label="Dimensions", value="800 × 1200 mm"),
    Fact(label="Propriété", value="À nous"),
    Fact(label="Statut légal", value="Produit"),
    Fact(label="Visible par", value="Tout le monde, sans le nom de l’entreprise"),
)
COMMANDS: Final = ModerationForms(approve_command="c-1", seen_version=1)


def listing(status: Any = "approved", **more: Any) -> ListingPage:
    """A listing's page in one of its states."""
    values: dict[str, Any] = {"description": DESCRIPTION, "facts": FACTS, "history": HISTORY, **more}
    shown = card(
        1,
        "120 palettes Europe 80×120, bon état",
        "PAL.EPAL1",
        quantity("120"),
        "Villaverde Jardins",
        status=status,
        until=date(2026, 12, 8),
        price=Price(terms="free"),
    )
    return ListingPage(card=shown, zone=JOURDIES, **values)


def own(**may: Any) -> OwnerActions:
    """What the author may do."""
    return OwnerActions(seen_version=3, renew_command="c-3", withdraw=Form(command_id="c-4"), **may)


def posting(form: Form, **more: Any) -> ListingForm:
    """The form, empty or not."""
    return ListingForm(
        form=form,
        suggestions=Suggestions(
            choices=tuple(
                CategoryChoice(code=leaf.code, label=leaf.label_fr, family="Palettes")
                for leaf in taxonomy.leaves("PAL")[:5]
            ),
            chosen=form.value("category"),
        ),
        families=tuple(
            Family(
                code=family.code,
                label=family.label_fr,
                categories=tuple(
                    CategoryChoice(code=leaf.code, label=leaf.label_fr) for leaf in taxonomy.leaves(family.code)
                ),
            )
            for family in taxonomy.families()
        ),
        units=(Choice(value="H87", label="pièces"), Choice(value="TNE", label="tonnes")),
        periods=(Choice(value="", label="une fois"), Choice(value="WEE", label="par semaine")),
        questions=(Question(code="condition", label="État", choices=(Choice(value="A", label="Bon état (A)"),)),),
        price_terms=(
            Choice(value="free", label="Gratuit"),
            Choice(value="paid_by_receiver", label="Payé par le preneur"),
        ),
        visibilities=(
            Choice(value="zone", label="Les membres de la zone"),
            Choice(value="public", label="Tout le monde"),
        ),
        sites=(
            Choice(value="site-1", label="Scierie Dunand, 12 rue des Épicéas"),
            Choice(value="site-2", label="Dépôt"),
        ),
        here="Scierie Dunand, 12 rue des Épicéas",
        takes_photos=True,
        further=(
            Question(code="capacity", label="Capacité", kind="whole"),
            Question(code="deadline", label="Limite", kind="day"),
        ),
        proposals=(
            Proposal(about="amount", label="50 palettes", value="amount=50&unit=H87&per=", words="une cinquantaine"),
            Proposal(about="condition", label="État : Bon", value="condition=B", words="classe B", taken=True),
            Proposal(about="price", label="Troc", value="price=swap", words="troc", instead="Gratuit", note="arrondi"),
        ),
        dropped=(Dropped(code="residue", value="food", label="Contenu", said="Alimentaire"),),
        pickup=PickupField(
            days=(Choice(value="pickup_day_1", label="lun"),),
            places=(Choice(value="dock", label="À quai"),),
            lorries=(Choice(value="van", label="Utilitaire"),),
            loaders=(Choice(value="giver", label="Celui qui donne"),),
            said="Prêt : lundi",
            as_last_time=True,
        ),
        estimate="≈ 1,2 t, estimé d’après 25 kg l’unité",
        category="Palette",
        read="/listings/new/reading",
        **more,
    )


WRONG: Final = Form(
    command_id="c-5",
    values={"side": "offer", "title": "Palettes bleues", "amount": "-3", "unit": "H87", "category": "PAL.STD"},
    errors={"amount": "Écrivez un nombre plus grand que zéro.", "available_to": "Cette date est passée."},
)
MAIL: Final = DevMail(
    id="m-1", to="lea@scierie-dunand.example", subject="3 correspondances cette semaine", at=NOW, state="envoyé"
)
ASK: Final = Form(command_id="c-6")
OPTIONS: Final = tuple(FacetOption(value=f.value, label=f.label, count=0, checked=f.count > 20) for f in FAMILIES)
