"""Notices by anyone, what moderators answer, the statement of reasons, appeals, suspensions, the record and figures."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import uuid4

from domain.listings import ApproveListing
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page
from tests.web.test_moderation_pages import french, waiting

site = one_site

DESK = "/z/jourdies/objections"
SAID = {
    "reason": "not_theirs",
    "why": "canary-why",
    "name": "canary-name",
    "mail": "zoe@zoe.example",
    "good_faith": "yes",
}


def settled(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "record", "people", "moderation"], within=20)


def public(site: Site, title: str) -> str:
    """A listing that the zone shows."""
    listing = waiting(site, title)
    approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
    site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    settled(site)
    return listing


def notified(site: Site, browser: Browser, listing: str, **changes: str) -> None:
    browser.get(f"/listings/{listing}/notice")
    answer = browser.send(f"/listings/{listing}/notice", {**SAID, **changes})
    assert french("Your notice is received") in Page(answer.text).words
    settled(site)


def notice_of(site: Site, why: str) -> str:
    ((found,),) = site.rows(f"SELECT notice_id FROM read.record_notice WHERE why = '{why}'")  # noqa: S608  (ours)
    return str(found)


def answered(site: Site, browser: Browser, why: str, **form: str) -> Any:
    browser.get(DESK)
    answer = browser.send(f"{DESK}/notices/{notice_of(site, why)}", {"sentence": "canary-answer", **form})
    settled(site)
    return answer


def test_a_notice_hides_a_listing_its_company_reads_why_and_appeals(site: Site) -> None:
    listing = public(site, "Palettes d’un loueur")
    karim, marc, lea, alix = (in_french(site, name) for name in ("karim", "marc", "lea", "alix"))
    notified(site, karim, listing)
    shown = Page(marc.get(DESK).text).words
    assert "canary-why" in shown
    assert "canary-name" in shown
    assert answered(site, marc, "canary-why", outcome="hidden", ground="pool_pallet").status_code == 303
    assert karim.get(f"/listings/{listing}").status_code == 404
    page, erased = lea.get(f"/listings/{listing}"), f"/listings/{listing}/redact"
    assert erased not in page.text, "what is open may not be without words: it is withdrawn first"
    desk = marc.get(f"/listings/{listing}").text
    assert erased in desk
    assert f"/z/jourdies/record/{listing}" in desk
    version = page.text.partition(f"/statements/{listing}/")[2].partition('"')[0]
    statement = f"/z/jourdies/statements/{listing}/{version}"
    reasons = lea.get(statement)
    words = Page(reasons.text).words
    for said in ("What was decided", "Where, and for how long", "The facts", "How the zone came to it",
                 "Automated means", "Legal or contractual ground", "What you can do"):  # fmt: skip
        assert french(said) in words
    assert "canary-answer" in words
    assert "canary-name" not in page.text + reasons.text
    assert "canary-why" not in page.text + reasons.text
    assert karim.get(statement).status_code == 404
    assert lea.send(f"{statement}/appeal", {"why": ""}).status_code == 422
    assert lea.send(f"{statement}/appeal", {"why": "canary-appeal"}).status_code == 303
    settled(site)
    ((appeal,),) = site.rows("SELECT appeal_id FROM read.record_appeal WHERE why = 'canary-appeal'")
    marc.get(DESK)
    form = {"outcome": "granted", "sentence": "Regardé de nouveau."}
    own = marc.send(f"{DESK}/appeals/{appeal}", form)
    assert own.status_code == 403
    assert french("You took this decision: another moderator of the zone looks at it again.") in Page(own.text).words
    alix.get(DESK)
    assert alix.send(f"{DESK}/appeals/{appeal}", form).status_code == 303
    settled(site)
    assert karim.get(f"/listings/{listing}").status_code == 200
    assert french("Somebody else looked at it than who had decided.") in Page(lea.get(statement).text).words


def test_anyone_gives_notice_of_an_address_without_an_account(site: Site) -> None:
    visitor = in_french(site)
    visitor.get("/z/jourdies/notice")
    empty = visitor.send("/z/jourdies/notice", {"mail": "nowhere"})
    assert empty.status_code == 422
    for sentence in ("Choose what is wrong with it.", "Say where it is: its address, or its name.",
                     "Tick that you say this in good faith: the law asks for it."):  # fmt: skip
        assert french(sentence) in Page(empty.text).words
    place = f"https://ailleurs.example/{uuid4()}"
    form = {**SAID, "why": "canary-place", "where": place, "command_id": str(uuid4())}
    for _twice in range(2):
        assert visitor.send("/z/jourdies/notice", form).status_code == 200
    settled(site)
    assert site.rows("SELECT place FROM read.record_notice WHERE why = 'canary-place'") == [(place,)]
    marc = in_french(site, "marc")
    assert place in Page(marc.get(DESK).text).words
    assert answered(site, marc, "canary-place", outcome="acted").status_code == 303
    foreign = visitor.send("/z/jourdies/notice", form, Origin="https://ailleurs.example")
    assert foreign.status_code == 403


def test_a_notice_that_is_kept_leaves_the_listing_and_names_nobody(site: Site) -> None:
    listing = public(site, "Palettes tout à fait nôtres")
    karim, marc = in_french(site, "karim"), in_french(site, "marc")
    notified(site, karim, listing, why="canary-kept")
    assert answered(site, marc, "canary-kept", outcome="kept", sentence="").status_code == 422
    assert answered(site, marc, "canary-kept", outcome="kept").status_code == 303
    assert karim.get(f"/listings/{listing}").status_code == 200
    assert in_french(site, "ines").get(DESK).status_code == 403
    assert "canary" not in in_french(site, "lea").get(f"/listings/{listing}").text


def test_a_company_is_suspended_told_and_taken_back(site: Site) -> None:
    marc = in_french(site, "marc")
    company = site.story.companies["bakery"]
    assert "Bakery" in marc.get("/z/jourdies/suspensions?q=bak").text
    assert marc.send(f"/z/jourdies/suspensions/{company}", {"reason": ""}).status_code == 422
    assert marc.send(f"/z/jourdies/suspensions/{site.story.companies['forge']}", {"reason": "x"}).status_code == 404
    assert marc.send(f"/z/jourdies/suspensions/{company}", {"reason": "canary-reason"}).status_code == 303
    settled(site)
    listed = marc.get("/z/jourdies/suspensions").text
    assert "canary-reason" in listed
    version = listed.partition(f"/statements/{company}/")[2].partition('"')[0]
    # Whoever loses a right signs in anew.
    assert "canary-reason" in in_french(site, "karim").get(f"/z/jourdies/statements/{company}/{version}").text
    assert in_french(site, "nora").get(f"/z/jourdies/statements/{company}/{version}").status_code == 404
    assert marc.send(f"/z/jourdies/suspensions/{company}/lift").status_code == 303
    settled(site)


def test_the_record_keeps_the_words_and_is_taken_along_whole(site: Site) -> None:
    listing = public(site, "=Palettes au registre")
    marc, ines = in_french(site, "marc"), in_french(site, "ines")
    whole = Page(marc.get(f"/z/jourdies/record/{listing}").text).words
    assert french("Listings posted") in Page(marc.get("/z/jourdies/record?kind=posted").text).words
    assert "=Palettes au registre" in whole
    before = Page(marc.get(f"/z/jourdies/record/{listing}?on=2020-01-01").text).words
    assert french("It was not posted yet.") in before
    at_once = Page(marc.get(f"/z/jourdies/record/{listing}?on=2020-01-01&at=25:99").text).words
    assert french("Write a time, such as 14:00.") in at_once
    assert french("It was not posted yet.") not in Page(marc.get(f"/z/jourdies/record/{listing}?at=23:59").text).words
    assert "=Palettes au registre" in Page(marc.get("/z/jourdies/shown").text).words
    table = list(csv.DictReader(io.StringIO(marc.get("/z/jourdies/record.csv").text.lstrip("\ufeff")), delimiter=";"))
    line = next(row for row in table if row["subject"] == listing and row["kind"] == "approved")
    assert line["title"] == "'=Palettes au registre"
    assert line["who"] == "Marc"
    assert line["seen_by"] == french("the companies of the zone")
    lines = marc.get("/z/jourdies/record.json").json()["lines"]
    assert {one["words"]["title"] for one in lines if one["subject"] == listing} == {"=Palettes au registre"}
    for path in (
        "record?kind=nothing&year=abc&after=x",
        "shown?on=31/02/2026",
        "record/nothing",
        "transparency?year=x",
    ):
        assert marc.get(f"/z/jourdies/{path}").status_code in {200, 404}
    for path in ("record", "record.csv", "record.json", f"record/{listing}", "shown", "suspensions"):
        assert ines.get(f"/z/jourdies/{path}").status_code == 403


def test_the_figures_of_a_year_are_for_everyone_and_open_their_lists_to_moderators(site: Site) -> None:
    public(site, "Palettes comptées")
    visitor, marc = in_french(site), in_french(site, "marc")
    page = visitor.get("/z/jourdies/transparency")
    assert french("Decisions taken by a machine") in Page(page.text).words
    assert "/record" not in page.text
    assert "/z/jourdies/record?kind=approved" in marc.get("/z/jourdies/transparency").text


def test_programs_give_notice_read_the_figures_and_moderators_the_record(site: Site) -> None:
    listing = public(site, "Palettes pour les programmes")
    karim, marc = site.program("karim"), site.program("marc")
    notice = {"reason": "rules", "why": "canary-program", "good_faith": True}
    answer = karim.post(f"/api/v1/listings/{listing}/notices", json=notice)
    assert answer.status_code == 201, answer.text
    assert karim.post(f"/api/v1/listings/{listing}/notices", json={**notice, "good_faith": False}).status_code == 422
    settled(site)
    assert notice_of(site, "canary-program") == answer.json()["id"]
    figures = karim.get("/api/v1/zones/jourdies/transparency").json()
    assert figures["automated_decisions"] == 0
    assert {item["kind"] for item in figures["items"]} >= {"posted", "approved", "notified"}
    assert karim.get("/api/v1/zones/jourdies/record").status_code == 403
    lines = marc.get("/api/v1/zones/jourdies/record?limit=5").json()
    assert lines["next"]
    assert lines["items"][0]["sentence"] == "canary-program"
    (then,) = marc.get(f"/api/v1/zones/jourdies/record?subject={listing}&limit=1").json()["items"]
    assert (then["words"]["title"], then["status"]) == ("Palettes pour les programmes", "approved")
    before = "before=2020-01-01T00:00:00"
    assert marc.get(f"/api/v1/zones/jourdies/record?subject={listing}&{before}").json()["items"] == []
    assert marc.get(f"/api/v1/zones/jourdies/shown?{before}").json() == {"items": [], "next": None}
    shown = marc.get("/api/v1/zones/jourdies/shown?limit=100").json()["items"]
    assert listing in {one["subject"] for one in shown}
    assert karim.get("/api/v1/zones/jourdies/shown").status_code == 403
