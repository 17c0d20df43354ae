"""The command line helps, answers with sentences, and ends with the exit code it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.cli import commands
from marketplace.database import Database
from marketplace.settings import Settings

ROOT = Path(__file__).parent.parent.parent


def marketplace(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, with these MARKETPLACE_… settings and no others."""
    environ = {
        name: value for name, value in os.environ.items() if "DATABASE" not in name and "MARKETPLACE" not in name
    }
    environ |= {f"MARKETPLACE_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "marketplace", *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def given(settings: Settings, tmp_path: Path) -> dict[str, str]:
    return {"var": str(tmp_path), "database_url": str(settings.database_url), "secret": settings.secret}


@pytest.mark.parametrize("command", [None, *commands.commands])
def test_every_command_explains_itself_in_a_full_sentence(command: str | None) -> None:
    said = CliRunner().invoke(commands, [*([command] if command else []), "--help"], prog_name="marketplace")
    assert said.exit_code == 0
    assert "Usage: marketplace" in said.stdout
    assert said.stderr == ""


def test_the_list_of_commands_is_readable_on_a_narrow_terminal() -> None:
    assert "..." not in marketplace("--help").stdout.partition("Commands:")[2]


@pytest.mark.parametrize(
    "words", [["dance"], ["match"], ["match", "no-such-file.csv"], ["migrate", "--fast"], ["digest"]]
)
def test_what_was_wrongly_asked_is_exit_code_2(words: list[str]) -> None:
    said = marketplace(*words)
    assert said.returncode == 2
    assert said.stdout == ""


def test_what_is_refused_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    said = marketplace("migrate", var=str(tmp_path), port="eight")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        "✗ MARKETPLACE_PORT cannot be used as it is. What it should hold: The port the web server listens on.\n"
    )


def test_a_database_that_does_not_answer_is_refused_with_its_reason() -> None:
    said = marketplace("migrate", database_url="host=127.0.0.1 port=1 dbname=nothing", secret="s" * 40)
    assert said.returncode == 1
    assert said.stderr.startswith("✗ The database does not answer: ")
    assert "Traceback" not in said.stderr


def test_migrating_says_what_ran_and_again_that_nothing_had_to(empty_database: Database, tmp_path: Path) -> None:
    given = {"var": str(tmp_path), "database_url": empty_database.url, "secret": "s" * 40}
    first = marketplace("migrate", **given)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("✓ 0000_roles\n")
    assert marketplace("migrate", **given).stdout.endswith("0 of them just now.\n")


def test_the_doctor_finds_a_healthy_site_well(given: dict[str, str]) -> None:
    said = marketplace("doctor", **given)
    assert (said.returncode, said.stderr) == (0, "")
    assert "✓ The database answers and keeps what it acknowledges" in said.stdout
    assert "✓ The schema is up to date" in said.stdout
    assert given["secret"] not in said.stdout


def test_the_doctor_names_what_is_wrong(empty_database: Database, tmp_path: Path) -> None:
    said = marketplace(
        "doctor", var=str(tmp_path), database_url=empty_database.url, secret="s" * 40, smtp_url="smtp://127.0.0.1:1"
    )
    assert said.returncode == 1
    assert "migrations: run `marketplace migrate`" in said.stdout
    assert "✗ The mail relay 127.0.0.1:1 does not answer" in said.stdout


def test_the_doctor_asks_the_port_that_mail_goes_to(tmp_path: Path) -> None:
    said = marketplace("doctor", var=str(tmp_path), smtp_url="smtp://someone:sesame@127.0.0.1")
    assert "The mail relay 127.0.0.1:587 does not answer" in said.stdout
    assert "sesame" not in said.stdout
    wrong = marketplace("doctor", var=str(tmp_path), smtp_url="smtp://127.0.0.1:99999")
    assert "✗ MARKETPLACE_SMTP_URL has no usable port." in wrong.stdout


def test_the_doctor_makes_no_database_of_its_own(tmp_path: Path) -> None:
    said = marketplace("doctor", var=str(tmp_path))
    assert said.returncode == 0
    assert "is not made yet" in said.stdout
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"host": "0.0.0.0"}, "leave MARKETPLACE_HOST at 127.0.0.1"),  # noqa: S104  # that is what is refused
        ({"database_url": "postgresql:///ours", "secret": "s" * 40}, "unset MARKETPLACE_DATABASE_URL"),
    ],
)
def test_the_demo_refuses_to_be_seen_or_to_touch_a_database_it_did_not_make(
    tmp_path: Path, wrong: dict[str, str], reason: str
) -> None:
    said = marketplace("demo", var=str(tmp_path), **wrong)
    assert said.returncode == 1
    assert reason in said.stderr


@pytest.mark.parametrize("command", ["serve", "schedule"])
def test_no_other_command_is_the_demo_by_the_back_door(tmp_path: Path, command: str) -> None:
    ours = {"database_url": "postgresql:///ours", "secret": "s" * 40}
    said = marketplace(command, var=str(tmp_path), demo="true", **ours)
    assert said.returncode == 1
    assert "unset MARKETPLACE_DATABASE_URL" in said.stderr
