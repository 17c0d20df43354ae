"""The sentences that the moderators of a zone keep."""

from __future__ import annotations

from domain import sentences
from domain.commands import Receipt
from marketplace.application.deciding import Deciding


class SentenceUseCases(Deciding):
    """The sentences that the moderators of a zone keep."""

    def keep_sentence(self, command: sentences.KeepSentence) -> Receipt:
        """Keep a sentence in the zone's own words."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            sentences.stream_of(command.zone_id),
            sentences.evolve,
            lambda kept: sentences.keep_sentence(command, kept, zone),
            [command.zone_id],
            ids={"sentence_id": command.sentence_id},
        )

    def drop_sentence(self, command: sentences.DropSentence) -> Receipt:
        """Do without a sentence."""
        zone = self._zone(command.zone_id)
        return self._carry_out(
            command,
            sentences.stream_of(command.zone_id),
            sentences.evolve,
            lambda kept: sentences.drop_sentence(command, kept, zone),
            [command.zone_id],
        )
