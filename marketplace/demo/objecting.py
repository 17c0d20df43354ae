"""Objections in the demonstration: two notices by neighbours, one of them answered, and an appeal that waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from domain.commands import Command
from domain.listings import DecideNotice, LodgeAppeal, NotifyListing
from marketplace.demo.naming import Naming
from marketplace.demo.weekdays import moment

ZONE: Final = "zone-jourdies"
ANSWERED: Final = "pse-electricite"
WAITING: Final = "huile-traiteur"
APPEALED: Final = "peintes-demenagement"
REFUSED_AT: Final = 1
"""The version of the refusal: the second thing that happened to the listing."""


class Objecting(Struct, frozen=True):
    """Knows who moderates, who speaks for whom, and which listing is which."""

    anchor: date
    naming: Naming
    moderator: str
    speaker: str
    listings: Mapping[str, str]

    def commands(self) -> Iterator[Command]:
        """Everything, in the order it happens."""
        yield self._notice(
            ANSWERED, 12, "rules", "Cette annonce est là depuis longtemps : je crois qu’il n’en reste plus.", "Odile"
        )
        yield DecideNotice(
            **self._asked(self._moment(11), self.moderator, "answer"),
            listing_id=self.listings[ANSWERED],
            zone_id=ZONE,
            notice_id=self._id("notice", ANSWERED),
            outcome="kept",
            sentence="J’ai appelé l’entreprise : il en reste, et l’annonce dit combien. Merci d’avoir demandé.",
        )
        yield self._notice(
            WAITING,
            4,
            "dangerous",
            "Les bidons à côté de cette huile portent un losange orange : est-ce le même lot ?",
            "",
        )
        yield LodgeAppeal(
            **self._asked(self._moment(3), self.speaker, "appeal"),
            listing_id=self.listings[APPEALED],
            zone_id=ZONE,
            appeal_id=self._id("appeal", APPEALED),
            against=REFUSED_AT,
            why="Le loueur nous a cédé ces palettes en janvier, et nous avons sa lettre. Elles sont à nous.",
        )

    def _notice(self, key: str, days: int, reason: Any, why: str, name: str) -> NotifyListing:  # noqa: ANN401  (one of those there are)
        notice_id = self._id("notice", key)
        return NotifyListing(
            **self._asked(self._moment(days), f"guest:{notice_id}", "notice", key),
            listing_id=self.listings[key],
            zone_id=ZONE,
            notice_id=notice_id,
            reason=reason,
            why=why,
            name=name,
            good_faith=True,
        )

    def _id(self, kind: str, key: str) -> str:
        return f"{kind}-{self.naming.command_id(kind, key)}"

    def _asked(self, now: datetime, actor: str, *what: object) -> dict[str, Any]:
        return {"actor": actor, "now": now, "command_id": self.naming.command_id("objecting", *what)}

    def _moment(self, days: int) -> datetime:
        return moment(self.anchor, days, 15)
