"""Runs in the confined child: the pictures of a film one by one, upright, in one size, each with its second."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import av
import av.container
import av.filter

from apps.media import formats

_DISPLAY_MATRIX = "DISPLAYMATRIX"
_LONGEST_LIKELY = 10
MOST_FAILURES = 10_000


class OddTurn(Exception):
    """The pictures are to be shown turned by an angle that is no quarter turn."""


class Picture(NamedTuple):
    """One picture: its time and stated length in ticks of 1/`scale` s, as the file counts, and its pixels in 4:2:0."""

    ticks: int
    length: int
    scale: int
    frame: Any


def pictures_of(container: av.container.InputContainer, width: int, height: int) -> Iterator[Picture]:
    """What a player shows of the first picture track, in order; of pictures with one time only the first.

    Units that cannot be read are passed over, as they were when the working copy was made. Raises OddTurn.
    """
    stream = container.streams.video[0]
    stream.codec_context.options = formats.decoder_options()
    stream.thread_type = "AUTO"
    base = stream.time_base or Fraction(1, 90000)
    upright = Upright(stream, width, height)
    last: int | None = None
    length = 0
    usual = 1 / ((stream.guessed_rate or stream.average_rate or Fraction(25)) * base)
    for frame in _decoded(container, stream):
        # A bare stream states how long pictures are shown, but not when.
        at = frame.pts if frame.pts is not None else (0 if last is None else last + length)
        if last is not None and at <= last:
            continue
        last = at
        length = max(1, frame.duration or round(usual))
        yield Picture(at * base.numerator, length * base.numerator, base.denominator, upright.turn(frame))


def _decoded(container: av.container.InputContainer, stream: Any) -> Iterator[Any]:
    failures = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        try:
            yield from packet.decode()
        except (av.FFmpegError, ValueError):
            failures += 1
            if failures > MOST_FAILURES:
                raise


class Upright:
    """A graph of filters for each size, format and turn that comes: rare, but recorders change them."""

    def __init__(self, stream: Any, width: int, height: int) -> None:
        self.aspect = stream.sample_aspect_ratio or Fraction(1)
        self.width, self.height = width, height
        self.key: tuple[Any, ...] = ()
        self.graph: av.filter.Graph | None = None

    def turn(self, frame: Any) -> Any:
        """The picture as it is seen: turned, with square pixels, fitted, in levels of 16 to 235."""
        turns = turns_of(frame)
        key = (frame.width, frame.height, frame.format.name, turns, int(frame.colorspace), int(frame.color_range))
        if self.graph is None or key != self.key:
            self.graph, self.key = self._built(key), key
        frame.pts = 0
        self.graph.vpush(frame)
        return self.graph.vpull()

    def _built(self, key: tuple[Any, ...]) -> av.filter.Graph:
        wide, high, pixels, turns, space, levels = key
        graph = av.filter.Graph()
        aspect = f"{self.aspect.numerator}/{self.aspect.denominator}"
        begin = f"video_size={wide}x{high}:pix_fmt={pixels}:time_base=1/90000:pixel_aspect={aspect}"
        chain = [graph.add("buffer", f"{begin}:colorspace={space}:range={levels}")]
        chain += [graph.add(name, words) for name, words in turns]
        size = f"w={self.width}:h={self.height}"
        # The same filters by which the working copy was made: a box lies where somebody drew it.
        chain += [
            graph.add("scale", "w='trunc(iw*clip(sar,0.25,4))':h=ih"),
            graph.add("setsar", "1"),
            graph.add("scale", f"{size}:flags=bilinear:force_original_aspect_ratio=decrease:out_range=tv"),
            graph.add("pad", f"{size}:x=-1:y=-1"),
            graph.add("setsar", "1"),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*chain).configure()
        return graph


def turns_of(frame: Any) -> tuple[tuple[str, str], ...]:
    """The filters that turn or mirror a picture as its file says. Raises OddTurn."""
    data = next((one for one in frame.side_data if one.type.name == _DISPLAY_MATRIX), None)
    if data is None:
        return ()
    one, two, _u, three, four, *_rest = struct.unpack("<9i", bytes(data)[:36])
    quarter = abs(two) > abs(one)
    small, large = sorted((abs(one), abs(two)))
    if not large or small * _LONGEST_LIKELY > large:
        raise OddTurn
    if quarter and two > 0:
        return (("transpose", "cclock_flip" if three > 0 else "clock"),)
    if quarter:
        return (("transpose", "clock_flip" if three < 0 else "cclock"),)
    mirrored = [("hflip", "")] if one < 0 else []
    return tuple(mirrored + ([("vflip", "")] if four < 0 else []))
