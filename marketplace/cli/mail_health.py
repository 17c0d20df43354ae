"""`marketplace doctor --mail`: whether mail from here would arrive, by the records given or found, and by a test."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from domain.refused import Refused
from marketplace.mail_records import Judged, amiss, judge, names_of, read_records, well
from marketplace.mails.rendering import Envelope, Written, address, domain_of
from marketplace.outbox import new_id
from marketplace.settings import LOOPBACK, Settings
from marketplace.smtp import Relay, relay_address

RESOLVER: Final = "dig"
RESOLVES_WITHIN: Final = 10.0
HOST_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,250}[a-z0-9])?", re.IGNORECASE)


def findings(settings: Settings, records: Path | None, selector: str) -> Iterator[Judged]:
    """What stands between the settings and an inbox."""
    domain = settings.mail_from.rpartition("@")[2].lower()
    bounce_domain = (settings.bounce_address or settings.mail_from).rpartition("@")[2].lower()
    if "." not in domain:
        yield amiss(f"Mail comes from {settings.mail_from}, which nobody can answer: set MARKETPLACE_MAIL_FROM.")
        return
    if urlsplit(settings.base_url).scheme != "https":
        yield amiss(f"Links in mail begin with {settings.base_url}: set MARKETPLACE_BASE_URL to an https:// one.")
    yield _relay(settings)
    if settings.bounce_address is None:
        yield amiss("Returned mail is not read: set MARKETPLACE_BOUNCE_ADDRESS and run `marketplace bounces`.")
    else:
        yield well(f"Returned mail comes back to {settings.bounce_address.replace('@', '+TOKEN@')}")
    known = _records(domain, bounce_domain, selector, records)
    if known is None:
        names = ", ".join(names_of(domain, bounce_domain, selector))
        yield amiss(
            f"The records of the domain were not looked at: there is no `{RESOLVER}` here. Give the TXT records of "
            f"{names} in a file: --records FILE",
        )
        return
    yield from judge(known, domain, bounce_domain, selector)


def send_test(settings: Settings, to: str, now: datetime) -> Judged:
    """Hand one mail to the relay, and say what it answered."""
    if settings.smtp_url is None:
        return amiss("No test was sent: MARKETPLACE_SMTP_URL is not set.")
    domain = domain_of(settings.base_url, settings.mail_from)
    said = (
        f"This mail shows that mail from {settings.name} arrives.\n\nIts headers say whether SPF, DKIM and DMARC pass."
    )
    envelope = Envelope(
        site=settings.name,
        mail_from=settings.mail_from,
        to=to,
        name="",
        date=now,
        message_id=f"{new_id()}@{domain}",
        language="en",
    )
    letter = address(
        Written(f"{settings.name}: a test", f"{said}\n", f"<p>{said.replace(chr(10) * 2, '</p><p>')}</p>"), envelope
    )
    with Relay(relay_address(settings.smtp_url)) as relay:
        outcome = relay.deliver(settings.mail_from, to, letter.source.encode("ascii"), lambda: True)
    answer = f"{outcome.code} {outcome.reply}".strip()
    if outcome.verdict == "sent":
        return well(f"The relay took a test for {to} ({answer}). Look whether it arrives, and not as spam.")
    return amiss(f"The relay did not take a test for {to}: {answer or outcome.verdict}")


def _relay(settings: Settings) -> Judged:
    if settings.smtp_url is None:
        return amiss("No relay is set, and mail waits in the outbox: set MARKETPLACE_SMTP_URL.")
    try:
        relay = relay_address(settings.smtp_url)
    except Refused as refused:
        return amiss(str(refused))
    open_text = not relay.tls and relay.starttls != "always" and relay.host not in LOOPBACK
    if open_text:
        return amiss(f"Mail may go to {relay.host} in clear: add ?starttls=always to MARKETPLACE_SMTP_URL.")
    return well(f"Mail goes to {relay.host}:{relay.port}, encrypted or on this machine.")


def _records(domain: str, bounce_domain: str, selector: str, file: Path | None) -> dict[str, list[str]] | None:
    if file is not None:
        return read_records(file.read_text(encoding="utf-8", errors="replace").splitlines())
    command = shutil.which(RESOLVER)
    if command is None:
        return None
    lines = []
    for name in names_of(domain, bounce_domain, selector):
        if HOST_NAME.fullmatch(name):
            asked = [command, "+noall", "+answer", "TXT", name]
            try:
                done = subprocess.run(asked, capture_output=True, text=True, timeout=RESOLVES_WITHIN, check=False)  # noqa: S603  # our own words, and a name that is one
            except (OSError, subprocess.TimeoutExpired):
                return None
            lines += done.stdout.splitlines()
    return read_records(lines)
