"""Listings that are not posted yet: what their authors typed, for their company and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from domain.events import Recorded
from domain.listings import DraftDiscarded, ListingDrafted
from projections.model import Query, Rows, Table, opened


class DraftRow(Struct, frozen=True, kw_only=True):
    """A draft: the form's `answers` by the names of its fields, who kept them last, and when."""

    listing_id: str
    company_id: str
    author: str
    at: datetime
    version: int
    answers: dict[str, str]
    photos: tuple[str, ...]


DRAFT: Final = Table("listing_draft", DraftRow, ("listing_id",), ("listing_id", "company_id"))

DDL: Final = """
CREATE TABLE {schema}.listing_draft (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL,
    version bigint NOT NULL,
    answers jsonb NOT NULL,
    photos text[] NOT NULL
);
CREATE INDEX ON {schema}.listing_draft (company_id);
ALTER TABLE {schema}.listing_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_author ON {schema}.listing_draft USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR author = 'member:' || (SELECT site.viewer())
);
"""


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
        ),
    )


def drafts(viewer: str, company_ids: Sequence[str], limit: int = 100) -> Query[DraftRow]:
    """The drafts of these companies, and those `viewer` kept for others; the last kept first."""
    sql = """SELECT * FROM listing_draft WHERE company_id = ANY (%(companies)s) OR author = %(author)s
        ORDER BY at DESC, listing_id LIMIT %(limit)s"""
    return Query(sql, {"companies": list(company_ids), "author": viewer, "limit": limit}, DraftRow)


def draft(listing_id: str) -> Query[DraftRow]:
    """One draft, if the viewer may see it."""
    return Query("SELECT * FROM listing_draft WHERE listing_id = %(listing)s", {"listing": listing_id}, DraftRow)


def draft_with(photo_id: str) -> Query[DraftRow]:
    """The draft that names a photo, if the viewer may see it."""
    sql = "SELECT * FROM listing_draft WHERE %(photo)s = ANY (photos) LIMIT 1"
    return Query(sql, {"photo": photo_id}, DraftRow)
