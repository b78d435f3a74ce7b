"""From what somebody types to places: an address, a corner, a street. Nothing leaves the portal, nothing is kept.

The names of a city's streets (some ten thousand) are held in memory, one copy a process, and compared there: whole
words, beginnings of words while somebody types, and words with a letter wrong. Numbers and corners come from the table.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import shapely
from django.conf import settings
from geographiclib.geodesic import Geodesic
from rapidfuzz.distance import OSA

from apps.core.reading import asked_once
from apps.streets.models import Segment, Street, StreetSet
from apps.streets.names import COMMON, Asked, asked
from apps.streets.ways import Side

MOST = 8  # answers to one question
_STREETS_TRIED = 12
_OFF_THE_LINE_M = 10.0  # houses stand beside the street
# How well a word fits: the whole word, its beginning, one letter wrong, two letters wrong.
_WHOLE, _BEGINNING, _ONE_WRONG, _TWO_WRONG = 1.0, 0.85, 0.6, 0.4
_ONE_WRONG_FROM, _TWO_WRONG_FROM = 4, 8


@dataclass(frozen=True, slots=True)
class Place:
    """One answer. `kind` is address, corner or street; `bounds` is the box of a street, degrees, else none."""

    kind: str
    label: str
    latitude: float
    longitude: float
    bounds: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """A street as it is held in memory."""

    key: int
    words: frozenset[str]
    way: int
    name: str


class _Index:
    """The streets' names by their words."""

    def __init__(self, names: list[_Name]) -> None:
        self.names = names
        by_word: defaultdict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            for word in name.words:
                by_word[word].append(place)
        self._by_word = dict(by_word)
        self._words = sorted(by_word)

    def streets(self, words: tuple[str, ...], *, typing: bool) -> list[_Name]:
        """Streets that have all of these words, the best first; common ones (“north”, “street”) only help to choose."""
        telling = [word for word in words if word not in COMMON] or list(words[:1])
        common = set(words) - set(telling)
        scores: dict[int, float] | None = None
        for word in telling:
            fits = self._fits(word, typing=typing and word == words[-1])
            scores = (
                fits
                if scores is None
                else {place: scores[place] + fit for place, fit in fits.items() if place in scores}
            )
        ranked = []
        for place, score in (scores or {}).items():
            name = self.names[place]
            others = (name.words & COMMON) - common
            extra = len(name.words - COMMON) - len(telling)
            rank = score + 0.3 * len(name.words & common) - 0.05 * len(others) - 0.1 * max(extra, 0)
            ranked.append((-rank, name.way, name.name, name))
        return [name for *_rank, name in sorted(ranked, key=lambda one: one[:3])]

    def _fits(self, word: str, *, typing: bool) -> dict[int, float]:
        """How well each street has this word: by place in `names`."""
        found: dict[int, float] = {}
        for other, fit in self._alike(word, typing=typing):
            for place in self._by_word[other]:
                found[place] = max(fit, found.get(place, 0.0))
        return found

    def _alike(self, word: str, *, typing: bool) -> Iterable[tuple[str, float]]:
        if word in self._by_word:
            yield word, _WHOLE
        if typing or len(word) >= 3:
            for place in range(bisect.bisect_left(self._words, word), len(self._words)):
                if not self._words[place].startswith(word):
                    break
                yield self._words[place], _BEGINNING
        wrong = (len(word) >= _ONE_WRONG_FROM) + (len(word) >= _TWO_WRONG_FROM)
        if not wrong:
            return
        for other in self._words:
            if abs(len(other) - len(word)) <= wrong:
                distance = OSA.distance(word, other, score_cutoff=wrong)
                if distance <= wrong:
                    yield other, (_ONE_WRONG if distance <= 1 else _TWO_WRONG)


@lru_cache(maxsize=2)
def _index(set_key: int, _public_id: UUID) -> _Index:
    # By its public id too: after a restore the same key may be another set's.
    rows = Street.objects.filter(of=set_key).values_list("pk", "words", "way", "name")
    return _Index([_Name(key, frozenset(words.split()), way, name) for key, words, way, name in rows.iterator(5000)])


def streets_known() -> bool:
    """Whether a set of streets has been loaded."""
    return asked_once("streets_known", StreetSet.objects.filter(is_current=True).exists)


def streets_named(text: str) -> list[int]:
    """The keys of the streets that `text` names, the best first; none where no set is loaded."""
    current = StreetSet.objects.filter(is_current=True).values_list("pk", "public_id").first()
    wanted = asked(text, city=settings.GEOCODER_CITY)
    if current is None or not wanted.street:
        return []
    return [name.key for name in _index(*current).streets(wanted.street, typing=False)[:_STREETS_TRIED]]


def find_places(text: str, *, typing: bool = False, most: int = MOST) -> list[Place]:
    """The places that `text` may mean, the best first; none where no set is loaded.

    `typing` says that the last word may not be finished. “1200 N Monroe” is an address, “Monroe & Tennessee” a corner,
    “Monroe” a street. A number that no block has leads to the street.
    """
    current = StreetSet.objects.filter(is_current=True).values_list("pk", "public_id").first()
    wanted = asked(text, city=settings.GEOCODER_CITY)
    if current is None or not wanted.street:
        return []
    index = _index(*current)
    names = index.streets(wanted.street, typing=typing and not wanted.crossing)[:_STREETS_TRIED]
    if wanted.crossing:
        return _corners(names, index.streets(wanted.crossing, typing=typing)[:_STREETS_TRIED])[:most]
    numbered = _addresses(names, wanted) if wanted.number is not None else []
    return (numbered or _whole_streets(names))[:most]


def _whole_streets(names: list[_Name]) -> list[Place]:
    """Each street by the middle of its middle block, which is on it, and its box."""
    rows = {one.pk: one for one in Street.objects.filter(pk__in=[name.key for name in names])}
    lines: defaultdict[int, list[list[list[float]]]] = defaultdict(list)
    for key, line in Segment.objects.filter(street__in=rows).order_by("lowest", "pk").values_list("street_id", "line"):
        lines[key].append(line)
    places = []
    for name in names:
        street, blocks = rows[name.key], lines[name.key]
        point = shapely.LineString(blocks[len(blocks) // 2]).interpolate(0.5, normalized=True)
        box = (street.west, street.south, street.east, street.north)
        places.append(Place("street", name.name, round(point.y, 6), round(point.x, 6), box))
    return places


def _addresses(names: list[_Name], wanted: Asked) -> list[Place]:
    """The number on each of these streets, where a block has it: the blocks whose side fits first."""
    number = wanted.number or 0
    order = {name.key: place for place, name in enumerate(names)}
    blocks = Segment.objects.filter(street__in=order, lowest__lte=number, highest__gte=number).order_by("pk")
    # Two towns of a county may have a street of one name: each has its own answer.
    found: dict[tuple[int, str], tuple[bool, Place]] = {}
    for block in blocks:
        key = (order[block.street_id], block.locality)
        fits, place = _on_block(block, number, names[key[0]].name)
        if key not in found or (fits and not found[key][0]):
            found[key] = (fits, place)
    return [place for _key, (_fits, place) in sorted(found.items(), key=lambda one: one[0])]


def _on_block(block: Segment, number: int, name: str) -> tuple[bool, Place]:
    """Where the number stands along the block, beside the line; and whether one of its sides really has it."""
    sides = [
        (Side(first, last), turn)
        for first, last, turn in (
            (block.left_from, block.left_to, -90.0),
            (block.right_from, block.right_to, 90.0),
        )
        if first is not None and last is not None
    ]
    fits = [one for one in sides if one[0].holds(number)]
    side, turn = (fits or sides)[0]
    span = side.last - side.first
    share = min(max((number - side.first) / span, 0.0), 1.0) if span else 0.5
    line = shapely.LineString(block.line)
    at = line.interpolate(share, normalized=True)
    before, after = (line.interpolate(min(max(share + step, 0), 1), normalized=True) for step in (-0.02, 0.02))
    bearing = Geodesic.WGS84.Inverse(before.y, before.x, after.y, after.x)["azi1"]
    beside = Geodesic.WGS84.Direct(at.y, at.x, bearing + turn, _OFF_THE_LINE_M)
    label = f"{number} {name}" + (f", {block.locality}" if block.locality else "")
    return bool(fits), Place("address", label, round(beside["lat2"], 6), round(beside["lon2"], 6))


def _corners(ones: list[_Name], others: list[_Name]) -> list[Place]:
    """Where streets of one list meet or cross streets of the other, the best pair first."""
    keys = {name.key for name in (*ones, *others)}
    lines: defaultdict[int, list[shapely.LineString]] = defaultdict(list)
    for key, line in Segment.objects.filter(street__in=keys).values_list("street_id", "line"):
        lines[key].append(shapely.LineString(line))
    whole = {key: shapely.MultiLineString(parts) for key, parts in lines.items()}
    places: list[Place] = []
    pairs = sorted(
        ((i + j, one, other) for i, one in enumerate(ones) for j, other in enumerate(others) if one.key != other.key),
        key=lambda pair: pair[0],
    )
    seen: set[frozenset[int]] = set()
    for _rank, one, other in pairs:
        pair = frozenset((one.key, other.key))
        if pair in seen or one.key not in whole or other.key not in whole:
            continue
        seen.add(pair)
        met = shapely.intersection(whole[one.key], whole[other.key])
        points = [part for part in shapely.get_parts(met) if part.geom_type == "Point"]
        # A divided road crosses a street twice within a few meters: one corner.
        for point in _apart(points):
            places.append(Place("corner", f"{one.name} & {other.name}", round(point.y, 6), round(point.x, 6)))
        if len(places) >= MOST:
            break
    return places


def _apart(points: list[shapely.Point], meters: float = 60.0) -> list[shapely.Point]:
    kept: list[shapely.Point] = []
    for point in points:
        if all(Geodesic.WGS84.Inverse(point.y, point.x, one.y, one.x)["s12"] > meters for one in kept):
            kept.append(point)
    return kept
