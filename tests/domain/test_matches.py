"""What may be said of a match: who sets it aside, judges it or introduces the two, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from domain import listings, matches
from domain.listings import Listing
from domain.matches import (
    DISMISSALS,
    FAULTS,
    UNDO_WITHIN,
    DismissMatch,
    IntroduceMatch,
    JudgeMatch,
    Match,
    MatchDismissed,
    MatchIntroduced,
    MatchJudged,
    MatchRestored,
    RestoreMatch,
    match_id,
)
from domain.refused import Conflict, Forbidden, NotFound, Refused
from domain.zones import Zone
from marketplace import match_words
from tests.domain.dealing import BREWERY, bakery, brewery, pallets_posted, told, wanting
from tests.samples import (
    ANNE,
    BAKERY,
    JOURDIES,
    KARIM,
    LA_ROCHE,
    LEA,
    MARC,
    NOW,
    PALLETS,
    SAWMILL,
    asked,
    jourdies,
    sawmill,
)
from tests.story import Story

WANTED = "listing-wanted"
ID = match_id(PALLETS, WANTED)
ABOUT: dict[str, Any] = {"match_id": ID, "listing_id": PALLETS, "other_listing_id": WANTED, "at": NOW}
OFFER: Listing = listings.evolve(None, pallets_posted())
REQUEST: Listing = replace(OFFER, listing_id=WANTED, side="request", company_id=BAKERY)
COMPANIES = {SAWMILL: sawmill(), BAKERY: bakery(), BREWERY: brewery()}


def match(*past: Any) -> Story[Match]:
    return Story(matches.evolve, *past)


def dismissing(by: str = LEA, reason: Any = "too_far", offer: Listing = OFFER, request: Listing = REQUEST) -> Any:
    mine, theirs = (offer, request) if by == LEA else (request, offer)
    command = DismissMatch(**asked(by), listing_id=mine.listing_id, other_listing_id=theirs.listing_id, reason=reason)
    return lambda held: matches.dismiss_match(command, held, mine, theirs, COMPANIES[mine.company_id])


def restoring(by: str = LEA, days: float = 1) -> Any:
    mine, theirs = (OFFER, REQUEST) if by == LEA else (REQUEST, OFFER)
    command = RestoreMatch(
        **asked(by, NOW + timedelta(days=days)), listing_id=mine.listing_id, other_listing_id=theirs.listing_id
    )
    return lambda held: matches.restore_match(command, held, mine, COMPANIES[mine.company_id])


def judging(by: str = ANNE, **said: Any) -> Any:
    about: dict[str, Any] = {"listing_id": PALLETS, "other_listing_id": WANTED, "zone_id": JOURDIES}
    command = JudgeMatch(**asked(by), **about, **{"verdict": "poor", "reason": "tried", **said})
    return lambda held: matches.judge_match(command, held, OFFER, REQUEST, jourdies())


def introducing(by: str = ANNE, offer: Listing = OFFER, *zones: Zone) -> Any:
    about: dict[str, Any] = {
        "listing_id": PALLETS,
        "other_listing_id": WANTED,
        "zone_id": JOURDIES,
        "points": 80,
    }
    command = IntroduceMatch(**asked(by), **about)
    here, *others = zones or (jourdies(),)
    elsewhere = {zone.zone_id: zone for zone in (here, *others)}
    return lambda held: matches.introduce_match(command, held, offer, REQUEST, here, elsewhere)


def dismissed(company: str = SAWMILL, reason: Any = "too_far") -> MatchDismissed:
    ends = {"listing_id": PALLETS, "other_listing_id": WANTED}
    if company == BAKERY:
        ends = {"listing_id": WANTED, "other_listing_id": PALLETS}
    return MatchDismissed(**{**ABOUT, **ends}, company_id=company, reason=reason)


def test_someone_of_either_company_sets_a_match_aside_with_a_reason() -> None:
    match().when(dismissing()).then(dismissed())
    match().when(dismissing(KARIM, "not_them")).then(dismissed(BAKERY, "not_them"))
    match(dismissed()).when(dismissing()).then()
    match(dismissed()).when(dismissing(reason="quantity")).then(dismissed(reason="quantity"))


def test_nobody_else_can_and_not_without_a_reason_of_the_list() -> None:
    command = DismissMatch(**asked(KARIM), listing_id=PALLETS, other_listing_id=WANTED, reason="too_far")
    refusal = match().when(lambda held: matches.dismiss_match(command, held, OFFER, REQUEST, sawmill())).refusal
    assert isinstance(refusal, Forbidden)
    assert isinstance(match().when(dismissing(reason="because")).refusal, Refused)
    own = replace(REQUEST, company_id=SAWMILL)
    assert isinstance(match().when(dismissing(request=own)).refusal, NotFound)


def test_a_pair_in_which_an_exchange_stands_is_given_up_and_not_set_aside() -> None:
    standing = told(wanting(KARIM, other=REQUEST)).now
    assert standing is not None
    for by in (LEA, KARIM):
        assert isinstance(match().when(dismissing(by, offer=standing)).refusal, Conflict)
        assert isinstance(match().when(introducing(offer=standing)).refusal, Conflict)
    elsewhere = told(wanting(KARIM, other=replace(REQUEST, listing_id="listing-other"))).now
    assert elsewhere is not None
    match().when(dismissing(offer=elsewhere)).then(dismissed())


def test_a_dismissal_is_taken_back_within_a_week_by_whom_it_is() -> None:
    restored = MatchRestored(**{**ABOUT, "at": NOW + timedelta(days=1)}, company_id=SAWMILL)
    both = match(dismissed(), dismissed(BAKERY)).when(restoring())
    both.then(restored)
    assert both.now is not None
    assert set(both.now.dismissed_by) == {BAKERY}
    match(dismissed(BAKERY)).when(restoring()).then()
    late = match(dismissed()).when(restoring(days=UNDO_WITHIN.days + 0.1))
    assert isinstance(late.refusal, Refused)


def test_nobody_introduces_what_is_not_shown_to_their_zone() -> None:
    def theirs(visibility: Any) -> Listing:
        return replace(OFFER, zones={LA_ROCHE: "approved"}, content=replace(OFFER.content, visibility=visibility))

    here, there = jourdies(), replace(jourdies(), zone_id=LA_ROCHE)
    for zones, visibility, may in (
        ((here, there), "zone", False),
        ((here, there), "partners", False),
        ((here, there), "named", True),
        ((partner(here, there), partner(there, here)), "partners", True),
        ((partner(here, there), partner(there, here)), "zone", False),
    ):
        refusal = match().when(introducing(ANNE, theirs(visibility), *zones)).refusal
        assert (refusal is None) is may, (visibility, refusal)


def partner(zone: Zone, of: Zone) -> Zone:
    return replace(zone, partners=frozenset({of.zone_id}))


def test_only_who_facilitates_the_zone_judges_and_a_poor_match_needs_a_fault() -> None:
    match().when(judging()).then(MatchJudged(**ABOUT, zone_id=JOURDIES, verdict="poor", reason="tried"))
    good = MatchJudged(**ABOUT, zone_id=JOURDIES, verdict="good")
    match().when(judging(verdict="good", reason="tried")).then(good)
    match(good).when(judging(verdict="good", reason="")).then()
    assert isinstance(match().when(judging(reason="")).refusal, Refused)
    for by in (MARC, LEA):
        assert isinstance(match().when(judging(by)).refusal, NotFound)
        assert isinstance(match().when(introducing(by)).refusal, NotFound)


def test_two_companies_are_introduced_once_while_both_are_to_be_had_and_willing() -> None:
    once = match().when(introducing())
    (event,) = once.events
    assert isinstance(event, MatchIntroduced)
    assert (event.company_id, event.other_company_id, event.points) == (SAWMILL, BAKERY, 80)
    assert isinstance(once.when(introducing()).refusal, Conflict)
    assert isinstance(match(dismissed(BAKERY)).when(introducing()).refusal, Conflict)
    confided = replace(OFFER, content=replace(OFFER.content, visibility="facilitator"))
    for over in (replace(OFFER, life="withdrawn"), replace(OFFER, zones={JOURDIES: "pending"}), confided):
        assert isinstance(match().when(introducing(offer=over)).refusal, Conflict)


def test_every_reason_has_its_sentence() -> None:
    assert tuple(match_words.DISMISSALS) == DISMISSALS
    assert tuple(match_words.FAULTS) == FAULTS
