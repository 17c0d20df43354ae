"""An authenticator's digits are those of RFC 6238, hold for a minute around, and none works twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.one_time_codes import STEP, address_of, code_at, spelled, step_of

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 23, 9, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_digits_are_those_of_the_standards_own_examples(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // STEP) == code


def test_a_phone_may_be_half_a_minute_wrong_and_no_more() -> None:
    step = int(NOW.timestamp()) // STEP
    for drift, accepted in ((-2, None), (-1, step - 1), (0, step), (1, step + 1), (2, None)):
        assert step_of(SECRET, code_at(SECRET, step + drift), NOW) == accepted


def test_a_code_that_was_used_is_none_any_more_and_neither_are_those_before() -> None:
    step = int(NOW.timestamp()) // STEP
    assert step_of(SECRET, code_at(SECRET, step), NOW, after=step) is None
    assert step_of(SECRET, code_at(SECRET, step - 1), NOW, after=step) is None
    later = NOW + timedelta(seconds=STEP)
    assert step_of(SECRET, code_at(SECRET, step + 1), later, after=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "é" * 6, "١٢٣٤٥٦", "0" * 5_000])
def test_what_is_no_code_is_a_wrong_code(typed: str) -> None:
    assert step_of(SECRET, typed, NOW) is None


def test_an_authenticator_reads_the_secret_the_site_and_the_address() -> None:
    address = address_of(SECRET, site="Gisement & Cie", mail="léa@jourdies.example")
    assert address.startswith("otpauth://totp/Gisement%20%26%20Cie:l%C3%A9a@jourdies.example?")
    assert f"secret={spelled(SECRET)}&issuer=Gisement%20%26%20Cie" in address
    assert spelled(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
