"""Who could share the road: by origin, destination, days and hours, and never by how far apart companies are."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.routes import Apart, Journey, Place, Shared, clock, days, journey, place, share_the_road

SAID = {"origin": "Bonneville 74130", "destination": "Les Jourdies", "travel_days": "lun-ven", "leaves_at": "7h15"}


def shared(**changes: str) -> Shared | Apart:
    return share_the_road(journey(SAID), journey({**SAID, **changes}))


@pytest.mark.parametrize(
    "typed", ["St-Pierre en Faucigny", "74800 SAINT PIERRE EN FAUCIGNY", "saint-pierre-en-faucigny"]
)
def test_communes_are_known_however_they_are_written(typed: str) -> None:
    assert place(typed).is_at(place("Saint-Pierre-en-Faucigny"))
    assert not place("La Roche").is_at(place("Saint-Pierre"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Saint-Pierre 74800", "Saint-Pierre (74)", True),
        ("Saint-Pierre 74800", "Saint-Pierre", True),
        ("Saint-Pierre 74800", "Saint-Pierre 97410", False),
        ("Saint-Pierre (974)", "97410 Saint-Pierre", True),
        ("Ajaccio 20000", "Ajaccio 2A004", True),
        ("74800", "La Roche-sur-Foron 74800", True),
        ("74800", "La Roche-sur-Foron", None),
        ("St Pierre 74800", "Saint-Pierre-en-Faucigny 74800", True),
        ("Amancy 74800", "La Roche-sur-Foron 74800", False),
        ("Annecy cedex 9", "Annecy", True),
        ("", "Annecy", None),
        ("", "", None),
    ],
)
def test_communes_of_one_name_are_told_apart_by_their_departement(one: str, other: str, *, same: bool | None) -> None:
    assert place(one).is_at(place(other)) is same
    assert place(other).is_at(place(one)) is same


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lundi, mercredi", {1, 3}),
        ("mardi et jeudi", {2, 4}),
        ("lun-ven", {1, 2, 3, 4, 5}),
        ("du jeudi au samedi", {4, 5, 6}),
        ("Monday to Wednesday", {1, 2, 3}),
        ("en semaine", {1, 2, 3, 4, 5}),
        ("sam-lun", {6, 7, 1}),
        ("du lundi au vendredi sauf mercredi", {1, 2, 4, 5}),
        ("every day except Sunday", {1, 2, 3, 4, 5, 6}),
        ("sauf lundi", {2, 3, 4, 5, 6, 7}),
        ("lun-ven hors vacances scolaires", {1, 2, 3, 4, 5}),
        ("", set()),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, found: set[int]) -> None:
    assert days(typed) == found


def test_hours_are_read_as_people_write_them() -> None:
    assert [clock(typed) for typed in ("7h", "07:30", "vers 17h45", "tôt")] == [420, 450, 1065, None]


def test_the_same_road_at_about_the_same_hour_is_shared() -> None:
    found = shared(leaves_at="7h40", travel_days="mardi, jeudi")
    assert isinstance(found, Shared)
    assert found.pro == ("same_origin", "same_destination", "some_days", "same_leaves_at")
    assert found.share == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"origin": "Cluses"}, "origin"),
        ({"destination": "Annecy"}, "destination"),
        ({"travel_days": "samedi"}, "travel_days"),
        ({"leaves_at": "7h46"}, "leaves_at"),
    ],
)
def test_what_differs_keeps_them_apart(changes: dict[str, str], code: str) -> None:
    assert shared(**changes) == Apart(code)


def test_what_is_not_said_keeps_nobody_apart_and_is_asked() -> None:
    found = share_the_road(journey(SAID), Journey(destination=place("Les Jourdies")))
    assert isinstance(found, Shared)
    assert found.contra == ("ask_origin", "ask_days", "ask_leaves_at")


def test_a_return_load_goes_on_its_date() -> None:
    load = {"origin": "Lyon", "destination": "Bonneville", "travel_date": "2026-03-12"}
    assert isinstance(share_the_road(journey(load), journey(load)), Shared)
    assert share_the_road(journey(load), journey({**load, "travel_date": "2026-03-13"})) == Apart("travel_date")


journeys = st.builds(
    Journey,
    st.sampled_from([Place(), Place("bonneville"), Place("bonneville", "74130", "74"), Place("", "74130", "74")]),
    st.sampled_from([Place(), Place("jourdies")]),
    st.frozensets(st.integers(1, 7), max_size=3),
    st.one_of(st.none(), st.integers(0, 1439)),
    st.one_of(st.none(), st.integers(0, 1439)),
)


@given(journeys, journeys)
def test_it_is_the_same_from_both_ends(one: Journey, other: Journey) -> None:
    assert share_the_road(one, other) == share_the_road(other, one)


def test_around_midnight_is_around_midnight() -> None:
    for one, other in product(("23h50",), ("0h10",)):
        assert isinstance(shared(leaves_at=one), Apart)
        assert isinstance(share_the_road(journey({"leaves_at": one}), journey({"leaves_at": other})), Shared)
