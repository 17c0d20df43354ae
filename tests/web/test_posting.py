"""Posting and amending: three answers are enough, whatever else is typed is kept and answered beside its field."""

from __future__ import annotations

import threading
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from domain.listings import DESCRIPTION_LENGTH, TITLE_LENGTH
from marketplace.language import catalogue, translations
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import in_french, one_site
from tests.web.page_reading import Page

site = one_site

GOOD: Final = {
    "side": "offer",
    "title": "80 palettes Europe, bon état",
    "category": "PAL.EPAL1",
    "amount": "80",
    "unit": "H87",
    "anyway": "yes",  # these tests post the same thing many times over
}
ENGLISH: Final = {message.id for message in catalogue("fr")}
COUNT: Final = "SELECT count(*) FROM log.event_meta"


@pytest.fixture
def lea(site: Site) -> Browser:
    browser = in_french(site, "lea")
    browser.get("/listings/new")
    return browser


def posted(browser: Browser, **fields: str) -> str:
    """Post a listing, and give its id."""
    browser.get("/listings/new")
    answer = browser.send("/listings/new", {**GOOD, **fields})
    assert answer.status_code == 303, Page(answer.text).errors
    return answer.headers["location"].removeprefix("/listings/")


def french(message: str, **figures: Any) -> str:
    said = translations("fr").gettext(message)
    assert said != message, f"not in French: {message}"
    return said % figures if figures else said


def refused(answer: httpx.Response, field: str) -> Page:
    """The form again, with a sentence beside the field in words of the reader's language."""
    assert answer.status_code == 422
    page = Page(answer.text)
    assert field in page.errors, page.errors
    assert '<html lang="fr">' in answer.text
    return page


def test_three_answers_are_enough(site: Site, lea: Browser) -> None:
    page = Page(lea.follow(lea.send("/listings/new", GOOD)).text)
    assert french("It is recorded. This is how your listing looks.") in page.words
    assert "80 palettes Europe, bon état" in page.words
    assert "80 palettes" in page.words
    assert french("Awaiting approval") in page.words


def test_who_seeks_something_has_not_asked_for_a_gift(lea: Browser) -> None:
    sought = Page(lea.get(f"/listings/{posted(lea, side='request')}").text).words
    assert french("To be agreed") in sought
    assert french("Free") not in sought
    assert french("Free") in Page(lea.get(f"/listings/{posted(lea)}").text).words
    wished = posted(lea, side="request", price="free")
    assert french("Free") in Page(lea.get(f"/listings/{wished}").text).words


def test_a_price_that_nobody_is_said_to_pay_is_asked_about(lea: Browser) -> None:
    for price in ("", "free"):
        page = refused(lea.send("/listings/new", {**GOOD, "price": price, "price_amount": "4,50"}), "price")
        assert page.typed["price_amount"] == "4,50"


def test_what_is_posted_waits_for_the_zone_and_is_missing_to_the_others(site: Site, lea: Browser) -> None:
    listing = posted(lea)
    assert site.browser("karim").get(f"/listings/{listing}").status_code == 404
    assert site.browser("marc").get(f"/listings/{listing}").status_code == 200


def test_an_empty_form_says_everything_that_is_missing_at_once(lea: Browser) -> None:
    page = refused(lea.send("/listings/new"), "title")
    assert page.errors == {
        "side": french("Say whether you have it or need it."),
        "title": french("Say in a few words what it is."),
        "category": french("Choose what it is in the list."),
        "amount": french("Say how much."),
    }
    assert "4 réponses sont à revoir" in page.words


@pytest.mark.parametrize(
    "amount",
    ["12.5 t", "-3", "−3", "1e999", "0", "0,000", "abc", "1,2,3", "1.23,4", "1 23", "१२", "🙂", "<b>5</b>", "NaN",
     "Infinity", "0x10", "9" * 39, "9" * 200, "1,1234567", "'; DROP TABLE", "\0", "12\0e5x"],
)  # fmt: skip
def test_a_wrong_number_is_answered_beside_it_and_kept(lea: Browser, amount: str) -> None:
    page = refused(lea.send("/listings/new", {**GOOD, "amount": amount}), "amount")
    assert page.typed["amount"] == amount.replace("\0", "")
    assert page.typed["title"] == GOOD["title"]
    assert page.typed["category"] == GOOD["category"]
    assert page.typed["side"] == "offer"


@pytest.mark.parametrize("space", [" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}", "’"])
def test_a_number_is_read_as_people_write_it(lea: Browser, space: str) -> None:
    amount = f"1{space}234,5"
    listing = posted(lea, title="Cartons en balles", category="CAR.OCC", amount=amount, unit="KGM", per="MON")
    assert "1\u202f234,5\N{NO-BREAK SPACE}kg" in Page(lea.get(f"/listings/{listing}").text).words


def test_thousands_behind_a_point_are_read_where_nothing_else_is_meant(lea: Browser) -> None:
    listing = posted(lea, amount="1.500")
    assert "1\u202f500 palettes" in Page(lea.get(f"/listings/{listing}").text).words
    typed = Page(lea.get(f"/listings/{listing}/amend").text).typed
    assert typed["amount"] == "1\u202f500"
    assert lea.send(f"/listings/{listing}/amend", typed).status_code == 303
    bales = {**GOOD, "title": "Balles de carton", "category": "CAR.OCC", "unit": "TNE", "amount": "1.500"}
    lea.get("/listings/new")
    page = refused(lea.send("/listings/new", bales), "amount")
    said = french(
        "This may be %(thousands)s or %(decimals)s: write it as one of the two.", thousands=1500, decimals="1,5"
    )
    assert page.errors["amount"] == said


def test_whatever_stands_against_a_listing_is_told_at_once(lea: Browser) -> None:
    page = refused(
        lea.send("/listings/new", {
            **GOOD, "title": "", "unit": "LTR", "minimum_lot": "90", "max_km": "10000",
            "available_from": "2031-05-04", "available_to": "2031-05-03", "pickup_from": "12:00",
        }), "title",
    )  # fmt: skip
    fields = {"title", "unit", "minimum_lot", "max_km", "available_to", "pickup_until"}
    assert set(page.errors) == fields


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "ab"}, "title"),
        ({"title": "\0\0\0\0"}, "title"),
        ({"title": "a" * (TITLE_LENGTH[1] + 1)}, "title"),
        ({"title": "🙂" * 5_000}, "title"),
        ({"description": "é" * (DESCRIPTION_LENGTH + 1)}, "description"),
        ({"side": "neither"}, "side"),
        ({"category": "PAL"}, "category"),
        ({"category": "XXX.YYY"}, "category"),
        ({"category": "<script>"}, "category"),
        ({"unit": "LTR"}, "unit"),
        ({"unit": "🙂"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"per": "HUR"}, "per"),
        ({"price": "barter"}, "price"),
        ({"price": "paid_by_receiver", "price_amount": "4 €"}, "price_amount"),
        ({"price": "paid_by_receiver", "price_amount": "4,123"}, "price_amount"),
        ({"price": "paid_by_receiver", "price_amount": "1e999"}, "price_amount"),
        ({"max_km": "0"}, "max_km"),
        ({"max_km": "1001"}, "max_km"),
        ({"max_km": "2,5"}, "max_km"),
        ({"max_km": "-1"}, "max_km"),
        ({"max_km": "1e3"}, "max_km"),
        ({"available_to": "2020-01-01"}, "available_to"),
        ({"available_to": "31/02/2030"}, "available_to"),
        ({"available_to": "demain"}, "available_to"),
        ({"available_from": "2031-01-02", "available_to": "2031-01-01"}, "available_to"),
        ({"visibility": "everyone"}, "visibility"),
        ({"condition": "EXCELLENT"}, "condition"),
        ({"dimension_mm": "grand"}, "dimension_mm"),
        ({"ownership": "stolen"}, "ownership"),
    ],
    ids=str,
)
def test_an_answer_that_does_not_stand_is_told_beside_it_in_french(
    lea: Browser, fields: dict[str, str], field: str
) -> None:
    page = refused(lea.send("/listings/new", {**GOOD, **fields}), field)
    assert list(page.errors) == [field]
    assert page.errors[field] not in ENGLISH
    kept = {**GOOD, **fields}
    for name in ("title", "description", "amount", "price_amount", "max_km", "available_to", "dimension_mm"):
        if name in kept:
            assert page.typed[name] == kept[name].replace("\0", "").strip(), name


@pytest.mark.parametrize(
    "title",
    ["Palettes <b>solides</b> & propres", "Palettes 🙂 à donner", "Palettes « neuves » ’", "Palettes\0 du quai",
     '"><script>alert(1)</script>', "Palettes {{ 7 * 7 }} %(x)s %s"],
)  # fmt: skip
def test_any_text_is_shown_as_it_was_typed_and_never_runs(lea: Browser, title: str) -> None:
    listing = posted(lea, title=title, description=title)
    shown = lea.get(f"/listings/{listing}").text
    assert title.replace("\0", "") in Page(shown).words
    assert "<script>alert" not in shown


@pytest.mark.parametrize("half", ["%ED%A0%80", "%ED%BF%BF", "%FF", "%C0%80"])
def test_half_characters_are_no_fault_of_ours(site: Site, lea: Browser, half: str) -> None:
    form = "&".join(
        f"{name}={value}"
        for name, value in {
            "csrf": lea.csrf,
            "command_id": uuid4(),
            **GOOD,
            "title": f"Palettes{half}",
            "amount": half,
        }.items()
    )
    headers = {"Origin": site.base, "Content-Type": "application/x-www-form-urlencoded"}
    answer = lea.client.post("/listings/new", content=form, headers=headers)
    assert 400 <= answer.status_code < 500


def test_a_rental_pool_pallet_is_refused_with_the_reason_and_the_way_out(lea: Browser) -> None:
    answer = lea.send("/listings/new", {**GOOD, "title": "40 palettes CHEP bleues", "category": "PAL.STD"})
    page = refused(answer, "ownership")
    assert "appartiennent au loueur" in page.errors["ownership"]
    assert "comme restitution" in page.errors["ownership"]
    assert page.words.count("appartiennent au loueur") == 1
    assert page.typed["title"] == "40 palettes CHEP bleues"


def test_a_poolers_pallets_become_a_return_in_one_tap(lea: Browser) -> None:
    theirs = {**GOOD, "title": "41 palettes C.H.E.P.", "category": "PAL.STD", "amount": "41"}
    lea.send("/listings/new", theirs)
    posted = lea.send("/listings/new", {**theirs, "as_return": "yes"})
    assert posted.status_code == 303, posted.text
    assert "CHEP" in lea.follow(posted).text


def test_blue_pallets_are_asked_about_and_posted_once_they_are_said_to_be_ours(lea: Browser) -> None:
    blue = {**GOOD, "title": "30 palettes bleues", "category": "PAL.STD", "amount": "30"}
    page = refused(lea.send("/listings/new", blue), "ownership")
    assert "palettes bleues" in page.words
    assert "owned" in page.options["ownership"]
    assert lea.send("/listings/new", {**blue, "ownership": "owned"}).status_code == 303


def test_pallets_of_a_pooler_are_posted_as_a_return(lea: Browser) -> None:
    blue = {**GOOD, "title": "30 palettes bleues", "category": "PAL.STD", "amount": "30", "ownership": "rental_pool"}
    page = Page(lea.follow(lea.send("/listings/new", blue)).text)
    assert "restitution" in page.words


def test_the_same_form_sent_twice_is_one_listing(site: Site, lea: Browser) -> None:
    before = site.rows(COUNT)
    form = {**GOOD, "title": "Envoyé deux fois", "command_id": str(uuid4())}
    first, second = lea.send("/listings/new", form), lea.send("/listings/new", form)
    assert first.headers["location"] == second.headers["location"]
    assert site.rows(COUNT) == [(before[0][0] + 1,)]


def test_the_same_form_sent_at_once_by_an_impatient_hand_is_one_listing(site: Site, lea: Browser) -> None:
    before, form = site.rows(COUNT), {**GOOD, "title": "Envoyé d’un double clic", "command_id": str(uuid4())}
    answers: list[httpx.Response] = []
    sends = [threading.Thread(target=lambda: answers.append(lea.send("/listings/new", form))) for _click in range(4)]
    for send in sends:
        send.start()
    for send in sends:
        send.join()
    assert len({answer.headers.get("location") for answer in answers}) == 1
    assert site.rows(COUNT) == [(before[0][0] + 1,)]


def test_a_form_that_was_changed_after_it_was_sent_is_shown_again(site: Site, lea: Browser) -> None:
    form = {**GOOD, "title": "La première fois", "command_id": str(uuid4())}
    lea.send("/listings/new", form)
    before = site.rows(COUNT)
    answer = lea.send("/listings/new", {**form, "title": "Une autre fois"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.typed["title"] == "Une autre fois"
    assert page.typed["command_id"] != form["command_id"]
    assert site.rows(COUNT) == before


def reading(browser: Browser, **typed: str) -> Page:
    """What a script shows while one types."""
    browser.get("/listings/new")
    answer = browser.send("/listings/new/reading", typed, **{"HX-Request": "true", "HX-Trigger": "category"})
    assert answer.status_code == 200
    return Page(answer.text)


def test_five_likely_categories_are_suggested_while_one_types(lea: Browser) -> None:
    found = reading(lea, title="120 palettes europe").options["category"]
    assert found[0] == "PAL.EPAL1"
    assert len(found) <= 5
    assert reading(lea, title="zzz").options.get("category", []) == []
    reading(lea, title="\N{SLIGHTLY SMILING FACE}" * 300)


def test_who_acts_for_no_company_is_told_whom_to_ask(site: Site) -> None:
    answer = in_french(site, "marc").get("/listings/new")
    assert answer.status_code == 403
    assert (
        french("You act for no company yet: the facilitator of your zone can change that in a minute.")
        in Page(answer.text).words
    )


def test_a_facilitator_posts_on_behalf_of_a_company_and_it_shows(site: Site) -> None:
    alix, bakery = in_french(site, "alix"), site.story.companies["bakery"]
    listing = posted(alix, title="Sacs de farine vides", category="TEX.OTHER", unit="KGM", for_company=bakery)
    page = Page(alix.get(f"/listings/{listing}").text)
    assert "Bakery" in page.words
    assert french("by the facilitator, on the company’s behalf") in page.words
    assert listing in in_french(site, "karim").get("/me").text


def test_a_facilitator_is_asked_for_whom_and_nothing_is_chosen_for_them(site: Site) -> None:
    claire = site.story
    claire.person("claire", "jourdies", "facilitator")
    with site.database.connect() as connection:
        assert visible(connection, claire.position, ["people"], within=20)
    browser = in_french(site, "claire")
    assert Page(browser.get("/listings/new").text).typed["for_company"] == ""
    refused(browser.send("/listings/new", GOOD), "for_company")
    assert browser.send("/listings/new", {**GOOD, "for_company": claire.companies["bakery"]}).status_code == 303


def test_pieces_are_counted_whole(lea: Browser) -> None:
    page = refused(lea.send("/listings/new", {**GOOD, "amount": "1,234"}), "amount")
    assert page.typed["amount"] == "1,234"


def test_nobody_posts_for_a_company_that_is_not_theirs(site: Site, lea: Browser) -> None:
    answer = lea.send("/listings/new", {**GOOD, "for_company": site.story.companies["forge"]})
    assert answer.status_code == 422
    assert french("Choose one of the answers.") in Page(answer.text).words


# --- amended, renewed, withdrawn ----------------------------------------------------------------------------------


def test_the_form_opens_with_what_the_listing_says(lea: Browser) -> None:
    said = {"title": "Caisses à reprendre", "category": "PAL.BOX", "amount": "12", "description": "Ligne 1\nLigne 2",
            "price": "paid_by_receiver", "price_amount": "4,50", "max_km": "30", "condition": "B",
            "available_to": "2031-05-04", "visibility": "public"}  # fmt: skip
    listing = posted(lea, **said)
    typed = Page(lea.get(f"/listings/{listing}/amend").text).typed
    assert {name: typed[name] for name in said} == said


def test_saving_shows_the_new_words(lea: Browser) -> None:
    listing = posted(lea)
    form = {**Page(lea.get(f"/listings/{listing}/amend").text).typed, "title": "79 palettes Europe"}
    page = Page(lea.follow(lea.send(f"/listings/{listing}/amend", form)).text)
    assert "79 palettes Europe" in page.words
    assert french("Saved.") in page.words


def test_what_is_wrong_in_an_amendment_is_told_beside_it_and_kept(lea: Browser) -> None:
    listing = posted(lea)
    form = {**Page(lea.get(f"/listings/{listing}/amend").text).typed, "amount": "12.5 t", "title": "🙂" * 200}
    page = refused(lea.send(f"/listings/{listing}/amend", form), "amount")
    assert set(page.errors) == {"amount", "title"}
    assert page.typed["amount"] == "12.5 t"
    assert page.typed["title"] == "🙂" * 200
    assert page.typed["seen_version"] == form["seen_version"]


def test_of_two_tabs_the_second_is_told_and_loses_nothing(lea: Browser) -> None:
    listing = posted(lea)
    address = f"/listings/{listing}/amend"
    first, second = (Page(lea.get(address).text).typed for _tab in range(2))
    assert lea.send(address, {**first, "title": "Écrit dans le premier onglet"}).status_code == 303
    answer = lea.send(address, {**second, "title": "Écrit dans le second"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert french("The company changed this listing while you were reading it: here is what it says now.") in page.words
    assert "Écrit dans le premier onglet" in page.words
    assert french("It says now: %(value)s", value="Écrit dans le premier onglet") in page.words
    assert page.typed["title"] == "Écrit dans le second"
    assert lea.send(address, page.typed).status_code == 303
    assert "Écrit dans le second" in lea.get(f"/listings/{listing}").text


def test_renewing_and_withdrawing_take_one_button_each(lea: Browser) -> None:
    listing = posted(lea)
    page = Page(lea.follow(lea.send(f"/listings/{listing}/renew")).text)
    assert french("Renewed: it stays for another sixty days.") in page.words
    page = Page(lea.follow(lea.send(f"/listings/{listing}/withdraw", {"reason": "Tout est parti 🙂"})).text)
    assert french("Withdrawn by its company") in page.words
    assert lea.send(f"/listings/{listing}/withdraw").status_code == 303, "asking twice is no fault"


def test_a_withdrawn_listing_is_not_amended(lea: Browser) -> None:
    listing = posted(lea)
    form = Page(lea.get(f"/listings/{listing}/amend").text).typed
    lea.send(f"/listings/{listing}/withdraw")
    answer = lea.send(f"/listings/{listing}/amend", {**form, "title": "Revenue"})
    assert answer.status_code == 422
    assert french("This listing was withdrawn. Post it again to bring it back.") in Page(answer.text).words


def test_only_its_company_changes_a_listing_and_it_is_missing_to_another_zone(site: Site) -> None:
    listing = site.story.listings["pallets"]
    karim, nora = in_french(site, "karim"), in_french(site, "nora")
    for step in ("amend", "renew", "withdraw"):
        for browser, status in ((karim, 403), (nora, 404)):
            browser.get("/me")
            assert browser.send(f"/listings/{listing}/{step}", GOOD).status_code == status
    missing = nora.send(f"/listings/listing-{uuid4()}/withdraw")
    foreign = nora.send(f"/listings/{listing}/withdraw")
    assert missing.content == foreign.content


def test_a_form_without_an_id_or_with_a_made_up_version_is_not_read(lea: Browser) -> None:
    for wrong in ({"command_id": "x"}, {"command_id": "\0"}, {"seen_version": "-1"}, {"seen_version": "1e9"}):
        assert lea.send("/listings/new", {**GOOD, **wrong}).status_code == 400


def test_a_visitor_signs_in_first(site: Site) -> None:
    answer = site.browser().get("/listings/new?side=request")
    assert answer.headers["location"] == "/sign-in?to=%2Flistings%2Fnew%3Fside%3Drequest"


def test_what_the_address_says_is_chosen_already(lea: Browser) -> None:
    typed = Page(lea.get("/listings/new?side=request&category=CAR.BOX").text).typed
    assert (typed["side"], typed["category"]) == ("request", "CAR.BOX")
    typed = Page(lea.get("/listings/new?side=nothing&category=NO.THING").text).typed
    assert "side" not in typed


def test_everything_one_posted_is_there_after_the_read_models_caught_up(site: Site, lea: Browser) -> None:
    posted(lea)
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "matches", "moderation"], within=20)


# --- read, and taken ----------------------------------------------------------------------------------------------


def test_what_the_words_say_is_proposed_beside_its_field_and_filled_in_nowhere(lea: Browser) -> None:
    page = reading(lea, title="une cinquantaine de 80x120 par semaine, classe B", category="PAL.EPAL1")
    assert "50 palettes par semaine" in page.words
    assert french("a round figure") in page.words
    assert page.typed["condition"] == ""


def test_a_chip_without_scripts_fills_its_fields_and_keeps_the_rest(lea: Browser) -> None:
    lea.get("/listings/new")
    typed = {**GOOD, "title": "une cinquantaine de 80x120 par semaine", "amount": "", "description": "Au sec"}
    answer = lea.send("/listings/new/reading", {**typed, "take": "amount=50&unit=H87&per=WEE&side=offer&csrf=x"})
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.errors == {}
    expected = {"amount": "50", "per": "WEE", "description": "Au sec", "title": typed["title"]}
    assert {name: page.typed[name] for name in expected} == expected
    assert page.typed["csrf"] == lea.csrf


def test_the_details_of_another_category_are_named_and_come_back_with_theirs(lea: Browser) -> None:
    page = reading(lea, title="Cartons", category="CAR.OCC", ispm15="true", form="baled")
    assert (
        french(
            "Not kept for “%(category)s”, and back if you change again:",
            category="Carton ondulé à recycler (balles ou vrac)",
        )
        in page.words
    )
    assert page.typed["ispm15"] == "true"
    listing = posted(lea, title="Cartons", category="CAR.OCC", unit="TNE", amount="2", ispm15="true", form="baled")
    assert "NIMP" not in Page(lea.get(f"/listings/{listing}").text).words


def test_what_a_quantity_weighs_is_said_to_be_an_estimate(lea: Browser) -> None:
    page = reading(lea, title="Palettes", category="PAL.EPAL1", amount="80", unit="H87")
    assert "≈ 2\N{NO-BREAK SPACE}t" in page.words
    assert "estimé" in page.words


def test_a_unit_that_does_not_fit_is_said_at_once_and_stays(lea: Browser) -> None:
    page = reading(lea, title="Palettes", category="PAL.EPAL1", amount="80", unit="LTR")
    assert french("This unit does not fit what you chose.") in page.words
    assert page.typed["unit"] == "LTR"
    assert reading(lea, title="Cartons", category="CAR.OCC", unit="H87").typed["unit"] == "TNE"


def test_the_terms_of_the_pick_up_are_shown_and_proposed_again_as_last_time(lea: Browser) -> None:
    said = {"pickup_seen": "yes", "pickup_day_1": "yes", "pickup_from": "8h", "pickup_until": "12:30",
            "pickup_place": "dock", "pickup_forklift": "no", "pickup_lorry": "19t"}  # fmt: skip
    listing = posted(lea, **said)
    shown = Page(lea.get(f"/listings/{listing}").text).words
    assert french("At a dock") in shown
    assert french("19 t lorry") in shown
    page = Page(lea.get("/listings/new").text)
    assert french("as last time") in page.words
    assert (page.typed["pickup_from"], page.typed["pickup_place"]) == ("08:00", "dock")
    emptied = refused(lea.send("/listings/new", {**GOOD, "amount": "x", "pickup_seen": "yes"}), "amount")
    assert emptied.typed["pickup_from"] == "", "what was emptied stays empty"
    amended = Page(lea.get(f"/listings/{listing}/amend").text).typed
    assert {name: amended[name] for name in ("pickup_day_1", "pickup_until")} == {
        "pickup_day_1": "yes",
        "pickup_until": "12:30",
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"pickup_from": "8h"}, "pickup_until"),
        ({"pickup_from": "12:00", "pickup_until": "8:00"}, "pickup_until"),
        ({"pickup_from": "tôt"}, "pickup_from"),
        ({"pickup_lorry": "tank"}, "pickup_lorry"),
        ({"minimum_lot": "81"}, "minimum_lot"),
        ({"minimum_lot": "x"}, "minimum_lot"),
        ({"minimum_lot": "8", "whole_lot": "true"}, "minimum_lot"),
        ({"max_km": "10000"}, "max_km"),
    ],
    ids=str,
)
def test_an_answer_about_fetching_or_parts_that_cannot_be_is_told_beside_it(
    lea: Browser, fields: dict[str, str], field: str
) -> None:
    assert list(refused(lea.send("/listings/new", {**GOOD, **fields}), field).errors) == [field]


def test_a_smallest_part_is_shown_in_words(lea: Browser) -> None:
    listing = posted(lea, minimum_lot="10")
    assert "10 palettes" in Page(lea.get(f"/listings/{listing}").text).words
    assert Page(lea.get(f"/listings/{listing}/amend").text).typed["minimum_lot"] == "10"


def test_what_a_company_called_so_before_is_among_the_suggestions(lea: Browser) -> None:
    posted(lea, title="Zigouigouis du quai", category="EMB.CRATE")
    assert "EMB.CRATE" in reading(lea, title="des zigouigouis").options["category"]
