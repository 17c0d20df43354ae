"""The queue: who decides, what they are warned of, and a reason for each refusal that the author reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.listings import AmendListing, Draft, PostListing
from domain.quantities import Quantity
from marketplace.language import translations
from marketplace.reading import visible
from tests.web.bargains import Bargain, ready
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site

QUEUE = "/z/jourdies/moderation"


@pytest.fixture
def marc(site: Site) -> Browser:
    browser = in_french(site, "marc")
    browser.get(QUEUE)
    return browser


def french(message: str, **figures: Any) -> str:
    said = translations("fr").gettext(message)
    return said % figures if figures else said


def draft(title: str, description: str = "") -> Draft:
    return Draft(
        category="PAL.STD",
        title=title,
        description=description,
        quantity=Quantity(amount=Decimal(30), unit="H87", per=None),
        attributes={"ownership": "owned"},
    )


def waiting(site: Site, title: str, description: str = "") -> str:
    """Let Léa post something, and wait until the queue shows it."""
    listing = f"listing-{uuid4()}"
    posting = {"listing_id": listing, "side": "offer", "company_id": site.story.companies["sawmill"],
               "site_id": "site-sawmill", "draft": draft(title, description)}  # fmt: skip
    site.story.do(site.services.marketplace.post_listing, PostListing, site.story.actor("lea"), **posting)
    settle(site)
    return listing


def amended(site: Site, listing: str, title: str) -> None:
    change = {"listing_id": listing, "draft": draft(title)}
    site.story.do(site.services.marketplace.amend_listing, AmendListing, site.story.actor("lea"), **change)
    settle(site)


def settle(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "moderation", "matches"], within=20)


def test_a_reported_message_is_read_with_who_wrote_it_and_why_it_was_reported(site: Site, marc: Browser) -> None:
    bargain, karim, lea = Bargain(site).seen(), ready(site, "karim"), ready(site, "lea")
    assert 'id="reported"' not in marc.get(QUEUE).text
    before = marc.get(QUEUE).text.count('class="count"')
    bargain.send(karim, "messages", {"text": "canary-insult"})
    bargain.send(karim, "messages", {"text": "canary-kind"})
    bargain.seen()
    ((message,),) = site.rows("SELECT message_id FROM read.exchange_message WHERE text = 'canary-insult'")
    assert bargain.send(lea, f"messages/{message}/report", {"sentence": "canary-why"}).status_code == 303
    bargain.seen()
    page = marc.get(QUEUE).text
    section = Page(page[page.index('id="reported"') :]).words
    for said in ("canary-insult", "canary-why", french("%(writer)s to %(reader)s", writer="Bakery", reader="Sawmill")):
        assert said in section
    assert "canary-kind" not in page
    assert page.count('class="count"') > before
    assert site.browser("ines").get(QUEUE).status_code == 403


def item(page: str, listing: str) -> Page:
    """What the queue says and asks about one listing."""
    begins = page.index(f'id="{listing}"')
    return Page(page[begins : page.index("</article>", begins)])


def version(page: str, listing: str) -> str:
    """The version a moderator who has this page open has read."""
    return item(page, listing).typed["seen_version"]


def decides(marc: Browser, listing: str, verdict: str, **said: str) -> Page:
    """Open the form of a verdict, and send it."""
    assert marc.get(f"{QUEUE}/{listing}/{verdict}").status_code == 200
    form = {"ground": "unclear", "sentence": "Précisez, s’il vous plaît.", **said}
    return Page(marc.follow(marc.send(f"{QUEUE}/{listing}/{verdict}", form)).text)


def test_only_moderators_of_the_zone_open_the_queue(site: Site, marc: Browser) -> None:
    assert marc.get(QUEUE).status_code == 200
    assert in_french(site, "alix").get(QUEUE).status_code == 200, "an administrator does too"
    for name in ("lea", "karim", "nora", "ines"):
        answer = in_french(site, name).get(QUEUE)
        assert answer.status_code == 403
        assert (
            french("Only a moderator of the zone can open this page. Its association says who may be one.")
            in Page(answer.text).words
        )
    assert site.browser().get(QUEUE).headers["location"].startswith("/sign-in?to=")
    assert marc.get("/z/nowhere/moderation").status_code == 404


def test_what_waits_is_shown_oldest_first(site: Site, marc: Browser) -> None:
    waiting(site, "Le plus récent de la file")
    words = Page(marc.get(QUEUE).text).words
    assert words.index("50 Euro pallets, waiting") < words.index("Le plus récent de la file")
    assert "À lire avant le" in words


def test_approving_shows_it_to_the_zone(site: Site, marc: Browser) -> None:
    listing, karim = waiting(site, "Palettes à approuver"), site.browser("karim")
    assert karim.get(f"/listings/{listing}").status_code == 404
    marc.get(QUEUE)
    page = Page(marc.follow(marc.send(f"{QUEUE}/{listing}/approve")).text)
    assert french("Approved: the zone sees it now.") in page.words
    assert f'id="{listing}"' not in marc.get(QUEUE).text
    assert karim.get(f"/listings/{listing}").status_code == 200


def test_several_are_approved_at_once_and_one_that_changed_meanwhile_stays(site: Site, marc: Browser) -> None:
    first, second, third = (waiting(site, f"À approuver ensemble, {number}") for number in range(3))
    read = marc.get(QUEUE).text
    ticks = [f"{listing}:{version(read, listing)}" for listing in (first, second, third)]
    amended(site, third, "À approuver ensemble, mais changée")
    page = Page(marc.follow(marc.send(f"{QUEUE}/approve", {"listing": ticks})).text)
    assert french("Listings approved: %(n)s.", n=2) in page.words
    changed = "The company changed this listing while you were reading it: here is what it says now."
    told = french("“%(title)s”: %(why)s", title="À approuver ensemble, mais changée", why=french(changed))
    assert told in page.words
    assert "À approuver ensemble, mais changée" in page.words
    assert marc.get(f"/listings/{first}").status_code == 200


@pytest.mark.parametrize(
    "ticks", [[], ["🙂"], ["listing-1:0"], ["\0"], ["listing-00000000-0000-7000-8000-000000000000:" + "9" * 30]]
)
def test_ticking_nothing_that_waits_is_told_so(marc: Browser, ticks: list[str]) -> None:
    page = Page(marc.follow(marc.send(f"{QUEUE}/approve", {"listing": ticks})).text)
    assert french("Tick at least one listing.") in page.words


def test_the_author_reads_why_and_may_correct_it(site: Site, marc: Browser) -> None:
    listing = waiting(site, "Palettes mal décrites")
    marc.get(QUEUE)
    why = "Précisez le format, s’il vous plaît. <b>Merci</b> 🙂"
    page = Page(marc.follow(marc.send(f"{QUEUE}/{listing}/reject", {"ground": "unclear", "sentence": why})).text)
    assert french("Not published. The author is told, with your sentence.") in page.words
    lea = in_french(site, "lea")
    for address in (f"/listings/{listing}", "/me"):
        words = Page(lea.get(address).text).words
        assert why in words
        assert french("Something needed is missing") in words
    assert site.browser("karim").get(f"/listings/{listing}").status_code == 404
    amended(site, listing, "Palettes 80×120 bien décrites")
    page_again = marc.get(QUEUE).text
    assert "Palettes <del>mal</del><ins>80×120 bien</ins> décrites" in page_again, "word by word"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ground": "unclear", "sentence": ""}, "Say why in a sentence: the company reads it."),
        ({"ground": "unclear", "sentence": " \n\0 "}, "Say why in a sentence: the company reads it."),
        ({"ground": "", "sentence": "Parce que."}, "Choose the ground of the rejection."),
        ({"ground": "boredom", "sentence": "Parce que."}, "Choose one of the answers."),
        ({"ground": "<script>", "sentence": "Parce que."}, "Choose one of the answers."),
    ],
    ids=str,
)
def test_a_refusal_without_a_reason_is_told_beside_it_and_kept(
    site: Site, marc: Browser, fields: dict[str, str], sentence: str
) -> None:
    listing = site.story.listings["waiting"]
    answer = marc.send(f"{QUEUE}/{listing}/reject", fields)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert french(sentence) in page.words
    assert page.typed["sentence"].strip() == fields["sentence"].replace("\0", "").strip()


def test_a_sentence_that_is_too_long_is_kept_whole(site: Site, marc: Browser) -> None:
    listing, long = site.story.listings["waiting"], "é" * 1_001
    answer = marc.send(f"{QUEUE}/{listing}/amend", {"ground": "unclear", "sentence": long})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.typed["sentence"] == long
    assert (
        french("This is too long: %(most)s characters at most, and you wrote %(length)s.", most=1_000, length=1_001)
        in page.words
    )


def test_a_change_is_asked_for_and_its_answer_is_read_again(site: Site, marc: Browser) -> None:
    listing = waiting(site, "Palettes à préciser")
    page = decides(marc, listing, "amend", sentence="Quel format ? canary-ask")
    assert french("Asked: the author is told what to change, and you read it again.") in page.words
    assert f'id="{listing}"' not in marc.get(QUEUE).text
    lea = in_french(site, "lea")
    for address in (f"/listings/{listing}", "/me"):
        words = Page(lea.get(address).text).words
        assert "canary-ask" in words
    assert french("%(zone)s asks for a change", zone="Jourdies") in Page(lea.get(f"/listings/{listing}").text).words
    assert site.browser("karim").get(f"/listings/{listing}").status_code == 404
    amended(site, listing, "Palettes à préciser, 80×120")
    assert "80×120" in item(marc.get(QUEUE).text, listing).words
    assert "canary-ask" not in lea.get(f"/listings/{listing}").text


def test_a_sentence_is_chosen_in_one_tap_and_then_changed(site: Site, marc: Browser) -> None:
    listing = site.story.listings["waiting"]
    said = french(
        "You have posted this already. If something has changed, amend the other listing: it keeps its matches."
    )
    assert said in Page(marc.get(f"{QUEUE}/{listing}/reject").text).words
    filled = Page(marc.get(f"{QUEUE}/{listing}/reject?sentence=posted-twice.fr").text)
    assert filled.typed["sentence"] == said
    for unknown in ("posted-twice.de", "which-format.fr", "", "🙂"):
        assert not Page(marc.get(f"{QUEUE}/{listing}/reject?sentence={unknown}").text).typed["sentence"]


def test_a_zone_keeps_sentences_of_its_own(site: Site, marc: Browser) -> None:
    kept = f"{QUEUE}/sentences"
    own = {
        "sentence_id": f"sentence-{uuid4()}",
        "use": "reject",
        "ground": "other",
        "fr": "Pas ici. canary-own",
        "en": "",
    }
    marc.follow(marc.send(kept, own))
    settle(site)
    reject = f"{QUEUE}/{site.story.listings['waiting']}/reject"
    assert "canary-own" in marc.get(reject).text
    assert "canary-own" not in marc.get(reject.replace("reject", "amend")).text
    for sentence_id in (own["sentence_id"], "posted-twice"):
        marc.follow(marc.send(f"{kept}/{sentence_id}/drop"))
    settle(site)
    page = marc.get(reject).text
    assert "canary-own" not in page
    assert (
        french("You have posted this already. If something has changed, amend the other listing: it keeps its matches.")
        not in page
    )
    empty = marc.send(kept, {**own, "fr": " "})
    assert empty.status_code == 422
    assert french("Write the sentence in one language at least.") in Page(empty.text).words
    for nothing in ("nonsense", "listing-1"):
        assert marc.send(f"{kept}/{nothing}/drop").status_code == 404
        assert marc.send(kept, {**own, "sentence_id": nothing}).status_code == 404


def test_a_decision_is_taken_back_and_the_record_keeps_both(site: Site, marc: Browser) -> None:
    listing = waiting(site, "Palettes reprises")
    decides(marc, listing, "reject")
    settle(site)
    page = marc.get(QUEUE).text
    begins = page.index(f"{QUEUE}/{listing}/take-back")
    decided = Page(page[begins : page.index("</form>", begins)]).typed["decided_version"]
    undo = {"decided_version": decided}
    told = Page(marc.follow(marc.send(f"{QUEUE}/{listing}/take-back", undo)).text)
    assert french("Taken back: it waits where it stood. The record keeps both.") in told.words
    assert f'id="{listing}"' in marc.get(QUEUE).text
    again = Page(marc.follow(marc.send(f"{QUEUE}/{listing}/take-back", undo)).text)
    assert (
        french("There is no decision to take back any more: it was done, or the company changed its words.")
        in again.words
    )
    kinds = [type(each.event).__name__ for each in site.log.history(listing)]
    assert kinds == ["ListingPosted", "ListingRejected", "DecisionTakenBack"]


def test_the_second_of_two_moderators_reads_who_decided_what_and_loses_no_word(site: Site, marc: Browser) -> None:
    listing, alix = waiting(site, "Palettes pour deux"), in_french(site, "alix")
    seen = version(marc.get(QUEUE).text, listing)
    alix.get(QUEUE)
    alix.follow(alix.send(f"{QUEUE}/{listing}/approve"))
    settle(site)
    mine = {"seen_version": seen, "ground": "unclear", "sentence": "Quel format ? canary-mine"}
    answer = marc.send(f"{QUEUE}/{listing}/reject", mine)
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "Alix l’a approuvée" in page.words
    assert page.typed["sentence"] == mine["sentence"]
    alike = Page(marc.follow(marc.send(f"{QUEUE}/{listing}/approve", {"seen_version": seen})).text)
    assert "Alix l’a approuvée" in alike.words


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_a_moderator_who_read_older_words_is_told_and_decides_again(site: Site, marc: Browser, verdict: str) -> None:
    listing = waiting(site, f"Avant, {verdict}")
    seen = version(marc.get(QUEUE).text, listing)
    amended(site, listing, f"Après, {verdict}")
    answer = marc.send(
        f"{QUEUE}/{listing}/{verdict}", {"seen_version": seen, "ground": "other", "sentence": "Parce que."}
    )
    page = Page((marc.follow(answer) if answer.status_code == 303 else answer).text)
    assert french("The company changed this listing while you were reading it: here is what it says now.") in page.words
    assert f"Après, {verdict}" in page.words


def test_deciding_twice_the_same_is_one_decision(site: Site, marc: Browser) -> None:
    listing = waiting(site, "Décidée deux fois")
    marc.get(QUEUE)
    form = {"command_id": str(uuid4())}
    for _click in range(2):
        assert marc.send(f"{QUEUE}/{listing}/approve", form).status_code == 303
    assert len([each for each in site.log.history(listing) if type(each.event).__name__ == "ListingApproved"]) == 1


def test_a_listing_of_another_zone_is_missing_here(site: Site, marc: Browser) -> None:
    forged, invented = site.story.listings["forged"], f"listing-{uuid4()}"
    for step in ("approve", "reject", "amend", "take-back"):
        answers = [marc.send(f"{QUEUE}/{which}/{step}", {"ground": "other"}) for which in (forged, invented, "🙂")]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert answers[0].content == answers[1].content
    assert marc.send(f"{QUEUE}/approve", {"listing": [f"{forged}:0"]}).status_code == 404


def test_a_moderator_decides_in_their_own_zone_only(site: Site) -> None:
    ines = site.browser("ines")
    ines.get("/me")
    listing = site.story.listings["waiting"]
    assert ines.send(f"{QUEUE}/{listing}/approve").status_code == 403
    assert ines.send(f"/z/la-roche/moderation/{listing}/approve").status_code == 404


def test_the_queue_warns_of_what_the_words_give_away(site: Site, marc: Browser) -> None:
    waiting(site, "Palettes à voir", "Appelez le 06 12 34 56 78.")
    assert french("Holds a phone number or an address; visitors see it masked.") in Page(marc.get(QUEUE).text).words


def test_the_listing_itself_offers_its_approval_to_moderators_only(site: Site, marc: Browser) -> None:
    listing = site.story.listings["waiting"]
    assert f"{QUEUE}/{listing}/approve" in marc.get(f"/listings/{listing}").text
    assert f"{QUEUE}/{listing}/approve" not in in_french(site, "lea").get(f"/listings/{listing}").text


@pytest.mark.parametrize("after", ["nonsense", "%F0%9F%99%82", "e30", "A" * 900])
def test_a_cursor_nobody_gave_is_no_fault_of_ours(marc: Browser, after: str) -> None:
    assert marc.get(f"{QUEUE}?after={after}").status_code in (200, 400)


def test_a_program_reads_the_queue_and_decides(site: Site) -> None:
    listing, queue = waiting(site, "Pour un programme, tél. 06 12 34 56 78"), "/api/v1/zones/jourdies/moderation"
    marc = site.program("marc")
    (one,) = [each for each in marc.get(queue).json()["items"] if each["listing"]["id"] == listing]
    assert (one["flags"], one["shown"], one["amended"]) == (["personal_data"], False, False)
    read = {"If-Match": f'"{one["listing"]["version"]}"'}
    why = {"ground": "unclear", "sentence": "Quel format ?"}
    decided = marc.post(f"{queue}/{listing}/reject", json=why, headers=read)
    assert (decided.status_code, decided.json()) == (200, {"version": 1})
    assert marc.post(f"{queue}/{listing}/approve", headers=read).status_code == 409
    assert marc.post(f"{queue}/{listing}/take-back", json={"decided_version": 1}).json() == {"version": 2}
    assert marc.post(f"{queue}/{listing}/amend", json=why).json() == {"version": 3}
    assert marc.post(f"{queue}/{listing}/amend", json={"ground": "boredom", "sentence": "?"}).status_code == 400
    assert marc.post(f"{queue}/{site.story.listings['forged']}/approve").status_code == 404
    for name in ("lea", "ines"):
        assert site.program(name).get(queue).status_code == 403
        assert site.program(name).post(f"{queue}/{listing}/approve").status_code == 403
