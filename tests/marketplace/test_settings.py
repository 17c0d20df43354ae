"""Settings come from the environment, and what cannot be right is refused with its name."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from marketplace.settings import PREFIX, Misconfigured, Settings, documented, read_settings

SECRET = "a secret of tests, long enough to be one"


@pytest.fixture
def var(tmp_path: Path) -> dict[str, str]:
    return {"MARKETPLACE_VAR": str(tmp_path / "var")}


def test_nothing_set_is_a_site_on_this_machine_with_its_own_database(var: dict[str, str]) -> None:
    settings = read_settings(var)
    assert (settings.embedded, settings.loopback, settings.demo) == (True, True, False)
    assert (settings.name, settings.base_url) == ("Gisement", "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eight"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("BASE_URL", "gisement.example"),
        ("BASE_URL", "https://gisement.example/"),
        ("SMTP_URL", "relay.example:25"),
        ("MAIL_FROM", "nobody"),
        ("LOG_LEVEL", "loud"),
        ("DEMO", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_name(var: dict[str, str], variable: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{PREFIX}{variable} cannot be used"):
        read_settings({**var, PREFIX + variable: value})


def test_a_mistyped_setting_is_refused_rather_than_ignored(var: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="MARKETPLACE_SMTPURL is not a setting"):
        read_settings({**var, "MARKETPLACE_SMTPURL": "smtp://relay.example"})


def test_the_usual_name_of_a_database_address_is_read_and_ours_goes_first(var: dict[str, str]) -> None:
    usual = {**var, "DATABASE_URL": "postgresql:///usual", "MARKETPLACE_SECRET": SECRET}
    assert read_settings(usual).database_url == "postgresql:///usual"
    assert (
        read_settings({**usual, "MARKETPLACE_DATABASE_URL": "postgresql:///ours"}).database_url == "postgresql:///ours"
    )


def test_an_empty_setting_is_an_unset_one(var: dict[str, str]) -> None:
    assert read_settings({**var, "MARKETPLACE_DATABASE_URL": " ", "DATABASE_URL": ""}).embedded


def test_the_embedded_site_makes_its_secret_once_and_keeps_it_to_itself(var: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as several:
        secrets = {settings.secret for settings in several.map(read_settings, [var] * 8)}
    assert len(secrets) == 1
    file = Path(var["MARKETPLACE_VAR"], "secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret"]


def test_a_damaged_secret_is_not_replaced_in_silence(var: dict[str, str]) -> None:
    file = Path(var["MARKETPLACE_VAR"], "secret")
    file.parent.mkdir()
    file.write_text("", encoding="ascii")
    with pytest.raises(Misconfigured, match="is damaged"):
        read_settings(var)


def test_with_a_database_of_ones_own_the_secret_must_be_given(var: dict[str, str]) -> None:
    own = {**var, "MARKETPLACE_DATABASE_URL": "postgresql:///ours"}
    with pytest.raises(Misconfigured, match="MARKETPLACE_SECRET is missing"):
        read_settings(own)
    with pytest.raises(Misconfigured, match="MARKETPLACE_SECRET is too short"):
        read_settings({**own, "MARKETPLACE_SECRET": "short"})


def test_every_setting_is_documented_and_none_shows_a_password() -> None:
    settings = Settings(
        database_url="postgresql://site:hunter2@db.example/site",
        smtp_url="smtp://post:hunter2@relay.example",
        secret=SECRET,
    )
    lines = list(documented(settings))
    assert [name for name, _, _ in lines] == [PREFIX + field.upper() for field in Settings.__struct_fields__]
    assert all(description.endswith(".") or "…" in description for _, _, description in lines)
    shown = " ".join(value for _, value, _ in lines)
    assert "hunter2" not in shown
    assert SECRET not in shown
    assert "postgresql://site:…@db.example/site" in shown
