"""Bulletins as a zone's people read them, and as its facilitators keep them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from domain.bulletins import (
    BulletinAmended,
    BulletinIssued,
    BulletinWithdrawn,
    BulletinWritten,
    Content,
    Stage,
    Way,
)
from domain.events import Event, Recorded
from domain.members import BulletinTopic
from projections.model import Group, Query, ReadModel, Rows, Table, folded, opened

# --- rows -------------------------------------------------------------------------------------------------------


class BulletinRow(Struct, frozen=True, kw_only=True):
    """What a zone tells its companies; `version` is that of the stream. Without English, `title_en` is empty."""

    bulletin_id: str
    zone_id: str
    topic: BulletinTopic
    title: str
    text: str
    title_en: str
    text_en: str
    families: tuple[str, ...]
    trades: tuple[str, ...]
    on: date | None
    stage: Stage = "draft"
    way: Way | None = None
    written_at: datetime
    issued_at: datetime | None = None
    until: date | None = None
    version: int = 0

    def said_in(self, language: str) -> tuple[str, str]:
        """Title and text for a reader; French stands for both when there is no English."""
        english = language == "en" and self.title_en
        return (self.title_en, self.text_en) if english else (self.title, self.text)

    def is_for(self, trades: Collection[str], families: Collection[str]) -> bool:
        """Whether it is for someone whose companies have these trades, and who have to do with these families."""
        if not self.trades and not self.families:
            return True
        mine = {folded(trade) for trade in trades}
        return any(folded(trade) in mine for trade in self.trades) or not set(self.families).isdisjoint(families)


BULLETIN: Final = Table("bulletin", BulletinRow, ("bulletin_id",), ("bulletin_id",))

DDL: Final = """
CREATE TABLE {schema}.bulletin (
    bulletin_id text PRIMARY KEY,
    zone_id text NOT NULL,
    topic text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    title_en text NOT NULL,
    text_en text NOT NULL,
    families text[] NOT NULL,
    trades text[] NOT NULL,
    "on" date,
    stage text NOT NULL,
    way text,
    written_at timestamptz NOT NULL,
    issued_at timestamptz,
    until date,
    version bigint NOT NULL
);
CREATE INDEX ON {schema}.bulletin (zone_id, stage);
ALTER TABLE {schema}.bulletin ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_zone_once_issued ON {schema}.bulletin USING (
    stage = 'issued' AND zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case BulletinWritten() as event:
            written = BulletinRow(
                bulletin_id=event.bulletin_id,
                zone_id=event.zone_id,
                written_at=recorded.at,
                **_said(event.content),
            )
            rows.put(BULLETIN, written)
        case BulletinAmended() as event:
            _change(rows, recorded, **_said(event.content))
        case BulletinIssued() as event:
            _change(rows, recorded, stage="issued", way=event.way, until=event.until, issued_at=recorded.at)
        case BulletinWithdrawn():
            _change(rows, recorded, stage="withdrawn")
        case _:
            pass


def _said(content: Content) -> dict[str, Any]:
    return {
        "topic": content.topic,
        "title": opened(content.title),
        "text": opened(content.text),
        "title_en": opened(content.title_en),
        "text_en": opened(content.text_en),
        "families": content.families,
        "trades": tuple(opened(trade) for trade in content.trades),
        "on": content.on,
    }


def _change(rows: Rows, recorded: Recorded, **changed: Any) -> None:  # noqa: ANN401 - whatever a row has
    row = rows.get(BULLETIN, recorded.stream)
    if row is not None:
        rows.put(BULLETIN, replace(row, version=recorded.version, **changed))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    yield BULLETIN, "bulletin_id", recorded.stream


EVENTS: Final[frozenset[type[Event]]] = frozenset({BulletinWritten, BulletinAmended, BulletinIssued, BulletinWithdrawn})

BULLETINS: Final = ReadModel(
    name="bulletins",
    version=1,
    tables=(BULLETIN,),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25


def one(bulletin_id: str) -> Query[BulletinRow]:
    """One bulletin."""
    return Query("SELECT * FROM bulletin WHERE bulletin_id = %(bulletin)s", {"bulletin": bulletin_id}, BulletinRow)


def of_zone(zone_id: str, before: str = "", limit: int = PAGE) -> Query[BulletinRow]:
    """A zone's bulletins, the newest first, and one more when there is a next page; `before` ends the last one."""
    sql = """SELECT * FROM bulletin WHERE zone_id = %(zone)s AND (%(before)s = '' OR bulletin_id < %(before)s)
        ORDER BY bulletin_id DESC LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "before": before, "limit": limit + 1}, BulletinRow)


def issued(zone_ids: Sequence[str], limit: int = PAGE) -> Query[BulletinRow]:
    """What these zones told, the newest first."""
    sql = """SELECT * FROM bulletin WHERE zone_id = ANY (%(zones)s) AND stage = 'issued'
        ORDER BY issued_at DESC, bulletin_id LIMIT %(limit)s"""
    return Query(sql, {"zones": list(zone_ids), "limit": limit}, BulletinRow)


def standing(zone_ids: Sequence[str], today: date) -> Query[BulletinRow]:
    """What these zones tell today, the one whose day comes first before the others, then the newest."""
    sql = """SELECT * FROM bulletin WHERE zone_id = ANY (%(zones)s) AND stage = 'issued' AND until >= %(today)s
        ORDER BY "on" NULLS LAST, issued_at DESC, bulletin_id"""
    return Query(sql, {"zones": list(zone_ids), "today": today}, BulletinRow)


def to_send(since: datetime, today: date) -> Query[BulletinRow]:
    """What was issued since a time to leave in a mail of its own, the oldest first; for the system."""
    sql = """SELECT * FROM bulletin WHERE stage = 'issued' AND way = 'alone' AND issued_at > %(since)s
        AND until >= %(today)s ORDER BY issued_at, bulletin_id"""
    return Query(sql, {"since": since, "today": today}, BulletinRow)
