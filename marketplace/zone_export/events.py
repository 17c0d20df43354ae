"""The events of a zone as lines of JSON: what happened there, in the words its administrators may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.events import Event, Private, Recorded
from domain.listings import ListingPosted
from domain.quantities import plain
from marketplace.eventlog import EventLog
from marketplace.holdings import HOLDINGS

OWN: Final = frozenset(
    {"zone", "charter", "joining", "purchase", "pooling", "outlet", "bulletin", "sentences", "notice"}
)
"""Kinds of streams that are one zone's: of another's, nothing is told."""
SHARED: Final = frozenset({"company", "listing", "match", "programme"})
"""Kinds of streams that several zones may have to do with: told are the events that concern this one."""
TOLD: Final = frozenset({"card", "listings", "purchases", "decisions", "zone", "suppliers", "notifiers", "joining"})
"""Holdings that whoever administers a zone reads, by the declarations; everything else is withheld."""
NOT_TOLD: Final = frozenset(
    {
        "companies.PhonePaired.name",
        "companies.DirectoryEntryWritten.about", "companies.DirectoryEntryWritten.contact",
        "companies.DirectoryEntryWritten.offers", "companies.DirectoryEntryWritten.seeks",
        "companies.DirectoryEntryWritten.shares", "listings.ListingDrafted.answers", "listings.ListingWithdrawn.reason",
        "joining.JoinAsked.mail", "joining.JoinAsked.person", "joining.JoinAsked.address", "joining.JoinAsked.wish",
    }
)  # fmt: skip
"""Save these: what a company shows to whom is its choice, and an address may be another’s until it is confirmed."""
UNSAID: Final = frozenset({"zones.ZoneHandoverProposed.taker_id"})
"""Ids that would say whether somebody holds an address here; what they accepted names them."""
READ: Final = frozenset(text for holding in HOLDINGS if holding.name in TOLD for text in holding.texts) - NOT_TOLD


class ZoneEvents:
    """Those of one zone, up to where the log stood when it was asked."""

    def __init__(self, log: EventLog, zone_id: str, until: int) -> None:
        self._log = log
        self._zone_id = zone_id
        self._until = until
        self._ours: dict[str, bool] = {}

    def lines(self) -> Iterator[bytes]:
        """One a line, in the one order."""
        for recorded in self._log.of_zone(self._zone_id, self._until):
            if self._concerns(recorded):
                yield msgspec.json.encode(self._line(recorded)) + b"\n"

    def _concerns(self, recorded: Recorded) -> bool:
        kind = recorded.stream.partition("-")[0]
        if getattr(recorded.event, "zone_id", self._zone_id) != self._zone_id:
            return False
        if kind == "listing" or kind in OWN:
            return self._ours.setdefault(recorded.stream, self._begins_here(recorded.event))
        return kind in SHARED

    def _begins_here(self, first: Event) -> bool:
        """Whether the first event of a stream that has to do with the zone makes it the zone's."""
        if isinstance(first, ListingPosted):
            return self._zone_id in first.zones
        return getattr(first, "zone_id", None) == self._zone_id

    def _line(self, recorded: Recorded) -> dict[str, Any]:
        own = recorded.stream == self._zone_id
        return {
            "id": recorded.id,
            "at": recorded.at,
            "stream": recorded.stream,
            "version": recorded.version,
            "event": type(recorded.event).__name__,
            "actor": recorded.actor,
            "for_company": recorded.for_company,
            "fields": said(recorded.event) if own else without_others(said(recorded.event), self._zone_id),
        }


def said(value: Any, field: str = "") -> Any:  # noqa: ANN401, PLR0911  (whatever an event holds, one case for each)
    """A value as JSON has it; private text as it is, `{"erased": true}`, or `{"withheld": true}`."""
    match value:
        case _ if field in UNSAID:
            return {"withheld": True}
        case Private():
            return _words(value, field)
        case Struct():
            noun = f"{type(value).__module__.split('.')[1]}.{type(value).__name__}"
            fields = value.__struct_fields__
            return {name: said(getattr(value, name), f"{noun}.{name}") for name in fields}
        case dict():
            return {str(key): said(part, field) for key, part in value.items()}
        case list() | tuple() | frozenset() | set():
            return [said(part, field) for part in value]
        case Decimal():
            return plain(value)
        case _:
            return value.isoformat() if isinstance(value, date) else value


def _words(private: Private, field: str) -> Any:  # noqa: ANN401  (a text, or why there is none)
    if private.text is None:
        return {"erased": True}
    return private.text if field in READ else {"withheld": True}


def without_others(value: Any, zone_id: str) -> Any:  # noqa: ANN401  (JSON)
    """The same without a word of other zones: whose they are besides is not this zone's to tell."""
    match value:
        case dict():
            kept = {key: part for key, part in value.items() if not _is_another(key, zone_id)}
            return {key: without_others(part, zone_id) for key, part in kept.items()}
        case list():
            return [without_others(part, zone_id) for part in value if not _is_another(part, zone_id)]
        case _:
            return None if _is_another(value, zone_id) else value


def _is_another(value: object, zone_id: str) -> bool:
    return isinstance(value, str) and value.startswith("zone-") and value != zone_id and " " not in value
