"""The record of a zone as files: a line for each thing that happened, the oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from marketplace import csv_files, record_words
from projections.record import Entry

COLUMNS: Final = (
    "at", "kind", "what", "subject", "version", "company_id", "company", "actor", "who", "for_company", "ground",
    "sentence", "notice", "appeal", "about_version", "alone", "status", "life", "standing", "visibility", "seen_by",
    "title", "description", "category", "amount", "unit", "per", "answers", "photos", "flags",
)  # fmt: skip


def as_csv(entries: Sequence[Entry], say: Callable[[str], str]) -> bytes:
    """For a spreadsheet."""
    return b"".join(csv_lines(entries, say))


def csv_lines(
    entries: Iterable[Entry],
    say: Callable[[str], str],
    cell: Callable[[object], str] = csv_files.plain_cell,
) -> Iterator[bytes]:
    """The same line by line, its head first."""
    rows = ([row.get(column) for column in COLUMNS] for row in _rows(entries, say))
    return csv_files.lines(COLUMNS, rows, cell)


def _rows(entries: Iterable[Entry], say: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        plain = _plain(entry)
        plain |= {"what": say(record_words.HAPPENED[entry.kind]), "flags": " ".join(entry.flags)}
        if entry.words:
            seen_by = record_words.audience(entry.status, entry.life, entry.standing, entry.visibility)
            answers = " ".join(f"{code}={value}" for code, value in entry.words.answers.items())
            plain |= {"seen_by": say(seen_by), "answers": answers, "photos": " ".join(entry.words.photos)}
        yield plain


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
