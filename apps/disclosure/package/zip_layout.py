"""A ZIP whose every byte is known before it is made: nothing is compressed, and sizes and checksums are given.

So a package needs no copy of the evidence on any disk. What is kept is this layout; the bytes of the files come from
the store while somebody downloads, from any offset (APPNOTE.TXT 6.3.10: 4.3 and 4.5.3, method 0, ZIP64 where it is
needed).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from struct import pack

_LIMIT, _MANY = 0xFFFFFFFF, 0xFFFF
_PLAIN_VERSION, _ZIP64_VERSION = 20, 45
_UNIX = 3
_READ_ONLY = 0o100444 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the ZIP: its whole name in ASCII, its size in bytes, and its CRC-32."""

    name: str
    size: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Part:
    """A run of bytes: those in `data`, or else those of file `member` from `start` up to, not including, `end`."""

    data: bytes = b""
    member: int = -1
    start: int = 0
    end: int = 0


class ZipLayout:
    """The ZIP of these members, in this order, all with one time (UTC)."""

    def __init__(self, members: Sequence[Member], at: datetime) -> None:
        self._members = members
        self._when = pack("<HH", *_dos_time(at))
        heads = [30 + len(one.name) + (20 if one.size >= _LIMIT else 0) for one in members]
        ends = list(accumulate(head + one.size for head, one in zip(heads, members, strict=True)))
        self._offsets = [0, *ends]
        self._tail = self._directory()
        self.size = self._offsets[-1] + len(self._tail)

    def parts(self, start: int, end: int) -> Iterator[Part]:
        """What stands from byte `start` up to, not including, `end`."""
        directory = self._offsets[-1]
        index = bisect_right(self._offsets, start) - 1
        while start < min(end, directory):
            offset, member = self._offsets[index], self._members[index]
            head = self._head(member)
            body = offset + len(head)
            if start < body:
                yield Part(data=head[start - offset : end - offset])
            if end > body and member.size:
                begins = max(start, body) - body
                yield Part(member=index, start=begins, end=min(end - body, member.size))
            index += 1
            start = self._offsets[index]
        if end > directory:
            yield Part(data=self._tail[max(0, start - directory) : end - directory])

    def _head(self, member: Member) -> bytes:
        """The local header: with sizes in ZIP64's extra field where 32 bits do not hold them."""
        name, large = member.name.encode("ascii"), member.size >= _LIMIT
        extra = pack("<HHQQ", 1, 16, member.size, member.size) if large else b""
        size = _LIMIT if large else member.size
        version = _ZIP64_VERSION if large else _PLAIN_VERSION
        fixed = pack(
            "<4sHHH4sLLLHH", b"PK\3\4", version, 0, 0, self._when, member.crc32, size, size, len(name), len(extra)
        )
        return fixed + name + extra

    def _directory(self) -> bytes:
        begins = self._offsets[-1]
        records = b"".join(map(self._record, self._members, self._offsets))
        count, size = len(self._members), len(records)
        ending = b""
        if count >= _MANY or begins >= _LIMIT or size >= _LIMIT:
            ending = pack(
                "<4sQHHLLQQQQ", b"PK\6\6", 44, _ZIP64_VERSION, _ZIP64_VERSION, 0, 0, count, count, size, begins
            )
            ending += pack("<4sLQL", b"PK\6\7", 0, begins + size, 1)
        shown = min(count, _MANY), min(count, _MANY), min(size, _LIMIT), min(begins, _LIMIT)
        return records + ending + pack("<4sHHHHLLH", b"PK\5\6", 0, 0, *shown, 0)

    def _record(self, member: Member, offset: int) -> bytes:
        """The member's line in the central directory."""
        name = member.name.encode("ascii")
        far = [member.size] * 2 if member.size >= _LIMIT else []
        far += [offset] if offset >= _LIMIT else []
        extra = pack(f"<HH{len(far)}Q", 1, 8 * len(far), *far) if far else b""
        version = _ZIP64_VERSION if far else _PLAIN_VERSION
        size = min(member.size, _LIMIT)
        return (
            pack("<4sBBHHH4sLLL", b"PK\1\2", version, _UNIX, version, 0, 0, self._when, member.crc32, size, size)
            + pack("<HHHHHLL", len(name), len(extra), 0, 0, 0, _READ_ONLY, min(offset, _LIMIT))
            + name
            + extra
        )


def _dos_time(at: datetime) -> tuple[int, int]:
    """Time and day as MS-DOS wrote them: two seconds is the finest, 1980 the first year."""
    day = max(at.year - 1980, 0) << 9 | at.month << 5 | at.day
    return at.hour << 11 | at.minute << 5 | at.second // 2, day
