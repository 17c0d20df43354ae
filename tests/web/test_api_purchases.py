"""The API of group purchases: all that members and organisers do on pages, done by programs, and nothing more told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

from domain.purchases import WakePurchase
from marketplace.falling_due import CLOCK
from marketplace.reading import visible
from tests.marketplace.test_documents import PDF
from tests.replay import eventually
from tests.web.conftest import Site
from tests.web.one_site import one_site
from tests.web.test_api import V1, problem

site = one_site

GLOVES: Final = {"title": "Cut-resistant gloves", "category": "ACH.PPE", "unit": "H87"}
PALLETS: Final = {"title": "Pallet round", "form": "collection", "category": "PAL.EPAL1", "unit": "H87"}
COURSE: Final = {"title": "First aid", "form": "session", "category": "SRV.TRAIN", "unit": "C62"}
POWER: Final = {"title": "Electricity", "form": "frame", "category": "ACH.ENE", "unit": "MWH"}
CHARTER: Final = "Each contracts for itself."
WHY: Final = "The lowest at our total."
POINT: Final = "09876543210987"
THING: Final = re.compile(r"\{\w+:str\}")


class Buyers:
    """Alix leads; Léa's sawmill and Karim's bakery buy; Nora and Inès are of another zone."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.alix, self.lea, self.karim, self.nora, self.ines = (
            site.program(name) for name in ("alix", "lea", "karim", "nora", "ines")
        )
        self.sawmill, self.bakery = site.story.companies["sawmill"], site.story.companies["bakery"]

    def day(self, days: int) -> str:
        return (self.site.services.clock.now() + timedelta(days=days)).date().isoformat()

    def noon(self, days: int) -> str:
        return f"{self.day(days)}T12:00:00+01:00"

    def quote(self, **changes: Any) -> dict[str, Any]:
        tiers = [{"from": "0", "cents": 490}, {"from": "50", "cents": 420}, {"from": "100", "cents": 375}]
        return {"supplier": "Protec Alpes", "tiers": tiers, "vat": "20", "valid_until": self.day(60),
                "delivery_cents": 950, **changes}  # fmt: skip

    def bounds(self, **changes: Any) -> dict[str, Any]:
        return {"deadline": self.noon(20), "minimum": "40", "maximum": "108", "closes_when_full": True, **changes}

    def proposed(self, fields: dict[str, str]) -> Bought:
        answer = self.alix.post(f"{V1}/zones/jourdies/purchases", json=fields)
        assert answer.status_code == 201, answer.text
        return Bought(answer)

    def opened(self, fields: dict[str, str] = GLOVES, **bounds: Any) -> Bought:
        of = self.proposed(fields)
        quote = of.does(self.alix, "POST", "quotes", self.quote())["id"]
        of.does(self.alix, "POST", "choice", {"quote_id": quote, "reason": WHY})
        of.does(self.alix, "POST", "open", {**self.bounds(**bounds), "quote_id": quote, "charter": CHARTER})
        return of

    def confirmed(self, fields: dict[str, str] = GLOVES, **bounds: Any) -> Bought:
        of = self.opened(fields, **bounds)
        for program, quantity in ((self.lea, "60"), (self.karim, "48")):
            of.does(program, "POST", "pledge", {"quantity": quantity, "accepts_charter": True})
        return of


class Bought:
    """One group purchase; whoever reads it waits for what was last done to it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.address: str = answer.headers["location"]
        self.position: str = answer.headers["position"]

    def ask(
        self, program: httpx.Client, method: str, path: str = "", body: Any = None, **headers: str
    ) -> httpx.Response:
        address = f"{self.address}/{path}" if path else self.address
        answer = program.request(method, address, json=body, headers={"Position": self.position, **headers})
        self.position = max(self.position, answer.headers.get("position", "0"), key=int)
        return answer

    def does(self, program: httpx.Client, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        answer = self.ask(program, method, path, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, program: httpx.Client, method: str, path: str, body: Any = None, status: int = 422) -> str:
        """The answer that does not stand; its sentence where it is about none."""
        said = problem(self.ask(program, method, path, body), status)
        return str(said.get("field") or said.get("detail") or said["title"])


@pytest.fixture(scope="module")
def buyers(site: Site) -> Buyers:
    return Buyers(site)


# --- the story ----------------------------------------------------------------------------------------------------


def test_a_group_purchase_lives_from_the_question_to_what_arrived(buyers: Buyers) -> None:
    alix, lea, karim = buyers.alix, buyers.lea, buyers.karim
    once = {"Idempotency-Key": str(uuid4())}
    twice = [karim.post(f"{V1}/zones/jourdies/purchases", json=GLOVES, headers=once) for _each in range(2)]
    assert twice[0].json()["id"] == twice[1].json()["id"]
    of = Bought(twice[1])
    assert of.does(lea, "POST", "poll", {"quantity": "24"})["own"][0]["wish"] == "24"
    assert of.refused(lea, "PUT", "specification", {"text": "EN 388."}, 403)
    assert of.does(alix, "PUT", "specification", {"text": "EN 388."})["specification"] == "EN 388."

    sent = [of.does(alix, "POST", "quotes", buyers.quote(supplier="EPI"), **once) for _each in range(2)]
    assert (sent[0]["id"], sent[0]["chosen"]) == (sent[1]["id"], False)
    path = f"quotes/{sent[0]['id']}"
    assert of.refused(alix, "PUT", path, buyers.quote(tiers=[{"from": "0", "cents": 0}])) == "tiers"
    assert of.does(alix, "PUT", path, buyers.quote())["supplier"] == "Protec Alpes"
    assert of.refused(alix, "PUT", "quotes/quote-x", buyers.quote(), 404)
    assert of.refused(alix, "GET", f"{path}/document", status=404)
    assert of.refused(alix, "POST", "choice", {"quote_id": "quote-x", "reason": WHY}) == "quote_id"
    of.does(alix, "POST", "choice", {"quote_id": sent[0]["id"], "reason": WHY})
    assert [one["chosen"] for one in of.does(alix, "GET", "quotes")["items"]] == [True]

    opening = {**buyers.bounds(), "quote_id": sent[0]["id"], "charter": CHARTER}
    of.refused(alix, "POST", "open", {**opening, "quote_id": "quote-x"}, 409)
    assert of.refused(alix, "POST", "open", {**opening, "deadline": "9999-12-31T23:00:00Z"}) == "deadline"
    assert of.refused(alix, "GET", "ledger", status=404)
    assert of.does(alix, "POST", "open", opening)["terms"]["choice"] == WHY

    version = of.ask(lea, "GET").headers["etag"]
    changed = {"offer": buyers.quote(delivery_cents=1500), "bounds": buyers.bounds(deadline=buyers.noon(21))}
    changed["offer"].pop("supplier")
    dearer = of.does(alix, "PUT", "terms", {**changed, "reason": "Dearer transport."})
    assert dearer["terms"]["delivery_cents"] == 1500
    pledge = {"quantity": "60", "accepts_charter": True, "present_cents": 600}
    assert of.ask(lea, "POST", "pledge", pledge, **{"If-Match": version}).status_code == 409
    of.does(lea, "POST", "pledge", pledge)
    longer = {"deadline": buyers.noon(25), "reason": "Two more want to join."}
    assert of.refused(alix, "POST", "deadline", {**longer, "deadline": buyers.noon(10)}) == "deadline"
    of.does(alix, "POST", "deadline", longer)
    story = of.does(karim, "GET", "story")
    assert [step["what"] for step in story["steps"]][:2] == ["DeadlineExtended", "ThresholdReached"]
    assert story["steps"][0]["said"] == "Two more want to join."

    assert of.refused(karim, "POST", "pledge", {**pledge, "company_id": buyers.sawmill}, 403)
    done = of.does(alix, "POST", "pledge", {"quantity": "48", "accepts_charter": True, "company_id": buyers.bakery})
    assert (done["stage"], done["terms"]["unit_cents"], done["own"]) == ("confirmed", 375, [])
    pledges = {one["name"]: one for one in of.does(alix, "GET", "pledges")["items"]}
    assert [pledges[name]["entered_by"] for name in ("Sawmill", "Bakery")] == ["", "Alix"]
    ledger = of.does(alix, "GET", "ledger")
    assert [(line["company"], line["given"]) for line in ledger["lines"]] == [
        (buyers.sawmill, "60"), (buyers.bakery, "48"),
    ]  # fmt: skip
    assert (ledger["settled"], ledger["shares"][0]["with_vat_cents"]) == (True, 28800)  # (60 × 3.75 + 15) × 1.2

    assert of.refused(alix, "POST", "delivery", {"on": buyers.day(3)}) == "on"
    assert of.does(alix, "POST", "delivery", {"on": buyers.day(0)})["stage"] == "delivered"
    short = of.does(lea, "POST", "receipt", {"outcome": "short", "quantity": "55", "remark": "Five are missing."})
    assert short["own"][0]["received"] == "55"
    assert of.refused(alix, "POST", "cancel", {"reason": "Too late."}) == "This group purchase is over."


def test_the_document_of_a_quote_is_sent_read_and_replaced_until_the_choice(buyers: Buyers) -> None:
    of = buyers.proposed(GLOVES)
    quote = of.does(buyers.alix, "POST", "quotes", buyers.quote())["id"]
    address = f"{of.address}/quotes/{quote}/document"
    known = {"Position": of.position, "Content-Type": "application/pdf"}
    sent = buyers.alix.put(address, content=PDF, headers=known)
    assert (sent.status_code, sent.json()["document"], sent.json()["supplier"]) == (200, True, "Protec Alpes")
    assert buyers.alix.get(address, headers={"Position": sent.headers["position"]}).content == PDF
    assert problem(buyers.alix.put(address, content=b"%PDF? no", headers=known), 422)["field"] == "document"
    assert buyers.karim.put(address, content=PDF, headers=known).status_code == 403
    assert buyers.alix.put(f"{address[:-9]}0/document", content=PDF, headers=known).status_code == 404


def test_what_a_company_said_by_phone_is_changed_and_taken_back_for_it(buyers: Buyers) -> None:
    of = buyers.opened(minimum=None)
    of.does(buyers.alix, "POST", "pledge", {"quantity": "10", "accepts_charter": True, "company_id": buyers.sawmill})
    assert [own["quantity"] for own in of.does(buyers.lea, "GET")["own"]] == ["10"]
    of.ask(buyers.alix, "DELETE", f"pledge?for_company={buyers.sawmill}")
    assert of.does(buyers.alix, "GET", "ledger")["lines"] == []
    assert of.does(buyers.alix, "POST", "cancel", {"reason": "Nobody wants it."})["stage"] == "cancelled"


def test_shares_are_promised_of_what_is_paid_for_together(buyers: Buyers) -> None:
    of = buyers.proposed({"title": "Shelter", "form": "funding", "category": "ACH.SUP"})
    opening = {"deadline": buyers.noon(20), "charter": CHARTER, "shares": [20, 100], "goal": "1000"}
    assert of.refused(buyers.alix, "POST", "funding", {**opening, "shares": []}) == "shares"
    told = of.does(buyers.alix, "POST", "funding", opening)
    assert (told["unit"], told["terms"]["shares"], told["goal"]) == ("EUR", [20, 100], "1000")
    assert of.refused(buyers.lea, "POST", "pledge", {"quantity": "55", "accepts_charter": True}) == "quantity"
    of.does(buyers.lea, "POST", "pledge", {"quantity": "300", "accepts_charter": True})


def test_a_supplier_is_asked_by_a_link_that_opens_until_it_is_taken_back(buyers: Buyers) -> None:
    of = buyers.proposed(GLOVES)
    asked = {"name": "Protec Alpes", "until": buyers.day(10)}
    assert of.refused(buyers.alix, "POST", "suppliers", {**asked, "until": buyers.day(-1)}) == "until"
    assert of.refused(buyers.alix, "POST", "suppliers", {**asked, "mail": "nobody"}) == "mail"
    once = {"Idempotency-Key": str(uuid4())}
    [link] = [of.does(buyers.alix, "POST", "suppliers", asked, **once) for _each in range(2)][1]["items"]
    assert (link["supplier"], link["state"], link["until"]) == ("Protec Alpes", "open", buyers.day(10))
    assert "Protec Alpes" in httpx.get(link["address"]).text
    assert of.refused(buyers.alix, "POST", "suppliers/invitation-x/revoke", status=404)
    [back] = of.does(buyers.alix, "POST", f"suppliers/{link['id']}/revoke")["items"]
    assert (back["state"], back["address"]) == ("revoked", None)
    of.does(buyers.alix, "POST", "suppliers", asked)
    of.does(buyers.alix, "POST", "suppliers/close")
    assert [one["state"] for one in of.does(buyers.alix, "GET", "suppliers")["items"]] == ["revoked", "closed"]
    assert of.refused(buyers.lea, "GET", "suppliers", status=403)


def test_a_company_describes_its_own_sites_and_opts_in_late(buyers: Buyers) -> None:
    of = buyers.proposed(POWER)
    terms = {"kind": "electricity", "months": 36, "notice_days": 60, "remind_days": 30, "formula": "CRE + 2",
             "joins_until": buyers.day(200)}  # fmt: skip
    assert of.refused(buyers.lea, "GET", "contract", status=404)
    assert of.refused(buyers.alix, "PUT", "contract", {**terms, "months": 0}) == "months"
    assert of.does(buyers.alix, "PUT", "contract", terms)["joins_until"] == buyers.day(200)
    site = {"point": POINT, "yearly": "120.5", "power": "36", "ends_on": buyers.day(30)}
    assert of.refused(buyers.lea, "PUT", "contract/sites/site-sawmill", {**site, "point": "1"}) == "point"
    assert of.refused(buyers.lea, "PUT", "contract/sites/site-bakery", site) == "site_id"
    [told] = of.does(buyers.lea, "PUT", "contract/sites/site-sawmill", site)["sites"]
    assert (told["point"], told["starts_on"]) == (POINT, buyers.day(31))
    assert POINT not in of.ask(buyers.karim, "GET", "contract").text
    assert [one["company"] for one in of.does(buyers.alix, "GET", "contract")["sites"]] == [buyers.sawmill]
    assert of.does(buyers.lea, "DELETE", "contract/sites/site-sawmill")["sites"] == []

    quote = of.does(buyers.alix, "POST", "quotes", buyers.quote())["id"]
    of.does(buyers.alix, "POST", "choice", {"quote_id": quote, "reason": WHY})
    late = {"quantity": "48", "accepts_charter": True, "present_cents": 600}
    assert "not confirmed" in of.refused(buyers.karim, "POST", "contract/join", late)
    bounds = buyers.bounds(maximum=None, closes_when_full=False)
    of.does(buyers.alix, "POST", "open", {**bounds, "quote_id": quote, "charter": CHARTER})
    of.does(buyers.lea, "POST", "pledge", {"quantity": "60", "accepts_charter": True})
    closes(buyers.site, of)
    joined = of.does(buyers.karim, "POST", "contract/join", late)
    assert [own["share"] for own in joined["own"]] == ["48"]
    of.refused(buyers.karim, "POST", "contract/join", late, 409)


def closes(site: Site, of: Bought) -> None:
    """The deadline passes."""
    clock = site.services.clock
    site.passes(timedelta(days=21))
    receipt = site.services.marketplace.wake_purchase(
        WakePurchase(actor=CLOCK, now=clock.now(), command_id=str(uuid4()), purchase_id=of.address.rpartition("/")[2])
    )
    with site.database.connect() as connection:
        assert visible(connection, receipt.position, ["purchases"], within=20)
    of.position = str(receipt.position)


def test_a_round_is_ruled_planned_driven_and_written_down(buyers: Buyers) -> None:
    of = buyers.proposed(PALLETS)
    rule = {"free_from": 80, "good": ["B"], "every_weeks": 4}
    assert of.refused(buyers.alix, "PUT", "collection", {**rule, "free_from": 101}) == "free_from"
    assert of.does(buyers.alix, "PUT", "collection", rule)["every_weeks"] == 4
    for program, place in ((buyers.lea, "sawmill"), (buyers.karim, "bakery")):
        loads = [{"format": "PAL.EPAL1", "condition": "B", "quantity": "40"}]
        of.does(program, "PUT", "stop", {"site_id": f"site-{place}", "loads": loads})
    assert of.refused(buyers.alix, "PUT", "collection/round", {"on": buyers.day(-3)}) == "on"
    assert of.refused(buyers.lea, "PUT", "collection/round", {"on": buyers.day(0)}, 403)
    of.does(buyers.alix, "PUT", "collection/round", {"on": buyers.day(0)})
    of.refused(buyers.alix, "PUT", "collection/order", {"companies": [buyers.sawmill]}, 409)
    ordered = of.does(buyers.alix, "PUT", "collection/order", {"companies": [buyers.bakery, buyers.sawmill]})
    assert {stop["company"]: stop["place"] for stop in ordered["stops"]} == {buyers.bakery: 1, buyers.sawmill: 2}
    result = f"collection/results/{buyers.bakery}"
    assert of.refused(buyers.alix, "PUT", result, {"outcome": "collected", "weight": "-1"}) == "weight"
    of.does(buyers.alix, "PUT", result, {"outcome": "collected", "weight": "812", "remark": "Well stacked."})
    assert [stop["weight"] for stop in of.does(buyers.karim, "GET", "collection")["stops"]] == ["812"]
    assert "Well stacked" not in of.ask(buyers.lea, "GET", "collection").text
    gone = of.does(buyers.lea, "DELETE", "stop")
    assert all(stop["number"] == 1 for stop in gone["stops"])


def test_a_session_is_planned_attended_and_its_names_forgotten(buyers: Buyers) -> None:
    of = buyers.proposed(COURSE)
    plan = {"starts_at": buyers.noon(30), "minutes": 180, "place": "Hall", "seats": 5}
    assert of.refused(buyers.alix, "PUT", "session", {**plan, "minutes": 0}) == "minutes"
    assert of.refused(buyers.alix, "PUT", "session", {**plan, "cancel_until": buyers.noon(31)}) == "cancel_until"
    assert of.does(buyers.alix, "PUT", "session", {**plan, "unpledged": True})["seats"] == 5
    of.does(buyers.lea, "POST", "trainees", {"name": "Yann"})
    [yann, zoe] = [one["id"] for one in of.does(buyers.lea, "POST", "trainees", {"name": "Zoé"})["trainees"]]
    assert of.refused(buyers.karim, "DELETE", f"trainees/{yann}", status=404)
    assert [one["name"] for one in of.does(buyers.lea, "DELETE", f"trainees/{zoe}")["trainees"]] == ["Yann"]
    assert of.refused(buyers.lea, "DELETE", "seat")
    assert of.refused(buyers.alix, "PUT", "session/attendance", {"on": buyers.day(0), "present": [yann]}) == "on"
    forgotten = of.does(buyers.lea, "POST", f"trainees/{yann}/forget")
    assert [one["name"] for one in forgotten["trainees"]] == [""]


def test_a_booked_seat_without_a_name_is_given_back(buyers: Buyers) -> None:
    of = buyers.proposed(COURSE)
    plan = {"starts_at": buyers.noon(30), "minutes": 180, "place": "Hall", "seats": 5}
    of.does(buyers.alix, "PUT", "session", plan)
    quote = of.does(buyers.alix, "POST", "quotes", buyers.quote(tiers=[{"from": "0", "cents": 9_000}]))["id"]
    of.does(buyers.alix, "POST", "choice", {"quote_id": quote, "reason": WHY})
    bounds = buyers.bounds(minimum="2", maximum="5")
    of.does(buyers.alix, "POST", "open", {**bounds, "quote_id": quote, "charter": CHARTER})
    for program, seats in ((buyers.lea, "3"), (buyers.karim, "2")):
        of.does(program, "POST", "pledge", {"quantity": seats, "accepts_charter": True})
    of.does(buyers.lea, "POST", "trainees", {"name": "Yann"})
    [before, after] = [of.does(buyers.lea, *asked)["reserved"] for asked in (("GET", "session"), ("DELETE", "seat"))]
    assert (before, after) == ({buyers.sawmill: 3}, {buyers.sawmill: 2})


def test_who_was_there_is_recorded_once_the_session_has_begun(buyers: Buyers) -> None:
    of = buyers.proposed(COURSE)
    begins = buyers.site.services.clock.now() + timedelta(seconds=1)
    plan = {"starts_at": begins.isoformat(), "minutes": 180, "place": "Hall", "seats": 5, "valid_months": 24}
    of.does(buyers.alix, "PUT", "session", {**plan, "unpledged": True})
    [yann] = [one["id"] for one in of.does(buyers.lea, "POST", "trainees", {"name": "Yann"})["trainees"]]
    eventually(lambda: buyers.site.services.clock.now() > begins)
    held = of.does(buyers.alix, "PUT", "session/attendance", {"on": buyers.day(0), "present": [yann]})
    assert (held["held_on"], [one["present"] for one in held["trainees"]]) == (buyers.day(0), [True])


# --- who may what -------------------------------------------------------------------------------------------------


def ways(site: Site) -> dict[tuple[str, str], HTTPRouteHandler]:
    """Every way a program goes with a group purchase."""
    return {
        (str(method), route.path): handler
        for route in site.app.routes
        if "/api/v1/purchases/" in route.path
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods - {HttpMethod.OPTIONS, HttpMethod.HEAD}
    }


def bodies(buyers: Buyers) -> dict[str, dict[str, Any]]:
    """A body that can be read, by the end of the address."""
    offer = {name: value for name, value in buyers.quote().items() if name != "supplier"}
    bounds, why = buyers.bounds(), {"reason": WHY}
    return {
        "/poll": {"quantity": "1"}, "/pledge": {"quantity": "1"}, "/receipt": {"outcome": "received"},
        "/specification": {"text": "x"}, "/quotes": buyers.quote(), "/quotes/x": buyers.quote(),
        "/choice": {"quote_id": "x", **why}, "/open": {**bounds, "quote_id": "x", "charter": "x"},
        "/funding": {"deadline": buyers.noon(9), "charter": "x"}, "/terms": {"offer": offer, "bounds": bounds, **why},
        "/deadline": {"deadline": buyers.noon(9), **why}, "/cancel": why, "/delivery": {"on": buyers.day(0)},
        "/suppliers": {"name": "x", "until": buyers.day(9)},
        "/contract": {"kind": "gas", "months": 1, "notice_days": 1, "remind_days": 1, "joins_until": buyers.day(9),
                      "formula": "x"},
        "/contract/join": {"quantity": "1"}, "/collection/round": {"on": buyers.day(0)},
        "/collection/results/x": {"outcome": "collected"}, "/trainees": {"name": "x"},
        "/stop": {"site_id": "x", "loads": [{"format": "x", "condition": "B", "quantity": "1"}]},
        "/session": {"starts_at": buyers.noon(9), "minutes": 1, "place": "x", "seats": 1},
        "/session/attendance": {"on": buyers.day(0), "present": []},
    }  # fmt: skip


def test_a_foreign_purchase_answers_exactly_as_a_missing_one(buyers: Buyers) -> None:
    foreign, missing = buyers.proposed(GLOVES), f"purchase-{uuid4()}"
    of, sent, head = foreign.address.rpartition("/")[2], bodies(buyers), buyers.site.log.head()
    found = ways(buyers.site)
    assert len(found) > 40
    for method, path in found:
        end = THING.sub("x", path.removeprefix("/api/v1/purchases/{purchase_id:str}"))
        body = sent.get(end, {}) if method in ("POST", "PUT") else None
        # Inès leads the purchases of another zone: if that opened anything here, she would see it.
        answers = [buyers.ines.request(method, f"{V1}/purchases/{one}{end}", json=body) for one in (of, missing)]
        assert answers[0].status_code == 404, (method, path, answers[0].text)
        assert answers[0].text.replace(of, "") == answers[1].text.replace(missing, ""), (method, path)
    assert buyers.site.log.head() == head


def test_what_only_the_organiser_does_is_refused_to_a_member_and_nobody_s_token_to_all(buyers: Buyers) -> None:
    of, sent = buyers.opened(), bodies(buyers)
    led = ("specification", "quotes", "choice", "open", "funding", "terms", "deadline", "cancel", "delivery",
           "suppliers", "contract", "collection/round", "session/attendance")  # fmt: skip
    head = buyers.site.log.head()
    for path in led:
        method = next(method for method, way in ways(buyers.site) if way.endswith(f"/{path}") and method != "GET")
        said = problem(of.ask(buyers.lea, method, path, sent[f"/{path}"]), 403)
        assert said["detail"] == "The zone’s facilitator leads its group purchases."
    for path in ("quotes", "pledges", "ledger", "suppliers"):
        problem(of.ask(buyers.lea, "GET", path), 403)
        assert httpx.get(f"{buyers.site.base}{of.address}/{path}").status_code == 401
    reader = buyers.site.program("alix", "read")
    assert "write" in problem(of.ask(reader, "POST", "cancel", {"reason": WHY}), 403)["detail"]
    outside = httpx.get(f"{buyers.site.base}{of.address}/story", headers={"Position": of.position}).json()
    assert outside == {"steps": [], "days": []}
    assert buyers.site.log.head() == head


def test_a_body_is_what_the_document_says_or_is_refused(buyers: Buyers) -> None:
    of, sent = buyers.proposed(GLOVES), bodies(buyers)
    for method, path in ways(buyers.site):
        end = THING.sub("x", path.removeprefix("/api/v1/purchases/{purchase_id:str}"))
        if end in sent and method in ("POST", "PUT"):
            wrong: list[Any] = [{**sent[end], "nonsense": 1}, {name: {} for name in sent[end]}]
            for body in wrong:
                assert problem(of.ask(buyers.alix, method, end[1:], body), 400)["detail"], (method, path)
    zone = f"{V1}/zones/jourdies/purchases"
    assert problem(buyers.alix.post(zone, json={**GLOVES, "form": "lottery"}), 400)
    assert problem(buyers.alix.post(zone, json={**GLOVES, "step": "none"}), 422)["field"] == "step"
    assert problem(buyers.alix.post(zone, json={**GLOVES, "title": "\0"}), 422)
    assert problem(buyers.nora.post(zone, json=GLOVES), 403)
    assert problem(buyers.karim.post(zone, json={**GLOVES, "company_id": buyers.sawmill}), 403)
    assert problem(of.ask(buyers.alix, "POST", "poll", {"quantity": "1", "company_id": "\0"}), 422)


# --- the document -------------------------------------------------------------------------------------------------


def test_the_document_tells_every_way_in_a_sentence_and_the_headers_it_listens_to(buyers: Buyers) -> None:
    paths = httpx.get(f"{buyers.site.base}/api/openapi.json").json()["paths"]
    told = {path: methods for path, methods in paths.items() if path.startswith(f"{V1}/purchases/")}
    assert len(told) > 30
    for path, methods in told.items():
        for method, does in methods.items():
            assert does["summary"], path
            assert does["description"].rstrip().endswith("."), path
            headers = {one["name"] for one in does.get("parameters", []) if one["in"] == "header"}
            assert method == "get" or headers == {"Idempotency-Key", "If-Match"}, path
