"""The pooled collection of the demonstration: pallets, every four weeks, one round made and the next one announced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from domain.commands import Command
from domain.listings import PickupTerms
from domain.purchases import (
    ConfirmStop,
    DeclareStop,
    Load,
    OrderStops,
    Outcome,
    PlanRound,
    ProposePurchase,
    SetCollection,
    SkipStop,
    VisitStop,
)
from marketplace.demo.buying import ZONE, Buying
from marketplace.demo.weekdays import day_of, moment, working_days_after

KEY: Final = "palettes"
BEGAN: Final = 70
"""Days before the anchor on which it was proposed."""
FIRST_ROUND: Final = 29
MORNINGS: Final = PickupTerms(
    weekdays=(1, 2, 3, 4, 5), ready_from=time(7, 30), ready_until=time(12), place="dock", forklift=True,
    largest_lorry="semi", loaded_by="giver",
)  # fmt: skip
AFTERNOONS: Final = PickupTerms(
    weekdays=(1, 2, 4), ready_from=time(13, 30), ready_until=time(17), place="ground", forklift=True,
    largest_lorry="19t", loaded_by="both",
)  # fmt: skip
NARROW: Final = PickupTerms(
    weekdays=(1, 2, 3, 4), ready_from=time(9), ready_until=time(16), place="ground", forklift=False, tail_lift=True,
    largest_lorry="12t", loaded_by="taker",
)  # fmt: skip


class Ready(Struct, frozen=True):
    """What a company has ready, as (format, condition, quantity), and how one gets there."""

    company: str
    loads: tuple[tuple[str, str, int], ...]
    access: PickupTerms
    remark: str = ""


READY: Final = (
    Ready("logistique", (("PAL.EPAL1", "B", 40), ("PAL.EPAL1", "BROKEN", 15)), MORNINGS, "Quai 4, demander Yann."),
    Ready("emballage", (("PAL.EPAL1", "A", 24), ("PAL.STD", "C", 30)), MORNINGS),
    Ready("epicier", (("PAL.EPAL1", "B", 36), ("PAL.EPAL1", "REPAIRABLE", 8)), AFTERNOONS,
          "Portail gris, code à l’accueil."),
    Ready("electricite", (("PAL.STD", "C", 12), ("PAL.HALF", "B", 10)), NARROW),
    Ready("quincaillerie", (("PAL.EPAL1", "BROKEN", 9),), NARROW),
)  # fmt: skip
RESULTS: Final[tuple[tuple[str, Outcome, str | None, str], ...]] = (
    ("logistique", "collected", "1188", ""),
    ("emballage", "collected", "1104.5", ""),
    ("epicier", "collected", "962", "Huit palettes à réparer reprises avec les autres."),
    ("electricite", "absent", None, "Passage à 11 h : rideau fermé."),
    ("quincaillerie", "refused", None, "Palettes peintes, que le repreneur ne prend pas."),
)


class Gathering(Struct, frozen=True):
    """Tells of the rounds; who speaks for whom is known to the teller of the group purchases."""

    buying: Buying

    def commands(self) -> Iterator[Command]:
        """From the proposal, by the first round, to the answers for the next one."""
        teller, leader = self.buying, self.buying.facilitator
        yield ProposePurchase(
            zone_id=f"zone-{ZONE}",
            form="collection",
            category="PAL.EPAL1",
            title="Tournée palettes : reprise toutes les quatre semaines",
            description="Un seul camion pour les palettes qui s’entassent : le repreneur trie, répare et rachète.",
            unit="H87",
            **self._asked(BEGAN, 9, leader, "propose"),
        )
        rule = self._asked(BEGAN, 10, leader, "rule")
        yield SetCollection(free_from=75, every_weeks=4, **rule)
        for number, ready in enumerate(READY):
            yield self._declared(ready, BEGAN - 2 - 3 * number, "declare")
        first = self._round(FIRST_ROUND)
        yield PlanRound(on=first, **self._asked(FIRST_ROUND + 8, 9, leader, "plan", 1))
        yield OrderStops(nearest=True, **self._asked(FIRST_ROUND + 2, 9, leader, "order", 1))
        for number, (company, outcome, weight, remark) in enumerate(RESULTS):
            yield VisitStop(
                company_id=teller.companies[company],
                outcome=outcome,
                weight=None if weight is None else Decimal(weight),
                remark=remark,
                **self._asked(FIRST_ROUND - 1, 14 + number // 4, leader, "visit", company),
            )
        yield PlanRound(on=self._round(-7), **self._asked(6, 9, leader, "plan", 2))
        yield ConfirmStop(**self._of("emballage", 5, "confirm"))
        yield self._declared(
            Ready("epicier", (("PAL.EPAL1", "B", 52), ("PAL.EPAL1", "REPAIRABLE", 4)), AFTERNOONS), 5, "change"
        )
        yield ConfirmStop(**self._of("electricite", 4, "confirm"))
        yield SkipStop(**self._of("quincaillerie", 4, "skip"))

    def _round(self, days: int) -> date:
        """The weekday so many days before the anchor."""
        return working_days_after(day_of(moment(self.buying.anchor, days, 12)), 1)

    def _declared(self, ready: Ready, days: int, what: str) -> DeclareStop:
        loads = tuple(Load(kind, condition, Decimal(quantity)) for kind, condition, quantity in ready.loads)
        return DeclareStop(
            site_id=self.buying.sites[ready.company],
            loads=loads,
            access=ready.access,
            remark=ready.remark,
            **self._of(ready.company, days, what),
        )

    def _of(self, company: str, days: int, what: str) -> dict[str, Any]:
        asked = self._asked(days, 10, self.buying.speakers[company], what, company)
        return {**asked, "company_id": self.buying.companies[company]}

    def _asked(self, days: int, hour: int, actor: str, *what: object) -> dict[str, Any]:
        return self.buying.asked(KEY, days, hour, actor, *what)
