"""What the moderator of the demonstration asks, refuses by mistake, takes back, and says again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from domain.commands import Command
from domain.listings import RejectListing, RequestAmendment, TakeBackDecision
from domain.sentences import KeepSentence
from marketplace.demo.naming import Naming
from marketplace.demo.weekdays import moment

ZONE: Final = "zone-jourdies"
ASKED: Final = "gants-quincaillerie"
MISTAKEN: Final = "nacelle-fixations"
DECIDED: Final = 1
"""The version at which a new listing's first decision stands."""


class Moderating(Struct, frozen=True):
    """Knows who moderates Les Jourdies, and the ids of the listings that wait there, by their keys."""

    anchor: date
    naming: Naming
    moderator: str
    listings: Mapping[str, str]

    def commands(self) -> Iterator[Command]:
        """Everything, in no particular order."""
        yield KeepSentence(
            **self._asked(moment(self.anchor, 40, 11), "sentence"),
            zone_id=ZONE,
            sentence_id=f"sentence-{self.naming.command_id('moderating', 'dock')}",
            use="amend",
            ground="unclear",
            texts={
                "fr": "Dites à quel quai se présenter, s’il vous plaît : le gardien le demande à l’entrée de la zone.",
                "en": "Please say at which dock to call: the guard asks at the gate of the zone.",
            },
        )
        looked = moment(self.anchor, 2, 18)
        yield RequestAmendment(
            **self._asked(looked, "ask"),
            **self._about(ASKED),
            ground="unclear",
            sentence="S’agit-il de gants de protection marqués CE\u00a0? Vos voisins en ont besoin pour décider.",
        )
        yield RejectListing(
            **self._asked(looked + timedelta(minutes=4), "mistake"),
            **self._about(MISTAKEN),
            ground="duplicate",
            sentence="Vous avez déjà publié cette demande.",
        )
        yield TakeBackDecision(
            **self._asked(looked + timedelta(minutes=6), "take back"),
            **self._about(MISTAKEN),
            decided_version=DECIDED,
        )

    def _about(self, key: str) -> dict[str, Any]:
        return {"listing_id": self.listings[key], "zone_id": ZONE}

    def _asked(self, now: datetime, *what: object) -> dict[str, Any]:
        return {"actor": self.moderator, "now": now, "command_id": self.naming.command_id("moderating", *what)}
