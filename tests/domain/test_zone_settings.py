"""What a zone settles: its look, its policy, its waste; how it closes; and whose federation it joins."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
from msgspec.structs import replace

from domain import dealings, federations, listings, zones
from domain.dealings import ShowInterest
from domain.federations import FederationFounded, ZoneInvited
from domain.refused import Forbidden, NotFound
from domain.zones import ACCENTS, NOTICE, BrokerReceipt, Zone, must_not_be_closed, waste_mode
from tests.domain.dealing import bakery
from tests.samples import (
    BAKERY,
    JOURDIES,
    KARIM,
    LA_ROCHE,
    MARC,
    NOW,
    PALLETS,
    asked,
    content,
    jourdies,
    later,
    listing_posted,
    pieces,
    post_listing,
    sawmill,
)
from tests.story import Story

ALIX = "member-alix"
TODAY = date(2026, 3, 3)
RECEIPT = BrokerReceipt(number="074-12", prefecture="Haute-Savoie", expires_on=date(2028, 1, 1))


def story(**now: Any) -> Story[Zone]:
    return Story.at(zones.evolve, replace(jourdies(), **now))


def policy(by: str = ALIX, **changes: Any) -> Any:
    command = zones.SetZonePolicy(**asked(by), zone_id=JOURDIES, **changes)
    return lambda zone: zones.set_zone_policy(command, zone)


def look(by: str = ALIX, **changes: Any) -> Any:
    command = zones.ChooseLook(**asked(by), zone_id=JOURDIES, **changes)
    return lambda zone: zones.choose_look(command, zone)


def closing(days: int, reason: str = "The park is sold.", by: str = ALIX) -> Any:
    command = zones.AnnounceClosing(
        **asked(by), zone_id=JOURDIES, closes_on=TODAY + timedelta(days=days), reason=reason
    )
    return lambda zone: zones.announce_closing(command, zone)


def test_one_part_of_the_policy_is_settled_without_the_others() -> None:
    story(digest_hour=9, trusted_after=5).when(policy(moderation="trusted")).state(
        moderation="trusted", digest_hour=9, trusted_after=5, waste="introduce"
    )


@pytest.mark.parametrize(
    ("field", "value"), [("trusted_after", 0), ("review_within_hours", 0), ("moderation", "never"), ("waste", "all")]
)
def test_what_no_zone_can_choose_is_refused_beside_its_field(field: str, value: Any) -> None:
    story().when(policy(**{field: value})).then_refused(field=field)


def test_a_declared_broker_has_a_receipt_that_is_good_and_others_have_none() -> None:
    story().when(policy(waste="broker")).then_refused("number", field="receipt_number")
    over = replace(RECEIPT, expires_on=TODAY - timedelta(days=1))
    story().when(policy(waste="broker", receipt=over)).then_refused(field="receipt_expires_on")
    declared = story().when(policy(waste="broker", receipt=RECEIPT)).state(waste="broker", receipt=RECEIPT)
    declared.when(policy(moderation="after")).state(receipt=RECEIPT)
    declared.when(policy(waste="off")).state(waste="off", receipt=None)


def test_a_broker_whose_receipt_is_over_introduces_and_no_more() -> None:
    last = RECEIPT.expires_on
    assert waste_mode("broker", RECEIPT, last) == "broker"
    assert waste_mode("broker", RECEIPT, last + timedelta(days=1)) == "introduce"
    assert waste_mode("broker", None, last) == "introduce"
    assert waste_mode("off", RECEIPT, last) == "off"


def shown_interest(zone: Zone, **content_of: Any) -> Story[listings.Listing]:
    posted = listing_posted(awaiting=(), content=content(**content_of))
    command = ShowInterest(
        **asked(KARIM),
        listing_id=PALLETS,
        exchange_id="exchange-1",
        company_id=BAKERY,
        quantity=pieces("10"),
        permit="Récépissé 074-9",
    )
    return Story(listings.evolve, posted).when(
        lambda listing: dealings.show_interest(command, listing, bakery(), sawmill(), {JOURDIES: zone})
    )


def test_a_zone_that_turned_waste_away_takes_no_new_interest_in_it() -> None:
    waste = {"attributes": {"status": "waste", "ewc": "15 01 03", "estimated_tonnes": "0.8"}}
    assert shown_interest(jourdies(), **waste).refusal is None
    off = replace(jourdies(), waste="off")
    shown_interest(off, **waste).then_refused("takes no listings of waste", kind=Forbidden)
    assert shown_interest(off).refusal is None


def test_a_look_is_a_measured_colour_a_line_and_a_few_families() -> None:
    story().when(look(accent="lake", welcome="  Bonjour \n voisins ", families=("CAR", "PAL", "none"))).state(
        accent="lake", welcome="Bonjour voisins", families=("PAL", "CAR")
    )
    story(accent="plum").when(look(welcome="Bonjour")).state(accent="plum")
    story().when(look(accent="pink")).then_refused(field="accent")
    story().when(look(welcome="x" * 141)).then_refused(field="welcome")
    story().when(look(by=MARC, accent="lake")).then_refused(kind=Forbidden)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("accent", [accent for accent in ACCENTS if accent != "pine"])
def test_every_accent_is_read_by_everyone(accent: str) -> None:
    css = files("web").joinpath("static/site.css").read_text("utf-8")
    found = re.search(rf"\.pick\.accent-{accent} \{{ --deep: (#\w{{6}}); --pine: (#\w{{6}}); \}}", css)
    assert found, accent
    for ground in found.groups():
        for ink in ("#ffffff", "#dcebe4", "#cfe3da", "#f3c56b"):
            assert (luminance(ink) + 0.05) / (luminance(ground) + 0.05) >= 4.5, (accent, ground, ink)


def test_a_zone_closes_on_a_day_that_leaves_time_for_what_is_under_way() -> None:
    story().when(closing(NOTICE.days - 1)).then_refused("30", field="closes_on")
    story().when(closing(400)).then_refused(field="closes_on")
    story().when(closing(60, reason="  ")).then_refused(field="reason")
    story().when(closing(60, by=MARC)).then_refused(kind=Forbidden)
    told = story().when(closing(60)).state(closes_on=TODAY + timedelta(days=60))
    told.when(closing(60)).then()
    off = zones.CallOffClosing(**asked(ALIX), zone_id=JOURDIES)
    told.when(lambda zone: zones.call_off_closing(off, zone)).state(closes_on=None)


def test_nothing_new_begins_in_a_closed_zone() -> None:
    zone = replace(jourdies(), closes_on=TODAY + timedelta(days=30))
    must_not_be_closed(zone, NOW)
    with pytest.raises(Forbidden, match="nothing new begins"):
        must_not_be_closed(zone, later(days=30))


def test_what_is_posted_goes_to_the_zones_that_are_open_and_a_closed_one_takes_no_interest() -> None:
    closed = replace(jourdies("after"), closes_on=TODAY)
    shown_interest(closed).then_refused("nothing new begins", kind=Forbidden)
    both = sawmill(**{JOURDIES: "admitted", LA_ROCHE: "admitted"})
    other = replace(jourdies("after"), zone_id=LA_ROCHE)
    (event,) = listings.post_listing(post_listing(), None, both, {JOURDIES: closed, LA_ROCHE: other})
    assert isinstance(event, listings.ListingPosted)
    assert event.zones == (LA_ROCHE,)
    with pytest.raises(Forbidden, match="nothing new begins"):
        listings.post_listing(post_listing(), None, sawmill(), {JOURDIES: closed})


def test_nobody_gives_themselves_a_role() -> None:
    grant = zones.GrantRole(**asked(ALIX), zone_id=JOURDIES, member_id=ALIX, role="moderator")
    story().when(lambda zone: zones.grant_role(grant, zone)).then_refused("another administrator", kind=Forbidden)


FEDERATION = "federation-arve"
founded = FederationFounded(federation_id=FEDERATION, slug="arve", name="Zones de l’Arve")
invited = ZoneInvited(federation_id=FEDERATION, zone_id=JOURDIES)


def joining(federation: federations.Federation | None, by: str = ALIX) -> Any:
    command = zones.JoinFederation(**asked(by), zone_id=JOURDIES, federation_id=FEDERATION)
    return lambda zone: zones.join_federation(command, zone, federation)


def test_a_zone_joins_a_federation_that_invited_it_and_leaves_alone() -> None:
    bare = federations.evolve(None, founded)
    story().when(joining(bare)).then_refused(kind=NotFound)
    asking = federations.evolve(bare, invited)
    story().when(joining(asking, by=MARC)).then_refused(kind=Forbidden)
    joined = story().when(joining(asking)).state(federations=frozenset({FEDERATION}))
    leave = zones.LeaveFederation(**asked(ALIX), zone_id=JOURDIES, federation_id=FEDERATION)
    joined.when(lambda zone: zones.leave_federation(leave, zone)).state(federations=frozenset())


def test_only_the_operator_looks_after_federations() -> None:
    found = federations.FoundFederation(**asked(ALIX), federation_id=FEDERATION, slug="arve", name="Arve")
    Story(federations.evolve).when(lambda held: federations.found_federation(found, held)).then_refused(kind=Forbidden)
    invite = federations.InviteZone(**asked(zones.OPERATOR), federation_id=FEDERATION, zone_id=JOURDIES)
    Story(federations.evolve, founded).when(lambda held: federations.invite_zone(invite, held)).then(invited)
    Story(federations.evolve).when(lambda held: federations.invite_zone(invite, held)).then_refused(kind=NotFound)
