"""Listings that are not posted yet: what their authors typed, for their company and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.events import Recorded
from domain.listings import DraftDiscarded, ListingDrafted
from domain.zones import ZoneWorkHandedOver
from projections.model import Id, Query, Rows, Table, opened


class DraftRow(Struct, frozen=True, kw_only=True):
    """A draft: the form's `answers` by the names of its fields, who kept them last, and when.

    `captured`: kept on behalf of the company, by who runs a zone of it; once that is handed over, by who took it.
    """

    listing_id: str
    company_id: str
    author: str
    at: datetime
    version: int
    answers: dict[str, str]
    photos: tuple[str, ...]
    captured: bool = False


DRAFT: Final = Table("listing_draft", DraftRow, ("listing_id",), ("listing_id", "company_id"))

DDL: Final = """
CREATE TABLE {schema}.listing_draft (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL,
    version bigint NOT NULL,
    answers jsonb NOT NULL,
    photos text[] NOT NULL,
    captured boolean NOT NULL
);
CREATE INDEX ON {schema}.listing_draft (company_id);
ALTER TABLE {schema}.listing_draft ENABLE ROW LEVEL SECURITY;
"""


POLICY: Final = """
-- Who kept it for the company reads it for as long as they may act for the company.
CREATE POLICY the_company_and_who_keeps_it_for_it ON {schema}.listing_draft USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR captured AND author = 'member:' || (SELECT site.viewer()) AND EXISTS (
        SELECT FROM {schema}.listing_company c WHERE c.company_id = listing_draft.company_id
            AND c.zones && (SELECT site.viewer_in('facilitated'))::text[])
);
"""
"""Made once there is the table of companies, which it asks."""


def follow(rows: Rows, recorded: Recorded, event: ListingDrafted | DraftDiscarded) -> None:
    """Keep what was typed last, or forget it; a draft whose words are erased is none any more."""
    answers = opened(event.answers) if isinstance(event, ListingDrafted) else ""
    if not isinstance(event, ListingDrafted) or not answers:
        rows.drop(DRAFT, recorded.stream)
        return
    rows.put(
        DRAFT,
        DraftRow(
            listing_id=event.listing_id,
            company_id=event.company_id,
            author=recorded.actor,
            at=recorded.at,
            version=recorded.version,
            answers=msgspec.json.decode(answers, type=dict[str, str]),
            photos=event.photos,
            captured=bool(event.captured_by),
        ),
    )


def hand_over(rows: Rows, event: ZoneWorkHandedOver) -> None:
    """Whoever takes the zone over is their author from now on."""
    for listing_id in event.ids if event.work == "drafts" else ():
        draft = rows.get(DRAFT, listing_id)
        if draft is not None:
            rows.put(DRAFT, replace(draft, author=f"member:{event.taker_id}"))


def drafts(viewer: str, company_ids: Sequence[str], limit: int = 100) -> Query[DraftRow]:
    """The drafts of these companies, and those `viewer` kept for others; the last kept first."""
    sql = """SELECT * FROM listing_draft WHERE company_id = ANY (%(companies)s) OR author = %(author)s
        ORDER BY at DESC, listing_id LIMIT %(limit)s"""
    return Query(sql, {"companies": list(company_ids), "author": viewer, "limit": limit}, DraftRow)


def captured(zone_id: str, authors: Sequence[str]) -> Query[Id]:
    """What these people keep on behalf of companies of a zone."""
    sql = """SELECT d.listing_id AS id FROM listing_draft d JOIN listing_company c USING (company_id)
        WHERE d.captured AND d.author = ANY (%(authors)s) AND %(zone)s = ANY (c.zones) ORDER BY 1"""
    return Query(sql, {"zone": zone_id, "authors": list(authors)}, Id)


def draft(listing_id: str) -> Query[DraftRow]:
    """One draft, if the viewer may see it."""
    return Query("SELECT * FROM listing_draft WHERE listing_id = %(listing)s", {"listing": listing_id}, DraftRow)


def draft_with(photo_id: str) -> Query[DraftRow]:
    """The draft that names a photo, if the viewer may see it."""
    sql = "SELECT * FROM listing_draft WHERE %(photo)s = ANY (photos) LIMIT 1"
    return Query(sql, {"photo": photo_id}, DraftRow)
