"""Shared sessions: their day, who comes, and who was there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from domain import companies, purchases, zones
from domain.commands import Receipt
from marketplace.application.deciding import follow_up
from marketplace.application.purchases import PurchaseUseCases
from marketplace.eventlog import CommandReused

F = TypeVar("F", purchases.CancelSeat, purchases.ForgetTrainee)


class SessionUseCases(PurchaseUseCases):
    """Shared sessions: their day, who comes, and who was there."""

    def plan_session(self, command: purchases.PlanSession) -> Receipt:
        """Say when and where it is, and for how many."""
        return self._organise(command, purchases.plan_session)

    def name_trainee(self, command: purchases.NameTrainee) -> Receipt:
        """Say who comes."""
        return self._join(command, purchases.name_trainee)

    def cancel_seat(self, command: purchases.CancelSeat) -> Receipt:
        """Give a seat back; the name of whoever was to sit on it is made unreadable for ever."""
        return self._forgetting(command, purchases.cancel_seat)

    def forget_trainee(self, command: purchases.ForgetTrainee) -> Receipt:
        """Make a trainee's name unreadable for ever."""
        return self._forgetting(command, purchases.forget_trainee)

    def _forgetting(
        self,
        command: F,
        decision: Callable[
            [F, purchases.Purchase | None, zones.Zone, companies.Company], list[purchases.PurchaseEvent]
        ],
    ) -> Receipt:
        """Decide, then throw the key of the name away; the past that is entered keeps its names until it is over."""
        try:
            receipt = self._join(command, decision)
        except CommandReused:
            # What a command said is forgotten with the name: sent twice, it cannot be told from another one.
            receipt = self._join(replace(command, command_id=follow_up(command, "again")), decision)
        if command.trainee_id and not self._history:
            self._log.erase(command.trainee_id)
        return receipt

    def record_attendance(self, command: purchases.RecordAttendance) -> Receipt:
        """Say on which day it was held, and who was there."""
        return self._organise(command, purchases.record_attendance)
