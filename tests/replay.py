"""A small town to write in and to read from; what it wrote is replayed from the first event and compared."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from msgspec import Struct
from psycopg.sql import SQL, Identifier

from domain.commands import Receipt
from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.listings import (
    AmendListing,
    ApproveListing,
    PostListing,
    RejectListing,
    RenewListing,
    RequestAmendment,
    Side,
    TakeBackDecision,
    WithdrawListing,
)
from domain.members import InviteMember, JoinMember
from domain.places import Place
from domain.streams import EVENTS
from domain.zones import OPERATOR, GrantRole, OpenZone, SetZonePolicy
from domain.zones import Role as ZoneRole
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS, Connection, dump, fold, make_tables
from marketplace.following import Following
from marketplace.reading import SYSTEM, reading
from marketplace.rebuilding import prepare, shown
from projections import people
from projections.model import Query, ReadModel
from projections.viewer import Viewer
from tests.samples import CENTRE, NOW, YARD, asked, draft

R = TypeVar("R", bound=Struct)
REPLAYED: Final = 97
"""Events a replay folds at a time: a number the follower never uses, since batches must not matter."""


def siret(number: int) -> str:
    """A SIRET that stands up to its check digit."""
    digits = f"{number:013}"
    total = sum(sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(f"{digits}0"))
    return f"{digits}{-total % 10}"


class Town:
    """A site with its log, its follower and its readers, without processes: tests say when each works."""

    def __init__(self, database: Database, log: EventLog, models: Sequence[ReadModel] = MODELS) -> None:
        self.database, self.log, self.models = database, log, models
        self.marketplace = Marketplace(log, secret=b"a secret of tests", history=True)
        self._numbers = itertools.count(1)
        with ExitStack() as connections:
            self.follower = connections.enter_context(database.connect(Role.FOLLOWER, synchronous_commit="off"))
            self.beside = connections.enter_context(database.connect(Role.FOLLOWER, synchronous_commit="off"))
            self.page = connections.enter_context(database.connect(Role.WEB))
            self._made_ready()
            self.close = connections.pop_all().close

    def _made_ready(self) -> None:
        prepare(self.follower, self.models)
        self.following = Following(self.follower, self.beside, self.log, self.models)

    # What happens there

    def zone(self, slug: str, *, moderation: Any = "after", place: Place = CENTRE, now: datetime = NOW) -> str:
        """Open a zone; `administrator-<slug>` administers it, `moderator-…` and `facilitator-…` do what they say."""
        zone_id = f"zone-{slug}"
        self.marketplace.open_zone(
            OpenZone(
                zone_id=zone_id,
                slug=slug,
                name=slug.title(),
                commune="Saint-Pierre",
                place=place,
                time_zone="Europe/Paris",
                **asked(OPERATOR, now),
            )
        )
        roles: tuple[ZoneRole, ...] = ("administrator", "facilitator", "moderator")
        for role in roles:
            self.member(f"{role}-{slug}", zone_id, now=now)
            self.marketplace.grant_role(
                GrantRole(zone_id=zone_id, member_id=f"member-{role}-{slug}", role=role, **asked(OPERATOR, now))
            )
        self.marketplace.set_zone_policy(
            SetZonePolicy(
                zone_id=zone_id, moderation=moderation, digest_weekday=1, digest_hour=7, **asked(OPERATOR, now)
            )
        )
        return zone_id

    def member(self, name: str, zone_id: str, *, now: datetime = NOW) -> str:
        """Invite a person, who signs in."""
        member_id = f"member-{name}"
        self.marketplace.invite_member(
            InviteMember(
                member_id=member_id,
                home_zone=zone_id,
                name=name.title(),
                mail=f"{name}@example.org",
                **asked(OPERATOR, now),
            )
        )
        self.marketplace.join_member(JoinMember(member_id=member_id, **asked(member_id, now)))
        return member_id

    def company(self, name: str, *zone_ids: str, place: Place = YARD, now: datetime = NOW) -> str:
        """Register a company with one person, `member-<name>`, and let it in."""
        company_id = f"company-{name}"
        self.marketplace.register_company(
            RegisterCompany(
                company_id=company_id,
                siret=siret(next(self._numbers)),
                name=f"{name.title()} SA",
                trade="Scierie",
                site_id=f"site-{name}",
                site_name=f"{name.title()}, la cour",
                address="1 rue du Bois",
                place=place,
                zone_id=zone_ids[0],
                **asked(OPERATOR, now),
            )
        )
        for zone_id in zone_ids:
            self.marketplace.admit_company(AdmitCompany(company_id=company_id, zone_id=zone_id, **asked(OPERATOR, now)))
        self.member(name, zone_ids[0], now=now)
        self.marketplace.add_representative(
            AddRepresentative(company_id=company_id, member_id=f"member-{name}", **asked(OPERATOR, now))
        )
        return company_id

    def post(self, of: str, listing: str, side: Side = "offer", *, now: datetime = NOW, **changes: Any) -> Receipt:
        """Post a listing of a company: the sawmill's pallets, unless said otherwise."""
        return self.marketplace.post_listing(
            PostListing(
                listing_id=f"listing-{listing}",
                side=side,
                company_id=f"company-{of}",
                site_id=f"site-{of}",
                draft=draft(**changes),
                **asked(f"member-{of}", now),
            )
        )

    def amend(self, of: str, listing: str, *, now: datetime = NOW, **changes: Any) -> Receipt:
        """Change what a listing says."""
        return self.marketplace.amend_listing(
            AmendListing(listing_id=f"listing-{listing}", draft=draft(**changes), **asked(f"member-{of}", now))
        )

    def approve(self, listing: str, zone: str, *, now: datetime = NOW) -> Receipt:
        """Show a listing in a zone."""
        return self.marketplace.approve_listing(
            ApproveListing(
                listing_id=f"listing-{listing}", zone_id=f"zone-{zone}", **asked(f"member-moderator-{zone}", now)
            )
        )

    def reject(self, listing: str, zone: str, *, now: datetime = NOW) -> Receipt:
        """Keep a listing out of a zone."""
        return self.marketplace.reject_listing(
            RejectListing(
                listing_id=f"listing-{listing}",
                zone_id=f"zone-{zone}",
                ground="unclear",
                sentence="Dites ce que c’est.",
                **asked(f"member-moderator-{zone}", now),
            )
        )

    def ask(self, listing: str, zone: str, *, now: datetime = NOW) -> Receipt:
        """Ask for a change to a listing."""
        return self.marketplace.request_amendment(
            RequestAmendment(
                listing_id=f"listing-{listing}",
                zone_id=f"zone-{zone}",
                ground="unclear",
                sentence="Quel format ?",
                **asked(f"member-moderator-{zone}", now),
            )
        )

    def take_back(self, listing: str, zone: str, version: int, *, now: datetime = NOW) -> Receipt:
        """Take back what a zone decided about a listing at a version."""
        return self.marketplace.take_back_decision(
            TakeBackDecision(
                listing_id=f"listing-{listing}",
                zone_id=f"zone-{zone}",
                decided_version=version,
                **asked(f"member-moderator-{zone}", now),
            )
        )

    def withdraw(self, of: str, listing: str, *, now: datetime = NOW) -> Receipt:
        """Take a listing back."""
        return self.marketplace.withdraw_listing(
            WithdrawListing(listing_id=f"listing-{listing}", **asked(f"member-{of}", now))
        )

    def renew(self, of: str, listing: str, *, now: datetime = NOW) -> Receipt:
        """Say that a listing still holds."""
        return self.marketplace.renew_listing(
            RenewListing(listing_id=f"listing-{listing}", **asked(f"member-{of}", now))
        )

    # What is seen there

    def follow(self) -> None:
        """Bring every read model to the log's head."""
        self.following.catch_up(threading.Event())

    def viewer(self, name: str) -> Viewer:
        """Who a person is, as pages would find out; the empty name is a visitor."""
        if not name:
            return Viewer()
        known = Viewer(member_id=f"member-{name}")
        with reading(self.page, known) as read:
            found = read.one(people.viewer(known.member_id))
        assert found is not None
        return found

    def see(self, name: str, query: Query[R]) -> list[R]:
        """What a person sees, everything having been followed."""
        self.follow()
        with reading(self.page, self.viewer(name)) as read:
            return read.all(query)

    def know(self, query: Query[R]) -> list[R]:
        """What the system sees: everything."""
        self.follow()
        with reading(self.follower, SYSTEM) as read:
            return read.all(query)


@contextmanager
def built(database: Database, registry: Registry | None = None) -> Iterator[Town]:
    """A town; when it is left, each read model is replayed and compared, byte for byte."""
    with closing(EventLog(database.url, registry or Registry(*EVENTS), Clock(database.url))) as log:
        town = Town(database, log)
        try:
            yield town
            town.follow()
            differences = replayed_equal(town.follower, log)
            assert not differences, differences
        finally:
            town.close()


def replayed_equal(connection: Connection, log: EventLog, models: Sequence[ReadModel] = MODELS) -> list[str]:
    """What differs between the shown read models and a replay of the log from zero, as far as each has come.

    The replay goes into tables of its own, and is taken back once compared.
    """
    generations = shown(connection)
    differences: list[str] = []
    for model in models:
        live = generations[model.name]
        with connection.transaction(force_rollback=True):
            schema = replay_tables(connection, model)
            position = 0
            while position < live.position:
                batch = [event for event in log.read(position, REPLAYED) if event.id <= live.position]
                done = fold(connection, model, schema, batch)
                position = live.position if not batch else batch[done - 1].id if done else position
            there, here = dump(connection, model, live.schema), dump(connection, model, schema)
        differences += [
            f"{name}: shown {set(there[name]) - set(here[name])}, replayed {set(here[name]) - set(there[name])}"
            for name in there
            if there[name] != here[name]
        ]
    return differences


def replay_tables(connection: Connection, model: ReadModel) -> str:
    """The schema of empty tables to replay a read model into; made where the template of the tests has none."""
    schema = f"replay_{model.name}"
    if connection.execute("SELECT to_regnamespace(%s)", [schema]).fetchone() == (None,):
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        make_tables(connection, model, schema)
    return schema


def eventually(condition: Callable[[], bool], within: float = 20.0) -> None:
    """Wait for what other threads and processes do."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def place(latitude: str, longitude: str) -> Place:
    """A point on the ground."""
    return Place(Decimal(latitude), Decimal(longitude))
