"""What two companies that match should ask each other first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.quantities import Quantity
from domain.questions import CODES, MOST, to_ask
from marketplace import match_words
from tests.domain.test_matching import offer, pieces, request

BOXES: dict[str, Any] = {"category": "CAR.BOX", "quantity": pieces(100)}
CARRIED = {"delivery": "either"}


def asked(one: Any, other: Any) -> list[tuple[str, str]]:
    return [(question.code, question.listing_id) for question in to_ask(one, other)]


@pytest.mark.parametrize(
    ("supply", "need", "expected"),
    [
        ({}, {"dimension_mm": "400x600"}, [("dimension_mm", "o"), ("delivery", "o")]),
        ({"dimension_mm": "400x600", **CARRIED}, {}, [("dimension_mm", "r")]),
        (CARRIED, {}, [("dimension_mm", "o")]),
        ({"dimension_mm": "400x600", **CARRIED}, {"dimension_mm": "400x600"}, []),
        (
            {"dimension_mm": "400x600"},
            {"dimension_mm": "400x600", "condition": "B"},
            [("condition", "o"), ("delivery", "o")],
        ),
        ({"dimension_mm": "400x600", "condition": "B", **CARRIED}, {"dimension_mm": "400x600"}, []),
    ],
)
def test_what_one_side_does_not_say_is_asked_of_it(
    supply: dict[str, str], need: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    one = offer("cartons", attributes=supply, **BOXES)
    other = request("cherche cartons", attributes=need, **BOXES)
    assert asked(one, other) == asked(other, one) == expected


def test_two_questions_are_enough_whatever_is_missing() -> None:
    one = offer("cartons", **{**BOXES, "quantity": None})
    wants = {"dimension_mm": "400x600", "condition": "B", "use_intent": "reuse", "food_grade": "true"}
    assert len(to_ask(one, request("cherche cartons", attributes=wants, **BOXES))) == MOST


def test_an_amount_that_cannot_be_compared_is_asked_in_the_unit_of_the_need() -> None:
    one = offer("atelier", category="SRV.LIFE", quantity=pieces(3))
    (question, *_) = to_ask(one, request("cherche", category="SRV.LIFE", quantity=quantity("2", "HUR")))
    assert (question.code, question.listing_id, question.unit) == ("quantity", "o", "HUR")


def test_what_the_quantity_says_is_not_asked_again() -> None:
    seats: dict[str, Any] = {"category": "SRV.TRAIN", "quantity": quantity("8", "C62")}
    course = {"course_code": "SST_MAC"}
    one = offer("recyclage SST", attributes=course, **seats)
    assert "capacity" not in dict(asked(one, request("recyclage SST", attributes=course, **seats)))
    room: dict[str, Any] = {"category": "ESP.ROOM", "quantity": quantity("1", "DAY")}
    assert ("capacity", "o") in asked(offer("salle", **room), request("salle", **room))


def quantity(amount: str, unit: str) -> Quantity:
    return Quantity(Decimal(amount), unit)


def test_every_question_has_its_sentence() -> None:
    assert set(match_words.QUESTIONS) == set(CODES)
