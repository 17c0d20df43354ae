"""What a moderator decides about a listing, about whose, what a zone is spared, and how a decision is taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from domain import companies, listings
from domain.events import Event, Private
from domain.listings import (
    AmendListing,
    AmendmentRequested,
    ApproveListing,
    DecisionTakenBack,
    DraftListing,
    ListingAmended,
    ListingApproved,
    ListingPosted,
    ListingRejected,
    NoteOverdue,
    RejectListing,
    RequestAmendment,
    ReviewOverdue,
    TakeBackDecision,
    capturing,
)
from domain.refused import Conflict, Forbidden, NotFound
from domain.zones import Zone
from tests.samples import (
    ANNE,
    JOURDIES,
    LEA,
    MARC,
    NOW,
    PALLETS,
    SAWMILL,
    asked,
    content,
    draft,
    jourdies,
    later,
    listing_posted,
    pieces,
    post_listing,
    sawmill,
)
from tests.story import Story

ALIX = "member-alix"
WHY = "Précisez le format, s’il vous plaît."
approved = ListingApproved(listing_id=PALLETS, zone_id=JOURDIES, of_version=0)
rejected = ListingRejected(
    listing_id=PALLETS, zone_id=JOURDIES, of_version=0, ground="unclear", sentence=Private(JOURDIES, WHY)
)
requested = AmendmentRequested(
    listing_id=PALLETS, zone_id=JOURDIES, of_version=0, ground="unclear", sentence=Private(JOURDIES, WHY), hidden=True
)

Decision = Callable[[Any], list[Any]]


def told(*past: Event) -> Story[listings.Listing]:
    return Story(listings.evolve, *past)


def deciding(verdict: str, by: str = MARC, *, zone: Zone | None = None, ours: Any = None, **more: Any) -> Decision:
    """One of the decisions of a moderator, with what it takes."""
    about = {"listing_id": PALLETS, "zone_id": JOURDIES}
    words = {"ground": "unclear", "sentence": WHY}
    commands: dict[str, tuple[Any, Any]] = {
        "approve": (ApproveListing, {}),
        "reject": (RejectListing, words),
        "amend": (RequestAmendment, words),
        "take_back": (TakeBackDecision, {"decided_version": 1}),
    }
    decisions: dict[str, Any] = {
        "approve": listings.approve_listing,
        "reject": listings.reject_listing,
        "amend": listings.request_amendment,
        "take_back": listings.take_back_decision,
    }
    kind, needed = commands[verdict]
    command = kind(**{**asked(by), **about, **needed, **more})
    return lambda listing: decisions[verdict](command, listing, ours or sawmill(), zone or jourdies())


def alone(**changes: Any) -> Zone:
    """The zone while Marc is its facilitator, moderator and administrator."""
    return replace(jourdies(), roles={MARC: frozenset({"facilitator", "moderator", "administrator"})}, **changes)


def of_marc() -> companies.Company:
    """The sawmill, with a moderator of the zone among its people."""
    return replace(sawmill(), representatives=frozenset({LEA, MARC}))


def posting(zone: Zone, ours: companies.Company | None = None, by: str = LEA, **changes: Any) -> Decision:
    command = post_listing(by, **changes)
    return lambda listing: listings.post_listing(command, listing, ours or sawmill(), {JOURDIES: zone})


def amending(zone: Zone | None = None, by: str = LEA, **changes: Any) -> Decision:
    command = AmendListing(**asked(by), listing_id=PALLETS, draft=draft(**changes))
    return lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: zone or jourdies()})


# --- trust


@pytest.mark.parametrize(("so_many", "awaiting", "why"), [(2, (JOURDIES,), {}), (3, (), {JOURDIES: "trusted"})])
def test_a_zone_trusts_a_company_after_so_many_approvals_and_says_so(
    so_many: int, awaiting: tuple[str, ...], why: dict[str, str]
) -> None:
    ours = replace(sawmill(), approved={JOURDIES: frozenset(str(n) for n in range(so_many))})
    zone = replace(jourdies("trusted"), trusted_after=3)
    posted = told().when(posting(zone, ours)).one(ListingPosted)
    assert (posted.awaiting, posted.spared) == (awaiting, why)
    elsewhere = replace(sawmill(), approved={"zone-la-roche": frozenset("abcd")})
    assert told().when(posting(zone, elsewhere)).one(ListingPosted).awaiting == (JOURDIES,)


@pytest.mark.parametrize(("hazardous", "why"), [(False, "trusted"), (True, None)])
def test_no_trust_clears_what_may_be_hazardous(hazardous: bool, why: str | None) -> None:  # noqa: FBT001
    ours = replace(sawmill(), approved={JOURDIES: frozenset("abc")})
    zone = replace(jourdies("trusted"), trusted_after=3)
    assert capturing.spared(post_listing(), content(), None, ours, zone, hazardous=hazardous) == why


def test_each_approved_listing_of_a_company_counts_once_and_no_more_once_refused() -> None:
    def counting(stands: bool, listing_id: str = PALLETS) -> Decision:  # noqa: FBT001  (as the event says it)
        command = companies.CountApproval(
            **asked("system:counting"), company_id=SAWMILL, zone_id=JOURDIES, listing_id=listing_id, stands=stands
        )
        return lambda company: companies.count_approval(command, company)

    company: Any = sawmill()
    for stands, listing_id, so_many in (
        (True, PALLETS, 1), (True, PALLETS, 1), (True, "other", 2), (False, PALLETS, 1), (False, PALLETS, 1),
    ):  # fmt: skip
        for event in counting(stands, listing_id)(company):
            company = companies.evolve(company, event)
        assert len(company.approved[JOURDIES]) == so_many


# --- what was captured, and one's own


def captured(title: str = "50 palettes Europe 80×120, bon état", by: str = MARC, **more: str) -> list[Any]:
    """What a facilitator kept on behalf of the sawmill."""
    answers = {"category": "PAL.EPAL1", "title": title, "description": "Au sec, sous l’auvent.", "amount": "50", **more}
    command = DraftListing(**asked(by), for_company=SAWMILL, listing_id=PALLETS, company_id=SAWMILL, answers=answers)
    zone = alone() if by == MARC else jourdies()
    return listings.draft_listing(command, None, sawmill(), {JOURDIES: zone})


def test_what_the_only_moderator_captured_needs_no_second_approval() -> None:
    posted = told(*captured()).when(posting(alone())).one(ListingPosted)
    assert (posted.awaiting, posted.spared) == ((), {JOURDIES: "captured"})
    more = post_listing(draft=draft(quantity=pieces("80")))
    fewer = told(*captured()).when(lambda listing: listings.post_listing(more, listing, sawmill(), {JOURDIES: alone()}))
    assert fewer.one(ListingPosted).spared == {JOURDIES: "captured"}


@pytest.mark.parametrize(
    ("past", "zone"),
    [
        (captured(title="50 palettes"), alone()),
        (captured(by=ANNE), jourdies()),
        (captured(by=ANNE), alone()),
        (captured(), replace(alone(), roles={**alone().roles, ALIX: frozenset({"administrator"})})),
        ([], alone()),
    ],
    ids=["reworded", "captured by a facilitator only", "captured by somebody else", "there is another", "not captured"],
)
def test_whatever_else_a_company_publishes_is_read_first(past: list[Any], zone: Zone) -> None:
    posted = told(*past).when(posting(zone)).one(ListingPosted)
    assert (posted.awaiting, posted.spared) == ((JOURDIES,), {})


def test_a_draft_its_company_goes_on_with_is_still_the_one_that_was_captured() -> None:
    again = DraftListing(
        **asked(), listing_id=PALLETS, company_id=SAWMILL, answers={"title": "50 palettes Europe 80×120, bon état"}
    )
    kept = listings.draft_listing(again, None, sawmill(), {JOURDIES: alone()})
    assert json.loads(str(kept[0].answers))["title"].startswith("50")  # type: ignore[union-attr]
    assert told(*captured(), *kept).when(posting(alone())).one(ListingPosted).spared == {JOURDIES: "captured"}


def test_what_was_captured_for_the_facilitator_alone_is_published_without_a_second_reading() -> None:
    hidden = told().when(posting(alone(), by=MARC, for_company=SAWMILL, draft=draft(visibility="facilitator")))
    posted = hidden.one(ListingPosted)
    assert (posted.spared, posted.captured_by) == ({JOURDIES: "moderator"}, f"member:{MARC}")
    published = told(posted).when(amending(alone(), visibility="zone")).one(ListingAmended)
    assert (published.awaiting, published.spared) == ((), {JOURDIES: "captured"})
    reworded = told(posted).when(amending(alone(), visibility="zone", title="Autre chose")).one(ListingAmended)
    assert reworded.awaiting == (JOURDIES,)


def test_moderating_ones_own_is_for_another_moderator_where_there_is_one() -> None:
    for verdict in ("approve", "reject", "amend"):
        told(listing_posted()).when(deciding(verdict, ours=of_marc())).then_refused("another moderator", kind=Forbidden)
    told(listing_posted(), approved).when(deciding("take_back", ours=of_marc())).then_refused(
        "another moderator", kind=Forbidden
    )
    posted = told().when(posting(jourdies(), of_marc(), by=MARC)).one(ListingPosted)
    assert (posted.awaiting, posted.spared) == ((JOURDIES,), {})


def test_moderating_ones_own_is_allowed_where_nobody_else_can_and_the_record_says_so() -> None:
    told(listing_posted()).when(deciding("approve", zone=alone(), ours=of_marc())).then(replace(approved, alone=True))
    both = replace(of_marc(), representatives=frozenset({LEA, MARC, ALIX}))
    told(listing_posted()).when(deciding("approve", ours=both)).then(replace(approved, alone=True))
    posted = told().when(posting(alone(), of_marc(), by=MARC)).one(ListingPosted)
    assert (posted.awaiting, posted.spared) == ((), {JOURDIES: "alone"})


# --- a change is asked for


def test_a_change_is_asked_for_in_a_sentence_and_hides_what_was_not_shown_yet() -> None:
    story = told(listing_posted()).when(deciding("amend"))
    story.then(requested).state(zones={JOURDIES: "pending"})
    told(listing_posted()).when(deciding("amend", sentence=" ")).then_refused("Say what to change", field="sentence")
    told(listing_posted()).when(deciding("amend", ground="boredom")).then_refused("about", field="ground")
    told(listing_posted()).when(deciding("amend", LEA)).then_refused("moderator", kind=Forbidden)
    told(listing_posted()).when(deciding("amend", zone_id="zone-other")).then_refused("no such", kind=NotFound)


@pytest.mark.parametrize(("moderation", "hidden"), [("before", True), ("after", False), ("trusted", False)])
def test_what_is_shown_stays_shown_meanwhile_unless_the_zone_reads_first(moderation: str, hidden: bool) -> None:  # noqa: FBT001
    shown = listing_posted(awaiting=())
    story = told(shown).when(deciding("amend", zone=jourdies(moderation)))
    story.then(replace(requested, hidden=hidden)).state(zones={JOURDIES: "pending" if hidden else "approved"})
    answered = story.when(amending(jourdies(moderation), title="50 palettes EPAL, 80×120")).one(ListingAmended)
    assert (answered.answering, answered.awaiting) == ((JOURDIES,), (JOURDIES,) if hidden else ())


@pytest.mark.parametrize("change", [{"title": "50 palettes EPAL"}, {"quantity": pieces("40")}, {}], ids=str)
def test_whatever_its_company_sends_answers_what_was_asked(change: dict[str, Any]) -> None:
    story = told(listing_posted(), requested).when(amending(**change))
    answered = story.one(ListingAmended)
    assert (answered.answering, answered.awaiting) == ((JOURDIES,), (JOURDIES,))
    story.when(deciding("approve")).then(replace(approved, of_version=2)).state(zones={JOURDIES: "approved"})


# --- two moderators at once


@pytest.mark.parametrize(
    ("first", "verdict", "who"),
    [(approved, "reject", "approved"), (rejected, "approve", "refused"), (requested, "approve", "asked for a change"),
     (rejected, "amend", "refused")],
)  # fmt: skip
def test_the_second_of_two_moderators_is_told_what_the_first_decided(first: Event, verdict: str, who: str) -> None:
    told(listing_posted(), first).when(deciding(verdict, ALIX, seen_version=0)).then_refused(who, kind=Conflict)
    knowing = told(listing_posted(), first).when(deciding(verdict, ALIX, seen_version=1))
    assert verdict == "amend" or knowing.events, "who has seen it may decide otherwise"


def test_two_who_decide_alike_decide_once() -> None:
    for first, verdict in ((approved, "approve"), (rejected, "reject"), (requested, "amend")):
        told(listing_posted(), first).when(deciding(verdict, ALIX, seen_version=0)).then()


def test_approving_what_is_shown_already_says_that_somebody_has_read_it() -> None:
    story = told(listing_posted(awaiting=())).when(deciding("approve", zone=jourdies("after")))
    story.then(approved)
    story.when(deciding("approve", zone=jourdies("after"))).then()


# --- taken back


@pytest.mark.parametrize(
    ("past", "first", "verdict", "back"),
    [
        (listing_posted(), approved, "approved", "pending"),
        (listing_posted(), rejected, "rejected", "pending"),
        (listing_posted(), requested, "amend", "pending"),
        (listing_posted(awaiting=()), rejected, "rejected", "approved"),
        (listing_posted(awaiting=()), replace(requested, hidden=False), "amend", "approved"),
    ],
)
def test_a_decision_is_taken_back_and_the_listing_is_what_it_was(
    past: Event, first: Event, verdict: Any, back: Any
) -> None:
    taken = DecisionTakenBack(listing_id=PALLETS, zone_id=JOURDIES, verdict=verdict, decided_version=1, status=back)
    story = told(past, first).when(deciding("take_back")).then(taken).state(zones={JOURDIES: back})
    story.when(deciding("take_back")).then_refused("no decision to take back", kind=Conflict)


def test_what_was_decided_or_changed_meanwhile_is_not_taken_back() -> None:
    told(listing_posted(), rejected, approved).when(deciding("take_back")).then_refused("approved", kind=Conflict)
    amended = ListingAmended(listing_id=PALLETS, content=content(), awaiting=(JOURDIES,))
    told(listing_posted(), approved, amended).when(deciding("take_back")).then_refused("no decision", kind=Conflict)


# --- the clock


def overdue(**changes: Any) -> Decision:
    fields = {**asked("system:clock", later(hours=48)), "listing_id": PALLETS, "zone_id": JOURDIES,
              "due_at": later(hours=48), **changes}  # fmt: skip
    return lambda listing: listings.note_overdue(NoteOverdue(**fields), listing)


def test_a_zone_that_has_not_read_in_time_is_noted_once() -> None:
    noted = ReviewOverdue(listing_id=PALLETS, zone_id=JOURDIES, due_at=later(hours=48))
    told(listing_posted()).when(overdue()).then(noted).when(overdue()).then()
    told(listing_posted()).when(overdue(now=NOW)).then()
    for first in (approved, rejected, requested):
        told(listing_posted(), first).when(overdue()).then()
    amended = ListingAmended(listing_id=PALLETS, content=content(), awaiting=(JOURDIES,))
    told(listing_posted(), noted, amended).when(overdue()).then(noted)
