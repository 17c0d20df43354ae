"""A running site on a real database, with a small story told through real commands, and browsers to visit it with."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg
import pytest
import uvicorn
from litestar import Litestar
from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command, Receipt
from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.listings import ApproveListing, Draft, PostListing
from domain.members import InviteMember
from domain.places import Place
from domain.quantities import Quantity
from domain.streams import EVENTS
from domain.zones import OPERATOR, GrantRole, OpenZone
from domain.zones import Role as ZoneRole
from marketplace.application import Marketplace
from marketplace.blobs import Blobs
from marketplace.bulletins import Bulletins
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.digest_letter import digest_writer
from marketplace.digests import Digests
from marketplace.documents import Documents
from marketplace.eventlog import EventLog, Registry
from marketplace.folding import MODELS
from marketplace.following import Follower
from marketplace.inviting import Invitations
from marketplace.outbox import Outbox, keyring
from marketplace.photos import Photos
from marketplace.reading import visible
from marketplace.rebuilding import prepare
from marketplace.settings import Settings
from marketplace.signing_in import SignIns
from tests.conftest import Run, cloned
from tests.kept import with_typefaces
from web.app import create_app
from web.assets import Assets, gather
from web.rendering import Renderer
from web.services import Services

SECRET: Final = "a secret of tests, long enough to be one"
STARTS_WITHIN: Final = 10.0
SEEN_WITHIN: Final = 5.0
ENGLISH: Final = {"Accept-Language": "en"}


class Browser:
    """Someone's browser: keeps cookies, knows the token of the page it last read, and says where a form came from."""

    def __init__(self, base_url: str, **headers: str) -> None:
        self.client = httpx.Client(base_url=base_url, headers={**ENGLISH, **headers}, timeout=10)
        self.origin = base_url
        self.csrf = ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        answer = self.client.get(path, headers=headers)
        self._learn(answer)
        return answer

    def send(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Send a form of the page that is open."""
        return self.send_files(path, None, fields, **headers)

    def send_files(
        self, path: str, files: list[Any] | None, fields: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form of the page that is open, with what is chosen in its file fields."""
        form = {"csrf": self.csrf, "command_id": str(uuid4()), **(fields or {})}
        answer = self.client.post(path, data=form, files=files, headers={"Origin": self.origin, **headers})
        self._learn(answer)
        return answer

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Go where an accepted form sends one."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])

    def _learn(self, answer: httpx.Response) -> None:
        if found := re.search(r'name="csrf" value="([^"]*)"', answer.text):
            self.csrf = unescape(found[1])


class Story:
    """Two zones, two companies in the first and one in the second, and the people of both, by short names."""

    def __init__(self, marketplace: Marketplace, now: Callable[[], datetime]) -> None:
        self.goes_on(marketplace, now)
        self.members: dict[str, str] = {}
        self.companies: dict[str, str] = {}
        self.zones: dict[str, str] = {}
        self.home: dict[str, str] = {}
        self.listings: dict[str, str] = {}
        self.position = 0

    def goes_on(self, marketplace: Marketplace, now: Callable[[], datetime]) -> None:
        """Go on with the story on another copy of its database."""
        self._marketplace = marketplace
        self._now = now

    def do(self, use_case: Callable[[Any], Receipt], command: type[Command], by: str, **fields: Any) -> Receipt:
        """Carry out a command now."""
        receipt = use_case(command(actor=by, now=self._now(), command_id=str(uuid4()), **fields))
        self.position = max(self.position, receipt.position)
        return receipt

    def actor(self, name: str) -> str:
        """How events name someone of the story."""
        return f"member:{self.members[name]}"

    def mail(self, name: str) -> str:
        """Where someone of the story is written to."""
        return f"{name}@{name}.example"

    def zone(self, slug: str) -> None:
        """Open a zone, with its administrator."""
        zone = self.zones[slug] = f"zone-{slug}"
        place = Place(Decimal("46.06350"), Decimal("6.37240"))
        names = {"name": slug.replace("-", " ").title(), "commune": "Saint-Pierre-en-Faucigny"}
        self.do(
            self._marketplace.open_zone, OpenZone, OPERATOR, zone_id=zone, slug=slug, **names, place=place,
            time_zone="Europe/Paris",
        )  # fmt: skip

    def person(self, name: str, slug: str, *roles: ZoneRole) -> None:
        """Invite someone."""
        member = self.members[name] = f"member-{uuid4()}"
        self.do(
            self._marketplace.invite_member, InviteMember, OPERATOR, member_id=member, home_zone=self.zones[slug],
            name=name.title(), mail=self.mail(name), language="en",
        )  # fmt: skip
        for role in roles:
            self.do(
                self._marketplace.grant_role, GrantRole, OPERATOR, zone_id=self.zones[slug], member_id=member, role=role
            )

    def company(self, name: str, slug: str, by: str, *people: str, siret: str) -> None:
        """Register and admit a company, and let people act for it."""
        company = self.companies[name] = f"company-{uuid4()}"
        place = Place(Decimal("46.06600"), Decimal("6.37000"))
        self.do(
            self._marketplace.register_company, RegisterCompany, self.actor(by), zone_id=self.zones[slug],
            company_id=company, siret=siret, name=name.title(), trade="trade", site_id=f"site-{name}",
            site_name="yard", address="1 rue du Test", place=place,
        )  # fmt: skip
        self.home[name] = self.zones[slug]
        admission = {"company_id": company, "zone_id": self.zones[slug]}
        self.do(self._marketplace.admit_company, AdmitCompany, self.actor(by), **admission)
        for person in people:
            joining = {"company_id": company, "member_id": self.members[person]}
            self.do(self._marketplace.add_representative, AddRepresentative, self.actor(by), **joining)

    def listing(self, name: str, company: str, by: str, *, side: str = "offer", moderator: str = "") -> None:
        """Post a listing, and have it approved when a moderator is named."""
        listing = self.listings[name] = f"listing-{uuid4()}"
        draft = Draft(
            category="PAL.EPAL1",
            title=f"50 Euro pallets, {name}",
            quantity=Quantity(amount=Decimal(50), unit="H87", per=None),
            description=f"Dry, under the roof. canary-{name}",
            attributes={"condition": "B", "ownership": "exchange_pool"},
        )
        self.do(
            self._marketplace.post_listing, PostListing, self.actor(by), listing_id=listing, side=side,
            company_id=self.companies[company], site_id=f"site-{company}", draft=draft,
        )  # fmt: skip
        if moderator:
            approval = {"listing_id": listing, "zone_id": self.home[company]}
            self.do(self._marketplace.approve_listing, ApproveListing, self.actor(moderator), **approval)


class Site:
    """The site as tests use it."""

    def __init__(
        self, services: Services, database: Database, log: EventLog, story: Story, server: uvicorn.Server, base: str
    ) -> None:
        self.services = services
        self.database = database
        self.log = log
        self.story = story
        self.server = server
        self.base = base
        self._browsers = ExitStack()
        self._acted: object = None

    @property
    def app(self) -> Litestar:
        """The application that is served."""
        app = self.server.config.app
        assert isinstance(app, Litestar)
        return app

    def program(self, name: str, *scopes: str) -> httpx.Client:
        """A program with a token of someone of the story, got as programs get one."""
        code = self.services.sign_ins.issue(self.story.members[name], to="", now=self.services.clock.now()).code
        client = httpx.Client(base_url=self.base, headers=ENGLISH, timeout=10)
        self._takes_turns(client)
        self._browsers.callback(client.close)
        asked = {"mail": self.story.mail(name), "code": code, "scopes": scopes or ("read", "write")}
        answer = client.post("/api/v1/tokens", json=asked)
        assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def close(self) -> None:
        """Close every browser."""
        self._browsers.close()

    def browser(self, name: str | None = None, **headers: str) -> Browser:
        """A browser; signed in as someone of the story when they are named."""
        browser = Browser(self.base, **headers)
        self._takes_turns(browser.client)
        self._browsers.callback(browser.client.close)
        if name is not None:
            self.sign_in(browser, name)
        return browser

    def _takes_turns(self, client: httpx.Client) -> None:
        """Have what one does be there before the next one looks: at once, pages promise it to whoever did it alone."""

        def asks(request: httpx.Request) -> None:
            if request.method != "GET":
                self._acted = client
            elif self._acted not in {None, client}:
                self._acted = None
                with self.database.connect(Role.WEB) as connection:
                    visible(connection, self.log.head(), [model.name for model in MODELS], within=SEEN_WITHIN)

        client.event_hooks["request"].append(asks)

    def sign_in(self, browser: Browser, name: str, to: str = "") -> httpx.Response:
        """Sign in with the link of a mail, as people do."""
        member_id = self.story.members[name]
        token = self.services.sign_ins.issue(member_id, to=to, now=self.services.clock.now()).token
        browser.get(f"/sign-in/{token}")
        answer = browser.send(f"/sign-in/{token}")
        assert answer.status_code == 303, answer.text
        return answer

    def passes(self, span: timedelta) -> None:
        """Let time pass. Administrators are spared: what they owe after it is for the tests of second factors."""
        Clock(self.database.url, Role.OWNER).advance(span)
        self.services.clock.measure()
        with self.database.connect() as connection:
            connection.execute("UPDATE site.second_factor SET wanted_at = wanted_at + %s::interval", [span])

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Ask the database, past every rule."""
        with self.database.connect() as connection:
            return connection.execute(sql.encode(), params).fetchall()


@pytest.fixture(scope="session")
def kept(run: Run) -> Path:
    """Where what takes long to make is kept for the whole run: cut typefaces, and compiled templates."""
    return with_typefaces(run.folder / f"kept-{os.getpid()}")


@pytest.fixture(scope="session")
def assets(kept: Path) -> Assets:
    """The static tree."""
    return gather(Settings(var=kept))


@pytest.fixture(scope="session")
def renderer(assets: Assets, kept: Path) -> Renderer:
    """The pages' templates, compiled once."""
    compiled = kept / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    return Renderer(assets.tree, bytecode=compiled)


class Told(Struct):
    """The database in which the story was told once, to be copied for each test."""

    database: str
    story: Story


@pytest.fixture(scope="session")
def told(run: Run, administrator: psycopg.Connection[tuple[Any, ...]], template: str) -> Iterator[Told]:
    """Tell the story once for the whole run; its read models are up to date."""
    for database in cloned(run, administrator, template):
        clock = Clock(database.url, Role.APPEND)
        with closing(EventLog(database.url, Registry(*EVENTS), clock)) as log:
            story = tell(Marketplace(log, secret=SECRET.encode()), clock.now)
            with following(database, log), database.connect(Role.WEB) as connection:
                assert visible(connection, story.position, [model.name for model in MODELS], within=20)
        with database.connect() as connection:
            name = connection.info.dbname
        yield Told(name, story)


@pytest.fixture
def database(run: Run, administrator: psycopg.Connection[tuple[Any, ...]], told: Told) -> Iterator[Database]:
    """Give a database of this test's own in which the story has been told."""
    yield from cloned(run, administrator, told.database)


@pytest.fixture
def site(database: Database, settings: Settings, told: Told, assets: Assets, renderer: Renderer) -> Iterator[Site]:
    """A running site with its story."""
    with running(database, settings, told.story, assets, renderer) as site:
        yield site


@pytest.fixture(scope="session")
def standing_site(
    run: Run,
    administrator: psycopg.Connection[tuple[Any, ...]],
    told: Told,
    assets: Assets,
    renderer: Renderer,
    kept: Path,
) -> Iterator[Site]:
    """A site that stands for the whole run, for tests that change nothing anyone else looks at."""
    for database in cloned(run, administrator, told.database):
        settings = Settings(var=kept, database_url=database.url, secret=SECRET)
        with running(database, settings, told.story, assets, renderer) as site:
            yield site


@contextmanager
def running(
    database: Database, settings: Settings, story: Story, assets: Assets, renderer: Renderer, **more: Any
) -> Iterator[Site]:
    """Run a site on a free port of this machine."""
    with ExitStack() as stack:
        port = _free_port()
        settings = replace(settings, port=port, base_url=f"http://127.0.0.1:{port}", demo=bool(more))
        clock = Clock(database.url, Role.APPEND)
        clock.measure()
        log = EventLog(database.url, Registry(*EVENTS), clock)
        stack.callback(log.close)
        pool = stack.enter_context(database.pool(Role.APPEND, max_size=4))
        webs = stack.enter_context(database.pool(Role.WEB, max_size=2))
        systems = stack.enter_context(database.pool(Role.FOLLOWER, max_size=2))
        outbox, writer = Outbox(pool, keyring(pool)), digest_writer(settings)
        marketplace = Marketplace(log, secret=settings.secret.encode())
        story.goes_on(marketplace, clock.now)
        stack.enter_context(following(database, log))
        app, services = stack.enter_context(
            _application(
                settings=settings,
                database=database,
                clock=clock,
                marketplace=marketplace,
                outbox=outbox,
                digests=Digests(log, outbox, clock, writer, webs=webs, systems=systems),
                bulletins=Bulletins(log, outbox, clock, writer, systems=systems),
                invitations=Invitations(outbox, log, clock),
                photos=Photos(Blobs(pool, log.keys), log),
                documents=Documents(Blobs(pool, log.keys)),
                sign_ins=SignIns(pool, settings.secret.encode()),
                renderer=renderer,
                assets=assets,
                **more,
            )
        )
        server = stack.enter_context(_serving(app, port))
        site = Site(services, database, log, story, server, settings.base_url)
        stack.callback(site.close)
        yield site


def tell(marketplace: Marketplace, now: Callable[[], datetime]) -> Story:
    """The story of every test: Léa's sawmill and Karim's bakery in Les Jourdies, Nora's forge in the next zone."""
    story = Story(marketplace, now)
    story.zone("jourdies")
    story.zone("la-roche")
    story.person("alix", "jourdies", "administrator", "facilitator")
    story.person("marc", "jourdies", "moderator")
    story.person("lea", "jourdies")
    story.person("karim", "jourdies")
    story.person("ines", "la-roche", "administrator", "facilitator", "moderator")
    story.person("nora", "la-roche")
    story.company("sawmill", "jourdies", "alix", "lea", siret="73282932000074")
    story.company("bakery", "jourdies", "alix", "karim", siret="44306184100047")
    story.company("forge", "la-roche", "ines", "nora", siret="35600000000048")
    story.listing("pallets", "sawmill", "lea", moderator="marc")
    story.listing("waiting", "sawmill", "lea")
    story.listing("forged", "forge", "nora", moderator="ines")
    return story


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def following(database: Database, log: EventLog) -> Iterator[None]:
    with database.connect(Role.FOLLOWER) as connection:
        prepare(connection)
    stop = threading.Event()
    thread = threading.Thread(target=Follower(database, log).run, args=[stop], name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        with database.connect(Role.FOLLOWER) as connection:
            connection.execute("NOTIFY log")
        thread.join()


_idle: dict[bool, list[tuple[Litestar, Services]]] = {True: [], False: []}
"""Applications whose sites are over, with the demonstration's routes and without: to put one together takes longer than
most tests, and all it knows of a site is its services."""


@contextmanager
def _application(**parts: Any) -> Iterator[tuple[Litestar, Services]]:
    """The application of a site: one whose last site is over, given new services, or another one."""
    idle = _idle[parts["settings"].demo]
    if idle:
        app, services = idle.pop()
        vars(services).clear()
        Services.__init__(services, **parts)
    else:
        services = Services(**parts)
        app = create_app(services)
    yield app, services
    idle.append((app, services))


@contextmanager
def _serving(app: Litestar, port: int) -> Iterator[uvicorn.Server]:
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, server_header=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="site", daemon=True)
    thread.start()
    until = time.monotonic() + STARTS_WITHIN
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started, "the site does not start"
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join()
