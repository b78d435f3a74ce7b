"""Runs in the confined child: reads when each picture of a working copy is shown, without decoding one."""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass, field
from typing import Any

import av
import av.container

from apps.media import formats
from apps.media.timing import MOST_PICTURES, TABLE_NAME, runs_of

_NEVER = -(2**62)


def read(source: str, folder: str) -> dict[str, Any]:
    """Write the table's runs to `TABLE_NAME` in `folder`. Answers what else is known of the times, {} without a table.

    The film plays without a table, so nothing that goes wrong here is an error.
    """
    try:
        with av.open(f"file:{source}", options=formats.input_options(), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            base = stream.time_base
            seen = _read_packets(container, stream)
        if seen is None or not base or base.numerator != 1:
            return {}
        times, doubled, unreachable = seen.in_order()
    except (av.FFmpegError, OSError, ValueError, IndexError, MemoryError):
        return {}
    with open(os.path.join(folder, TABLE_NAME), "wb") as out:  # noqa: PTH118, PTH123 - pathlib is not needed in this child
        runs_of(times).tofile(out)
    return {
        "scale": int(base.denominator),
        "first": times[0],
        "doubled": doubled,
        "longest_group": seen.longest_group,
        "unreachable": unreachable,
    }


@dataclass
class _Seen:
    """What the packets say, in the order of decoding: time, stated length, and whether one is a key picture."""

    at: array[int] = field(default_factory=lambda: array("q"))
    length: array[int] = field(default_factory=lambda: array("q"))
    key: bytearray = field(default_factory=bytearray)
    longest_group: int = 0

    def in_order(self) -> tuple[array[int], int, int]:
        """Times in the order of showing, each once; doubled pictures; pictures that cannot be reached.

        An MP4 states how long the *decoder* waits from picture to picture. Where pictures are decoded in another order
        than they are shown, and their distances differ, that is not how long each is shown. Chromium goes by it when
        it looks for the picture to show after a jump: it takes one whose stated length reaches the moment sought.
        """
        order = sorted(range(len(self.at)), key=self.at.__getitem__)
        times = array("q", [self.at[order[0]]])
        unreachable, reaches = 0, _NEVER
        for place, which in enumerate(order):
            at, ends = self.at[which], self.at[which] + self.length[which]
            if at != times[-1]:
                times.append(at)
            if self.key[which]:
                reaches = _NEVER  # a jump begins to decode here
            if place + 1 < len(order):
                middle = (at + self.at[order[place + 1]]) / 2
                unreachable += reaches >= middle or ends < middle
            reaches = max(reaches, ends)
        return times, len(order) - len(times), unreachable


def _read_packets(container: av.container.InputContainer, stream: Any) -> _Seen | None:
    seen, group = _Seen(), 0
    for packet in container.demux(stream):
        if not packet.size:
            continue
        if packet.pts is None or len(seen.at) >= MOST_PICTURES:
            return None
        group = 1 if packet.is_keyframe else group + 1
        seen.longest_group = max(seen.longest_group, group)
        # What lies before the beginning that an edit list states is decoded and never shown.
        if not packet.is_discard:
            seen.at.append(packet.pts)
            seen.length.append(packet.duration or 0)
            seen.key.append(packet.is_keyframe)
    return seen if seen.at else None
