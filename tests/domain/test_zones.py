"""Zones: who opens them, who sets their policy, who gives roles."""

from __future__ import annotations

from typing import Any

import pytest

from domain import zones
from domain.refused import Conflict, Forbidden, NotFound
from domain.zones import (
    OPERATOR,
    GrantRole,
    OpenZone,
    RevokeRole,
    RoleGranted,
    RoleRevoked,
    SetZonePolicy,
    ZoneOpened,
    ZonePolicySet,
)
from tests.samples import ANNE, CENTRE, JOURDIES, MARC, asked
from tests.story import Story

opened = ZoneOpened(
    zone_id=JOURDIES,
    slug="jourdies",
    name="ZAE Les Jourdies",
    commune="Saint-Pierre-en-Faucigny",
    place=CENTRE,
    time_zone="Europe/Paris",
)
administrator = RoleGranted(zone_id=JOURDIES, member_id="member-alix", role="administrator")


def opening(by: str = OPERATOR, **changes: Any) -> Any:
    command = OpenZone(
        **{
            **asked(by),
            "zone_id": JOURDIES,
            "slug": "jourdies",
            "name": "ZAE Les Jourdies",
            "commune": "Saint-Pierre-en-Faucigny",
            "place": CENTRE,
            "time_zone": "Europe/Paris",
            **changes,
        }
    )
    return lambda zone: zones.open_zone(command, zone)


def setting(by: str = "member-alix", **changes: Any) -> Any:
    policy = {"moderation": "after", "digest_weekday": 2, "digest_hour": 8, **changes}
    command = SetZonePolicy(**asked(by), zone_id=JOURDIES, **policy)
    return lambda zone: zones.set_zone_policy(command, zone)


def test_the_operator_opens_a_zone_once() -> None:
    Story(zones.evolve).when(opening()).then(opened).state(moderation="before", digest_weekday=1)
    Story(zones.evolve, opened).when(opening()).then_refused(kind=Conflict)


def test_nobody_else_opens_a_zone() -> None:
    Story(zones.evolve).when(opening(by=ANNE)).then_refused(kind=Forbidden)


@pytest.mark.parametrize("slug", ["", "Les Jourdies", "a" * 41, "zone/à"])
def test_an_address_must_fit_in_an_address(slug: str) -> None:
    Story(zones.evolve).when(opening(slug=slug)).then_refused(field="slug")


@pytest.mark.parametrize("time_zone", ["Europe/Nowhere", "", "../etc/passwd", "/etc/localtime"])
def test_a_time_zone_must_exist(time_zone: str) -> None:
    Story(zones.evolve).when(opening(time_zone=time_zone)).then_refused(field="time_zone")


def test_an_administrator_sets_the_policy() -> None:
    Story(zones.evolve, opened, administrator).when(setting()).then(
        ZonePolicySet(zone_id=JOURDIES, moderation="after", digest_weekday=2, digest_hour=8)
    ).state(moderation="after")


def test_a_policy_that_already_holds_changes_nothing() -> None:
    same: dict[str, Any] = {"moderation": "before", "digest_weekday": 1, "digest_hour": 7}
    Story(zones.evolve, opened, administrator).when(setting(**same)).then()


@pytest.mark.parametrize(("field", "value"), [("digest_weekday", 8), ("digest_weekday", 0), ("digest_hour", 24)])
def test_a_day_and_an_hour_are_those_of_a_week(field: str, value: int) -> None:
    Story(zones.evolve, opened, administrator).when(setting(**dict[str, Any]({field: value}))).then_refused(field=field)


def test_others_do_not_set_the_policy_nor_that_of_a_zone_that_is_not() -> None:
    Story(zones.evolve, opened, administrator).when(setting(by=ANNE)).then_refused(kind=Forbidden)
    Story(zones.evolve).when(setting()).then_refused(kind=NotFound)


def test_a_role_is_granted_once_and_revoked_once() -> None:
    grant = GrantRole(**asked("member-alix"), zone_id=JOURDIES, member_id=MARC, role="moderator")
    revoke = RevokeRole(**asked("member-alix"), zone_id=JOURDIES, member_id=MARC, role="moderator")
    granted = RoleGranted(zone_id=JOURDIES, member_id=MARC, role="moderator")
    revoked = RoleRevoked(zone_id=JOURDIES, member_id=MARC, role="moderator")
    reads = RoleGranted(zone_id=JOURDIES, member_id=MARC, role="reader")
    Story(zones.evolve, opened, administrator, reads).when(lambda zone: zones.grant_role(grant, zone)).then(granted)
    Story(zones.evolve, opened, administrator, granted).when(lambda zone: zones.grant_role(grant, zone)).then()
    Story(zones.evolve, opened, administrator, granted).when(lambda zone: zones.revoke_role(revoke, zone)).then(revoked)
    Story(zones.evolve, opened, administrator).when(lambda zone: zones.revoke_role(revoke, zone)).then()


def test_nobody_acts_for_a_zone_without_having_accepted() -> None:
    grant = GrantRole(**asked("member-alix"), zone_id=JOURDIES, member_id=MARC, role="moderator")
    taking = GrantRole(**asked(MARC), zone_id=JOURDIES, member_id=MARC, role="moderator")
    Story(zones.evolve, opened, administrator).when(lambda zone: zones.grant_role(grant, zone)).then_refused("invite")
    Story(zones.evolve, opened, administrator).when(lambda zone: zones.take_role(taking, zone)).one(RoleGranted)
    Story(zones.evolve, opened, administrator).when(lambda zone: zones.take_role(grant, zone)).then_refused(
        kind=Forbidden
    )


def test_the_last_administrator_stays() -> None:
    revoke = RevokeRole(**asked("member-alix"), zone_id=JOURDIES, member_id="member-alix", role="administrator")
    Story(zones.evolve, opened, administrator).when(lambda zone: zones.revoke_role(revoke, zone)).then_refused(
        "name another one first"
    )
