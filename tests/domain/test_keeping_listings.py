"""Listings before they are posted and as they end: drafts, the question whether it still holds, renewals, twins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from domain import listings
from domain.events import Private
from domain.listings import (
    ALIKE,
    AmendListing,
    AskIfItHolds,
    DiscardDraft,
    DraftDiscarded,
    DraftListing,
    ListingAmended,
    ListingDrafted,
    ListingEnding,
    ListingEvent,
    ListingExpired,
    ListingPosted,
    ListingRenewed,
    RenewListing,
    Said,
    likeness,
    most_alike,
)
from domain.refused import Conflict, Forbidden, NotFound
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
ENDS = NOW + timedelta(days=60)


def keeping(by: str = LEA, answers: dict[str, str] | None = None, **changes: Any) -> Decision:
    wish = {"listing_id": PALLETS, "company_id": SAWMILL, "answers": answers or {"title": "Palettes"}, **changes}
    command = DraftListing(**asked(by), **wish)
    return lambda listing: listings.draft_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def discarding(by: str = LEA, **changes: Any) -> Decision:
    command = DiscardDraft(**asked(by), listing_id=PALLETS, **changes)
    return lambda listing: listings.discard_draft(command, listing, sawmill(), {JOURDIES: jourdies()})


def posting(**changes: Any) -> Decision:
    command = post_listing(**changes)
    return lambda listing: listings.post_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def amending(**changes: Any) -> Decision:
    command = AmendListing(**asked(), listing_id=PALLETS, draft=draft(**changes))
    return lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def asking(now: Any) -> Decision:
    command = AskIfItHolds(**asked("system:clock", now=now), listing_id=PALLETS)
    return lambda listing: listings.ask_if_it_holds(command, listing)


def renewing(now: Any) -> Decision:
    command = RenewListing(**asked(now=now), listing_id=PALLETS)
    return lambda listing: listings.renew_listing(command, listing, sawmill(), {JOURDIES: jourdies()})


def kept(**changes: Any) -> ListingDrafted:
    answers = Private(SAWMILL, '{"title":"Palettes"}')
    return ListingDrafted(**{"listing_id": PALLETS, "company_id": SAWMILL, "answers": answers, **changes})


# --- drafts


def test_a_title_is_enough_to_keep_a_draft() -> None:
    Story(listings.evolve).when(keeping()).then(kept()).state(stage="draft")
    Story(listings.evolve).when(keeping(answers={"amount": "12"})).then_refused("title", field="title")


@pytest.mark.parametrize("answer", [{"description": "\0"}, {"\0": "x"}])
def test_a_draft_holds_nothing_that_stops_whoever_reads_it(answer: dict[str, str]) -> None:
    Story(listings.evolve).when(keeping(answers={"title": "Palettes", **answer})).then_refused("nobody can read")


def test_what_is_kept_again_stands_for_what_was_kept_before() -> None:
    story = Story(listings.evolve, kept()).when(keeping(answers={"title": "Palettes grises", "amount": "douze"}))
    assert story.one(ListingDrafted).answers.text == '{"amount":"douze","title":"Palettes grises"}'


def test_posting_goes_on_in_the_stream_of_the_draft() -> None:
    story = Story(listings.evolve, kept(), kept()).when(posting())
    assert isinstance(story.one(ListingPosted), ListingPosted)
    story.state(stage="posted", version=2, content_version=2)


def test_a_draft_of_another_company_is_none() -> None:
    Story(listings.evolve, kept(company_id=BAKERY)).when(posting()).then_refused("draft", kind=NotFound)
    Story(listings.evolve, kept(company_id=BAKERY)).when(keeping()).then_refused("draft", kind=NotFound)


def test_who_may_keep_a_draft() -> None:
    Story(listings.evolve).when(keeping(by=KARIM)).then_refused(kind=Forbidden)
    Story(listings.evolve).when(keeping(by=ANNE)).then_refused(kind=Forbidden)
    Story(listings.evolve).when(keeping(by=ANNE, for_company=SAWMILL)).then(kept(captured_by=f"member:{ANNE}"))


def test_a_draft_that_was_posted_meanwhile_is_kept_no_more() -> None:
    Story(listings.evolve, kept(), listing_posted()).when(keeping()).then_refused("posted", kind=Conflict)
    Story(listings.evolve, kept(), listing_posted()).when(discarding()).then_refused("posted", kind=Conflict)


def test_thrown_away_twice_is_thrown_away_once_and_can_still_be_kept() -> None:
    story = Story(listings.evolve, kept()).when(discarding()).then(DraftDiscarded(listing_id=PALLETS))
    story.when(discarding()).then()
    story.when(keeping()).then(kept()).state(stage="draft")


def test_nothing_can_be_done_to_a_draft_but_keep_it_post_it_or_throw_it_away() -> None:
    for decision in (amending(), renewing(NOW), asking(NOW)):
        Story(listings.evolve, kept()).when(decision).then_refused("listing", kind=NotFound)


# --- ends


def test_a_company_is_asked_once_a_week_before_the_end() -> None:
    story = Story(listings.evolve, listing_posted()).when(asking(ENDS - timedelta(days=8))).then()
    story.when(asking(ENDS - timedelta(days=7))).then(ListingEnding(listing_id=PALLETS, expires_at=ENDS))
    story.when(asking(ENDS - timedelta(days=3))).then()


def test_a_renewed_listing_is_asked_about_again_before_its_new_end() -> None:
    story = Story(listings.evolve, listing_posted()).when(asking(ENDS - timedelta(days=7)))
    renewed = story.when(renewing(ENDS - timedelta(days=6))).one(ListingRenewed).expires_at
    story.when(asking(ENDS)).then()
    story.when(asking(renewed - timedelta(days=1))).then(ListingEnding(listing_id=PALLETS, expires_at=renewed))


def test_a_standing_flow_is_never_asked_about() -> None:
    flow = listing_posted(content=content(quantity=pieces("50", "WEE")), expires_at=None)
    Story(listings.evolve, flow).when(asking(later(days=1_000))).then()


def test_an_expired_listing_comes_back_within_sixty_days() -> None:
    past = (listing_posted(), ListingExpired(listing_id=PALLETS))
    Story(listings.evolve, *past).when(renewing(ENDS + timedelta(days=59))).state(life="open")
    Story(listings.evolve, *past).when(renewing(ENDS + timedelta(days=60))).then_refused("post it again")


def test_what_ends_on_its_own_last_day_is_not_lengthened_by_a_tap() -> None:
    last = date(2026, 3, 20)
    posted = Story(listings.evolve).when(posting(draft=draft(available_to=last))).one(ListingPosted)
    assert posted.expires_at is not None
    assert not listings.lasts_longer(posted.expires_at, last, NOW)
    assert listings.lasts_longer(ENDS, None, NOW)
    assert listings.last_day(posted.expires_at) == last


# --- amendments and photos


def test_an_amendment_names_the_texts_that_changed() -> None:
    story = Story(listings.evolve, listing_posted())
    amended = story.when(amending(title="40 palettes Europe", quantity=pieces("40"))).one(ListingAmended)
    assert amended.reworded == ("title",)


def test_what_a_photo_shows_stays_with_it_until_it_is_said_anew() -> None:
    story = Story(listings.evolve).when(posting(draft=draft(photos=("p1", "p2"), photo_texts={"p1": " Un  tas "})))
    assert story.now is not None
    assert story.now.content.photo_texts == {"p1": Private(SAWMILL, "Un tas")}
    story.when(amending(photos=("p1",), title="Autre titre"))
    assert story.now.content.photo_texts == {"p1": Private(SAWMILL, "Un tas")}
    story.when(amending(photos=("p1",), photo_texts={}))
    assert story.now.content.photo_texts == {}
    story.when(amending(photos=("p1",), photo_texts={"p1": "x" * 201})).then_refused("200", field="photo")


# --- the same thing said twice


def said(title: str, **changes: Any) -> Said:
    return Said(
        **{"side": "offer", "category": "PAL.EPAL1", "flows": False, "title": title, "attributes": {}, **changes}
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("50 palettes Europe 80×120, bon état", "120 palettes Europe"),
        ("Palettes Europe grises", "palette europe grise"),
        ("Cartons d’emballage propres", "Carton d’emballage, propre, 300 kg"),
    ],
)
def test_the_same_thing_in_other_figures_or_endings_is_alike(one: str, other: str) -> None:
    assert likeness(said(one), said(other)) >= ALIKE


@pytest.mark.parametrize(
    "changes",
    [
        {"side": "request"},
        {"category": "PAL.EPAL2"},
        {"flows": True},
        {"attributes": {"condition": "A"}},
        {"title": "Rehausses bois pour caisses"},
    ],
)
def test_what_differs_in_side_category_rhythm_grade_or_words_is_another_thing(changes: dict[str, Any]) -> None:
    one = said("Palettes Europe", attributes={"condition": "C"})
    other = said(**{"title": "Palettes Europe", "attributes": {"condition": "C"}, **changes})
    assert likeness(one, other) < ALIKE


def test_of_several_alike_the_most_alike_is_named() -> None:
    others = [("a", said("Palettes Europe cassées à réparer")), ("b", said("Palettes Europe")), ("c", said("Caisses"))]
    assert most_alike(said("Palettes Europe"), others) == "b"
    assert most_alike(said("Fûts métalliques bleus"), others) is None
