"""The beginning of a text file as plain text: decoded by Python alone, and shown escaped."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

MOST_BYTES = 256 * 1024
MOST_LETTERS = 64 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def beginning_of(source: Path) -> tuple[str, bool]:
    """At most MOST_LETTERS letters, without control signs and signs that turn the reading direction; is that all?"""
    with source.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    text = _decoded(raw[:MOST_BYTES], encoding)
    shown = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf"))
    return shown[:MOST_LETTERS], len(raw) <= MOST_BYTES and len(shown) <= MOST_LETTERS


def _decoded(raw: bytes, encoding: str) -> str:
    if encoding:
        return raw.decode(encoding, "replace")
    try:
        # The last letter may have been cut in two.
        return codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
