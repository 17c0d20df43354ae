"""A supplier was given a personal link: where there is a mail address, the link is sent there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5

from domain import purchases, taxonomy, zones
from domain.events import Event, Recorded
from domain.purchases import Purchase, PurchaseProposed, SupplierInvited
from domain.zones import Zone
from marketplace import supplier_links
from marketplace.eventlog import EventLog
from marketplace.language import known_language, translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import QuoteRequest
from marketplace.outbox import URGENCY, Letter, Mail
from marketplace.purchase_words import FORM_NAMES
from marketplace.reactions import Reaction
from marketplace.settings import Settings
from marketplace.supplier_links import Asked
from marketplace.tokens import Signer
from marketplace.wording import Wording

NAME: Final = "asking_suppliers"
FOLDER: Final = "quote_request"
TEMPLATE: Final = f"{FOLDER}/1"
MAILS: Final = UUID("7d0c2f4e-3a8e-5b6f-8f2f-2b8f1a9c6e41")
"""Under which the ids of these mails are made: the same invitation, the same mail."""


def asking_suppliers(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset({SupplierInvited}), _Asking(settings, log).react)


class _Asking:
    def __init__(self, settings: Settings, log: EventLog) -> None:
        self._settings = settings
        self._links = Links(settings.base_url)
        self._signer = Signer(settings.secret.encode())
        self._domain = domain_of(settings.base_url, settings.mail_from)
        self._log = log

    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """One mail to the supplier; none when the link was made to be handed over otherwise, or its address erased."""
        event = recorded.event
        if not isinstance(event, SupplierInvited) or event.mail is None or event.mail.text is None:
            return
        purchase = self._log.load(recorded.stream, purchases.evolve, snapshot=Purchase).state
        proposed = self._first(recorded.stream)
        zone = self._log.load(purchase.zone_id, zones.evolve).state if purchase else None
        if purchase is None or not isinstance(proposed, PurchaseProposed) or zone is None:
            return
        letter = self._letter(recorded, event, event.mail.text, proposed, zone)
        yield self._mail(recorded, event, zone.zone_id, letter), letter

    def _mail(self, recorded: Recorded, event: SupplierInvited, zone_id: str, letter: Letter) -> Mail:
        return Mail(
            id=self._mail_id(event),
            kind="quote_request",
            member_id=event.invitation_id,
            zone_id=zone_id,
            state="due",
            told="outcome",
            urgency=URGENCY["quote_request"],
            message_id=f"{self._mail_id(event)}@{self._domain}",
            sha256=letter.sha256,
            template=TEMPLATE,
            items=(event.purchase_id,),
            subjects=(zone_id,),
            created_at=recorded.at,
            due_at=recorded.at,
            give_up_at=event.until,
        )

    def _letter(
        self, recorded: Recorded, event: SupplierInvited, to: str, proposed: PurchaseProposed, zone: Zone
    ) -> Letter:
        """In the first language of the zone: nothing is known of the supplier's."""
        language = known_language(zone.languages[0] if zone.languages else "")
        wording = Wording(language, translations(language))
        name = str(event.name)
        said = QuoteRequest(
            site=self._settings.name,
            name=name,
            zone=zone.name,
            title=str(proposed.title) or taxonomy.label(proposed.category, language),
            form=wording.translations.gettext(FORM_NAMES[proposed.form]),
            until=wording.moment(event.until, zone.time_zone),
            token=supplier_links.sign(self._signer, Asked(event.purchase_id, event.invitation_id), event.until),
            contact_mail=zone.contact_mail,
        )
        envelope = Envelope(
            site=self._settings.name,
            mail_from=self._settings.mail_from,
            to=to,
            name=name,
            date=recorded.at,
            message_id=f"{self._mail_id(event)}@{self._domain}",
            language=language,
        )
        return address(write(FOLDER, language, self._links, mail=said), envelope)

    def _mail_id(self, event: SupplierInvited) -> str:
        return str(uuid5(MAILS, event.invitation_id))

    def _first(self, stream: str) -> Event | None:
        history = self._log.history(stream, limit=1)
        return history[0].event if history else None
