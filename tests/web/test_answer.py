"""One tap from a mail: reading changes nothing, one button takes exactly the step that was asked, once."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from domain.companies import AddRepresentative, RemoveRepresentative
from domain.dealings import NudgeExchange
from domain.exchanges import ExchangeConfirmed
from marketplace.answering import HOLDS, Ask, Question, about, sign
from tests.web.bargains import Bargain, ready
from tests.web.conftest import Browser, Site


def token(bargain: Bargain, name: str, ask: Ask, *, days: float = 0) -> str:
    """What stands in a mail to someone about the exchange as it is, written so many days ago."""
    site = bargain.site
    company = site.story.companies["sawmill" if name == "lea" else "bakery"]
    subject = about(bargain.state, ask, company)
    question = Question(site.story.members[name], bargain.listing_id, bargain.exchange_id, ask, subject)
    return sign(site.services.signer, question, site.services.clock.now() - timedelta(days=days))


def opened(bargain: Bargain, name: str, ask: Ask, mailed: str = "") -> Tapping:
    """The page of the mail's button, in a browser nobody is signed in on; `mailed` is a token of an older mail."""
    bargain.seen()
    return Tapping(bargain.site.browser(), f"/answer/{mailed or token(bargain, name, ask)}")


class Tapping:
    """Someone reads the page and taps."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.page = browser.get(address)

    @property
    def text(self) -> str:
        """What it says, without markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.text)).split())

    def tap(self, act: str, **fields: str) -> httpx.Response:
        """Send the form of a button, as the page has it."""
        shown = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', self.page.text)[0]
            for name in ("command_id", "seen_version")
        }
        self.page = self.browser.client.post(self.address, data={**shown, "act": act, **fields})
        return self.page


def held(bargain: Bargain) -> str:
    return str(bargain.state.held)


def later(site: Site, days: float) -> None:
    """Let time pass."""
    site.passes(timedelta(days=days))


def nudged(bargain: Bargain) -> None:
    """The clock looks after it."""
    fields = {"listing_id": bargain.listing_id, "exchange_id": bargain.exchange_id}
    bargain.site.story.do(bargain.site.services.marketplace.nudge_exchange, NudgeExchange, "system:clock", **fields)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_opening_it_changes_nothing_however_often_and_opens_no_session(site: Site) -> None:
    bargain = Bargain(site).seen()
    head = site.log.head()
    address = f"/answer/{token(bargain, 'lea', 'answer')}"
    browser = site.browser()
    for _scanner in range(3):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    assert browser.client.head(address).status_code == 200
    assert browser.get(f"/exchanges/{bargain.exchange_id}").status_code == 303, "nobody is signed in by it"
    assert site.log.head() == head
    text = Tapping(browser, address).text
    assert "Say yes to Bakery?" in text
    assert "40 pallets" in text


def test_it_shows_no_contact_details_even_after_they_were_disclosed(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed()
    page = opened(bargain, "karim", "collected").page
    for secret in (site.story.mail("lea"), site.story.mail("karim"), "1 rue du Test", "canary-dock", "canary-interest"):
        assert secret not in page.text


@pytest.mark.parametrize("wrong", ["invented", "A" * 3_000, "%F0%9F"])
def test_a_token_that_is_not_ours_is_told_so(site: Site, wrong: str) -> None:
    assert site.browser().get(f"/answer/{wrong}").status_code in (400, 404, 410)
    other = site.services.signer.sign("unsubscribe", site.story.members["lea"])
    head = site.log.head()
    assert site.browser().client.post(f"/answer/{other}", data={"act": "accept"}).status_code == 410
    assert site.log.head() == head


def test_a_token_that_is_too_old_says_where_it_stands_and_takes_nothing(site: Site) -> None:
    bargain = Bargain(site).seen()
    address = f"/answer/{token(bargain, 'lea', 'answer', days=HOLDS.days + 1)}"
    tapping = Tapping(site.browser(), address)
    assert "This link is too old" in tapping.text
    assert f"/exchanges/{bargain.exchange_id}" in tapping.page.text
    head = site.log.head()
    form = {"act": "accept", "command_id": str(uuid4())}
    assert tapping.browser.client.post(address, data=form).status_code == 410
    assert site.log.head() == head


def test_a_token_is_good_for_nothing_once_its_holder_left_the_company(site: Site) -> None:
    bargain = Bargain(site)
    leaving = {"company_id": site.story.companies["sawmill"], "member_id": site.story.members["lea"]}
    leave = site.services.marketplace.remove_representative
    site.story.do(leave, RemoveRepresentative, site.story.actor("alix"), **leaving)
    bargain.seen()
    assert opened(bargain, "lea", "answer").page.status_code == 410


def test_a_token_of_someone_elsewhere_shows_nothing(site: Site) -> None:
    page = opened(Bargain(site), "nora", "answer").page
    assert page.status_code == 410
    assert "canary-title" not in page.text


# --- answering --------------------------------------------------------------------------------------------------------


def test_yes_keeps_all_of_it_for_them_once_however_often_it_is_tapped(site: Site) -> None:
    bargain = Bargain(site)
    tapping = opened(bargain, "lea", "answer")
    form = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', tapping.page.text)[0]
        for name in ("command_id", "seen_version")
    }
    answers = [tapping.browser.client.post(tapping.address, data={**form, "act": "accept"}) for _tap in range(2)]
    for answer in answers:
        assert answer.status_code == 200
        assert "Thank you" in answer.text
    assert bargain.state.stage == "accepted"
    assert held(bargain) == "40"
    actors = {each.actor for each in site.log.history(bargain.listing_id) if "Accepted" in type(each.event).__name__}
    assert actors == {site.story.actor("lea")}


def test_no_takes_one_tap_and_a_reason(site: Site) -> None:
    bargain = Bargain(site)
    tapping = opened(bargain, "lea", "answer")
    assert tapping.tap("decline").status_code == 422
    assert "Choose the reason" in tapping.text
    assert tapping.tap("decline", reason="other").status_code == 422
    assert "Say which reason" in tapping.text
    assert tapping.tap("decline", reason="transport").status_code == 200
    assert (bargain.state.stage, bargain.state.reason) == ("declined", "transport")


def test_agreeing_takes_the_time_that_stands(site: Site) -> None:
    bargain = Bargain(site).accepted().proposed()
    assert opened(bargain, "lea", "pickup").tap("agree").status_code == 200
    assert bargain.state.stage == "arranged"


def test_it_was_collected_as_counted_or_about(site: Site) -> None:
    for measured, amount in (("yes", "40"), ("no", "38")):
        bargain = Bargain(site).accepted().agreed()
        tapping = opened(bargain, "karim", "collected")
        assert "Did the pick-up happen?" in tapping.text
        assert 'name="amount" value="40"' in tapping.page.text
        assert tapping.tap("confirm", amount=amount, measured=measured).status_code == 200
        (take,) = bargain.state.takes
        assert (str(take.amount), take.measured, take.by) == (amount, measured == "yes", site.story.companies["bakery"])


def test_a_day_after_the_pick_up_two_taps_confirm_it_once_for_its_day(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed(days=1)
    slot = bargain.state.agreed
    assert slot is not None
    later(site, 2.5)
    tapping = opened(bargain, "karim", "collected")
    form = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', tapping.page.text)[0]
        for name in ("command_id", "seen_version", "collected_on")
    }
    for _tap in range(2):
        sent = {**form, "act": "confirm", "amount": "40", "measured": "yes"}
        assert tapping.browser.client.post(tapping.address, data=sent).status_code == 200
        bargain.seen()
    (confirmed,) = [
        each.event for each in site.log.history(bargain.listing_id) if isinstance(each.event, ExchangeConfirmed)
    ]
    assert confirmed.collected_on == slot.start.astimezone(ZoneInfo("Europe/Paris")).date()


def test_more_than_there_is_is_said_beside_the_figure(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed()
    tapping = opened(bargain, "karim", "collected")
    assert tapping.tap("confirm", amount="900", measured="yes").status_code == 422
    assert "Only 50 are left" in tapping.text
    assert tapping.tap("confirm", amount="lots", measured="yes").status_code == 422
    assert bargain.state.takes == ()


def test_not_yet_changes_nothing(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed()
    head = site.log.head()
    tapping = opened(bargain, "karim", "collected")
    assert tapping.tap("later").status_code == 200
    assert "Nothing is changed" in tapping.text
    assert site.log.head() == head


def test_it_will_not_happen_gives_it_up_with_the_reason(site: Site) -> None:
    for ask in ("collected", "give_up", "pickup"):
        bargain = Bargain(site).accepted().proposed(by="lea")
        assert opened(bargain, "karim", ask).tap("abandon", reason="timing").status_code == 200
        assert (bargain.state.stage, bargain.state.reason) == ("abandoned", "timing")


def test_a_hold_is_renewed(site: Site) -> None:
    bargain = Bargain(site).accepted()
    later(site, 11.5)
    nudged(bargain)
    until = bargain.state.hold_until
    assert opened(bargain, "lea", "hold").tap("renew_hold").status_code == 200
    renewed = bargain.state.hold_until
    assert until is not None
    assert renewed is not None
    assert renewed > until


def a_month(site: Site) -> tuple[Bargain, str]:
    """A flow by the month, and what stands in the mail that asks about the first of its periods."""
    bargain = Bargain(site, per="MON").accepted()
    return bargain, token(bargain, "karim", "period")


def test_a_period_came(site: Site) -> None:
    bargain, mailed = a_month(site)
    period = bargain.state.period
    tapping = opened(bargain, "karim", "period", mailed)
    assert "Did it come?" in tapping.text
    assert tapping.tap("confirm_period", amount="38", measured="no").status_code == 200
    (take,) = bargain.state.takes
    assert (str(take.amount), take.measured, take.period) == ("38", False, period)
    bargain.seen()
    assert "Nothing to answer any more" in opened(bargain, "karim", "period", mailed).text


def test_a_flow_by_the_day_is_confirmed_by_the_week(site: Site) -> None:
    bargain = Bargain(site, per="DAY").accepted()
    tapping = opened(bargain, "karim", "period")
    assert "Yes: 280 pallets, counted or weighed" in tapping.text
    assert 'name="amount" value="280"' in tapping.page.text
    assert tapping.tap("confirm_period", amount="280", measured="yes").status_code == 200
    assert bargain.state.taken == 280


def test_nothing_came_and_said_late_it_came_after_all(site: Site) -> None:
    bargain, mailed = a_month(site)
    assert opened(bargain, "karim", "period", mailed).tap("miss_period").status_code == 200
    assert bargain.state.interrupted
    bargain.seen()
    late = opened(bargain, "karim", "period", mailed)
    assert late.tap("confirm_period", amount="12", measured="yes").status_code == 200
    assert not bargain.state.interrupted


def test_a_dispute_is_settled_with_the_other_figure(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed().confirmed().disputed(30)
    tapping = opened(bargain, "karim", "settle")
    assert "You say: 40 pallets. Sawmill says: 30 pallets." in tapping.text
    assert tapping.tap("settle").status_code == 200
    assert str(bargain.state.takes[0].amount) == "30"
    assert bargain.state.dispute is None


def test_waste_is_confirmed_with_what_the_register_wants(site: Site) -> None:
    bargain = Bargain(site, status="waste").accepted().agreed()
    tapping = opened(bargain, "karim", "collected")
    assert "the register wants a few details" in tapping.text
    assert 'value="confirm"' not in tapping.page.text
    form = {"command_id": str(uuid4()), "act": "confirm", "amount": "40", "measured": "yes"}
    assert tapping.browser.client.post(tapping.address, data=form).status_code == 422
    assert bargain.state.takes == ()


# --- what is not theirs, or over --------------------------------------------------------------------------------------


def test_a_step_somebody_took_meanwhile_is_explained(site: Site) -> None:
    bargain = Bargain(site)
    tapping = opened(bargain, "lea", "answer")
    bargain.declined().seen()
    answer = tapping.tap("accept")
    assert answer.status_code == 409
    assert bargain.state.stage == "declined"
    text = opened(bargain, "lea", "answer").text
    assert "Nothing to answer any more" in text
    assert "Meanwhile it was declined." in text


def test_a_token_answers_what_its_mail_asked_and_nothing_else(site: Site) -> None:
    bargain = Bargain(site)
    tapping = opened(bargain, "lea", "answer")
    for act in ("abandon", "confirm", "later", "", "erase"):
        assert tapping.tap(act, reason="timing", amount="1").status_code in (409, 422)
    assert bargain.state.stage == "asked"


def test_an_old_mail_does_not_agree_with_a_later_time(site: Site) -> None:
    bargain = Bargain(site).accepted().proposed()
    mailed = token(bargain, "lea", "pickup")
    bargain.proposed(days=4).seen()
    tapping = opened(bargain, "lea", "pickup", mailed)
    assert "Nothing to answer any more" in tapping.text
    assert "Meanwhile a time was proposed." in tapping.text
    for seen in ({}, {"seen_version": str(bargain.state.version)}):
        form = {"act": "agree", "command_id": str(uuid4()), **seen}
        assert tapping.browser.client.post(tapping.address, data=form).status_code == 409
    assert bargain.state.stage == "proposed"
    assert opened(bargain, "lea", "pickup").tap("agree").status_code == 200


def test_an_old_mail_settles_no_later_dispute(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed().confirmed().disputed(30)
    mailed = token(bargain, "karim", "settle")
    assert opened(bargain, "karim", "settle").tap("settle").status_code == 200
    bargain.disputed(20)
    tapping = opened(bargain, "karim", "settle", mailed)
    assert "Meanwhile the other side said that it went otherwise." in tapping.text
    form = {"act": "settle", "command_id": str(uuid4())}
    assert tapping.browser.client.post(tapping.address, data=form).status_code == 409
    assert bargain.state.dispute is not None


def test_an_old_mail_confirms_no_later_pick_up(site: Site) -> None:
    bargain = Bargain(site).accepted().agreed()
    mailed = token(bargain, "karim", "collected")
    part = {"amount": "10", "measured": "yes", "final": "no"}
    assert bargain.send(ready(site, "karim"), "confirm", part).status_code == 303
    tapping = opened(bargain, "karim", "collected", mailed)
    assert "Meanwhile the pick-up was confirmed." in tapping.text
    form = {"act": "confirm", "command_id": str(uuid4()), "amount": "30", "measured": "yes"}
    assert tapping.browser.client.post(tapping.address, data=form).status_code == 409
    assert bargain.state.taken == 10


def test_whoever_speaks_for_both_sides_answers_for_the_one_that_was_asked(site: Site) -> None:
    bargain = Bargain(site)
    both = {"company_id": site.story.companies["bakery"], "member_id": site.story.members["lea"]}
    site.story.do(site.services.marketplace.add_representative, AddRepresentative, site.story.actor("alix"), **both)
    tapping = opened(bargain, "lea", "answer")
    form = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', tapping.page.text)[0]
        for name in ("command_id", "seen_version", "for_company")
    }
    for _tap in range(2):
        answer = tapping.browser.client.post(tapping.address, data={**form, "act": "accept"})
        assert answer.status_code == 200, "the other side’s turn comes next, and is theirs as well"
        bargain.seen()
    assert bargain.state.stage == "accepted"


def test_the_wrong_side_cannot_say_yes(site: Site) -> None:
    bargain = Bargain(site)
    tapping = opened(bargain, "karim", "answer")
    assert "Nothing to answer any more" in tapping.text
    form = {"act": "accept", "command_id": str(uuid4())}
    assert tapping.browser.client.post(tapping.address, data=form).status_code in (403, 422)
    assert bargain.state.stage == "asked"


def test_a_form_that_names_no_command_or_nonsense_is_refused(site: Site) -> None:
    bargain = Bargain(site).seen()
    address = f"/answer/{token(bargain, 'lea', 'answer')}"
    client = site.browser().client
    assert client.post(address, data={"act": "accept"}).status_code == 400
    assert client.post(address, data={"act": "accept", "command_id": "x"}).status_code == 400
    nonsense = {"act": "accept", "command_id": str(uuid4()), "seen_version": "-1"}
    assert client.post(address, data=nonsense).status_code == 400
    assert bargain.state.stage == "asked"


def test_whoever_is_signed_in_as_someone_else_answers_as_whoever_got_the_mail(site: Site) -> None:
    bargain = Bargain(site).seen()
    browser = site.browser("karim")
    tapping = Tapping(browser, f"/answer/{token(bargain, 'lea', 'answer')}")
    assert tapping.tap("accept").status_code == 200
    (accepted,) = [each for each in site.log.history(bargain.listing_id) if each.actor == site.story.actor("lea")][
        -2:-1
    ]
    assert type(accepted.event).__name__ == "ExchangeAccepted"


def test_it_speaks_french(site: Site) -> None:
    bargain = Bargain(site).seen()
    address = f"/answer/{token(bargain, 'lea', 'answer')}"
    page = site.browser(**{"Accept-Language": "fr"}).get(address)
    assert "Dire oui à Bakery" in unescape(page.text)
