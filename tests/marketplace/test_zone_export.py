"""What is taken away of a zone is all an administrator may see of it, and not a word more."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import msgspec
import pytest

from domain import exchanges, listings, purchases
from domain.events import Private
from domain.listings import DraftListing
from marketplace.blobs import Blobs
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.documents import Documents
from marketplace.erasing import erase
from marketplace.eventlog import log
from marketplace.photos import Photos
from marketplace.record_file import csv_lines
from marketplace.settings import Settings
from marketplace.zone_export import Asked, export_zone
from marketplace.zone_export.cells import cell
from marketplace.zone_export.codes import LABELS
from marketplace.zone_export.events import said, without_others
from marketplace.zone_export.sheets import SHEETS
from projections import people
from projections.viewer import Viewer
from tests.marketplace import test_cli
from tests.replay import Town, built
from tests.samples import NOW, asked

JOURDIES, LA_ROCHE = "zone-jourdies", "zone-la-roche"
FORMULA = '=HYPERLINK("https://example.org";"Cliquez")'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "true"),
        (-3, "-3"),
        (Decimal("12.50"), "12.5"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 14, 30, tzinfo=UTC), "2026-03-02T15:30+01:00"),
        (["a", "b"], "a b"),
        ({"condition": "B"}, '{"condition":"B"}'),
        ("=1+1", "'=1+1"),
        ("\t=1", "'\t=1"),
        (["-a"], "'-a"),
    ],
)
def test_a_cell_is_never_calculated(value: Any, shown: str) -> None:
    assert cell(value, ZoneInfo("Europe/Paris")) == shown


def test_of_other_zones_nothing_is_told_whatever_names_them() -> None:
    kept = {"zones": [JOURDIES, LA_ROCHE], "spared": {LA_ROCHE: "trusted", JOURDIES: "alone"}, "home": LA_ROCHE}
    assert without_others(kept, JOURDIES) == {"zones": [JOURDIES], "spared": {JOURDIES: "alone"}, "home": None}


def test_a_text_whose_field_is_not_declared_for_them_is_withheld() -> None:
    assert said(Private("member-lea", "Between us."), "exchanges.InterestShown.message") == {"withheld": True}
    assert said(Private("company-sawmill", "Pallets"), "listings.Content.title") == "Pallets"
    assert said(Private("company-sawmill", None), "listings.Content.title") == {"erased": True}
    assert said("member-zoe", "zones.ZoneHandoverProposed.taker_id") == {"withheld": True}


def test_a_record_in_which_nothing_happened_yet_is_a_file_with_a_head() -> None:
    assert [line.decode().partition(";")[0] for line in csv_lines([], str)] == ["\ufeffat"]


def told(taken: bytes) -> Callable[[str], str]:
    archive = ZipFile(io.BytesIO(taken))
    return lambda name: archive.read(f"jourdies/{name}").decode()


def table(read: Callable[[str], str], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(name).removeprefix("\ufeff")), delimiter=";"))


def assert_explained(read: Callable[[str], str]) -> None:
    """Every column of every table has its sentence, and every code that stands in one its words."""
    explained = {(row["table"], row["column"]): row["says"] for row in table(read, "columns.csv")}
    assert [place for place, says in explained.items() if not says] == []
    for sheet in SHEETS:
        head = read(f"{sheet.name}.csv").removeprefix("\ufeff").partition("\r\n")[0].split(";")
        assert {(f"{sheet.name}.csv", column) for column in head} <= explained.keys()
    decoded = {(row["column"], row["code"]): row["label"] for row in table(read, "codes.csv")}
    assert [code for code, label in decoded.items() if not label] == []
    assert (decoded["status", "approved"], decoded["side", "offer"]) == ("Approved", "Offer")


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("exchanges.stage", exchanges.Stage),
        ("listings.life", listings.Life),
        ("listings.mode", listings.Mode),
        ("listings.price", listings.PriceTerms),
        ("listings.status", listings.ZoneStatus),
        ("listings.visibility", listings.Visibility),
        ("purchases.stage", purchases.Stage),
        ("purchase_pledges.outcome", purchases.Receipt),
    ],
)
def test_every_code_a_thing_may_have_has_words(column: str, codes: object) -> None:
    assert LABELS[column].keys() == set(get_args(codes))


def export(town: Town, name: str = "administrator-jourdies") -> bytes:
    town.follow()
    (zone,) = town.know(people.zone("jourdies"))
    viewer = town.viewer(name)
    written = io.BytesIO()
    with town.database.pool(Role.APPEND, max_size=1) as pool:
        export_zone(
            Asked(zone=zone, viewer=viewer, language="en", now=NOW, site="Gisement"),
            written,
            town.page,
            town.log,
            photos=Photos(Blobs(pool, town.log.keys), town.log),
            documents=Documents(Blobs(pool, town.log.keys)),
        )
    return written.getvalue()


def test_two_zones_of_one_company_each_take_their_own_and_what_was_erased_is_gone(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "HELD", 3)  # so that they are many more than are held at a time
    with built(database) as town:
        town.zone("jourdies")
        town.zone("la-roche", moderation="before")
        town.company("sawmill", JOURDIES, LA_ROCHE)
        town.company("bakery", JOURDIES)
        town.company("forge", LA_ROCHE)
        town.post("sawmill", "pallets", title=FORMULA)
        town.reject("pallets", "la-roche")
        town.post("forge", "anvil", title="Une enclume", visibility="public")
        town.post("bakery", "flour", title="Farine à donner")
        town.marketplace.draft_listing(
            DraftListing(
                **asked("member-sawmill"),
                listing_id="listing-draft",
                company_id="company-sawmill",
                answers={"title": "Brouillon secret"},
            )
        )
        read = told(export(town))
        events = [msgspec.json.decode(line) for line in read("events.jsonl").splitlines()]
        everything = "\n".join(
            read(name) for name in ("events.jsonl", "listings.csv", "companies.csv", "record.csv", "roles.csv")
        )
        assert "Farine à donner" in everything
        for foreign in ("zone-la-roche", "Dites ce que", "Une enclume", "Forge", "Brouillon secret", "la-roche@"):
            assert foreign not in everything, foreign
        assert {event["stream"].partition("-")[0] for event in events} <= {"zone", "company", "listing", "match"}
        assert {row["company_name"] for row in table(read, "listings.csv")} == {"Sawmill SA", "Bakery SA"}
        assert "'" + FORMULA in {row["title"] for row in table(read, "listings.csv")}
        assert table(read, "listings.csv")[0]["posted_at"].endswith(("+01:00", "+02:00"))
        assert {row["company"] for row in table(read, "record.csv")} >= {"Sawmill SA"}
        assert {row["alone"] for row in table(read, "record.csv")} <= {"true", "false"}
        counted = {file["name"]: file["rows"] for file in msgspec.json.decode(read("MANIFEST.json"))["files"]}
        assert_explained(read)
        lines = list(csv.reader(io.StringIO(read("record.csv").removeprefix("\ufeff")), delimiter=";"))
        assert counted["record.csv"] == len(lines) - 1 > 1
        assert counted["events.jsonl"] == len(events)
        here = [one.id for one in town.log.read(0, 1_000) if JOURDIES in one.zones]
        assert [one.id for one in town.log.of_zone(JOURDIES, town.log.head())] == here
        viewer = Viewer(member_id="member-sawmill", zones=(JOURDIES,))
        (zone,) = town.know(people.zone("jourdies"))
        assert Asked(zone=zone, viewer=viewer, language="en", now=NOW, site="").eyes.roles == {JOURDIES: ()}
        erase("company-bakery", town.database, town.marketplace, Clock(town.database.url))
        read = told(export(town))
        assert "Farine à donner" not in read("events.jsonl") + read("listings.csv") + read("record.csv")
        assert {row["company_name"] for row in table(read, "listings.csv")} == {"Sawmill SA", ""}
        assert '"name":{"erased":true}' in read("events.jsonl")
        file = tmp_path / "taken.zip"
        given = {"var": str(tmp_path), "database_url": str(settings.database_url), "secret": settings.secret}
        done = test_cli.marketplace("export-zone", "jourdies", str(file), **given)
        assert done.returncode == 0, done.stderr
        assert ZipFile(file).testzip() is None
        assert (file.stat().st_mode & 0o777, list(tmp_path.glob("*.part"))) == (0o600, [])
        assert test_cli.marketplace("export-zone", "jourdies", str(file), **given).returncode == 1
