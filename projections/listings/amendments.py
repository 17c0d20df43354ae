"""What an amendment changed: each field as it was before and as it is after, in codes and figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import json

from domain import taxonomy
from domain.events import Recorded
from domain.quantities import plain
from domain.routes import PERSONAL
from projections.listings.rows import AMENDMENT, AmendmentRow, ListingRow
from projections.model import Rows

TEXTS: Final = ("title", "description")
FIGURES: Final = ("category", "mode", "available_from", "available_to", "max_km", "visibility")


Sides = tuple[dict[str, str], dict[str, str]]
"""Values by field, before an amendment and after it."""


def amended(before: ListingRow, after: ListingRow, reworded: Sequence[str]) -> Sides:
    """The fields that changed: their values before, and after; empty where there was or is none, and for every text.

    Which texts changed the event says, since nobody could tell once they are erased; everything else is compared.
    """
    old, new = _told(before), _told(after)
    changed = [name for name in dict.fromkeys((*old, *new)) if old.get(name, "") != new.get(name, "")]
    changed += reworded
    return ({name: old.get(name, "") for name in changed}, {name: new.get(name, "") for name in changed})


def keep_texts(rows: Rows, recorded: Recorded, before: ListingRow, after: ListingRow, reworded: Sequence[str]) -> None:
    """Keep what stood in the texts that changed, and what stands there now, where it can be erased."""
    if reworded:
        row = AmendmentRow(
            listing_id=recorded.stream,
            version=recorded.version,
            company_id=before.company_id,
            before={name: _text(before, name) for name in reworded},
            after={name: _text(after, name) for name in reworded},
        )
        rows.put(AMENDMENT, row)


def is_text(name: str) -> bool:
    """Whether a field holds what somebody wrote."""
    attribute = taxonomy.ATTRIBUTES.get(name)
    return name in TEXTS or (attribute is not None and attribute.is_typed)


def _told(row: ListingRow) -> dict[str, str]:
    """Everything of a listing that is no text."""
    figures = {name: "" if (value := getattr(row, name)) is None else str(value) for name in FIGURES}
    chosen = {code: value for code, value in row.attributes.items() if not is_text(code)}
    return {
        **figures,
        "quantity": " ".join(filter(None, (plain(row.amount), row.unit, row.per))),
        "price": " ".join(
            (row.price, *((str(row.price_cents), row.currency, row.unit) if row.price_cents is not None else ()))
        ),
        "photos": str(len(row.photos)),
        "pickup": json.encode(row.pickup).decode() if row.pickup else "",
        "whole_lot": "true" if row.whole_lot else "",
        **chosen,
    }


def _text(row: ListingRow, name: str) -> str:
    if name in PERSONAL:
        return ""  # told to nobody: that it changed is enough
    return getattr(row, name) if name in TEXTS else row.attributes.get(name, "")
