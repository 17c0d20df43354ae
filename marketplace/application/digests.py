"""Weekly mails written, skipped and sent, as facts."""

from __future__ import annotations

from domain import digests, mail_runs, members
from domain.commands import Receipt
from marketplace.application.deciding import Deciding


class DigestUseCases(Deciding):
    """Weekly mails written, skipped and sent, as facts."""

    def prepare_digest(self, command: digests.PrepareDigest) -> Receipt:
        """Record that a digest is written, unless it is held back in the very moment: then it is not."""
        stream = mail_runs.stream_of(command.zone_id, command.period)
        run = self._log.load(stream, mail_runs.evolve).state or mail_runs.UNTOUCHED
        return self._carry_out(
            command,
            command.digest_id,
            digests.evolve,
            lambda digest: digests.prepare_digest(command, digest, held=run.keeps_back(command.member_id)),
            [command.zone_id],
        )

    def skip_digest(self, command: digests.SkipDigest) -> Receipt:
        """Record that there is no mail for a period."""
        member = self._log.load(command.member_id, members.evolve).state
        return self._carry_out(
            command,
            command.digest_id,
            digests.evolve,
            lambda digest: digests.skip_digest(command, digest),
            [member.home_zone] if member else [],
        )

    def record_outcome(self, command: digests.RecordOutcome) -> Receipt:
        """Record what became of a digest."""
        return self._carry_out(
            command, command.digest_id, digests.evolve, lambda digest: digests.record_outcome(command, digest), []
        )
