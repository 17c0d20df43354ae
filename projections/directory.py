"""The directory: what each company lets the members of its zones, or everyone, know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.companies import (
    USUALLY_SHOWN,
    Audience,
    CompanyAdmitted,
    CompanyErased,
    CompanyRefused,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    DirectoryConsentGiven,
    DirectoryEntryWritten,
    Kind,
    OrganisationKindSet,
    Part,
    SiteDeclared,
    no_wider_than_listed,
)
from domain.events import Event, Private, Recorded
from domain.opening_hours import Opening
from projections.model import Group, Query, ReadModel, Rows, Table, folded, opened

# --- rows -------------------------------------------------------------------------------------------------------


class Entry(Struct, frozen=True, kw_only=True):
    """A company in the directory of `zones`, those that admit it now; `audience` may read its name and trade."""

    company_id: str
    zones: tuple[str, ...]
    audience: Audience
    siret: str
    name: str
    trade: str
    kind: Kind
    search: str
    shown: dict[Part, Audience]


class Passage(Struct, frozen=True, kw_only=True):
    """One thing the directory tells of a company; `audience` may read it. `item` is a field of the entry, or a site."""

    company_id: str
    item: str
    part: Part
    zones: tuple[str, ...]
    audience: Audience
    text: str = ""
    search: str = ""
    hours: tuple[Opening, ...] = ()
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


ENTRY: Final = Table("directory_entry", Entry, ("company_id",), ("company_id",))
PASSAGE: Final = Table("directory_passage", Passage, ("company_id", "item"), ("company_id",))

# --- tables -----------------------------------------------------------------------------------------------------


def _seen(table: str) -> str:
    """Whom a row is for: its audience, the company itself, and whoever runs a zone that admits it."""
    return f"""ALTER TABLE {{schema}}.{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY as_far_as_it_consents ON {{schema}}.{table} USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR cardinality(zones) > 0 AND (
        audience = 'everyone'
        OR audience = 'members' AND zones && (SELECT site.viewer_in('zones'))::text[]
        OR zones && (SELECT site.viewer_in('run'))::text[])
);"""


DDL: Final = f"""
CREATE TABLE {{schema}}.directory_entry (
    company_id text PRIMARY KEY,
    zones text[] NOT NULL,
    audience text NOT NULL,
    siret text NOT NULL,
    name text NOT NULL,
    trade text NOT NULL,
    kind text NOT NULL,
    search text NOT NULL,
    shown jsonb NOT NULL
);
CREATE INDEX ON {{schema}}.directory_entry USING gin (zones);
{_seen("directory_entry")}

CREATE TABLE {{schema}}.directory_passage (
    company_id text NOT NULL,
    item text NOT NULL,
    part text NOT NULL,
    zones text[] NOT NULL,
    audience text NOT NULL,
    text text NOT NULL,
    search text NOT NULL,
    hours jsonb NOT NULL,
    address text NOT NULL,
    latitude numeric,
    longitude numeric,
    PRIMARY KEY (company_id, item)
);
{_seen("directory_passage")}
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case CompanyRegistered() as event:
            name, trade = opened(event.name), opened(event.trade)
            shown = no_wider_than_listed(USUALLY_SHOWN)
            entry = Entry(
                company_id=event.company_id,
                zones=(),
                audience=shown["listed"],
                siret=event.siret,
                name=name,
                trade=trade,
                kind=event.kind,
                search=folded(f"{name} {trade}"),
                shown=shown,
            )
            rows.put(ENTRY, entry)
        case OrganisationKindSet() as event:
            _change(rows, event.company_id, kind=event.kind)
        case SiteDeclared() as event:
            address = opened(event.address)
            _say(
                rows, event.company_id, event.site_id, "place", text=opened(event.name), address=address,
                search=folded(address), latitude=event.place.latitude, longitude=event.place.longitude,
            )  # fmt: skip
        case DirectoryEntryWritten() as event:
            _write(rows, event)
        case DirectoryConsentGiven() as event:
            shown = no_wider_than_listed(event.shown)
            _change(rows, event.company_id, shown=shown, audience=shown["listed"])
        case CompanyAdmitted() | CompanyReinstated() as event:
            _move(rows, recorded.stream, event.zone_id, admitted=True)
        case CompanyRefused() | CompanySuspended() as event:
            _move(rows, recorded.stream, event.zone_id, admitted=False)
        case CompanyErased() as event:
            rows.drop(ENTRY, event.company_id)
            for passage in rows.of(PASSAGE, "company_id", event.company_id):
                rows.drop(PASSAGE, passage.company_id, passage.item)
        case _:
            pass


def _write(rows: Rows, event: DirectoryEntryWritten) -> None:
    words: dict[str, tuple[Part, Private]] = {
        "about": ("about", event.about),
        "offers": ("flows", event.offers),
        "seeks": ("flows", event.seeks),
        "shares": ("flows", event.shares),
        "contact": ("contact", event.contact),
    }
    for item, (part, said) in words.items():
        _say(rows, event.company_id, item, part, text=opened(said), search=folded(opened(said)))
    _say(rows, event.company_id, "hours", "hours", hours=event.hours)


def _move(rows: Rows, company_id: str, zone_id: str, *, admitted: bool) -> None:
    entry = rows.get(ENTRY, company_id)
    if entry is not None:
        zones = {*entry.zones, zone_id} if admitted else {*entry.zones} - {zone_id}
        _change(rows, company_id, zones=tuple(sorted(zones)))


def _change(rows: Rows, company_id: str, **changed: object) -> None:
    """Change the entry, and what its passages have of it."""
    entry = rows.get(ENTRY, company_id)
    if entry is None:
        return
    entry = replace(entry, **changed)
    rows.put(ENTRY, entry)
    for passage in rows.of(PASSAGE, "company_id", company_id):
        rows.put(PASSAGE, replace(passage, zones=entry.zones, audience=entry.shown[passage.part]))


def _say(rows: Rows, company_id: str, item: str, part: Part, **said: object) -> None:
    entry = rows.get(ENTRY, company_id)
    if entry is not None:
        about = {"company_id": company_id, "item": item, "part": part}
        rows.put(PASSAGE, Passage(**about, zones=entry.zones, audience=entry.shown[part], **said))  # type: ignore[arg-type]


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    if type(recorded.event) in EVENTS and not isinstance(recorded.event, CompanyRegistered):
        yield ENTRY, "company_id", recorded.stream
        yield PASSAGE, "company_id", recorded.stream


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        CompanyRegistered, OrganisationKindSet, SiteDeclared, DirectoryEntryWritten, DirectoryConsentGiven,
        CompanyAdmitted, CompanyReinstated, CompanyRefused, CompanySuspended, CompanyErased,
    }
)  # fmt: skip

DIRECTORY: Final = ReadModel(
    name="directory",
    version=1,
    tables=(ENTRY, PASSAGE),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25
MOST_WORDS: Final = 8

# A search finds in a company only what its reader may read of it: row-level security stands on both tables.
_FOUND: Final = """e.zones @> ARRAY[%(zone)s] AND NOT EXISTS (
        SELECT FROM unnest(%(words)s::text[]) word WHERE position(word IN e.search) = 0 AND NOT EXISTS (
            SELECT FROM directory_passage p WHERE p.company_id = e.company_id AND position(word IN p.search) > 0))
    AND (%(kind)s = '' OR e.kind = %(kind)s)"""


class Count(Struct, frozen=True):
    """How many."""

    n: int


def entries(zone_id: str, text: str = "", kind: str = "", after: str = "", limit: int = PAGE) -> Query[Entry]:
    """The companies of a zone's directory whose entry has all the words, by name, from the one after `after`."""
    sql = f"""SELECT e.* FROM directory_entry e
        WHERE {_FOUND} AND (e.name, e.company_id) > (
            coalesce((SELECT a.name FROM directory_entry a WHERE a.company_id = %(after)s), ''), %(after)s)
        ORDER BY e.name, e.company_id LIMIT %(limit)s"""
    return Query(sql, {**_asked(zone_id, text, kind), "after": after, "limit": limit}, Entry)


def count(zone_id: str, text: str = "", kind: str = "") -> Query[Count]:
    """How many companies of a zone's directory have all the words."""
    return Query(f"SELECT count(*) AS n FROM directory_entry e WHERE {_FOUND}", _asked(zone_id, text, kind), Count)


def entry(company_id: str) -> Query[Entry]:
    """One company, as far as the viewer may know it."""
    return Query("SELECT * FROM directory_entry WHERE company_id = %(company)s", {"company": company_id}, Entry)


def passages(company_ids: Sequence[str]) -> Query[Passage]:
    """What the directory tells of these companies, as far as the viewer may know it; sites as they were declared."""
    sql = "SELECT * FROM directory_passage WHERE company_id = ANY (%(companies)s) ORDER BY company_id, part, item"
    return Query(sql, {"companies": list(company_ids)}, Passage)


def _asked(zone_id: str, text: str, kind: str) -> dict[str, object]:
    return {"zone": zone_id, "words": folded(text).split()[:MOST_WORDS], "kind": kind}
