"""A stranger's photo: kept as pixels alone, or refused with a reason, and nothing is left lying about."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import LazySettings
from PIL import Image, PngImagePlugin

from apps.media.errors import Undecodable
from apps.media.pictures import JPEG_MOST, clean_picture

CANARY = "Kestrelcanary"


@pytest.fixture(autouse=True)
def empty_scratch(settings: LazySettings, scratch: Path) -> None:
    settings.SCRATCH_DIR = scratch


def drawn(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    picture = Image.new(mode, (width, height), (200, 20, 20) if mode == "RGB" else (200, 20, 20, 255))
    picture.paste((20, 20, 200) if mode == "RGB" else (20, 20, 200, 255), (width // 2, 0, width, height))
    return picture


def encoded(picture: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=format, **options)
    return out.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = CANARY  # maker
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (30.0, 26.0, 18.0)
    gps[3], gps[4] = "W", (84.0, 16.0, 50.0)
    return encoded(drawn(), exif=exif, comment=CANARY.encode())


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    picture.load()
    return picture


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_phones_give_becomes_a_jpeg(format: str) -> None:
    made = clean_picture(encoded(drawn(), format), longest_side=1280, sender="a")
    assert opened(made.jpeg).size == (made.width, made.height) == (400, 300)


def test_a_large_photo_is_shrunk() -> None:
    made = clean_picture(encoded(drawn(4000, 3000)), longest_side=1280, sender="a")
    assert (made.width, made.height) == (1280, 960)


def test_place_and_maker_of_the_phone_are_gone() -> None:
    before = with_gps()
    assert opened(before).getexif().get_ifd(0x8825)
    made = clean_picture(before, longest_side=1280, sender="a")
    after = opened(made.jpeg)
    assert dict(after.getexif()) == {}
    assert not after.getexif().get_ifd(0x8825)
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert CANARY.encode() not in made.jpeg
    assert b"Exif" not in made.jpeg


def test_texts_and_profiles_of_a_png_are_gone() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY)
    notes.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>", zip=True)
    made = clean_picture(
        encoded(drawn(), "PNG", pnginfo=notes, icc_profile=CANARY.encode() * 10), longest_side=1280, sender="a"
    )
    assert CANARY.encode() not in made.jpeg
    assert "icc_profile" not in opened(made.jpeg).info


def test_bytes_behind_the_picture_are_gone() -> None:
    made = clean_picture(
        encoded(drawn()) + b"<script>" + CANARY.encode() + b"PK\x03\x04", longest_side=1280, sender="a"
    )
    assert CANARY.encode() not in made.jpeg


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    made = clean_picture(encoded(drawn(), exif=exif), longest_side=1280, sender="a")
    assert (made.width, made.height) == (300, 400)
    red, _green, blue = opened(made.jpeg).getpixel((150, 20))
    assert red > blue


def test_transparency_becomes_white() -> None:
    made = clean_picture(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"), longest_side=1280, sender="a")
    assert min(opened(made.jpeg).getpixel((10, 10))) > 240


def test_noise_stays_below_the_largest_size() -> None:
    noise = Image.frombytes("RGB", (1280, 1280), random.Random(1).randbytes(1280 * 1280 * 3))
    made = clean_picture(encoded(noise, "PNG"), longest_side=1280, sender="a")
    assert len(made.jpeg) <= JPEG_MOST


def png_bomb(side: int) -> bytes:
    """A black square of side × side pixels in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer, row = zlib.compressobj(9), bytes(1 + (side + 7) // 8)
    lines = b"".join(packer.compress(row * 64) for _ in range((side + 63) // 64)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with two hundred megabytes of packed text."""
    whole = encoded(drawn(8, 8), "PNG")
    data = b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return whole[:33] + chunk + whole[33:]


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
AVIF = b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing": (lambda: b"", "empty"),
    "heic": (lambda: HEIC, "heic"),
    "avif": (lambda: AVIF, "heic"),
    "svg": (lambda: SVG, "unknown_format"),
    "html": (lambda: b"<!doctype html><title>x</title>", "unknown_format"),
    "html that begins as a jpeg": (lambda: b"\xff\xd8\xff\xe0<html><script>alert(1)</script>", None),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(100), "unknown_format"),
    "gif": (lambda: encoded(drawn().convert("P"), "GIF"), "unknown_format"),
    "tiff": (lambda: encoded(drawn(), "TIFF"), "unknown_format"),
    "bmp": (lambda: encoded(drawn(), "BMP"), "unknown_format"),
    "postscript": (lambda: encoded(drawn(), "EPS"), "unknown_format"),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), "unknown_format"),
    "a cut jpeg": (lambda: encoded(drawn(2000, 2000))[:3000], "damaged"),
    "a cut png": (lambda: encoded(drawn(2000, 2000), "PNG")[:2000], "damaged"),
    "a cut webp": (lambda: encoded(drawn(2000, 2000), "WEBP")[:400], None),
    "only a header": (lambda: b"\x89PNG\r\n\x1a\n", None),
    "8192 squared": (lambda: png_bomb(8192), "picture_too_large"),
    "30000 squared": (lambda: png_bomb(30_000), "picture_too_large"),
    "more than 20 MiB": (lambda: encoded(drawn()) + bytes(20 * 1024 * 1024), "picture_too_large"),
    "packed text": (text_bomb, "damaged"),
    "random bytes": (lambda: random.Random(2).randbytes(5000), "unknown_format"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_with_its_reason(name: str) -> None:
    make, code = REFUSED[name]
    with pytest.raises(Undecodable) as refusal:
        clean_picture(make(), longest_side=1280, sender="a")
    assert code is None or refusal.value.code == code


def test_damage_in_the_middle_never_kills_the_portal() -> None:
    whole = encoded(drawn(600, 400), "PNG")
    dice = random.Random(3)
    for _ in range(8):
        hurt = bytearray(whole)
        for _ in range(5):
            hurt[dice.randrange(8, len(hurt))] = dice.randrange(256)
        try:
            made = clean_picture(bytes(hurt), longest_side=1280, sender="a")
        except Undecodable:
            continue
        assert opened(made.jpeg).size == (made.width, made.height)
