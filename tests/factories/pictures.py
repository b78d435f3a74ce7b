"""Pictures that somebody could send."""

from __future__ import annotations

import io

from PIL import Image


def seal(size: tuple[int, int] = (600, 400), kind: str = "PNG") -> bytes:
    """An agency's seal as a file."""
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, kind)
    return made.getvalue()
