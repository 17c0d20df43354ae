"""Pick-ups: agreed by the clocks of the place, taken along in calendars and on paper, confirmed with real figures."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from icalendar import Calendar

from domain.exchanges import Slot
from marketplace.language import translations
from tests.web.bargains import Bargain, ready
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site  # noqa: F401  (a fixture)
from tests.web.test_conversations import photo, photos_of
from web.forms import Answers
from web.slot_field import slot_typed

COLLECTED = {"amount": "38", "measured": "yes", "final": "yes"}


@pytest.fixture
def lea(site: Site) -> Browser:
    return ready(site, "lea")


@pytest.fixture
def karim(site: Site) -> Browser:
    return ready(site, "karim")


def typed(**fields: str) -> tuple[Slot | None, dict[str, str]]:
    """What a slot's fields say in Paris, and what is wrong with them."""
    given = Answers({name.rstrip("_"): [value] for name, value in fields.items()}, translations("en"))
    return slot_typed(given, "Europe/Paris"), given.errors


def test_a_slot_is_read_by_the_clocks_of_the_place() -> None:
    slot, errors = typed(day="2027-01-12", from_="9h30", until="11:00")
    assert not errors
    assert slot is not None
    assert (slot.start.isoformat(), slot.end.isoformat()) == ("2027-01-12T08:30:00+00:00", "2027-01-12T10:00:00+00:00")
    summer, _errors = typed(day="12/07/2027", from_="14", until="15h")
    assert summer is not None
    assert summer.start.hour == 12


def test_an_hour_the_clocks_skip_or_show_twice_is_not_taken() -> None:
    slot, errors = typed(day="2027-03-28", from_="02:30", until="04:00")
    assert slot is None
    assert "skip this time" in errors["from"]
    slot, errors = typed(day="2027-10-31", from_="01:00", until="02:30")
    assert slot is None
    assert "twice" in errors["until"]


@pytest.mark.parametrize(
    "fields", [{"day": "", "from_": "", "until": ""}, {"day": "soon", "from_": "25:00", "until": "9"}]
)
def test_every_field_of_a_slot_says_what_is_wrong_with_it(fields: dict[str, str]) -> None:
    slot, errors = typed(**fields)
    assert slot is None
    assert {"day", "from"} <= set(errors)


def test_a_time_is_proposed_answered_with_another_and_agreed(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).accepted()
    past = bargain.send(karim, "pickup", {"day": "2020-01-01", "from": "10:00", "until": "11:00"})
    assert past.status_code == 422
    assert "Choose a time to come." in past.text
    assert 'value="2020-01-01"' in past.text
    day = (site.services.clock.now() + timedelta(days=3)).date().isoformat()
    times = {"day": day, "from": "10:00", "until": "11:00", "instructions": "Gate B"}
    assert bargain.send(karim, "pickup", times).status_code == 303
    page = lea.get(bargain.seen().path).text
    assert "Your turn: answer the proposed time" in page
    assert f'action="{bargain.path}/pickup/agree"' in page
    assert bargain.send(karim, "pickup/agree").status_code == 403
    assert bargain.send(lea, "pickup", {**times, "from": "14:00", "until": "15:00"}).status_code == 303
    answer = bargain.send(karim, "pickup/agree")
    assert answer.status_code == 303
    assert bargain.state.stage == "arranged"
    page = karim.follow(answer).text
    assert f'href="{bargain.path}/pickup.ics"' in page
    assert "Gate B" in page


def test_the_calendar_file_is_there_once_a_time_is_agreed_and_follows_what_changes(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted().proposed().seen()
    assert karim.get(f"{bargain.path}/pickup.ics").status_code == 404
    bargain.agrees().seen()
    answer = karim.get(f"{bargain.path}/pickup.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entry = one_entry(answer.content)
    slot = bargain.state.agreed
    assert slot is not None
    assert entry["uid"] == f"{bargain.exchange_id}@127.0.0.1"
    assert entry.decoded("dtstart") == slot.start.astimezone(UTC)
    assert entry.decoded("dtend") == slot.end.astimezone(UTC)
    assert b"DTSTART:" in answer.content
    assert (entry["status"], entry["sequence"]) == ("CONFIRMED", 2)
    assert "1 rue du Test" in entry["location"]
    assert entry["url"] == f"{site.base}{bargain.path}"
    bargain.agreed(days=4).seen()
    assert one_entry(karim.get(f"{bargain.path}/pickup.ics").content)["sequence"] == 4
    bargain.send(karim, "abandon", {"reason": "transport"})
    entry = one_entry(karim.get(f"{bargain.seen().path}/pickup.ics").content)
    assert (entry["status"], entry["sequence"]) == ("CANCELLED", 5)


def test_a_pick_up_to_come_is_called_off_with_whatever_ends_before_it(site: Site, karim: Browser) -> None:
    flow = Bargain(site, per="WEE").accepted().agreed()
    came = {"period": flow.state.period, "amount": "40", "measured": "yes"}
    assert flow.send(karim, "period", came).status_code == 303
    assert flow.send(karim, "end").status_code == 303
    entry = one_entry(karim.get(f"{flow.seen().path}/pickup.ics").content)
    assert (entry["status"], entry["sequence"]) == ("CANCELLED", 3)
    early = Bargain(site).accepted().agreed()
    slot = early.state.agreed
    assert slot is not None
    assert early.send(karim, "confirm", {**COLLECTED, "amount": "10", "final": "no"}).status_code == 303
    entry = one_entry(karim.get(f"{early.seen().path}/pickup.ics").content)
    assert (entry["status"], entry.decoded("dtstart")) == ("CANCELLED", slot.start.astimezone(UTC))
    early.agreed(days=5).seen()
    entry = one_entry(karim.get(f"{early.path}/pickup.ics").content)
    assert (entry["status"], entry["sequence"]) == ("CONFIRMED", 4)


def one_entry(content: bytes) -> Any:
    """The entry of a calendar file, read as a calendar reads it."""
    (entry,) = Calendar.from_ical(content).walk("VEVENT")
    return entry


def test_the_sheet_says_what_whom_when_and_where_beside_a_code(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).accepted().agreed().seen()
    page = karim.get(f"{bargain.path}/sheet")
    assert page.status_code == 200
    for said in ("canary-title", "40 pallets", "Sawmill", "Bakery", "1 rue du Test", "Dock 3", site.story.mail("lea")):
        assert said in page.text
    assert re.search(r'<svg class="qr" viewBox="0 0 (\d+) \1".*?<path d="M4 4h7v1h-7z', page.text, re.DOTALL)
    assert site.browser("alix").get(f"{bargain.path}/sheet").status_code == 403
    assert lea.get(f"{Bargain(site).accepted().seen().path}/sheet").status_code == 404


def test_what_was_collected_is_confirmed_with_what_was_found(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).accepted().agreed(days=1).seen()
    page = karim.get(bargain.path).text
    assert re.search(r'id="confirm-amount"[^>]*value="40"', page)
    fields = {**COLLECTED, "condition": "C", "note": "Two were broken"}
    answer = karim.send_files(
        f"{bargain.path}/confirm", [photo()], {"seen_version": str(bargain.state.version), **fields}
    )
    assert answer.status_code == 303
    assert bargain.state.stage == "confirmed"
    assert bargain.state.taken == 38
    page = lea.get(bargain.seen().path).text
    assert "Two were broken" in page
    (address,) = photos_of(page)
    assert lea.client.get(address).status_code == 200
    assert site.browser("ines").client.get(address).status_code == 404


def test_more_than_is_left_is_not_confirmed(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted(30)
    answer = bargain.send(karim, "confirm", {**COLLECTED, "amount": "51"})
    assert answer.status_code == 422
    assert "Only 50 are left: the rest is promised or collected." in answer.text
    assert 'value="51"' in answer.text
    assert bargain.state.taken == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Say how much."),
        ({"amount": "2.5"}, "These are counted whole"),
        ({"measured": ""}, "Say whether it was counted or weighed, or estimated."),
        ({"collected_on": "2099-01-01"}, "This day has not come yet."),
        ({"collected_on": "2019-01-01"}, "It was not accepted yet on that day."),
        ({"collected_on": "yesterday"}, "Write the date as day/month/year."),
        ({"condition": "Z"}, "Choose one of the answers."),
    ],
)
def test_what_cannot_be_so_comes_back_beside_its_field(
    site: Site, karim: Browser, fields: dict[str, str], sentence: str
) -> None:
    bargain = Bargain(site, pieces=2).accepted(2)
    answer = bargain.send(karim, "confirm", {**COLLECTED, "amount": "2", **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert bargain.state.stage == "accepted"


def test_a_pick_up_may_be_one_of_several(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted()
    assert bargain.send(karim, "confirm", {**COLLECTED, "amount": "15", "final": "no"}).status_code == 303
    assert (bargain.state.stage, bargain.state.held) == ("accepted", Decimal(25))
    page = karim.get(bargain.seen().path).text
    assert re.search(r'id="confirm-amount"[^>]*value="25"', page)


def test_what_was_given_up_is_not_confirmed(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).accepted()
    bargain.send(lea, "abandon", {"reason": "storage"})
    answer = bargain.send(karim, "confirm", COLLECTED)
    assert answer.status_code == 409
    assert "This was given up: nothing more can be done about it." in answer.text


def test_a_confirmation_sent_twice_counts_once(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted().seen()
    form = {
        **COLLECTED,
        "command_id": "6a1c0b52-95a6-4b0e-9b62-3f9b0c2d7a11",
        "seen_version": str(bargain.state.version),
    }
    answers = [karim.send(f"{bargain.path}/confirm", form) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(bargain.state.takes) == 1
