"""The API: the same story for programs, and for whatever a program gets wrong a problem that says what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from domain.listings import ApproveListing
from marketplace.reading import visible
from tests.web.conftest import Site
from tests.web.one_site import one_site

site = one_site

V1: Final = "/api/v1"
PALLETS: Final[dict[str, Any]] = {
    "side": "offer",
    "category": "PAL.EPAL1",
    "title": "60 palettes Europe",
    "quantity": {"amount": "60", "unit": "H87"},
    "attributes": {"condition": "B"},
}
WORDS: Final = {name: value for name, value in PALLETS.items() if name != "side"}
COUNT: Final = "SELECT count(*) FROM log.event_meta"


@pytest.fixture(scope="module")
def lea(site: Site) -> httpx.Client:
    return site.program("lea")


@pytest.fixture(scope="module")
def karim(site: Site) -> httpx.Client:
    return site.program("karim")


@pytest.fixture
def anyone(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.base) as client:
        yield client


def posted(client: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = client.post(f"{V1}/listings", json={**PALLETS, **changes})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem an answer is, as RFC 9457 has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["title"]
    return said


# --- the story ----------------------------------------------------------------------------------------------------


def test_a_token_is_asked_for_by_mail_and_made_with_the_code(site: Site, anyone: httpx.Client) -> None:
    assert anyone.post(f"{V1}/sign-in", json={"mail": site.story.mail("lea")}).status_code == 202
    assert anyone.post(f"{V1}/sign-in", json={"mail": "nobody@elsewhere.example"}).status_code == 202
    wrong = anyone.post(f"{V1}/tokens", json={"mail": site.story.mail("lea"), "code": "000000"})
    assert "code" in problem(wrong, 403)["detail"]
    given = site.program("lea").headers["Authorization"]
    assert anyone.get(f"{V1}/zones", headers={"Authorization": given}).status_code == 200


def test_zones_and_their_listings_are_read_by_anyone(anyone: httpx.Client, karim: httpx.Client) -> None:
    slugs = [zone["slug"] for zone in anyone.get(f"{V1}/zones").json()["items"]]
    assert slugs == ["jourdies", "la-roche"]
    assert anyone.get(f"{V1}/zones/jourdies/listings").json()["items"] == [], "nothing is public"
    titles = [one["title"] for one in karim.get(f"{V1}/zones/jourdies/listings").json()["items"]]
    assert "50 Euro pallets, pallets" in titles
    assert "50 Euro pallets, waiting" not in titles


def test_a_listing_is_posted_shown_amended_renewed_and_withdrawn(lea: httpx.Client) -> None:
    answer = lea.post(f"{V1}/listings", json=PALLETS)
    listing = answer.json()
    assert answer.headers["location"] == f"{V1}/listings/{listing['id']}"
    assert answer.headers["etag"] == '"0"'
    assert int(answer.headers["position"]) > 0
    assert listing["status"] == "pending"
    assert listing["quantity"] == {"amount": "60", "unit": "H87", "per": None}
    address = f"{V1}/listings/{listing['id']}"
    assert lea.get(address).json() == listing
    amended = lea.put(address, json={**WORDS, "title": "61 palettes Europe"}, headers={"If-Match": '"0"'})
    assert (amended.status_code, amended.json()["title"]) == (200, "61 palettes Europe")
    assert amended.headers["etag"] != '"0"'
    assert lea.post(f"{address}/renew").status_code == 200
    assert lea.post(f"{address}/withdraw", json={"reason": "Parties"}).json()["status"] == "withdrawn"


def test_a_match_says_why_in_words_and_in_codes(site: Site, karim: httpx.Client) -> None:
    request = {**PALLETS, "side": "request", "quantity": {"amount": "40", "unit": "H87"}}
    listing = karim.post(f"{V1}/listings", json=request).json()["id"]
    approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
    receipt = site.story.do(
        site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval
    )
    address, seen = f"{V1}/listings/{listing}/matches", {"Position": str(receipt.position)}
    found = karim.get(address, headers={"Accept-Language": "fr", **seen}).json()["items"]
    offer = next(one for one in found if one["listing"]["id"] == site.story.listings["pallets"])
    assert offer["points"] >= 65
    assert "same_leaf" in offer["codes"]
    assert offer["reasons"]
    english = karim.get(address, headers={"Accept-Language": "en", **seen}).json()["items"]
    assert english[0]["codes"] == found[0]["codes"]
    assert english[0]["reasons"] != found[0]["reasons"]


def test_the_position_a_program_gives_back_is_waited_for(lea: httpx.Client, karim: httpx.Client) -> None:
    answer = lea.post(f"{V1}/listings", json=PALLETS)
    shown = lea.get(answer.headers["location"], headers={"Position": answer.headers["position"]})
    assert shown.json()["id"] == answer.json()["id"]
    assert karim.get(answer.headers["location"]).status_code == 404, "not approved"


def test_pages_of_listings_follow_a_cursor(karim: httpx.Client) -> None:
    first = karim.get(f"{V1}/zones/jourdies/listings?limit=1").json()
    assert len(first["items"]) == 1
    whole = karim.get(f"{V1}/zones/jourdies/listings").json()
    assert first["items"] == whole["items"][:1]
    if first["next"]:
        second = karim.get(f"{V1}/zones/jourdies/listings?limit=1&after={first['next']}").json()
        assert second["items"] == whole["items"][1:2]
    for after in ("nonsense", "%F0%9F%99%82", "e30", "A" * 300):
        assert karim.get(f"{V1}/zones/jourdies/listings?after={after}").status_code in (200, 400)


# --- once, and in order -------------------------------------------------------------------------------------------


def test_the_same_key_and_body_is_one_listing_and_the_first_answer(site: Site, lea: httpx.Client) -> None:
    key, before = {"Idempotency-Key": str(uuid4())}, site.rows(COUNT)
    first, second = (lea.post(f"{V1}/listings", json=PALLETS, headers=key) for _try in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert site.rows(COUNT) == [(before[0][0] + 1,)]


def test_the_same_key_many_times_at_once_is_one_listing(site: Site, lea: httpx.Client) -> None:
    key, before, answers = {"Idempotency-Key": str(uuid4())}, site.rows(COUNT), list[httpx.Response]()
    tries = [
        threading.Thread(target=lambda: answers.append(lea.post(f"{V1}/listings", json=PALLETS, headers=key)))
        for _try in range(6)
    ]
    for each in tries:
        each.start()
    for each in tries:
        each.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert site.rows(COUNT) == [(before[0][0] + 1,)]


def test_the_same_key_with_another_body_is_refused(site: Site, lea: httpx.Client) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    lea.post(f"{V1}/listings", json=PALLETS, headers=key)
    before = site.rows(COUNT)
    problem(lea.post(f"{V1}/listings", json={**PALLETS, "title": "Autre chose"}, headers=key), 422)
    assert site.rows(COUNT) == before


def test_whoever_read_an_older_version_is_told(lea: httpx.Client) -> None:
    address = f"{V1}/listings/{posted(lea)['id']}"
    tag = {"If-Match": lea.get(address).headers["etag"]}
    assert lea.put(address, json={**WORDS, "title": "Le premier"}, headers=tag).status_code == 200
    said = problem(lea.put(address, json={**WORDS, "title": "Le second"}, headers=tag), 409)
    assert "changed" in said["detail"]
    assert lea.get(address).json()["title"] == "Le premier"
    assert lea.put(address, json={**WORDS, "title": "Quand même"}, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "field"),
    [({"Idempotency-Key": "1"}, "Idempotency-Key"), ({"Idempotency-Key": "x" * 500}, "Idempotency-Key"),
     ({"If-Match": "W/x"}, "If-Match"), ({"If-Match": '"-1"'}, "If-Match"), ({"If-Match": "9" * 40}, "If-Match")],
)  # fmt: skip
def test_a_header_that_is_none_is_named(lea: httpx.Client, headers: dict[str, str], field: str) -> None:
    address = f"{V1}/listings/{posted(lea)['id']}"
    assert problem(lea.put(address, json=WORDS, headers=headers), 422)["field"] == field


# --- what programs get wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"side": "offer"', b'{"title": "\\ud800"}', b"{}" * 2,
     b'{"a":' * 20_000, b"NaN"],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_is_no_json_or_no_listing_is_a_bad_request(lea: httpx.Client, body: bytes) -> None:
    problem(lea.post(f"{V1}/listings", content=body, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"side": "both"},
        {"side": None},
        {"title": 7},
        {"title": None},
        {"quantity": "60"},
        {"quantity": {"amount": 60, "unit": "H87"}},
        {"quantity": {"amount": "60"}},
        {"quantity": {"amount": "60", "unit": "H87", "more": 1}},
        {"attributes": []},
        {"attributes": {"condition": 1}},
        {"price": "barter"},
        {"price_cents": -1},
        {"price_cents": "35"},
        {"price_cents": 10**12},
        {"price_cents": 1.5},
        {"available_to": "tomorrow"},
        {"max_km": "far"},
        {"visibility": "all"},
        {"mode": "steal"},
        {"unknown": 1},
        {"category": "x" * 200},
        {"title": "x" * 20_000},
        {"max_km": True},
    ],
    ids=str,
)
def test_wrong_types_and_unknown_fields_are_a_bad_request(
    site: Site, lea: httpx.Client, changes: dict[str, Any]
) -> None:
    before = site.rows(COUNT)
    said = problem(lea.post(f"{V1}/listings", json={**PALLETS, **changes}), 400)
    assert said["detail"]
    assert site.rows(COUNT) == before


@pytest.mark.parametrize("name", ["side", "category", "title", "quantity"])
def test_what_is_compulsory_is_missed(lea: httpx.Client, name: str) -> None:
    without = {field: value for field, value in PALLETS.items() if field != name}
    assert name in problem(lea.post(f"{V1}/listings", json=without), 400)["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "ab"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"description": "x" * 4_001}, "description"),
        ({"category": "PAL"}, "category"),
        ({"category": "NO.SUCH"}, "category"),
        ({"quantity": {"amount": "-3", "unit": "H87"}}, "amount"),
        ({"quantity": {"amount": "1e999", "unit": "H87"}}, "amount"),
        ({"quantity": {"amount": "12.5 t", "unit": "H87"}}, "amount"),
        ({"quantity": {"amount": "NaN", "unit": "H87"}}, "amount"),
        ({"quantity": {"amount": "3", "unit": "LTR"}}, "unit"),
        ({"quantity": {"amount": "3", "unit": "H87", "per": "HUR"}}, "per"),
        ({"attributes": {"condition": "SHINY"}}, "condition"),
        ({"attributes": {"colour": "blue"}}, "colour"),
        ({"available_to": "2020-01-01"}, "available_to"),
        ({"max_km": 0}, "max_km"),
        ({"max_km": 10**30}, None),
        ({"title": "Nul \u0000"}, None),
        ({"company_id": "company-x"}, None),
        ({"title": "Palettes CHEP"}, "ownership"),
    ],
    ids=str,
)
def test_what_cannot_be_posted_is_refused_with_the_field_and_a_sentence(
    lea: httpx.Client, changes: dict[str, Any], field: str | None
) -> None:
    answer = lea.post(f"{V1}/listings", json={**PALLETS, **changes}, headers={"Accept-Language": "fr"})
    assert 400 <= answer.status_code < 500
    said = problem(answer, answer.status_code)
    if field is not None:
        assert answer.status_code == 422
        assert said["field"] == field
        assert said["detail"].endswith(".")


def test_a_pooler_s_pallet_is_refused_with_the_reason_and_the_way_out(lea: httpx.Client) -> None:
    answer = lea.post(f"{V1}/listings", json={**PALLETS, "title": "Palettes CHEP"}, headers={"Accept-Language": "fr"})
    assert "appartiennent au loueur" in problem(answer, 422)["detail"]


@pytest.mark.parametrize("amount", ["1 234,5", "1\N{NO-BREAK SPACE}234,5", "1\N{NARROW NO-BREAK SPACE}234.5"])
def test_an_amount_is_read_as_people_write_it(lea: httpx.Client, amount: str) -> None:
    said = posted(lea, category="CAR.OCC", attributes={}, quantity={"amount": amount, "unit": "KGM", "per": "MON"})
    assert said["quantity"] == {"amount": "1234.5", "unit": "KGM", "per": "MON"}


def test_any_text_comes_back_as_it_was_sent(lea: httpx.Client) -> None:
    title = "Palettes 🙂 <b>« solides »</b> & {{ x }} %(y)s"
    assert posted(lea, title=title)["title"] == title


# --- who may ------------------------------------------------------------------------------------------------------


def test_writing_wants_a_token(anyone: httpx.Client) -> None:
    for answer in (anyone.post(f"{V1}/listings", json=PALLETS), anyone.get(f"{V1}/listings/listing-x/matches")):
        problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer gisement_invented", "Basic bGVhOng=", "x" * 2_000])
def test_a_token_that_is_none_is_refused_even_where_none_is_needed(anyone: httpx.Client, authorization: str) -> None:
    problem(anyone.get(f"{V1}/zones", headers={"Authorization": authorization}), 401)


def test_a_token_to_read_reads_only(site: Site) -> None:
    reader = site.program("lea", "read")
    assert reader.get(f"{V1}/listings/{site.story.listings['waiting']}").status_code == 200
    assert "write" in problem(reader.post(f"{V1}/listings", json=PALLETS), 403)["detail"]


def test_a_token_to_write_does_not_read(site: Site) -> None:
    writer = site.program("lea", "write")
    problem(writer.get(f"{V1}/listings/{site.story.listings['waiting']}"), 403)


def test_a_token_that_was_ended_is_none(site: Site, anyone: httpx.Client) -> None:
    code = site.services.sign_ins.issue(site.story.members["lea"], to="", now=site.services.clock.now()).code
    given = anyone.post(f"{V1}/tokens", json={"mail": site.story.mail("lea"), "code": code}).json()
    bearer = {"Authorization": f"Bearer {given['token']}"}
    problem(site.program("karim").delete(f"{V1}/tokens/{given['id']}"), 404)
    assert anyone.delete(f"{V1}/tokens/{given['id']}", headers=bearer).status_code == 204
    problem(anyone.get(f"{V1}/zones", headers=bearer), 401)


def test_a_foreign_listing_is_answered_exactly_as_a_missing_one(site: Site, karim: httpx.Client) -> None:
    waiting, missing = site.story.listings["waiting"], f"listing-{uuid4()}"
    asked = [("GET", "", None), ("GET", "/matches", None), ("PUT", "", WORDS), ("POST", "/renew", None)]
    for method, step, body in [*asked, ("POST", "/withdraw", {})]:
        answers = [karim.request(method, f"{V1}/listings/{listing}{step}", json=body) for listing in (waiting, missing)]
        assert problem(answers[0], 404) == problem(answers[1], 404)
        assert answers[0].content == answers[1].content


def test_what_one_sees_and_may_not_change_is_forbidden_with_a_sentence(site: Site, karim: httpx.Client) -> None:
    said = problem(karim.put(f"{V1}/listings/{site.story.listings['pallets']}", json=WORDS), 403)
    assert said["detail"] == "Only the company that posts a listing can change it."


def test_cookies_count_for_nothing(site: Site) -> None:
    browser = site.browser("lea")
    problem(browser.client.post(f"{V1}/listings", json=PALLETS), 401)
    assert browser.client.get(f"{V1}/listings/{site.story.listings['waiting']}").status_code == 404


def test_what_is_not_there_and_not_so_is_a_problem_too(anyone: httpx.Client, lea: httpx.Client) -> None:
    problem(anyone.get(f"{V1}/nothing"), 404)
    problem(anyone.get(f"{V1}/zones/nowhere/listings"), 404)
    problem(anyone.put(f"{V1}/zones"), 405)
    for query in ("limit=0", "limit=101", "limit=many", "side=both"):
        problem(lea.get(f"{V1}/zones/jourdies/listings?{query}"), 400)


# --- the document -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    answer = httpx.get(f"{site.base}/api/openapi.json")
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): does for path, all_of in document["paths"].items() for method, does in all_of.items()
    }


def test_the_document_names_every_route_of_the_api(site: Site, document: dict[str, Any]) -> None:
    served = {
        (method, route.path_format)
        for route in site.app.routes
        if route.path.startswith(V1)
        for method in route.methods
        if method not in {"OPTIONS", "HEAD"}
    }
    assert set(operations(document)) == served
    assert len(served) >= 10


def test_the_document_is_sound(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    ids = [does["operationId"] for does in operations(document).values()]
    assert len(ids) == len(set(ids))
    for (method, path), does in operations(document).items():
        assert does["summary"], path
        named = {one["name"] for one in does.get("parameters", []) if one["in"] == "path"}
        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path
        assert any(code.startswith("2") for code in does["responses"]), (method, path)
    for reference in references(document):
        there: Any = document
        for step in reference.removeprefix("#/").split("/"):
            there = there[step]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def test_the_document_says_which_answers_are_problems_and_where_a_token_is_wanted(document: dict[str, Any]) -> None:
    for (method, path), does in operations(document).items():
        problems = {code: answer for code, answer in does["responses"].items() if code[0] == "4"}
        assert problems, path
        assert all(set(answer["content"]) == {"application/problem+json"} for answer in problems.values()), path
        wants_token = bool(does.get("security"))
        assert wants_token == ("401" in problems), (method, path)
    assert operations(document)["POST", f"{V1}/listings"]["security"] == [{"token": []}]
    assert "security" not in operations(document)["GET", f"{V1}/zones"]


def test_the_document_says_which_headers_are_listened_to(document: dict[str, Any]) -> None:
    amend = operations(document)["PUT", f"{V1}/listings/{{listing_id}}"]
    assert {"Idempotency-Key", "If-Match"} <= {one["name"] for one in amend["parameters"] if one["in"] == "header"}


def test_phone_numbers_are_masked_for_whoever_is_not_of_the_zone(
    site: Site, lea: httpx.Client, anyone: httpx.Client
) -> None:
    phone = "06 12 34 56 78"
    words = {"title": f"Palettes, {phone}", "description": f"Appelez le {phone}.", "visibility": "public"}
    listing = posted(lea, **words)["id"]
    approval = {"listing_id": listing, "zone_id": site.story.zones["jourdies"]}
    site.story.do(site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"), **approval)
    with site.database.connect() as connection:
        assert visible(connection, site.story.position, ["listings"], within=20)
    stranger, member = (client.get(f"{V1}/listings/{listing}").json() for client in (anyone, lea))
    assert phone not in stranger["title"]
    assert phone not in stranger["description"]
    assert stranger["company"] is None
    assert phone in member["title"]


# --- drafts and doubles -------------------------------------------------------------------------------------------


def test_a_draft_is_kept_kept_again_and_becomes_the_listing_that_names_it(
    lea: httpx.Client, karim: httpx.Client
) -> None:
    problem(lea.post(f"{V1}/drafts", json={"answers": {"title": "x"}}), 422)
    kept = lea.post(f"{V1}/drafts", json={"answers": {"title": "Rayonnages à finir", "amount": "douze"}})
    assert kept.status_code == 201, kept.text
    draft = kept.json()
    assert kept.headers["location"] == f"{V1}/drafts/{draft['id']}"
    again = lea.put(f"{V1}/drafts/{draft['id']}", json={"answers": {"title": "Rayonnages"}})
    assert (again.json()["answers"], again.json()["version"]) == ({"title": "Rayonnages"}, draft["version"] + 1)
    assert draft["id"] in [one["id"] for one in lea.get(f"{V1}/drafts").json()["items"]]
    problem(karim.get(f"{V1}/drafts/{draft['id']}"), 404)
    problem(karim.put(f"{V1}/drafts/{draft['id']}", json={"answers": {"title": "Le mien"}}), 404)
    problem(karim.post(f"{V1}/listings", json={**PALLETS, "draft_id": draft["id"]}), 404)
    shelves = {"category": "EQP.RACK", "title": "Rayonnages", "quantity": {"amount": "12", "unit": "H87"}}
    assert posted(lea, draft_id=draft["id"], **{**shelves, "attributes": {}})["id"] == draft["id"]
    problem(lea.get(f"{V1}/drafts/{draft['id']}"), 404)


def test_a_character_that_nobody_reads_is_refused_wherever_it_stands(lea: httpx.Client) -> None:
    for answers in ({"title": "Rayonnages", "x\0": "1"}, {"title": "Rayonnages\0"}):
        problem(lea.post(f"{V1}/drafts", json={"answers": answers}), 422)
    problem(lea.post(f"{V1}/listings", json={**PALLETS, "title": "Palettes\0"}), 422)
    problem(lea.post(f"{V1}/listings", json={**PALLETS, "available_to": "9999-12-31"}), 422)
    problem(lea.post(f"{V1}/listings/{posted(lea)['id']}/withdraw", json={"reason": "\0"}), 422)


def test_a_draft_is_thrown_away(lea: httpx.Client) -> None:
    draft = lea.post(f"{V1}/drafts", json={"answers": {"title": "À jeter"}}).json()
    assert lea.delete(f"{V1}/drafts/{draft['id']}").status_code == 204
    problem(lea.delete(f"{V1}/drafts/{draft['id']}"), 404)


def test_what_is_posted_already_is_told_before_it_is_posted_twice(lea: httpx.Client, karim: httpx.Client) -> None:
    desks = {**PALLETS, "category": "MOB.DESK", "title": "Bureaux réglables en hêtre", "attributes": {}}
    assert lea.post(f"{V1}/listings/similar", json=desks).json() == {"listing": None}
    first = posted(lea, **desks)
    said = lea.post(f"{V1}/listings/similar", json={**desks, "title": "Bureaux en hêtre réglables"}).json()
    assert said["listing"]["id"] == first["id"]
    assert karim.post(f"{V1}/listings/similar", json=desks).json() == {"listing": None}
    assert first["photo_texts"] == {}
    words = {name: value for name, value in desks.items() if name != "side"}
    stranger = lea.put(f"{V1}/listings/{first['id']}", json={**words, "photo_texts": {"blob-x": "Un bureau"}})
    assert stranger.status_code == 200
    assert stranger.json()["photo_texts"] == {}, "of a photo it does not have, nothing is kept"
