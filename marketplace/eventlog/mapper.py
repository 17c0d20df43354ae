"""Events to readable JSON and back, by the names of the registry and the keys of the keyring."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Protocol, cast

import msgspec
from cryptography.exceptions import InvalidTag
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent
from msgspec import Struct

from domain.events import Event, Private
from marketplace.eventlog.faults import UnknownTopic, Unreadable
from marketplace.eventlog.private import Sealed
from marketplace.eventlog.registry import Registry


class Filed(Struct, frozen=True):
    """An event at its place in a stream, as the library's store wants it."""

    originator_id: str
    originator_version: int
    event: Event


class Sealing(Protocol):
    """What the mapper needs of a keyring."""

    def seal(self, private: Private, stream: str, /) -> Sealed:
        """Seal a text for a stream."""
        ...

    def open(self, sealed: Sealed, /) -> Private:
        """Open a sealed text, or give it as erased."""
        ...


class WithoutKeys:
    """Every private text is erased: enough to show or check the form of events without a database."""

    def seal(self, private: Private, _stream: str) -> Sealed:
        """Keep whose text it was."""
        return Sealed(private.subject, None, None)

    def open(self, sealed: Sealed) -> Private:
        """Give it as erased."""
        return Private(sealed.subject, None)


class EventMapper(Mapper[str]):
    """The library's mapper for msgspec Structs.

    A field that the class does not know is a fault and not dropped: an older process would otherwise fill
    read models with less than the log says, and nothing would ever rebuild them.
    """

    def __init__(self, registry: Registry, keys: Sealing | None = None) -> None:
        """Take the names there are, and the keys; without keys every private text is read and written as erased."""
        self.registry = registry
        self._keys: Sealing = keys or WithoutKeys()
        self._decoders = {
            name: msgspec.json.Decoder(event, dec_hook=self._open) for name, event in registry.types.items()
        }
        self._fields = {
            name: frozenset(event.__struct_encode_fields__)
            for name, event in registry.types.items()
            if not event.__struct_config__.forbid_unknown_fields
        }

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Encode an event, and read it back at once: what could not be loaded must never be stored."""
        filed = cast("Filed", domain_event)
        topic = type(filed.event).__name__
        if self.registry.types.get(topic) is not type(filed.event):
            raise UnknownTopic(f"{topic} is not an event of this log.")

        def seal(value: object) -> object:
            if isinstance(value, Private):
                return msgspec.structs.asdict(self._keys.seal(value, filed.originator_id))
            raise TypeError(f"{topic} holds a {type(value).__name__}, which has no form in the log.")

        fields = msgspec.to_builtins(filed.event, builtin_types=(datetime,), enc_hook=seal)
        state = _JSON.encode(_in_utc(fields, topic))
        self.decode(topic, state)
        return StoredEvent(filed.originator_id, filed.originator_version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Filed:
        """Decode a stored event, constraints of its types included."""
        event = self.decode(stored_event.topic, stored_event.state)
        return Filed(str(stored_event.originator_id), stored_event.originator_version, event)

    def decode(self, topic: str, state: bytes) -> Event:
        """Decode the stored form of one event; raises UnknownTopic or Unreadable."""
        try:
            while upcast := self.registry.upcasters.get(topic):
                topic, fields = upcast(msgspec.json.decode(state))
                state = _JSON.encode(fields)
            if topic not in self._decoders:
                raise UnknownTopic(f"The log holds {topic}, which this version does not know.")
            event: Event = self._decoders[topic].decode(state)
            if (known := self._fields.get(topic)) and (extra := _KEYS.decode(state).keys() - known):
                raise Unreadable(f"{topic} holds what this version does not know: {', '.join(sorted(extra))}.")
        except (msgspec.MsgspecError, InvalidTag) as fault:
            raise Unreadable(f"{topic} does not load: {fault}") from fault
        return event

    def _open(self, kind: type, value: object) -> Private:
        if kind is not Private:
            raise NotImplementedError(f"{kind.__name__} has no form in the log.")
        return self._keys.open(msgspec.convert(value, Sealed))


_JSON: Final = msgspec.json.Encoder()
_KEYS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _in_utc(value: object, topic: str) -> object:
    match value:
        case datetime():
            if value.tzinfo is None:
                raise TypeError(f"{topic} holds a time without its zone.")
            return value.astimezone(UTC)
        case dict():
            return {key: _in_utc(part, topic) for key, part in value.items()}
        case list() | tuple():
            return [_in_utc(part, topic) for part in value]
        case _:
            return value
