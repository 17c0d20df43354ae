"""The register of outgoing waste: what the confirmation asks, and the file a company keeps."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from domain.dealings import Waste
from tests.web.bargains import Bargain, ready
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site  # noqa: F401  (a fixture)

WASTE = {"waste_code": "15 01 03", "tonnes": "0,9", "treatment": "R3", "carrier": "Trans Alpes", "receipt": "74-123"}
COLLECTED = {"amount": "40", "measured": "yes", "final": "yes"}


@pytest.fixture
def karim(site: Site) -> Browser:
    return ready(site, "karim")


def lines(content: bytes) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_waste_asks_for_what_the_register_wants_and_nothing_else_does(site: Site, karim: Browser) -> None:
    page = karim.get(Bargain(site, status="waste").accepted().seen().path).text
    assert 'name="treatment"' in page
    assert "R3 · Organic matter recycled" in page
    assert 'name="treatment"' not in karim.get(Bargain(site).accepted().seen().path).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"tonnes": ""}, "Write the weight in tonnes, such as 0.85."),
        ({"treatment": ""}, "Choose what becomes of it."),
        ({"treatment": "R99"}, "Choose one of the answers."),
        ({"waste_code": "wood"}, "Write the code of the list of waste, such as 15 01 01."),
        ({"carrier": ""}, "Above this weight the register wants the carrier’s name."),
        ({"receipt": ""}, "Above this weight the carrier has a declaration: write its number."),
    ],
)
def test_what_the_register_lacks_is_said_beside_its_field(
    site: Site, karim: Browser, fields: dict[str, str], sentence: str
) -> None:
    bargain = Bargain(site, status="waste").accepted()
    answer = bargain.send(karim, "confirm", {**COLLECTED, **WASTE, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_below_the_threshold_no_declaration_is_asked(site: Site, karim: Browser) -> None:
    bargain = Bargain(site, status="waste").accepted()
    light = {**WASTE, "tonnes": "0.5", "carrier": "", "receipt": ""}
    assert bargain.send(karim, "confirm", {**COLLECTED, **light}).status_code == 303


def test_the_register_lists_what_left_my_companies_between_two_days(site: Site, karim: Browser) -> None:
    today = site.services.clock.now().date()
    waste = Waste(code="15 01 03", tonnes=Decimal("0.9"), treatment="R3", carrier="=HYPERLINK(1)", receipt="74-123")
    bargain = Bargain(site, status="waste").accepted().confirmed(waste=waste).seen()
    lea = ready(site, "lea")
    answer = lea.get(f"/account/waste-register.csv?from={today}&to={today}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (line,) = [line for line in lines(answer.content) if bargain.exchange_id[9:] in line["Identifiant secondaire"]]
    assert line["Date d'expédition"] == today.isoformat()
    assert line["Code du déchet"] == "15 01 03"
    assert line["Déchet dangereux"] == "N"
    assert line["Quantité de déchet"] == "0,9"
    assert line["Code opération réalisé"] == "R3"
    assert line["Expéditeur raison sociale"] == "Sawmill"
    assert line["Expéditeur SIRET"] == "73282932000074"
    assert line["Destination raison sociale"] == "Bakery"
    assert line["Transporteur raison sociale"] == "'=HYPERLINK(1)"
    assert line["Transporteur récépissé"] == "74-123"
    theirs = karim.get(f"/account/waste-register.csv?from={today}&to={today}")
    before = lea.get("/account/waste-register.csv?from=2019-01-01&to=2019-12-31")
    for empty in (theirs, before):
        assert empty.status_code == 422
        assert "No waste is recorded in this period." in empty.text
    assert "waste-register.csv" in lea.get(bargain.path).text
    assert "waste-register.csv" in lea.get("/account").text


@pytest.mark.parametrize("asked", ["from=soon", "from=2026-02-01&to=2026-01-01", "to=2026-13-01"])
def test_two_days_that_are_none_are_refused(site: Site, karim: Browser, asked: str) -> None:
    assert karim.get(f"/account/waste-register.csv?{asked}").status_code == 422
