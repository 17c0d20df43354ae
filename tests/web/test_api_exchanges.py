"""The API of exchanges: from an interest to what it saved, told by two programs and watched by a third."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from domain.listings import ApproveListing
from marketplace.reading import visible
from tests.web.conftest import Site
from tests.web.one_site import one_site
from tests.web.test_api import V1, problem

site = one_site

LOT: Final[dict[str, Any]] = {
    "side": "offer",
    "category": "PAL.EPAL1",
    "title": "60 palettes Europe",
    "quantity": {"amount": "60", "unit": "H87"},
    "attributes": {"condition": "B"},
}
FLOW: Final = {**LOT, "quantity": {"amount": "60", "unit": "H87", "per": "WEE"}}
NO: Final = {"reason": "transport"}
PAST: Final = {"start": "2020-01-01T00:00:00Z", "end": "2020-01-01T01:00:00Z"}


class Sides:
    """Léa's sawmill gives, Karim's bakery takes; Alix facilitates, Inès and Nora are of another zone."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.lea, self.karim, self.alix, self.nora = (site.program(name) for name in ("lea", "karim", "alix", "nora"))
        self.sawmill, self.bakery = site.story.companies["sawmill"], site.story.companies["bakery"]

    def listing(self, **changes: Any) -> str:
        """A listing of the sawmill that its zone shows, as both programs see it."""
        answer = self.lea.post(f"{V1}/listings", json={**LOT, **changes})
        assert answer.status_code == 201, answer.text
        listing_id: str = answer.json()["id"]
        approval = {"listing_id": listing_id, "zone_id": self.site.story.zones["jourdies"]}
        use, actor = self.site.services.marketplace, self.site.story.actor("marc")
        self.site.story.do(use.approve_listing, ApproveListing, actor, **approval)
        with self.site.database.connect() as connection:
            assert visible(connection, self.site.story.position, ["listings"], within=20)
        return listing_id

    def interest(self, listing_id: str, amount: str = "20", **changes: Any) -> dict[str, Any]:
        """Karim's interest."""
        answer = self.karim.post(f"{V1}/listings/{listing_id}/interests", json={**quantity(amount), **changes})
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def accepted(self, amount: str = "20", asked: str = "20") -> str:
        """The address of an exchange that was accepted."""
        address = f"{V1}/exchanges/{self.interest(self.listing(), asked)['id']}"
        assert self.lea.post(f"{address}/accept", json=quantity(amount)).status_code == 200
        return address

    def collected(self, amount: str = "20") -> str:
        """The address of an exchange of which Karim confirmed the pick-up."""
        address = self.accepted()
        assert self.karim.post(f"{address}/confirm", json=self.confirmation(amount)).status_code == 200
        return address

    def confirmation(self, amount: str, **changes: Any) -> dict[str, Any]:
        """What was collected, today."""
        today = self.site.services.clock.now().date().isoformat()
        return {**quantity(amount), "measured": True, "collected_on": today, **changes}

    def tomorrow(self, hours: int = 0) -> str:
        """The same time tomorrow, and some hours later."""
        return (self.site.services.clock.now() + timedelta(days=1, hours=hours)).isoformat()


def quantity(amount: str, per: str | None = None) -> dict[str, Any]:
    return {"quantity": {"amount": amount, "unit": "H87", "per": per}}


def done(answer: httpx.Response) -> dict[str, Any]:
    """What a step led to."""
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["position"]) > 0
    body: dict[str, Any] = answer.json()
    assert answer.headers["etag"] == f'"{body["version"]}"'
    return body


@pytest.fixture(scope="module")
def sides(site: Site) -> Sides:
    return Sides(site)


# --- the story ----------------------------------------------------------------------------------------------------


def test_an_exchange_goes_from_an_interest_to_what_it_saved(sides: Sides) -> None:
    listing = sides.listing()
    answer = sides.karim.post(
        f"{V1}/listings/{listing}/interests", json={**quantity("20"), "message": "Nous passons lundi."}
    )
    asked = answer.json()
    address = answer.headers["location"]
    assert (answer.status_code, address) == (201, f"{V1}/exchanges/{asked['id']}")
    assert asked["stage"] == "asked"
    assert asked["asked"] == {"amount": "20", "unit": "H87", "per": None, "words": "20 pallets"}
    assert (asked["owner"]["name"], asked["asker"]["name"]) == ("Sawmill", "Bakery")
    assert (asked["company"], asked["may"], asked["contacts"]) == (sides.bakery, ["abandon"], [])
    assert asked["next_step"]["what"] == "answer"
    assert asked["next_step"]["owed_by"] == sides.sawmill

    accepted = done(
        sides.lea.post(f"{address}/accept", json=quantity("15"), headers={"If-Match": answer.headers["etag"]})
    )
    assert (accepted["stage"], accepted["accepted"]["amount"], accepted["held"]["amount"]) == ("accepted", "15", "15")
    assert {one["mail"] for one in accepted["contacts"]} == {"lea@lea.example", "karim@karim.example"}
    assert accepted["hold_until"] is not None
    left = sides.lea.get(f"{V1}/listings/{listing}").json()
    assert [left[name] for name in ("free", "held", "taken")] == ["45", "15", "0"]

    times = {"start": sides.tomorrow(), "end": sides.tomorrow(1), "instructions": "Portail B."}
    proposed = done(sides.karim.post(f"{address}/pickup", json=times))
    assert (proposed["stage"], proposed["proposed"]["by"]) == ("proposed", sides.bakery)
    arranged = done(sides.lea.post(f"{address}/pickup/agree"))
    assert (arranged["stage"], arranged["agreed"]["by"]) == ("arranged", None)

    confirmed = done(sides.karim.post(f"{address}/confirm", json=sides.confirmation("14")))
    assert (confirmed["stage"], confirmed["taken"]["words"], confirmed["held"]) == ("confirmed", "14 pallets", None)
    assert confirmed["next_step"] is None
    assert "correct" in confirmed["may"]
    saved = done(sides.karim.post(f"{address}/savings", json={"cents": 12_000, "use": "reuse"}))
    assert [one["what"] for one in saved["timeline"]] == [
        "InterestShown", "ExchangeAccepted", "ContactDisclosed", "PickupProposed", "PickupAgreed", "ExchangeConfirmed",
        "SavingsDeclared",
    ]  # fmt: skip
    assert [one["text"] for one in saved["timeline"][:4]] == ["Nous passons lundi.", "", "", "Portail B."]
    assert saved["timeline"][-1]["cents"] == 12_000
    assert sides.lea.get(address).json()["timeline"][-1]["cents"] is None, "what it saved them is theirs"
    left = sides.lea.get(f"{V1}/listings/{listing}").json()
    assert [left[name] for name in ("free", "held", "taken")] == ["46", "0", "14"]


def test_a_yes_may_propose_a_time_at_once(sides: Sides) -> None:
    address = f"{V1}/exchanges/{sides.interest(sides.listing())['id']}"
    times = {"start": sides.tomorrow(), "end": sides.tomorrow(1), "instructions": "Portail B."}
    proposed = done(sides.lea.post(f"{address}/accept", json={**quantity("20"), "pickup": times}))
    assert (proposed["stage"], proposed["proposed"]["by"]) == ("proposed", sides.sawmill)
    assert (proposed["next_step"]["what"], proposed["next_step"]["owed_by"]) == ("answer_pickup", sides.bakery)
    assert done(sides.karim.post(f"{address}/pickup/agree"))["stage"] == "arranged"


def test_words_follow_the_language_and_codes_do_not(sides: Sides) -> None:
    address = sides.collected("12")
    english = sides.lea.get(address).json()
    french = sides.lea.get(address, headers={"Accept-Language": "fr"}).json()
    assert english["taken"]["words"] != french["taken"]["words"]
    assert [one["what"] for one in english["timeline"]] == [one["what"] for one in french["timeline"]]
    assert [one["sentence"] for one in english["timeline"]] != [one["sentence"] for one in french["timeline"]]


def test_a_hold_is_renewed_only_when_it_ends_or_ended(sides: Sides) -> None:
    address = sides.accepted()
    assert "renew_hold" not in sides.lea.get(address).json()["may"]
    assert done(sides.lea.post(f"{address}/hold"))["held"]["amount"] == "20"
    problem(sides.karim.post(f"{address}/hold"), 403)


def test_a_figure_is_corrected_by_who_gave_it_and_disputed_by_the_other(sides: Sides) -> None:
    address = sides.collected("20")
    nineteen = {"number": 1, **quantity("19")}
    assert done(sides.karim.post(f"{address}/correct", json=nineteen))["taken"]["amount"] == "19"
    problem(sides.lea.post(f"{address}/correct", json=nineteen), 403)
    said = {"number": 1, **quantity("18"), "sentence": "Dix-huit, deux étaient cassées."}
    disputed = done(sides.lea.post(f"{address}/dispute", json=said))
    assert disputed["stage"] == "disputed"
    assert disputed["takes"][0]["disputed"]["quantity"]["amount"] == "18"
    assert sides.karim.get(address).json()["may"][0] == "settle"
    settled = done(sides.karim.post(f"{address}/settle", json={"number": 1, **quantity("18")}))
    assert (settled["stage"], settled["taken"]["amount"]) == ("confirmed", "18")


def test_the_facilitator_settles_what_the_two_tell_differently(sides: Sides) -> None:
    address = sides.collected("20")
    nothing = {"number": 1, "quantity": None, "sentence": "Personne n’est venu."}
    assert done(sides.lea.post(f"{address}/dispute", json=nothing))["takes"][0]["disputed"]["quantity"] is None
    watched = sides.alix.get(address).json()
    assert (watched["company"], watched["may"], watched["contacts"]) == (None, ["settle"], [])
    problem(sides.alix.post(f"{address}/abandon", json=NO), 403)
    settled = done(sides.alix.post(f"{address}/settle", json={"number": 1, "quantity": None}))
    assert (settled["stage"], settled["taken"]) == ("accepted", None)


def test_the_facilitator_acts_for_a_company_when_they_name_it(sides: Sides) -> None:
    address = f"{V1}/exchanges/{sides.interest(sides.listing())['id']}"
    problem(sides.alix.post(f"{address}/accept", json=quantity("20")), 403)
    on_behalf = {"for_company": sides.sawmill}
    accepted = done(sides.alix.post(f"{address}/accept", json=quantity("20"), params=on_behalf))
    assert accepted["company"] == sides.sawmill
    assert accepted["timeline"][1]["on_behalf"]
    assert accepted["contacts"] == [], "contacts are for the two companies"
    problem(sides.karim.post(f"{address}/abandon", json=NO, params=on_behalf), 403)
    problem(sides.alix.get(address, params={"for_company": "company-x"}), 403)


def test_an_interest_is_declined_and_a_promise_given_up_for_a_reason(sides: Sides) -> None:
    listing = sides.listing()
    address = f"{V1}/exchanges/{sides.interest(listing)['id']}"
    declined = done(sides.lea.post(f"{address}/decline", json={"reason": "quality", "sentence": "Trop abîmées."}))
    assert (declined["stage"], declined["reason"]["code"], declined["open"]) == ("declined", "quality", False)
    assert declined["reason"]["words"]
    address = f"{V1}/exchanges/{sides.interest(listing)['id']}"
    done(sides.lea.post(f"{address}/accept", json=quantity("20")))
    assert done(sides.karim.post(f"{address}/abandon", json=NO))["held"] is None
    assert sides.lea.get(f"{V1}/listings/{listing}").json()["free"] == "60"


def test_a_flow_is_told_period_by_period_and_ended(sides: Sides) -> None:
    listing = sides.listing(quantity=FLOW["quantity"])
    answer = sides.karim.post(f"{V1}/listings/{listing}/interests", json=quantity("10", "WEE"))
    address = answer.headers["location"]
    running = done(sides.lea.post(f"{address}/accept", json=quantity("10", "WEE")))
    assert (running["stage"], running["held"]["per"]) == ("running", "WEE")
    period = f"{address}/periods/{running['period']}"
    assert problem(sides.karim.post(period, json={"outcome": "confirmed"}), 422)["field"] == "quantity"
    told = done(sides.karim.post(period, json={"outcome": "confirmed", **quantity("9"), "measured": True}))
    assert (told["takes"][0]["period"], told["takes"][0]["quantity"]["per"]) == (running["period"], None)
    assert (
        problem(sides.karim.post(f"{address}/periods/2020-W60", json={"outcome": "missed"}), 422)["field"] == "period"
    )
    assert done(sides.lea.post(f"{address}/end"))["stage"] == "ended"


def test_waste_is_confirmed_with_what_the_register_wants(sides: Sides) -> None:
    attributes = {**LOT["attributes"], "status": "waste", "ewc": "15 01 03"}
    address = f"{V1}/exchanges/{sides.interest(sides.listing(attributes=attributes), permit='74-2025-018')['id']}"
    done(sides.lea.post(f"{address}/accept", json=quantity("20")))
    assert problem(sides.karim.post(f"{address}/confirm", json=sides.confirmation("20")), 422)["field"] == "tonnes"
    waste = {"code": "15 01 03", "tonnes": "0,4", "treatment": "R3"}
    wrong = sides.confirmation("20", waste={**waste, "treatment": "R99"})
    assert problem(sides.karim.post(f"{address}/confirm", json=wrong), 422)["field"] == "treatment"
    done(sides.karim.post(f"{address}/confirm", json=sides.confirmation("20", waste=waste)))


# --- lists --------------------------------------------------------------------------------------------------------


def test_exchanges_are_listed_by_who_owes_the_next_step_and_follow_a_cursor(sides: Sides) -> None:
    first, second = (sides.interest(sides.listing())["id"] for _listing in range(2))
    owed = [one["id"] for one in sides.lea.get(f"{V1}/exchanges?group=owed&limit=100").json()["items"]]
    assert {first, second} <= set(owed)
    assert {first, second}.isdisjoint(one["id"] for one in sides.karim.get(f"{V1}/exchanges").json()["items"])
    waiting = [one["id"] for one in sides.karim.get(f"{V1}/exchanges?group=waiting&limit=100").json()["items"]]
    assert {first, second} <= set(waiting)
    read, cursor = [], ""
    while True:
        page = sides.lea.get(f"{V1}/exchanges?limit=1&after={cursor}").json()
        read += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert read == owed
    done(sides.lea.post(f"{V1}/exchanges/{first}/decline", json=NO))
    assert sides.lea.get(f"{V1}/exchanges?group=closed&limit=1").json()["items"][0]["id"] == first
    assert sides.nora.get(f"{V1}/exchanges?group=closed").json() == {"items": [], "next": None}
    for query in ("group=all", "limit=0", "limit=101"):
        problem(sides.lea.get(f"{V1}/exchanges?{query}"), 400)
    assert sides.lea.get(f"{V1}/exchanges?after={'%F0%9F%99%82' * 40}").status_code == 200


def test_the_owner_reads_who_is_interested_side_by_side(sides: Sides) -> None:
    listing = sides.listing()
    asked = sides.interest(listing, "30", message="Pour nos tournées.")
    (found,) = sides.lea.get(f"{V1}/listings/{listing}/interests").json()["items"]
    assert (found["exchange"]["id"], found["message"]) == (asked["id"], "Pour nos tournées.")
    assert found["exchange"]["may"] == ["accept", "decline"]
    assert set(found["record"]) == {"accepted", "collected", "gave_up", "silent"}
    assert sides.alix.get(f"{V1}/listings/{listing}/interests").json()["items"]
    page = sides.lea.get(f"{V1}/listings/{listing}/interests", params={"limit": 1}).json()
    assert (len(page["items"]), page["next"]) == (1, None)
    problem(sides.karim.get(f"{V1}/listings/{listing}/interests"), 403)
    problem(sides.nora.get(f"{V1}/listings/{listing}/interests"), 404)


# --- messages -----------------------------------------------------------------------------------------------------


def test_the_two_sides_write_and_read_what_they_write(sides: Sides) -> None:
    address = f"{V1}/exchanges/{sides.interest(sides.listing())['id']}/messages"
    key = {"Idempotency-Key": str(uuid4())}
    sent = [sides.karim.post(address, json={"text": " Sont-elles sèches ? "}, headers=key) for _try in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert sent[0].json()["text"] == "Sont-elles sèches ?"
    assert sides.lea.post(address, json={"text": "Oui."}).status_code == 201
    read = sides.lea.get(address).json()
    assert [(one["by"], one["text"]) for one in read["items"]] == [
        (sides.bakery, "Sont-elles sèches ?"), (sides.sawmill, "Oui."),
    ]  # fmt: skip
    assert (read["before"], read["blocked_by"]) == (None, [])
    newest = sides.lea.get(f"{address}?limit=1").json()
    assert [one["text"] for one in newest["items"]] == ["Oui."]
    older = sides.lea.get(f"{address}?limit=1&before={newest['before']}").json()
    assert ([one["text"] for one in older["items"]], older["before"]) == (["Sont-elles sèches ?"], None)
    assert sides.alix.get(address).json()["items"] == [], "the facilitator reads what is reported"
    problem(sides.alix.post(address, json={"text": "Bonjour"}), 403)
    problem(sides.nora.get(address), 404)
    assert problem(sides.lea.post(address, json={"text": " "}), 422)["field"] == "text"
    problem(sides.lea.post(address, json={"text": "a\u0000"}), 422)


# --- once, and in order -------------------------------------------------------------------------------------------


def test_no_more_is_promised_than_there_is_and_whoever_is_late_is_told_what_is_left(sides: Sides, site: Site) -> None:
    listing = sides.listing(quantity={"amount": "30", "unit": "H87"})
    address = f"{V1}/exchanges/{sides.interest(listing, '30')['id']}"
    done(sides.lea.post(f"{address}/accept", json=quantity("25")))
    site.story.person("emma", "jourdies")
    site.story.company("joinery", "jourdies", "alix", "emma", siret="55210055400013")
    with site.database.connect() as connection:
        assert visible(connection, site.story.position, ["people", "exchanges"], within=20)
    emma = site.program("emma")
    asked = emma.post(f"{V1}/listings/{listing}/interests", json=quantity("10"))
    late = problem(sides.lea.post(f"{asked.headers['location']}/accept", json=quantity("10")), 422)
    assert (late["field"], late["detail"]) == ("amount", "Only 5 are left: the rest is promised or collected.")
    assert done(sides.lea.post(f"{asked.headers['location']}/accept", json=quantity("5")))["held"]["amount"] == "5"
    left = sides.lea.get(f"{V1}/listings/{listing}").json()
    assert Decimal(left["free"]) == 0


def test_the_same_key_and_body_is_one_interest_and_one_acceptance(sides: Sides, site: Site) -> None:
    listing, key = sides.listing(), {"Idempotency-Key": str(uuid4())}
    sent = [
        sides.karim.post(f"{V1}/listings/{listing}/interests", json=quantity("20"), headers=key) for _try in range(2)
    ]
    assert sent[0].json() == sent[1].json()
    address, before = sent[0].headers["location"], site.rows("SELECT count(*) FROM log.event_meta")
    key = {"Idempotency-Key": str(uuid4())}
    answers = [sides.lea.post(f"{address}/accept", json=quantity("20"), headers=key) for _try in range(2)]
    assert done(answers[0]) == done(answers[1])
    assert site.rows("SELECT count(*) FROM log.event_meta") == [(before[0][0] + 2,)], "accepted, and contact disclosed"
    problem(sides.lea.post(f"{address}/accept", json=quantity("19"), headers=key), 422)


def test_whoever_read_an_older_version_is_told_what_happened_and_where_it_stands(sides: Sides) -> None:
    asked = sides.interest(sides.listing())
    address, tag = f"{V1}/exchanges/{asked['id']}", {"If-Match": f'"{asked["version"]}"'}
    done(sides.karim.post(f"{address}/abandon", json=NO))
    answer = sides.lea.post(f"{address}/accept", json=quantity("20"), headers=tag)
    said = problem(answer, 409)
    assert said["detail"] == "Meanwhile one side gave up. The exchange says why."
    assert (said["exchange"]["id"], said["exchange"]["stage"]) == (asked["id"], "abandoned")
    assert answer.headers["etag"] == f'"{said["exchange"]["version"]}"'
    assert answer.headers.get("position", "0").isdigit()
    assert len(answer.headers.get("position", "0")) < 18
    assert "exchange" in problem(sides.lea.post(f"{address}/accept", json=quantity("20")), 409)


def test_asking_twice_is_told_with_what_is_under_way(sides: Sides) -> None:
    listing = sides.listing()
    asked = sides.interest(listing)
    said = problem(sides.karim.post(f"{V1}/listings/{listing}/interests", json=quantity("5")), 409)
    assert said["detail"] == "Your company has asked for this already: here is where it stands."
    assert said["exchange"]["id"] == asked["id"]


# --- what programs get wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("accept", {}),
        ("accept", {"quantity": {"amount": 20, "unit": "H87"}}),
        ("accept", {**quantity("20"), "more": 1}),
        ("accept", {**quantity("20"), "starts_on": "soon"}),
        ("decline", {"reason": "because"}),
        ("decline", {"reason": "quality", "sentence": "x" * 20_000}),
        ("abandon", {}),
        ("pickup", {"start": "2026-11-23T10:00:00", "end": "2026-11-23T11:00:00"}),
        ("pickup", {"start": "tomorrow", "end": "later"}),
        ("confirm", {**quantity("1"), "measured": "yes", "collected_on": "2026-11-23"}),
        ("correct", {"number": 1}),
        ("correct", {"number": 0, "quantity": None}),
        ("dispute", {"number": 1, "quantity": None}),
        ("savings", {"cents": -1}),
        ("savings", {"cents": 1.5}),
        ("savings", {"currency": "XXX"}),
        ("periods/2026-W07", {"outcome": "perhaps"}),
        ("messages", {"text": None}),
    ],
    ids=str,
)
def test_a_body_that_is_none_is_a_bad_request(sides: Sides, stood: str, step: str, body: dict[str, Any]) -> None:
    assert problem(sides.lea.post(f"{stood}/{step}", json=body), 400)["detail"]


@pytest.fixture(scope="module")
def stood(sides: Sides) -> str:
    """The address of an exchange that waits for an answer, whatever is tried."""
    return f"{V1}/exchanges/{sides.interest(sides.listing())['id']}"


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("accept", quantity("0"), "amount"),
        ("accept", quantity("21"), "amount"),
        ("accept", quantity("1.5"), "amount"),
        ("accept", quantity("20", "WEE"), "unit"),
        ("accept", {"quantity": {"amount": "20", "unit": "KGM"}}, "unit"),
        ("accept", {**quantity("20"), "pickup": {**PAST, "instructions": "Portail B."}}, "day"),
        ("accept", {**quantity("20"), "pickup": {**PAST, "start": "0001-01-01T00:00:00+14:00"}}, "start"),
        ("decline", {"reason": "no_answer"}, "reason"),
        ("decline", {"reason": "other"}, "sentence"),
        ("decline", {"reason": "quality", "sentence": "x" * 501}, "sentence"),
        ("decline", {"reason": "quality", "sentence": "\u0000"}, None),
        ("pickup", {"start": "0001-01-01T00:00:00+14:00", "end": "9999-12-31T23:59:59-12:00"}, "start"),
        ("pickup", PAST, None),
        ("pickup/agree", None, None),
        ("savings", {"cents": 5}, None),
        ("correct", {"number": 10**30, "quantity": None}, None),
        ("periods/%C2%B2026", {"outcome": "missed"}, None),
        ("end", None, None),
    ],
    ids=str,
)
def test_a_step_that_does_not_stand_is_refused_with_the_field_and_a_sentence(
    sides: Sides, stood: str, site: Site, step: str, body: dict[str, Any] | None, field: str | None
) -> None:
    before = site.rows("SELECT count(*) FROM log.event_meta")
    said = problem(sides.lea.post(f"{stood}/{step}", json=body), 422)
    assert said["detail"].endswith(".")
    assert field is None or said["field"] == field
    assert site.rows("SELECT count(*) FROM log.event_meta") == before


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"quantity": {"amount": "61", "unit": "H87"}}, 422),
        ({"quantity": {"amount": "1", "unit": "KGM"}}, 422),
        ({"quantity": {"amount": "1", "unit": "H87", "per": "WEE"}}, 422),
        ({"message": "x" * 2_001}, 422),
        ({"message": "\u0000"}, 422),
        ({"company_id": "company-x"}, 404),
        ({"other_listing": "listing-x"}, 404),
        ({"more": 1}, 400),
    ],
    ids=str,
)
def test_an_interest_that_does_not_stand_is_refused(
    sides: Sides, site: Site, changes: dict[str, Any], status: int
) -> None:
    listing = site.story.listings["pallets"]
    problem(sides.karim.post(f"{V1}/listings/{listing}/interests", json={**quantity("5"), **changes}), status)


@pytest.mark.parametrize(("header", "value"), [("Idempotency-Key", "1"), ("If-Match", "W/x"), ("If-Match", "9" * 40)])
def test_a_header_that_is_none_is_named(sides: Sides, stood: str, header: str, value: str) -> None:
    answer = sides.lea.post(f"{stood}/accept", json=quantity("20"), headers={header: value})
    assert problem(answer, 422)["field"] == header


# --- who may ------------------------------------------------------------------------------------------------------

STEPS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("GET", "", None),
    ("POST", "/accept", quantity("5")),
    ("POST", "/decline", NO),
    ("POST", "/abandon", NO),
    ("POST", "/hold", None),
    ("POST", "/pickup", {"start": "2027-01-04T10:00:00Z", "end": "2027-01-04T11:00:00Z"}),
    ("POST", "/pickup/agree", None),
    ("POST", "/confirm", {**quantity("5"), "measured": True, "collected_on": "2026-11-20"}),
    ("POST", "/correct", {"number": 1, "quantity": None}),
    ("POST", "/dispute", {"number": 1, "quantity": None, "sentence": "Non."}),
    ("POST", "/settle", {"number": 1, "quantity": None}),
    ("POST", "/savings", {"cents": 1}),
    ("POST", "/periods/2026-W40", {"outcome": "missed"}),
    ("POST", "/end", None),
    ("GET", "/messages", None),
    ("POST", "/messages", {"text": "Bonjour"}),
)


@pytest.mark.parametrize(("method", "step", "body"), STEPS, ids=lambda value: str(value)[:20])
def test_a_foreign_exchange_is_answered_exactly_as_a_missing_one(
    sides: Sides, stood: str, method: str, step: str, body: Any
) -> None:
    missing = f"{V1}/exchanges/exchange-{uuid4()}"
    answers = [sides.nora.request(method, f"{address}{step}", json=body) for address in (stood, missing)]
    assert problem(answers[0], 404) == problem(answers[1], 404)
    assert answers[0].content == answers[1].content
    problem(httpx.request(method, f"{sides.site.base}{stood}{step}", json=body), 401)


def test_a_foreign_listing_takes_no_interest(sides: Sides, site: Site) -> None:
    addresses = [f"{V1}/listings/{one}/interests" for one in (site.story.listings["forged"], f"listing-{uuid4()}")]
    answers = [sides.karim.post(address, json=quantity("5")) for address in addresses]
    assert problem(answers[0], 404) == problem(answers[1], 404)


def test_one_s_own_listing_takes_none_either(sides: Sides) -> None:
    answer = sides.lea.post(f"{V1}/listings/{sides.listing()}/interests", json=quantity("5"))
    assert problem(answer, 403)["detail"] == "This listing is your own."


def test_only_the_owner_answers_and_only_with_a_token_that_writes(sides: Sides, stood: str, site: Site) -> None:
    assert problem(sides.karim.post(f"{stood}/accept", json=quantity("5")), 403)["detail"].endswith(".")
    reader = site.program("lea", "read")
    assert reader.get(stood).status_code == 200
    assert "write" in problem(reader.post(f"{stood}/accept", json=quantity("5")), 403)["detail"]


# --- the document -------------------------------------------------------------------------------------------------


def test_the_document_says_what_a_conflict_carries_and_which_headers_are_listened_to(site: Site) -> None:
    document = httpx.get(f"{site.base}/api/openapi.json").json()
    accept = document["paths"][f"{V1}/exchanges/{{exchange_id}}/accept"]["post"]
    assert {"Idempotency-Key", "If-Match", "for_company"} <= {one["name"] for one in accept["parameters"]}
    conflict = accept["responses"]["409"]["content"]["application/problem+json"]["schema"]["$ref"]
    assert "exchange" in document["components"]["schemas"][conflict.rpartition("/")[2]]["properties"]
    for path, methods in document["paths"].items():
        if "exchanges" in path or "interests" in path:
            assert all(does["description"] and does["summary"] for does in methods.values()), path
