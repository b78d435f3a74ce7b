"""From bytes to text: which encoding, and what is no text at all. Reads in pieces."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

from apps.imports.reading.refusals import refused

PIECE = 65_536
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def encoding_of(raw: BinaryIO) -> str:
    """The encoding of the file, which is left at its start. Raises InvalidInput for what is no text.

    A byte order mark says it; without one many NULs in every second place are UTF-16, what decodes as UTF-8 is that,
    and the rest is Windows-1252, which is what older spreadsheets write.
    """
    head = raw.read(4096)
    raw.seek(0)
    if not head:
        raise refused("empty")
    if head.startswith(b"PK\x03\x04"):
        raise refused("spreadsheet" if b"xl/" in head or b"[Content_Types].xml" in head else "archive")
    if head.startswith(_XLS):
        raise refused("spreadsheet")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\x00" in head:
        return _utf16(head)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise refused("binary")
    return "utf-8" if _is_utf8(raw) else "cp1252"


def text_of(raw: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text with its line ends as they are; bytes that mean nothing become a replacement sign."""
    raw.seek(0)
    return io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")


def _utf16(head: bytes) -> str:
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    raise refused("binary")


def _is_utf8(raw: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := raw.read(PIECE):
            decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    finally:
        raw.seek(0)
    return True
