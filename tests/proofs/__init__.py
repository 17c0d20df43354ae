"""Proofs: long runs that try to break a promise, each with a control that must (`python -m tests.proofs NAME`)."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct, field


class Result(Struct):
    """What a run found: how much was tried, and each broken promise as a sentence."""

    n: int
    violations: list[str]
    facts: dict[str, int] = field(default_factory=dict)


class Proof(Protocol):
    """A module of this package."""

    def run(self, *, small: bool, seed: int) -> Result:
        """Try to break the promise of the product."""
        ...

    def control(self, *, small: bool, seed: int) -> Result:
        """Try the same without what keeps the promise; finding nothing is a failure of the proof."""
        ...
