"""A public listing as schema.org data, for search engines: what a visitor reads on its page, and nothing more."""

from __future__ import annotations

import json
from typing import Any, Final

from domain import taxonomy
from projections.listings import Listing
from projections.people import Zone
from web.presenting import Presenter, quantity_of

_GRADES: Final = {
    "NEW": "NewCondition",
    "A": "UsedCondition",
    "B": "UsedCondition",
    "C": "UsedCondition",
    "REPAIRABLE": "DamagedCondition",
    "BROKEN": "DamagedCondition",
}
# What ends the script before its time, or is no character in old engines, is written as a number.
_ESCAPED: Final = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def structured(row: Listing, zone: Zone, show: Presenter, address: str, photo: str = "") -> str:
    """An offer or a demand as JSON-LD, ready for a script. `show` presents to a visitor; addresses are whole."""
    card = show.card(row)
    quantity = quantity_of(row)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Offer" if row.side == "offer" else "Demand",
        "@id": address,
        "url": address,
        "name": card.title,
        "itemOffered": {
            "@type": "Service" if taxonomy.kind(row.category) == "service" else "Product",
            "name": card.title,
            "category": card.category,
            "description": show.description(row),
            "image": photo,
        },
        "offeredBy": _organization(row),
        "areaServed": {"@type": "Place", "name": zone.name, "address": zone.commune},
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": float(quantity.amount), "unitCode": quantity.unit},
        "availability": f"https://schema.org/{_availability(row)}",
        "availabilityStarts": row.available_from.isoformat() if row.available_from else "",
        "availabilityEnds": row.available_to.isoformat() if row.available_to else "",
        "validThrough": row.expires_at.isoformat() if row.expires_at else "",
        "itemCondition": f"https://schema.org/{_GRADES[row.condition]}" if row.condition in _GRADES else "",
        **_price(row),
    }
    return as_script(json.dumps(_without_blanks(said), ensure_ascii=False))


def as_script(said: str) -> str:
    """JSON that may stand in a script element."""
    return said.translate(_ESCAPED)


def _organization(row: Listing) -> dict[str, str]:
    """Who offers it, where its name is shown to everyone; of who seeks something the vocabulary has no word."""
    if row.side != "offer" or row.visibility != "named" or not row.company:
        return {}
    return {"@type": "Organization", "name": row.company}


def _availability(row: Listing) -> str:
    if row.life != "open" or not row.free:
        return "SoldOut"
    return "InStock" if row.free == row.amount else "LimitedAvailability"


def _price(row: Listing) -> dict[str, Any]:
    """What whoever takes it pays, if that is said."""
    if row.price == "free":
        return {"price": "0", "priceCurrency": row.currency}
    if row.price == "paid_by_receiver" and row.price_cents is not None:
        each = {
            "@type": "UnitPriceSpecification",
            "price": f"{row.price_cents / 100:.2f}",
            "priceCurrency": row.currency,
            "unitCode": row.unit,
            "valueAddedTaxIncluded": False,
        }
        return {"priceSpecification": each}
    return {}


def _without_blanks(said: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_blanks(value) if isinstance(value, dict) else value
        for name, value in said.items()
        if value not in ("", None, {})
    }
