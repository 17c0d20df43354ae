"""Writing an export: table by table into one archive, without ever holding more than a few hundred rows of it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib import resources
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec
import psycopg
from jinja2 import Environment
from msgspec import Struct

from domain.refused import _
from marketplace.csv_files import BYTE_ORDER_MARK
from marketplace.eventlog import EventLog
from marketplace.language import Language, translations
from marketplace.mails.rendering import environment
from marketplace.photos import WIDTHS, Photos
from marketplace.reading import reading
from marketplace.record_file import as_csv
from marketplace.zone_export.cells import cell
from marketplace.zone_export.events import ZoneEvents
from marketplace.zone_export.sheets import PHOTOS, SHEETS, Sheet
from projections import people, record
from projections.viewer import Viewer

EXPORTED: Final = 2
"""The version of what is written here: programs that read it may ask for it."""
ROWS: Final = 500
NAMED: Final = frozenset({"company_id", "member_id", "owner_id", "asker_id"})
"""Columns that name somebody, who can see that an export of the zone named them."""
RECORD: Final = _("The record: each decision with the words as they stood, its ground and who took it")
EVENTS: Final = _("What happened in the zone, one event a line, as JSON; private text as far as you may read it")
PICTURES: Final = _("The photos of listings, named by their ids")


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
    asked: Asked, target: IO[bytes], connection: psycopg.Connection[Any], log: EventLog, photos: Photos
) -> Exported:
    """Write everything an administrator may see of a zone as one ZIP; `connection` is of the web role."""
    until = log.head()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive, reading(connection, asked.eyes) as read:
        writing = _Writing(archive, asked)
        for sheet in SHEETS:
            writing.table(sheet, connection)
        writing.lines("record.csv", RECORD, _record(asked, read.all))
        writing.lines("events.jsonl", EVENTS, ZoneEvents(log, asked.zone.zone_id, until).lines())
        with connection.cursor(name="photos") as cursor:
            cursor.execute(PHOTOS, {"zone": asked.zone.zone_id})
            for (photo_id,) in cursor:
                writing.photo(photo_id, photos)
        writing.end(until)
    return Exported(tuple(writing.files), frozenset(writing.named))


class _Writing:
    """The archive under way, with what is to be said of each file."""

    def __init__(self, archive: ZipFile, asked: Asked) -> None:
        self._archive = archive
        self._asked = asked
        self._say = translations(asked.language).gettext
        self.files: list[File] = []
        self.named: set[str] = set()

    def table(self, sheet: Sheet, connection: psycopg.Connection[Any]) -> None:
        """A table, row by row as the database gives them."""
        with connection.cursor(name="sheet") as cursor:
            cursor.itersize = ROWS
            cursor.execute(sheet.sql.encode(), {"zone": self._asked.zone.zone_id})
            columns = [column.name for column in cursor.description or ()]
            naming = [place for place, column in enumerate(columns) if column in NAMED]

            def lines() -> Iterator[bytes]:
                yield BYTE_ORDER_MARK.encode() + _csv_line(columns)
                for row in cursor:
                    self.named.update(row[place] for place in naming if row[place])
                    yield _csv_line(map(cell, row))

            self.lines(f"{sheet.name}.csv", sheet.says, lines(), heads=1)

    def lines(self, name: str, says: str, lines: Iterable[bytes], *, heads: int = 0) -> None:
        """A file of lines, of which the first `heads` are no rows."""
        with self._file(name) as (put, done):
            rows = -heads
            for line in lines:
                put(line)
                rows += 1
        self.files.append(done(rows=max(rows, 0), says=self._say(says)))

    def photo(self, photo_id: str, photos: Photos) -> None:
        """One photo as large as it is kept; one that is gone is left out."""
        blob = photos.show(photo_id, max(WIDTHS))
        if blob is not None:
            with self._file(f"photos/{photo_id}.webp", packed=False) as (put, done):
                put(blob.content)
            self.files.append(done())

    def end(self, until: int) -> None:
        """The page to begin with, and the list by which all of it can be proved whole."""
        pictures = [file for file in self.files if file.name.startswith("photos/")]
        page = _pages(self._asked.language).get_template("index.html")
        said = page.render(
            zone=self._asked.zone,
            by=self._asked.viewer.name,
            now=self._asked.now,
            site=self._asked.site,
            language=self._asked.language,
            tables=[file for file in self.files if file not in pictures],
            pictures=len(pictures),
            pictures_said=self._say(PICTURES),
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


def _record(asked: Asked, read: Callable[..., list[record.Entry]]) -> Iterator[bytes]:
    """The file of the record page, page by page."""
    after, first = (0, ""), True
    while found := read(record.whole(asked.zone.zone_id, after)):
        written = as_csv(found, translations(asked.language).gettext)
        yield written if first else written.partition(b"\r\n")[2]
        after, first = (found[-1].position, found[-1].subject_id), False


def _csv_line(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()


@cache
def _pages(language: Language) -> Environment:
    folder = resources.files("marketplace") / "zone_export"
    return environment(language, lambda name: (folder / name).read_text(encoding="utf-8"))
