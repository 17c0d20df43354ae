"""The world of the isolation proof: two zones, a thing of every kind in the first, and nine who come to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import httpx
from msgspec import Struct

from marketplace.database import Database, Role
from marketplace.folding import MODELS
from marketplace.reading import visible
from marketplace.settings import Settings
from tests.ground import SECRET, desk
from tests.kept import with_typefaces
from tests.proofs.isolating.things import CANARIES, Furnishing
from tests.proofs.isolating.ways import FIELDS, Way, ways
from tests.web.conftest import Browser, Site, running, tell
from tests.web.test_phones import code_for, type_code
from web.assets import gather
from web.rendering import Renderer

HERE: Final = "jourdies"
THERE: Final = "la-roche"
ACTORS: Final = {
    "anonymous": "",
    "member": "lea",
    "another company’s": "karim",
    "facilitator": "fanny",
    "moderator here": "marc",
    "moderator elsewhere": "ines",
    "administrator": "alix",
    "suspended": "sam",
    "expired": "karim",
}
"""The nine, and who of the story plays them."""
NEIGHBOUR: Final = "another company’s"
STRANGERS: Final = ("anonymous", "moderator elsewhere", "suspended", "expired")
"""To whom nothing of the first zone that is not public may be told from nothing at all."""
FORMS: Final = {
    "contract": "frame", "collection": "collection", "stop": "collection", "route": "collection",
    "session": "session", "trainees": "session", "attendance": "session", "seat": "session",
}  # fmt: skip
"""The steps that only one form of group purchase has."""


class World(Struct):
    """A running site, its nine, and the things of the first zone by the name addresses give them."""

    site: Site
    ways: list[Way]
    browsers: dict[str, Browser]
    programs: dict[str, httpx.Client]
    things: dict[str, str]
    canaries: dict[str, frozenset[str]]

    def ask(self, actor: str, way: Way, address: str) -> httpx.Response:
        """Go one way as one of the nine would: with a page's form, or with a program's body."""
        if way.for_programs:
            return self.programs[actor].request(way.method, address, json=way.body)
        browser = self.browsers[actor]
        if way.method == "GET":
            return browser.client.get(address)
        form = {"csrf": browser.csrf, "command_id": str(uuid4()), **FIELDS}
        return browser.client.request(way.method, address, data=form, headers={"Origin": self.site.base})

    def get(self, actor: str, address: str) -> str:
        """What one of the nine reads at an address."""
        asks = self.programs[actor] if address.startswith("/api/") else self.browsers[actor].client
        return asks.get(address).text

    def things_of(self, way: Way) -> dict[str, str]:
        """The things that an address is asked for: what a form of group purchase has is looked for in one of it."""
        step = way.path.partition("{purchase_id}/")[2].partition("/")[0]
        if step in FORMS:
            return {**self.things, "purchase_id": self.things[f"{FORMS[step]}_purchase"]}
        if "/drafts/" in way.path:
            return {**self.things, "listing_id": self.things["draft_id"]}
        return self.things

    def listings_of(self, company_id: str) -> set[str]:
        """The listings a company has posted or drafted."""
        said = "SELECT listing_id FROM read.listing WHERE company_id = %s"
        return {listing_id for (listing_id,) in self.site.rows(said, company_id)}

    def head(self) -> int:
        """Where the log stands."""
        return self.site.log.head()


@contextmanager
def world(database: Database, *, whole: bool = True) -> Iterator[World]:
    """Tell the story on a database of the proof's own, serve it, and let the nine come; `whole` with all its things."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        here = stack.enter_context(desk(database))
        story = tell(here.marketplace, here.clock.now)
        story.person("fanny", HERE, "facilitator")
        story.person("greta", HERE, "administrator")
        story.person("sam", HERE)
        story.company("mill", HERE, "alix", "sam", siret="55210055400013")
        settings = Settings(var=folder, database_url=database.url, secret=SECRET)
        assets = gather(Settings(var=with_typefaces(folder)))
        site = stack.enter_context(running(database, settings, story, assets, Renderer(assets.tree)))
        furnishing = Furnishing(site)
        if whole:
            furnishing.furnish()
        things = furnishing.things
        with database.connect(Role.WEB) as connection:
            assert visible(connection, site.log.head(), [model.name for model in MODELS], within=30)
        browsers, programs = _come(site)
        if whole:
            things |= _of_lea(site)
            programs["reader"] = site.program("lea", "read")
            browsers |= {"phone": _phone(site), "administrator with a second factor": _greta(site)}
        yield World(site, list(ways(site.app)), browsers, programs, things, CANARIES)


def _phone(site: Site) -> Browser:
    """The phone on the sawmill's dock."""
    phone, paired = type_code(site, code_for(site.browser("lea"), "canary-phone"))
    assert paired.status_code == 303, paired.text
    phone.get("/phone")
    return phone


def _greta(site: Site) -> Browser:
    """Greta, who administers the first zone and nothing else, has a second factor, and has not shown it."""
    browser = site.browser("greta")
    with site.database.connect() as connection:
        connection.execute(
            "INSERT INTO site.second_factor AS f (member_id, secret, confirmed_at) VALUES (%s, 'x', to_timestamp(0)) "
            "ON CONFLICT (member_id) DO UPDATE SET secret = 'x', confirmed_at = to_timestamp(0)",
            [site.story.members["greta"]],
        )
    browser.get("/account")
    return browser


def _of_lea(site: Site) -> dict[str, str]:
    """What Léa has since she came: a session, a token, a passkey, and the weekly mail everybody was written."""
    lea = site.story.members["lea"]
    site.services.digests.send_now(list(site.story.members.values()))
    (session,) = site.rows("SELECT id::text FROM site.session WHERE member_id = %s LIMIT 1", lea)
    (token,) = site.rows("SELECT id::text FROM site.api_token WHERE member_id = %s LIMIT 1", lea)
    (mail,) = site.rows("SELECT id::text FROM site.outbox WHERE member_id = %s AND kind = 'digest' LIMIT 1", lea)
    with site.database.connect() as connection:
        (passkey,) = connection.execute(
            "INSERT INTO site.passkey (member_id, credential_id, public_key, sign_count, name, made_at) "
            "VALUES (%s, 'a', 'b', 0, 'canary-passkey', to_timestamp(0)) RETURNING id::text", [lea]
        ).fetchall()  # fmt: skip
    return {
        "session_id": session[0],
        "token_id": token[0],
        "passkey_id": passkey[0],
        "mail_id": mail[0],
        "which": mail[0],
    }


def _come(site: Site) -> tuple[dict[str, Browser], dict[str, httpx.Client]]:
    browsers: dict[str, Browser] = {"expired": site.browser("karim")}
    with site.database.connect() as connection:
        connection.execute("UPDATE site.session SET expires_at = created_at")
    programs = {"anonymous": site.browser().client}
    programs["expired"] = site.browser(Authorization="Bearer gisement_x").client
    for actor, name in ACTORS.items():
        browsers.setdefault(actor, site.browser(name or None))
        if actor not in programs:
            programs[actor] = site.program(name)
        browsers[actor].get("/account" if name and actor != "expired" else "/sign-in")
    return browsers, programs
