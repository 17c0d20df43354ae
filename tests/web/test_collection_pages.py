"""Pooled collections and sessions on pages: each sees its own stop and its own people, the organiser all of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Final
from uuid import uuid4

from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site

site = one_site

PALLETS: Final = {"title": "Pallet round", "form": "collection", "category": "PAL.EPAL1", "unit": "H87"}
COURSE: Final = {"title": "First aid", "form": "session", "category": "SRV.TRAIN", "unit": "C62"}


def proposed(site: Site, fields: dict[str, str]) -> tuple[Browser, str]:
    """What the facilitator asks the zone, and where it is."""
    alix = site.browser("alix")
    alix.get("/z/jourdies/purchases/new")
    asked = alix.send("/z/jourdies/purchases/new", {**fields, "title": f"{fields['title']} {uuid4()}"})
    assert asked.status_code == 303, asked.text
    alix.follow(asked)
    return alix, asked.headers["location"]


def day(site: Site, days: int) -> str:
    return (site.services.clock.now() + timedelta(days=days)).date().isoformat()


def load(quantity: str, condition: str = "B", n: int = 1) -> dict[str, str]:
    return {f"format_{n}": "PAL.EPAL1", f"condition_{n}": condition, f"quantity_{n}": quantity}


def test_a_stop_is_declared_on_a_phone_and_read_by_its_company_and_the_organiser_alone(site: Site) -> None:
    alix, path = proposed(site, PALLETS)
    assert alix.send(f"{path}/collection/rule", {"free_from": "80", "good": "B"}).status_code == 303
    lea, karim = site.browser("lea"), site.browser("karim")
    page = lea.get(f"{path}/stop").text
    assert "yard" in page
    wrong = lea.send(f"{path}/stop", {**load("many"), "remark": "canary-gate", "site": "site-sawmill"})
    assert wrong.status_code == 422
    assert "Write a number only." in wrong.text
    assert 'value="many"' in wrong.text
    assert "canary-gate" in wrong.text
    fields = {**load("40"), **load("15", "BROKEN", 2), "remark": "canary-gate", "site": "site-sawmill",
              "pickup_place": "dock", "pickup_day_1": "yes", "pickup_from": "8", "pickup_until": "12"}  # fmt: skip
    own = lea.follow(lea.send(f"{path}/stop", fields))
    for told in ("40 pallets", "At a dock", "canary-gate"):
        assert told in own.text, told
    assert "canary-gate" not in karim.get(path).text + karim.get(f"{path}/stop").text
    assert "40 pallets" not in karim.get(path).text + karim.get(f"{path}/stop").text
    for browser in (site.browser(), site.browser("nora")):
        assert browser.get(f"{path}/stop").status_code in (303, 404)
        assert "canary-gate" not in browser.get(path).text
    assert karim.get(f"{path}/collection").status_code == 403
    assert karim.get(f"{path}/route.csv").status_code == 403
    desk = alix.get(f"{path}/collection").text
    assert "canary-gate" in desk
    assert "40 / 55" in desk


def test_a_round_is_planned_driven_and_made_again(site: Site) -> None:
    alix, path = proposed(site, PALLETS)
    alix.send(f"{path}/collection/rule", {"every_weeks": "4", "good": "B"})
    people = {"sawmill": site.browser("lea"), "bakery": site.browser("karim")}
    for company, browser in people.items():
        browser.get(f"{path}/stop")
        answer = browser.send(f"{path}/stop", {**load("10"), "site": f"site-{company}"})
        assert answer.status_code == 303, answer.text
    past = alix.send(f"{path}/collection/round", {"on": day(site, -3)})
    assert "This day is past" in past.text
    assert alix.send(f"{path}/collection/round", {"on": day(site, 0)}).status_code == 303
    begins = f"DTSTART;VALUE=DATE:{day(site, 0).replace('-', '')}"
    assert begins in people["sawmill"].get(f"{path}/dates.ics").text
    people["sawmill"].get("/account")
    assert people["sawmill"].send("/account/calendar").status_code == 303
    (calendar,) = re.findall(r'value="(http://[^"]+\.ics)"', people["sawmill"].get("/account").text)
    assert begins in site.browser().get(calendar.removeprefix(site.base)).text
    desk = alix.get(f"{path}/collection").text
    stops = re.findall(r'name="stop" value="([^"]+)"', desk)
    assert len(stops) == 2
    ordered = {"stop": stops, f"place_{stops[0]}": "2", f"place_{stops[1]}": "1"}
    assert alix.send(f"{path}/collection/order", ordered).status_code == 303
    assert re.findall(r'name="stop" value="([^"]+)"', alix.get(f"{path}/collection").text) == stops[::-1]
    lines = list(csv.reader(io.StringIO(alix.get(f"{path}/route.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert [line[0] for line in lines[1:]] == ["1", "2"]
    assert "1 rue du Test" in alix.get(f"{path}/route").text
    for stop in stops:
        fields = {"company": stop, "outcome": "refused", "weight": "", "remark": f"canary-{stop}"}
        assert alix.send(f"{path}/collection/result", fields).status_code == 303
    sawmill = site.story.companies["sawmill"]
    assert f"canary-{sawmill}" in people["sawmill"].get(f"{path}/stop").text
    assert f"canary-{sawmill}" not in people["bakery"].get(f"{path}/stop").text
    alix.get(f"{path}/collection")
    assert alix.send(f"{path}/collection/round", {"on": day(site, 28)}).status_code == 303
    alix.get(f"{path}/collection")
    assert "The same again?" in people["sawmill"].get(f"{path}/stop").text
    assert people["sawmill"].send(f"{path}/stop/confirm").status_code == 303
    people["bakery"].get(f"{path}/stop")
    assert people["bakery"].send(f"{path}/stop/skip").status_code == 303
    assert "Not this time" in alix.get(f"{path}/collection").text


def test_seats_take_names_that_only_their_company_and_the_organiser_read(site: Site) -> None:
    alix, path = proposed(site, COURSE)
    alix.get(f"{path}/session")
    when = {"day": day(site, 20), "at": "9:00", "hours": "7", "seats": "2", "place": "canary-place",
            "cancel_by": day(site, 10), "valid_months": "24", "unpledged": "yes"}  # fmt: skip
    wrong = alix.send(f"{path}/session", {**when, "at": "soon", "seats": "none"})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    assert alix.send(f"{path}/session", when).status_code == 303
    lea, karim = site.browser("lea"), site.browser("karim")
    assert "canary-place" in karim.get(path).text
    lea.get(f"{path}/trainees")
    lea.follow(lea.send(f"{path}/trainees", {"name": "Canary Yann"}))
    karim.get(f"{path}/trainees")
    karim.follow(karim.send(f"{path}/trainees", {"name": "Canary Zoé"}))
    full = karim.send(f"{path}/trainees", {"name": "Canary Third"})
    assert full.status_code == 422
    assert "All seats are taken" in full.text
    for page in (path, f"{path}/trainees"):
        assert "Canary Yann" not in karim.get(page).text
    for browser in (site.browser(), site.browser("nora")):
        assert "Canary" not in browser.get(path).text
        assert "canary-place" not in browser.get(path).text
    assert karim.get(f"{path}/attendance").status_code == 403
    sheet = alix.get(f"{path}/attendance").text
    assert "Canary Yann" in sheet
    assert "Canary Zoé" in sheet


def test_who_gives_a_seat_back_is_forgotten_everywhere(site: Site) -> None:
    alix, path = proposed(site, COURSE)
    alix.get(f"{path}/session")
    when = {"day": day(site, 20), "at": "9:00", "hours": "3", "seats": "5", "place": "Hall", "unpledged": "yes"}
    alix.follow(alix.send(f"{path}/session", when))
    lea = site.browser("lea")
    lea.get(f"{path}/trainees")
    page = lea.follow(lea.send(f"{path}/trainees", {"name": "Forget Me"}))
    [trainee] = re.findall(r'name="trainee" value="([^"]+)"', page.text)
    stranger = site.browser("karim")
    stranger.get(f"{path}/trainees")
    assert stranger.send(f"{path}/trainees/cancel", {"trainee": trainee}).status_code == 404
    lea.get(f"{path}/trainees")
    twice = {"trainee": trainee, "command_id": str(uuid4())}
    assert [lea.send(f"{path}/trainees/cancel", twice).status_code for _each in range(2)] == [303, 303]
    assert "Forget Me" not in lea.get(f"{path}/trainees").text.replace("Forget Me has a seat", "")
    history = site.log.history(path.rpartition("/")[2])
    assert [each.event.name.text for each in history if hasattr(each.event, "name")] == [None]


def test_programs_declare_stops_and_name_people_as_pages_do(site: Site) -> None:
    alix, path = proposed(site, PALLETS)
    api = f"/api/v1{path}"
    lea, karim = site.program("lea"), site.program("karim")
    stop = {"site_id": "site-sawmill", "loads": [{"format": "PAL.EPAL1", "condition": "B", "quantity": "40"}],
            "access": {"place": "dock", "forklift": True}, "remark": "canary-gate"}  # fmt: skip
    told = lea.put(f"{api}/stop", json=stop)
    assert told.status_code == 200, told.text
    assert [one["loads"][0]["quantity"] for one in told.json()["stops"]] == ["40"]
    assert karim.get(f"{api}/collection").json()["stops"] == []
    shiny = {**stop, "loads": [{"format": "PAL.EPAL1", "condition": "SHINY", "quantity": "40"}]}
    refused = lea.put(f"{api}/stop", json=shiny)
    assert refused.status_code == 422
    assert lea.post(f"{api}/stop/confirm", json={}).status_code == 422
    alix, path = proposed(site, COURSE)
    api = f"/api/v1{path}"
    assert lea.get(f"{api}/session").status_code == 404
    alix.get(f"{path}/session")
    when = {"day": day(site, 20), "at": "9:00", "hours": "3", "seats": "5", "place": "Hall", "unpledged": "yes"}
    alix.follow(alix.send(f"{path}/session", when))
    named = lea.post(f"{api}/trainees", json={"name": "Yann"})
    assert named.status_code == 200, named.text
    [trainee] = named.json()["trainees"]
    assert karim.get(f"{api}/session").json()["trainees"] == []
    assert lea.delete(f"{api}/trainees/{trainee['id']}").json()["trainees"] == []
