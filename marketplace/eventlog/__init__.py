"""The event log: what happened, once, in one order; the only place that knows the event sourcing library."""

from marketplace.eventlog.faults import (
    ClockDrift,
    CommandReused,
    NotRecorded,
    Overloaded,
    PrivateTextErased,
    Unavailable,
    UnknownTopic,
    Unreadable,
    VersionConflict,
)
from marketplace.eventlog.log import EventLog, Loaded
from marketplace.eventlog.mapper import EventMapper, Filed
from marketplace.eventlog.registry import Registry

__all__ = [
    "ClockDrift",
    "CommandReused",
    "EventLog",
    "EventMapper",
    "Filed",
    "Loaded",
    "NotRecorded",
    "Overloaded",
    "PrivateTextErased",
    "Registry",
    "Unavailable",
    "UnknownTopic",
    "Unreadable",
    "VersionConflict",
]
