"""What a proof found: one line of JSON that says how much was tried, what went wrong, and whether it could have."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Outcome(Struct, frozen=True, kw_only=True):
    """The outcome of one proof.

    `n` counts what was tried. `control` says whether the same checks failed, as they must, once the guard they
    prove was taken away: a proof that cannot fail proves nothing. `details` are figures for whoever reads on.
    """

    name: str
    n: int
    violations: list[str]
    seconds: float
    seed: int
    control: bool
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether nothing went wrong that should not, and everything that should."""
        return not self.violations and self.control
