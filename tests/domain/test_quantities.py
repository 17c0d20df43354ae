"""Amounts as people type them, and what they are worth in another unit."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quantities import (
    LARGEST,
    PLACES,
    Quantity,
    convert,
    months_in,
    parse_amount,
    parse_quantity,
    parse_typed,
    per_month,
    plain,
)
from domain.refused import Refused


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12", "12"),
        ("  12 ", "12"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234.50", "1234.5"),
        ("1\u2009234\u2009567", "1234567"),
        ("1'200", "1200"),
        ("0,000001", "0.000001"),
        (".5", "0.5"),
        ("0012", "12"),
        ("100", "100"),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, amount: str) -> None:
    assert str(parse_amount(typed)) == amount


@pytest.mark.parametrize(
    "typed",
    ["", " ", "12.5 t", "-3", "−3", "1e999", "NaN", "Infinity", "0", "0,000", "1.2.3", "1,234,567", "1.1234567", "٣",
     "²", "1 2", "9" * 10, "9" * 10_000, "0x10", "1_000", "1\x002", "💶", "<b>1</b>", "½"],
)  # fmt: skip
def test_what_is_not_a_positive_number_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_amount(typed, field="how_much")
    assert refused.value.field == "how_much"
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("typed", "mark", "amount"),
    [
        ("1 500", ",", "1500"),
        ("1\u202f500,5", ",", "1500.5"),
        ("1.500,5", ",", "1500.5"),
        ("1,500.5", ".", "1500.5"),
        ("1.500.000", ",", "1500000"),
        ("1,5", ",", "1.5"),
        ("1.5", ",", "1.5"),
        ("1,500", ",", "1.5"),
        ("0.500", ",", "0.5"),
    ],
)
def test_thousands_are_set_off_as_the_language_has_it(typed: str, mark: str, amount: str) -> None:
    assert str(parse_typed(typed, mark)) == amount


def test_thousands_that_could_be_decimals_are_asked_about_unless_one_counts_them() -> None:
    assert parse_typed("1.500", ",", counted=True) == parse_quantity("1,500", "H87", mark=".").amount == 1500
    for unit, typed, mark in (("TNE", "1.500", ","), ("TNE", "1,500", ".")):
        with pytest.raises(Refused) as refused:
            parse_quantity(typed, unit, mark=mark)
        assert refused.value.values == {"thousands": "1500", "decimals": f"1{mark}5"}


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_amount_or_a_refusal(typed: str) -> None:
    try:
        amount = parse_amount(typed)
    except Refused:
        return
    assert 0 < amount < LARGEST
    assert Quantity(amount, "KGM").amount == amount


@given(st.decimals(min_value=Decimal("0.000001"), max_value=LARGEST - 1, places=PLACES))
def test_an_amount_written_plainly_is_read_back(amount: Decimal) -> None:
    assert parse_amount(plain(amount)) == amount


@pytest.mark.parametrize("amount", ["0", "-1", "1E+500000000", "1E-7", "NaN", "Infinity", "1000000000"])
def test_a_stored_quantity_out_of_bounds_does_not_load(amount: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"amount": amount, "unit": "TNE", "per": None}, Quantity, strict=False)


def test_an_amount_is_stored_as_text() -> None:
    stored = msgspec.json.encode(Quantity(Decimal("1.50"), "TNE", "WEE"))
    assert stored == b'{"amount":"1.50","unit":"TNE","per":"WEE"}'
    assert msgspec.json.decode(stored, type=Quantity) == Quantity(Decimal("1.50"), "TNE", "WEE")


def test_a_unit_or_a_period_outside_the_list_is_refused_beside_its_field() -> None:
    for unit, per, field in (("tons", None, "unit"), ("TNE", "WEEK", "per")):
        with pytest.raises(Refused) as refused:
            parse_quantity("1", unit, per)
        assert refused.value.field == field


def test_within_a_dimension_conversion_is_exact() -> None:
    converted = convert(Quantity(Decimal("0.09"), "TNE"), "KGM")
    assert converted is not None
    assert (converted.amount, converted.estimated) == (Decimal(90), False)


def test_pieces_become_mass_by_the_usual_mass_and_say_they_are_estimated() -> None:
    converted = convert(Quantity(Decimal(40), "H87"), "TNE", "PAL.STD")
    assert converted is not None
    assert (converted.amount, converted.estimated) == (Decimal("0.72"), True)


def test_volume_becomes_mass_by_the_density_of_the_form() -> None:
    loose = convert(Quantity(Decimal(15), "MTQ"), "TNE", "CAR.OCC", "loose")
    baled = convert(Quantity(Decimal(15), "MTQ"), "TNE", "CAR.OCC", "baled")
    assert loose is not None
    assert baled is not None
    assert (loose.amount, baled.amount) == (Decimal("0.9"), Decimal("7.95"))
    assert loose.estimated


def test_what_cannot_be_known_is_not_converted() -> None:
    assert convert(Quantity(Decimal(1), "XBL"), "TNE", "CAR.OCC") is None
    assert convert(Quantity(Decimal(1), "H87"), "C62", "PAL.STD") is None
    assert convert(Quantity(Decimal(1), "MTQ"), "TNE", "PAL.STD") is None


def test_flows_are_compared_per_month() -> None:
    assert per_month(Quantity(Decimal(12), "TNE", "ANN")) == 1
    assert per_month(Quantity(Decimal(12), "TNE")) is None
    assert round(months_in("WEE"), 3) == Decimal("0.230")
