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

from domain.bulletins import BulletinDraft, WriteBulletin
from domain.companies import PairPhone, SuspendCompany
from domain.conversations import SendMessage
from domain.members import SaveSearch
from domain.purchases import ProposePurchase
from marketplace.database import Database, Role
from marketplace.folding import MODELS
from marketplace.reading import visible
from marketplace.settings import Settings
from tests.ground import SECRET, desk
from tests.kept import with_typefaces
from tests.proofs.isolating.ways import FIELDS, Way, ways
from tests.web.bargains import Bargain
from tests.web.conftest import Browser, Site, running, tell
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
STRANGERS: Final = ("anonymous", "moderator elsewhere", "suspended", "expired")
"""To whom nothing of the first zone that is not public may be told from nothing at all."""
OPEN_TO_ZONE: Final = frozenset({"company_id", "member_id"})


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

    def head(self) -> int:
        """Where the log stands."""
        return self.site.log.head()


@contextmanager
def world(database: Database) -> Iterator[World]:
    """Tell the story on a database of the proof's own, serve it, and let the nine come."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        here = stack.enter_context(desk(database))
        story = tell(here.marketplace, here.clock.now)
        story.person("fanny", HERE, "facilitator")
        story.person("sam", HERE)
        story.company("mill", HERE, "alix", "sam", siret="55210055400013")
        settings = Settings(var=folder, database_url=database.url, secret=SECRET)
        assets = gather(Settings(var=with_typefaces(folder)))
        site = stack.enter_context(running(database, settings, story, assets, Renderer(assets.tree)))
        things, canaries = _furnish(site)
        with database.connect(Role.WEB) as connection:
            assert visible(connection, site.log.head(), [model.name for model in MODELS], within=30)
        browsers, programs = _come(site)
        yield World(site, list(ways(site.app)), browsers, programs, things, canaries)


def _furnish(site: Site) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Put a thing of every kind into the first zone, and say whose words are whose."""
    story, market = site.story, site.services.marketplace
    bargain = Bargain(site).accepted().agreed()
    here, lea = story.zones[HERE], story.actor("lea")
    ids = {
        "bulletin_id": f"bulletin-{uuid4()}",
        "purchase_id": f"purchase-{uuid4()}",
        "search_id": f"search-{uuid4()}",
        "phone_id": f"phone-{uuid4()}",
    }
    told = {"listing_id": bargain.listing_id, "exchange_id": bargain.exchange_id, "message_id": f"message-{uuid4()}"}
    sawmill = story.companies["sawmill"]
    story.do(market.send_message, SendMessage, lea, company_id=sawmill, text="canary-message", **told)
    draft = BulletinDraft(topic="news", title="canary-bulletin", text="canary-bulletin")
    writing = {"bulletin_id": ids["bulletin_id"], "zone_id": here, "draft": draft}
    story.do(market.write_bulletin, WriteBulletin, story.actor("alix"), **writing)
    proposed = {"purchase_id": ids["purchase_id"], "zone_id": here, "form": "goods", "category": "ACH.PPE",
                "title": "canary-purchase", "unit": "H87"}  # fmt: skip
    story.do(market.propose_purchase, ProposePurchase, story.actor("alix"), **proposed)
    kept = {"member_id": story.members["lea"], "search_id": ids["search_id"], "zone_id": here}
    story.do(market.save_search, SaveSearch, lea, name="canary-search", text="canary-search", filters={}, **kept)
    story.do(market.pair_phone, PairPhone, lea, company_id=sawmill, phone_id=ids["phone_id"], name="canary-phone")
    refused = {"company_id": story.companies["mill"], "zone_id": here, "reason": "canary-suspension"}
    story.do(market.suspend_company, SuspendCompany, story.actor("marc"), **refused)
    run = frozenset({"facilitator", "administrator"})
    zone = frozenset({"member", "another company’s", "moderator here"}) | run
    sides = frozenset({"member", "another company’s"})
    canaries = {
        "canary-pallets": zone,
        "canary-waiting": frozenset({"member", "moderator here"}) | run,
        "canary-forged": frozenset({"moderator elsewhere"}),
        "canary-interest": sides,
        "canary-dock": sides,
        "canary-message": sides,
        "canary-bulletin": zone,
        "canary-purchase": zone,
        "canary-search": frozenset({"member"}),
        "canary-phone": frozenset({"member"}),
        "canary-suspension": frozenset({"suspended", "moderator here"}) | run,
    }
    things = {
        **ids,
        **told,
        "listing_id": story.listings["waiting"],
        "company_id": sawmill,
        "site_id": "site-sawmill",
        "member_id": story.members["lea"],
        "zone": HERE,
    }
    return things, canaries


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
