"""What a person is told by mail, at once, when the ways into their account change: whoever did not do it finds out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, cast

from msgspec import Struct

from domain.refused import _
from marketplace.eventlog import EventLog
from marketplace.language import translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import SecurityNotice
from marketplace.outbox import URGENCY, Letter, Mail, Outbox, new_id
from marketplace.recipients import recipient
from marketplace.settings import Settings

FOLDER: Final = "security"
TEMPLATE: Final = f"{FOLDER}/1"
WORTH_SENDING: Final = timedelta(days=3)

Change = Literal[
    "passphrase_set",
    "passphrase_changed",
    "passphrase_removed",
    "passkey_made",
    "passkey_removed",
    "authenticator_set",
    "authenticator_removed",
    "recovery_renewed",
    "recovery_used",
    "token_made",
]
CHANGES: Final[dict[Change, str]] = {
    "passphrase_set": _("A passphrase now opens your account."),
    "passphrase_changed": _("The passphrase of your account was changed."),
    "passphrase_removed": _("The passphrase of your account was removed."),
    "passkey_made": _("A passkey was added to your account."),
    "passkey_removed": _("A passkey was removed from your account."),
    "authenticator_set": _("An authenticator now protects your account."),
    "authenticator_removed": _("The authenticator was removed from your account."),
    "recovery_renewed": _("New recovery codes were made for your account; the former ones are void."),
    "recovery_used": _("A recovery code was used on your account."),
    "token_made": _("A program was given access to your account."),
}


def tell(outbox: Outbox, member_id: str, change: Change, *, device: str, now: datetime) -> None:
    """Have a person told; `device` is in a few words from what it was done."""
    outbox.post_alone(
        Mail(
            id=new_id(),
            kind="security",
            member_id=member_id,
            state="due",
            told="outcome",
            urgency=URGENCY["security"],
            template=TEMPLATE,
            details={"change": change, "device": device},
            created_at=now,
            due_at=now,
            give_up_at=now + WORTH_SENDING,
        )
    )


class SecurityWriter(Struct, frozen=True):
    """Writes them for one site, to whoever the log says the person is."""

    site: str
    mail_from: str
    links: Links
    domain: str
    log: EventLog

    def __call__(self, mail: Mail, now: datetime) -> Letter | None:  # noqa: ARG002  # a writer like the others
        """Give the letter; None when that person was erased."""
        person = recipient(self.log, mail.member_id)
        if person is None:
            return None
        change = cast("Change", mail.details["change"])
        said = SecurityNotice(
            site=self.site,
            name=person.name,
            sentence=translations(person.language).gettext(CHANGES[change]),
            device=mail.details["device"],
        )
        envelope = Envelope(
            site=self.site,
            mail_from=self.mail_from,
            to=person.mail,
            name=person.name,
            date=mail.created_at,
            message_id=f"{mail.id}@{self.domain}",
            language=person.language,
        )
        return address(write(FOLDER, person.language, self.links, mail=said), envelope)


def security_writer(settings: Settings, log: EventLog) -> SecurityWriter:
    """The writer of a site's notices."""
    return SecurityWriter(
        site=settings.name,
        mail_from=settings.mail_from,
        links=Links(settings.base_url),
        domain=domain_of(settings.base_url, settings.mail_from),
        log=log,
    )
