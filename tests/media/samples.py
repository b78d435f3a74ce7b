"""Videos for tests, good and hostile: made by ffmpeg from drawn sources, or written box by box."""

from __future__ import annotations

import io
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from apps.media.launcher import ffmpeg_binary


def ffmpeg(*words: str | Path) -> None:
    """Run ffmpeg outside the confinement: these bytes are our own."""
    command = [ffmpeg_binary(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *map(str, words)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def video(
    target: Path,
    *encoding: str,
    seconds: float = 2,
    size: str = "320x180",
    fps: str = "10",
    sound: bool = False,
) -> Path:
    """A moving test picture; `encoding` are ffmpeg's output options, H.264 in yuv420p if none are given."""
    words: list[str | Path] = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={fps}:d={seconds}"]
    if sound:
        words += ["-f", "lavfi", "-i", f"sine=d={seconds}:r=16000"]
    words += encoding or ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10")
    ffmpeg(*words, target)
    return target


def cut(source: Path, target: Path, share: float) -> Path:
    """The first `share` of the bytes of `source`."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def box(name: bytes, *payload: bytes) -> bytes:
    """One box of an MP4 file."""
    inside = b"".join(payload)
    return struct.pack(">I4s", 8 + len(inside), name) + inside


def edit_boxes(data: bytes, path: list[bytes], change: Callable[[bytes], bytes]) -> bytes:
    """`data` with the first box at `path` replaced by `change(box)`; the sizes around it are put right."""
    out, at, done = b"", 0, False
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        whole = data[at : at + size]
        if name == path[0] and not done:
            done = True
            if len(path) == 1:
                whole = change(whole)
            else:
                whole = box(name, edit_boxes(whole[8:], path[1:], change))
        out += whole
        at += size
    assert done, path
    return out


def jpeg(width: int = 160, height: int = 120, color: tuple[int, int, int] = (90, 120, 60)) -> bytes:
    """A plain JPEG picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, format="JPEG")
    return out.getvalue()


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\x00" * (len(payload) % 2)


def _list(name: bytes, *chunks: bytes) -> bytes:
    return _chunk(b"LIST", name + b"".join(chunks))


def avi_with_playlist_as_subtitle(playlist: bytes, *, pictures: int = 5) -> bytes:
    """An AVI of JPEG pictures whose subtitle track (GAB2) holds a playlist instead of subtitles."""
    picture = jpeg()
    main = struct.pack("<14I", 100_000, 0, 0, 0x10, pictures, 0, 2, 0, 160, 120, 0, 0, 0, 0)
    video_header = struct.pack(
        "<4s4sIHHIIIIIIIIhhhh", b"vids", b"MJPG", 0, 0, 0, 0, 1, 10, 0, pictures, 0, 0, 0, 0, 0, 160, 120
    )
    video_format = struct.pack("<IiiHH4sIiiII", 40, 160, 120, 1, 24, b"MJPG", 160 * 120 * 3, 0, 0, 0, 0)
    text_header = struct.pack(
        "<4s4sIHHIIIIIIIIhhhh", b"txts", b"\0\0\0\0", 0, 0, 0, 0, 1, 10, 0, 1, 0, 0, 0, 0, 0, 0, 0
    )
    name = "subtitles.srt\0".encode("utf-16-le")
    gab2 = b"GAB2\0" + struct.pack("<HI", 2, len(name)) + name + struct.pack("<HI", 4, len(playlist)) + playlist
    movie = [_chunk(b"01tx", gab2), *(_chunk(b"00dc", picture) for _ in range(pictures))]
    body = b"AVI " + _list(
        b"hdrl",
        _chunk(b"avih", main),
        _list(b"strl", _chunk(b"strh", video_header), _chunk(b"strf", video_format)),
        _list(b"strl", _chunk(b"strh", text_header), _chunk(b"strf", b"")),
    )
    return _chunk(b"RIFF", body + _list(b"movi", *movie))


def hls(target_url: str) -> bytes:
    """A playlist of one segment."""
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n{target_url}\n#EXT-X-ENDLIST\n".encode()


def dash(target_url: str) -> bytes:
    """A DASH manifest that points to one file."""
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT10S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">'
        f'<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000"><BaseURL>{target_url}'
        "</BaseURL></Representation></AdaptationSet></Period></MPD>"
    ).encode()
