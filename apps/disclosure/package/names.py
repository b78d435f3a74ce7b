"""Names of files in a package: safe on every system, whatever an owner called the file."""

from __future__ import annotations

import re
import unicodedata

STEM_MAX, ENDING_MAX = 60, 10
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_FOLDERS = re.compile(r"[/\\]")


def safe_name(number: int, filename: str) -> str:
    """`0007-Driveway_cam.mp4`: the number makes it unique, the rest of it only helps people.

    Nothing of a path is left: only ASCII letters, digits and one dot. Accents are taken off (NFKD), so that no two
    systems spell the name in two ways, and a number in front keeps it from being a device of Windows (`CON`, `NUL`).
    """
    last = _FOLDERS.split(filename)[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot:
        stem, ending = last, ""
    stem, ending = _plain(stem)[:STEM_MAX].strip("_"), _plain(ending)[:ENDING_MAX].replace("_", "").lower()
    name = f"{number:04d}-{stem or 'file'}"
    return f"{name}.{ending}" if ending else name


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("_", letters).strip("_")
