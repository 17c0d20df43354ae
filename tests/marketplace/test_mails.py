"""Letters: any title, any name, any address; headers that mail programs understand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from jinja2 import UndefinedError
from msgspec.structs import replace

from marketplace.exchange_letter import MOST_LINES, MOST_REASONS
from marketplace.language import LANGUAGES
from marketplace.links import Links, without_secrets
from marketplace.mails.rendering import Envelope, Written, address, cleaned, domain_of, write
from marketplace.mails.views import (
    DecisionCard,
    ExchangeNews,
    Invitation,
    Line,
    QueueSummary,
    RenewalLine,
    SecurityNotice,
    SignIn,
    WeeklyDigest,
    ZoneNote,
)

ENVELOPE = Envelope(
    site="Gisement",
    mail_from="site@example.org",
    to="lea@example.org",
    name="Léa Dupont",
    date=datetime(2026, 11, 23, 6, tzinfo=UTC),
    message_id="1@example.org",
    language="fr",
    list_id="jourdies.weekly.example.org",
    unsubscribe=Links("https://example.org").unsubscribe("A-_" * 60),
)
WRITTEN = Written("Du carton près de chez vous", "Bonjour,\n\nl’offre d'à côté\n\n-- \nGisement\n", "<p>Bonjour</p>")
LINKS = Links("https://example.org")


def sent(written: Written = WRITTEN, envelope: Envelope = ENVELOPE) -> EmailMessage:
    return message_from_bytes(address(written, envelope).source.encode("ascii"), policy=default)


def test_each_part_is_readable_alone() -> None:
    message = sent()
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == WRITTEN.text
    assert html.get_content().strip() == WRITTEN.html
    assert message["Subject"] == WRITTEN.subject
    assert str(message["To"]) == "Léa Dupont <lea@example.org>"


def test_a_long_unsubscribe_link_stands_on_one_line_as_it_is() -> None:
    source = address(WRITTEN, ENVELOPE).source
    assert f"\r\nList-Unsubscribe: <{ENVELOPE.unsubscribe}>\r\n" in source
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in source
    assert "\r\nList-Id: <jourdies.weekly.example.org>\r\n" in source


def test_a_mail_one_asked_for_has_no_list() -> None:
    message = sent(envelope=replace(ENVELOPE, list_id="", unsubscribe=""))
    assert message["List-Unsubscribe"] is None
    assert message["List-Id"] is None


HOSTILE = "Palettes\r\nBcc: everyone@example.org\r\n\r\n<script>"


@pytest.mark.parametrize("text", [HOSTILE, "a\nb", "a\u2028b", "a\0b", "\u202eevil", "x" * 10_000, "🦆\ud800", ""])
def test_no_title_name_or_site_breaks_out_of_its_header(text: str) -> None:
    written = replace(WRITTEN, subject=cleaned(text))
    message = sent(written, replace(ENVELOPE, name=text, site=text))
    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"])
    assert len(str(message["Subject"])) <= 200
    assert str(message["To"]).endswith("lea@example.org>") or message["To"] == "lea@example.org"


@pytest.mark.parametrize("to", ["not an address", "a@b\r\nBcc: c@d", "", "@", "é@example.org"])
def test_an_address_that_cannot_be_is_left_for_the_relay_to_refuse(to: str) -> None:
    message = sent(envelope=replace(ENVELOPE, to=to))
    assert message["Bcc"] is None


def test_a_line_break_in_a_title_reaches_the_subject_as_a_space() -> None:
    line = Line(
        listing_id="listing-1", kind="offer", side="offer", title="50 palettes\r\nEurope <b>", category_code="PAL.EPAL1"
    )
    digest = WeeklyDigest(site="Gisement", name="Léa", zone="Z", zone_slug="z", unsubscribe_token="t", news=(line,))
    for language in LANGUAGES:
        written = write("weekly_digest", language, LINKS, mail=digest)
        assert "50 palettes Europe <b>" in written.subject
        assert "Europe <b>" in written.text
        assert "Europe &lt;b&gt;" in written.html


def test_every_mail_is_written_in_every_language_with_absolute_links() -> None:
    renewal = RenewalLine(listing_id="listing-1", title="Palettes", ends_on=datetime(2026, 12, 1, tzinfo=UTC).date())
    digest = WeeklyDigest(
        site="Gisement", name="Léa", zone="Z", zone_slug="z", unsubscribe_token="t", renewals=(renewal,)
    )
    sign_in = SignIn(site="Gisement", name="Léa", token="abc", code="123456")
    for language in LANGUAGES:
        for folder, mail in (("weekly_digest", digest), ("sign_in", sign_in)):
            written = write(folder, language, LINKS, mail=mail)
            assert "https://example.org/" in written.text
            assert 'href="/' not in written.html
            assert "{{" not in written.html + written.text + written.subject
    assert "123456" in write("sign_in", "fr", LINKS, mail=sign_in).subject


def test_a_template_that_wants_what_is_not_there_is_a_fault_and_no_blank() -> None:
    sign_in = SignIn(site="Gisement", name="Léa", token="abc", code="123456")
    with pytest.raises(UndefinedError):
        write("weekly_digest", "fr", LINKS, mail=sign_in)


INVITATION = Invitation(
    site="Gisement", name="Zoé", zone="Les Jourdies", zone_slug="jourdies", association="ASL des Jourdies",
    token="t" * 90, until=date(2026, 12, 7), unsubscribe_token="u" * 90, contact_mail="contact@example.org",
)  # fmt: skip
QUEUE = QueueSummary(
    site="Gisement", name="Alix", zone="Les Jourdies", zone_slug="jourdies", waiting=3, oldest="mardi", late=True,
    notices=1, appeals=2,
)  # fmt: skip
NOTE = ZoneNote(
    site="Gisement", name="Alix", zone="Les Jourdies", zone_slug="jourdies", about="charter", charter_id="charter-1",
    title="Charte", before=1, words="Une semaine pour répondre.", day=date(2027, 1, 4), contact_mail="z@example.org",
)  # fmt: skip
MANY = WeeklyDigest(
    site="Gisement", name="Léa", zone="Les Jourdies", zone_slug="jourdies", unsubscribe_token="t" * 90,
    news=tuple(
        Line(listing_id=f"l-{number}", kind="offer", side="offer", title="Palettes é" * 20, category_code="PAL.EPAL1")
        for number in range(8)
    ),
)  # fmt: skip
ONLINE = DecisionCard(
    listing_id=f"listing-{'1' * 36}", title="Palettes é" * 12, line="En ligne : " + "Palettes é" * 12, head="En ligne",
    lead="Approuvée :", after="Vos voisins la voient.", do="Voir", href=LINKS.listing(f"listing-{'1' * 36}"),
)  # fmt: skip
REFUSED = replace(
    ONLINE, ground="Il manque une précision", sentence="Quel format ? " * 40, label="Exposé des motifs",
    statement=LINKS.statement("jourdies", ONLINE.listing_id, 1),
)  # fmt: skip
DECIDED = ExchangeNews(
    site="Gisement", name="Léa", zone="Les Jourdies", zone_slug="jourdies", subject="48 décisions", cards=(),
    decisions=(REFUSED,) * MOST_REASONS, in_short=(ONLINE,) * MOST_LINES, more_decisions=152,
)  # fmt: skip
EACH = [
    ("weekly_digest", MANY),
    ("sign_in", SignIn(site="Gisement", name="Léa", token="abc", code="123456")),
    ("security", SecurityNotice(site="Gisement", name="Léa", sentence="Une clé d’accès.", device="Firefox · Linux")),
    ("invitation", INVITATION),
    ("invitation", replace(INVITATION, again=True, association="")),
    ("queue", QUEUE),
    ("exchange", DECIDED),
    *(
        ("zone_note", replace(NOTE, about=about))
        for about in ("charter", "closing", "handover", "handover_off", "receipt_ends", "receipt_over")
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("folder", "mail"), EACH)
def test_every_mail_is_small_fetches_nothing_and_is_readable_in_the_dark_and_as_text(
    folder: str, mail: Any, language: str
) -> None:
    written = write(folder, language, LINKS, mail=mail)
    letter = address(written, replace(ENVELOPE, language=language))
    assert len(letter.source) < 40_000
    html = written.html.lower()
    assert "<img" not in html
    assert "url(" not in html
    assert "<link" not in html
    assert "<script" not in html
    assert "prefers-color-scheme: dark" in html
    assert 'name="color-scheme" content="light dark"' in html
    assert f'lang="{language}"' in html
    text = written.text
    assert "<" not in text.replace("<b>", "")
    assert "&" not in text.replace("&utm", "")
    # Whoever reads the text alone can do all that the other part offers.
    steps = set(re.findall(r'href="https://example\.org/([a-z-]+)', written.html)) - {"z"}
    assert steps <= set(re.findall(r"https://example\.org/([a-z-]+)", text))


def test_machines_answer_no_mail_and_a_thread_is_named() -> None:
    message = sent(envelope=replace(ENVELOPE, thread="exchange-1@example.org"))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["In-Reply-To"] == message["References"] == "<exchange-1@example.org>"


def test_other_eyes_see_where_links_lead_and_cannot_follow_them() -> None:
    text = "a https://x.org/answer/SECRET?y=1 b <https://x.org/unsubscribe/SECRET> c https://x.org/listings/listing-1"
    assert "SECRET" not in without_secrets(text)
    assert "listing-1" in without_secrets(text)
    for step in ("invitation", "mail-choices", "sign-in", "still-true", "quote", "calendar", "charter"):
        assert "SECRET" not in without_secrets(f"https://x.org/{step}/SECRET")


@pytest.mark.parametrize(
    ("base_url", "mail_from", "domain"),
    [
        ("https://gisement.example.org", "x@mail.example.org", "gisement.example.org"),
        ("http://127.0.0.1:8000", "x@mail.example.org", "mail.example.org"),
        ("http://localhost:8000", "gisement@localhost", "localhost"),
    ],
)
def test_mails_are_numbered_under_the_sites_own_name(base_url: str, mail_from: str, domain: str) -> None:
    assert domain_of(base_url, mail_from) == domain
