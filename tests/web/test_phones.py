"""The phone of the dock: paired by a code, signed in for the company, and held to what a shared phone is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.companies import EraseCompany, PairPhone, RemoveRepresentative, SuspendCompany
from domain.zones import OPERATOR
from marketplace import erasing
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.page_reading import Page
from web.policies import POLICIES
from web.rate_limits import PHONE_CODES
from web.sessions import LONGEST, SHARED

DOCK: Final = "Téléphone du quai"
PALLETS: Final = {"anyway": "yes",
    "side": "offer", "title": "12 Euro pallets on the dock", "category": "PAL.EPAL1", "amount": "12", "unit": "H87",
    "condition": "B", "ownership": "exchange_pool", "price": "free", "visibility": "zone",
}  # fmt: skip


def code_for(browser: Browser, name: str = DOCK) -> str:
    """What somebody of the company reads out."""
    browser.get("/account")
    answer = browser.send("/account/phones", {"name": name})
    assert answer.status_code == 200, answer.text
    found = re.search(r'<b class="big-code">([\d\xa0]+)</b>', answer.text)
    assert found
    return found[1]


def type_code(site: Site, code: str, phone: Browser | None = None) -> tuple[Browser, Any]:
    """Somebody types a code on a phone."""
    phone = phone or site.browser(**{"User-Agent": "Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile"})
    phone.get("/sign-in/phone")
    return phone, phone.send("/sign-in/phone", {"code": code})


def dock(site: Site, name: str = DOCK) -> Browser:
    """A phone signed in for the sawmill."""
    phone, answer = type_code(site, code_for(site.browser("lea"), name))
    assert answer.status_code == 303, answer.text
    return phone


def phone_ids(site: Site) -> list[str]:
    return [phone_id for (phone_id,) in site.rows("SELECT phone_id FROM read.phone ORDER BY paired_at")]


def follow(site: Site) -> None:
    with site.database.connect() as connection:
        assert visible(connection, site.story.position, ["people"], within=20)


def test_a_phone_is_signed_in_for_the_company_with_a_code_that_was_read_out(site: Site) -> None:
    lea = site.browser("lea")
    code = code_for(lea)
    assert re.fullmatch(r"\d{4}\xa0\d{4}", code)
    phone, answer = type_code(site, code)
    home = phone.follow(answer)
    assert home.request.url.path == "/phone"
    assert DOCK in home.text
    assert "Sawmill" in home.text
    account = Page(lea.get("/account").text)
    assert DOCK in account.words
    assert "Last used" in account.words
    (paired,) = [
        event for event in site.log.history(site.story.companies["sawmill"]) if event.actor.startswith("member")
    ][-1:]
    assert (type(paired.event).__name__, paired.actor) == ("PhonePaired", site.story.actor("lea"))


def test_the_database_knows_the_hash_of_a_code_only_and_forgets_its_words(site: Site) -> None:
    code = code_for(site.browser("lea"))
    digits = code.replace("\xa0", "")
    ((row,),) = site.rows("SELECT p::text FROM site.pairing p")
    assert digits not in row
    assert DOCK in row
    type_code(site, code)
    ((row,),) = site.rows("SELECT p::text FROM site.pairing p")
    assert DOCK not in row


@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", " {0}-{1} "])
def test_a_code_is_typed_as_people_type(site: Site, written: str) -> None:
    code = code_for(site.browser("lea")).split("\xa0")
    assert type_code(site, written.format(*code))[1].status_code == 303


@pytest.mark.parametrize("typed", ["", "1234", "٠١٢٣٤٥٦٧", "x" * 300, "99999999 "])
def test_a_wrong_code_opens_nothing(site: Site, typed: str) -> None:
    phone, answer = type_code(site, typed)
    assert answer.status_code == 422
    assert "Ask for a new one" in Page(answer.text).errors["code"]
    assert phone.get("/phone").status_code == 303
    assert site.rows("SELECT FROM site.session WHERE phone_id IS NOT NULL") == []


def test_a_code_works_once(site: Site) -> None:
    code = code_for(site.browser("lea"))
    assert type_code(site, code)[1].status_code == 303
    assert type_code(site, code)[1].status_code == 422
    assert len(site.rows("SELECT FROM site.session WHERE phone_id IS NOT NULL")) == 1


def test_a_code_does_not_wait_longer_than_a_quarter_of_an_hour(site: Site) -> None:
    code = code_for(site.browser("lea"))
    with site.database.connect() as connection:
        connection.execute("UPDATE site.pairing SET expires_at = expires_at - %s", [timedelta(minutes=15)])
    assert type_code(site, code)[1].status_code == 422


def test_codes_are_not_guessed_from_one_place(site: Site) -> None:
    code, phone = code_for(site.browser("lea")), site.browser()
    for _guess in range(PHONE_CODES.tries):
        assert type_code(site, "00000000", phone)[1].status_code == 422
    assert type_code(site, code, phone)[1].status_code == 429


def test_a_code_is_worth_what_its_maker_is(site: Site) -> None:
    code = code_for(site.browser("lea"))
    left = {"company_id": site.story.companies["sawmill"], "member_id": site.story.members["lea"]}
    site.story.do(
        site.services.marketplace.remove_representative, RemoveRepresentative, site.story.actor("alix"), **left
    )
    answer = type_code(site, code)[1]
    assert answer.status_code == 422
    assert "no longer acts for the company" in Page(answer.text).errors["code"]


def test_one_phone_too_many_is_told_where_it_is_typed(site: Site) -> None:
    for number in range(20):
        phone = {"company_id": site.story.companies["sawmill"], "phone_id": f"phone-{uuid4()}", "name": f"{number}"}
        site.story.do(site.services.marketplace.pair_phone, PairPhone, site.story.actor("lea"), **phone)
    answer = type_code(site, code_for(site.browser("lea")))[1]
    assert answer.status_code == 422
    assert "20 shared phones at most" in Page(answer.text).errors["code"]


def test_a_phone_without_a_name_is_asked_for_one(site: Site) -> None:
    lea = site.browser("lea")
    lea.get("/account")
    answer = lea.send("/account/phones", {"name": " "})
    assert answer.status_code == 422
    assert "Give the phone a name" in Page(answer.text).errors["name"]
    assert lea.send("/account/phones", {"name": "Dock", "company": site.story.companies["forge"]}).status_code == 422
    assert site.rows("SELECT FROM site.pairing") == []


def test_who_acts_for_no_company_shares_no_phone(site: Site) -> None:
    marc = site.browser("marc")
    assert "Shared phones" not in marc.get("/account").text
    assert marc.send("/account/phones", {"name": "Dock"}).status_code == 404


def test_a_shared_phone_publishes_for_the_company_and_changes_nothing_that_is_published(site: Site) -> None:
    phone = dock(site)
    assert phone.get("/listings/new").status_code == 200
    answer = phone.send("/listings/new", PALLETS)
    assert answer.status_code == 303, answer.text
    page = phone.follow(answer)
    assert "12 Euro pallets on the dock" in page.text
    listing = answer.headers["location"]
    assert f"{listing}/withdraw" not in page.text
    ((actor,),) = site.rows(
        "SELECT m.actor FROM log.event_meta m JOIN log.stored_events USING (notification_id) WHERE originator_id = %s",
        listing.removeprefix("/listings/"),
    )
    assert actor == f"guest:{phone_ids(site)[0]}"
    for way in ("amend", "renew", "withdraw"):
        assert phone.send(f"{listing}/{way}", PALLETS).status_code == 403
    assert site.browser("lea").get(f"{listing}/amend").status_code == 200


def test_every_page_of_a_person_tells_a_shared_phone_why_not_and_where_to_go(site: Site) -> None:
    phone = dock(site)
    head, asked = site.log.head(), 0
    for route in site.app.routes:
        for handler in route.route_handlers:  # type: ignore[union-attr]
            policy = POLICIES[handler.opt["policy"]] if "policy" in handler.opt else None
            if policy is None or not policy.signed_in or policy.shared or policy.proof == "bearer":
                continue
            address = re.sub(r"\{zone:\w+\}", "jourdies", route.path)
            address = re.sub(r"\{\w+:\w+\}", "anything", address)
            answer = phone.get(address) if "GET" in handler.http_methods else phone.send(address)
            asked += 1
            assert answer.status_code == 403, route.path
            assert "needs a person’s own account" in answer.text, route.path
            assert 'href="/sign-in"' in answer.text, route.path
            phone.get("/phone")
    assert asked > 10
    assert site.log.head() == head


def test_a_shared_phone_shows_its_name_and_no_way_to_what_it_may_not_open(site: Site) -> None:
    phone = dock(site)
    for path in ("/phone", "/z/jourdies/listings", f"/listings/{site.story.listings['pallets']}", "/listings/new"):
        page = Page(phone.get(path).text)
        assert DOCK in page.words
        assert "Sawmill" in page.words
        assert not {"/me", "/account"} & set(page.links), path
        assert {"/phone", "/z/jourdies/listings"} <= set(page.links), path
    assert phone.get(f"/listings/{site.story.listings['forged']}").status_code == 404


def test_a_shared_phone_stays_signed_in_a_year_after_each_use(site: Site) -> None:
    phone = dock(site)
    for _month in range(8):
        aged = "UPDATE site.session SET created_at = created_at - %(t)s, last_seen = last_seen - %(t)s"
        with site.database.connect() as connection:
            connection.execute(aged.encode(), {"t": LONGEST})
        answer = phone.get("/phone")
        assert answer.status_code == 200
        assert f"max-age={int(SHARED.total_seconds())}" in answer.headers["set-cookie"].lower()
        assert "set-cookie" not in phone.get("/phone").headers
    ((left,),) = site.rows("SELECT expires_at - last_seen FROM site.session WHERE phone_id IS NOT NULL")
    assert left == SHARED
    with site.database.connect() as connection:
        connection.execute("UPDATE site.session SET expires_at = expires_at - %s", [SHARED])
    assert phone.get("/phone").status_code == 303


def test_a_phone_that_is_taken_back_is_signed_out_at_once(site: Site) -> None:
    lea, phone, other = site.browser("lea"), dock(site), dock(site, "Atelier")
    taken, kept = phone_ids(site)
    lea.get("/account")
    page = lea.follow(lea.send(f"/account/phones/{taken}/revoke"))
    assert "is signed out, and stays so" in page.text
    assert f"/account/phones/{kept}/revoke" in page.text
    assert f"/account/phones/{taken}/revoke" not in page.text
    assert phone.get("/phone").status_code == 303
    assert other.get("/phone").status_code == 200
    assert lea.send(f"/account/phones/{taken}/revoke").status_code == 404


def test_nobody_takes_back_the_phone_of_another_company(site: Site) -> None:
    phone, karim = dock(site), site.browser("karim")
    karim.get("/account")
    for foreign in (*phone_ids(site), f"phone-{uuid4()}"):
        assert karim.send(f"/account/phones/{foreign}/revoke").status_code == 404
    assert phone.get("/phone").status_code == 200


def test_a_phone_that_signs_out_is_no_longer_the_companys(site: Site) -> None:
    phone = dock(site)
    phone.get("/phone")
    assert phone.send("/sign-out").headers["location"] == "/"
    assert phone.get("/phone").status_code == 303
    assert DOCK not in site.browser("lea").get("/account").text
    assert phone_ids(site) == []


def test_a_person_who_signs_in_takes_the_phones_place(site: Site) -> None:
    phone = dock(site)
    assert "needs a new code" in phone.get("/sign-in").text
    site.sign_in(phone, "karim")
    assert "Karim" in phone.get("/account").text
    assert phone.get("/phone").headers["location"] == "/account"
    follow(site)
    assert phone_ids(site) == []


def test_a_code_takes_a_persons_place(site: Site) -> None:
    karim = site.browser("karim")
    code = code_for(site.browser("lea"))
    assert "Karim is signed in here" in karim.get("/sign-in/phone").text
    _phone, answer = type_code(site, code, karim)
    assert karim.follow(answer).status_code == 200
    assert karim.get("/account").status_code == 403


def suspended(site: Site) -> None:
    gone = {"company_id": site.story.companies["sawmill"], "zone_id": site.story.zones["jourdies"], "reason": "Unpaid."}
    site.story.do(site.services.marketplace.suspend_company, SuspendCompany, site.story.actor("marc"), **gone)


def erased(site: Site) -> None:
    site.story.do(
        site.services.marketplace.erase_company, EraseCompany, OPERATOR, company_id=site.story.companies["sawmill"]
    )


@pytest.mark.parametrize("out", [suspended, erased])
def test_a_company_that_is_out_has_no_phone_signed_in(site: Site, out: Callable[[Site], None]) -> None:
    phone = dock(site)
    out(site)
    follow(site)
    assert phone.get("/phone").status_code == 303
    assert phone.get("/listings/new").status_code == 303


def test_an_erased_company_takes_the_name_of_a_phone_along(site: Site) -> None:
    code_for(site.browser("lea"), "canary of the dock")
    company = site.story.companies["sawmill"]
    done = erasing.erase(company, site.database, site.services.marketplace, site.services.clock)
    assert done.rows["pairing"] == 1
    assert site.rows("SELECT FROM site.pairing") == []
