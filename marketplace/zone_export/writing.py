"""Writing an export: table by table into one archive, without ever holding more than a few hundred rows of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from importlib import resources
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from jinja2 import Environment
from msgspec import Struct

from domain.refused import _
from marketplace import csv_files, record_file
from marketplace.blobs import Blob
from marketplace.documents import Documents
from marketplace.eventlog import EventLog
from marketplace.language import Language, translations
from marketplace.mails.rendering import environment
from marketplace.photos import WIDTHS, Photos
from marketplace.reading import reading
from marketplace.wording import Wording
from marketplace.zone_export import codes
from marketplace.zone_export.cells import cell
from marketplace.zone_export.columns import says
from marketplace.zone_export.events import ZoneEvents
from marketplace.zone_export.sheets import COMPANIES, FOLDERS, SHEETS, Folder, Sheet
from projections import people, record
from projections.viewer import Viewer

EXPORTED: Final = 4
"""The version of what is written here: programs that read it may ask for it."""
ROWS: Final = 500
NAMED: Final = frozenset({"company_id", "member_id", "owner_id", "asker_id"})
"""Columns that name somebody, who can see that an export of the zone named them."""
RECORD: Final = _("The record: each decision with the words as they stood, its ground and who took it")
EVENTS: Final = _("What happened in the zone, one event a line, as JSON; private text as far as you may read it")
COLUMNS: Final = _("What each column of each table says")
CODES: Final = _("What the codes in the tables stand for")
CONTENTS: Final = (
    *(sheet.says for sheet in SHEETS), RECORD, COLUMNS, CODES, EVENTS, *(folder.says for folder in FOLDERS)
)  # fmt: skip
"""What an export holds, part by part."""


class Asked(Struct, frozen=True, kw_only=True):
    """Whose export this is: `viewer` reads under the rights they have in this zone, whatever they are elsewhere."""

    zone: people.Zone
    viewer: Viewer
    language: Language
    now: datetime
    site: str

    @property
    def eyes(self) -> Viewer:
        """The viewer with nothing but their roles in the zone: no company of theirs, and no other zone."""
        zone_id = self.zone.zone_id
        roles = {zone_id: self.viewer.roles.get(zone_id, ())}
        return Viewer(member_id=self.viewer.member_id, name=self.viewer.name, zones=(zone_id,), roles=roles)


class File(Struct, frozen=True, kw_only=True):
    """One file of the archive; `rows` are the lines of a table below its head, or events."""

    name: str
    sha256: str
    size: int
    rows: int | None = None
    says: str = ""


class Exported(Struct, frozen=True):
    """What was written, and whom it names."""

    files: tuple[File, ...]
    named: frozenset[str]


def export_zone(
    asked: Asked,
    target: IO[bytes],
    connection: psycopg.Connection[Any],
    log: EventLog,
    *,
    photos: Photos,
    documents: Documents,
) -> Exported:
    """Write everything an administrator may see of a zone as one ZIP; `connection` is of the web role."""
    until = log.head()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive, reading(connection, asked.eyes) as read:
        writing = _Writing(archive, asked)
        for sheet in SHEETS:
            writing.table(sheet, connection)
        writing.lines("record.csv", RECORD, _record(asked, read.all, writing.cell), heads=1)
        writing.explain("record", record_file.COLUMNS)
        writing.keys()
        writing.lines("events.jsonl", EVENTS, ZoneEvents(log, asked.zone.zone_id, until).lines())
        shown = {"photos": lambda photo_id: photos.show(photo_id, max(WIDTHS)), "documents": documents.show}
        for folder in FOLDERS:
            writing.folder(folder, connection, shown[folder.name])
        writing.end(until)
    return Exported(tuple(writing.files), frozenset(writing.named))


class _Writing:
    """The archive under way, with what is to be said of each file."""

    def __init__(self, archive: ZipFile, asked: Asked) -> None:
        self._archive = archive
        self._asked = asked
        self._say = translations(asked.language).gettext
        self._columns: dict[str, list[tuple[str, str]]] = {}
        self._codes: dict[tuple[str, str], set[str]] = {}
        self.cell = partial(cell, clocks=ZoneInfo(asked.zone.time_zone))
        self.files: list[File] = []
        self.named: set[str] = set()

    def table(self, sheet: Sheet, connection: psycopg.Connection[Any]) -> None:
        """A table, row by row as the database gives them, each company’s name beside its id."""
        name_of = _names(connection)
        with connection.cursor(name="sheet") as cursor:
            cursor.itersize = ROWS
            cursor.execute(sheet.sql.encode(), {"zone": self._asked.zone.zone_id})
            columns = [column.name for column in cursor.description or ()]
            naming = [place for place, column in enumerate(columns) if column in NAMED]

            coding = [
                (place, self._codes.setdefault((sheet.name, column), set()))
                for place, column in enumerate(columns)
                if codes.coded(sheet.name, column)
            ]
            companies = [column in COMPANIES for column in columns]
            heads = [head for column in columns for head in (column, COMPANIES.get(column)) if head]

            def rows() -> Iterator[list[object]]:
                for row in cursor:
                    self.named.update(row[place] for place in naming if row[place])
                    for place, met in coding:
                        met.update(row[place] if isinstance(row[place], list) else (row[place] or "",))
                    beside = zip(row, companies, strict=True)
                    yield [cell for value, is_company in beside for cell in (value, name_of(value))[: 1 + is_company]]

            self.lines(f"{sheet.name}.csv", sheet.says, csv_files.lines(heads, rows(), self.cell), heads=1)
            self.explain(sheet.name, heads)

    def explain(self, table: str, columns: Iterable[str]) -> None:
        """Keep what the columns of a table say."""
        self._columns[f"{table}.csv"] = [(column, self._say(says(table, column))) for column in columns]

    def keys(self) -> None:
        """The tables by which the others are read: what columns say, and what the codes that were met stand for."""
        wording = Wording(self._asked.language, translations(self._asked.language))
        columns = ((table, *column) for table, known in self._columns.items() for column in known)
        self.lines("columns.csv", COLUMNS, csv_files.lines(("table", "column", "says"), columns, self.cell), heads=1)
        met = (
            (f"{table}.csv", column, code, codes.label(table, column, code, wording))
            for (table, column), known in self._codes.items()
            for code in sorted(known - {""})
        )
        heads = ("table", "column", "code", "label")
        self.lines("codes.csv", CODES, csv_files.lines(heads, met, self.cell), heads=1)

    def lines(self, name: str, says: str, lines: Iterable[bytes], *, heads: int = 0) -> None:
        """A file of lines, each its own part, of which the first `heads` are no rows."""
        with self._file(name) as (put, done):
            rows = -heads
            for line in lines:
                put(line)
                rows += 1
        self.files.append(done(rows=rows, says=self._say(says)))

    def folder(self, folder: Folder, connection: psycopg.Connection[Any], show: Callable[[str], Blob | None]) -> None:
        """Photos as large as they are kept, or documents, one file each; what is gone is left out."""
        with connection.cursor(name="folder") as cursor:
            cursor.execute(folder.sql.encode(), {"zone": self._asked.zone.zone_id})
            for (blob_id,) in cursor:
                blob = show(blob_id)
                if blob is not None:
                    with self._file(f"{folder.name}/{blob_id}.{folder.ending}", packed=False) as (put, done):
                        put(blob.content)
                    self.files.append(done())

    def end(self, until: int) -> None:
        """The page to begin with, and the list by which all of it can be proved whole."""
        page = _pages(self._asked.language).get_template("index.html")
        said = page.render(
            zone=self._asked.zone,
            by=self._asked.viewer.name,
            now=self._asked.now,
            site=self._asked.site,
            language=self._asked.language,
            tables=[file for file in self.files if file.rows is not None],
            columns=self._columns,
            folders=[
                (f"{folder.name}/", self._say(folder.says), sum(f"{folder.name}/" in file.name for file in self.files))
                for folder in FOLDERS
            ],
        )
        self.lines("index.html", "", [said.encode()])
        manifest = {
            "version": EXPORTED,
            "zone": self._asked.zone.slug,
            "name": self._asked.zone.name,
            "site": self._asked.site,
            "at": self._asked.now,
            "by": self._asked.viewer.actor if self._asked.viewer.member_id else "",
            "position": until,
            "files": self.files,
        }
        content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        sums = "".join(f"{file.sha256}  {file.name}\n" for file in self.files)
        self._archive.writestr(self._entry("MANIFEST.json"), content)
        self._archive.writestr(self._entry("SHA256SUMS"), sums)

    @contextmanager
    def _file(self, name: str, *, packed: bool = True) -> Iterator[tuple[Callable[[bytes], None], Callable[..., File]]]:
        told, size = hashlib.sha256(), 0

        def put(content: bytes) -> None:
            nonlocal size
            told.update(content)
            size += len(content)
            into.write(content)

        def done(rows: int | None = None, says: str = "") -> File:
            return File(name=name, sha256=told.hexdigest(), size=size, rows=rows, says=says)

        with self._archive.open(self._entry(name, packed=packed), "w") as into:
            yield put, done

    def _entry(self, name: str, *, packed: bool = True) -> ZipInfo:
        entry = ZipInfo(f"{self._asked.zone.slug}/{name}", self._asked.now.timetuple()[:6])
        entry.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        return entry


def _names(connection: psycopg.Connection[Any]) -> Callable[[object], str]:
    """What companies are called, as far as the reader may know it; nothing once they are erased."""

    @cache
    def name(company_id: str) -> str:
        found = connection.execute("SELECT name FROM company WHERE company_id = %s AND NOT erased", (company_id,))
        return "".join(row[0] for row in found)

    return lambda company_id: name(company_id) if isinstance(company_id, str) and company_id else ""


def _record(asked: Asked, read: Callable[..., list[record.Entry]], cell: Callable[[object], str]) -> Iterator[bytes]:
    """The file of the record page, line by line, its head first."""

    def entries() -> Iterator[record.Entry]:
        after = (0, "")
        while found := read(record.whole(asked.zone.zone_id, after)):
            yield from found
            after = (found[-1].position, found[-1].subject_id)

    return record_file.csv_lines(entries(), translations(asked.language).gettext, cell)


@cache
def _pages(language: Language) -> Environment:
    folder = resources.files("marketplace") / "zone_export"
    return environment(language, lambda name: (folder / name).read_text(encoding="utf-8"))
