"""Runs in the confined child: fills boxes of a film's pictures, and proves of the result that nothing shows through.

The two are apart on purpose: the proof reads original and result anew, and believes nothing that the rendering said.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any

import av
import av.container
from PIL import Image, ImageChops

from apps.media import boxes, formats
from apps.media.boxes import Box, KeyFrame
from apps.media.upright import OddTurn, Picture, pictures_of

PLAN_NAME, FILM_NAME, MADE_NAME = "plan.json", "film.bin", "redacted.mp4"
# Luma, then the two of color. No picture made of light has the first three: where red, green and blue add up, at least
# one of the three numbers differs by 65 or more. So the fill is the same whatever it covers; one that followed the
# picture would tell of it. The others are for films that are not of light, such as noise.
FILLS = ((16, 240, 16), (16, 16, 16), (16, 16, 240), (235, 16, 240), (235, 240, 16), (16, 128, 128), (235, 128, 128))
SAFE = 40
"""By so much a fill differs from each pixel that it covers, before it is encoded."""
DIFFERS = 16
"""By so much a covered pixel of the result differs from the original's, or the result is not proven."""
NEAR_S = 0.002
"""Containers round times: a picture of the film and one of the original are the same if they lie so near."""
LARGEST_SCALE, SAMPLES_PER_S = 1_000_000, 16_000


class _Refused(Exception):
    """Carries a code of `errors.REASONS`."""


def render(source: str, folder: str) -> dict[str, Any]:
    """Write the original's pictures with their boxes filled to `MADE_NAME` in the folder, without sound."""
    plan = _Plan(folder)
    try:
        with _opened(source) as container:
            filled = _render(plan.pictures(container), os.path.join(folder, MADE_NAME), plan)  # noqa: PTH118
        return {"missing": plan.missing, "filled": filled}
    except _Refused as problem:
        return {"error": str(problem)}
    except OddTurn:
        return {"error": "odd_turn"}


def prove(source: str, folder: str, made: str) -> dict[str, Any]:
    """Compare result and original, picture by picture: how many, when, and every pixel of every box."""
    plan, seen = _Plan(folder), _Seen()
    with _opened(made) as copy:
        kinds = [stream.type for stream in copy.streams]
        loudest = _loudest(copy, plan.muted) if "audio" in kinds else 0
    with _opened(source) as original, _opened(made) as copy:
        pairs = zip_longest(plan.pictures(original), pictures_of(copy, plan.width, plan.height))
        for ours, theirs in pairs:
            if ours is None or theirs is None:
                seen.unpaired += 1
            else:
                seen.compare(ours[0], theirs, ours[1])
    return {**seen.answer(), "missing": plan.missing, "tracks": kinds, "loudest": loudest}


class _Plan:
    """What is to be covered: the regions' key frames, and the second of each picture of the film they were drawn in."""

    def __init__(self, folder: str) -> None:
        with open(os.path.join(folder, PLAN_NAME), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            plan = json.load(file)
        self.width, self.height, self.fps = plan["width"], plan["height"], plan["fps"]
        self.muted: list[tuple[float, float]] = plan["muted"]
        self.regions = [[KeyFrame(at, Box(*box), ends) for at, box, ends in frames] for frames in plan["regions"]]
        self.film = array("d")
        with open(os.path.join(folder, FILM_NAME), "rb") as file:  # noqa: PTH118, PTH123
            self.film.frombytes(file.read())
        shortest = min((after - before for before, after in pairwise(self.film)), default=1.0)
        self.within = min(NEAR_S, shortest / 4)
        self._found = bytearray(len(self.film))

    @property
    def missing(self) -> int:
        """Pictures of the film for which the original had none: then the film is not this original's."""
        return self._found.count(0)

    def pictures(self, container: av.container.InputContainer) -> Iterator[tuple[Picture, list[Box]]]:
        """Each picture of the original, and the boxes that lie over it."""
        begins: float | None = None
        for picture in pictures_of(container, self.width, self.height):
            at = picture.ticks / picture.scale
            if begins is None:
                begins = (container.start_time or 0) / 1e6
                if abs(at - begins - self.film[0]) > self.within:
                    begins = at - self.film[0]
            yield picture, self._boxes_at(at - begins)

    def _boxes_at(self, second: float) -> list[Box]:
        second = boxes.at_picture(self.film, second, self.within)
        near = boxes.nearest(self.film, second)
        if self.film[near] == second:
            self._found[near] = 1
        covered = (one.box for frames in self.regions for one in boxes.covered_at(frames, self.film, second))
        return [box for box in map(self._inside, covered) if box.width > 0 and box.height > 0]

    def _inside(self, box: Box) -> Box:
        left, top = max(0, box.left), max(0, box.top)
        return Box(left, top, min(self.width, box.right) - left, min(self.height, box.bottom) - top)


class _Seen:
    """What the proof saw. `least`: the smallest difference of a covered pixel, in the plane in which it is largest."""

    def __init__(self) -> None:
        self.pictures = self.unpaired = self.shifted = self.covered = self.pixels = self.bare = 0
        self.least, self.first_bare = 255, -1
        self._began: tuple[Fraction, Fraction] | None = None

    def compare(self, ours: Picture, theirs: Picture, covered: list[Box]) -> None:
        at = Fraction(ours.ticks, ours.scale), Fraction(theirs.ticks, theirs.scale)
        began = self._began = self._began or at
        self.shifted += at[0] - began[0] != at[1] - began[1]
        for box in covered:
            least = _least_difference(_Planes(ours.frame).cut(box), _Planes(theirs.frame).cut(box), box)
            self.covered += 1
            self.pixels += box.width * box.height
            self.least = min(self.least, least)
            if least < DIFFERS:
                self.bare += 1
                self.first_bare = self.pictures if self.first_bare < 0 else self.first_bare
        self.pictures += 1

    def answer(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


class _Planes:
    """The three planes of a picture, to be read."""

    def __init__(self, frame: Any) -> None:
        self._planes = [
            Image.frombuffer("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1)
            for plane in frame.planes[:3]
        ]

    def cut(self, box: Box) -> list[Image.Image]:
        """What lies under the box, grown to even edges: the light of each pixel, and the color of each four."""
        grown = _even(box)
        luma = self._planes[0].crop((grown.left, grown.top, grown.right, grown.bottom))
        half = (grown.left // 2, grown.top // 2, grown.right // 2, grown.bottom // 2)
        return [luma, *(plane.crop(half) for plane in self._planes[1:])]


def _even(box: Box) -> Box:
    """The box as it is filled: grown to even edges, because four pixels share one color. Pictures have even sizes."""
    left, top = box.left & ~1, box.top & ~1
    return Box(left, top, (box.right + 1 & ~1) - left, (box.bottom + 1 & ~1) - top)


def _least_difference(one: list[Image.Image], other: list[Image.Image], box: Box) -> int:
    light, *colors = (ImageChops.difference(a, b) for a, b in zip(one, other, strict=True))
    for color in colors:
        light = ImageChops.lighter(light, color.resize(light.size, Image.Resampling.NEAREST))
    left, top = box.left & 1, box.top & 1
    extremes: Any = light.crop((left, top, left + box.width, top + box.height)).getextrema()
    return int(extremes[0])


def _fill_for(covered: list[Image.Image], box: Box) -> tuple[int, int, int]:
    """The first of the fills that differs from every pixel under the box."""
    for fill in FILLS:
        flat = [Image.new("L", plane.size, value) for plane, value in zip(covered, fill, strict=True)]
        if _least_difference(covered, flat, box) >= SAFE:
            return fill
    raise _Refused("no_fill")


def _fill(frame: Any, box: Box, fill: tuple[int, int, int]) -> None:
    grown = _even(box)
    for number, (plane, value) in enumerate(zip(frame.planes, fill, strict=False)):
        half = 2 if number else 1
        left, width = grown.left // half, grown.width // half
        row, stride, pixels = bytes([value]) * width, plane.line_size, memoryview(plane)
        for line in range(grown.top // half, grown.bottom // half):
            pixels[line * stride + left : line * stride + left + width] = row


def _render(pictures: Iterator[tuple[Picture, list[Box]]], target: str, plan: _Plan) -> int:
    filled, track, first = 0, None, 0
    with av.open(f"file:{target}", "w", format="mp4", options={"movflags": "+faststart"}) as out:
        for picture, covered in pictures:
            if track is None:
                scale = picture.scale if picture.scale <= LARGEST_SCALE else 90_000
                track = _track(out, plan, scale)
                # The copy begins when the film does, so that a second of one is a second of the other.
                first = picture.ticks - round(plan.film[0] * picture.scale)
            frame = picture.frame
            # All fills are chosen before the first is made: boxes may lie over each other.
            fills = [(box, _fill_for(_Planes(frame).cut(box), box)) for box in covered]
            frame.make_writable()
            for box, fill in fills:
                _fill(frame, box, fill)
            filled += len(fills)
            frame.time_base = track.codec_context.time_base
            frame.pts = (picture.ticks - first) * frame.time_base.denominator // picture.scale
            frame.duration = max(1, picture.length * frame.time_base.denominator // picture.scale)
            frame.pict_type = 0
            out.mux(track.encode(frame))
        if track is None:
            raise _Refused("no_result")
        out.mux(track.encode(None))
    return filled


def _track(out: av.container.OutputContainer, plan: _Plan, scale: int) -> Any:
    rate = Fraction(max(1.0, min(plan.fps, 120.0))).limit_denominator(1001)
    options = {"preset": "veryfast", "crf": "18", "g": "30", "bf": "0"}
    track = out.add_stream("libx264", rate=rate, options=options)
    track.width, track.height, track.pix_fmt = plan.width, plan.height, "yuv420p"
    track.codec_context.time_base = Fraction(1, scale)
    track.codec_context.thread_count = 2
    return track


def _loudest(copy: av.container.InputContainer, muted: list[tuple[float, float]]) -> int:
    """The largest sample of the sound, of 32768, in the spans that are to be silent."""
    resampler, loudest = av.AudioResampler("s16", "mono", SAMPLES_PER_S), 0
    at: float | None = None
    for frame in copy.decode(copy.streams.audio[0]):
        for part in resampler.resample(frame):
            samples = array("h", bytes(part.planes[0])[: part.samples * 2])
            at = (frame.time or 0.0) if at is None else at
            for begins, ends in muted:
                first, last = ((second - at) * SAMPLES_PER_S for second in (begins, ends))
                inside = samples[max(0, round(first)) : max(0, round(last))]
                if inside:
                    loudest = max(loudest, max(inside), -min(inside))
            at += part.samples / SAMPLES_PER_S
    return loudest


def _opened(source: str) -> av.container.InputContainer:
    return av.open(f"file:{source}", options=formats.input_options(), metadata_errors="replace")
