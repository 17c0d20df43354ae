"""The zone of the simulation: its companies, and what they post, through the marketplace's own use cases."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.listings import Draft, PostListing, Side
from domain.members import InviteMember, JoinMember
from domain.places import Place
from domain.quantities import Period, Quantity
from domain.zones import OPERATOR, GrantRole, OpenZone, SetZonePolicy
from marketplace.application import Marketplace
from marketplace.demo.companies import synthetic_siret
from tests.simulation.people import Person, absences, kinds_of

ZONE: Final = "zone-simulation"
BEGINS: Final = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CENTRE: Final = Place(Decimal("46.06350"), Decimal("6.37240"))


class Good(Struct, frozen=True):
    """Something companies of a zone have and need: how much of it at most, and in what measure."""

    category: str
    title: str
    unit: str
    per: Period | None
    most: int
    answers: dict[str, str]


GOODS: Final = (
    Good("PAL.EPAL1", "Palettes Europe EPAL 80×120", "H87", None, 200, {"condition": "B"}),
    Good("PAL.STD", "Palettes perdues 100×120", "H87", None, 80, {"condition": "B"}),
    Good("CAR.BOX", "Cartons double cannelure 60×40", "H87", None, 400, {"condition": "B"}),
    Good("EMB.CRATE", "Bacs gerbables 600×400", "H87", None, 120, {"condition": "B"}),
    Good("EMB.BIGBAG", "Big bags une seule utilisation", "H87", None, 60, {"condition": "B"}),
    Good("MOB.DESK", "Bureaux droits de 160 cm", "H87", None, 12, {"condition": "B"}),
    Good("BOI.SCRAP", "Chutes de bois non traité", "MTQ", "WEE", 6, {"use_intent": "energy"}),
    Good("PLA.FILM", "Film étirable transparent", "KGM", "MON", 400, {"use_intent": "recycling"}),
)
"""Six that are there once, a flow of every week and one of every month."""


class Entering:
    """What every command of the simulation says; ids come from the seed."""

    def __init__(self, chance: random.Random) -> None:
        """Ids are drawn from `chance`."""
        self._chance = chance

    def id(self, kind: str = "") -> str:
        """A new id."""
        number = uuid.UUID(int=self._chance.getrandbits(128), version=4)
        return f"{kind}-{number}" if kind else str(number)

    def asked(self, actor: str, now: datetime) -> dict[str, Any]:
        """Who asks, when, and under which id."""
        return {"actor": actor, "now": now, "command_id": self.id()}


def settle(market: Marketplace, number: int, weeks: int, enter: Entering, chance: random.Random) -> dict[str, Person]:
    """Open the zone, admit its companies and give each somebody who acts for it, by company."""
    at = BEGINS - timedelta(days=7)
    opened = OpenZone(zone_id=ZONE, slug="simulation", name="Simulation", commune="", place=CENTRE,
                      time_zone="Europe/Paris", **enter.asked(OPERATOR, at))  # fmt: skip
    market.open_zone(opened)
    chief = enter.id("member")
    market.invite_member(
        InviteMember(member_id=chief, home_zone=ZONE, name="Alix", mail="alix@example.org", **enter.asked(OPERATOR, at))
    )
    market.grant_role(GrantRole(zone_id=ZONE, member_id=chief, role="administrator", **enter.asked(OPERATOR, at)))
    market.set_zone_policy(
        SetZonePolicy(
            zone_id=ZONE, moderation="after", digest_weekday=1, digest_hour=7, **enter.asked(f"member:{chief}", at)
        )
    )
    people = {}
    for place, kind in enumerate(kinds_of(number, chance)):
        company_id, member_id = enter.id("company"), enter.id("member")
        person = Person(company_id, member_id, kind, absences(kind, BEGINS, weeks, chance))
        _welcome(market, person, place, enter, at)
        people[company_id] = person
    return people


def _welcome(market: Marketplace, person: Person, number: int, enter: Entering, at: datetime) -> None:
    market.invite_member(
        InviteMember(
            member_id=person.member_id,
            home_zone=ZONE,
            name=f"Person {number}",
            mail=f"person{number}@example.org",
            **enter.asked(OPERATOR, at),
        )
    )
    market.join_member(JoinMember(member_id=person.member_id, **enter.asked(person.actor, at)))
    market.register_company(
        RegisterCompany(
            company_id=person.company_id,
            siret=synthetic_siret(number + 1),
            name=f"Company {number}",
            trade="",
            site_id=site_of(person.company_id),
            site_name="",
            address="",
            place=Place(CENTRE.latitude + Decimal(number % 9) / 1000, CENTRE.longitude + Decimal(number // 9) / 1000),
            zone_id=ZONE,
            **enter.asked(OPERATOR, at),
        )
    )
    market.admit_company(AdmitCompany(company_id=person.company_id, zone_id=ZONE, **enter.asked(OPERATOR, at)))
    market.add_representative(
        AddRepresentative(company_id=person.company_id, member_id=person.member_id, **enter.asked(OPERATOR, at))
    )


def site_of(company_id: str) -> str:
    """The id of a company's one site."""
    return company_id.replace("company", "site")


def posting(person: Person, enter: Entering, chance: random.Random, now: datetime) -> PostListing:
    """Something a company has or needs."""
    good = chance.choices(GOODS, [6, 5, 5, 4, 4, 3, 2, 2])[0]
    sides: tuple[Side, Side] = ("offer", "request")
    side = chance.choice(sides)
    owned = {"ownership": "exchange_pool"} if good.category == "PAL.EPAL1" and side == "offer" else {}
    return PostListing(
        listing_id=enter.id("listing"),
        side=side,
        company_id=person.company_id,
        site_id=site_of(person.company_id),
        draft=Draft(
            category=good.category,
            title=good.title,
            quantity=Quantity(Decimal(chance.randint(max(1, good.most // 4), good.most)), good.unit, good.per),
            attributes={**good.answers, **owned},
        ),
        **enter.asked(person.actor, now),
    )
