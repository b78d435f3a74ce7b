"""The demo's streets: the main roads by their true names, and a lane under each row of the demo's houses."""

from __future__ import annotations

import hashlib
import itertools

from geographiclib.geodesic import Geodesic

from apps.demo import city
from apps.demo.main_roads import LAKES, PARKS, main_roads
from apps.demo.register import lane_name, lane_rows
from apps.ledger.values import Actor
from apps.streets.models import Way
from apps.streets.services import keep_streets
from apps.streets.ways import Feature, Ground, Label, Point, Road, Side

_BLOCK_M = 160.0  # of a hundred house numbers


def lay_streets() -> None:
    """Load them, marked as approximate; a repeat replaces them by the same."""
    features = plan_streets()
    digest = hashlib.sha256(repr(features).encode()).hexdigest()
    keep_streets(
        features=features,
        name="Tallahassee, approximate (demo)",
        digest=digest,
        actor=Actor.system("demo"),
        approximate=True,
    )


def plan_streets() -> list[Feature]:
    """All of them, the same at each call."""
    features: list[Feature] = []
    for road in main_roads():
        features.extend(_blocks(road, first=1 if road.way != Way.FREEWAY else None))
    for quarter in city.QUARTERS:
        features.append(Label(quarter.name, (quarter.longitude, quarter.latitude)))
        features.extend(_lanes(quarter))
    features.extend(Ground("water", name, (ring,)) for name, ring in LAKES.items())
    features.extend(Ground("park", name, (ring,)) for name, ring in PARKS.items())
    return features


def _blocks(road: Road, *, first: int | None) -> list[Road]:
    """The road cut at its corners, with house numbers by distance: a hundred for each block."""
    blocks, number = [], first
    for start, end in itertools.pairwise(road.line):
        meters = Geodesic.WGS84.Inverse(start[1], start[0], end[1], end[0])["s12"]
        if number is None:
            blocks.append(Road(road.name, (start, end), road.way, locality=road.locality))
            continue
        last = number + 100 * max(1, round(meters / _BLOCK_M)) - 2
        sides = Side(number, last), Side(number + 1, last + 1)
        blocks.append(Road(road.name, (start, end), road.way, *sides, locality=road.locality))
        number = last + 2
    return blocks


def _lanes(quarter: city.Quarter) -> list[Road]:
    """A lane between each two rows of houses, and a way across all of them at each end."""
    lanes, ends = [], []
    heading = (90 + quarter.turn) % 360
    for row in lane_rows(quarter):
        middle = _away((quarter.longitude, quarter.latitude), (heading + 90) % 360, -quarter.across + row * 90)
        start, end = _away(middle, heading, -quarter.along), _away(middle, heading, quarter.along)
        name = lane_name(quarter, row)
        number = 101
        last = number + 4 * quarter.homes + 98
        sides = Side(number, last), Side(number - 1, last - 1)
        lanes.append(Road(name, (start, end), Way.LOCAL, *sides, locality=quarter.name))
        ends.append((start, end))
    for side in (0, 1):
        line = tuple(pair[side] for pair in ends)
        if len(line) > 1:
            lanes.append(Road("", line, Way.LOCAL))
    return lanes


def _away(point: Point, bearing: float, meters: float) -> Point:
    at = Geodesic.WGS84.Direct(point[1], point[0], bearing, meters)
    return round(at["lon2"], 6), round(at["lat2"], 6)
