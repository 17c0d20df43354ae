"""A small town for tests of mail and time: one zone, three companies and their people, and what they offer and seek."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from uuid_utils import uuid7

from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.listings import Draft, PostListing, Side
from domain.members import InviteMember, JoinMember
from domain.places import Place
from domain.quantities import Quantity
from domain.streams import EVENTS
from domain.zones import OPERATOR, GrantRole, OpenZone, SetZonePolicy
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.digest_letter import digest_writer
from marketplace.digests import MODELS, Digests
from marketplace.eventlog import EventLog, Registry
from marketplace.following import Follower
from marketplace.outbox import Connections, Outbox, keyring
from marketplace.reading import visible
from marketplace.rebuilding import prepare
from marketplace.sending import Rules, Sender
from marketplace.settings import Settings
from marketplace.smtp import Transport

ZONE: Final = "zone-jourdies"
THURSDAY: Final = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
MONDAY: Final = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Seven o'clock in the zone: the hour of its mail."""

FLOWS: Final[tuple[tuple[str, str, Side, str, str, str, dict[str, str]], ...]] = (
    ("sawmill", "PAL.EPAL1", "offer", "50 palettes Europe 80×120, bon état", "50", "H87",
     {"condition": "B", "ownership": "exchange_pool"}),
    ("bakery", "PAL.EPAL1", "request", "Cherche 40 palettes Europe", "40", "H87", {"condition": "B"}),
    ("bakery", "CAR.OCC", "offer", "Cartons ondulés en vrac, chaque semaine", "300", "KGM", {}),
    ("mill", "CAR.OCC", "request", "Recherche carton ondulé à recycler", "250", "KGM", {}),
    ("mill", "EQP.LIFT", "offer", "Transpalette électrique à prêter", "1", "H87", {"condition": "B"}),
    ("sawmill", "EQP.LIFT", "request", "Besoin d’un transpalette deux jours", "1", "H87", {"condition": "C"}),
    ("sawmill", "SRV.GUARD", "offer", "Ronde de gardiennage à partager", "10", "HUR", {}),
    ("bakery", "SRV.GUARD", "request", "Gardiennage de nuit, à plusieurs", "8", "HUR", {}),
    ("mill", "ACH.PPE", "offer", "Groupement d’achat de gants et chaussures", "30", "H87", {}),
    ("sawmill", "ACH.PPE", "request", "Achat groupé d’équipements de protection", "20", "H87", {}),
)  # fmt: skip
PEOPLE: Final = {
    "sawmill": ("Léa Dupont", "lea@example.org", "fr"),
    "bakery": ("Karim Benali", "karim@example.org", "fr"),
    "mill": ("Moira O’Neill", "moira@example.org", "en"),
}
SIRETS: Final = {"sawmill": "73282932000074", "bakery": "44306184100047", "mill": "55210055400013"}


class Town(Struct):
    """A site at work; `members` and `companies` are ids by the company's trade."""

    database: Database
    settings: Settings
    clock: Clock
    log: EventLog
    marketplace: Marketplace
    outbox: Outbox
    digests: Digests
    connections: Connections
    members: dict[str, str]
    companies: dict[str, str]
    pools: tuple[Any, Any]

    def asked(self, actor: str = OPERATOR, **more: Any) -> dict[str, Any]:
        return {"actor": actor, "now": self.clock.now(), "command_id": str(uuid7()), **more}

    def by(self, trade: str) -> dict[str, Any]:
        return self.asked(f"member:{self.members[trade]}")

    def post(
        self, trade: str, category: str, side: Side, title: str, amount: str, unit: str, attributes: dict[str, str]
    ) -> str:
        listing_id = f"listing-{uuid7()}"
        draft = Draft(category=category, title=title, quantity=Quantity(Decimal(amount), unit), attributes=attributes)
        self.marketplace.post_listing(
            PostListing(
                listing_id=listing_id,
                side=side,
                company_id=self.companies[trade],
                site_id=f"site-{trade}",
                draft=draft,
                **self.by(trade),
            )
        )
        return listing_id

    def settle(self) -> None:
        """Wait until the read models show everything."""
        with self.database.connect(Role.WEB) as connection:
            assert visible(connection, self.log.head(), MODELS, within=20)

    def another(self) -> Digests:
        """A second writer, as another process has."""
        webs, systems = self.pools
        return Digests(self.log, self.outbox, self.clock, digest_writer(self.settings), webs=webs, systems=systems)

    def sender(self, transport: Transport) -> Sender:
        rules = Rules(return_path=lambda _mail: "site@example.org")
        return Sender(self.outbox, transport, self.marketplace, self.log, self.clock, rules=rules, writers={})

    def lapse(self) -> None:
        """Let every lease end, and every pause."""
        with self.connections.connection() as connection:
            connection.execute("UPDATE site.outbox SET lease_until = '2000-01-01' WHERE lease_until IS NOT NULL")
            connection.execute("UPDATE site.outbox SET due_at = created_at WHERE state = 'due'")


@contextmanager
def town(database: Database, settings: Settings, at: datetime = THURSDAY) -> Iterator[Town]:
    """Build it at a time of one's choice, listings and all."""
    with ExitStack() as stack:
        clock = Clock(database.url, Role.OWNER)
        clock.set(at)
        log = EventLog(database.url, Registry(*EVENTS), clock)
        stack.callback(log.close)
        connections = stack.enter_context(database.pool(Role.APPEND, max_size=4))
        webs = stack.enter_context(database.pool(Role.WEB, max_size=4))
        systems = stack.enter_context(database.pool(Role.FOLLOWER, max_size=4))
        outbox = Outbox(connections, keyring(connections))
        digests = Digests(log, outbox, clock, digest_writer(settings), webs=webs, systems=systems)
        marketplace = Marketplace(log, secret=settings.secret.encode())
        ids = {trade: f"member-{uuid7()}" for trade in PEOPLE}
        here = Town(
            database, settings, clock, log, marketplace, outbox, digests, connections, ids,
            {trade: f"company-{uuid7()}" for trade in PEOPLE}, (webs, systems),
        )  # fmt: skip
        with database.connect(Role.FOLLOWER) as connection:
            prepare(connection)
        stop = threading.Event()
        follower = threading.Thread(target=Follower(database, log).run, args=(stop,), daemon=True)
        follower.start()
        stack.callback(follower.join)
        stack.callback(_wake, database)
        stack.callback(stop.set)
        found(here)
        here.settle()
        yield here


def _wake(database: Database) -> None:
    """Have the follower see at once that it is told to stop."""
    with database.connect() as connection:
        connection.execute("NOTIFY log")


def found(here: Town) -> None:
    """Open the zone, admit its companies, and let them post what they offer and seek."""
    centre = Place(Decimal("46.06350"), Decimal("6.37240"))
    market = here.marketplace
    market.open_zone(
        OpenZone(
            zone_id=ZONE,
            slug="jourdies",
            name="ZAE Les Jourdies",
            commune="Saint-Pierre-en-Faucigny",
            place=centre,
            time_zone="Europe/Paris",
            **here.asked(),
        )
    )
    chief = f"member-{uuid7()}"
    market.invite_member(
        InviteMember(member_id=chief, home_zone=ZONE, name="Alix", mail="alix@example.org", **here.asked())
    )
    market.grant_role(GrantRole(zone_id=ZONE, member_id=chief, role="administrator", **here.asked()))
    market.set_zone_policy(
        SetZonePolicy(
            zone_id=ZONE, moderation="after", digest_weekday=1, digest_hour=7, **here.asked(f"member:{chief}")
        )
    )
    for number, (trade, (name, mail, language)) in enumerate(PEOPLE.items()):
        place = Place(centre.latitude + Decimal(number) / 500, centre.longitude)
        market.invite_member(
            InviteMember(
                member_id=here.members[trade], home_zone=ZONE, name=name, mail=mail, language=language, **here.asked()
            )
        )
        market.join_member(JoinMember(member_id=here.members[trade], **here.by(trade)))
        market.register_company(
            RegisterCompany(
                company_id=here.companies[trade],
                siret=SIRETS[trade],
                name=trade.title(),
                trade=trade,
                site_id=f"site-{trade}",
                site_name="",
                address="",
                place=place,
                zone_id=ZONE,
                **here.asked(),
            )
        )
        market.admit_company(AdmitCompany(company_id=here.companies[trade], zone_id=ZONE, **here.asked()))
        market.add_representative(
            AddRepresentative(company_id=here.companies[trade], member_id=here.members[trade], **here.asked())
        )
    for flow in FLOWS:
        here.post(*flow)


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)
