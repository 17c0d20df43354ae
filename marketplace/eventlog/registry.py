"""The names events are stored under: one allow-list, so that what the log says is never imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin

from msgspec import inspect

from domain.events import Event

Upcaster = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
"""From the fields of a retired event, as stored, to the name and fields of its successor; pure."""


class Registry:
    """The event classes of one log by their stored name, and what became of the names no longer written."""

    def __init__(self, *events: object, upcasters: Mapping[str, Upcaster] | None = None) -> None:
        """Take event classes, or unions of them; refuse two of one name, and fields that do not keep their value."""
        types: dict[str, type[Event]] = {}
        for event in (member for union in events for member in _members(union)):
            if not (isinstance(event, type) and issubclass(event, Event)):
                raise TypeError(f"{event!r} is not an event.")
            if types.setdefault(event.__name__, event) is not event:
                raise TypeError(f"Two events are called {event.__name__}.")
            if holds(event, inspect.FloatType):
                raise TypeError(f"{event.__name__} holds a float, which does not keep what was typed; use Decimal.")
        if both := types.keys() & (upcasters or {}):
            raise TypeError(f"An event still written needs no upcaster: {', '.join(sorted(both))}.")
        self.types: Mapping[str, type[Event]] = MappingProxyType(types)
        self.upcasters: Mapping[str, Upcaster] = MappingProxyType(dict(upcasters or {}))


def _members(union: object) -> tuple[object, ...]:
    return get_args(union) if get_origin(union) in (Union, UnionType) else (union,)


@cache
def holds(kind: type, sought: type) -> bool:
    """Whether a value of this type has a part of the sought type, at any depth."""
    seen: set[int] = set()

    def walk(node: object) -> bool:
        if isinstance(node, sought) or (isinstance(node, inspect.CustomType) and node.cls is sought):
            return True
        if id(node) in seen or not isinstance(node, inspect.Type | inspect.Field | tuple):
            return False
        seen.add(id(node))
        parts = node if isinstance(node, tuple) else (getattr(node, name) for name in node.__struct_fields__)
        return any(walk(part) for part in parts)

    return walk(inspect.type_info(kind))
