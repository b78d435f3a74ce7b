"""Byte ranges of HTTP (RFC 9110, 14), as far as a player and a download need them."""

from __future__ import annotations

import re
from dataclasses import dataclass

PIECE_MAX = 2 * 1024 * 1024
"""Bytes of one answer to a range. A player asks for the next one; that is when its right to it is asked again."""

_ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


class Unsatisfiable(Exception):
    """The range lies outside the thing: 416."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes `start` up to, not including, `end` of a thing of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """The value of Content-Range."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def part_of(header: str, size: int, *, most: int | None = None) -> Part | None:
    """The part that a Range header asks for, or None when the whole thing is to be sent.

    It is at most `most` bytes long, by default PIECE_MAX.

    A header that is malformed or asks for several parts is ignored, as the standard allows. Raises Unsatisfiable.
    """
    asked = _ONE_RANGE.fullmatch(header.strip().replace(" ", ""))
    if asked is None or asked.group() == "bytes=-":
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size
        if int(last) == 0:
            raise Unsatisfiable
    else:
        start = int(first)
        end = min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return Part(start, min(end, start + (most or PIECE_MAX)), size)
