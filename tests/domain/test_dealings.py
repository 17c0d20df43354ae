"""What two companies may decide about an exchange: interest, holds, pick-ups, and giving up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain import listings
from domain.dealings import AcceptExchange, DeclineExchange, RenewHold
from domain.events import Private
from domain.exchanges import (
    CHOSEN,
    ContactDisclosed,
    ExchangeAccepted,
    ExchangeDeclined,
    InterestShown,
    PickupAgreed,
    PickupProposed,
    Reason,
    Slot,
    next_step,
)
from domain.listings import AmendListing, ListingAmended, ListingWithdrawn, WithdrawListing
from domain.quantities import Quantity
from domain.refused import Conflict, Forbidden, NotFound
from tests.domain.dealing import (
    ALSO,
    EWAN,
    SLOT,
    WANTED,
    Decision,
    abandoning,
    accepting,
    agreeing,
    bakery,
    confirming,
    exchange,
    nudging,
    proposing,
    step,
    told,
    wanting,
)
from tests.samples import (
    ANNE,
    BAKERY,
    JOURDIES,
    KARIM,
    LEA,
    NOW,
    PALLETS,
    SAWMILL,
    asked,
    draft,
    jourdies,
    later,
    pieces,
    sawmill,
)

# --- interest -----------------------------------------------------------------------------------------------------


def test_interest_in_an_offer_makes_its_company_the_provider() -> None:
    shown = told().when(wanting(message="Mardi nous irait.")).one(InterestShown)
    assert (shown.provider_id, shown.receiver_id, shown.contact) == (SAWMILL, BAKERY, KARIM)
    assert shown.message == Private(KARIM, "Mardi nous irait.")


def test_interest_in_a_request_makes_who_asks_the_provider() -> None:
    story = told().when(lambda listing: wanting()(replace(listing, side="request")))
    shown = story.one(InterestShown)
    assert (shown.provider_id, shown.receiver_id) == (BAKERY, SAWMILL)


def test_a_company_asks_once_at_a_time() -> None:
    told(wanting()).when(wanting(count="20", exchange_id="exchange-again")).then_refused("asked", kind=Conflict)
    again = wanting(count="20", exchange_id="exchange-again")
    told(wanting(), abandoning()).when(again).one(InterestShown)


def test_nobody_asks_for_their_own_listing() -> None:
    told().when(wanting(by=LEA, company_id=SAWMILL)).then_refused("your own", kind=Forbidden)


def test_only_who_acts_for_a_company_asks_in_its_name() -> None:
    told().when(wanting(by=EWAN, company_id=BAKERY)).then_refused(kind=Forbidden)
    told().when(wanting(by=ANNE, company_id=BAKERY)).then_refused(kind=Forbidden)
    shown = told().when(wanting(by=ANNE, company_id=BAKERY, for_company=BAKERY)).one(InterestShown)
    assert shown.contact == KARIM, "somebody of the company can be reached"


def test_a_listing_that_another_zone_shows_is_missing() -> None:
    def elsewhere(listing: listings.Listing) -> list[listings.ListingEvent]:
        return wanting()(replace(listing, zones={"zone-la-roche": "approved"}))

    told().when(elsewhere).then_refused(kind=NotFound)


def test_a_listing_that_waits_for_its_zone_cannot_be_asked_for() -> None:
    def waiting(listing: listings.Listing) -> list[listings.ListingEvent]:
        return wanting()(replace(listing, zones={JOURDIES: "pending"}))

    told().when(waiting).then_refused(kind=NotFound)


@pytest.mark.parametrize("life", ["withdrawn", "expired", "fulfilled"])
def test_what_is_closed_cannot_be_asked_for_and_says_which(life: listings.Life) -> None:
    told().when(lambda listing: wanting()(replace(listing, life=life))).then_refused(kind=Conflict)


@pytest.mark.parametrize(
    ("quantity", "field"),
    [
        (pieces("51"), "amount"),
        (pieces("1.5"), "amount"),
        (Quantity(Decimal(10), "KGM"), "unit"),
        (pieces("10", "WEE"), "per"),
    ],
)
def test_interest_keeps_to_what_there_is(quantity: Quantity, field: str) -> None:
    told().when(wanting(quantity=quantity)).then_refused(field=field)


def test_what_others_were_promised_may_be_waited_for() -> None:
    told(wanting(), accepting()).when(wanting(by=EWAN)).one(InterestShown)


# --- the answer ---------------------------------------------------------------------------------------------------


def test_accepting_holds_the_quantity_and_discloses_both_contacts() -> None:
    story = told(wanting()).when(accepting("30"))
    story.then(
        ExchangeAccepted(
            exchange_id=WANTED,
            listing_id=PALLETS,
            quantity=pieces("30"),
            contact=LEA,
            hold_until=later(days=14),
            starts_on=None,
            at=NOW,
        ),
        ContactDisclosed(exchange_id=WANTED, listing_id=PALLETS, companies=(SAWMILL, BAKERY), members=(LEA, KARIM)),
    )
    story.state(promised=Decimal(30), free=Decimal(20))


def test_a_yes_may_come_with_a_time_and_the_one_who_asked_owes_an_answer_to_it() -> None:
    story = told(wanting()).when(accepting("30", slot=SLOT, instructions=" Quai 2, dès 8 h "))
    accepted, disclosed, proposed = story.events
    assert (type(accepted), type(disclosed)) == (ExchangeAccepted, ContactDisclosed)
    assert proposed == PickupProposed(
        exchange_id=WANTED,
        listing_id=PALLETS,
        by=SAWMILL,
        slot=SLOT,
        instructions=Private(LEA, "Quai 2, dès 8 h"),
        at=NOW,
    )
    assert exchange(story).stage == "proposed"
    owed = next_step(exchange(story))
    assert owed is not None
    assert (owed.what, owed.owed_by) == ("answer_pickup", BAKERY)
    story.when(agreeing(by=KARIM)).one(PickupAgreed)


def test_a_time_that_cannot_be_refuses_the_yes_it_comes_with() -> None:
    story = told(wanting()).when(accepting(slot=Slot(SLOT.end, SLOT.start)))
    story.then_refused(field="until")
    assert exchange(story).stage == "asked"
    told(wanting()).when(accepting(slot=Slot(NOW - timedelta(hours=1), NOW))).then_refused(field="day")
    told(wanting()).when(accepting(slot=SLOT, instructions="x" * 2_001)).then_refused(field="instructions")
    told(wanting()).when(accepting(instructions="Quai 2")).then_refused("Choose the day", field="day")


def test_a_flow_is_accepted_without_a_time_since_it_begins_on_a_day() -> None:
    story = told(wanting(per="WEE"), per="WEE").when(accepting(per="WEE", slot=SLOT))
    story.then_refused("begins on a day", field="day")


def test_two_are_accepted_in_parts_and_never_more_than_there_is() -> None:
    both = told(wanting(), wanting(by=EWAN), accepting("30"))
    both.when(accepting("21", exchange_id=ALSO)).then_refused("20", field="amount")
    told(wanting(), wanting(by=EWAN), accepting("30"), accepting("20", exchange_id=ALSO)).state(free=Decimal(0))


def test_nobody_is_kept_more_than_they_asked_for() -> None:
    told(wanting(count="10")).when(accepting("11")).then_refused("10", field="amount")


def test_who_asked_cannot_accept_and_a_stranger_knows_of_nothing() -> None:
    told(wanting()).when(accepting(by=KARIM)).then_refused(kind=Forbidden)
    told(wanting()).when(accepting(by=EWAN)).then_refused(kind=NotFound)
    told(wanting()).when(accepting(by=EWAN, company_id=SAWMILL)).then_refused(kind=NotFound)


def test_the_facilitator_answers_only_when_saying_for_whom() -> None:
    told(wanting()).when(accepting(by=ANNE, company_id=SAWMILL)).then_refused(kind=Forbidden)
    story = told(wanting()).when(accepting(by=ANNE, company_id=SAWMILL, for_company=SAWMILL))
    assert exchange(story).stage == "accepted"


def test_a_suspended_company_takes_no_step() -> None:
    suspended = bakery(**{JOURDIES: "suspended"})
    told(wanting(), accepting()).when(abandoning(company=suspended)).then_refused("suspended", kind=Forbidden)


def test_accepting_twice_is_told_that_it_was_answered() -> None:
    told(wanting(), accepting()).when(accepting()).then_refused("answered", kind=Conflict)


@pytest.mark.parametrize(
    ("meanwhile", "words"), [(abandoning(), "gave up"), (step(DeclineExchange, LEA, reason="price"), "declined")]
)
def test_a_page_read_before_is_told_what_happened_meanwhile(meanwhile: Decision, words: str) -> None:
    told(wanting(), meanwhile).when(accepting(seen_version=1)).then_refused(words, kind=Conflict)


def test_what_happens_to_one_interest_makes_no_page_of_another_stale() -> None:
    story = told(wanting(), wanting(by=EWAN), abandoning(by=EWAN, exchange_id=ALSO))
    story.when(accepting(seen_version=1))
    assert story.refusal is None


def test_a_no_has_a_reason_from_the_list() -> None:
    declined = told(wanting()).when(step(DeclineExchange, LEA, reason="price")).one(ExchangeDeclined)
    assert (declined.by, declined.reason) == (SAWMILL, "price")
    told(wanting()).when(step(DeclineExchange, LEA, reason="no_answer")).then_refused(field="reason")
    told(wanting()).when(step(DeclineExchange, LEA, reason="other")).then_refused(field="sentence")
    told(wanting()).when(step(DeclineExchange, KARIM, reason="price")).then_refused(kind=Forbidden)


# --- giving up ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [reason for reason in CHOSEN if reason != "other"])
def test_giving_up_takes_one_tap_and_frees_what_was_held(reason: Reason) -> None:
    story = told(wanting(), accepting()).when(abandoning(reason=reason))
    story.state(free=Decimal(50), promised=Decimal(0))
    assert exchange(story).stage == "abandoned"


def test_both_sides_may_give_up_and_the_second_is_no_fault() -> None:
    told(wanting(), accepting(), abandoning(by=LEA)).when(abandoning(by=KARIM)).then()


def test_the_owner_declines_what_waits_for_an_answer() -> None:
    told(wanting()).when(abandoning(by=LEA)).then_refused("decline")


def test_what_was_collected_stays_collected_when_the_rest_is_given_up() -> None:
    story = told(wanting(), accepting(), confirming("20", final=False), abandoning(by=LEA))
    story.state(taken=Decimal(20), promised=Decimal(0), free=Decimal(30))
    assert isinstance(exchange(story).takes[0].amount, Decimal)


def test_withdrawing_answers_those_who_wait_and_keeps_what_was_promised() -> None:
    def withdrawing(**more: object) -> Decision:
        command = WithdrawListing(**asked(LEA), listing_id=PALLETS, **more)  # type: ignore[arg-type]  # a reason
        return lambda listing: listings.withdraw_listing(command, listing, sawmill(), {JOURDIES: jourdies()})

    waiting = told(wanting(), accepting("20"), wanting(by=EWAN))
    waiting.when(withdrawing()).then_refused(field="decline")
    story = told(wanting(), accepting("20"), wanting(by=EWAN)).when(withdrawing(decline="other_solution"))
    story.then(
        ListingWithdrawn(listing_id=PALLETS, reason=None),
        ExchangeDeclined(
            exchange_id=ALSO, listing_id=PALLETS, by=SAWMILL, reason="other_solution", sentence=None, at=NOW
        ),
    )
    story.state(promised=Decimal(20))
    story.when(confirming("20"))
    assert story.refusal is None, "a promise is kept after the listing is withdrawn"


def test_amending_keeps_what_was_promised_and_its_unit() -> None:
    def amending(**changes: object) -> Decision:
        command = AmendListing(**asked(LEA), listing_id=PALLETS, draft=draft(**changes))
        return lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: jourdies()})

    promised = (wanting(count="30"), accepting("30"))
    told(*promised).when(amending(quantity=pieces("29"))).then_refused("30", field="amount")
    told(*promised).when(amending(quantity=Quantity(Decimal(900), "KGM"))).then_refused(field="unit")
    told(*promised).when(amending(quantity=pieces("30"))).state(free=Decimal(0))


# --- the pick-up ----------------------------------------------------------------------------------------------------


def test_a_time_is_proposed_countered_and_agreed() -> None:
    other = Slot(SLOT.start + timedelta(days=1), SLOT.end + timedelta(days=1))
    story = told(wanting(), accepting(), proposing(), proposing(by=LEA, slot=other))
    assert exchange(story).stage == "proposed"
    agreed = story.when(agreeing(by=KARIM)).one(PickupAgreed)
    assert (agreed.slot, agreed.number, agreed.hold_until) == (other, 1, other.end + timedelta(days=30))
    assert exchange(story).stage == "arranged"


def test_an_agreed_time_stands_until_another_is_agreed() -> None:
    moved = Slot(SLOT.start + timedelta(days=2), SLOT.end + timedelta(days=2))
    story = told(wanting(), accepting(), proposing(), agreeing(), proposing(by=LEA, slot=moved))
    assert exchange(story).agreed == SLOT
    again = story.when(agreeing(by=KARIM)).one(PickupAgreed)
    assert (again.slot, again.number) == (moved, 2)


def test_nobody_agrees_with_their_own_proposal() -> None:
    told(wanting(), accepting(), proposing()).when(agreeing(by=KARIM)).then_refused(kind=Forbidden)


@pytest.mark.parametrize(
    ("slot", "field"),
    [
        (Slot(NOW - timedelta(hours=1), NOW), "day"),
        (Slot(SLOT.end, SLOT.start), "until"),
        (Slot(SLOT.start, SLOT.start + timedelta(hours=13)), "until"),
        (Slot(NOW + timedelta(days=400), NOW + timedelta(days=400, hours=1)), "day"),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(slot: Slot, field: str) -> None:
    told(wanting(), accepting()).when(proposing(slot=slot)).then_refused(field=field)


def test_no_time_is_agreed_before_the_quantity_is() -> None:
    told(wanting()).when(proposing()).then_refused("not accepted")


def test_a_time_that_passed_meanwhile_is_not_agreed_to() -> None:
    late = agreeing(now=SLOT.end + timedelta(minutes=1))
    told(wanting(), accepting(), proposing()).when(late).then_refused("past")


def test_a_shared_phone_handles_pickups_and_accepts_nothing() -> None:
    company = replace(bakery(), phones=frozenset({"phone-dock"}))
    by_phone = proposing(by="guest:phone-dock", company_id=BAKERY, company=company)
    proposed = told(wanting(), accepting()).when(by_phone).one(PickupProposed)
    assert proposed.by == BAKERY
    at_dock = replace(sawmill(), phones=frozenset({"phone-dock"}))
    accepted = step(AcceptExchange, "guest:phone-dock", company_id=SAWMILL, company=at_dock, quantity=pieces("10"))
    told(wanting()).when(accepted).then_refused(kind=NotFound)


# --- the hold -------------------------------------------------------------------------------------------------------


def test_only_the_owner_keeps_a_quantity_for_longer() -> None:
    renewed = step(RenewHold, LEA, later(days=12))
    story = told(wanting(), accepting("30")).when(renewed)
    assert exchange(story).hold_until == later(days=26)
    told(wanting(), accepting("30")).when(step(RenewHold, KARIM)).then_refused(kind=Forbidden)


def test_a_pickup_agreed_after_the_hold_lapsed_is_kept_anew_as_far_as_it_is_free() -> None:
    lapsed = (wanting(count="30"), accepting("30"), nudging(later(days=11)), nudging(later(days=14, minutes=1)))
    slot = Slot(later(days=20), later(days=20, hours=1))
    again = (proposing(slot=slot, now=later(days=15)), agreeing(now=later(days=15)))
    story = told(*lapsed, *again)
    story.state(promised=Decimal(30), free=Decimal(20))
    gone = (wanting(by=EWAN, now=later(days=15)), accepting("50", now=later(days=15), exchange_id=ALSO))
    taken = told(*lapsed, *gone, proposing(slot=slot, now=later(days=16)))
    taken.when(agreeing(now=later(days=16))).then_refused("left")


def test_nobody_asks_a_company_that_its_zone_suspended_or_that_is_gone() -> None:
    told().when(wanting(owner=sawmill(**{JOURDIES: "suspended"}))).then_refused(kind=NotFound)
    told().when(wanting(owner=replace(sawmill(), erased=True))).then_refused(kind=NotFound)


def test_amending_down_to_what_was_collected_closes_the_listing_and_tells_who_waits() -> None:
    command = AmendListing(**asked(LEA), listing_id=PALLETS, draft=draft(quantity=pieces("30")))
    story = told(wanting(count="30"), accepting("30"), confirming("30"), wanting(by=EWAN, count="10"))
    story.when(lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: jourdies()}))
    story.state(life="fulfilled")
    assert exchange(story, ALSO).stage == "declined"


def test_what_is_promised_stays_what_it_is() -> None:
    def amending(**changes: object) -> Decision:
        command = AmendListing(**asked(LEA), listing_id=PALLETS, draft=draft(**changes))
        return lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: jourdies()})

    kept = told(wanting(count="30"), accepting("30"))
    kept.when(amending(category="PAL.STD", attributes={"condition": "B"})).then_refused(field="category")
    told(wanting()).when(amending(category="PAL.STD", attributes={"condition": "B"})).one(ListingAmended)
