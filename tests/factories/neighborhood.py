"""A neighborhood for counts: houses on a grid, some with a camera, in a zone that just holds them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from apps.agencies.models import Agency, Zone
from apps.cameras.models import Camera, CameraPlace, Site
from apps.cameras.places import place_fields
from apps.cameras.states import CameraState
from apps.geo import Sector
from apps.partners.models import Partner, PartnerKind
from tests.factories.people import ZoneFactory, registrant

WEST, SOUTH = -84.2900, 30.4400
SPACING, TOWN = 60.0, 3000.0  # meters
METERS_NORTH, METERS_EAST = 110_860.0, 95_990.0  # of a degree, at 30.44° north


@dataclass(frozen=True, slots=True)
class House:
    """A house, meters from the south-western corner, and whether its camera takes part."""

    east: float
    north: float
    takes_part: bool

    @property
    def longitude(self) -> float:
        """Degrees."""
        return WEST + self.east / METERS_EAST

    @property
    def latitude(self) -> float:
        """Degrees."""
        return SOUTH + self.north / METERS_NORTH


def neighborhood(
    agency: Agency, *, seed: int = 1, columns: int = 20, rows: int = 10, share: float = 0.3, town: int = 0
) -> tuple[Zone, list[House]]:
    """`columns` × `rows` houses, about 60 meters apart; each of `share` has one active camera that sees 15 meters.

    The zone reaches 3 kilometers further on all sides, and so many households of the `town` take part in it.
    """
    chance = random.Random(seed)  # noqa: S311
    houses = [
        House(
            (column + 0.5) * SPACING + chance.uniform(-8, 8),
            (row + 0.5) * SPACING + chance.uniform(-8, 8),
            chance.random() < share,
        )
        for column in range(columns)
        for row in range(rows)
    ]
    around = columns * SPACING + TOWN, rows * SPACING + TOWN
    corners = [(-TOWN, -TOWN), (around[0], -TOWN), around, (-TOWN, around[1]), (-TOWN, -TOWN)]
    ring = [[WEST + x / METERS_EAST, SOUTH + y / METERS_NORTH] for x, y in corners]
    zone = ZoneFactory.create(agency=agency, ring=ring)
    for house in houses:
        if house.takes_part:
            move_in(house, agency, zone)
    outside = [House(chance.uniform(-TOWN, -50), chance.uniform(-TOWN, around[1]), True) for _ in range(town // 2)]
    outside += [
        House(chance.uniform(columns * SPACING + 50, around[0]), chance.uniform(-TOWN, around[1]), True)
        for _ in range(town - town // 2)
    ]
    _settle(outside, zone)
    return zone, houses


def _settle(houses: list[House], zone: Zone) -> None:
    """Active cameras at these houses, of partners that no agency may ask."""
    partners = Partner.objects.bulk_create(Partner(name="Household", kind=PartnerKind.RESIDENT) for _ in houses)
    sites = Site.objects.bulk_create(Site(partner=partner, name="Home") for partner in partners)
    cameras = Camera.objects.bulk_create(
        Camera(site=site, name="Door", state=CameraState.ACTIVE, zone=zone, retention_hours=168) for site in sites
    )
    CameraPlace.objects.bulk_create(
        CameraPlace(camera=camera, **place_fields(Sector(house.latitude, house.longitude, 0, 90, 15)))
        for camera, house in zip(cameras, houses, strict=True)
    )


def move_in(house: House, agency: Agency, zone: Zone) -> Camera:
    """The household becomes a partner with a camera that looks north; the agency may ask it."""
    _user, partner = registrant(agency)
    site = Site.objects.create(partner=partner, name="Home")
    camera = Camera.objects.create(site=site, name="Door", state=CameraState.ACTIVE, zone=zone, retention_hours=168)
    CameraPlace.objects.create(camera=camera, **place_fields(Sector(house.latitude, house.longitude, 0, 90, 15)))
    return camera
