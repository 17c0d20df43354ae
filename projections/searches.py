"""Saved searches: what each member keeps an eye on, for themselves and their weekly mail only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.events import Event, Recorded
from domain.members import Filters, MemberErased, SearchDropped, SearchSaved
from projections.model import Group, Query, ReadModel, Rows, Table, opened


class SavedSearch(Struct, frozen=True, kw_only=True):
    """A search a member keeps; `by_mail` when they want to be told what new things it finds."""

    member_id: str
    search_id: str
    zone_id: str
    name: str
    text: str
    filters: Filters
    by_mail: bool
    saved_at: datetime


SAVED: Final = Table("saved_search", SavedSearch, ("member_id", "search_id"), ("member_id",))

DDL: Final = """
CREATE TABLE {schema}.saved_search (
    member_id text NOT NULL,
    search_id text NOT NULL,
    zone_id text NOT NULL,
    name text NOT NULL,
    text text NOT NULL,
    filters jsonb NOT NULL,
    by_mail boolean NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (member_id, search_id)
);
ALTER TABLE {schema}.saved_search ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself ON {schema}.saved_search USING (member_id = (SELECT site.viewer()));
"""


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case SearchSaved() as event:
            saved = SavedSearch(
                member_id=event.member_id,
                search_id=event.search_id,
                zone_id=event.zone_id,
                name=opened(event.name),
                text=opened(event.text),
                filters=event.filters,
                by_mail=event.by_mail,
                saved_at=recorded.at,
            )
            rows.put(SAVED, saved)
        case SearchDropped() as event:
            rows.drop(SAVED, event.member_id, event.search_id)
        case MemberErased() as event:
            for saved in rows.of(SAVED, "member_id", event.member_id):
                rows.drop(SAVED, saved.member_id, saved.search_id)
        case _:
            pass


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    yield SAVED, "member_id", recorded.stream


EVENTS: Final[frozenset[type[Event]]] = frozenset({SearchSaved, SearchDropped, MemberErased})

SEARCHES: Final = ReadModel(
    name="searches",
    version=1,
    tables=(SAVED,),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)


# --- questions --------------------------------------------------------------------------------------------------


def of_member(member_id: str) -> Query[SavedSearch]:
    """The searches a person keeps, the newest first; theirs alone to read."""
    sql = "SELECT * FROM saved_search WHERE member_id = %(member)s ORDER BY saved_at DESC, search_id DESC"
    return Query(sql, {"member": member_id}, SavedSearch)
