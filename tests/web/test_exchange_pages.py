"""The page of one exchange: what each side reads, what it may do, and what a page that is behind is told."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.web.bargains import Bargain, ready
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site  # noqa: F401  (a fixture)
from tests.web.test_phones import dock


@pytest.fixture
def lea(site: Site) -> Browser:
    return ready(site, "lea")


@pytest.fixture
def karim(site: Site) -> Browser:
    return ready(site, "karim")


def test_who_owes_the_answer_is_told_so_with_the_forms_for_it(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).seen()
    page = lea.get(bargain.path)
    assert page.status_code == 200
    assert "Your turn: say yes or no" in page.text
    assert f'action="{bargain.path}/accept"' in page.text
    assert "canary-interest" in page.text
    theirs = karim.get(bargain.path).text
    assert "Their turn" in theirs
    assert f"{bargain.path}/accept" not in theirs
    assert f'action="{bargain.path}/abandon"' in theirs


def test_contact_details_are_shown_to_the_two_sides_once_it_is_accepted(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).seen()
    assert site.story.mail("lea") not in karim.get(bargain.path).text
    bargain.accepted().seen()
    page = karim.get(bargain.path).text
    assert site.story.mail("lea") in page
    assert "1 rue du Test" in page


def test_the_facilitator_reads_where_it_stands_and_neither_messages_nor_contacts(site: Site) -> None:
    bargain = Bargain(site).accepted().seen()
    page = site.browser("alix").get(bargain.path)
    assert page.status_code == 200
    for kept in ("canary-interest", site.story.mail("lea"), site.story.mail("karim"), "message-text"):
        assert kept not in page.text
    assert "As the facilitator you may act for" in page.text


def test_the_facilitator_acts_for_a_side_they_name(site: Site) -> None:
    bargain = Bargain(site).accepted().seen()
    alix = site.browser("alix")
    bakery = site.story.companies["bakery"]
    page = alix.get(f"{bargain.path}?for_company={bakery}").text
    assert f'name="for_company" value="{bakery}"' in page
    assert site.story.mail("lea") not in page
    assert bargain.send(alix, "abandon", {"reason": "transport"}).status_code == 403
    answer = bargain.send(alix, "abandon", {"reason": "transport", "for_company": bakery})
    assert answer.status_code == 303
    assert bargain.state.stage == "abandoned"
    assert bargain.state.closed_by == bakery


def test_giving_up_takes_one_tap_and_another_reason_a_few_words(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted()
    refused = bargain.send(karim, "abandon", {"reason": "other", "sentence": ""})
    assert refused.status_code == 422
    assert "Say which reason, in a few words." in refused.text
    assert bargain.send(karim, "abandon", {"reason": "no_answer"}).status_code == 422
    answer = bargain.send(karim, "abandon", {"reason": "storage"})
    assert answer.status_code == 303
    page = karim.follow(answer).text
    assert "Given up" in page
    assert "No storage space" in page
    assert bargain.state.held == 0


def test_a_stale_page_is_told_what_happened_meanwhile_and_what_can_be_done_now(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).seen()
    seen = bargain.state.version
    bargain.accepted()
    answer = karim.send(f"{bargain.path}/abandon", {"reason": "price", "seen_version": str(seen)})
    assert answer.status_code == 409
    assert "Meanwhile it was accepted." in answer.text
    assert f'action="{bargain.path}/pickup"' in answer.text
    assert f'name="seen_version" value="{bargain.state.version}"' in answer.text


def test_accepting_twice_is_told_and_changes_nothing(site: Site, lea: Browser) -> None:
    bargain = Bargain(site).accepted(30)
    answer = bargain.send(lea, "accept", {"amount": "40", "unit": "H87"})
    assert answer.status_code == 409
    assert bargain.state.accepted is not None
    assert bargain.state.accepted.amount == 30


def test_only_the_owner_keeps_a_quantity_for_longer(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted()
    answer = bargain.send(karim, "hold")
    assert answer.status_code == 403
    assert "Only the company that posted the listing answers this." in answer.text


def test_whoever_confirmed_corrects_and_the_other_side_disputes(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).accepted().confirmed(40)
    assert bargain.send(lea, "correct", {"number": "1", "amount": "38"}).status_code == 403
    assert bargain.send(karim, "correct", {"number": "1", "amount": "38"}).status_code == 303
    assert bargain.state.taken == 38
    same = bargain.send(lea, "dispute", {"number": "1", "amount": "38", "sentence": "It was not."})
    assert same.status_code == 422
    assert bargain.send(lea, "dispute", {"number": "1", "amount": "30", "sentence": ""}).status_code == 422
    answer = bargain.send(lea, "dispute", {"number": "1", "amount": "30", "sentence": "Eight were broken."})
    assert answer.status_code == 303
    bargain.seen()
    page = karim.get(bargain.path).text
    assert "Eight were broken." in page
    assert "Agree with Sawmill: 30 pallets" in page


def test_every_pick_up_is_put_right_not_the_last_alone(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).accepted().confirmed(10, final=False).confirmed(25).seen()
    assert {"/".join(form) for form in numbered(karim.get(bargain.path).text, "correct")} == {
        "correct/2",
        "correct-1/1",
    }
    assert {"/".join(form) for form in numbered(lea.get(bargain.path).text, "dispute")} == {"dispute/2", "dispute-1/1"}
    again = bargain.send(karim, "correct", {"number": "1", "amount": "many"})
    assert again.status_code == 422
    assert 'id="correct-1-amount-error"' in again.text
    assert 'id="correct-amount-error"' not in again.text
    assert bargain.send(karim, "correct", {"number": "1", "amount": "12"}).status_code == 303
    assert [take.amount for take in bargain.state.takes] == [12, 25]


def numbered(text: str, verb: str) -> list[tuple[str, str]]:
    """The forms of a step that is about one pick-up, with its number."""
    return re.findall(rf'<form id="({verb}[-\d]*)".*?name="number" value="(\d+)"', text, re.DOTALL)


def test_each_side_comes_round_to_the_figure_of_the_other_only(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted().confirmed(40).disputed(30)
    told = {"number": "1", "stated": "40", "disputed": "30"}
    own = bargain.send(karim, "settle", {**told, "figure": "stated"})
    assert own.status_code == 403
    answer = bargain.send(karim, "settle", {**told, "figure": "disputed"})
    assert answer.status_code == 303
    assert bargain.state.taken == 30
    assert bargain.state.stage == "confirmed"


def test_the_facilitator_settles_with_any_figure(site: Site) -> None:
    bargain = Bargain(site).accepted().confirmed(40).disputed(30).seen()
    alix = site.browser("alix")
    page = alix.get(bargain.path).text
    assert "Which figure holds?" in page
    assert "canary-dispute" not in page
    assert bargain.send(alix, "settle", {"number": "1"}).status_code == 422
    answer = bargain.send(alix, "settle", {"number": "1", "figure": "other", "amount": "35"})
    assert answer.status_code == 303
    assert bargain.state.taken == 35


def test_savings_are_one_optional_question_after_the_confirmation(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).accepted().confirmed().seen()
    assert "One question, if you like" in karim.get(bargain.path).text
    assert bargain.send(karim, "savings", {}).status_code == 422
    assert bargain.send(karim, "savings", {"saving": "12.345"}).status_code == 422
    assert bargain.send(karim, "savings", {"saving": "1 250,50", "use": "reuse"}).status_code == 303
    assert bargain.state.saved == {site.story.companies["bakery"]: 125050}
    bargain.seen()
    assert "One question, if you like" not in karim.get(bargain.path).text


def test_a_flow_is_confirmed_by_one_tap_missed_and_ended(site: Site, karim: Browser) -> None:
    bargain = Bargain(site, per="WEE").accepted().seen()
    period = bargain.state.period
    page = karim.get(bargain.path).text
    assert f'name="period" value="{period}"' in page
    assert bargain.send(karim, "end").status_code == 422
    assert bargain.send(karim, "period", {"period": "2019-W01", "amount": "40"}).status_code == 422
    answer = bargain.send(karim, "period", {"period": period, "amount": "40", "measured": "yes"})
    assert answer.status_code == 303
    assert bargain.state.taken == Decimal(40)
    assert bargain.send(karim, "end").status_code == 303
    assert bargain.state.stage == "ended"


def test_a_flow_by_the_day_is_asked_about_by_the_week(site: Site, karim: Browser) -> None:
    bargain = Bargain(site, per="DAY").accepted().seen()
    assert re.search(r'id="confirm_period-amount"[^>]*value="280"', karim.get(bargain.path).text)


def test_a_missed_period_shows_as_interrupted(site: Site, karim: Browser) -> None:
    bargain = Bargain(site, per="WEE").accepted()
    answer = bargain.send(karim, "missed", {"period": bargain.state.period, "reason": "transport"})
    assert answer.status_code == 303
    assert bargain.state.stage == "interrupted"
    assert "interrupted" in karim.follow(answer).text


def test_what_was_given_up_offers_no_step_any_more(site: Site, lea: Browser) -> None:
    bargain = Bargain(site).declined().seen()
    page = lea.get(bargain.path).text
    assert "canary-no" in page
    assert f"{bargain.path}/accept" not in page
    answer = bargain.send(lea, "pickup", {"day": "2099-01-01", "from": "10:00", "until": "11:00"})
    assert answer.status_code == 409
    assert "This was declined" in answer.text


def test_a_shared_phone_sees_to_the_pick_up_and_reads_nothing_private(site: Site, karim: Browser) -> None:
    phone = dock(site)
    asked = Bargain(site).seen()
    page = phone.get(asked.path)
    assert page.status_code == 200
    assert f"{asked.path}/accept" not in page.text
    for private in ("canary-interest", 'name="text"', f"{asked.path}/decline"):
        assert private not in page.text
    bargain = Bargain(site).accepted().agreed()
    bargain.send(karim, "messages", {"text": "canary-message"})
    page = phone.get(bargain.seen().path)
    for private in ("canary-message", "canary-interest", site.story.mail("karim"), f"{bargain.path}/abandon"):
        assert private not in page.text
    assert "Dock 3, canary-dock" in page.text
    assert f'action="{bargain.path}/confirm"' in page.text
    assert site.story.mail("karim") not in phone.get(f"{bargain.path}/sheet").text
    assert bargain.send(phone, "abandon", {"reason": "transport"}).status_code == 403
    assert bargain.send(phone, "messages", {"text": "Hello"}).status_code == 403
    answer = bargain.send(phone, "confirm", {"amount": "40", "measured": "yes", "final": "yes"})
    assert answer.status_code == 303
    assert bargain.state.stage == "confirmed"
    assert bargain.state.closed_by == site.story.companies["sawmill"]


@pytest.mark.parametrize("step", ["abandon", "hold", "pickup", "confirm", "period", "messages", "settle"])
def test_a_missing_exchange_is_a_plain_404(site: Site, karim: Browser, step: str) -> None:
    assert karim.send(f"/exchanges/exchange-nowhere/{step}").status_code == 404
    assert karim.get("/exchanges/exchange-nowhere").status_code == 404
