"""Matching a file of listings against each other, from the file to the lines written."""

from __future__ import annotations

import json
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from domain.contradictions import CODES
from domain.matching import Match, judge, traits
from domain.reasons import Reason
from marketplace.language import LANGUAGES, translations
from marketplace.match_file import run
from marketplace.reasons import EXCLUSIONS, SENTENCES, exclusion, words
from marketplace.wording import Wording

CASES = Path(__file__).parent.parent / "data" / "cases.jsonl"
PALLETS: Final = {
    "id": "o",
    "side": "offer",
    "company": "sawmill",
    "title": "120 palettes europe",
    "category": "PAL.EPAL1",
    "quantity": 120,
    "unit": "H87",
    "lat": 46.06,
    "lon": 6.37,
}
WANTED: Final = {**PALLETS, "id": "r", "side": "request", "company": "bakery", "quantity": 150, "lang": "fr"}


def matched(path: Path, limit: int = 0, min_score: float = 0) -> tuple[int, list[dict[str, Any]], list[str]]:
    out, err = StringIO(), StringIO()
    code = run(path, limit, min_score, out, err, skip_bad=True)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue().splitlines()


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "listings.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def test_each_listing_has_its_hits_with_reasons_in_its_own_language(tmp_path: Path) -> None:
    code, lines, told = matched(written(tmp_path, PALLETS, WANTED, {"kind": "pair", "a": "o", "b": "r"}))
    assert (code, told) == (0, [])
    assert [line["query"] for line in lines] == ["o", "r"]
    (english,), (french,) = lines[0]["hits"], lines[1]["hits"]
    assert english["id"] == "r"
    assert english["score"] == french["score"] == 98.0
    assert "same format: 800 × 1200 mm" in english["why"]
    assert "même format\u00a0: 800 × 1200 mm" in french["why"]


def test_limit_and_least_score_cut_the_hits(tmp_path: Path) -> None:
    listings = [{**PALLETS, "id": f"o{n}", "quantity": 10 * (n + 1)} for n in range(5)]
    path = written(tmp_path, WANTED, *listings)
    assert [hit["id"] for hit in matched(path, limit=2)[1][0]["hits"]] == ["o4", "o3"]
    assert len(matched(path)[1][0]["hits"]) == 5
    assert matched(path, min_score=99)[1][0]["hits"] == []


def test_the_hits_told_are_the_first_of_all_hits() -> None:
    """What is passed over for the sake of time would not have been told."""
    (_code, all_hits, _err), (_code, told, _err) = matched(CASES), matched(CASES, limit=3)
    assert [line["hits"] for line in told] == [line["hits"][:3] for line in all_hits]


def test_every_pair_that_may_meet_is_found(tmp_path: Path) -> None:
    """Held against each pair on its own, whatever stands between: the date line, a pole, no place, no category."""
    places = (
        (0.0, 179.99),
        (0.0, -179.99),
        (89.95, 9),
        (89.95, -170),
        (46.0, 6.3),
        (46.4, 6.3),
        (46.0, 6.9),
        (None, 0),
    )
    kinds = (("PAL.EPAL1", "palettes"), (None, "palettes"), ("PAL.STD", "caisses"), ("TRA.POOL", "trajets"))
    listings: list[dict[str, Any]] = [
        {"id": f"{side}{n}", "side": side, "title": title, "category": category, "lat": lat, "lon": lon, "max_km": 40}
        for side in ("offer", "request", "group_action")
        for n, ((lat, lon), (category, title)) in enumerate(product(places, kinds))
    ]
    known = {
        row["id"]: traits(
            id=row["id"], side=row["side"], title=row["title"], category=row["category"], latitude=row["lat"],
            longitude=row["lon"], max_km=row["max_km"],
        )
        for row in listings
    }  # fmt: skip
    for line in matched(written(tmp_path, *listings))[1]:
        one = known[line["query"]]
        meant = {other.id for other in known.values() if other is not one and isinstance(judge(one, other), Match)}
        assert {hit["id"] for hit in line["hits"]} == meant


def test_an_unknown_attribute_is_told_once_and_left_out(tmp_path: Path) -> None:
    odd = {"attributes": {"colour_of_nails": "grey"}}
    code, lines, told = matched(written(tmp_path, {**PALLETS, **odd}, {**WANTED, **odd}))
    assert code == 0
    assert told == ['attribute "colour_of_nails" is not known and is left out']
    assert len(lines[0]["hits"]) == 1


@pytest.mark.parametrize(
    "bad",
    [
        "{not json",
        "[1, 2]",
        "[" * 100_000,
        {"id": "x"},
        {**PALLETS, "id": "x", "side": "gift"},
        {**PALLETS, "id": "x", "category": "NO.SUCH"},
        {**PALLETS, "id": "x", "quantity": "1e999"},
        {**PALLETS, "id": "x", "quantity": -3},
        {**PALLETS, "id": "x", "quantity": True},
        {**PALLETS, "id": "x", "quantity": [1]},
        '{"id": "x", "side": "offer", "title": "t", "quantity": 1e999}',
        '{"id": "x", "side": "offer", "title": "t", "quantity": NaN}',
        {**PALLETS, "id": "x", "unit": "furlong"},
        {**PALLETS, "id": "x", "per": "FORTNIGHT"},
        {**PALLETS, "id": "x", "lat": 1000},
        {**PALLETS, "id": "x", "lat": "here"},
        {**PALLETS, "id": "x", "attributes": [1]},
        {**PALLETS, "id": "x", "available_from": "tomorrow"},
        {**PALLETS, "id": "x", "title": "nul \x00"},
        {**PALLETS, "id": "x", "title": 3},
        PALLETS,
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_matched(tmp_path: Path, bad: object) -> None:
    code, lines, told = matched(written(tmp_path, PALLETS, WANTED, bad))
    assert code == 1
    assert len(told) == 1
    assert told[0].startswith("line 3: ")
    assert [len(line["hits"]) for line in lines] == [1, 1]


def test_a_listing_may_leave_out_all_but_id_side_and_title(tmp_path: Path) -> None:
    bare = [{"id": side, "side": side, "title": "palettes"} for side in ("offer", "request")]
    code, lines, told = matched(written(tmp_path, *bare))
    assert (code, told) == (0, [])
    assert lines[0]["hits"][0]["score"] == 52.5


def test_a_csv_is_read_like_the_lines_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "annonces.csv"
    path.write_text(
        "id;side;company;title;category;quantity;unit;per;lat;lon;condition\n"
        "o;offer;scierie;palettes europe;PAL.EPAL1;1 200,5;pièces;;46,06;6,37;B\n"
        "r;request;boulangerie;palettes europe;PAL.EPAL1;1000;u;;46,06;6,37;B\n"
        "x;request;boulangerie;palettes europe;PAL.EPAL1;douze;u;;46,06;6,37;B\n",
        "utf-8-sig",
    )
    code, lines, told = matched(path)
    assert code == 1
    assert told[0].startswith("line 4: ")
    assert lines[0]["hits"][0]["score"] == 100
    assert any(why.startswith("condition: good (B)") for why in lines[0]["hits"][0]["why"])


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "photo.jsonl"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    code, lines, told = matched(path)
    assert (code, lines) == (1, [])
    assert len(told) == 1


def test_the_labelled_listings_are_matched_without_a_fault() -> None:
    code, lines, told = matched(CASES)
    assert code == 0
    assert len(lines) == 168
    assert len(told) == len(set(told)) == 1
    for line in lines:
        scores = [hit["score"] for hit in line["hits"]]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_exclusion_has_its_words(language: str) -> None:
    wording = Wording(language, translations(language))
    said = {exclusion(code, wording) for code in CODES}
    assert set(EXCLUSIONS) == set(CODES)
    assert len(said) == len(CODES)
    figures = {
        "category": "PAL.STD", "family": "PAL", "offered": "120", "needed": "150", "unit": "H87", "metres": "2300",
        "value": "800x1200", "asked": "90", "percent": "12", "months": "3",
    }  # fmt: skip
    for code in SENTENCES:
        values = figures
        if code in {"condition", "lower_condition", "ask_condition"}:
            values = {"offered": "A", "asked": "B"}
        if code in {"substitution", "other_leaf"}:
            values = {"offered": "CAR.OCC", "needed": "EMB.FILL"}
        sentence = words(Reason(code, values), wording)
        assert "%(" not in sentence
        assert "%%" not in sentence


def test_every_reason_the_matching_gives_has_a_sentence() -> None:
    wording = Wording("fr", translations("fr"))
    one = traits(id="o", side="offer", title="palettes", category="PAL.STD", attributes={"condition": "C"})
    other = traits(
        id="r",
        side="request",
        title="palettes",
        category="PAL.EPAL1",
        attributes={"condition": "B", "ispm15": "true", "food_grade": "true"},
    )
    found = judge(one, other)
    for reason in (*getattr(found, "pro", ()), *getattr(found, "contra", ())):
        assert words(reason, wording)


def test_a_covered_share_is_said_in_the_words_of_the_language() -> None:
    reason = Reason("covers", {"offered": "1.5", "needed": "2", "unit": "TNE", "per": "WEE"})
    french = words(reason, Wording("fr", translations("fr")))
    assert french.startswith("1,5")
    assert "pour un besoin de 2" in french
    assert words(reason, Wording("en", translations("en"))) == "1.5 t per week of the 2 t per week needed"
