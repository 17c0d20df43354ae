"""Believable pages of frame contracts, of suppliers' links, and of what a company said by phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from tests.web.purchase_samples import ASKED, CARD, WORDS, asking
from web import purchase_desk_views as desk_views
from web import purchase_views as views
from web.contract_views import ContractDesk, ContractPage, SiteLine, SiteTold
from web.supplier_views import Link, SupplierPage, SuppliersPage
from web.views import Choice, Fact, View, Viewer, Zone

SITES = (Choice(value="site-1", label="Atelier"), Choice(value="site-2", label="Dépôt"))
FACTS = (Fact(label="Durée", value="36 mois"), Fact(label="Préavis", value="60 jours avant la fin"))
KINDS = (Choice(value="electricity", label="Électricité"), Choice(value="gas", label="Gaz"))
POINT = "12345678901234"


def contract_samples(
    zone: Zone, people: tuple[Viewer, Viewer], now: datetime
) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Name, template, viewer, current page and view."""
    lea, marc = people
    shown = _contract(zone)
    yield "contract", "purchases/contract.html", lea, "purchases", shown
    wrong = views.Asking(key="site", form=asking("site", {"point": "14 chiffres."}, point="12").form, sites=SITES)
    yield "contract-wrong", "purchases/contract.html", lea, "purchases", replace(shown, site=wrong, join=None)
    yield "contract-gas", "purchases/contract.html", lea, "purchases", replace(shown, kind="gas", join=None, sites=())
    inspected = replace(
        shown, kind="inspections", equipment=(1, 2, 3), correcting="site-1", join=None, conflict="Trop tard."
    )
    yield "contract-inspections", "purchases/contract.html", marc, "purchases", replace(inspected, organiser=True)
    yield "contract-cleaning", "purchases/contract.html", lea, "purchases", replace(shown, kind="cleaning", join=None)
    nothing = ContractPage(zone=zone, card=ASKED, words=WORDS, organiser=False, kind=None)
    yield "contract-soon", "purchases/contract.html", lea, "purchases", nothing
    desk = _desk(zone)
    yield "contract-desk", "purchases/contract_desk.html", marc, "purchases", desk
    begun = replace(
        desk, form=asking("contract", {"months": "Un nombre."}, kind="gas"), lines=(), missing=(), conflict=""
    )
    yield "contract-desk-new", "purchases/contract_desk.html", marc, "purchases", begun
    suppliers = _suppliers(zone, now)
    yield "suppliers", "purchases/suppliers.html", marc, "purchases", suppliers
    closed = replace(suppliers, links=(), invite=None, close=None)
    yield "suppliers-none", "purchases/suppliers.html", marc, "purchases", closed
    supplier = _supplier(zone, now)
    yield "supplier", "purchases/supplier.html", None, "", supplier
    yield "supplier-done", "purchases/supplier.html", None, "", replace(supplier, done=True)
    gone = SupplierPage(token="", heading="Ce lien n’ouvre rien", sentence="Demandez-en un nouveau.")
    yield "supplier-gone", "purchases/supplier.html", None, "", gone
    behalf = _behalf(zone)
    yield "behalf", "purchases/behalf.html", marc, "purchases", behalf
    early = replace(behalf, pledging=False, pledged="", wished="24 pièces", charter="")
    yield "behalf-early", "purchases/behalf.html", marc, "purchases", early
    yield "behalf-over", "purchases/behalf.html", marc, "purchases", replace(behalf, said=None, over=True)


def _contract(zone: Zone) -> ContractPage:
    site = views.Asking(key="site", form=asking("site").form, sites=SITES)
    return ContractPage(
        zone=zone,
        card=CARD,
        words=WORDS,
        organiser=False,
        kind="electricity",
        facts=FACTS,
        formula="70 % à prix fixe.",
        together=(Fact(label="Sites décrits", value="6"),),
        sites=(
            SiteTold(
                id="site-1",
                company_id="company-1",
                name="Atelier",
                facts=(Fact(label="PRM", value=POINT),),
                leave=asking("leave", site="site-1"),
            ),
        ),
        site=site,
        equipment=(),
        join=asking("join", {"accepts_charter": "Cochez la case."}, quantity="40", company="company-1"),
        joined="40 MWh",
        charter="Chaque entreprise contracte pour elle-même.",
        supplier="Énergies du Môle",
        unit="MWh",
        until="5 mars 2027",
    )


def _desk(zone: Zone) -> ContractDesk:
    return ContractDesk(
        zone=zone,
        card=CARD,
        kind="electricity",
        kinds=KINDS,
        pricings=(Choice(value="fixed", label="Prix fixe"),),
        facts=FACTS,
        formula="70 % à prix fixe.",
        heads=("PRM", "MWh par an"),
        lines=(SiteLine(company="Scierie Dunand", site="Atelier", cells=(POINT, "185")),),
        missing=("Fournil des Jourdies",),
        totals=(Fact(label="Sites décrits", value="1"),),
        conflict="Trop tard.",
    )


def _suppliers(zone: Zone, now: datetime) -> SuppliersPage:
    link = Link(
        id="invitation-1",
        supplier="Protec Alpes",
        state="open",
        mail="devis@protec.example",
        until="6 décembre 2026",
        address="https://gisement.example/quote/abc",
        revoke=asking("revoke"),
    )
    ended = replace(link, id="invitation-2", address="", revoke=None, mail="")
    return SuppliersPage(
        zone=zone,
        card=ASKED,
        links=(
            link,
            replace(link, id="invitation-3", state="answered", answered_at=now),
            replace(ended, id="invitation-4", state="revoked"),
            replace(ended, id="invitation-5", state="closed"),
            replace(ended, state="over"),
        ),
        specified=False,
        invite=asking("invite", {"mail": "Une seule adresse."}, until="2026-12-06"),
        close=asking("close"),
    )


def _supplier(zone: Zone, now: datetime) -> SupplierPage:
    return SupplierPage(
        token="abc",
        heading="Votre devis, s’il vous plaît",
        sentence="Les entreprises achètent ensemble.",
        zone=zone,
        card=ASKED,
        words=WORDS,
        supplier="Protec Alpes",
        specification="EN 388, niveau F.",
        facts=FACTS,
        formula="70 % à prix fixe.",
        until="6 décembre 2026",
        unit="pièces",
        vat_rates=(Choice(value="20", label="20 %"),),
        places=(Choice(value="site", label="Sur le site de chaque entreprise"),),
        tiers=desk_views.TierFields(shown=(1, 2), folded=(3, 4)),
        quote=asking("quote", {"tiers": "Le prix baisse de ligne en ligne."}, from_1="0", document_waiting="x"),
        entered_at=now,
        document=True,
        waiting=True,
    )


def _behalf(zone: Zone) -> desk_views.BehalfPage:
    said = views.Asking(key="behalf", form=asking("behalf", {"quantity": "Dites combien."}).form, sites=SITES)
    return desk_views.BehalfPage(
        zone=zone,
        card=CARD,
        words=WORDS,
        unit="pièces",
        companies=(Choice(value="company-1", label="Scierie Dunand"),),
        company="Scierie Dunand",
        company_id="company-1",
        pledging=True,
        said=said,
        pledged="40 pièces",
        charter="Chaque entreprise contracte pour elle-même.",
    )
