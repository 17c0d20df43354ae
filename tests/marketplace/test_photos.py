"""Photos: whatever is sent becomes a small WebP with nothing hidden in it, or a sentence."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from domain.refused import Refused
from marketplace.photos import MOST_BYTES, ON_A_CARD, TO_LOOK_AT, develop

CANARY = "canary-of-the-camera"


def picture(width: int = 1600, height: int = 1200, mode: str = "RGB") -> Image.Image:
    """A red field with a blue square in its upper left corner."""
    made = Image.new("RGB", (width, height), (200, 30, 30))
    ImageDraw.Draw(made).rectangle((0, 0, width // 4, height // 4), fill=(20, 20, 220))
    return made.convert(mode)


def written(made: Image.Image, form: str = "JPEG", **more: Any) -> bytes:
    file = io.BytesIO()
    made.save(file, form, **more)
    return file.getvalue()


def with_exif(made: Image.Image, form: str = "JPEG", orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = CANARY
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (46.0, 3.0, 48.6)
    return written(made, form, exif=exif)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_blue(shown: Image.Image, x: float, y: float) -> bool:
    pixel = shown.convert("RGB").getpixel((int(x * shown.width), int(y * shown.height)))
    assert isinstance(pixel, tuple)
    return pixel[2] > 150 > pixel[0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_webp_in_two_sizes(form: str) -> None:
    sizes = develop(written(picture(), form), "photo")
    assert {width: opened(content).size for width, content in sizes.items()} == {
        TO_LOOK_AT: (1280, 960),
        ON_A_CARD: (480, 360),
    }
    assert all(opened(content).format == "WEBP" for content in sizes.values())


def test_a_small_photo_is_not_blown_up() -> None:
    assert opened(develop(written(picture(300, 200)), "photo")[TO_LOOK_AT]).size == (300, 200)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_place_and_the_camera_do_not_go_over(form: str) -> None:
    sent = with_exif(picture(), form)
    assert CANARY.encode() in sent
    for content in develop(sent, "photo").values():
        assert CANARY.encode() not in content
        assert not opened(content).getexif()
        assert {chunk for chunk in (b"EXIF", b"XMP ", b"ICCP") if chunk in content} == set()


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0.1, 0.1)), (3, (0.9, 0.9)), (6, (0.9, 0.1)), (8, (0.1, 0.9))]
)
def test_a_photo_stands_upright(orientation: int, corner: tuple[float, float]) -> None:
    shown = opened(develop(with_exif(picture(), orientation=orientation), "photo")[ON_A_CARD])
    assert (shown.height > shown.width) == (orientation in {6, 8})
    assert [is_blue(shown, x, y) for x in (0.1, 0.9) for y in (0.1, 0.9)].count(True) == 1
    assert is_blue(shown, *corner)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_every_kind_of_pixels_can_be_shown(mode: str) -> None:
    made = picture().convert("L").convert("I;16") if mode == "I;16" else picture(mode=mode)
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(develop(written(made, form), "photo")[ON_A_CARD]).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    assert opened(develop(written(clear, "PNG"), "photo")[ON_A_CARD]).getpixel((200, 200)) == (255, 255, 255)


def test_of_a_moving_picture_the_first_is_shown() -> None:
    moving = written(picture(), "WEBP", save_all=True, append_images=[Image.new("RGB", (1600, 1200), "white")])
    assert is_blue(opened(develop(moving, "photo")[ON_A_CARD]), 0.1, 0.1)


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say they are this large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


JPEG = written(picture())
REFUSED = {
    "empty": (b"", "cannot be read"),
    "text": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be read"),
    "gif": (written(picture(), "GIF"), "cannot be read"),
    "tiff": (written(picture(), "TIFF"), "cannot be read"),
    "cut short": (JPEG[: len(JPEG) // 2], "cannot be read"),
    "broken inside": (png_that_claims(2000, 2000), "cannot be read"),
    "no pixels": (png_that_claims(0, 10), "cannot be read"),
    "a bomb": (png_that_claims(60_000, 60_000), "too large"),
    "too heavy": (JPEG + bytes(MOST_BYTES), "too heavy"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photo_is_refused_by_its_name(what: str) -> None:
    sent, why = REFUSED[what]
    with pytest.raises(Refused, match=why) as refusal:
        develop(sent, "IMG_1.jpg")
    assert refusal.value.field == "photo"
    assert refusal.value.values["file"] == "IMG_1.jpg"


def test_a_files_name_fits_in_a_sentence() -> None:
    with pytest.raises(Refused) as refusal:
        develop(b"", "\r\n" + "a" * 500)
    assert refusal.value.values["file"] == "a" * 59 + "…"
