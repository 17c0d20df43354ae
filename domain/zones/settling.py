"""Opening a zone, and settling what it is called, how it looks and what its policy is."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain import taxonomy
from domain.events import Private
from domain.refused import Conflict, Forbidden, Refused, _
from domain.zones.commands import ChooseLook, DescribeZone, OpenZone, SetZonePolicy
from domain.zones.events import (
    ACCENTS,
    LANGUAGES,
    MODERATIONS,
    WASTE_MODES,
    BrokerReceipt,
    WasteMode,
    ZoneDescribed,
    ZoneEvent,
    ZoneLookChosen,
    ZoneOpened,
    ZonePolicySet,
)
from domain.zones.rules import administered, one_line
from domain.zones.state import OPERATOR, Zone, evolve

WEEKDAYS: Final = range(1, 8)
HOURS: Final = range(24)
TRUSTED_AFTER: Final = range(1, 51)
REVIEW_HOURS: Final = range(1, 24 * 14 + 1)
LONGEST_SLUG: Final = 40
SLUG_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
LONGEST_WELCOME: Final = 140
MOST_FAMILIES: Final = 6
"""Families put in front: as many as a phone shows without scrolling."""


def open_zone(command: OpenZone, zone: Zone | None) -> list[ZoneEvent]:
    """Only the operator opens zones; the address is short, lower-case and ours to show in a URL."""
    if command.actor != OPERATOR:
        raise Forbidden(_("Only whoever runs this installation can open a zone."))
    if zone is not None:
        raise Conflict(_("There is already a zone at this address."), field="slug")
    if not 0 < len(command.slug) <= LONGEST_SLUG or not SLUG_CHARACTERS.issuperset(command.slug):
        raise Refused(_("An address has lower-case letters, figures and hyphens only."), field="slug")
    return [
        ZoneOpened(
            zone_id=command.zone_id,
            slug=command.slug,
            name=command.name,
            commune=command.commune,
            place=command.place,
            time_zone=_known_time_zone(command.time_zone),
            languages=_known_languages(command.languages),
            association=command.association,
            contact_mail=command.contact_mail,
        )
    ]


def describe_zone(command: DescribeZone, zone: Zone | None) -> list[ZoneEvent]:
    """Its address stays for ever; everything else it is known by may be said anew."""
    zone = administered(command, zone, _("Only an administrator of the zone can change what it is called."))
    event = ZoneDescribed(
        zone_id=command.zone_id,
        name=one_line(command.name, "name", missing=_("Say what people call the zone.")),
        commune=one_line(command.commune, "commune", missing=_("Say in which commune it lies.")),
        place=command.place,
        time_zone=_known_time_zone(command.time_zone),
        languages=_known_languages(command.languages),
        association=one_line(command.association, "association"),
        contact_mail=one_line(command.contact_mail, "contact_mail"),
    )
    return [] if evolve(zone, event) == zone else [event]


def choose_look(command: ChooseLook, zone: Zone | None) -> list[ZoneEvent]:
    """A colour among those whose contrast is measured, one line of welcome, and a few families in front."""
    zone = administered(command, zone, _("Only an administrator of the zone can change how it looks."))
    accent = zone.accent if command.accent is None else command.accent
    if accent not in ACCENTS:
        raise Refused(_("Choose one of the colours."), field="accent")
    welcome = " ".join((zone.welcome if command.welcome is None else command.welcome).split())
    if len(welcome) > LONGEST_WELCOME:
        raise Refused(_("This line has %(most)s characters at most."), field="welcome", most=LONGEST_WELCOME)
    wanted = zone.families if command.families is None else command.families
    families = tuple(family.code for family in taxonomy.families() if family.code in wanted)
    if len(families) > MOST_FAMILIES:
        raise Refused(_("Put %(most)s families in front at most."), field="families", most=MOST_FAMILIES)
    text = Private(command.zone_id, welcome) if welcome else None
    event = ZoneLookChosen(zone_id=command.zone_id, accent=accent, welcome=text, families=families)
    return [] if evolve(zone, event) == zone else [event]


def set_zone_policy(command: SetZonePolicy, zone: Zone | None) -> list[ZoneEvent]:
    """An administrator decides; saying again what already holds changes nothing."""
    zone = administered(command, zone, _("Only an administrator of the zone can change its policy."))
    waste = zone.waste if command.waste is None else command.waste
    event = ZonePolicySet(
        zone_id=command.zone_id,
        moderation=zone.moderation if command.moderation is None else command.moderation,
        digest_weekday=zone.digest_weekday if command.digest_weekday is None else command.digest_weekday,
        digest_hour=zone.digest_hour if command.digest_hour is None else command.digest_hour,
        review_within_hours=(
            zone.review_within_hours if command.review_within_hours is None else command.review_within_hours
        ),
        waste=waste,
        trusted_after=zone.trusted_after if command.trusted_after is None else command.trusted_after,
        receipt=_receipt(command, zone, waste),
    )
    _check_policy(event)
    return [] if evolve(zone, event) == zone else [event]


def _check_policy(event: ZonePolicySet) -> None:
    if event.moderation not in MODERATIONS:
        raise Refused(_("Choose when listings are read."), field="moderation")
    if event.digest_weekday not in WEEKDAYS:
        raise Refused(_("Choose a day from Monday to Sunday."), field="digest_weekday")
    if event.digest_hour not in HOURS:
        raise Refused(_("Choose an hour from 0 to 23."), field="digest_hour")
    if event.trusted_after not in TRUSTED_AFTER:
        raise Refused(_("Choose how many, from 1 to 50."), field="trusted_after")
    if event.review_within_hours not in REVIEW_HOURS:
        raise Refused(_("Choose a delay from one hour to two weeks."), field="review_within_hours")


def _receipt(command: SetZonePolicy, zone: Zone, waste: WasteMode) -> BrokerReceipt | None:
    """Only a declared broker has one, and none is declared with one that is over."""
    if waste not in WASTE_MODES:
        raise Refused(_("Choose what the zone does with waste."), field="waste")
    if waste != "broker":
        return None
    if command.receipt is None:
        if zone.receipt is None:
            raise Refused(_("A declared broker has a receipt: write its number."), field="receipt_number")
        return zone.receipt
    receipt = command.receipt
    if receipt != zone.receipt and receipt.expires_on < zone.day(command.now):
        raise Refused(_("This receipt is over: write the date of the new one."), field="receipt_expires_on")
    return BrokerReceipt(
        number=one_line(
            receipt.number, "receipt_number", missing=_("A declared broker has a receipt: write its number.")
        ),
        prefecture=one_line(receipt.prefecture, "receipt_prefecture", missing=_("Say which prefecture gave it.")),
        expires_on=receipt.expires_on,
    )


def _known_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name is also a path: too long, or a folder
        raise Refused(_("There is no time zone of this name."), field="time_zone") from None
    return name


def _known_languages(chosen: tuple[str, ...]) -> tuple[str, ...]:
    languages = tuple(language for language in LANGUAGES if language in chosen)
    if not languages:
        raise Refused(_("Choose French, English, or both."), field="languages")
    return languages
