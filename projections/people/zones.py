"""How events change what is known of zones: their names, policy and look, who acts for them, when they close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from domain.events import Event
from domain.zones import (
    RoleGranted,
    RoleRevoked,
    ZoneClosingAnnounced,
    ZoneClosingCalledOff,
    ZoneDescribed,
    ZoneLookChosen,
    ZoneOpened,
    ZonePolicySet,
)
from projections.model import Group, Rows, opened
from projections.people.rows import ROLE, ZONE, RoleRow, Zone

OfZone = (
    ZoneOpened
    | ZoneDescribed
    | ZoneLookChosen
    | ZonePolicySet
    | RoleGranted
    | RoleRevoked
    | ZoneClosingAnnounced
    | ZoneClosingCalledOff
)
Changing = ZoneDescribed | ZoneLookChosen | ZonePolicySet | ZoneClosingAnnounced | ZoneClosingCalledOff


def of_zone(rows: Rows, event: OfZone) -> None:
    """Change what the event concerns."""
    match event:
        case ZoneOpened():
            rows.put(ZONE, Zone(zone_id=event.zone_id, slug=event.slug, **_described(event)))
        case RoleGranted():
            rows.put(ROLE, RoleRow(member_id=event.member_id, zone_id=event.zone_id, role=event.role))
        case RoleRevoked():
            rows.drop(ROLE, event.member_id, event.zone_id, event.role)
        case _:
            zone = rows.get(ZONE, event.zone_id)
            if zone is not None:
                rows.put(ZONE, replace(zone, **_changed(event)))


def touched(event: Event) -> Iterator[Group]:
    """The zone whose row an event changes."""
    if isinstance(event, Changing):
        yield ZONE, "zone_id", event.zone_id


def _changed(event: Changing) -> dict[str, Any]:
    match event:
        case ZoneDescribed():
            return _described(event)
        case ZoneLookChosen():
            return {"accent": event.accent, "welcome": opened(event.welcome), "families": event.families}
        case ZonePolicySet():
            receipt = event.receipt
            return {
                "moderation": event.moderation,
                "digest_weekday": event.digest_weekday,
                "digest_hour": event.digest_hour,
                "review_within_hours": event.review_within_hours,
                "waste": event.waste,
                "trusted_after": event.trusted_after,
                "receipt_number": receipt.number if receipt else "",
                "receipt_prefecture": receipt.prefecture if receipt else "",
                "receipt_expires_on": receipt.expires_on if receipt else None,
            }
        case ZoneClosingAnnounced():
            return {"closes_on": event.closes_on, "closing_reason": opened(event.reason)}
        case ZoneClosingCalledOff():
            return {"closes_on": None, "closing_reason": ""}


def _described(event: ZoneOpened | ZoneDescribed) -> dict[str, Any]:
    return {
        "name": event.name,
        "commune": event.commune,
        "latitude": event.place.latitude,
        "longitude": event.place.longitude,
        "time_zone": event.time_zone,
        "languages": event.languages,
        "association": event.association,
        "contact_mail": event.contact_mail,
    }
