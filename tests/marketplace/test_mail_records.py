"""The doctor of mail: records judged in plain words, whatever is wrong with them, and a test that is handed over."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marketplace.cli.mail_health import findings, send_test
from marketplace.mail_records import dkim, dmarc, judge, read_records, spf
from marketplace.settings import Settings
from tests.marketplace.test_scheduler import sink
from tests.marketplace.test_smtp import Sink

__all__ = ["sink"]

DOMAIN = "example.org"
KEY = "mail._domainkey.example.org"


@cache
def rsa(bits: int) -> str:
    public = generate_private_key(65_537, bits).public_key()
    return b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.mark.parametrize(
    ("record", "well", "said"),
    [
        (["v=spf1 include:relay.example -all"], True, "names its servers"),
        (["v=spf1 ip4:192.0.2.1 ~all"], True, "names its servers"),
        (["v=spf1 redirect=_spf.relay.example"], True, "names its servers"),
        ([], False, "no record"),
        (["google-site-verification=x"], False, "no record"),
        (["v=spf1 -all", "v=spf1 ~all"], False, "2 records"),
        (["v=spf1 include:a +all"], False, "lets everyone"),
        (["v=spf1 include:a all"], False, "lets everyone"),
        (["v=spf1 include:a ?all"], False, "says nothing"),
        (["v=spf1 include:a"], False, "does not end"),
        (["v=spf1 -all"], False, "nobody sends"),
        (["v=spf1 includes:a -all"], False, "nothing SPF knows"),
        (["v=spf1 " + "include:a " * 11 + "-all"], False, "look-ups"),
    ],
)
def test_what_spf_says(record: list[str], well: bool, said: str) -> None:  # noqa: FBT001  # a table of cases
    judged = list(spf({DOMAIN: record}, DOMAIN))
    assert judged[0].well is well
    assert said in judged[0].said


@pytest.mark.parametrize(
    ("record", "well", "said"),
    [
        (f"v=DKIM1; k=rsa; p={rsa(2048)}", True, "2048 bits."),
        (f"k=rsa; p={rsa(1024)}", True, "2048 would be better"),
        ("v=DKIM1; p=", False, "taken back"),
        ("v=DKIM1; p=%%%", False, "no base64"),
        (f"v=DKIM1; p={rsa(2048)[:-80]}", False, "damaged"),
        (f"v=DKIM2; p={rsa(2048)}", False, "v=DKIM1"),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", True, "Ed25519"),
    ],
)
def test_what_dkim_says(record: str, well: bool, said: str) -> None:  # noqa: FBT001  # a table of cases
    (judged,) = dkim({KEY: [record]}, DOMAIN, "mail")
    assert judged.well is well
    assert said in judged.said


def test_a_key_that_is_missing_unnamed_or_on_trial_is_told() -> None:
    assert "no record" in next(dkim({}, DOMAIN, "mail")).said
    assert "--selector" in next(dkim({}, DOMAIN, "")).said
    trial = [judged.said for judged in dkim({KEY: [f"v=DKIM1; t=y; p={rsa(2048)}"]}, DOMAIN, "mail")]
    assert "t=y" in trial[-1]


@pytest.mark.parametrize(
    ("record", "bounces", "well", "said"),
    [
        (["v=DMARC1; p=reject; rua=mailto:a@example.org"], DOMAIN, True, "says reject"),
        (["v=DMARC1; p=none"], DOMAIN, True, "only watches"),
        (["v=DMARC1; p=maybe"], DOMAIN, False, "no policy"),
        ([], DOMAIN, False, "no record"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], DOMAIN, False, "2 records"),
    ],
)
def test_what_dmarc_says(record: list[str], bounces: str, well: bool, said: str) -> None:  # noqa: FBT001  # a table
    judged = list(dmarc({f"_dmarc.{DOMAIN}": record}, DOMAIN, bounces))
    assert judged[0].well is well
    assert said in judged[0].said


def test_a_return_path_elsewhere_leaves_all_to_dkim() -> None:
    records = {f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject; rua=mailto:a@b.c"]}
    assert "all rests on DKIM" in list(dmarc(records, DOMAIN, "relay.example"))[-1].said
    assert len(list(dmarc(records, DOMAIN, "bounces.example.org"))) == 1


ZONE = f"""\
; what dig and zone files write
example.org.          3600 IN TXT "v=spf1 include:relay.example -all"
example.org.          3600 IN MX  10 mx.example.org.
mail._domainkey.example.org. IN TXT "v=DKIM1; k=rsa; " "p={rsa(2048)[:200]}" "{rsa(2048)[200:]}"
_dmarc.example.org 300 IN TXT v=DMARC1;p=quarantine;rua=mailto:a@example.org
"""


def test_records_are_read_as_tools_write_them() -> None:
    records = read_records(ZONE.splitlines())
    assert all(judged.well for judged in judge(records, DOMAIN, DOMAIN, "mail"))


def test_the_settings_are_looked_at_too(tmp_path: Path) -> None:
    said = [judged.said for judged in findings(Settings(), None, "")]
    assert "nobody can answer" in said[0]
    settings = Settings(mail_from="site@example.org", base_url="http://site", smtp_url="smtp://relay.example")
    file = tmp_path / "records"
    file.write_text(ZONE)
    told = {judged.said: judged.well for judged in findings(settings, file, "mail")}
    wrong = [sentence for sentence, well in told.items() if not well]
    assert len(wrong) == 3
    assert "https://" in wrong[0]
    assert "in clear" in wrong[1]
    assert "MARKETPLACE_BOUNCE_ADDRESS" in wrong[2]


@pytest.fixture
def relayed(sink: tuple[Sink, str]) -> tuple[Sink, Settings]:
    return sink[0], Settings(mail_from="site@example.org", base_url="https://site.example", smtp_url=sink[1])


def test_a_test_is_handed_to_the_relay_and_its_answer_told(relayed: tuple[Sink, Settings]) -> None:
    taking, settings = relayed
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert send_test(settings, "me@example.org", now).well
    assert b"Auto-Submitted: auto-generated" in taking.taken[0]
    taking.faults["RCPT"] = "550 5.1.1 no such user"
    refused = send_test(settings, "me@example.org", now)
    assert not refused.well
    assert "no such user" in refused.said
