"""The street of the journeys: two companies of Les Jourdies, who runs the zone, and what was said before Thursday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.listings import ApproveListing, Draft, PostListing, Side
from domain.members import InviteMember, JoinMember
from domain.places import Place
from domain.quantities import parse_quantity
from domain.zones import OPERATOR, GrantRole, OpenZone, SetZonePolicy
from marketplace.application import Marketplace
from tests.web.conftest import Story

THURSDAY: Final = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
MONDAY: Final = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Seven o'clock in Les Jourdies: the hour of the weekly mail."""
ZONE: Final = "zone-jourdies"
CENTRE: Final = Place(Decimal("46.06350"), Decimal("6.37240"))

PEOPLE: Final = {
    "helene": ("Hélène Marchoux", "helene@fleurimont.example"),
    "karim": ("Karim Belhadri", "karim@deux-torrents.example"),
    "marc": ("Marc Tissieroz", "marc.tissieroz@jourdies.example"),
    "sylvie": ("Sylvie Pernollat", "sylvie.pernollat@jourdies.example"),
}
COMPANIES: Final = {
    "helene": ("Jardinerie Fleurimont", "Jardinerie et pépinière", "Magasin", "73282932000074", "46.06600"),
    "karim": ("Deux-Torrents Logistique", "Entreposage", "Entrepôt", "44306184100047", "46.05600"),
}
# Pallets are what the browser posts; these four kinds were posted and approved before.
FLOWS: Final[tuple[tuple[str, Side, str, str, str], ...]] = (
    ("helene", "offer", "CAR.OCC", "300 KGM MON", "Cartons ondulés en balles, chaque mois"),
    ("karim", "request", "CAR.OCC", "250 KGM MON", "Recherche cartons ondulés à recycler"),
    ("helene", "offer", "EQP.LIFT", "1 H87", "Gerbeur électrique 1 t à prêter"),
    ("karim", "request", "EQP.LIFT", "1 H87", "Cherche un gerbeur électrique pour un mois"),
    ("helene", "offer", "SRV.GUARD", "10 HUR WEE", "Ronde de nuit à partager"),
    ("karim", "request", "SRV.GUARD", "8 HUR WEE", "Ronde de nuit autour de l’entrepôt, à plusieurs"),
    ("helene", "offer", "ACH.PPE", "30 H87", "Achat groupé de gants de protection"),
    ("karim", "request", "ACH.PPE", "20 H87", "Gants de protection : achetons à plusieurs"),
)


class Street(Story):
    """The story of the journeys; everyone reads French."""

    def __init__(self, marketplace: Marketplace, now: Callable[[], datetime]) -> None:
        super().__init__(marketplace, now)
        self._ask = marketplace

    def mail(self, name: str) -> str:
        """Where someone of the street is written to."""
        return PEOPLE[name][1]

    def tell(self) -> None:
        """Open the zone, let everyone in, and let them post what they offer and seek."""
        ask = self._ask
        self.zones["jourdies"] = ZONE
        self.do(
            ask.open_zone, OpenZone, OPERATOR, zone_id=ZONE, slug="jourdies", name="ZAE Les Jourdies",
            commune="Saint-Pierre-en-Faucigny", place=CENTRE, time_zone="Europe/Paris",
            association="Entreprises des Jourdies", contact_mail="bonjour@jourdies.example",
        )  # fmt: skip
        self.do(
            ask.set_zone_policy, SetZonePolicy, OPERATOR, zone_id=ZONE, moderation="before", digest_weekday=1,
            digest_hour=7, review_within_hours=24,
        )  # fmt: skip
        for name, (full, mail) in PEOPLE.items():
            member = self.members[name] = f"member-{uuid4()}"
            invitation = {"member_id": member, "home_zone": ZONE, "name": full, "mail": mail, "language": "fr"}
            self.do(ask.invite_member, InviteMember, OPERATOR, **invitation)
            self.do(ask.join_member, JoinMember, self.actor(name), member_id=member)
        self._role("sylvie", "administrator")
        self._role("marc", "moderator")
        for name in COMPANIES:
            self._company(name)
        for flow in FLOWS:
            self._approved(*flow)

    def _role(self, name: str, role: str) -> None:
        granted = {"zone_id": ZONE, "member_id": self.members[name], "role": role}
        self.do(self._ask.grant_role, GrantRole, OPERATOR, **granted)

    def _company(self, name: str) -> None:
        full, trade, site, siret, latitude = COMPANIES[name]
        company, by = f"company-{uuid4()}", self.actor("sylvie")
        self.companies[name] = company
        self.do(
            self._ask.register_company, RegisterCompany, by, zone_id=ZONE, company_id=company, siret=siret, name=full,
            trade=trade, site_id=f"site-{name}", site_name=site, address="14 rue des Semis",
            place=Place(Decimal(latitude), CENTRE.longitude),
        )  # fmt: skip
        self.do(self._ask.admit_company, AdmitCompany, by, company_id=company, zone_id=ZONE)
        acting = {"company_id": company, "member_id": self.members[name]}
        self.do(self._ask.add_representative, AddRepresentative, by, **acting)

    def _approved(self, name: str, side: Side, category: str, amount: str, title: str) -> None:
        listing = f"listing-{uuid4()}"
        draft = Draft(category=category, title=title, quantity=parse_quantity(*amount.split()))
        posting: dict[str, Any] = {
            "listing_id": listing, "side": side, "company_id": self.companies[name], "site_id": f"site-{name}",
            "draft": draft,
        }  # fmt: skip
        self.do(self._ask.post_listing, PostListing, self.actor(name), **posting)
        self.do(self._ask.approve_listing, ApproveListing, self.actor("marc"), listing_id=listing, zone_id=ZONE)
