"""The list of security items (docs/asvs.csv) names tests that exist, and claims nothing without one."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
COLUMNS: Final = ["id", "level", "item", "met", "how", "tests"]
UNCLAIMED: Final = {"no", "does not apply"}
MET: Final = {"yes", "partly", "by the operator", *UNCLAIMED}
DOCUMENT: Final = re.compile(r"docs/[\w/-]+\.\w+")


def items() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


@cache
def names_in(file: str) -> set[str]:
    return set(re.findall(r"^\s*def (test_\w+)\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


def test_each_item_stands_once_in_order_with_its_level_and_how_it_is_met() -> None:
    found = items()
    numbers = [tuple(int(part) for part in item["id"].removeprefix("V").split(".")) for item in found]
    assert numbers == sorted(set(numbers))
    assert all(len(number) == len(("chapter", "section", "item")) for number in numbers)
    assert {item["level"] for item in found} == {"1", "2"}
    assert {item["met"] for item in found} <= MET
    assert all(item["item"] and item["how"] for item in found)


def test_every_test_that_is_named_exists() -> None:
    named = {(item["id"], test) for item in items() for test in item["tests"].split()}
    missing = {
        (number, test) for number, test in named if test.partition("::")[2] not in names_in(test.partition("::")[0])
    }
    assert missing == set()


def test_whatever_is_claimed_has_a_test() -> None:
    assert [item["id"] for item in items() if item["met"] not in UNCLAIMED and not item["tests"]] == []


def test_every_document_that_is_named_is_there() -> None:
    named = {document for item in items() for document in DOCUMENT.findall(item["how"])}
    assert "docs/how-to/sign-in-safely.md" in named
    assert {document for document in named if not (ROOT / document).is_file()} == set()
