"""What two companies write to each other: for them alone, with photos, stopped and reported when it has to be."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.web.bargains import Bargain, ready
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site  # noqa: F401  (a fixture)


@pytest.fixture
def lea(site: Site) -> Browser:
    return ready(site, "lea")


@pytest.fixture
def karim(site: Site) -> Browser:
    return ready(site, "karim")


def photo(shade: int = 1) -> tuple[str, Any]:
    """A small photo as a form sends it."""
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (40 * shade, 120, 200)).save(written, "JPEG")
    return "photo", (f"{shade}.jpg", written.getvalue(), "image/jpeg")


def photos_of(page: str) -> list[str]:
    """The addresses of the photos of a page, small."""
    return re.findall(r'src="(/photos/[^"]+/480)"', page)


def test_a_message_reaches_the_other_side_as_plain_text(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site)
    answer = bargain.send(karim, "messages", {"text": "<b>Look</b> at https://example.org\nTomorrow?"})
    assert answer.status_code == 303
    page = lea.get(bargain.seen().path).text
    assert "&lt;b&gt;Look&lt;/b&gt; at https://example.org\nTomorrow?" in page
    assert 'href="https://example.org' not in page
    assert "Tomorrow?" not in site.browser("alix").get(bargain.path).text


def test_an_empty_message_is_not_sent(site: Site, karim: Browser) -> None:
    bargain = Bargain(site)
    answer = bargain.send(karim, "messages", {"text": "  "})
    assert answer.status_code == 422
    assert "Write a message." in answer.text


def test_a_message_that_is_too_long_comes_back_as_it_was_typed(site: Site, karim: Browser) -> None:
    answer = Bargain(site).send(karim, "messages", {"text": "long " * 900})
    assert answer.status_code == 422
    assert "long long" in answer.text


def test_photos_of_a_message_are_for_the_two_sides_alone(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site).seen()
    answer = karim.send_files(f"{bargain.path}/messages", [photo(1), photo(2)], {"text": ""})
    assert answer.status_code == 303
    addresses = photos_of(lea.get(bargain.seen().path).text)
    assert len(addresses) == 2
    assert lea.client.get(addresses[0]).headers["content-type"] == "image/webp"
    for name in ("alix", "marc", "ines", "nora", None):
        assert site.browser(name).client.get(addresses[0]).status_code == 404
    ((named,),) = site.rows("SELECT count(*) FROM log.blob WHERE id = %s AND NOT named", addresses[0].split("/")[2])
    assert named == 0, "a photo that was sent is not thrown away"


def test_a_message_carries_three_photos_at_most(site: Site, karim: Browser) -> None:
    bargain = Bargain(site).seen()
    answer = karim.send_files(f"{bargain.path}/messages", [photo(n) for n in range(4)], {"text": "All of it"})
    assert answer.status_code == 422
    assert "A message carries 3 photos at most, and you chose 4." in answer.text
    assert "All of it" in answer.text


def test_who_is_blocked_is_told_and_the_steps_go_on(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site)
    assert bargain.send(lea, "block").status_code == 303
    assert "Let them write again" in lea.get(bargain.seen().path).text
    page = karim.get(bargain.path).text
    assert 'name="text"' not in page
    refused = bargain.send(karim, "messages", {"text": "Hello?"})
    assert refused.status_code == 403
    assert "The other company wants no messages here." in refused.text
    assert bargain.send(karim, "abandon", {"reason": "timing"}).status_code == 303
    assert bargain.send(lea, "unblock").status_code == 303


def test_a_message_is_reported_once_with_a_sentence(site: Site, lea: Browser, karim: Browser) -> None:
    bargain = Bargain(site)
    bargain.send(karim, "messages", {"text": "An insult."})
    (message,) = re.findall(r'id="(message-[0-9a-f-]{36})"', lea.get(bargain.seen().path).text)
    assert bargain.send(lea, f"messages/{message}/report", {"sentence": ""}).status_code == 422
    assert bargain.send(karim, f"messages/{message}/report", {"sentence": "Mine"}).status_code == 403
    assert bargain.send(lea, f"messages/message-{uuid4()}/report", {"sentence": "None"}).status_code == 404
    assert bargain.send(lea, f"messages/{message}/report", {"sentence": "It insults."}).status_code == 303
    assert "Shown to those who run the zone." in lea.get(bargain.seen().path).text


def test_the_facilitator_neither_writes_nor_blocks(site: Site) -> None:
    bargain, alix = Bargain(site), ready(site, "alix")
    for step in ("messages", "block", "unblock"):
        fields = {"text": "I say", "for_company": site.story.companies["bakery"]}
        assert bargain.send(alix, step, fields).status_code == 403
    assert site.rows("SELECT FROM log.stored_events WHERE originator_id = %s",
                     bargain.exchange_id.replace("exchange-", "conversation-")) == []  # fmt: skip
