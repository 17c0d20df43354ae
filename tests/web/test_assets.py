"""Static files: one hash for the whole tree, kept for ever, compressed once."""

from __future__ import annotations

import gzip

from tests.web.conftest import Site
from web.assets import Assets


def test_a_file_may_be_kept_for_ever_and_is_asked_for_once(site: Site) -> None:
    address = site.services.renderer.asset("site.css")
    browser = site.browser()
    first = browser.get(address)
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    again = browser.get(address, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_text_is_compressed_for_whoever_takes_it(site: Site) -> None:
    address = site.services.renderer.asset("htmx.js")
    plain = site.browser(**{"Accept-Encoding": "identity"}).get(address)
    small = site.browser(**{"Accept-Encoding": "gzip"}).get(address)
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert small.content == plain.content


def test_another_byte_anywhere_is_another_tree() -> None:
    files = {"a.css": b"a", "fonts/b.woff2": b"b"}
    trees = {
        Assets(changed).tree for changed in (files, files | {"a.css": b"c"}, {"c.css": b"a", "fonts/b.woff2": b"b"})
    }
    assert len(trees) == 3
    assert Assets(files).tree == Assets(dict(reversed(files.items()))).tree


def test_what_compression_does_not_make_smaller_is_sent_as_it_is() -> None:
    found = Assets({"a.css": b"a"}).find(Assets({"a.css": b"a"}).tree, "a.css")
    assert found is not None
    assert found.compressed is None
    page = Assets({"a.css": b"a" * 1_000})
    big = page.find(page.tree, "a.css")
    assert big is not None
    assert gzip.decompress(big.compressed or b"") == b"a" * 1_000


def test_pages_name_files_of_this_site_only(site: Site) -> None:
    page = site.browser().get("/").text
    assert "//" not in page.replace("http://www.w3.org/2000/svg", "").replace(site.base, "")
