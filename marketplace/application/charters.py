"""Charters: published, accepted by companies, signed by suppliers, ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain import charters
from domain.commands import Command, Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding


class CharterUseCases(Deciding):
    """Charters: published, accepted by companies, signed by suppliers, ended."""

    def publish_charter(self, command: charters.PublishCharter) -> Receipt:
        """Let a charter, or a new version of one, count."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.charter_id,
            charters.evolve,
            lambda charter: charters.publish_charter(command, charter, zone),
            [command.zone_id],
            ids={"charter_id": command.charter_id},
        )

    def accept_charter(self, command: charters.AcceptCharter) -> Receipt:
        """Accept a charter for a company."""
        company = self._company(command.company_id)
        zone = self._zone(self._charter(command.charter_id).zone_id)
        return self._about_charter(
            command, command.charter_id, lambda held: charters.accept_charter(command, held, company, zone)
        )

    def sign_charter(self, command: charters.SignCharter) -> Receipt:
        """Sign the charter of an action as its supplier."""
        return self._about_charter(command, command.charter_id, lambda held: charters.sign_charter(command, held))

    def end_charter(self, command: charters.EndCharter) -> Receipt:
        """Ask nobody to accept a charter any more."""
        zone = self._zone(self._charter(command.charter_id).zone_id)
        return self._about_charter(command, command.charter_id, lambda held: charters.end_charter(command, held, zone))

    def _charter(self, charter_id: str) -> charters.Charter:
        charter = self._log.load(charter_id, charters.evolve).state
        if charter is None:
            raise NotFound(_("There is no such charter."))
        return charter

    def _about_charter(
        self,
        command: Command,
        charter_id: str,
        decision: Callable[[charters.Charter | None], Sequence[charters.CharterEvent]],
    ) -> Receipt:
        zone_id = self._charter(charter_id).zone_id
        return self._carry_out(command, charter_id, charters.evolve, decision, [zone_id])
