"""Given, when, then: stories told to a decision, in events and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Self, TypeVar

import pytest

from domain.events import Event
from domain.refused import Refused

S = TypeVar("S")


class Story(Generic[S]):
    """A stream's past, then one wish, then what came of it.

    `decide` is the decision with everything but the state given; `evolve` folds the past and what follows.
    """

    def __init__(self, evolve: Callable[[Any, Any], S], *past: Event) -> None:
        self._evolve = evolve
        self._state: S | None = None
        self._events: Sequence[Event] = ()
        self._refusal: Refused | None = None
        for event in past:
            self._state = evolve(self._state, event)

    @classmethod
    def at(cls, evolve: Callable[[Any, Any], S], state: S) -> Self:
        """A story that begins where its past led, without telling it."""
        story = cls(evolve)
        story._state = state
        return story

    @property
    def now(self) -> S | None:
        """The state as it stands."""
        return self._state

    @property
    def events(self) -> Sequence[Event]:
        """What the last wish led to."""
        return self._events

    @property
    def refusal(self) -> Refused | None:
        """What the last wish was answered, if no was the answer."""
        return self._refusal

    def when(self, decide: Callable[[Any], Sequence[Event]]) -> Self:
        """Ask; what comes of it is checked by the next step."""
        try:
            self._events = decide(self._state)
        except Refused as refusal:
            self._refusal = refusal
            return self
        for event in self._events:
            self._state = self._evolve(self._state, event)
        return self

    def then(self, *events: Event) -> Self:
        """Exactly these events follow, in this order."""
        assert self._refusal is None, f"refused: {self._refusal}"
        assert list(self._events) == list(events)
        return self

    def then_refused(self, *words: str, kind: type[Refused] = Refused, field: str | None = None) -> None:
        """It is refused, in a sentence that holds these words, beside that field."""
        assert self._refusal is not None, f"not refused, but: {self._events}"
        assert isinstance(self._refusal, kind)
        for word in words:
            assert word in str(self._refusal)
        if field is not None:
            assert self._refusal.field == field

    def state(self, **expected: object) -> Self:
        """The state has these values now."""
        assert self._refusal is None, f"refused: {self._refusal}"
        for name, value in expected.items():
            assert getattr(self._state, name) == value, name
        return self

    def one(self, kind: type[Event]) -> Any:
        """The single event that followed, of this kind."""
        assert self._refusal is None, f"refused: {self._refusal}"
        if [type(event) for event in self._events] != [kind]:
            pytest.fail(f"expected one {kind.__name__}, got {self._events}")
        return self._events[0]
