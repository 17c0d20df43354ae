"""Refusals: sentences a member can read, translated where they are shown."""

from __future__ import annotations


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated at the edge."""
    return sentence


class Refused(Exception):
    """What was asked is not possible; `sentence` says why and, where there is one, the way out.

    `field` names the answer of the form it stands beside; `values` fill the sentence's placeholders.
    """

    def __init__(self, sentence: str, /, *, field: str | None = None, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class NotFound(Refused):
    """There is no such thing, or the person asking may not know that there is."""


class Forbidden(Refused):
    """The person asking may see it, and may not do this to it."""


class Conflict(Refused):
    """Something relevant happened after the person looked."""
