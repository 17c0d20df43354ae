"""Believable pages of group purchases: on a list, being joined, shared out, and on the organiser's desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from web import purchase_desk_views as desk_views
from web import purchase_views as views
from web import purchase_words as words
from web.views import CategoryChoice, Choice, Fact, Family, Form, View, Viewer, Zone

OPEN = words.stage("open", lambda sentence, **_figures: sentence)
POLL = words.stage("poll", lambda sentence, **_figures: sentence)
DONE = words.stage("delivered", lambda sentence, **_figures: sentence)
WORDS = words.said("goods", lambda sentence, **_figures: sentence)
PROGRESS = views.Progress(
    length=573,
    marks=(
        views.Mark(at=333, label="4,20 € dès 200 pièces", reached=True),
        views.Mark(at=667, label="3,75 € dès 400 pièces", reached=False),
    ),
    total="344 pièces",
    missing="plus que 56 pièces pour que chacun paie 3,75 €",
    companies="12 entreprises sur 20 au plus",
)
CARD = views.Card(
    id="purchase-1",
    title="Gants anti-coupure, tailles 8 à 11",
    form="Achat groupé",
    category="EPI et vêtements de travail",
    category_code="ACH.PPE",
    stage=OPEN,
    progress=PROGRESS,
    deadline="jeudi 10 décembre à 12:00",
    left="encore 18 jours",
    price="4,20 €",
    per="pièce",
    lower="3,75 € dès 400 pièces",
    own="Vous : 40 pièces",
)
ASKED = views.Card(
    id="purchase-2",
    title="Papier A4 recyclé, 80 g",
    form="Achat groupé",
    category="Fournitures et consommables",
    category_code="ACH.SUP",
    stage=POLL,
    told="6 entreprises, 69 cartons en tout",
)
TERMS = views.Terms(
    supplier="Protec Alpes",
    price="4,20 €",
    per="pièce",
    with_vat="5,04 €",
    lower="3,75 € dès 400 pièces",
    vat="20 %",
    delivery="9,50 € HT par entreprise",
    place="sur votre site",
    tiers=(
        views.Tier(since="dès la première unité", price="4,90 €", with_vat="5,88 €", reached=True),
        views.Tier(since="dès 200 pièces", price="4,20 €", with_vat="5,04 €", now=True, reached=True),
    ),
    facts=(Fact(label="Minimum au total", value="200 pièces"),),
    conditions="Paiement à 30 jours.",
    choice="Le prix le plus bas à notre total.",
    charter="Chaque entreprise commande pour elle-même.",
)
ESTIMATE = views.Estimate(
    quantity="40 pièces", goods="168 €", delivery="9,50 €", with_vat="213 €", saving="30,50 € d’économie"
)
GROWTH = views.Growth(
    area="M0 100 H0 V60 H300 V43 H350 V100 Z",
    edge="M0 100 H0 V60 H300 V43 H350",
    marks=(views.Mark(at=33, label="3,75 € dès 400 pièces", reached=False),),
    first="dim. 1 mars",
    last="mar. 31 mars",
    days=(views.Day(on="dim. 1 mars", total="240 pièces", companies=8),),
)


def asking(key: str, errors: dict[str, str] | None = None, **values: str) -> views.Asking:
    """A form as it stands."""
    form = Form(command_id=f"00000000-0000-4000-8000-0000000000{len(key):02}", values=values, errors=errors or {})
    return views.Asking(key=key, form=replace(form, seen_version=31))


def purchase_samples(
    zone: Zone, people: tuple[Viewer, Viewer], now: datetime
) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Name, template, viewer, current page and view."""
    lea, marc = people
    groups = (views.Group(state="open", cards=(CARD,)), views.Group(state="coming", cards=(ASKED,), more="/z/x"))
    listed = views.ListPage(zone=zone, groups=groups, may_propose=True, pooling=True)
    empty = views.ListPage(zone=zone, groups=(views.Group(state="open", cards=()),), may_propose=True)
    shown = _shown(zone, now)
    site = Choice(value="site-1", label="Atelier")
    first = replace(
        shown,
        own=None,
        withdraw=None,
        estimate=ESTIMATE,
        pledge=views.Asking(
            key="pledge",
            form=asking("pledge", {"accepts_charter": "Cochez la case."}, quantity="40").form,
            companies=(Choice(value="company-1", label="Scierie Dunand"),),
            sites=(site, replace(site, value="site-2", label="Dépôt")),
        ),
    )
    over = replace(
        shown,
        card=replace(CARD, stage=DONE, told="Livré le 4 mars 2026", deadline=""),
        own=None,
        pledge=None,
        withdraw=None,
        share=views.Share(company="Scierie Dunand", quantity="40 pièces", goods="168 €", delivery="", with_vat="213 €"),
        receipt=asking("receipt", quantity="40"),
        conflict="Votre entreprise a déjà dit ce qui est arrivé.",
        since=("Réalisé",),
    )
    yield "purchases", "purchases/list.html", lea, "purchases", listed
    yield "purchases-none", "purchases/list.html", lea, "purchases", empty
    yield "purchase", "purchases/show.html", lea, "purchases", shown
    yield "purchase-joining", "purchases/show.html", lea, "purchases", first
    yield "purchase-over", "purchases/show.html", lea, "purchases", over
    yield "purchase-visitor", "purchases/show.html", None, "purchases", _public(shown)
    yield "purchase-asked", "purchases/show.html", lea, "purchases", _asked(shown)
    yield "purchase-new", "purchases/new.html", lea, "purchases", _new(zone)
    yield "purchase-desk", "purchases/desk.html", marc, "purchases", _desk(zone)
    yield "purchase-desk-open", "purchases/desk.html", marc, "purchases", _desk_open(zone)
    yield "purchase-ledger", "purchases/ledger.html", marc, "purchases", _ledger(zone)
    yield "purchase-sheet", "purchases/sheet.html", marc, "purchases", _sheet(zone)
    yield "purchase-funding", "purchases/funding.html", marc, "purchases", _funding(zone)


def _shown(zone: Zone, now: datetime) -> views.ShowPage:
    return views.ShowPage(
        zone=zone,
        card=CARD,
        words=WORDS,
        unit="pièces",
        description="Une paire par opérateur et par mois.",
        specification="EN 388, niveau F.",
        proposed_by="Deux-Torrents Logistique",
        member=True,
        organiser=False,
        deadline="jeudi 10 décembre à 12:00",
        terms=TERMS,
        own=views.Own(company="Scierie Dunand", quantity="40 pièces", tolerance="4 pièces", estimate=ESTIMATE),
        pledge=asking("pledge", quantity="40", company="company-1"),
        withdraw=asking("withdraw", {"knowing": "Sans votre engagement, le minimum n’est plus atteint."}),
        happened=(
            views.Happening(at=now - timedelta(days=1), sentence="Le minimum est atteint : 200 pièces"),
            views.Happening(at=now - timedelta(days=9), sentence="Un devis a été choisi", words="Le moins cher."),
        ),
        growth=GROWTH,
        rule="Le premier engagé est le premier servi.",
    )


def _public(shown: views.ShowPage) -> views.ShowPage:
    card = replace(CARD, own="", price="", lower="")
    return replace(
        shown, card=card, member=False, terms=None, own=None, pledge=None, withdraw=None, happened=(), growth=None,
        conflict="", since=(),
    )  # fmt: skip


def _asked(shown: views.ShowPage) -> views.ShowPage:
    poll = asking("poll", quantity="24")
    return replace(_public(shown), card=ASKED, member=True, wished="6 entreprises", wish="24 pièces", poll=poll)


def _new(zone: Zone) -> views.NewPage:
    choice = CategoryChoice(code="ACH.PPE", label="EPI et vêtements de travail", family="Achats groupés")
    form = Form(
        command_id="00000000-0000-4000-8000-000000000001",
        values={"form": "goods", "title": "Gants"},
        errors={"unit": "Choisissez l’unité dans la liste."},
    )
    return views.NewPage(
        zone=zone,
        form=form,
        forms=words.forms(lambda sentence, **_figures: sentence),
        families=(Family(code="ACH", label="Achats groupés", categories=(choice,)),),
        likely=(choice,),
        units=(Choice(value="H87", label="pièce, unité"),),
    )


def _desk(zone: Zone, **changes: Any) -> desk_views.DeskPage:
    head = desk_views.QuoteHead(
        id="quote-1", supplier="Protec Alpes", chosen=False, expired=False, replace="quote-1", conditions="30 jours."
    )
    cells = (desk_views.Compared(said="4,20 €", best=True), desk_views.Compared(said="–", detail="sous son minimum"))
    desk = desk_views.DeskPage(
        zone=zone,
        card=ASKED,
        words=WORDS,
        unit="pièces",
        step="",
        next="Ensuite : saisissez les devis au fil de l’eau.",
        wishes=(desk_views.Wish(company="Scierie Dunand", quantity="40 pièces"),),
        wished="6 entreprises, 69 cartons en tout",
        specification="",
        pledges=(),
        totals=(),
        vat_rates=(Choice(value="20", label="20 %"),),
        places=(Choice(value="site", label="Sur le site de chaque entreprise"),),
        rules=(Choice(value="order", label="Dans l’ordre des engagements"),),
        tiers=desk_views.TierFields(shown=(1, 2), folded=(3, 4)),
        time_zone="Europe/Paris",
        comparison=desk_views.Comparison(
            quotes=(head, replace(head, id="quote-2", supplier="Sécurigros", expired=True)),
            rows=(desk_views.ComparedRow(label="Au minimum", hint="200 pièces, prix unitaire HT", cells=cells),),
        ),
        specify=asking("specification", text="EN 388"),
        quote=asking("quote", {"tiers": "Indiquez au moins un prix.", "price_1": "Un prix."}, supplier="Protec"),
        choose=asking("choose"),
        cancel=asking("cancel"),
    )
    return replace(desk, **changes)


def _desk_open(zone: Zone) -> desk_views.DeskPage:
    pledged = desk_views.Pledged(
        company="Scierie Dunand", wish="40 pièces", quantity="40 pièces", tolerance="", share="40 pièces",
        with_vat="213 €", waits=True,
    )  # fmt: skip
    return _desk(
        zone,
        card=CARD,
        specification="EN 388",
        pledges=(pledged, replace(pledged, company="Fournil des Jourdies", waits=False)),
        totals=(Fact(label="Quantité commandable", value="344 pièces"),),
        specify=None,
        quote=None,
        choose=None,
        terms=asking("terms", rule="order", deadline="2026-12-10", at="12:00"),
        extend=asking("extend", {"at": "Les horloges avancent cette nuit-là."}, deadline="2026-03-29", at="02:30"),
        open_form=asking("open", charter="Chaque entreprise commande pour elle-même.", quote="quote-1"),
        delivery=asking("delivery", on="2026-03-04"),
        chosen="Protec Alpes",
    )


def _ledger(zone: Zone) -> desk_views.LedgerPage:
    line = desk_views.LedgerLine(
        order=17, company="Scierie Dunand", quantity="40 pièces", tolerance="", given="40 pièces", by_tolerance=""
    )
    return desk_views.LedgerPage(
        zone=zone,
        card=CARD,
        rule="Le premier engagé est le premier servi.",
        settled=False,
        total="344 pièces",
        wanted="344 pièces",
        facts=(Fact(label="Vendu par", value="12 pièces"),),
        lines=(line, replace(line, order=18, tolerance="4 pièces", by_tolerance="4 pièces", short=True)),
        shares=(Fact(label="Scierie Dunand", value="40 pièces"),),
    )


def _funding(zone: Zone) -> views.FundingPage:
    wrong = {"shares": "Écrivez chaque part comme un nombre d’euros entiers, cinq parts au plus."}
    step = asking("funding", wrong, shares="20, cent", deadline="2026-12-10", at="12:00")
    return views.FundingPage(zone=zone, card=ASKED, time_zone="Europe/Paris", asking=step)


def _sheet(zone: Zone) -> desk_views.SheetPage:
    line = desk_views.SheetLine(
        company="Scierie Dunand", siret="73282932000074", address="12 rue des Sapins", quantity="40 pièces",
        goods="168 €", delivery="9,50 €", with_vat="213 €",
    )  # fmt: skip
    return desk_views.SheetPage(
        id="purchase-1",
        zone=zone,
        title=CARD.title,
        category=CARD.category,
        supplier="Protec Alpes",
        specification="EN 388, niveau F.",
        settled=False,
        facts=(Fact(label="TVA", value="20 %"),),
        lines=(line,),
        total=replace(line, company="Total", siret="", address=""),
    )
