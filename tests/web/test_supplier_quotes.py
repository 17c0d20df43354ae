"""A supplier without an account: opens its link, reads totals only, enters a quote with its PDF, and nothing else."""

from __future__ import annotations

import io
import re
from html import unescape
from zipfile import ZipFile

from tests.marketplace.test_documents import PDF
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.test_purchase_pages import QUOTE, Round, errors

site = one_site

OFFER = {name: value for name, value in QUOTE.items() if name != "supplier"}


def link_to(of: Round, name: str = "Protec Alpes", **fields: str) -> str:
    """The path of a link that Alix makes for a supplier."""
    of.alix.get(f"{of.path}/suppliers")
    asked = of.alix.send(f"{of.path}/suppliers", {"name": name, "until": of.day(10), **fields})
    page = of.alix.follow(asked).text
    found: list[str] = re.findall(r'readonly value="https?://[^/]+([^"]+)"', page)
    return found[-1]


def opened(site: Site, path: str) -> tuple[Browser, str]:
    """The link as someone opens it who is nobody here."""
    supplier = site.browser()
    answer = supplier.get(path)
    assert answer.status_code == 200, answer.text
    return supplier, answer.text


def test_a_supplier_enters_its_quote_without_an_account_and_replaces_it(site: Site) -> None:
    of = Round(site)
    of.lead("specification", {"text": "EN 388, canary-specification."})
    of.lea.get(of.path)
    of.lea.send(f"{of.path}/poll", {"quantity": "37"})
    of.karim.get(of.path)
    of.karim.send(f"{of.path}/poll", {"quantity": "52"})
    path = link_to(of)
    supplier, page = opened(site, path)
    assert "canary-specification" in page
    for other in ("Sawmill", "37", "52"):
        assert other not in re.sub(r"<[^>]*>|[a-f0-9-]{36}", "", page)
    sent = {**OFFER, "valid_until": of.day(60)}
    answer = supplier.send_files(path, [("document", ("devis.pdf", PDF, "text/html"))], sent)
    assert answer.status_code == 200, errors(answer.text)
    assert "your quote is in" in answer.text
    desk = of.alix.get(f"{of.path}/desk").text
    assert "entered by the supplier" in desk
    assert supplier.send(path, {**sent, "price_3": "2,22"}).status_code == 200
    desk = of.alix.get(f"{of.path}/desk").text
    assert "€2.22" in desk
    assert desk.count("entered by the supplier") == 1
    document = unescape(re.findall(r'href="([^"]+/document)"', desk)[0])
    file = of.alix.client.get(document)
    assert file.content == PDF  # replacing the prices kept it
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in file.headers["content-security-policy"]
    assert supplier.client.get(f"{path}/document").content == PDF
    for outsider in (of.karim, site.browser("nora")):
        assert outsider.get(document).status_code == 404
    of.alix.get("/z/jourdies/export")
    taken = ZipFile(io.BytesIO(of.alix.send("/z/jourdies/export").content))
    assert PDF in [taken.read(name) for name in taken.namelist() if name.startswith("jourdies/documents/")]


def test_a_wrong_answer_stands_beside_its_field_and_nothing_has_to_be_sent_twice(site: Site) -> None:
    of = Round(site)
    path = link_to(of)
    supplier, _page = opened(site, path)
    sent = {**OFFER, "valid_until": "01/01/2020", "vat": "", "price_2": "5", "price_3": "12 $ TTC"}
    answer = supplier.send_files(path, [("document", ("devis.pdf", PDF, "application/pdf"))], sent)
    assert answer.status_code == 422
    assert any("VAT rate" in said for said in errors(answer.text))
    assert any("in euros" in said for said in errors(answer.text))
    assert 'value="12 $ TTC"' in answer.text
    waiting = unescape(re.findall(r'name="document_waiting" value="([^"]+)"', answer.text)[0])
    sent |= {"vat": "20", "price_3": "4", "document_waiting": waiting}
    answer = supplier.send(path, sent)
    assert [said for said in errors(answer.text) if "falls" in said or "expired" in said]
    answer = supplier.send_files(path, [("document", ("devis.pdf", b"MZ", "application/pdf"))], sent)
    assert any("devis.pdf" in said for said in errors(answer.text))
    answer = supplier.send(path, {**sent, "price_2": "4,50", "valid_until": of.day(60)})
    assert answer.status_code == 200, errors(answer.text)
    assert supplier.client.get(f"{path}/document").content == PDF


def test_opening_a_link_changes_nothing_and_an_ended_or_foreign_one_opens_no_form(site: Site) -> None:
    of, other = Round(site), Round(site)
    path = link_to(of)
    supplier, _page = opened(site, path)
    head = site.log.head()
    supplier.get(path)
    assert site.log.head() == head
    gone = supplier.get(path[:-4] + "AAAA")
    assert gone.status_code == 410
    assert 'name="price_1"' not in gone.text
    mine = link_to(other, "Sécurigros")
    assert of.path.rpartition("/")[2] not in supplier.get(mine).text
    of.alix.get(f"{of.path}/suppliers")
    revoke = re.findall(r'action="([^"]+/revoke)"', of.alix.get(f"{of.path}/suppliers").text)[0]
    of.alix.follow(of.alix.send(revoke))
    page = supplier.get(path).text
    assert "has taken this link back" in page
    assert 'name="price_1"' not in page
    refused = supplier.send(path, {**OFFER, "valid_until": of.day(60)})
    assert refused.status_code == 422
    assert "Quotes are closed" in refused.text or "has taken this link back" in refused.text


def test_only_the_organiser_sees_the_links_and_the_log_keeps_no_token(site: Site) -> None:
    of = Round(site)
    path = link_to(of, mail="devis@protec.example")
    token = path.rpartition("/")[2]
    with site.database.connect() as connection:
        [(held,)] = connection.execute(
            "SELECT count(*) FROM log.stored_events WHERE position(%s::bytea in state) > 0", [token.encode()]
        ).fetchall()
    assert held == 0
    assert "devis@protec.example" in of.alix.get(f"{of.path}/suppliers").text
    assert of.karim.get(f"{of.path}/suppliers").status_code == 403
    for outsider in (site.browser("nora"), site.browser("ines")):
        assert outsider.get(f"{of.path}/suppliers").status_code == 404


def test_a_link_ends_on_a_day_ahead(site: Site) -> None:
    of = Round(site)
    of.alix.get(f"{of.path}/suppliers")
    refused = of.alix.send(f"{of.path}/suppliers", {"name": "Protec", "until": of.day(-2)})
    assert refused.status_code == 422
    assert errors(refused.text) == ["The last day must lie ahead."]
    assert 'value="Protec"' in refused.text
