"""Proof of mail: what was sent to me, byte for byte, what an administrator sees of it, and what an erasure leaves."""

from __future__ import annotations

from datetime import timedelta

from marketplace.application import Marketplace
from marketplace.erasing import erase
from marketplace.inviting import PURPOSE
from marketplace.outbox import Kind, Letter, Mail, new_id
from marketplace.reading import visible
from marketplace.sending import Rules, Sender
from marketplace.smtp import DemonstrationInbox
from tests.web.conftest import Site

SOURCE = (
    "From: Gisement <site@example.org>\r\nTo: lea@lea.example\r\nSubject: Du carton\r\nMIME-Version: 1.0\r\n"
    "List-Unsubscribe: <https://x.org/unsubscribe/SECRET>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour canary-mail\r\nhttps://x.org/answer/SECRET\r\n"
)
LETTER = Letter("lea@lea.example", "Du carton", SOURCE)
PERIOD = "2026-W47"


def sent(site: Site, name: str = "lea", kind: Kind = "digest", zone: str = "jourdies") -> Mail:
    """A mail that left."""
    now = site.services.clock.now()
    mail = Mail(
        id=new_id(), kind=kind, member_id=site.story.members[name], state="due",
        told="nothing" if kind == "digest" else "outcome", zone_id=site.story.zones[zone],
        period=PERIOD if kind == "digest" else "", sha256=LETTER.sha256, template="t/1", created_at=now, due_at=now,
        give_up_at=now + timedelta(days=1),
    )  # fmt: skip
    assert site.services.outbox.post_alone(mail, LETTER)
    market = site.services.marketplace
    rules = Rules(return_path=lambda _mail: "site@example.org")
    Sender(
        site.services.outbox, DemonstrationInbox(), market, site.log, site.services.clock, rules=rules, writers={}
    ).work()
    with site.database.connect() as connection:
        visible(connection, site.log.head(), ["mail_log"], within=10)
    return mail


def test_i_see_every_mail_i_was_sent_with_its_exact_bytes(site: Site) -> None:
    digest, news, other = sent(site), sent(site, kind="exchange"), sent(site, "karim", kind="exchange")
    browser = site.browser("lea")
    weekly = browser.get("/account/mails").text
    assert f"/account/mails/{PERIOD}" in weekly
    assert "taken by the mail server" in weekly
    rest = browser.get("/account/mails?kind=other").text
    assert news.id in rest
    assert "Du carton" in rest
    assert other.id not in rest
    for which in (PERIOD, digest.id, news.id):
        page = browser.get(f"/account/mails/{which}")
        assert "canary-mail" in page.text
        assert LETTER.sha256 in page.text
    assert "The log holds the same fingerprint." in browser.get(f"/account/mails/{PERIOD}").text
    bytes_ = browser.get(f"/account/mails/{news.id}/source")
    assert bytes_.content == SOURCE.encode()
    assert bytes_.headers["content-type"].startswith("text/plain")
    for missing in (other.id, new_id(), "nonsense", "2026-W01", "%00"):
        assert browser.get(f"/account/mails/{missing}").status_code in (400, 404), missing
        assert browser.get(f"/account/mails/{missing}/source").status_code in (400, 404)
    assert browser.get("/account/mails?kind=other&before=nonsense").status_code == 200


def test_an_administrator_sees_who_got_what_and_is_seen_looking(site: Site) -> None:
    sent(site)
    news = sent(site, kind="exchange")
    decision = sent(site, kind="decision")
    lea, admin = site.story.members["lea"], site.browser("alix")
    people = admin.get(f"/z/jourdies/mails-sent?period={PERIOD}").text
    assert "Lea" in people
    assert "taken by the mail server" in people
    assert "Lea" in admin.get(f"/z/jourdies/mails-sent/to/{lea}").text
    shown = admin.get(f"/z/jourdies/mails-sent/mail/{lea}~{PERIOD}").text
    assert "canary-mail" in shown
    assert "SECRET" not in shown
    assert "SECRET" not in admin.get(f"/z/jourdies/mails-sent/mail/{lea}~{decision.id}").text
    between = admin.get(f"/z/jourdies/mails-sent/mail/{lea}~{news.id}").text
    assert "canary-mail" not in between
    assert LETTER.sha256 in between
    looked = site.browser("lea").get("/account/mails").text
    assert looked.count(f"/account/mails/{news.id}") == 0
    assert looked.count(f"/account/mails/{decision.id}") == 1
    for name in ("lea", "karim"):
        assert site.browser(name).get("/z/jourdies/mails-sent").status_code in (403, 404)
    karim = site.story.members["karim"]
    for missing in (f"{karim}~{decision.id}", f"{lea}~{new_id()}", "~", "x"):
        assert admin.get(f"/z/jourdies/mails-sent/mail/{missing}").status_code == 404


def test_after_its_days_or_an_erasure_the_text_is_gone_and_the_proof_stays(site: Site) -> None:
    news = sent(site, kind="exchange")
    outbox, now = site.services.outbox, site.services.clock.now()
    assert outbox.drop_letters(now + timedelta(days=9), timedelta(days=10)) == 0
    assert outbox.drop_letters(now + timedelta(days=11), timedelta(days=10)) == 1
    page = site.browser("lea").get(f"/account/mails/{news.id}").text
    assert "canary-mail" not in page
    assert LETTER.sha256 in page
    later = sent(site, kind="exchange")
    sent(site)
    member = site.story.members["lea"]
    erase(member, site.database, Marketplace(site.log, secret=b"x" * 32), site.services.clock)
    found = outbox.message(later.id)
    assert found is not None
    assert (found.letter, found.mail.sha256) == (None, LETTER.sha256)
    assert b"canary-mail" not in str(site.rows("SELECT * FROM site.outbox")).encode()
    admin = site.browser("alix")
    assert "A person who is erased" in admin.get(f"/z/jourdies/mails-sent?period={PERIOD}").text
    assert admin.get(f"/z/jourdies/mails-sent/to/{member}").status_code == 404


def test_an_invitation_lets_its_person_in_once_and_a_look_at_it_nobody(site: Site) -> None:
    site.story.person("zoe", "jourdies")
    with site.database.connect() as connection:
        visible(connection, site.log.head(), ["people"], within=10)
    member, now = site.story.members["zoe"], site.services.clock.now()
    token = site.services.signer.sign(PURPOSE, member, expires_at=now + timedelta(days=14))
    scanner = site.browser()
    for _look in range(2):
        assert scanner.get(f"/invitation/{token}").status_code == 200
        assert scanner.client.head(f"/invitation/{token}").status_code == 200
    guest = site.browser()
    assert "Zoe" in guest.get(f"/invitation/{token}").text
    assert guest.send(f"/invitation/{token}").headers["location"] == "/me"
    assert guest.get("/account").status_code == 200
    late = site.browser()
    assert late.get(f"/invitation/{token}").status_code == 410
    assert late.send(f"/invitation/{token}").status_code in (403, 410)
    expired = site.services.signer.sign(PURPOSE, site.story.members["karim"], expires_at=now - timedelta(days=1))
    assert site.browser().get(f"/invitation/{expired}").status_code == 410
