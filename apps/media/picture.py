"""Runs in the confined child: a photo that somebody sent is decoded and written anew, from pixels alone."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

PIXELS_MOST = 60_000_000
WEBP_PIXELS_MOST = 24_000_000  # its decoder holds each picture four times
JPEG_MOST = 1024 * 1024
Image.MAX_IMAGE_PIXELS = PIXELS_MOST
# Only these formats are ever recognized; the others are not even loaded.
Image.ID[:] = [
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
]
Image._initialized = 2
# Texts in a PNG are unpacked only to be thrown away.
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024


def clean(source: str, target: str, *, longest_side: int) -> dict[str, Any]:
    """Decode `source`, turn it upright, shrink it to `longest_side` pixels, write it as a JPEG to `target`.

    Answers its size, or `error`: `picture_too_large`, `damaged` (begun but not whole), `unknown_format`.
    """
    try:
        with Image.open(source, formats=["JPEG", "PNG", "WEBP"]) as picture:
            most = WEBP_PIXELS_MOST if picture.format == "WEBP" else PIXELS_MOST
            if picture.width * picture.height > most:
                return {"error": "picture_too_large"}
            picture.draft("RGB", (longest_side, longest_side))
            picture.load()
            small = _small(picture, longest_side)
    except Image.DecompressionBombError:
        return {"error": "picture_too_large"}
    except UnidentifiedImageError:
        return {"error": "unknown_format"}
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, ZeroDivisionError) as problem:
        return {"error": "damaged", "detail": type(problem).__name__}
    for quality in (82, 70, 55, 40):
        small.save(target, format="JPEG", quality=quality, optimize=True, progressive=False, exif=b"", icc_profile=None)
        with open(target, "rb") as made:  # noqa: PTH123
            if made.seek(0, 2) <= JPEG_MOST:
                break
    return {"width": small.width, "height": small.height}


def _small(picture: Image.Image, longest_side: int) -> Image.Image:
    """Upright, on white where it was transparent, and with nothing of the original but its pixels.

    Shrunk before it is turned: turning copies.
    """
    picture.thumbnail((longest_side, longest_side))
    upright = ImageOps.exif_transpose(picture) or picture
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        clear = upright.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright.convert("RGB"))
    return fresh
