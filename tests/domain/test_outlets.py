"""Standing outlets: what a facilitator may tell of them, when they are open, and what they take."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain import outlets
from domain.matching import Excluded, Traits, traits
from domain.opening_hours import Opening, grouped, is_open, read_day
from domain.outlets import (
    AcceptedDraft,
    AmendOutlet,
    CloseOutlet,
    OpenOutlet,
    Outlet,
    OutletContent,
    OutletDraft,
    Taking,
)
from domain.quantities import Quantity
from domain.refused import Conflict, Forbidden, Refused
from tests.samples import ANNE, CENTRE, JOURDIES, LEA, asked, jourdies


def draft(*accepts: AcceptedDraft, **changes: Any) -> OutletDraft:
    said: dict[str, Any] = {"name": "Recyclerie", "place": CENTRE, "accepts": accepts or (AcceptedDraft("CAR"),)}
    return OutletDraft(**{**said, **changes})


def told(*accepts: AcceptedDraft, by: str = ANNE, **changes: Any) -> OutletContent:
    command = OpenOutlet(outlet_id="outlet-1", zone_id=JOURDIES, draft=draft(*accepts, **changes), **asked(by))
    (event,) = outlets.open_outlet(command, None, jourdies())
    assert isinstance(event, outlets.OutletOpened)
    return event.content


def offer(category: str, **said: Any) -> Traits:
    here: dict[str, Any] = {"latitude": 46.066, "longitude": 6.37}
    return traits(id="o", side="offer", title=said.pop("title", ""), category=category, company="c", **here, **said)


# --- opening hours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["8h30-12h, 14h-18h", "8:30–12:00 14:00–18:00", "08.30 à 12 et 14 à 18h00"])
def test_hours_are_read_as_people_write_them(typed: str) -> None:
    assert read_day(typed, 1, "day1") == (Opening(1, "08:30", "12:00"), Opening(1, "14:00", "18:00"))


@pytest.mark.parametrize("typed", ["", " ", "fermé", "Closed", "-"])
def test_a_closed_day_is_no_hours(typed: str) -> None:
    assert read_day(typed, 1, "day1") == ()


@pytest.mark.parametrize("typed", ["le matin", "25h-26h", "8h61-9h", "12h-8h", "8h-12h, 11h-13h", "8", "9-12" * 60])
def test_what_is_no_hours_is_refused_beside_its_day(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read_day(typed, 3, "day3")
    assert refused.value.field == "day3"


def test_days_with_the_same_hours_are_printed_together() -> None:
    week = [span for day in (1, 2, 3, 5) for span in read_day("8-12", day, "")] + [*read_day("9-11", 6, "")]
    assert [days for days, _spans in grouped(week)] == [(1, 2, 3), (5,), (6,)]
    assert is_open(week, datetime(2026, 3, 3, 9, 0))  # noqa: DTZ001 - by the clocks of the place
    assert not is_open(week, datetime(2026, 3, 3, 12, 0))  # noqa: DTZ001


# --- who may say what ----------------------------------------------------------------------------------------------


def test_a_facilitator_keeps_the_guide_and_nobody_else() -> None:
    with pytest.raises(Forbidden):
        told(by=LEA)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x"}, "name"),
        ({"accepts": ()}, "accepts"),
        ({"accepts": (AcceptedDraft("CAR.NOTHING"),)}, "accepts"),
        ({"accepts": (AcceptedDraft("CAR"),), "refuses": ("CAR",)}, "refuses"),
        ({"days": ("", "le soir")}, "day2"),
        ({"price": "x" * 401}, "price"),
    ],
)
def test_what_does_not_stand_is_refused_beside_it(changes: dict[str, Any], field: str) -> None:
    command = OpenOutlet(outlet_id="o", zone_id=JOURDIES, draft=replace(draft(), **changes), **asked(ANNE))
    with pytest.raises(Refused) as refused:
        outlets.open_outlet(command, None, jourdies())
    assert refused.value.field == field


def test_a_correction_is_made_on_what_was_read() -> None:
    known = Outlet("outlet-1", JOURDIES, told(), version=2)
    late = AmendOutlet(outlet_id="outlet-1", draft=draft(name="Autre"), **asked(ANNE, seen_version=1))
    with pytest.raises(Conflict):
        outlets.amend_outlet(late, known, jourdies())
    same = AmendOutlet(outlet_id="outlet-1", draft=draft(), **asked(ANNE, seen_version=2))
    assert outlets.amend_outlet(same, known, jourdies()) == []
    assert outlets.amend_outlet(same, replace(known, closed=True), jourdies())
    close = CloseOutlet(outlet_id="outlet-1", **asked(ANNE))
    assert outlets.close_outlet(close, replace(known, closed=True), jourdies()) == []


# --- what it takes -------------------------------------------------------------------------------------------------


def code(content: OutletContent, offered: Traits) -> str:
    found = outlets.takes(content, offered)
    return "takes" if isinstance(found, Taking) else found.code if isinstance(found, Excluded) else ""


def test_a_leaf_counts_before_its_family_and_a_refusal_before_the_family() -> None:
    content = told(AcceptedDraft("CAR"), AcceptedDraft("CAR.BOX", condition="B"), refuses=("CAR.MIX", "PAL"))
    found = outlets.takes(content, offer("CAR.BOX"))
    assert isinstance(found, Taking)
    assert found.line.category == "CAR.BOX"
    assert code(content, offer("CAR.OCC")) == "takes"
    assert code(content, offer("CAR.MIX")) == "refused"
    assert code(content, offer("PAL.STD")) == "refused"
    assert code(content, offer("MET.FER")) == ""


def test_hard_constraints_hold_for_outlets_too() -> None:
    content = told(AcceptedDraft("PAL.STD", condition="A"), AcceptedDraft("DEE.BAT"))
    assert code(content, offer("PAL.STD", attributes={"condition": "BROKEN"})) == "condition"
    assert code(content, offer("PAL.STD", attributes={"condition": "A", "ownership": "rental_pool"})) == "pool_owned"
    spent = offer("DEE.BAT", attributes={"hazardous": "true"})
    assert code(content, spent) == "hazardous"
    assert code(replace(content, licensed=True), spent) == "takes"


def test_the_smallest_lot_and_the_reach_count() -> None:
    content = told(AcceptedDraft("CAR.OCC", least=Quantity(Decimal("0.5"), "TNE")))
    assert code(content, offer("CAR.OCC", quantity=Quantity(Decimal(200), "KGM"))) == "minimum_lot"
    assert code(content, offer("CAR.OCC", quantity=Quantity(Decimal(2), "TNE"))) == "takes"
    far = replace(offer("CAR.OCC"), latitude=48.18, longitude=-0.13)
    assert code(content, far) == "distance"
