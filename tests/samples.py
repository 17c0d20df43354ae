"""Samples named once: the zone Les Jourdies, a sawmill, a bakery, the people who act for them, and their words."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from domain.companies import Company
from domain.events import Private
from domain.listings import ApproveListing, Content, Draft, ListingPosted, PostListing
from domain.places import Place
from domain.quantities import Period, Quantity
from domain.zones import Zone

NOW: Final = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
"""A Tuesday, half past ten in the zone."""

JOURDIES: Final = "zone-jourdies"
LA_ROCHE: Final = "zone-la-roche"
SAWMILL: Final = "company-sawmill"
BAKERY: Final = "company-bakery"
LEA: Final = "member-lea"
"""Acts for the sawmill."""
KARIM: Final = "member-karim"
"""Acts for the bakery."""
ANNE: Final = "member-anne"
"""Facilitates Les Jourdies."""
MARC: Final = "member-marc"
"""Moderates Les Jourdies."""
PALLETS: Final = "listing-pallets"

CENTRE: Final = Place(Decimal("46.06350"), Decimal("6.37240"))
YARD: Final = Place(Decimal("46.06600"), Decimal("6.37000"))

_numbers = itertools.count(1)


def asked(by: str = LEA, now: datetime = NOW, **more: Any) -> dict[str, Any]:
    """Who asks, when, and an id of its own: what every command begins with."""
    return {
        "actor": by if ":" in by else f"member:{by}",
        "now": now,
        "command_id": str(uuid.UUID(int=next(_numbers))),
        **more,
    }


def later(**amount: float) -> datetime:
    """Some time after now."""
    return NOW + timedelta(**amount)


def jourdies(moderation: Any = "before") -> Zone:
    """The zone, as decisions see it."""
    return Zone(
        JOURDIES,
        "jourdies",
        "Europe/Paris",
        ("fr", "en"),
        CENTRE,
        moderation=moderation,
        roles={
            ANNE: frozenset({"facilitator"}),
            MARC: frozenset({"moderator"}),
            "member-alix": frozenset({"administrator"}),
        },
    )


def sawmill(**standings: Any) -> Company:
    """The sawmill, admitted in Les Jourdies."""
    return Company(
        SAWMILL, "12345678900007", frozenset({LEA}), {"site-yard": YARD}, standings or {JOURDIES: "admitted"}
    )


def pieces(count: str, per: Period | None = None) -> Quantity:
    """A number of things."""
    return Quantity(amount=Decimal(count), unit="H87", per=per)


def draft(**changes: Any) -> Draft:
    """Fifty Euro pallets, as the sawmill would type it."""
    return Draft(
        **{
            "category": "PAL.EPAL1",
            "title": "50 palettes Europe 80×120, bon état",
            "quantity": pieces("50"),
            "description": "Au sec, sous l’auvent.",
            "attributes": {"condition": "B", "ownership": "exchange_pool"},
            **changes,
        }
    )


def content(**changes: Any) -> Content:
    """What the sawmill's listing says once it is posted."""
    return Content(
        **{
            "category": "PAL.EPAL1",
            "title": Private(SAWMILL, "50 palettes Europe 80×120, bon état"),
            "description": Private(SAWMILL, "Au sec, sous l’auvent."),
            "quantity": pieces("50"),
            "attributes": {"condition": "B", "ownership": "exchange_pool"},
            **changes,
        }
    )


def listing_posted(**changes: Any) -> ListingPosted:
    """The sawmill's pallets, waiting for the zone's approval."""
    return ListingPosted(
        **{
            "listing_id": PALLETS,
            "side": "offer",
            "company_id": SAWMILL,
            "site_id": "site-yard",
            "place": YARD,
            "zones": (JOURDIES,),
            "awaiting": (JOURDIES,),
            "content": content(),
            "expires_at": NOW + timedelta(days=60),
            **changes,
        }
    )


def post_listing(by: str = LEA, **changes: Any) -> PostListing:
    """The wish to post them."""
    return PostListing(
        **{
            **asked(by),
            "listing_id": PALLETS,
            "side": "offer",
            "company_id": SAWMILL,
            "site_id": "site-yard",
            "draft": draft(),
            **changes,
        }
    )


def approve_listing(by: str = MARC, **changes: Any) -> ApproveListing:
    """The wish to show them."""
    return ApproveListing(**{**asked(by), "listing_id": PALLETS, "zone_id": JOURDIES, **changes})
