"""Bulletins of a zone, and what those who answer for its weekly mail decide before it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from domain import bulletins, mail_runs, zones
from domain.commands import Receipt
from domain.refused import NotFound, _
from marketplace.application.deciding import Deciding

B = TypeVar("B", bulletins.AmendBulletin, bulletins.IssueBulletin, bulletins.WithdrawBulletin)
R = TypeVar("R", mail_runs.HoldRun, mail_runs.HoldMail, mail_runs.LeaveOut)


class BulletinUseCases(Deciding):
    """Bulletins of a zone, and what those who answer for its weekly mail decide before it leaves."""

    def write_bulletin(self, command: bulletins.WriteBulletin) -> Receipt:
        """Write a bulletin."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            command.bulletin_id,
            bulletins.evolve,
            lambda bulletin: bulletins.write_bulletin(command, bulletin, zone),
            [zone.zone_id],
            ids={"bulletin_id": command.bulletin_id},
        )

    def amend_bulletin(self, command: bulletins.AmendBulletin) -> Receipt:
        """Correct a bulletin."""
        return self._about_bulletin(command, bulletins.amend_bulletin)

    def issue_bulletin(self, command: bulletins.IssueBulletin) -> Receipt:
        """Let a bulletin go out."""
        return self._about_bulletin(command, bulletins.issue_bulletin)

    def withdraw_bulletin(self, command: bulletins.WithdrawBulletin) -> Receipt:
        """Tell nobody of a bulletin any more."""
        return self._about_bulletin(command, bulletins.withdraw_bulletin)

    def hold_run(self, command: mail_runs.HoldRun) -> Receipt:
        """Hold a zone's weekly mail back, or let it leave."""
        return self._about_run(command, mail_runs.hold_run)

    def hold_mail(self, command: mail_runs.HoldMail) -> Receipt:
        """Hold one member's weekly mail back, or let it leave."""
        return self._about_run(command, mail_runs.hold_mail)

    def leave_out(self, command: mail_runs.LeaveOut) -> Receipt:
        """Leave a thing out of a period's mail, or put it back."""
        return self._about_run(command, mail_runs.leave_out)

    def _about_bulletin(
        self,
        command: B,
        decision: Callable[[B, bulletins.Bulletin | None, zones.Zone], list[bulletins.BulletinEvent]],
    ) -> Receipt:
        bulletin = self._log.load(command.bulletin_id, bulletins.evolve).state
        if bulletin is None:
            raise NotFound(_("There is no such bulletin."))
        zone = self._zone(bulletin.zone_id)
        return self._carry_out(
            command,
            command.bulletin_id,
            bulletins.evolve,
            lambda bulletin: decision(command, bulletin, zone),
            [zone.zone_id],
        )

    def _about_run(
        self,
        command: R,
        decision: Callable[[R, mail_runs.MailRun | None, zones.Zone], list[mail_runs.MailRunEvent]],
    ) -> Receipt:
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            mail_runs.stream_of(command.zone_id, command.period),
            mail_runs.evolve,
            lambda run: decision(command, run, zone),
            [zone.zone_id],
        )
