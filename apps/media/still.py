"""Runs in the confined child: a still from ffmpeg is read again by another library and written anew.

What leaves the portal as a picture was made from pixels alone: no metadata, no remains of the original's bytes.
"""

from __future__ import annotations

from typing import Any

from PIL import Image, JpegImagePlugin

Image.MAX_IMAGE_PIXELS = 40_000_000
# Only this format is ever recognized; the others are not even loaded.
Image.ID[:] = [JpegImagePlugin.JpegImageFile.format]
Image._initialized = 2


def check(source: str, target: str, *, longest_side: int) -> dict[str, Any]:
    """Decode the JPEG `source`, shrink it to `longest_side` pixels and write it to `target`. Answers its size."""
    try:
        with Image.open(source, formats=["JPEG"]) as picture:
            picture.load()
            clean = picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        return {"error": "no_result", "detail": type(problem).__name__}
    clean.thumbnail((longest_side, longest_side))
    clean.info.clear()
    clean.save(target, format="JPEG", quality=82, optimize=True, progressive=False)
    return {"width": clean.width, "height": clean.height}
