"""Spreadsheets as people keep them: what can be read is read, and what cannot is told by row or for the whole file."""

from __future__ import annotations

import json
import zipfile
from io import StringIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from domain.refused import Refused
from marketplace import match_file, spreadsheets, workbooks
from marketplace.spreadsheets import rows

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER: list[object] = ["id", "sens", "titre", "catégorie", "quantité"]
PALLETS: list[object] = ["o", "Offre", "Palettes Europe", "PAL.EPAL1", 120]
WANTED: list[object] = ["r", "demande", "Palettes Europe", "PAL.EPAL1", 150.5]


def workbook(path: Path, *lines: list[object], merged: str = "", padding: int = 0, further: str = "") -> Path:
    """The least an .xlsx holds."""
    cells = "".join(
        f'<row r="{number}">' + "".join(_cell(f"{chr(65 + column)}{number}", cell) for column, cell in enumerate(line))
        + "</row>"
        for number, line in enumerate(lines, 1)
    )  # fmt: skip
    told = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
                         f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        archive.writestr("xl/workbook.xml", f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
                         '<sheet name="Annonces" sheetId="1" r:id="r1"/></sheets></workbook>')  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels", f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">'
                         f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                         "</Relationships>")  # fmt: skip
        archive.writestr("xl/worksheets/sheet1.xml", f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'
                         f"{cells}{further}</sheetData>{told}{' ' * padding}</worksheet>")  # fmt: skip
    return path


REPEATED = "table:number-columns-repeated"
TEXT = 'office:value-type="string"'


def open_document(path: Path, further: str) -> Path:
    """The least an .ods holds: two rows, and those that are added."""
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    said = (("titre", "sens"), ("Palettes", "offre"))
    written = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell {TEXT}><text:p>{cell}</text:p></table:table-cell>" for cell in line)
        + "</table:table-row>"
        for line in said
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content xmlns:office="{oasis}:office:1.0" '
            f'xmlns:table="{oasis}:table:1.0" xmlns:text="{oasis}:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="A">{written}{further}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _cell(place: str, cell: object) -> str:
    match cell:
        case int() | float():
            return f'<c r="{place}"><v>{cell}</v></c>'
        case ("formula", str() as last) if last.startswith("#"):
            return f'<c r="{place}" t="e"><f>A1</f><v>{last}</v></c>'
        case ("formula", None):
            return f'<c r="{place}"><f>A1+1</f></c>'
        case ("formula", last):
            return f'<c r="{place}"><f>A1+1</f><v>{last}</v></c>'
        case _:
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'


def matched(path: Path, *, skip_bad: bool = True) -> tuple[int, list[str], list[str]]:
    out, err = StringIO(), StringIO()
    code = match_file.run(path, 0, 0, out, err, skip_bad=skip_bad)
    return code, [json.loads(line)["query"] for line in out.getvalue().splitlines()], err.getvalue().splitlines()


def test_a_workbook_is_matched_under_french_headers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "annonces.xlsx", HEADER, PALLETS, WANTED)
    assert matched(path) == (0, ["o", "r"], [])


def test_a_row_without_an_id_goes_by_its_number(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEADER[1:], PALLETS[1:], [], WANTED[1:])
    assert matched(path)[1] == ["2", "4"]


def test_a_formula_counts_as_what_it_gave_and_its_error_is_told_by_row(tmp_path: Path) -> None:
    wrong: list[object] = ["x", "offre", "Palettes", "PAL.STD", ("formula", "#REF!")]
    path = workbook(tmp_path / "a.xlsx", HEADER, [*PALLETS[:4], ("formula", 40)], wrong, WANTED)
    read = list(rows(path))
    assert read[0].values["quantité"] == "40"
    code, listings, told = matched(path)
    assert (code, listings) == (1, ["o", "r"])
    assert told == ["line 3: the formula of cell E3 gives an error"]


def test_a_formula_that_no_program_has_worked_out_is_told_by_row(tmp_path: Path) -> None:
    unknown: list[object] = ["x", "offre", "Palettes", "PAL.STD", ("formula", None)]
    code, listings, told = matched(workbook(tmp_path / "a.xlsx", HEADER, PALLETS, unknown, WANTED))
    assert (code, listings) == (1, ["o", "r"])
    assert told == ["line 3: the formula of cell E3 has no result yet: open the file and save it again"]


def test_a_row_with_merged_cells_is_told_and_the_others_are_matched(tmp_path: Path) -> None:
    code, listings, told = matched(
        workbook(tmp_path / "a.xlsx", HEADER, PALLETS, ["x", "offre", "Palettes"], WANTED, merged="D2:D3")
    )
    assert (code, listings) == (1, ["o", "r"])
    assert told == ["line 3: cells are merged here: part them, so that each row says everything"]


def test_the_good_rows_are_matched_without_the_bad_ones_only_when_somebody_says_so(tmp_path: Path) -> None:
    wrong: list[object] = ["x", "don", "Palettes"]
    path = workbook(tmp_path / "a.xlsx", HEADER, PALLETS, wrong, WANTED, [*wrong[:2], ""])
    code, listings, told = matched(path, skip_bad=False)
    assert (code, listings) == (1, [])
    assert [line.split(":")[0] for line in told] == ["line 3", "line 5", "Nothing was matched"]
    assert matched(path) == (1, ["o", "r"], told[:2])


def test_what_unpacks_without_end_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 1024 * 1024)
    bomb = workbook(tmp_path / "bomb.xlsx", HEADER, PALLETS, padding=5 * 1024 * 1024)
    assert bomb.stat().st_size < 50_000
    code, listings, told = matched(bomb)
    assert (code, listings, len(told)) == (1, [], 1)
    assert told[0].endswith("This spreadsheet unpacks to more than 1 MB.")


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r = 'XFD1048576'><v>1</v></c></row>",
        '<row r="1048576">' + "<c><v>1</v></c>" * 5_000 + "</row>",
    ],
    ids=["named", "quoted", "unnamed"],
)
def test_a_cell_far_from_the_others_is_refused_before_it_is_opened(tmp_path: Path, far: str) -> None:
    """Opened, each of these would be a table of thousands of millions of cells, and the end of the program."""
    code, listings, told = matched(workbook(tmp_path / "far.xlsx", HEADER, PALLETS, further=far))
    assert (code, listings, len(told)) == (1, [], 1)
    assert "1048576 rows" in told[0]


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "xl/Worksheets/Sheet1.xml"),
        ("xl/workbook.xml", "xl/workbook.xml", "xl/Workbook.xml"),
        ("xl/workbook.xml", "r:id=", f'xmlns:q="{OFFICE}" q:id='),
        ("xl/_rels/workbook.xml.rels", "<Relationships", '<!-- <Relationship Id="r1" Target="a"/> --><Relationships'),
        ("content.xml", "", ""),
    ],
)
def test_a_far_cell_is_found_however_its_sheet_is_named(tmp_path: Path, part: str, before: str, after: str) -> None:
    plain, changed = tmp_path / "plain.xlsx", tmp_path / "changed.xlsx"
    workbook(plain, ["id", "title"], further='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with zipfile.ZipFile(plain) as archive, zipfile.ZipFile(changed, "w") as other:
        for name in archive.namelist():
            old, new = (before, after) if name == part else ("", "")
            other.writestr(name.replace(old, new), archive.read(name).decode().replace(old, new))
        if part == "content.xml":
            other.writestr(part, "<a/>")
    with pytest.raises(Refused):
        list(rows(changed))


def test_an_open_document_is_read_as_far_as_it_says_something(tmp_path: Path) -> None:
    empty = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    assert [row.values["titre"] for row in rows(open_document(tmp_path / "a.ods", empty))] == ["Palettes"]
    far = empty.replace("<table:table-cell/>", f'<table:table-cell {REPEATED}="16384" {TEXT}/>')
    with pytest.raises(Refused, match="delete what stands far away"):
        list(rows(open_document(tmp_path / "b.ods", far)))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 nothing more", b"PK", b"\xd0\xcf\x11\xe0 of 1997", b"", b"<html></html>"]
)
def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused):
        list(rows(path))
    assert matched(path)[0] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_is_read_in_whatever_encoding_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id;côté;titre\r\no;offre;Étagères à l’étage\r\n".encode(encoding))
    (row,) = rows(path)
    assert (row.number, row.values["titre"]) == (2, "Étagères à l’étage")


def test_text_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id;titre\x00\n\x81\x8d;x\n")
    with pytest.raises(Refused):
        list(rows(path))


def test_a_cell_over_several_lines_does_not_shift_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,title\n1,"one\ntwo"\n2,three\n', "utf-8")
    assert [row.number for row in rows(path)] == [2, 4]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,Title,title\n1,a,b\n", "utf-8")
    with pytest.raises(Refused):
        list(rows(path))


def test_rows_beyond_what_is_read_are_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    path = tmp_path / "a.csv"
    path.write_text("id,title\n" + "".join(f"{n},x\n" for n in range(9)), "utf-8")
    read = list(rows(path))
    assert [row.fault is None for row in read] == [True, True, True, False]


def test_no_more_listings_are_matched_than_a_machine_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_file, "MOST_LISTINGS", 2)
    path = workbook(tmp_path / "a.xlsx", HEADER, PALLETS, WANTED, ["x", "offre", "Palettes"])
    assert matched(path) == (1, ["o", "r"], ["line 4: only the first 2 listings are matched"])


def test_one_listing_is_explained_with_every_candidate(tmp_path: Path) -> None:
    mouldy: list[object] = ["m", "demande", "Palettes Europe", "PAL.EPAL2", 10]
    path = workbook(tmp_path / "a.xlsx", HEADER, PALLETS, mouldy, WANTED)
    out, err = StringIO(), StringIO()
    assert match_file.explain(path, "o", out, err, "fr") == 0
    said = out.getvalue()
    assert "catégorie 50.00 + texte 30.00 + distance 5.00 + quantité 7.97" in said
    assert said.index("r · Palettes Europe") < said.index("m · Palettes Europe")
    assert "(dimension_mm)" in said
    assert match_file.explain(path, "nobody", out, err, "fr") == 1
    assert "Il n’y a pas d’annonce nobody dans ce fichier." in err.getvalue()
