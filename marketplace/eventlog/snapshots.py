"""Snapshots of long streams: a shortcut for loading, taken and thrown away at will."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from eventsourcing.persistence import AggregateRecorder, StoredEvent

from domain.events import Private
from marketplace.eventlog.registry import holds

EVERY: Final = 200
"""How many events are folded again at most before the next snapshot is due."""

S = TypeVar("S")
Evolve = Callable[..., object]


class Snapshots:
    """The newest state of each long stream as JSON, good only for the very code that folded it."""

    def __init__(self, recorder: AggregateRecorder) -> None:
        self._recorder = recorder
        self._topics: dict[tuple[Evolve, type], str] = {}

    def newest(self, stream: str, evolve: Evolve, kind: type[S]) -> tuple[S, int] | None:
        """Give a state and its version; None when there is none that this code could have made."""
        topic = self._topic(evolve, kind)
        for row in self._recorder.select_events(stream, desc=True, limit=1):
            if row.topic == topic:
                try:
                    return msgspec.json.decode(row.state, type=kind), row.originator_version
                except msgspec.MsgspecError:
                    return None
        return None

    def keep(self, stream: str, version: int, state: object, evolve: Evolve) -> None:
        """Put this state in the place of an older one."""
        row = StoredEvent(stream, version, self._topic(evolve, type(state)), msgspec.json.encode(state))
        self._recorder.insert_events([row])

    def _topic(self, evolve: Evolve, kind: type) -> str:
        """Name a state after its type and the module that folds it: a snapshot made by other code is never used."""
        topic = self._topics.get((evolve, kind))
        if topic is None:
            if holds(kind, Private):
                raise TypeError(f"{kind.__name__} holds private text and can have no snapshot.")
            source = inspect.getsource(inspect.getmodule(evolve) or evolve)
            topic = f"{kind.__name__}@{hashlib.sha256(source.encode()).hexdigest()[:16]}"
            self._topics[evolve, kind] = topic
        return topic
