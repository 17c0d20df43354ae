"""What the zones of the demonstration settle: their look, a charter and its second version, and their federation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from domain.charters import AcceptCharter, PublishCharter, charter_of
from domain.commands import Command
from domain.federations import FoundFederation, InviteZone, NameReader
from domain.zones import OPERATOR, ChooseLook, JoinFederation
from marketplace.application.handing_over import HandOverTo
from marketplace.demo.naming import Naming
from marketplace.demo.people import DemoPerson
from marketplace.demo.weekdays import moment

Settled = (
    ChooseLook
    | PublishCharter
    | AcceptCharter
    | FoundFederation
    | InviteZone
    | JoinFederation
    | NameReader
    | HandOverTo
)
FEDERATION: Final = "federation-arve"
CHARTERED: Final = "jourdies"
FIRST: Final = (
    "Nous publions ce que nous avons vraiment et ce dont nous avons vraiment besoin.\n\n"
    "Nous répondons aux demandes, même pour dire non.\n\n"
    "Ce qui est promis est tenu : une quantité réservée attend celui à qui elle est promise.\n\n"
    "Chaque entreprise contracte pour elle-même. L’association met en relation."
)
SECOND: Final = (
    "Nous publions ce que nous avons vraiment et ce dont nous avons vraiment besoin, et nous retirons une annonce dès "
    "qu’elle n’est plus vraie.\n\n"
    "Nous répondons aux demandes sous une semaine, même pour dire non.\n\n"
    "Ce qui est promis est tenu : une quantité réservée attend celui à qui elle est promise, et chacun vient au "
    "rendez-vous pris.\n\n"
    "Nous confirmons chaque enlèvement avec la quantité réelle : c’est ainsi que la zone connaît ses résultats.\n\n"
    "Chaque entreprise contracte pour elle-même. L’association met en relation ; elle ne vend, n’achète ni ne garantit."
)
NEW: Final = "Un délai d’une semaine pour répondre, et la quantité réelle confirmée à chaque enlèvement."
ENGLISH: Final = (
    "We publish what we really have and what we really need, and answer requests, even to say no.\n\n"
    "What is promised is kept: a quantity that is held waits for whoever it is promised to.\n\n"
    "Each company contracts for itself. The association introduces."
)
ACCEPTED_FIRST: Final = ("menuiserie", "scierie", "jardinerie", "logistique", "decolletage", "imprimerie", "brasserie")
ACCEPTED_SECOND: Final = ("menuiserie", "logistique", "imprimerie")


class Settling(Struct, frozen=True):
    """Knows who administers each zone, who speaks for each company, and who reads the federation's figures."""

    anchor: date
    naming: Naming
    administrators: Mapping[str, str]
    companies: Mapping[str, str]
    speakers: Mapping[str, str]
    reader: str
    neighbour: DemoPerson
    neighbour_id: str

    def commands(self) -> Iterator[Command]:
        """Everything, in no particular order."""
        yield from self._look()
        yield from self._charter()
        yield from self._federation()
        yield self._handover()

    def _look(self) -> Iterator[Command]:
        """The smaller zone has a colour and a word of its own."""
        yield ChooseLook(
            **self._asked(self._moment(300), self.administrators["la-roche"], "look"),
            zone_id="zone-la-roche",
            accent="lake",
            welcome="Petite zone, bons voisins.",
            families=("PAL", "CAR", "BOI"),
        )

    def _charter(self) -> Iterator[Command]:
        """Seven companies accepted the first version; three of them have accepted the second so far."""
        zone_id = f"zone-{CHARTERED}"
        charter_id = charter_of(zone_id, "engagement")
        title = ("Charte d’engagement des entreprises des Jourdies", "Charter of the companies of Les Jourdies")
        versions = ((250, FIRST, "", ACCEPTED_FIRST), (6, SECOND, NEW, ACCEPTED_SECOND))
        for number, (days, text, changes, accepted) in enumerate(versions, start=1):
            published = self._moment(days)
            yield PublishCharter(
                **self._asked(published, self.administrators[CHARTERED], "charter", number),
                charter_id=charter_id,
                zone_id=zone_id,
                purpose="engagement",
                texts={"fr": (title[0], text), "en": (title[1], ENGLISH)},
                changes=changes,
            )
            for later, company in enumerate(accepted, start=1):
                yield AcceptCharter(
                    **self._asked(
                        published + timedelta(hours=7 * later), self.speakers[company], "accept", number, company
                    ),
                    charter_id=charter_id,
                    company_id=self.companies[company],
                    number=number,
                )

    def _federation(self) -> Iterator[Command]:
        """Two zones join; Antoine, of its committee, reads their figures."""
        yield FoundFederation(
            **self._asked(self._moment(203), OPERATOR, "federation"),
            federation_id=FEDERATION,
            slug="arve",
            name="Zones de l’Arve",
        )
        for later, slug in enumerate(self.administrators, start=1):
            invited = self._moment(203) + timedelta(hours=later)
            agreed = invited + timedelta(days=later)
            yield InviteZone(
                **self._asked(invited, OPERATOR, "invite zone", slug), federation_id=FEDERATION, zone_id=f"zone-{slug}"
            )
            yield JoinFederation(
                **self._asked(agreed, self.administrators[slug], "join federation", slug),
                federation_id=FEDERATION,
                zone_id=f"zone-{slug}",
            )
        yield NameReader(
            **self._asked(self._moment(198), OPERATOR, "reader"), federation_id=FEDERATION, member_id=self.reader
        )

    def _handover(self) -> Command:
        """The smaller zone has nobody to run it any more, and asks the facilitator next door; she has not answered."""
        return HandOverTo(
            **self._asked(self._moment(2), self.administrators["la-roche"], "handover"),
            zone_id="zone-la-roche",
            handover_id=self.naming.lasting("handover", "la-roche"),
            taker_id=self.neighbour_id,
            name=self.neighbour.name,
            mail=self.neighbour.mail,
            organisation="L’Association des entreprises des Jourdies",
            contact_mail="",
            effective_on=self.anchor + timedelta(days=40),
            words="Notre poste d’animation n’est pas renouvelé : l’association voisine ferait vivre les deux zones.",
            staying=(self.reader,),
        )

    def _asked(self, now: datetime, actor: str, *what: object) -> dict[str, Any]:
        return {"actor": actor, "now": now, "command_id": self.naming.command_id("settling", *what)}

    def _moment(self, days: int) -> datetime:
        return moment(self.anchor, days, 11)
