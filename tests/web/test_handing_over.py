"""A zone is handed over on its pages and through the API, and the sessions of who leaves see nothing of it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
from typing import Any
from uuid import uuid4
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import msgspec

from domain.members import EraseMember
from domain.zones import AcceptHandover
from marketplace.database import Role
from marketplace.folding import MODELS
from marketplace.handing_over import HandingOver
from marketplace.reactions.telling_handovers import telling_handovers
from marketplace.reading import visible
from marketplace.zone_notes import ZoneNotes
from tests.web.conftest import Site
from tests.web.one_site import one_site
from web.services import EXPORTS, EXPORTS_WAITING

site = one_site
PAGE = "/z/jourdies/handover"


def form(site: Site, **changes: Any) -> dict[str, Any]:
    today = site.services.clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
    return {
        "name": "Ines", "mail": site.story.mail("ines"), "organisation": "Faucigny", "contact_mail": "",
        "effective_on": today.isoformat(), "words": "The contract ends.", "staying": [site.story.members["marc"]],
        "language": "fr", **changes,
    }  # fmt: skip


def letters(site: Site) -> list[tuple[str, str]]:
    """Whom the reaction writes to about the newest acts, and with which subject."""
    react = telling_handovers(site.services.settings, site.log)
    found = (one for one in site.log.history("zone-jourdies") if type(one.event) in react.events)
    return [(letter.to, letter.subject) for one in found for _mail, letter in react.react(one)]  # type: ignore[misc]


def test_a_proposal_is_checked_withdrawn_and_none_of_others_business(site: Site) -> None:
    alix, marc = site.browser("alix"), site.browser("marc")
    assert "administrator" in marc.get(PAGE).text
    assert marc.get(PAGE).status_code == 403
    assert alix.get(PAGE).status_code == 200
    wrong = alix.send(PAGE, form(site, effective_on="2020-01-01"))
    assert (wrong.status_code, 'id="effective_on-error"' in wrong.text) == (422, True)
    own = alix.send(PAGE, form(site, mail=site.story.mail("alix")))
    assert (own.status_code, 'id="mail-error"' in own.text) == (422, True)
    proposed = alix.send(PAGE, form(site))
    address = proposed.headers["location"]
    assert "Take it back" in alix.follow(proposed).text
    assert alix.send(PAGE, form(site)).status_code == 409
    assert alix.send(f"{address}/accept").status_code == 403
    missing = site.browser("karim").get("/z/jourdies/handover/handover-none")
    assert site.browser("karim").get(address).text.count("404") == missing.text.count("404")
    assert site.browser("karim").get(address).status_code == missing.status_code == 404
    alix.get(address)
    assert alix.send(f"{address}/withdraw").status_code == 303
    assert "Propose the hand-over" in alix.get(PAGE).text


def test_a_program_proposes_and_another_declines(site: Site) -> None:
    alix, ines, marc = site.program("alix"), site.program("ines"), site.program("marc")
    way = "/api/v1/zones/jourdies/handovers"
    asked = {name: value for name, value in form(site).items() if name != "staying"}
    assert marc.post(way, json=asked).status_code == 403
    act = alix.post(way, json=asked)
    assert act.status_code == 201, act.text
    assert act.json()["taker"] is None  # a holder's id is older than the one made for somebody new
    one = f"{way}/{act.json()['id']}"
    assert (ines.get(one).json()["state"], marc.get(one).status_code) == ("proposed", 404)
    declined = ines.post(f"{one}/answers", json={"answer": "decline", "reason": "Too much."})
    assert declined.json()["state"] == "declined", declined.text
    assert ines.get(one).status_code == 404
    assert alix.get(way).json()["items"][0]["reason"] == "Too much."


def test_when_who_accepted_is_gone_it_is_taken_back_and_who_was_told_is_told(site: Site) -> None:
    alix, market = site.browser("alix"), site.services.marketplace
    alix.get(PAGE)
    address = alix.send(PAGE, form(site, mail="gone@example.org")).headers["location"]
    taker = market.member_at("gone@example.org")
    assert taker is not None
    theirs: dict[str, Any] = {"actor": f"member:{taker}", "now": site.services.clock.now()}
    act: dict[str, Any] = {"zone_id": "zone-jourdies", "handover_id": address.rpartition("/")[2]}
    market.accept_handover(AcceptHandover(**theirs, **act, command_id=str(uuid4())))
    assert _told(site) == 2
    market.erase_member(EraseMember(**theirs, member_id=taker, command_id=str(uuid4())))
    _seen(site)
    assert "Whoever accepted it has left" in alix.get(address).text
    assert alix.send(f"{address}/withdraw").status_code == 303
    assert _told(site) == 2
    assert "runs this zone" not in site.browser("karim").get("/z/jourdies").text


def test_on_the_day_the_zone_is_the_takers_and_the_leavers_session_sees_nothing_of_it(site: Site) -> None:
    alix, ines, karim = site.browser("alix"), site.browser("ines"), site.browser("karim")
    listing = f"/listings/{site.story.listings['waiting']}"
    assert alix.get(listing).status_code == 200
    alix.get(PAGE)
    address = alix.send(PAGE, form(site)).headers["location"]
    assert address in ines.get("/me").text
    assert "The contract ends." in ines.get(address).text
    assert ines.get(listing).status_code == 404
    ines.get(address)
    assert ines.send(f"{address}/accept").status_code == 303
    assert "Faucigny runs this zone" in karim.get("/z/jourdies").text
    assert "Faucigny runs this zone" not in site.browser().get("/z/jourdies").text
    assert _told(site) == 2  # Karim and Marc, once; Léa never signed in
    assert _told(site) == 0
    with site.services.database.pool(Role.FOLLOWER, max_size=1) as systems:
        assert HandingOver(site.services.marketplace, site.log, site.services.clock, systems).tick() == 1
    _seen(site)
    assert ines.get(PAGE).status_code == 200
    assert ines.get(listing).status_code == 200
    assert "2 companies accompanied" in ines.get(address).text
    assert alix.get(PAGE).headers["location"].startswith("/sign-in")
    site.sign_in(alix, "alix")
    assert alix.get(PAGE).status_code == 403
    assert alix.get(listing).status_code == 404
    assert alix.get(address).status_code == 404
    assert "Faucigny runs this zone" not in alix.get("/z/jourdies").text
    assert "The contract ends." not in alix.get("/me").text
    subjects = letters(site)
    assert (site.story.mail("ines"), "Will you take over Jourdies?") in subjects
    assert (site.story.mail("alix"), "Jourdies is handed over") in subjects


def _seen(site: Site) -> None:
    with site.services.database.connect(Role.FOLLOWER) as connection:
        assert visible(connection, site.log.head(), [model.name for model in MODELS], within=20)


def _told(site: Site) -> int:
    _seen(site)
    services = site.services
    with services.database.pool(Role.FOLLOWER, max_size=1) as systems:
        return ZoneNotes(services.settings, services.outbox, site.log, services.clock, systems).tick()


def archive(content: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(content))


def test_everything_of_a_zone_is_taken_away_whole_and_nothing_of_another(site: Site) -> None:
    ines, nora = site.browser("ines"), site.browser("nora")
    assert nora.get("/z/la-roche/export").status_code == 403
    assert "Download the archive" in ines.get("/z/la-roche/export").text
    sent = ines.send("/z/la-roche/export")
    assert (sent.status_code, sent.headers["content-type"]) == (200, "application/zip")
    assert int(sent.headers["content-length"]) == len(sent.content)  # so it was whole before the answer began
    taken = archive(sent.content)
    assert taken.testzip() is None
    manifest = msgspec.json.decode(taken.read("la-roche/MANIFEST.json"))
    for file in manifest["files"]:
        content = taken.read(f"la-roche/{file['name']}")
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file["sha256"], file["size"])
    lines = {file["name"]: file["rows"] for file in manifest["files"]}
    assert (lines["companies.csv"], lines["listings.csv"]) == (1, 1)
    assert lines["events.jsonl"] > 5
    everything = b"\n".join(taken.read(name) for name in taken.namelist()).decode()
    assert "canary-forged" in everything
    for foreign in ("canary-pallets", "canary-waiting", site.story.companies["sawmill"], site.story.mail("lea")):
        assert foreign not in everything
    page = taken.read("la-roche/index.html").decode()
    assert "companies.csv" in page
    assert "http" not in page
    assert "<script" not in page
    looks = site.rows("SELECT subject FROM site.access_log WHERE what = 'export' AND thing = '/z/la-roche/export'")
    assert (site.story.companies["forge"],) in looks
    program = site.program("nora")
    assert program.post("/api/v1/zones/la-roche/exports").status_code == 403
    again = site.program("ines").post("/api/v1/zones/la-roche/exports")
    assert len(archive(again.content).namelist()) == len(taken.namelist())


def test_while_as_many_exports_are_under_way_as_may_be_one_more_is_told_to_come_back(site: Site) -> None:
    taken, over = threading.Event(), threading.Event()

    async def keep_busy() -> None:
        writing = [asyncio.create_task(site.services.exporting(over.wait)) for _ in range(EXPORTS + EXPORTS_WAITING)]
        await asyncio.sleep(0)
        taken.set()
        await asyncio.gather(*writing)

    others = threading.Thread(target=asyncio.run, args=(keep_busy(),))
    others.start()
    try:
        assert taken.wait(5)
        answer = site.program("ines").post("/api/v1/zones/la-roche/exports")
        assert (answer.status_code, "Try again shortly" in answer.json()["detail"]) == (503, True)
    finally:
        over.set()
        others.join()
