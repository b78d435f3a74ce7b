"""Films that carry the number of each picture in the picture: 24 black and white blocks, readable after any codec."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av
from django.conf import settings

WIDTH, HEIGHT = 320, 180
COLUMNS, ROWS = 8, 3
BLOCK_WIDTH, BLOCK_HEIGHT = WIDTH // COLUMNS, HEIGHT // ROWS
NUMBER_BITS = 20

# Runs in a page: the number that the video shows now, read from its pixels, or -1 if the blocks make no sense.
READ_NUMBER = """video => {
  const [columns, rows, bits] = [8, 3, 20];
  const canvas = document.createElement('canvas');
  canvas.width = columns; canvas.height = rows;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const [wide, high] = [video.videoWidth / columns, video.videoHeight / rows];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      // The middle of a block: its edges may have run into those of its neighbors.
      pen.drawImage(video, (column + 0.3) * wide, (row + 0.3) * high, wide * 0.4, high * 0.4, column, row, 1, 1);
    }
  }
  const pixels = pen.getImageData(0, 0, columns, rows).data;
  let number = 0, check = 0;
  for (let bit = 0; bit < columns * rows; bit += 1) {
    const on = pixels[bit * 4] > 127 ? 1 : 0;
    if (bit < bits) { number |= on << bit; } else { check |= on << (bit - bits); }
  }
  let sum = 0;
  for (let rest = number; rest; rest >>= 4) { sum += rest & 15; }
  return (sum & 15) === check ? number : -1;
}"""


@dataclass(frozen=True)
class Film:
    """One kind of film. `timing`: words of ffmpeg that give the pictures their times; `cut_s`: begun that late, by an
    edit list."""

    name: str
    encoding: tuple[str, ...]
    rate: str = "25"
    timing: tuple[str, ...] = ()
    cut_s: float = 0
    pictures: int = 400


_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
# Each distance between two pictures is another one, from 7 to 60 ms, and once a picture stands for three seconds.
_CHANGING = "settb=1/90000,setpts='N*3003+mod(N*N*37,2400)+gte(N,200)*270000'"
_VARIABLE = ("-vf", _CHANGING, "-fps_mode", "vfr", "-enc_time_base", "1:90000", "-video_track_timescale", "90000")

FILMS = (
    Film("constant", (*_X264, "-g", "25", "-bf", "0")),
    Film("ntsc with b-frames", (*_X264, "-g", "30", "-bf", "3"), rate="30000/1001"),
    Film("variable rate", (*_X264, "-g", "30", "-bf", "0"), timing=_VARIABLE),
    Film("variable rate with b-frames", (*_X264, "-g", "30", "-bf", "2"), timing=_VARIABLE),
    Film("edit list", (*_X264, "-g", "50", "-bf", "2"), cut_s=3.3),
    Film("long groups", (*_X264, "-g", "400", "-keyint_min", "400", "-sc_threshold", "0", "-bf", "2")),
    Film("converted", ("-c:v", "mpeg4", "-q:v", "3", "-bf", "2"), rate="30000/1001"),
    Film("converted, variable", ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv444p"), timing=_VARIABLE),
)


def picture_of(number: int) -> bytes:
    """One gray picture: the number's bits, the lowest first, and four bits to check them by."""
    check = sum(number >> shift & 15 for shift in range(0, NUMBER_BITS, 4)) & 15
    bits = number | check << NUMBER_BITS
    rows = []
    for row in range(ROWS):
        blocks = (bits >> (row * COLUMNS + column) & 1 for column in range(COLUMNS))
        rows.append(b"".join((b"\xeb" if on else b"\x10") * BLOCK_WIDTH for on in blocks) * BLOCK_HEIGHT)
    return b"".join(rows)


@functools.cache
def numbered(film: Film) -> Path:
    """The film, made once a process: its pictures carry 0, 1, 2, …"""
    folder = Path(tempfile.mkdtemp(prefix="numbered-"))
    whole, path = folder / "whole.mp4", folder / "film.mp4"
    _encode(whole, map(picture_of, range(film.pictures)), film)
    if not film.cut_s:
        return whole
    # The cut begins at the key picture before; an edit list says that what lies before the second is not shown.
    _ffmpeg("-ss", str(film.cut_s), "-i", str(whole), "-c", "copy", str(path))
    return path


def _encode(target: Path, pictures: Iterable[bytes], film: Film) -> None:
    raw = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", film.rate, "-i", "-")
    _ffmpeg(*raw, *film.timing, *film.encoding, str(target), sent=b"".join(pictures))


def _ffmpeg(*words: str, sent: bytes | None = None) -> None:
    command = [settings.FFMPEG_BINARY, "-v", "error", "-y", *words]
    subprocess.run(command, check=True, timeout=600, input=sent)


def numbers_in(path: Path) -> list[int]:
    """The numbers of the pictures that a film shows, in order, as our own decoder reads them."""
    with av.open(str(path)) as container:
        shown = sorted((frame.pts, _number_of(frame)) for frame in container.decode(video=0) if (frame.pts or 0) >= 0)
    return [number for _at, number in shown]


def _number_of(frame: av.VideoFrame) -> int:
    plane = frame.planes[0]
    light, number = bytes(plane), 0
    for bit in range(NUMBER_BITS):
        row, column = divmod(bit, COLUMNS)
        at = int((row + 0.5) * BLOCK_HEIGHT) * plane.line_size + int((column + 0.5) * BLOCK_WIDTH)
        number |= (light[at] > 127) << bit
    return number
