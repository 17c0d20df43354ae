"""Photos on listings, as people send and see them."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from domain.listings import ApproveListing
from marketplace import erasing
from marketplace.database import Role
from marketplace.eventlog import PrivateTextErased
from marketplace.photos import MOST_BYTES, ON_A_CARD
from marketplace.reading import visible
from tests.marketplace.test_photos import png_that_claims
from tests.web.conftest import Browser, Site

ANSWERS = {
    "side": "offer",
    "title": "50 Euro pallets under the roof",
    "category": "PAL.EPAL1",
    "amount": "50",
    "unit": "H87",
    "visibility": "zone",
    "anyway": "yes",
}

UNKNOWN = "ac150e07-0a18-40d8-b4a5-949ea5e47715"
"""The id of no photo."""


def jpeg(colour: int = 0) -> bytes:
    """What a phone sends, with the camera and the place in it."""
    exif = Image.Exif()
    exif[Base.Make] = "canary-of-the-camera"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (46.0, 3.0, 48.6)
    file = io.BytesIO()
    Image.new("RGB", (800, 600), (40 * colour, 90, 120)).save(file, "JPEG", exif=exif)
    return file.getvalue()


def send(browser: Browser, path: str, files: list[tuple[str, bytes]], **fields: Any) -> httpx.Response:
    """Send a form with files, as browsers do."""
    parts = [("photo", (name, content, "image/jpeg")) for name, content in files]
    return browser.send_files(path, parts or [("photo", ("", b""))], fields)


def post(browser: Browser, *photos: bytes, **fields: Any) -> httpx.Response:
    browser.get("/listings/new")
    files = [(f"IMG_{number}.jpg", photo) for number, photo in enumerate(photos, 1)]
    return send(browser, "/listings/new", files, **{**ANSWERS, **fields})


def shown(answer: httpx.Response) -> list[str]:
    """The photos of a page, by their address."""
    return re.findall(r'<img src="(/photos/[^"]+/1280)"', answer.text)


def posted(browser: Browser, *photos: bytes, **fields: Any) -> tuple[str, list[str]]:
    """Post a listing; its address, and those of its photos."""
    answer = post(browser, *photos, **fields)
    page = browser.follow(answer)
    return answer.headers["location"], shown(page)


def approve(site: Site, path: str) -> None:
    site.story.do(
        site.services.marketplace.approve_listing, ApproveListing, site.story.actor("marc"),
        listing_id=path.removeprefix("/listings/"), zone_id=site.story.zones["jourdies"],
    )  # fmt: skip
    with site.database.connect(Role.WEB) as connection:
        assert visible(connection, site.story.position, ["listings"], within=10)


def blobs(site: Site) -> int:
    return int(site.rows("SELECT count(DISTINCT id) FROM log.blob")[0][0])


def test_a_listing_shows_its_photos_in_their_order(site: Site) -> None:
    lea = site.browser("lea")
    _path, photos = posted(lea, jpeg(1), jpeg(2), jpeg(3))
    assert len(photos) == 3
    colours = []
    for address in photos:
        answer = lea.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        colours.append(Image.open(io.BytesIO(answer.content)).convert("RGB").resize((1, 1)).tobytes()[0])
    assert colours == sorted(colours)
    card = lea.get("/me").text
    assert photos[0].replace("/1280", "/480") in card


def test_the_place_in_the_file_does_not_go_over(site: Site) -> None:
    lea = site.browser("lea")
    _path, [photo] = posted(lea, jpeg())
    for address in (photo, photo.replace("/1280", "/480")):
        content = lea.client.get(address).content
        assert b"canary" not in content
        assert not Image.open(io.BytesIO(content)).getexif()


def test_a_photo_is_seen_by_those_who_see_its_listing(site: Site) -> None:
    lea = site.browser("lea")
    path, [photo] = posted(lea, jpeg())
    missing = photo.replace(photo[8:16], "00000000")
    marc, karim, nora, visitor = site.browser("marc"), site.browser("karim"), site.browser("nora"), site.browser()
    assert marc.client.get(photo).status_code == 200, "who moderates sees what waits"
    assert photo in marc.get("/z/jourdies/moderation").text
    for stranger in (karim, nora, visitor):
        foreign, absent = stranger.client.get(photo), stranger.client.get(missing)
        assert foreign.status_code == absent.status_code == 404
        assert foreign.text == absent.text
    approve(site, path)
    assert karim.get(path).status_code == 200
    assert [one.client.get(photo).status_code for one in (karim, nora, visitor)] == [200, 404, 404]


@pytest.mark.parametrize("address", ["/photos/nothing/480", "/photos/%27/1280", f"/photos/{UNKNOWN}/480"])
def test_what_is_no_photo_is_missing(site: Site, address: str) -> None:
    assert site.browser("lea").client.get(address).status_code == 404


def test_a_photo_comes_in_its_two_sizes_only(site: Site) -> None:
    lea = site.browser("lea")
    _path, [photo] = posted(lea, jpeg())
    sizes = {width: lea.client.get(photo.replace("1280", width)).status_code for width in ("480", "1280", "0", "9999")}
    assert sizes == {"480": 200, "1280": 200, "0": 404, "9999": 404}


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (b"no picture at all", "“IMG_1.jpg” cannot be read as a photo: send it as JPEG, PNG or WebP."),
        (png_that_claims(60_000, 60_000), "“IMG_1.jpg” is too large: 64 million pixels at most."),
        (jpeg() + bytes(MOST_BYTES), "“IMG_1.jpg” is too heavy: 15 MB at most for one photo."),
    ],
    ids=["text", "bomb", "heavy"],
)
def test_what_is_no_photo_is_told_beside_the_field(site: Site, photo: bytes, sentence: str) -> None:
    answer = post(site.browser("lea"), photo)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-describedby="photo-error photo-hint"' in answer.text
    assert ANSWERS["title"] in answer.text
    assert blobs(site) == 0


def test_a_seventh_photo_is_refused(site: Site) -> None:
    answer = post(site.browser("lea"), *(jpeg(number) for number in range(7)))
    assert answer.status_code == 422
    assert "A listing shows 6 photos at most, and you chose 7." in answer.text
    assert blobs(site) == 0


def test_more_than_a_form_holds_is_too_big(site: Site) -> None:
    lea = site.browser("lea")
    assert post(lea, *[bytes(MOST_BYTES)] * 3).status_code == 413


def test_photos_are_not_sent_twice_when_an_answer_was_wrong(site: Site) -> None:
    lea = site.browser("lea")
    again = post(lea, jpeg(1), b"no picture", jpeg(2), amount="-3")
    assert again.status_code == 422
    assert "Keep the 2 photos you just sent" in again.text
    [waiting] = re.findall(r'name="photos_waiting" value="([^"]+)" checked', again.text)
    answer = send(lea, "/listings/new", [("IMG_4.jpg", jpeg(3))], **ANSWERS, photos_waiting=waiting)
    assert len(shown(lea.follow(answer))) == 3


def test_photos_that_waited_are_their_senders_only(site: Site) -> None:
    again = post(site.browser("lea"), jpeg(1), amount="-3")
    [waiting] = re.findall(r'name="photos_waiting" value="([^"]+)"', again.text)
    karim = site.browser("karim")
    _path, photos = posted(karim, photos_waiting=waiting)
    assert photos == []
    _path, photos = posted(karim, photos_waiting="made up")
    assert photos == []


def test_the_same_form_sent_twice_posts_once(site: Site) -> None:
    lea = site.browser("lea")
    command_id = str(uuid4())
    first = post(lea, jpeg(1), command_id=command_id)
    second = post(lea, jpeg(1), command_id=command_id)
    assert first.headers["location"] == second.headers["location"]
    assert blobs(site) == 1
    other = post(lea, jpeg(2), command_id=command_id)
    assert other.status_code == 409


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each photo that the imaging library was given to develop, as it goes on."""
    threads: list[str] = []
    open_one = Image.open

    def noted(*args: Any, **kwargs: Any) -> Any:
        threads.append(threading.current_thread().name)
        return open_one(*args, **kwargs)

    monkeypatch.setattr(Image, "open", noted)
    return threads


def test_a_form_sent_again_develops_only_what_is_not_there_yet(site: Site, opened: list[str]) -> None:
    lea = site.browser("lea")
    command_id = str(uuid4())
    assert post(lea, jpeg(1), jpeg(2), amount="-3", command_id=command_id).status_code == 422
    assert len(opened) == 2
    path, photos = posted(lea, jpeg(1), jpeg(2), jpeg(3), command_id=command_id)
    assert (len(photos), len(opened), blobs(site)) == (3, 3, 3)
    assert site.rows("SELECT DISTINCT stream, named FROM log.blob") == [(path.removeprefix("/listings/"), True)]
    assert all(thread.startswith("photo") for thread in opened), "commands do not wait behind photos"


def test_a_photo_taken_twice_is_developed_once_for_each_listing(site: Site, opened: list[str]) -> None:
    form, sawmill, bakery = uuid4(), site.story.companies["sawmill"], site.story.companies["bakery"]
    photos, now = site.services.photos, site.services.clock.now()

    def take(company_id: str, listing_id: str) -> str:
        return photos.take(jpeg(1), "IMG_1.jpg", form=form, company_id=company_id, stream=listing_id, now=now)

    ours = take(sawmill, "listing-1")
    assert (take(sawmill, "listing-1"), len(opened)) == (ours, 1)
    site.rows("DELETE FROM log.blob WHERE width = %s RETURNING 1", ON_A_CARD)  # stopped between the two sizes
    assert (take(sawmill, "listing-1"), len(opened)) == (ours, 2)
    assert photos.show(ours, ON_A_CARD) is not None
    theirs = {take(sawmill, "listing-2"), take(bakery, "listing-1")}
    assert (len(theirs - {ours}), len(opened)) == (2, 4), "what is sealed for one listing is not shown on another"
    site.log.erase(sawmill)
    with pytest.raises(PrivateTextErased):
        take(sawmill, "listing-1")
    assert site.services.photos.show(take(bakery, "listing-1"), ON_A_CARD) is not None
    assert UUID(ours) not in {photo for (photo,) in site.rows("SELECT id FROM log.blob")}


def test_amending_keeps_drops_and_adds(site: Site) -> None:
    lea = site.browser("lea")
    path, photos = posted(lea, jpeg(1), jpeg(2))
    form = lea.get(f"{path}/amend")
    ids = [photo.split("/")[2] for photo in photos]
    assert re.findall(r'name="photo_gone" value="([^"]+)"', form.text) == ids
    [version] = re.findall(r'name="seen_version" value="(\d+)"', form.text)
    answer = send(lea, f"{path}/amend", [("IMG_3.jpg", jpeg(3))], **ANSWERS, seen_version=version, photo_gone=ids[0])
    after = shown(lea.follow(answer))
    assert len(after) == 2
    assert after[0] == photos[1]
    assert lea.client.get(photos[0]).status_code == 404
    assert blobs(site) == 2


def test_a_program_that_amends_leaves_the_photos(site: Site) -> None:
    lea = site.browser("lea")
    path, photos = posted(lea, jpeg(1))
    program = site.program("lea")
    address = f"/api/v1{path}"
    assert program.get(address).json()["photos"] == photos
    said = {"category": "PAL.EPAL1", "title": "Said anew", "quantity": {"amount": "9", "unit": "H87"}}
    answer = program.put(address, json=said)
    assert answer.status_code == 200, answer.text
    assert answer.json()["photos"] == photos


def test_a_photo_of_an_erased_company_is_gone(site: Site) -> None:
    lea = site.browser("lea")
    path, [photo] = posted(lea, jpeg(1))
    approve(site, path)
    marc = site.browser("marc")
    assert marc.client.get(photo).status_code == 200
    services = site.services
    erasing.erase(site.story.companies["sawmill"], site.database, services.marketplace, services.clock)
    assert marc.client.get(photo).status_code == 404
    assert blobs(site) == 0


def test_photos_of_a_form_nobody_finished_are_dropped_after_a_day(site: Site) -> None:
    lea = site.browser("lea")
    _path, [photo] = posted(lea, jpeg(1))
    post(lea, jpeg(2), amount="-3")
    assert blobs(site) == 2
    site.rows("UPDATE log.blob SET named = false RETURNING 1")  # as if we had been stopped right after the event
    now = site.services.clock.now()
    site.services.photos.forget_given_up(now + timedelta(hours=23))
    assert blobs(site) == 2
    site.services.photos.forget_given_up(now + timedelta(hours=25))
    assert blobs(site) == 1
    assert lea.client.get(photo).status_code == 200
