"""What a row is compared with: the partner's cameras and sites, and the zones."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import shapely
from shapely.prepared import PreparedGeometry, prep

from apps.agencies.models import Zone
from apps.cameras.details import stated_values
from apps.cameras.models import Camera, Site
from apps.cameras.selectors import cameras_of, site_key, sites_of
from apps.cameras.states import CameraState
from apps.imports.models import CameraImport, ExternalId
from apps.imports.rows import Reading
from apps.prospects.digests import digest_of

_NEAR_M = 5.0
_SAME_DIRECTION = 20.0
_CELL = 1e4  # a grid of ten-thousandths of a degree, about 11 m


@dataclass(slots=True)
class MatchContext:
    """Loaded once for a stretch of work on one import."""

    cameras: dict[str, Camera] = field(default_factory=dict)
    by_external_id: dict[str, Camera] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    zones: list[PreparedGeometry[Any]] = field(default_factory=list)
    _grid: dict[tuple[int, int], list[Camera]] = field(default_factory=lambda: defaultdict(list))
    _undo: list[Callable[[], object]] = field(default_factory=list)

    @classmethod
    def of(cls, camera_import: CameraImport) -> MatchContext:
        """What surrounds this import."""
        found = cls()
        found.zones = [prep(shapely.Polygon(zone.ring)) for zone in Zone.objects.filter(agency__is_active=True)]
        partner = camera_import.partner
        if partner is None:
            return found
        found.sites = {site_key(site.name): site for site in sites_of(partner)}
        by_pk: dict[int, Camera] = {}
        for camera in cameras_of(partner):
            found.add(camera)
            if camera.state != CameraState.RETIRED:  # a number whose camera is gone may come again as a new one
                by_pk[camera.pk] = camera
        rows = ExternalId.objects.filter(partner=partner).values_list("key", "camera_id")
        found.by_external_id = {key: by_pk[pk] for key, pk in rows if pk in by_pk}
        return found

    @contextmanager
    def tentatively(self) -> Iterator[None]:
        """Forget what is added inside if an error leaves the block, as a savepoint around it does with the rows."""
        self._undo.clear()
        try:
            yield
        except BaseException:
            while self._undo:
                self._undo.pop()()
            raise

    def add(self, camera: Camera) -> None:
        """A camera that there is from now on."""
        self._set(self.cameras, str(camera.public_id), camera)
        if camera.state != CameraState.RETIRED:
            square = self._grid[_square(camera.place.latitude, camera.place.longitude)]
            square.append(camera)
            self._undo.append(square.pop)

    def add_site(self, site: Site) -> None:
        """A site that there is from now on, or its new address."""
        self._set(self.sites, site_key(site.name), site)

    def add_number(self, key: str, camera: Camera) -> None:
        """The partner's own number of a camera."""
        self._set(self.by_external_id, key, camera)

    def _set(self, known: dict[str, Any], key: str, value: Any) -> None:
        before = known.get(key)
        known[key] = value
        self._undo.append(lambda: known.pop(key) if before is None else known.update({key: before}))

    def match(self, reading: Reading) -> Camera | None:
        """The camera that the row names, by our number or by the partner's own."""
        if reading.camera_id:
            try:
                return self.cameras.get(str(UUID(reading.camera_id)))
            except ValueError:
                return None
        return self.by_external_id.get(external_key(reading.external_id)) if reading.external_id else None

    def near(self, latitude: float, longitude: float, bearing: float) -> Camera | None:
        """A camera within five meters that looks the same way."""
        row, column = _square(latitude, longitude)
        for square in ((row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
            for camera in self._grid.get(square, ()):
                place = camera.place
                north = (place.latitude - latitude) * 111_000
                east = (place.longitude - longitude) * 111_000 * math.cos(math.radians(latitude))
                turned = abs((place.bearing - bearing + 180) % 360 - 180)
                if math.hypot(north, east) <= _NEAR_M and turned <= _SAME_DIRECTION:
                    return camera
        return None

    def in_a_zone(self, latitude: float, longitude: float) -> bool:
        """True also where the program has drawn no zones."""
        point = shapely.Point(longitude, latitude)
        return not self.zones or any(zone.covers(point) for zone in self.zones)


def external_key(external_id: str) -> str:
    return digest_of("external", external_id.casefold())


def differences(camera: Camera, reading: Reading) -> dict[str, Any]:
    """What the row states otherwise than the camera stands; the site's name and address are not the camera's."""
    before = stated_values(camera)
    return {name: value for name, value in reading.stated.items() if not _same(before.get(name), value)}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and math.isclose(one, other, rel_tol=0, abs_tol=1e-9)
    return bool(one == other)


def _square(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude * _CELL), math.floor(longitude * _CELL)
