"""Companies as the directory shows them: rows to views, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.companies import Audience, Kind, Part
from domain.places import Place
from domain.refused import _
from projections.directory import Entry, Passage
from projections.people import MembershipRow
from web import company_views as views
from web.structured import as_script
from web.visits import Visit

KIND_NAMES: Final[dict[Kind, str]] = {
    "company": _("Company"),
    "association": _("Association"),
    "public_body": _("Public body"),
    "supplier": _("Supplier"),
    "expert": _("Expert or adviser"),
    "eco_organisation": _("Eco-organisation"),
}
HEADINGS: Final = {
    "about": _("What it does"),
    "offers": _("It offers"),
    "seeks": _("It seeks"),
    "shares": _("It shares"),
}
AUDIENCE_NAMES: Final[dict[Audience, str]] = {
    "nobody": _("Nobody"),
    "members": _("Members of the zone"),
    "everyone": _("Everyone, on the web too"),
}
PART_NAMES: Final[dict[Part, tuple[str, str]]] = {
    "listed": (_("Name and trade"), _("Without it, nothing below is shown either.")),
    "about": (_("What it does"), ""),
    "flows": (_("What it offers, seeks and shares"), ""),
    "place": (_("Where it is"), _("The address of each site, and its place on the plan of the zone.")),
    "hours": (_("Opening hours"), ""),
    "contact": (_("How to reach it"), _("Only what you write in the field “How to reach us”.")),
}


def by_company(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """The passages of each company."""
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.company_id, []).append(passage)
    return found


def card(visit: Visit, row: Entry, passages: Sequence[Passage], membership: MembershipRow | None) -> views.CompanyCard:
    """A company in the directory; the sort of organisation is said where it is no company."""
    place = next((one for one in passages if one.part == "place"), None)
    return views.CompanyCard(
        id=row.company_id,
        name=row.name,
        trade=row.trade,
        sort=visit.say(KIND_NAMES[row.kind]) if row.kind != "company" else "",
        place=place.address if place else "",
        told=told(visit, passages),
        adherent=is_adherent(visit, membership),
    )


def told(visit: Visit, passages: Sequence[Passage]) -> tuple[views.Told, ...]:
    """What a company says of itself, under headings."""
    texts = {one.item: one.text for one in passages if one.text}
    return tuple(
        views.Told(label=visit.say(heading), text=texts[item]) for item, heading in HEADINGS.items() if item in texts
    )


def is_adherent(visit: Visit, membership: MembershipRow | None) -> bool:
    """Whether a company has joined the association of the zone, today."""
    return bool(membership and membership.membership == "adherent" and membership.holds_on(visit.now.date()))


def places(
    passages: Mapping[str, Sequence[Passage]], cards: Sequence[views.CompanyCard]
) -> list[tuple[Place, views.CompanyCard]]:
    """Where these companies stand, as far as they say so: each at the first of its sites."""
    found = []
    for one in cards:
        where = next((p for p in passages.get(one.id, ()) if p.latitude is not None and p.longitude is not None), None)
        if where is not None and where.latitude is not None and where.longitude is not None:
            found.append((Place(where.latitude, where.longitude), one))
    return found


def organization(row: Entry, passages: Sequence[Passage], address: str) -> str:
    """A company as JSON-LD, ready for a script: what everyone may read, whoever looks."""
    if row.audience != "everyone":
        return ""
    public = [one for one in passages if one.audience == "everyone"]
    texts = {one.item: one.text for one in public}
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization" if row.kind == "public_body" else "Organization",
        "@id": address,
        "url": address,
        "name": row.name,
        "description": texts.get("about") or row.trade,
        "knowsAbout": row.trade,
        "identifier": {"@type": "PropertyValue", "propertyID": "SIRET", "value": row.siret},
        "makesOffer": texts.get("offers", ""),
        "seeks": texts.get("seeks", ""),
        "location": [
            {
                "@type": "Place",
                "name": one.text,
                "address": one.address,
                "geo": {"@type": "GeoCoordinates", "latitude": float(one.latitude), "longitude": float(one.longitude)},
            }
            for one in public
            if one.part == "place" and one.latitude is not None and one.longitude is not None
        ],
    }
    return as_script(json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False))
