"""The sign-in mail: written at the moment of sending, so that what opens the door is kept nowhere."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from marketplace.eventlog import EventLog
from marketplace.language import known_language
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import SignIn
from marketplace.outbox import Letter, Mail
from marketplace.recipients import recipient
from marketplace.settings import Settings
from marketplace.signing_in import LIFETIME, SignIns

FOLDER: Final = "sign_in"


class SignInWriter(Struct, frozen=True):
    """Writes sign-in mails for one site; name and address come from the log, which never lags."""

    site: str
    mail_from: str
    links: Links
    domain: str
    log: EventLog
    sign_ins: SignIns

    def __call__(self, mail: Mail, now: datetime) -> Letter | None:
        """Give out a link and a code, and write them down for their member; None when that person was erased."""
        person = recipient(self.log, mail.member_id)
        if person is None:
            return None
        language = known_language(mail.details.get("language", person.language))
        issued = self.sign_ins.issue(mail.member_id, to=mail.details.get("to", ""), now=now)
        minutes = int(LIFETIME.total_seconds()) // 60
        written = write(
            FOLDER,
            language,
            self.links,
            mail=SignIn(site=self.site, name=person.name, token=issued.token, code=issued.code, minutes=minutes),
        )
        envelope = Envelope(
            site=self.site,
            mail_from=self.mail_from,
            to=person.mail,
            name=person.name,
            date=now,
            message_id=f"{mail.id}@{self.domain}",
            language=language,
        )
        return address(written, envelope)


def sign_in_writer(settings: Settings, log: EventLog, sign_ins: SignIns) -> SignInWriter:
    """The writer of a site's sign-in mails."""
    return SignInWriter(
        site=settings.name,
        mail_from=settings.mail_from,
        links=Links(settings.base_url),
        domain=domain_of(settings.base_url, settings.mail_from),
        log=log,
        sign_ins=sign_ins,
    )
