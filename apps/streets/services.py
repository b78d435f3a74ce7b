"""load_streets: what files say becomes the city's streets, all at once."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.streets.models import ATTRIBUTION_MOST, Segment, Street, StreetSet, Tile, Way
from apps.streets.names import words_of
from apps.streets.reading import owed_to, read_streets
from apps.streets.tiles import tiles_of
from apps.streets.ways import Feature, Road, unreadable

_BATCH = 2_000


def load_streets(
    *, files: Sequence[Path], name: str, actor: Actor, approximate: bool = False, near: tuple[float, ...] = ()
) -> StreetSet:
    """Read the files and make what they hold the current streets; the set before is deleted.

    The same files again change nothing. `near` is a box of degrees (west, south, east, north): files without a road in
    it are refused, because they are another city's or in another projection. Raises StreetsUnreadable; then the streets
    stay as they were. Records `streets.loaded`.
    """
    digest = _digest_of(files)
    current = StreetSet.objects.filter(is_current=True, digest=digest, name=name).first()
    if current is not None:
        return current
    features = [feature for file in files for feature in read_streets(file, near)]
    return keep_streets(
        features=features,
        name=name,
        digest=digest,
        attribution=", ".join(dict.fromkeys(filter(None, map(owed_to, files))))[:ATTRIBUTION_MOST],
        actor=actor,
        approximate=approximate,
        near=near,
    )


def keep_streets(
    *,
    features: Sequence[Feature],
    name: str,
    digest: str,
    attribution: str = "",
    actor: Actor,
    approximate: bool = False,
    near: tuple[float, ...] = (),
) -> StreetSet:
    """Make these features the current streets, in one transaction. Raises StreetsUnreadable without a road near."""
    roads = _with_classes([one for one in features if isinstance(one, Road)])
    if not any(not near or _is_near(road, near) for road in roads):
        raise unreadable(_("There is no road of this city in the file. Is it another county's, or in a projection?"))
    drawn: list[Feature] = [one for one in features if not isinstance(one, Road)]
    drawn += _drawn_roads(roads)
    tiles = list(tiles_of(drawn))  # a minute's work for a county: before the lock, not under it
    with transaction.atomic():
        before = list(locked(StreetSet.objects).order_by("pk"))
        made = StreetSet.objects.create(name=name, digest=digest, attribution=attribution, is_approximate=approximate)
        _keep_names(made, roads)
        Tile.objects.bulk_create(
            (Tile(of=made, zoom=one.zoom, x=one.x, y=one.y, data=one.data) for one in tiles), batch_size=200
        )
        for one in before:
            _forget(one)
        made.is_current = True
        made.save(update_fields=["is_current"])
        ledger.record(
            "streets.loaded",
            Subject.of("street_set", made.public_id),
            actor,
            digest=digest,
            streets=made.streets.count(),
            tiles=made.tiles.count(),
        )
    return made


def _digest_of(files: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            whole.update(hashlib.file_digest(content, "sha256").digest())
    return whole.hexdigest()


def _with_classes(roads: list[Road]) -> list[Road]:
    """Roads of a file without classes (address ranges) get the class that another file gives their name."""
    known: dict[str, Way] = {}
    for road in roads:
        if road.way and road.name:
            known[road.name] = min(road.way, known.get(road.name, road.way))
    return [road if road.way else replace(road, way=known.get(road.name, Way.LOCAL)) for road in roads]


def _drawn_roads(roads: list[Road]) -> list[Road]:
    """Those whose file says classes; all of them where no file does."""
    said = [road for road in roads if road.draw]
    return said or roads


def _is_near(road: Road, near: tuple[float, ...]) -> bool:
    west, south, east, north = near
    return any(west <= x <= east and south <= y <= north for x, y in road.line)


def _keep_names(made: StreetSet, roads: list[Road]) -> None:
    by_name: dict[str, list[Road]] = {}
    for road in roads:
        if road.name:
            by_name.setdefault(road.name, []).append(road)
    streets = [_street(made, name, parts) for name, parts in sorted(by_name.items())]
    Street.objects.bulk_create(streets, batch_size=_BATCH)
    segments = (_segment(street, road) for street in streets for road in _searched(by_name[street.name]))
    while batch := list(itertools.islice(segments, _BATCH)):
        Segment.objects.bulk_create(batch)


def _searched(parts: list[Road]) -> list[Road]:
    """The parts with house numbers; all where none has. Two files of one street draw it twice, but number it once."""
    numbered = [road for road in parts if road.left or road.right]
    return numbered or parts


def _street(made: StreetSet, name: str, parts: list[Road]) -> Street:
    longitudes = [x for road in parts for x, _y in road.line]
    latitudes = [y for road in parts for _x, y in road.line]
    return Street(
        of=made,
        name=name,
        words=" ".join(words_of(name))[:200],
        way=min(road.way or Way.LOCAL for road in parts),
        west=min(longitudes),
        south=min(latitudes),
        east=max(longitudes),
        north=max(latitudes),
    )


def _segment(street: Street, road: Road) -> Segment:
    numbers = [number for one in (road.left, road.right) if one for number in (one.first, one.last)]
    return Segment(
        street=street,
        line=[list(point) for point in road.line],
        left_from=road.left.first if road.left else None,
        left_to=road.left.last if road.left else None,
        right_from=road.right.first if road.right else None,
        right_to=road.right.last if road.right else None,
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
        locality=road.locality,
    )


def _forget(old: StreetSet) -> None:
    Segment.objects.filter(street__of=old).delete()
    Street.objects.filter(of=old).delete()
    Tile.objects.filter(of=old).delete()
    old.delete()
