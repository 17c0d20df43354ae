"""Frame contracts on the pages: a company's sites are its own and the organiser's, opt-in goes on, calls are noted."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import openpyxl

from domain.purchases import WakePurchase
from marketplace.falling_due import CLOCK
from marketplace.reading import visible
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.test_purchase_pages import GLOVES, Round, errors

site = one_site

POINT: Final = "09876543210987"
FRAME: Final = {**GLOVES, "form": "frame", "category": "ACH.ENE", "unit": "MWH"}


class Framed(Round):
    """A frame contract for electricity, led by Alix."""

    def __init__(self, site: Site, **terms: str) -> None:
        self.site = site
        self.alix, self.lea, self.karim = (site.browser(name) for name in ("alix", "lea", "karim"))
        self.alix.get("/z/jourdies/purchases/new")
        asked = self.alix.send("/z/jourdies/purchases/new", {**FRAME, "title": "Électricité"})
        assert asked.status_code == 303, asked.text
        self.path = asked.headers["location"]
        self.purchase_id = self.path.rpartition("/")[2]
        self.lead("contract/desk", {**self.terms(), **terms})

    def terms(self) -> dict[str, str]:
        return {"kind": "electricity", "months": "36", "notice_days": "60", "remind_days": "30", "pricing": "indexed",
                "joins_until": self.day(200), "formula": "=2+2 canary-formula"}  # fmt: skip

    def closes(self) -> None:
        """The deadline passes."""
        clock = self.site.services.clock
        self.site.passes(timedelta(days=21))
        asked: dict[str, Any] = {
            "actor": CLOCK,
            "now": clock.now(),
            "command_id": str(uuid4()),
            "purchase_id": self.purchase_id,
        }
        receipt = self.site.services.marketplace.wake_purchase(WakePurchase(**asked))
        with self.site.database.connect() as connection:
            assert visible(connection, receipt.position, ["purchases"], within=20)

    def describe(self, browser: Browser, **changes: str) -> None:
        page = browser.get(f"{self.path}/contract").text
        site_id = re.findall(r'<option value="(site-[^"]+)"', page)[0]
        told = {"site": site_id, "point": POINT, "yearly": "120,5", "power": "36", "note": "@canary-note", **changes}
        answer = browser.send(f"{self.path}/contract/sites", told)
        assert answer.status_code == 303, errors(answer.text)


def test_a_company_s_sites_are_read_by_it_and_the_organiser_alone(site: Site) -> None:
    of = Framed(site)
    of.describe(of.lea)
    assert POINT in of.lea.get(f"{of.path}/contract").text
    assert POINT in of.alix.get(f"{of.path}/contract/desk").text
    for path in (of.path, f"{of.path}/contract"):
        for stranger in (of.karim, site.browser("ines"), site.browser("nora"), site.browser("marc")):
            page = stranger.get(path).text
            assert POINT not in page
            assert "canary-note" not in page
    visitor = site.browser()
    assert visitor.get(f"{of.path}/contract").status_code in (303, 404)
    for path in ("contract/desk", "contract/sites.csv", "contract/sites.xlsx"):
        assert of.karim.get(f"{of.path}/{path}").status_code == 403
        assert site.browser("nora").get(f"{of.path}/{path}").status_code == 404
    # A site of hers that Karim names is none of his.
    page = of.lea.get(f"{of.path}/contract").text
    theirs = re.findall(r'<option value="(site-[^"]+)"', page)[0]
    of.karim.get(f"{of.path}/contract")
    taken = of.karim.send(f"{of.path}/contract/sites", {"site": theirs, "point": POINT, "yearly": "1", "power": "9"})
    assert taken.status_code == 422
    assert "Choose one of the company’s sites." in errors(taken.text)


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(site: Site) -> None:
    of = Framed(site)
    page = of.lea.get(f"{of.path}/contract").text
    site_id = re.findall(r'<option value="(site-[^"]+)"', page)[0]
    wrong = of.lea.send(f"{of.path}/contract/sites", {"site": site_id, "point": "12", "yearly": "x", "power": "36"})
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    wrong = of.lea.send(f"{of.path}/contract/sites", {"site": site_id, "point": "12", "yearly": "9", "power": "36"})
    assert "14 digits" in errors(wrong.text)[0]
    assert 'value="12"' in wrong.text
    wrong = of.alix.send(f"{of.path}/contract/desk", {**of.terms(), "months": "0", "joins_until": of.day(-1)})
    assert wrong.status_code == 422
    assert "canary-formula" in wrong.text


def test_opt_in_goes_on_after_the_confirmation_and_the_provider_gets_every_site_of_whoever_is_in(site: Site) -> None:
    of = Framed(site)
    of.opened(minimum="40", maximum="900")
    of.describe(of.lea)
    of.pledge(of.lea, "121")
    of.closes()
    page = of.karim.get(f"{of.path}/contract").text
    assert "Opt in until" in page
    refused = of.karim.send(f"{of.path}/contract/join", {"quantity": "80"})
    assert any("tick the box" in said for said in errors(refused.text))
    joined = of.karim.send(f"{of.path}/contract/join", {"quantity": "80", "accepts_charter": "yes"})
    assert joined.status_code == 303, errors(joined.text)
    of.describe(of.karim, point="11112222333344")
    of.alix.get(f"{of.path}/contract/desk")
    file = of.alix.client.get(f"{of.path}/contract/sites.csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(file), delimiter=";"))
    assert {line[4] for line in lines[1:]} == {POINT, "11112222333344"}
    assert lines[1][-1] == "'@canary-note"
    book = openpyxl.load_workbook(io.BytesIO(of.alix.client.get(f"{of.path}/contract/sites.xlsx").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert POINT in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_facilitator_writes_down_what_a_company_said_and_it_may_withdraw(site: Site) -> None:
    of = Round(site).opened()
    page = of.alix.get(f"{of.path}/behalf").text
    company_id = re.findall(r'<option value="(company-[^"]+)"', page)[0]
    of.alix.get(f"{of.path}/behalf?company={company_id}")
    refused = of.alix.send(f"{of.path}/behalf", {"company": company_id, "quantity": "45"})
    assert any("tick the box" in said for said in errors(refused.text))
    told = of.alix.send(f"{of.path}/behalf", {"company": company_id, "quantity": "45", "accepts_charter": "yes"})
    assert told.status_code == 303, errors(told.text)
    assert "written down by" in of.alix.get(f"{of.path}/desk").text
    owner = next(one for one in (of.lea, of.karim) if "45 pieces" in one.get(of.path).text)
    assert "Written down for you by the facilitator" in owner.get(of.path).text
    [event] = [each for each in site.log.history(of.purchase_id) if type(each.event).__name__ == "PledgeMade"]
    assert event.for_company == company_id
    assert event.actor.startswith("member:")
    owner.get(of.path)
    assert owner.send(f"{of.path}/withdraw", {"knowing": "yes"}).status_code == 303
    for other in (of.lea, of.karim):
        assert other.get(f"{of.path}/behalf").status_code == 403
