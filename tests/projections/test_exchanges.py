"""Each side finds what it owes and what it waits for, and nobody else reads what they wrote to each other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from psycopg.sql import SQL, Identifier

from domain.companies import EraseCompany, SuspendCompany
from domain.conversations import BlockSender, ReportMessage, UnblockSender
from domain.dealings import (
    AbandonExchange,
    AgreePickup,
    ConfirmPeriod,
    CorrectTake,
    DeclareSavings,
    DeclineExchange,
    DisputeExchange,
    EndFlow,
    MissPeriod,
    ProposePickup,
    RenewHold,
    SettleDispute,
    Waste,
)
from domain.members import EraseMember
from domain.zones import OPERATOR
from marketplace.folding import dump
from marketplace.reading import reading
from marketplace.rebuilding import shown
from projections import exchanges
from projections.exchanges import EXCHANGES, ExchangeRow, Filters, funnel
from tests.deals import SLOT, accepted, arranged, confirmed, interest, message, nudge, silence, step
from tests.replay import Town, place, replayed_equal
from tests.samples import NOW, asked, later, pieces

JOURDIES = "zone-jourdies"
SAWMILL, BAKERY, BREWERY = "company-sawmill", "company-bakery", "company-brewery"
WANTED = "exchange-wanted"
OF_WASTE = {"condition": "B", "ownership": "exchange_pool", "status": "waste", "ewc": "15 01 03"}


@pytest.fixture
def town(town: Town) -> Town:
    """Let the sawmill offer fifty pallets to the bakery and the brewery."""
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES, place=place("46.07500", "6.37000"))
    town.company("brewery", JOURDIES)
    town.post("sawmill", "pallets")
    return town


def the(town: Town, exchange: str = "wanted", reader: str = "sawmill") -> ExchangeRow:
    """An exchange as a reader finds it."""
    (row,) = town.see(reader, exchanges.one(f"exchange-{exchange}"))
    return row


def ids(rows: list[ExchangeRow]) -> list[str]:
    return [row.exchange_id.removeprefix("exchange-") for row in rows]


# --- from an interest to a pick-up --------------------------------------------------------------------------------


def test_an_interest_waits_for_the_owners_answer(town: Town) -> None:
    interest(town, "bakery", "wanted", message="Nous en prendrions 20.", origin="match")
    row = the(town)
    assert (row.stage, row.step, row.owed_by) == ("asked", "answer", SAWMILL)
    assert (row.owed_from, row.owed_until, row.wakes_at) == (NOW, later(days=7), later(days=7))
    assert (row.owner_id, row.asker_id, row.provider_id, row.receiver_id) == (SAWMILL, BAKERY, SAWMILL, BAKERY)
    assert (row.title, row.category, row.family) == ("50 palettes Europe 80×120, bon état", "PAL.EPAL1", "PAL")
    assert (row.side, row.waste, row.origin, row.metres, row.confirmed) == ("offer", False, "match", 1001, False)
    assert row.exchange.asked == pieces("20")
    assert row.next_step is not None
    assert row.next_step.what == "answer"


def test_who_serves_a_request_provides(town: Town) -> None:
    town.post("sawmill", "needed", "request")
    interest(town, "bakery", "served", "needed")
    row = the(town, "served")
    assert (row.side, row.provider_id, row.receiver_id) == ("request", BAKERY, SAWMILL)


def test_every_stage_says_who_owes_what(town: Town) -> None:
    interest(town, "bakery", "wanted")
    town.follow()
    accepted(town, "wanted")
    row = the(town)
    assert (row.stage, row.step, row.owed_by, row.accepted_at) == ("accepted", "propose", BAKERY, NOW)
    step(town, ProposePickup, "bakery", "wanted", slot=SLOT, now=later(hours=1))
    row = the(town)
    assert (row.stage, row.step, row.owed_by) == ("proposed", "answer_pickup", SAWMILL)
    assert (row.slot_start, row.arranged_at) == (None, None)
    step(town, AgreePickup, "sawmill", "wanted", now=later(hours=2))
    row = the(town)
    assert (row.stage, row.step, row.owed_by, row.owed_from) == ("arranged", "confirm", BAKERY, SLOT.start)
    assert (row.slot_start, row.slot_end, row.arranged_at) == (SLOT.start, SLOT.end, later(hours=2))
    assert row.wakes_at == SLOT.start - timedelta(days=1)
    confirmed(town, "bakery", "wanted", count="18")
    row = the(town)
    assert (row.stage, row.is_open, row.step, row.owed_by, row.wakes_at) == ("confirmed", False, None, "", None)
    assert (row.confirmed, row.collected_at, row.closed_at, row.closed_by) == (True, SLOT.end, SLOT.end, BAKERY)
    assert row.exchange.taken == 18


def test_a_dispute_opens_a_closed_exchange_until_it_is_settled(town: Town) -> None:
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    confirmed(town, "bakery", "wanted")
    at = SLOT.end + timedelta(days=1)
    step(town, DisputeExchange, "sawmill", "wanted", number=1, quantity=None, sentence="Personne n’est venu.", now=at)
    row = the(town)
    assert (row.stage, row.is_open, row.step, row.owed_by) == ("disputed", True, "settle", BAKERY)
    assert row.closed_at == SLOT.end
    step(town, SettleDispute, "bakery", "wanted", number=1, quantity=None, now=at + timedelta(hours=1))
    row = the(town)
    assert (row.stage, row.confirmed, row.closed_at, row.collected_at) == ("accepted", False, None, SLOT.end)


def test_a_flow_is_told_period_by_period(town: Town) -> None:
    town.post("sawmill", "offcuts", quantity=pieces("30", "MON"))
    interest(town, "bakery", "flow", "offcuts", per="MON")
    accepted(town, "flow", "offcuts", quantity=pieces("20", "MON"), starts_on=date(2026, 3, 3))
    assert (the(town, "flow").stage, the(town, "flow").step) == ("running", "confirm_period")
    told: dict[str, Any] = {"period": "2026-03", "quantity": pieces("25"), "measured": False}
    step(town, ConfirmPeriod, "bakery", "flow", "offcuts", now=later(days=30), **told)
    row = the(town, "flow")
    assert (row.stage, row.confirmed, row.collected_at) == ("running", True, later(days=30))
    step(town, MissPeriod, "bakery", "flow", "offcuts", period="2026-04", now=later(days=60))
    row = the(town, "flow")
    assert (row.stage, row.step, row.owed_by) == ("interrupted", "resume", SAWMILL)
    step(town, EndFlow, "sawmill", "flow", "offcuts", now=later(days=61))
    assert (the(town, "flow").stage, the(town, "flow").closed_by) == ("ended", SAWMILL)


def test_an_open_exchange_follows_the_words_of_its_listing(town: Town) -> None:
    interest(town, "bakery", "wanted")
    interest(town, "brewery", "over")
    step(town, DeclineExchange, "sawmill", "over", reason="quantity")
    town.amend("sawmill", "pallets", title="50 palettes, état moyen")
    assert the(town).title == "50 palettes, état moyen"
    assert the(town, "over").title == "50 palettes Europe 80×120, bon état"


def test_the_steps_are_told_in_order_with_their_figures(town: Town) -> None:
    interest(town, "bakery", "wanted", message="Avec plaisir.")
    accepted(town, "wanted")
    arranged(town, "wanted", "bakery")
    confirmed(town, "bakery", "wanted", count="12", final=False, condition="B", photo="photo-1", note="Très bien.")
    step(town, CorrectTake, "bakery", "wanted", number=1, quantity=pieces("13"), now=SLOT.end)
    step(town, DeclareSavings, "bakery", "wanted", cents=12_000, use="reuse", now=SLOT.end)
    told = town.see("sawmill", exchanges.steps(WANTED))
    assert [(row.what, row.by) for row in told] == [
        ("InterestShown", BAKERY),
        ("ExchangeAccepted", SAWMILL),
        ("ContactDisclosed", SAWMILL),
        ("PickupProposed", BAKERY),
        ("PickupAgreed", SAWMILL),
        ("ExchangeConfirmed", BAKERY),
        ("TakeCorrected", BAKERY),
        ("SavingsDeclared", BAKERY),
    ]
    assert (told[0].amount, told[0].unit, told[0].member_id) == (Decimal(20), "H87", "member-bakery")
    assert (told[1].ends, told[3].starts, told[3].ends) == (later(days=14), SLOT.start, SLOT.end)
    assert (told[5].amount, told[5].final, told[5].condition, told[5].photo) == (Decimal(12), False, "B", "photo-1")
    assert (told[6].amount, told[6].number) == (Decimal(13), 1)
    assert (told[7].cents, told[7].use) == (12_000, "reuse")
    assert [(row.what, row.text) for row in town.see("sawmill", exchanges.words(WANTED))] == [
        ("InterestShown", "Avec plaisir."),
        ("PickupProposed", "Quai 3, sonnez."),
        ("ExchangeConfirmed", "Très bien."),
    ]


def test_a_step_in_someones_place_says_so(town: Town) -> None:
    behalf = {**asked("member-facilitator-jourdies"), "for_company": BAKERY}
    interest(town, "bakery", "wanted")
    step(town, AbandonExchange, "bakery", "wanted", reason="timing", **behalf)
    (first, last) = town.see("bakery", exchanges.steps(WANTED))
    assert (first.on_behalf, last.on_behalf, last.by) == (False, True, BAKERY)
    assert (last.member_id, last.reason) == ("member-facilitator-jourdies", "timing")


# --- who reads what -----------------------------------------------------------------------------------------------

READERS = ("sawmill", "bakery", "brewery", "facilitator-jourdies", "moderator-jourdies", "facilitator-la-roche", "")
TABLES = {
    "exchange": {"sawmill", "bakery", "facilitator-jourdies"},
    "exchange_step": {"sawmill", "bakery", "facilitator-jourdies"},
    "exchange_words": {"sawmill", "bakery"},
    "exchange_contact": {"sawmill", "bakery"},
    "exchange_place": {"sawmill", "bakery"},
    "exchange_message": {"sawmill", "bakery"},
    "exchange_block": {"sawmill", "bakery"},
    "exchange_waste": {"sawmill", "bakery"},
    "exchange_subject": set(),
    "exchange_site": set(),
    "exchange_person": set(),
}


def test_only_the_two_sides_read_what_is_between_them(town: Town) -> None:
    town.amend("sawmill", "pallets", attributes=OF_WASTE)
    interest(town, "bakery", "wanted", message="Bonjour")
    accepted(town, "wanted")
    message(town, "bakery", "wanted", "1")
    step(town, BlockSender, "sawmill", "wanted")
    confirmed(town, "bakery", "wanted", waste=Waste(code="15 01 03", tonnes=Decimal("0.4"), treatment="R3"))
    for table, readers in TABLES.items():
        found = {name for name in READERS if count(town, name, table)}
        assert found == readers, table


def test_a_phone_on_the_dock_reads_where_and_how_to_arrive_and_nothing_people_wrote(town: Town) -> None:
    interest(town, "bakery", "wanted", message="Bonjour")
    accepted(town, "wanted")
    arranged(town, "wanted", "bakery")
    message(town, "bakery", "wanted", "1", photos=("photo-said",))
    step(town, BlockSender, "sawmill", "wanted")
    town.follow()
    with reading(town.page, replace(town.viewer("sawmill"), shared=True)) as read:
        assert [words.text for words in read.all(exchanges.words(WANTED))] == ["Quai 3, sonnez."]
        contacts = read.all(exchanges.contacts(WANTED))
        assert [(contact.name, contact.mail, contact.member_id) for contact in contacts] == [("", "", "")] * 2
        assert contacts[1].address == "1 rue du Bois"
        assert read.all(exchanges.messages(WANTED)) == []
        assert read.all(exchanges.blocks(WANTED)) == []
        assert read.one(exchanges.photo("photo-said")) is None


def count(town: Town, reader: str, table: str) -> int:
    """How many rows of a table someone finds."""
    town.follow()
    with reading(town.page, town.viewer(reader)):
        counted = town.page.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
        assert counted is not None
        return int(counted[0])


def test_contact_is_given_on_acceptance_and_not_before(town: Town) -> None:
    interest(town, "bakery", "wanted")
    assert town.see("bakery", exchanges.contacts(WANTED)) == []
    accepted(town, "wanted")
    theirs, ours = town.see("bakery", exchanges.contacts(WANTED))
    assert (theirs.company_id, theirs.name, theirs.mail) == (BAKERY, "Bakery", "bakery@example.org")
    assert (ours.member_id, ours.name, ours.mail) == ("member-sawmill", "Sawmill", "sawmill@example.org")
    assert (ours.site, ours.address) == ("Sawmill, la cour", "1 rue du Bois")


def test_names_and_records_are_for_the_zone_and_for_partners(town: Town) -> None:
    interest(town, "bakery", "wanted")
    for name in READERS:
        knows = [row.name for row in town.see(name, exchanges.companies([SAWMILL, BAKERY]))]
        assert knows == ([] if name in ("facilitator-la-roche", "") else ["Bakery SA", "Sawmill SA"]), name
    town.marketplace.suspend_company(
        SuspendCompany(company_id=BAKERY, zone_id=JOURDIES, reason="Impayés.", **asked("member-administrator-jourdies"))
    )
    assert [row.name for row in town.see("sawmill", exchanges.companies([BAKERY]))] == ["Bakery SA"]
    assert town.see("brewery", exchanges.companies([BAKERY])) == []


def test_a_photo_is_seen_with_what_names_it(town: Town) -> None:
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    message(town, "bakery", "wanted", "1", photos=("photo-said",))
    confirmed(town, "bakery", "wanted", photo="photo-found")
    seen = {
        photo: {name for name in READERS if town.see(name, exchanges.photo(photo))}
        for photo in ("photo-said", "photo-found")
    }
    assert seen["photo-said"] == {"sawmill", "bakery"}
    assert seen["photo-found"] == {"sawmill", "bakery", "facilitator-jourdies"}


# --- messages -----------------------------------------------------------------------------------------------------


def test_messages_come_page_by_page_the_oldest_first(town: Town) -> None:
    interest(town, "bakery", "wanted")
    for number in range(5):
        message(town, "bakery", "wanted", str(number), f"Numéro {number}", now=later(minutes=number))
    newest = town.see("sawmill", exchanges.messages(WANTED, limit=2))
    assert [row.text for row in newest] == ["Numéro 3", "Numéro 4"]
    before = town.see("sawmill", exchanges.messages(WANTED, newest[0].message_id, limit=2))
    assert [row.text for row in before] == ["Numéro 1", "Numéro 2"]
    row = the(town)
    assert (row.heard_at, row.latest_at) == (later(minutes=4), later(minutes=4))


def test_a_reported_message_is_read_by_those_who_run_the_zone(town: Town) -> None:
    interest(town, "bakery", "wanted")
    message(town, "bakery", "wanted", "1", "Une bêtise")
    message(town, "bakery", "wanted", "2", "Bonjour")
    said = {"message_id": "message-1", "sentence": "C’est grossier."}
    step(town, ReportMessage, "sawmill", "wanted", **said, now=later(hours=1))
    for name in ("moderator-jourdies", "facilitator-jourdies"):
        (row,) = town.see(name, exchanges.reported([JOURDIES]))
        assert (row.text, row.report, row.reported_by) == ("Une bêtise", "C’est grossier.", SAWMILL)
        assert len(town.see(name, exchanges.messages(WANTED))) == 1
    assert town.see("brewery", exchanges.reported([JOURDIES])) == []
    assert len(town.see("bakery", exchanges.messages(WANTED))) == 2


def test_a_block_lasts_until_it_is_taken_back(town: Town) -> None:
    interest(town, "bakery", "wanted")
    step(town, BlockSender, "sawmill", "wanted")
    assert [row.company_id for row in town.see("bakery", exchanges.blocks(WANTED))] == [SAWMILL]
    step(town, UnblockSender, "sawmill", "wanted")
    assert town.see("bakery", exchanges.blocks(WANTED)) == []


# --- who asked first ----------------------------------------------------------------------------------------------


def test_whoever_asked_first_stands_first_and_what_is_over_last(town: Town) -> None:
    for number, name in enumerate(("first", "second")):
        interest(town, "bakery", name, message=f"Bonjour {name}", now=later(days=number))
        if name == "first":
            step(town, DeclineExchange, "sawmill", name, reason="timing", now=later(hours=1))
    interest(town, "brewery", "third", message="Bonjour third", now=later(days=2))
    in_order = town.see("sawmill", exchanges.of_listing("listing-pallets"))
    assert ids(in_order) == ["second", "third", "first"]
    pages, after = [], ""
    while page := town.see("sawmill", exchanges.of_listing("listing-pallets", after, limit=1)):
        pages += ids(page)
        after = page[-1].exchange_id
    assert pages == ["second", "third", "first"]
    (asked_of,) = town.see("sawmill", exchanges.asked_of("listing-pallets"))
    assert (asked_of.waiting, asked_of.amount) == (2, sum(row.exchange.asked.amount for row in in_order[:2]))
    written = town.see("sawmill", exchanges.words_when_asking([row.exchange_id for row in in_order]))
    assert sorted(words.text for words in written) == ["Bonjour first", "Bonjour second", "Bonjour third"]


def test_what_a_period_counts_is_bounded_on_both_sides(town: Town) -> None:
    town.post("bakery", "needed", "request")
    interest(town, "bakery", "early", now=later(days=1))
    interest(town, "brewery", "late", now=later(days=40))
    since, before = later(days=0), later(days=30)

    def counted(matched_before: datetime) -> list[str]:
        courses = town.see("facilitator-jourdies", funnel.courses(JOURDIES, since, before, matched_before))
        return [course.exchange_id for course in courses]

    assert counted(later(days=50)) == ["exchange-early"], "the late one comes from no match"
    step(town, DeclineExchange, "sawmill", "early", reason="timing", now=later(days=41))
    interest(town, "bakery", "matched", other_listing_id="listing-needed", now=later(days=42))
    assert counted(later(days=50)) == ["exchange-matched", "exchange-early"]
    assert counted(later(days=41)) == ["exchange-early"]


# --- lists --------------------------------------------------------------------------------------------------------


def test_each_finds_what_they_owe_what_they_wait_for_and_what_is_over(town: Town) -> None:
    for number in range(3):
        town.post("sawmill", f"lot-{number}")
        interest(town, "bakery", f"lot-{number}", f"lot-{number}", now=later(hours=number))
    interest(town, "brewery", "over")
    step(town, DeclineExchange, "sawmill", "over", reason="price", now=later(hours=4))
    now = later(days=1)
    assert ids(town.see("sawmill", exchanges.mine([SAWMILL], "owed", now))) == ["lot-0", "lot-1", "lot-2"]
    assert town.see("sawmill", exchanges.mine([SAWMILL], "waiting", now)) == []
    assert ids(town.see("bakery", exchanges.mine([BAKERY], "waiting", now, limit=2))) == ["lot-0", "lot-1"]
    rest = town.see("bakery", exchanges.mine([BAKERY], "waiting", now, after="exchange-lot-1", limit=2))
    assert ids(rest) == ["lot-2"]
    assert ids(town.see("sawmill", exchanges.mine([SAWMILL], "closed", now))) == ["over"]
    assert ids(town.see("bakery", exchanges.mine([BAKERY], "closed", now))) == []
    assert [row.n for row in town.see("sawmill", exchanges.owed_count([SAWMILL], now))] == [3]
    assert [row.n for row in town.see("bakery", exchanges.owed_count([BAKERY], now))] == [0]


def test_a_pick_up_is_owed_from_its_hour_on(town: Town) -> None:
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    arranged(town, "wanted", "bakery")
    assert town.see("bakery", exchanges.mine([BAKERY], "owed", NOW)) == []
    assert ids(town.see("bakery", exchanges.mine([BAKERY], "waiting", NOW))) == ["wanted"]
    assert ids(town.see("sawmill", exchanges.upcoming([SAWMILL], NOW))) == ["wanted"]
    assert ids(town.see("bakery", exchanges.mine([BAKERY], "owed", SLOT.start))) == ["wanted"]
    assert ids(town.see("bakery", exchanges.upcoming([BAKERY], SLOT.start))) == ["wanted"]
    assert town.see("bakery", exchanges.upcoming([BAKERY], SLOT.end)) == []


def test_what_is_asked_of_a_listing_stands_side_by_side(town: Town) -> None:
    interest(town, "bakery", "wanted")
    interest(town, "brewery", "also", now=later(hours=1))
    listing = "listing-pallets"
    assert ids(town.see("sawmill", exchanges.of_listing(listing))) == ["wanted", "also"]
    assert ids(town.see("bakery", exchanges.of_listing(listing))) == ["wanted"]
    assert ids(town.see("bakery", exchanges.with_listing([BAKERY], [listing]))) == ["wanted"]
    step(town, AbandonExchange, "bakery", "wanted", reason="transport", now=later(hours=2))
    assert town.see("bakery", exchanges.with_listing([BAKERY], [listing])) == []


def test_a_facilitator_finds_a_zones_exchanges_by_what_became_of_them(town: Town) -> None:
    interest(town, "bakery", "wanted")
    interest(town, "brewery", "also", now=later(hours=1))
    step(town, DeclineExchange, "sawmill", "also", reason="price", now=later(hours=2))
    who = "facilitator-jourdies"
    assert ids(town.see(who, exchanges.in_zone(JOURDIES))) == ["also", "wanted"]
    assert ids(town.see(who, exchanges.in_zone(JOURDIES, after="exchange-also"))) == ["wanted"]
    for filters, found in (
        (Filters(stages=("declined",)), ["also"]),
        (Filters(reasons=("price",), families=("PAL",)), ["also"]),
        (Filters(families=("WOO",)), []),
        (Filters(asked_from=later(minutes=1)), ["also"]),
        (Filters(asked_before=later(minutes=1)), ["wanted"]),
        (Filters(owed_before=later(days=8)), ["wanted"]),
        (Filters(owed_before=later(days=6)), []),
    ):
        assert ids(town.see(who, exchanges.in_zone(JOURDIES, filters))) == found, filters
    assert town.see("facilitator-la-roche", exchanges.in_zone(JOURDIES)) == []


# --- the clock ----------------------------------------------------------------------------------------------------


def test_the_clock_finds_who_is_due_and_waits_for_those_who_write(town: Town) -> None:
    interest(town, "bakery", "wanted")
    interest(town, "brewery", "also")
    message(town, "brewery", "also", "1", now=later(days=3))
    due = town.know(exchanges.waking(later(days=7)))
    assert [(row.exchange_id, row.listing_id, row.wakes_at) for row in due] == [
        (WANTED, "listing-pallets", later(days=7))
    ]
    assert the(town, "also").wakes_at == later(days=10)
    nudge(town, "wanted", now=later(days=7))
    assert the(town).wakes_at == later(days=14)
    reminded = town.see("bakery", exchanges.steps(WANTED))[-1]
    assert (reminded.what, reminded.by, reminded.owed, reminded.owed_by) == ("ExchangeReminded", "", "answer", SAWMILL)


# --- facts --------------------------------------------------------------------------------------------------------


def record(town: Town, company_id: str) -> tuple[int, int, int, int]:
    (row,) = town.know(exchanges.records([company_id]))
    return row.accepted, row.collected, row.gave_up, row.silent


def test_a_record_says_in_plain_facts_how_it_went(town: Town) -> None:
    town.amend("sawmill", "pallets", quantity=pieces("100"))
    interest(town, "bakery", "wanted")
    assert record(town, BAKERY) == (0, 0, 0, 0)
    accepted(town, "wanted")
    assert (record(town, BAKERY), record(town, SAWMILL)) == ((1, 0, 0, 0), (1, 0, 0, 0))
    confirmed(town, "bakery", "wanted")
    assert (record(town, BAKERY), record(town, SAWMILL)) == ((1, 1, 0, 0), (1, 1, 0, 0))
    step(town, CorrectTake, "bakery", "wanted", number=1, quantity=None, now=SLOT.end)
    assert (record(town, BAKERY), record(town, SAWMILL)) == ((1, 0, 0, 0), (1, 0, 0, 0))
    step(town, AbandonExchange, "bakery", "wanted", reason="quality", now=SLOT.end)
    assert (record(town, BAKERY), record(town, SAWMILL)) == ((1, 0, 1, 0), (1, 0, 0, 0))
    interest(town, "brewery", "also", now=SLOT.end)
    step(town, AbandonExchange, "brewery", "also", reason="timing", now=SLOT.end)
    assert record(town, BREWERY) == (0, 0, 0, 0)


def test_whoever_owed_the_step_was_silent(town: Town) -> None:
    interest(town, "bakery", "wanted")
    silence(town, "wanted", until=later(days=31))
    row = the(town)
    assert (row.stage, row.reason, row.closed_by) == ("abandoned", "no_answer", "")
    assert (record(town, SAWMILL), record(town, BAKERY)) == ((0, 0, 0, 1), (0, 0, 0, 0))


def test_waste_is_in_the_register_of_both_sides_while_something_was_collected(town: Town) -> None:
    town.amend("sawmill", "pallets", attributes=OF_WASTE)
    interest(town, "bakery", "wanted")
    accepted(town, "wanted")
    assert the(town).waste
    waste = Waste(code="15 01 03", tonnes=Decimal("0.85"), treatment="R3", carrier="Transports Rey", receipt="74-0012")
    confirmed(town, "bakery", "wanted", waste=waste)
    day = SLOT.end.date()
    for name, company in (("sawmill", SAWMILL), ("bakery", BAKERY)):
        (row,) = town.see(name, exchanges.waste([company], day, day))
        assert (row.code, row.tonnes, row.measured, row.treatment) == ("15 01 03", Decimal("0.85"), True, "R3")
        assert (row.carrier, row.receipt, row.collected_on) == ("Transports Rey", "74-0012", day)
        assert town.see(name, exchanges.waste([company], day + timedelta(days=1), day + timedelta(days=9))) == []
    step(town, CorrectTake, "bakery", "wanted", number=1, quantity=None, now=SLOT.end)
    assert town.see("bakery", exchanges.waste([BAKERY], day, day)) == []
    step(town, CorrectTake, "bakery", "wanted", number=1, quantity=pieces("19"), now=SLOT.end)
    assert [row.tonnes for row in town.see("bakery", exchanges.waste([BAKERY], day, day))] == [Decimal("0.85")]


def test_waste_of_a_period_moved_within_it(town: Town) -> None:
    attributes = OF_WASTE
    town.post("sawmill", "offcuts", quantity=pieces("30", "MON"), attributes=attributes)
    interest(town, "bakery", "flow", "offcuts", per="MON")
    accepted(town, "flow", "offcuts", quantity=pieces("20", "MON"), starts_on=date(2026, 3, 3))
    waste = Waste(code="15 01 03", tonnes=Decimal("0.2"), treatment="R3")
    told: dict[str, Any] = {"quantity": pieces("20"), "measured": False, "waste": waste}
    step(town, ConfirmPeriod, "bakery", "flow", "offcuts", period="2026-03", now=later(days=35), **told)
    step(town, ConfirmPeriod, "bakery", "flow", "offcuts", period="2026-04", now=later(days=36), **told)
    rows = town.see("sawmill", exchanges.waste([SAWMILL], date(2026, 1, 1), date(2026, 12, 31)))
    assert [row.collected_on for row in rows] == [date(2026, 3, 31), date(2026, 4, 8)]


# --- erasing, and building anew -----------------------------------------------------------------------------------


def everything(town: Town) -> str:
    """All that the read model holds, as text."""
    town.follow()
    return str(dump(town.follower, EXCHANGES, shown(town.follower)["exchanges"].schema))


def with_words(town: Town) -> None:
    """A whole life of an exchange in which everyone types something."""
    town.amend("sawmill", "pallets", attributes=OF_WASTE)
    town.follow()
    interest(town, "bakery", "wanted", message="canari de Karim")
    town.follow()
    accepted(town, "wanted")
    arranged(town, "wanted", "bakery")
    message(town, "sawmill", "wanted", "1", "canari de Léa", photos=("photo-sawmill",))
    message(town, "bakery", "wanted", "2", "canari de Karim, encore", now=later(hours=1))
    said = {"message_id": "message-2", "sentence": "canari de Léa, fâchée"}
    step(town, ReportMessage, "sawmill", "wanted", **said, now=later(hours=2))
    waste = Waste(
        code="15 01 03", tonnes=Decimal("0.4"), treatment="R3", carrier="canari du transport", receipt="canari"
    )
    confirmed(town, "sawmill", "wanted", waste=waste, photo="photo-taken", final=False, count="5")
    town.follow()
    step(town, RenewHold, "sawmill", "wanted", now=SLOT.end)
    confirmed(town, "bakery", "wanted", waste=waste, note="canari de Karim, content", count="15")


def test_a_persons_name_and_words_go_with_them(town: Town) -> None:
    with_words(town)
    assert "bakery@example.org" in everything(town)
    town.marketplace.erase_member(EraseMember(member_id="member-bakery", **asked("member-bakery", SLOT.end)))
    left = everything(town)
    assert "canari de Karim" not in left
    assert "bakery@example.org" not in left
    assert "canari de Léa, fâchée" in left
    assert [row.name for row in town.see("sawmill", exchanges.contacts(WANTED))] == ["", "Sawmill"]
    assert len(town.see("sawmill", exchanges.messages(WANTED))) == 2


def test_what_is_said_against_a_message_goes_with_whoever_said_it(town: Town) -> None:
    with_words(town)
    town.marketplace.erase_member(EraseMember(member_id="member-sawmill", **asked("member-sawmill", SLOT.end)))
    left = everything(town)
    assert "canari de Léa" not in left
    assert "canari de Karim, encore" in left


def test_a_companys_words_places_and_photos_go_with_it(town: Town) -> None:
    with_words(town)
    town.marketplace.erase_company(EraseCompany(company_id=SAWMILL, **asked(OPERATOR, SLOT.end)))
    left = everything(town)
    for gone in ("Sawmill SA", "Sawmill, la cour", "50 palettes", "photo-sawmill", "photo-taken"):
        assert gone not in left, gone
    first, second = town.see("bakery", exchanges.waste([BAKERY], date(2026, 1, 1), date(2026, 12, 31)))
    assert (first.carrier, first.receipt, second.carrier) == ("", "", "canari du transport")
    assert [row.name for row in town.see("bakery", exchanges.companies([SAWMILL]))] == [""]


@pytest.mark.parametrize("subject", ["member-bakery", "member-sawmill", SAWMILL, BAKERY])
def test_what_was_blanked_is_what_a_log_without_the_keys_gives(town: Town, subject: str) -> None:
    with_words(town)
    if subject.startswith("member-"):
        town.marketplace.erase_member(EraseMember(member_id=subject, **asked(OPERATOR, SLOT.end)))
    else:
        town.marketplace.erase_company(EraseCompany(company_id=subject, **asked(OPERATOR, SLOT.end)))
    town.follow()
    assert town.log.erase(subject) > 0
    assert replayed_equal(town.follower, town.log, [EXCHANGES]) == []
