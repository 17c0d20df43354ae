"""Standing outlets and drop-off points: where surplus may always go, when, on what terms, and what they refuse.

A facilitator keeps them. They match as takers do, under the same hard constraints, and print as the zone's guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain import matching, quantities, taxonomy
from domain.commands import Command
from domain.contradictions import CONDITIONS, contradiction
from domain.events import Event, Private
from domain.matching import Excluded, Traits, kilometres
from domain.opening_hours import DAYS, Opening, read_day
from domain.places import Place
from domain.quantities import Quantity
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

NAME_LENGTH: Final = (2, 120)
LONGEST_TEXT: Final = 400
MOST_LINES: Final = 60

# --- events -----------------------------------------------------------------------------------------------------


class Accepted(Struct, frozen=True):
    """One thing an outlet takes: a leaf or a whole family, on these conditions.

    `condition` is the worst grade it still takes, `least` the smallest lot; `conditions` is what else is to be known.
    """

    category: str
    conditions: Private
    condition: str = ""
    least: Quantity | None = None


class OutletContent(Struct, frozen=True, kw_only=True):
    """What there is to know of an outlet; its words are the zone's, which keeps its guide.

    `refuses` are leaves or families it turns away whatever it says of their family. `licensed` tells that its permits
    cover hazardous waste.
    """

    name: Private
    operator: Private
    address: Private
    place: Place
    hours: tuple[Opening, ...]
    hours_note: Private
    accepts: tuple[Accepted, ...]
    refuses: tuple[str, ...]
    price: Private
    permits: Private
    contact: Private
    licensed: bool = False


class OutletOpened(Event, frozen=True):
    """A zone tells its companies of an outlet."""

    outlet_id: str
    zone_id: str
    content: OutletContent


class OutletAmended(Event, frozen=True):
    """What the zone tells of it changed."""

    outlet_id: str
    content: OutletContent


class OutletClosed(Event, frozen=True):
    """The zone no longer sends anyone there."""

    outlet_id: str


OutletEvent = OutletOpened | OutletAmended | OutletClosed

# --- state ------------------------------------------------------------------------------------------------------


class Outlet(Struct, frozen=True):
    """What decisions need to know of an outlet."""

    outlet_id: str
    zone_id: str
    content: OutletContent
    closed: bool = False
    version: int = 0


def evolve(outlet: Outlet | None, event: OutletEvent) -> Outlet:
    """The outlet after `event`."""
    if isinstance(event, OutletOpened):
        return Outlet(event.outlet_id, event.zone_id, event.content)
    assert outlet is not None
    outlet = replace(outlet, version=outlet.version + 1)
    match event:
        case OutletAmended():
            return replace(outlet, content=event.content, closed=False)
        case OutletClosed():
            return replace(outlet, closed=True)


# --- commands ---------------------------------------------------------------------------------------------------


class AcceptedDraft(Struct, frozen=True):
    """A line of the form: what it takes, as it was chosen and typed."""

    category: str
    conditions: str = ""
    condition: str = ""
    least: Quantity | None = None


class OutletDraft(Struct, frozen=True, kw_only=True):
    """What the facilitator typed, before it is checked; `days` are the seven lines of opening hours, Monday first."""

    name: str
    place: Place
    operator: str = ""
    address: str = ""
    days: tuple[str, ...] = ()
    hours_note: str = ""
    accepts: tuple[AcceptedDraft, ...] = ()
    refuses: tuple[str, ...] = ()
    price: str = ""
    permits: str = ""
    contact: str = ""
    licensed: bool = False


class OpenOutlet(Command, frozen=True):
    """Tell the companies of a zone of an outlet."""

    outlet_id: str
    zone_id: str
    draft: OutletDraft


class AmendOutlet(Command, frozen=True):
    """Correct what is told of it; an outlet that was closed is open again."""

    outlet_id: str
    draft: OutletDraft


class CloseOutlet(Command, frozen=True):
    """Send nobody there any more."""

    outlet_id: str


# --- decisions --------------------------------------------------------------------------------------------------


def open_outlet(command: OpenOutlet, outlet: Outlet | None, zone: Zone) -> list[OutletEvent]:
    """A facilitator tells of an outlet."""
    _kept_by(command, zone)
    if outlet is not None:
        raise Conflict(_("This outlet is in the guide already."))
    content = _checked(zone.zone_id, command.draft)
    return [OutletOpened(outlet_id=command.outlet_id, zone_id=command.zone_id, content=content)]


def amend_outlet(command: AmendOutlet, outlet: Outlet | None, zone: Zone) -> list[OutletEvent]:
    """A facilitator corrects it, on what they have read of it."""
    outlet = _known(outlet)
    _kept_by(command, zone)
    if command.seen_version is not None and command.seen_version < outlet.version:
        raise Conflict(_("A colleague changed this outlet while you were writing: here is what it says now."))
    content = _checked(zone.zone_id, command.draft)
    if content == outlet.content and not outlet.closed:
        return []
    return [OutletAmended(outlet_id=outlet.outlet_id, content=content)]


def close_outlet(command: CloseOutlet, outlet: Outlet | None, zone: Zone) -> list[OutletEvent]:
    """A facilitator takes it out of the guide."""
    outlet = _known(outlet)
    _kept_by(command, zone)
    return [] if outlet.closed else [OutletClosed(outlet_id=outlet.outlet_id)]


def _known(outlet: Outlet | None) -> Outlet:
    if outlet is None:
        raise NotFound(_("There is no such outlet."))
    return outlet


def _kept_by(command: Command, zone: Zone) -> None:
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone keeps its guide."))


def _checked(zone_id: str, draft: OutletDraft) -> OutletContent:
    shortest, longest = NAME_LENGTH
    name = " ".join(draft.name.split())
    if not shortest <= len(name) <= longest:
        raise Refused(_("Give the outlet a name of %(least)s to %(most)s characters."), field="name",
                      least=shortest, most=longest)  # fmt: skip
    texts = {
        field: _text(zone_id, getattr(draft, field), field)
        for field in ("operator", "address", "hours_note", "price", "permits", "contact")
    }
    if not -90 <= draft.place.latitude <= 90 or not -180 <= draft.place.longitude <= 180:  # noqa: PLR2004 - degrees
        raise Refused(_("There is no such point on Earth."), field="latitude")
    hours = tuple(
        span for day, typed in zip(DAYS, draft.days, strict=False) for span in read_day(typed, day, f"day{day}")
    )
    if not draft.accepts:
        raise Refused(_("Say at least one thing it takes."), field="accepts")
    if len(draft.accepts) + len(draft.refuses) > MOST_LINES:
        raise Refused(_("An outlet has %(most)s lines at most."), field="accepts", most=MOST_LINES)
    accepts = tuple(_line(zone_id, line) for line in draft.accepts)
    refuses = tuple(dict.fromkeys(_category(code, "refuses") for code in draft.refuses))
    if both := {line.category for line in accepts} & set(refuses):
        label = taxonomy.label(min(both), "fr")
        raise Refused(_("“%(category)s” is both accepted and refused."), field="refuses", category=label)
    return OutletContent(
        name=Private(zone_id, name),
        place=draft.place,
        hours=hours,
        accepts=accepts,
        refuses=refuses,
        licensed=draft.licensed,
        **texts,
    )


def _line(zone_id: str, line: AcceptedDraft) -> Accepted:
    if line.condition and line.condition not in CONDITIONS:
        raise Refused(_("Choose one of the answers."), field="accepts")
    conditions = _text(zone_id, line.conditions, "accepts")
    return Accepted(_category(line.category, "accepts"), conditions, line.condition, line.least)


def _category(code: str, field: str) -> str:
    if code not in taxonomy.CATEGORIES:
        raise Refused(_("Choose what it is in the list."), field=field)
    return code


def _text(zone_id: str, typed: str, field: str) -> Private:
    text = typed.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(_("Write %(most)s characters at most."), field=field, most=LONGEST_TEXT)
    return Private(zone_id, text)


# --- matching ---------------------------------------------------------------------------------------------------


class Taking(Struct, frozen=True):
    """An outlet takes an offer: by which of its lines, and how far away it is."""

    line: Accepted
    km: float | None


def takes(content: OutletContent, offer: Traits) -> Taking | Excluded | None:
    """Whether an outlet takes what is offered, or what keeps it from doing so; None when it is not its trade.

    A line about the leaf counts before one about its family, and a refusal before a line about the family.
    """
    line = next((line for line in content.accepts if line.category == offer.category), None)
    if line is None:
        if offer.category in content.refuses:
            return Excluded("refused")
        line = next((line for line in content.accepts if line.category == offer.family), None)
    if line is None or offer.category is None:
        return Excluded("refused") if offer.family in content.refuses else None
    if offer.mode == "lend":
        return None
    need = _as_taker(line, content, offer.category)
    if (code := contradiction(offer, need)) is not None:
        return Excluded(code)
    if _too_little(line.least, offer):
        return Excluded("minimum_lot")
    km = kilometres(offer, need)
    return Excluded("distance") if km is not None and km > offer.reach_km else Taking(line, km)


def _as_taker(line: Accepted, content: OutletContent, category: str) -> Traits:
    attributes = {"licensed": "true"} if content.licensed else {}
    if line.condition:
        attributes["condition"] = line.condition
    return matching.traits(
        id="",
        side="request",
        title="",
        category=category,
        attributes=attributes,
        latitude=float(content.place.latitude),
        longitude=float(content.place.longitude),
    )


def _too_little(least: Quantity | None, offer: Traits) -> bool:
    if least is None or offer.quantity is None:
        return False
    found = quantities.convert(offer.quantity, least.unit, offer.category)
    return found is not None and found.amount < least.amount


def nearest_first(found: Sequence[tuple[str, Taking]]) -> list[tuple[str, Taking]]:
    """Outlets that take something, by their ids, the nearest first."""
    return sorted(found, key=lambda one: (Decimal(str(one[1].km or 0)), one[0]))
