"""Catalogues, the language people are spoken to in, and tokens that only we can give out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from domain.refused import Refused
from marketplace.language import LANGUAGES, catalogue, preferred_language, refusal, translations
from marketplace.tokens import Signer

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)\w")


def test_english_says_every_message_as_it_is_written() -> None:
    assert translations("en").gettext("Your matches") == "Your matches"
    assert translations("en").ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s days"


def test_french_counts_as_french_does() -> None:
    assert translations("fr").ngettext("%(n)s day", "%(n)s days", 0) == "%(n)s jour"
    assert translations("fr").ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s jours"


def test_no_message_is_fuzzy_missing_or_wrongly_filled() -> None:
    for message in catalogue("fr"):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        assert not message.fuzzy, message.id
        assert all(said), message.id
        assert {name for text in said for name in PLACEHOLDER.findall(text)} <= {
            name for text in ids for name in PLACEHOLDER.findall(text)
        }, message.id


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9,fr;q=0.1", "en"),
        ("fr-CA", "fr"),
        ("de,en;q=0.5", "en"),
        ("de", "fr"),
        ("", "fr"),
        ("*;q=x,,;;", "fr"),
        ("fr;q=0,en", "en"),
    ],
)
def test_the_browser_says_which_language_it_prefers(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


def test_a_refusal_is_said_in_the_readers_language() -> None:
    refused = Refused("There is no such %(thing)s of tests.", thing="listing")
    assert [refusal(refused, language) for language in LANGUAGES] == ["There is no such listing of tests."] * 2


SIGNER = Signer(b"a secret of tests")


def test_a_token_gives_back_what_was_signed() -> None:
    token = SIGNER.sign("unsubscribe", "member-1")
    assert SIGNER.read("unsubscribe", token, now=NOW + timedelta(days=4_000)) == "member-1"
    assert "=" not in token


def test_a_token_serves_one_purpose_until_it_expires() -> None:
    token = SIGNER.sign("notice", "été:1", expires_at=NOW)
    assert SIGNER.read("notice", token, now=NOW - timedelta(seconds=1)) == "été:1"
    assert SIGNER.read("notice", token, now=NOW) is None
    assert SIGNER.read("unsubscribe", token, now=NOW - timedelta(seconds=1)) is None
    assert Signer(b"another secret").read("notice", token, now=NOW - timedelta(seconds=1)) is None


@pytest.mark.parametrize("token", ["", "a", "é" * 40, "A" * 5_000, "AAAA" * 20, "\0", "====", "-_" * 30])
def test_what_we_did_not_sign_is_nothing(token: str) -> None:
    assert SIGNER.read("unsubscribe", token, now=NOW) is None


def test_one_changed_character_spoils_a_token() -> None:
    token = SIGNER.sign("unsubscribe", "member-1")
    spoilt = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)]
    assert [SIGNER.read("unsubscribe", each, now=NOW) for each in spoilt] == [None] * len(spoilt)
