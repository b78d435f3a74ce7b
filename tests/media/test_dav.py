"""Recorders of Dahua write DHAV files: the portal plays those that are not encrypted."""

from __future__ import annotations

import struct
from pathlib import Path

import av

from apps.media import produce
from apps.media.probe import probe
from tests.media import samples


def dav(pictures: list[tuple[bytes, bool]], *, width: int, height: int, rate: int) -> bytes:
    """A DHAV file of these H.264 access units; each says whether it is a key picture."""
    out = b""
    for number, (unit, is_key) in enumerate(pictures):
        ext = struct.pack("<BBBB", 0x80, 0, width // 8, height // 8) + struct.pack("<BBBB", 0x81, 0, 0x08, rate)
        length = 24 + len(ext) + len(unit) + 8
        seconds, milliseconds = divmod(number * 1000 // rate, 1000)
        date = (26 << 26) | (11 << 22) | (29 << 17) | (12 << 12) | (0 << 6) | seconds
        head = b"DHAV" + struct.pack("<BBBBIIIHBB", 0xFD if is_key else 0xFC, 0, 0, 0, number, length, date,
                                     milliseconds, len(ext), 0)  # fmt: skip
        out += head + ext + unit + b"dhav" + struct.pack("<I", length)
    return out


def test_a_dav_export_is_recognized_by_its_content_and_plays(tmp_path: Path, scratch: Path) -> None:
    raw = samples.video(
        tmp_path / "raw.h264", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0", seconds=2,
        size="320x176",
    )  # fmt: skip
    with av.open(str(raw)) as film:
        units = [(bytes(packet), packet.is_keyframe) for packet in film.demux(video=0) if packet.size]
    export = tmp_path / "camera.mp4"
    export.write_bytes(dav(units, width=320, height=176, rate=10))
    facts = probe(export, scratch=scratch, declared_name="camera.mp4")
    assert (facts.demuxer, facts.video[0].codec, "name_differs" in facts.notes) == ("dhav", "h264", True)
    made = produce.make_working_copy(export, tmp_path / "copy.mp4", facts, scratch=scratch)
    assert made.duration_s > 1
