"""The demonstration is one fixed, believable year that the rules accept from end to end."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from domain import companies, listings, matches, matching, members, taxonomy
from domain.commands import Command
from domain.places import Place, distance_km
from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.blobs import Blobs
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.demo.companies import COMPANIES, ZONES, site_of, synthetic_siret
from marketplace.demo.drawings import DRAWN
from marketplace.demo.filling import USE_CASES, fill, with_fresh
from marketplace.demo.flows import (
    AMENDED,
    AWAITING,
    AWAITING_AGAIN,
    FIRST_STORY,
    FLOWS,
    FRESH,
    ON_BEHALF,
    REJECTED,
    RENEWED,
    WITHDRAWN,
)
from marketplace.demo.people import PEOPLE, STAFF
from marketplace.demo.rehearsal import Rehearsal
from marketplace.demo.story import Story, anchor_monday, demo_people, tell
from marketplace.eventlog import EventLog, Registry
from marketplace.photos import ON_A_CARD, Photos

ANCHOR = date(2026, 3, 2)
"""Its year crosses both changes of the clocks."""


def followed(story: Story) -> Rehearsal:
    """The states after the story; every command of it changed something."""
    stage = Rehearsal()
    for command in story.commands:
        assert stage.decide(command), f"{command} changed nothing"
    return stage


@cache
def the_story() -> Story:
    return tell(ANCHOR)


@cache
def the_year() -> Rehearsal:
    return followed(the_story())


def posted() -> dict[str, listings.PostListing]:
    by_id = {
        command.listing_id: command for command in the_story().commands if isinstance(command, listings.PostListing)
    }
    return {key: by_id[listing_id] for key, listing_id in the_story().listings.items()}


def traits_of(key: str) -> matching.Traits:
    listing_id = the_story().listings[key]
    listing, place = the_year().listings[listing_id], posted_at(key)
    content = listing.content
    return matching.traits(
        id=listing_id,
        side=listing.side,
        title=str(content.title),
        text=str(content.description),
        company=listing.company_id,
        category=content.category,
        quantity=content.quantity,
        attributes=content.attributes,
        latitude=float(place.latitude),
        longitude=float(place.longitude),
        mode=content.mode,
        price=content.price,
    )


def posted_at(key: str) -> Place:
    command = posted()[key]
    return the_year().companies[command.company_id].sites[command.site_id]


def test_the_same_seed_and_anchor_tell_the_same_story() -> None:
    assert tell(ANCHOR) == the_story()


def test_another_seed_tells_the_same_listings_under_other_ids_and_times() -> None:
    other = tell(ANCHOR, seed=5)
    assert other.listings.keys() == the_story().listings.keys()
    assert not set(other.listings.values()) & set(the_story().listings.values())
    followed(other)


def test_the_rules_accept_every_command_and_each_changes_something() -> None:
    assert len(the_year().listings) == 158


@pytest.mark.parametrize("week", range(0, 52, 4))
def test_it_can_be_told_on_any_monday(week: int) -> None:
    followed(tell(ANCHOR + timedelta(weeks=week)))


def test_a_story_begins_on_a_monday_only() -> None:
    with pytest.raises(ValueError, match="not a Monday"):
        tell(ANCHOR + timedelta(days=1))


def test_the_anchor_is_the_monday_of_the_week_in_paris() -> None:
    assert anchor_monday(datetime(2026, 3, 8, 22, 59, tzinfo=UTC)) == ANCHOR
    assert anchor_monday(datetime(2026, 3, 8, 23, 0, tzinfo=UTC)) == ANCHOR + timedelta(days=7)


def test_everything_happens_in_order_within_about_a_year_before_the_anchor() -> None:
    moments = [command.now for command in the_story().commands]
    midnight = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Paris"))
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert midnight - timedelta(days=380) < moments[0] < midnight - timedelta(days=360)
    assert midnight - timedelta(days=4) < moments[-1] < midnight


def test_every_command_is_asked_once() -> None:
    ids = [command.command_id for command in the_story().commands]
    assert len(ids) == len(set(ids))


def test_every_command_has_its_use_case() -> None:
    assert {type(command) for command in the_story().commands} == set(USE_CASES)


def test_people_keep_their_ids_whatever_the_anchor() -> None:
    assert tell(ANCHOR + timedelta(weeks=1)).people == the_story().people == demo_people()


def test_the_six_people_play_their_parts() -> None:
    people, year = the_story().people, the_year()
    zone = year.zones["zone-jourdies"]
    assert len({person.member_id for person in people.everyone()}) == 6
    assert zone.allows(people.facilitator.member_id, "facilitator")
    assert zone.allows(people.moderator.member_id, "moderator")
    assert zone.allows(people.administrator.member_id, "administrator")
    assert all(held.allows(people.reader.member_id, "reader") for held in year.zones.values())
    for person in (people.giver, people.seeker):
        assert any(person.member_id in company.representatives for company in year.companies.values())
        assert zone.roles.get(person.member_id) is None


def test_whoever_posts_has_signed_in_before() -> None:
    joined: set[str] = set()
    for command in the_story().commands:
        if isinstance(command, members.JoinMember):
            joined.add(command.actor)
        assert not isinstance(command, listings.PostListing) or command.actor in joined


def test_listings_use_every_family_on_both_sides_and_some_english() -> None:
    assert {flow.category.partition(".")[0] for flow in FLOWS} == {family.code for family in taxonomy.families()}
    sides = Counter(flow.side for flow in FLOWS)
    assert min(sides.values()) >= 60
    english = {person.key for person in PEOPLE if person.language == "en"}
    assert 12 <= sum(flow.chosen.get("by") in english for flow in FLOWS) <= 18


def test_most_listings_are_still_open_and_some_ended_as_listings_do() -> None:
    lives = Counter(listing.life for listing in the_year().listings.values())
    assert 80 <= lives["open"] <= 110
    assert lives["withdrawn"] >= 15
    assert lives["expired"] >= 15


def test_a_few_listings_wait_for_the_moderator_and_a_few_were_rejected() -> None:
    open_now = [listing for listing in the_year().listings.values() if listing.life == "open"]
    assert sum("pending" in listing.zones.values() for listing in open_now) == len(AWAITING | AWAITING_AGAIN)
    rejected = [listing for listing in the_year().listings.values() if "rejected" in listing.zones.values()]
    assert len(rejected) == len(REJECTED) - 1, "one was put right"


def test_most_of_what_waits_came_in_a_few_hours_before_the_demonstration_is_opened() -> None:
    story, saturday = the_story(), datetime(2026, 3, 7, 18, tzinfo=UTC)
    keys = {listing_id: key for key, listing_id in story.listings.items()}
    commands = with_fresh(story.commands, keys, saturday)
    assert {command.command_id for command in commands} == {command.command_id for command in story.commands}
    assert all(earlier.now <= later.now for earlier, later in pairwise(commands))
    fresh = [command for command in commands if command.now > saturday - timedelta(hours=8)]
    assert {keys[command.listing_id] for command in fresh if isinstance(command, listings.PostListing)} == {*FRESH}
    assert FRESH.keys() < AWAITING


def test_the_last_two_weeks_are_busy() -> None:
    assert sum(flow.posted <= 14 for flow in FLOWS) >= 25


def test_what_became_of_a_listing_names_a_listing() -> None:
    keys = [flow.key for flow in FLOWS]
    assert len(keys) == len(set(keys))
    assert set(keys) >= {*AMENDED, *AWAITING, *AWAITING_AGAIN, *ON_BEHALF, *REJECTED, *RENEWED, *WITHDRAWN}


@pytest.mark.parametrize(("kind", "pair"), FIRST_STORY.items())
def test_the_first_story_is_open_visible_and_told_by_the_giver_and_the_seeker(kind: str, pair: tuple[str, str]) -> None:
    people = the_story().people
    for key, side, person in zip(pair, ("offer", "request"), (people.giver, people.seeker), strict=True):
        command, listing = posted()[key], the_year().listings[the_story().listings[key]]
        assert (command.side, command.actor) == (side, f"member:{person.member_id}")
        assert (listing.life, listing.zones) == ("open", {"zone-jourdies": "approved"})


@pytest.mark.parametrize("pair", FIRST_STORY.values(), ids=FIRST_STORY)
def test_the_pairs_of_the_first_story_go_into_the_mail(pair: tuple[str, str]) -> None:
    one, other = (traits_of(key) for key in pair)
    found = matching.judge(one, other)
    assert isinstance(found, matching.Match)
    assert found.points >= matching.MAILED


def test_companies_stand_in_their_zone_under_synthetic_sirets() -> None:
    centres = {zone.slug: zone.place for zone in ZONES}
    for number, company in enumerate(COMPANIES, start=1):
        centre = centres[company.home]
        siret = synthetic_siret(number)
        assert companies.checked_siret(siret) == siret
        assert siret.startswith("000000")
        assert distance_km(centre, site_of(company, centre)) < 1.2


def photos_of(command: Command) -> tuple[str, ...]:
    return (command.draft.photos or ()) if isinstance(command, listings.PostListing) else ()


def test_only_offers_of_the_demonstration_show_photos() -> None:
    shown = {flow.side for flow in FLOWS if flow.key in DRAWN}
    assert shown == {"offer"}
    assert set(DRAWN) <= {flow.key for flow in FLOWS}


def test_filling_enters_the_whole_year_with_its_own_times_and_filling_again_adds_nothing(database: Database) -> None:
    clock = Clock(database.url)
    anchor = anchor_monday(clock.now())
    log = EventLog(database.url, Registry(*EVENTS), clock)
    quiet = Console(quiet=True)
    with closing(log), database.pool(Role.APPEND, max_size=2) as connections:
        marketplace = Marketplace(log, secret=b"a secret of tests", history=True)
        photos = Photos(Blobs(connections, log.keys), log)
        assert fill(marketplace, photos, anchor, console=quiet) == demo_people()
        head = log.head()
        fill(marketplace, photos, anchor, console=quiet)
        assert log.head() == head
        story = tell(anchor)
        first = story.listings["epal-jardinerie"]
        of_matches = matches.SeeMatch | matches.DismissMatch | matches.JudgeMatch | matches.IntroduceMatch
        recorded = [(type(entry.event).__name__, entry.at) for entry in log.history(first)]
        told = [
            command.now
            for command in story.commands
            if getattr(command, "listing_id", None) == first and not isinstance(command, of_matches)
        ]
        names = ("ListingPosted", "ListingApproved", *3 * ("InterestShown",))
        assert recorded == list(zip(names, told, strict=True))
        hung = [photo for command in story.commands for photo in photos_of(command)]
        assert all(photos.show(photo, ON_A_CARD) for photo in hung)
        assert len(hung) > 25


def test_nobody_of_the_demonstration_can_be_mailed() -> None:
    assert all(re.fullmatch(r"[a-z.]+@[a-z-]+\.example", person.mail) for person in (*STAFF, *PEOPLE))


def test_every_company_has_someone_and_everyone_but_the_staff_has_a_company() -> None:
    assert {person.company for person in PEOPLE} == {company.key for company in COMPANIES}
