"""Listings: who may post what, who reviews it, and how long it stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain import listings
from domain.events import Private
from domain.listings import (
    AmendListing,
    ExpireListing,
    ListingAmended,
    ListingApproved,
    ListingEvent,
    ListingExpired,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingWithdrawn,
    RejectListing,
    RenewListing,
    WithdrawListing,
)
from domain.quantities import Quantity
from domain.refused import Conflict, Forbidden, NotFound
from tests.samples import (
    ANNE,
    JOURDIES,
    KARIM,
    LEA,
    MARC,
    NOW,
    PALLETS,
    SAWMILL,
    approve_listing,
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

Decision = Callable[[Any], list[ListingEvent]]


def posting(**changes: Any) -> Decision:
    command = post_listing(**changes)
    return lambda listing: listings.post_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def amending(by: str = LEA, *, zone: Any = None, **changes: Any) -> Decision:
    command = AmendListing(**asked(by), listing_id=PALLETS, draft=draft(**changes))
    return lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: zone or jourdies()})


def withdrawing(by: str = LEA, reason: str = "", **more: Any) -> Decision:
    command = WithdrawListing(**asked(by, **more), listing_id=PALLETS, reason=reason)
    return lambda listing: listings.withdraw_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def approving(**changes: Any) -> Decision:
    command = approve_listing(**changes)
    return lambda listing: listings.approve_listing(command, listing, sawmill(), jourdies())


def rejecting(**changes: Any) -> Decision:
    command = RejectListing(
        **{
            **asked(MARC),
            "listing_id": PALLETS,
            "zone_id": JOURDIES,
            "ground": "unclear",
            "sentence": "Précisez le format, s’il vous plaît.",
            **changes,
        }
    )
    return lambda listing: listings.reject_listing(command, listing, sawmill(), jourdies())


approved = ListingApproved(listing_id=PALLETS, zone_id=JOURDIES, of_version=0)
withdrawn = ListingWithdrawn(listing_id=PALLETS)


def test_a_listing_waits_for_a_zone_that_reviews_first() -> None:
    Story(listings.evolve).when(posting()).then(listing_posted()).state(zones={JOURDIES: "pending"})


def test_a_zone_that_reviews_afterwards_shows_it_at_once() -> None:
    command = post_listing()
    Story(listings.evolve).when(
        lambda listing: listings.post_listing(command, listing, sawmill(), {JOURDIES: jourdies("after")})
    ).then(listing_posted(awaiting=())).state(zones={JOURDIES: "approved"})


def test_a_facilitator_posts_for_a_company_and_says_so() -> None:
    posted = Story(listings.evolve).when(posting(**asked(ANNE), for_company=SAWMILL)).one(ListingPosted)
    assert posted.company_id == SAWMILL


def test_a_facilitator_who_does_not_say_for_whom_is_refused() -> None:
    Story(listings.evolve).when(posting(**asked(ANNE))).then_refused("Only the company", kind=Forbidden)


def test_someone_of_another_company_cannot_post_for_it() -> None:
    Story(listings.evolve).when(posting(**asked(KARIM))).then_refused("Only the company", kind=Forbidden)


def test_a_shared_phone_posts_for_its_company_and_changes_nothing() -> None:
    by, company = asked("guest:phone-dock"), replace(sawmill(), phones=frozenset({"phone-dock"}))
    zones = {JOURDIES: jourdies()}
    posts = post_listing(**by)
    Story(listings.evolve).when(lambda listing: listings.post_listing(posts, listing, company, zones)).one(
        ListingPosted
    )
    Story(listings.evolve).when(posting(**by)).then_refused("Only the company", kind=Forbidden)
    amends = AmendListing(**by, listing_id=PALLETS, draft=draft(title="Autre"))
    withdraws = WithdrawListing(**by, listing_id=PALLETS)
    renews = RenewListing(**by, listing_id=PALLETS)
    for changes in (
        lambda listing: listings.amend_listing(amends, listing, company, zones),
        lambda listing: listings.withdraw_listing(withdraws, listing, company, zones),
        lambda listing: listings.renew_listing(renews, listing, company, zones),
    ):
        Story(listings.evolve, listing_posted()).when(changes).then_refused("Only the company", kind=Forbidden)


def test_a_company_no_zone_admitted_is_told_who_can_help() -> None:
    command = post_listing()
    Story(listings.evolve).when(
        lambda listing: listings.post_listing(command, listing, sawmill(**{JOURDIES: "refused"}), {})
    ).then_refused("facilitator", kind=Forbidden)


def test_a_standing_flow_has_no_end() -> None:
    posted = Story(listings.evolve).when(posting(draft=draft(quantity=pieces("20", per="WEE")))).one(ListingPosted)
    assert posted.expires_at is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " x "}),
        ("title", {"title": "é" * 121}),
        ("description", {"description": "x" * 4_001}),
        ("category", {"category": "PAL"}),
        ("category", {"category": "NOPE"}),
        ("unit", {"category": "CAR.PAP", "attributes": {}}),
        ("amount", {"quantity": pieces("1.234")}),
        ("max_km", {"max_km": 0}),
        ("max_km", {"max_km": 1_001}),
        ("available_to", {"available_to": later(days=-1).date()}),
        ("available_to", {"available_to": date.max}),
        ("available_from", {"available_from": date.max}),
        ("title", {"title": "Palettes\0"}),
        ("description", {"description": "\0"}),
        ("photo", {"photos": ("p",), "photo_texts": {"p": "\0"}}),
        ("available_to", {"available_from": later(days=9).date(), "available_to": later(days=8).date()}),
        ("price_amount", {"price_cents": -1}),
        ("colour", {"attributes": {"colour": "blue"}}),
        ("condition", {"attributes": {"condition": "splendid"}}),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(field: str, changes: dict[str, Any]) -> None:
    Story(listings.evolve).when(posting(draft=draft(**changes))).then_refused(field=field)


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "PAL.POOL", "attributes": {}},
        {"attributes": {"ownership": "rental_pool"}},
        {"title": "35 palettes CHEP à donner", "attributes": {}},
        {"category": "PAL.STD", "title": "Palettes", "description": "Ce sont des LPR.", "attributes": {}},
    ],
)
def test_a_rental_pool_pallet_is_refused_with_the_way_out(changes: dict[str, Any]) -> None:
    Story(listings.evolve).when(posting(draft=draft(**changes))).then_refused("belong to the pooler", "return")


def test_blue_pallets_are_asked_about_and_pass_once_the_author_answers() -> None:
    blue = {"category": "PAL.STD", "title": "30 palettes bleues"}
    Story(listings.evolve).when(posting(draft=draft(**blue, attributes={}))).then_refused(field="ownership")
    Story(listings.evolve).when(posting(draft=draft(**blue, attributes={"ownership": "owned"}))).one(ListingPosted)


def test_a_pool_pallet_may_be_looked_for_back() -> None:
    Story(listings.evolve).when(
        posting(side="request", draft=draft(category="PAL.POOL", title="Retour de nos CHEP", attributes={}))
    ).one(ListingPosted)


def test_asbestos_is_refused() -> None:
    Story(listings.evolve).when(
        posting(draft=draft(category="MIN.BUILD", title="Plaques amiante", attributes={}))
    ).then_refused("Asbestos")


def test_staff_are_lent_without_profit_only() -> None:
    lend: dict[str, Any] = {"category": "RHC.LEND", "title": "Un cariste deux jours", "attributes": {}}
    days = Quantity(amount=Decimal(2), unit="DAY", per=None)
    Story(listings.evolve).when(posting(draft=draft(**lend, quantity=days))).then_refused(field="non_profit")
    lend["attributes"] = {"non_profit": "true"}
    Story(listings.evolve).when(posting(draft=draft(**lend, quantity=days))).one(ListingPosted)


def test_new_words_are_reviewed_again() -> None:
    Story(listings.evolve, listing_posted(), approved).when(amending(title="60 palettes Europe")).one(ListingAmended)
    Story(listings.evolve, listing_posted(), approved).when(amending(title="60 palettes Europe")).state(
        zones={JOURDIES: "pending"}
    )


def test_a_new_quantity_alone_is_not_reviewed_again() -> None:
    Story(listings.evolve, listing_posted(), approved).when(amending(quantity=pieces("40"))).then(
        ListingAmended(
            listing_id=PALLETS, content=content(quantity=pieces("40")), awaiting=(), expires_at=later(days=60)
        )
    ).state(zones={JOURDIES: "approved"})


@pytest.mark.parametrize("changes", [{"max_km": 10}, {"available_from": later(days=3).date()}])
def test_another_reach_or_day_holds_no_word_to_review(changes: dict[str, Any]) -> None:
    Story(listings.evolve, listing_posted(), approved).when(amending(**changes)).state(zones={JOURDIES: "approved"})


def test_amending_nothing_changes_nothing() -> None:
    Story(listings.evolve, listing_posted(), approved).when(amending()).then()


def test_what_says_nothing_of_photos_leaves_them() -> None:
    shown = listing_posted(content=content(photos=("photo-1",)))
    Story(listings.evolve, shown, approved).when(amending(title="60 palettes Europe")).state(
        content=content(title=Private(SAWMILL, "60 palettes Europe"), photos=("photo-1",))
    )


@pytest.mark.parametrize("photos", [(), ("photo-2", "photo-1")])
def test_other_photos_are_reviewed_again(photos: tuple[str, ...]) -> None:
    shown = listing_posted(content=content(photos=("photo-1",)))
    Story(listings.evolve, shown, approved).when(amending(photos=photos)).state(
        content=content(photos=photos), zones={JOURDIES: "pending"}
    )


def test_an_answer_in_their_own_words_is_their_private_text() -> None:
    machine = draft(category="EQP.SHRED", attributes={"condition": "B", "material": "bois de Jean", "item": "broyeur"})
    Story(listings.evolve).when(posting(draft=machine)).state(
        content=content(
            category="EQP.SHRED",
            attributes={"condition": "B"},
            typed={"item": Private(SAWMILL, "broyeur"), "material": Private(SAWMILL, "bois de Jean")},
        )
    )


def test_a_listing_shows_six_photos_at_most() -> None:
    six = tuple(f"photo-{number}" for number in range(6))
    Story(listings.evolve).when(posting(draft=draft(photos=(*six, "photo-0")))).state(content=content(photos=six))
    Story(listings.evolve).when(posting(draft=draft(photos=(*six, "photo-6")))).then_refused("6 photos at most")


@pytest.mark.parametrize("moderation", ["before", "after"])
def test_a_rejected_listing_comes_back_to_the_queue_once_amended(moderation: str) -> None:
    rejected = ListingRejected(
        listing_id=PALLETS, zone_id=JOURDIES, of_version=0, ground="unclear", sentence=Private(JOURDIES, "?")
    )
    Story(listings.evolve, listing_posted(), rejected).when(
        amending(title="Palettes EPAL 80×120", zone=jourdies(moderation))
    ).state(zones={JOURDIES: "pending"})


def test_a_withdrawn_listing_is_posted_again_rather_than_amended() -> None:
    Story(listings.evolve, listing_posted(), withdrawn).when(amending(title="Autre")).then_refused("withdrawn")


def test_withdrawing_twice_is_no_fault() -> None:
    Story(listings.evolve, listing_posted()).when(withdrawing(reason=" Vendues ")).then(
        ListingWithdrawn(listing_id=PALLETS, reason=Private(SAWMILL, "Vendues"))
    ).state(life="withdrawn")
    Story(listings.evolve, listing_posted(), withdrawn).when(withdrawing()).then()


def test_only_its_company_withdraws_it() -> None:
    Story(listings.evolve, listing_posted()).when(withdrawing(by=KARIM)).then_refused(kind=Forbidden)


def test_renewing_gives_sixty_days_and_brings_back_what_expired() -> None:
    command = RenewListing(**asked(now=later(days=70)), listing_id=PALLETS)
    Story(listings.evolve, listing_posted(), ListingExpired(listing_id=PALLETS)).when(
        lambda listing: listings.renew_listing(command, listing, sawmill(), {JOURDIES: jourdies()})
    ).then(ListingRenewed(listing_id=PALLETS, expires_at=later(days=130))).state(life="open")


@pytest.mark.parametrize(("days", "expires"), [(59, False), (60, True), (61, True)])
def test_a_listing_expires_at_its_hour_and_not_before(days: int, *, expires: bool) -> None:
    command = ExpireListing(**asked("system:clock", now=later(days=days)), listing_id=PALLETS)
    Story(listings.evolve, listing_posted()).when(lambda listing: listings.expire_listing(command, listing)).then(
        *([ListingExpired(listing_id=PALLETS)] if expires else [])
    )


def test_a_moderator_shows_it_once() -> None:
    Story(listings.evolve, listing_posted()).when(approving()).then(approved)
    Story(listings.evolve, listing_posted(), approved).when(approving()).then()


def test_a_facilitator_is_not_a_moderator() -> None:
    Story(listings.evolve, listing_posted()).when(approving(by=ANNE)).then_refused(kind=Forbidden)


def test_a_zone_knows_nothing_of_a_listing_that_is_not_posted_there() -> None:
    Story(listings.evolve, listing_posted(zones=("zone-other",), awaiting=())).when(approving()).then_refused(
        kind=NotFound
    )


def test_a_moderator_who_read_older_words_is_shown_the_new_ones() -> None:
    amended = ListingAmended(
        listing_id=PALLETS, content=content(title=Private(SAWMILL, "Autre chose")), awaiting=(JOURDIES,)
    )
    Story(listings.evolve, listing_posted(), amended).when(approving(seen_version=0)).then_refused(kind=Conflict)
    Story(listings.evolve, listing_posted(), amended).when(approving(seen_version=1)).one(ListingApproved)


def test_a_rejection_has_a_ground_and_a_sentence() -> None:
    rejected = Story(listings.evolve, listing_posted()).when(rejecting()).one(ListingRejected)
    assert rejected.sentence == Private(JOURDIES, "Précisez le format, s’il vous plaît.")
    Story(listings.evolve, listing_posted()).when(rejecting(ground="mood")).then_refused(field="ground")
    Story(listings.evolve, listing_posted()).when(rejecting(sentence=" ")).then_refused(field="sentence")


def test_decisions_accept_a_listing_whose_words_are_erased() -> None:
    gone = listing_posted(content=content(title=Private(SAWMILL, None), description=Private(SAWMILL, None)))
    Story(listings.evolve, gone).when(withdrawing()).then(withdrawn)
    Story(listings.evolve, gone).when(approving()).then(approved)


def test_the_end_of_a_lifetime_is_sixty_days_after_posting() -> None:
    posted = Story(listings.evolve).when(posting()).one(ListingPosted)
    assert posted.expires_at == NOW + timedelta(days=60)


def test_a_flow_may_be_half_a_piece_a_week() -> None:
    Story(listings.evolve).when(posting(draft=draft(quantity=pieces("0.5", per="WEE")))).one(ListingPosted)


def test_a_listing_does_not_outlive_its_last_day() -> None:
    last = later(days=10).date()
    posted = Story(listings.evolve).when(posting(draft=draft(available_to=last))).one(ListingPosted)
    assert posted.expires_at == datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    command = RenewListing(**asked(now=later(days=11)), listing_id=PALLETS)
    Story(listings.evolve, posted).when(
        lambda listing: listings.renew_listing(command, listing, sawmill(), {JOURDIES: jourdies()})
    ).then_refused("last day")


def test_what_may_be_hazardous_waits_even_where_others_are_reviewed_afterwards() -> None:
    litres = Quantity(amount=Decimal(200), unit="LTR", per=None)
    oil = post_listing(draft=draft(category="CHI.OIL", title="Huile de vidange", quantity=litres, attributes={}))
    Story(listings.evolve).when(
        lambda listing: listings.post_listing(oil, listing, sawmill(), {JOURDIES: jourdies("after")})
    ).state(zones={JOURDIES: "pending"})
