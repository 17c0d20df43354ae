"""The record of a zone as files: a line for each thing that happened, the oldest first."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from marketplace import record_words
from projections.record import Entry

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would calculate instead of showing."""
BYTE_ORDER_MARK: Final = "\ufeff"
COLUMNS: Final = (
    "at", "kind", "what", "subject", "version", "company_id", "company", "actor", "who", "for_company", "ground",
    "sentence", "notice", "appeal", "about_version", "alone", "status", "life", "standing", "visibility", "title",
    "description", "category", "amount", "unit", "per", "flags",
)  # fmt: skip


def as_csv(entries: Sequence[Entry], say: Callable[[str], str]) -> bytes:
    """As French spreadsheets open it: semicolons, and a mark that says it is UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        plain = _plain(entry)
        plain |= {"what": say(record_words.HAPPENED[entry.kind]), "flags": " ".join(entry.flags)}
        writer.writerow([_cell(plain.get(column)) for column in COLUMNS])
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def as_json(zone: str, entries: Sequence[Entry]) -> bytes:
    """With the words of each line in full."""
    lines = [{**_plain(entry), "words": entry.words} for entry in entries]
    return msgspec.json.format(msgspec.json.encode({"zone": zone, "lines": lines}), indent=1)


def _plain(entry: Entry) -> dict[str, Any]:
    words = entry.words
    return {
        "at": entry.at,
        "kind": entry.kind,
        "subject": entry.subject_id,
        "version": entry.version,
        "company_id": entry.company_id,
        "company": entry.company,
        "actor": entry.actor,
        "who": entry.who,
        "for_company": entry.for_company,
        "ground": entry.ground,
        "sentence": entry.sentence,
        "notice": entry.notice_id,
        "appeal": entry.appeal_id,
        "about_version": entry.about,
        "alone": entry.alone,
        "status": entry.status,
        "life": entry.life,
        "standing": entry.standing,
        "visibility": entry.visibility,
        "flags": entry.flags,
        **(
            {
                "title": words.title,
                "description": words.description,
                "category": words.category,
                "amount": words.amount,
                "unit": words.unit,
                "per": words.per,
            }
            if words
            else {}
        ),
    }


def _cell(value: object) -> str:
    if value is None:
        return ""
    said = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{said}" if said.startswith(FORMULA) else said
