"""When each picture of a film is shown: the table of times that a player steps by, and what it says of gaps.

The table comes out of the confined child, so it is not trusted: what makes no sense becomes no table.
"""

from __future__ import annotations

import gzip
import json
import math
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

VERSION = 1
"""Of the table's format (docs/formats.md)."""
MOST_PICTURES = 3_000_000
"""More than a day at 30 pictures a second has no table: 24 MB of numbers in a browser are enough."""
TABLE_NAME = "times.bin"
WRITTEN_AT_ONCE = 10_000
MOST_BYTES = 16 * MOST_PICTURES
CONTENT_TYPE = "application/gzip"

# A distance that differs by less is the usual one: clocks of 1/1000 s write 33, 33, 34.
STEADY_SHARE, STEADY_TOLERANCE = 0.95, 0.15
MISSING_FROM, STILL_FROM, STILL_SECONDS = 1.5, 4.0, 1.0


@dataclass(frozen=True)
class PictureTimes:
    """Times of pictures in ticks of 1/`scale` s: the first, then a distance and how often it comes, in turn.

    A day of uneven pictures has two million runs, so they stay plain numbers in one array.
    """

    scale: int
    first: int
    flat: array[int]

    @property
    def runs(self) -> Iterator[tuple[int, int]]:
        """Pairs of distance in ticks and how often it comes in a row."""
        numbers = iter(self.flat)
        return zip(numbers, numbers, strict=True)

    @classmethod
    def from_pairs(cls, raw: bytes, *, scale: Any, first: Any) -> Self | None:
        """The table whose runs the confined child wrote as pairs of 64-bit numbers. None if it makes no sense."""
        if type(scale) is not int or type(first) is not int or not 0 < scale < 2**31 or abs(first) >= 2**52:
            return None
        if len(raw) % 16 or len(raw) > MOST_BYTES:
            return None
        numbers = array("q")
        numbers.frombytes(raw)
        table = cls(scale=scale, first=first, flat=numbers)
        bounded = table.pictures <= MOST_PICTURES and table.seconds < 1e9
        return table if bounded and min(numbers, default=1) > 0 else None

    @property
    def pictures(self) -> int:
        """How many pictures there are."""
        return 1 + sum(count for _step, count in self.runs)

    @property
    def seconds(self) -> float:
        """From the first picture to the last."""
        return sum(step * count for step, count in self.runs) / self.scale

    def save(self, path: Path, *, film: str) -> None:
        """Write the table as gzip-compressed JSON; the same table of the same film always gives the same bytes.

        `film` is the digest of the film. It says what the table belongs to, and keeps apart the tables of films that
        only have the same length: removing one of them must not touch another's.
        """
        data = {"version": VERSION, "film": film, "scale": self.scale, "first": self.first, "runs": []}
        head, tail = json.dumps(data, separators=(",", ":")).split("]")
        with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            packed.write(head.encode())
            for at in range(0, len(self.flat), WRITTEN_AT_ONCE):
                part = ",".join(map(str, self.flat[at : at + WRITTEN_AT_ONCE]))
                packed.write(f"{',' if at else ''}{part}".encode())
            packed.write(f"]{tail}".encode())

    def starts(self) -> Iterator[tuple[float, int, int]]:
        """Second at which each run begins, counted from the first picture; its distance and length."""
        at = 0
        for step, count in self.runs:
            yield at / self.scale, step, count
            at += step * count


@dataclass(frozen=True)
class Timing:
    """Facts about the times of a film's pictures, in seconds of the film.

    `usual_s` is the middle distance between two pictures; `steady`: nearly all distances are that one. `still`: how
    often one picture stands for at least a second and four times as long as usual; the longest is `still_s` long and
    begins at `still_at_s`. `missing`: pictures that a steady film would have had where it has gaps. `doubled`: pictures
    that have the time of another. `longest_group`: pictures from one key picture to the next, at most.
    """

    pictures: int
    usual_s: float
    shortest_s: float
    longest_s: float
    steady: bool
    still: int
    still_s: float
    still_at_s: float
    missing: int
    doubled: int
    longest_group: int

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON field; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Self | None:
        """Read what `to_json` gave; None if there is nothing."""
        try:
            return cls(**data) if data else None
        except TypeError:
            return None


def timing_of(table: PictureTimes, *, doubled: int, longest_group: int) -> Timing:
    """What the table says of the film."""
    usual = _usual(table)
    near = sum(count for step, count in table.runs if abs(step - usual) <= max(1, STEADY_TOLERANCE * usual))
    between = table.pictures - 1
    steady = between > 0 and near >= STEADY_SHARE * between
    still, still_s, still_at, missing = 0, 0.0, 0.0, 0
    for at, step, count in table.starts():
        if usual and step > MISSING_FROM * usual and steady:
            missing += count * (math.floor(step / usual + 0.5) - 1)
        if step >= table.scale * STILL_SECONDS and step >= STILL_FROM * usual:
            still += count
            if step / table.scale > still_s:
                still_s, still_at = step / table.scale, at
    steps = table.flat[::2] or [0]
    return Timing(
        pictures=table.pictures,
        usual_s=round(usual / table.scale, 6),
        shortest_s=round(min(steps) / table.scale, 6),
        longest_s=round(max(steps) / table.scale, 6),
        steady=steady,
        still=still,
        still_s=round(still_s, 3),
        still_at_s=round(still_at, 3),
        missing=missing,
        doubled=doubled,
        longest_group=longest_group,
    )


def _usual(table: PictureTimes) -> int:
    """The middle one of all distances; 0 for a single picture."""
    half, passed = (table.pictures - 1) / 2, 0
    often: Counter[int] = Counter()
    for step, count in table.runs:
        often[step] += count
    for step, count in sorted(often.items()):
        passed += count
        if passed >= half:
            return step
    return 0


def runs_of(times: Sequence[int]) -> array[int]:
    """Distances of sorted times as pairs (distance, how often), for `PictureTimes.from_pairs`."""
    pairs = array("q")
    for before, after in pairwise(times):
        if pairs and pairs[-2] == after - before:
            pairs[-1] += 1
        else:
            pairs.extend((after - before, 1))
    return pairs
