"""Counts for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from apps.agencies.models import Zone
from apps.cameras.counts import cameras_by_zone, without_partners_who_left
from apps.cameras.states import CameraState


@dataclass(frozen=True, slots=True)
class ZoneCount:
    """Active cameras of a zone; None stands for a count below the floor, which the public does not get."""

    name: str
    cameras: int | None


def public_counts() -> list[ZoneCount]:
    """Active partner cameras by zone, for everybody (mission: no count below five).

    There is deliberately no sum: it would give a hidden count away.
    """
    counts = without_partners_who_left(cameras_by_zone(CameraState.ACTIVE)[CameraState.ACTIVE])
    zones = Zone.objects.filter(agency__is_active=True)
    shown = [ZoneCount(zone.name, counts.get(zone.pk)) for zone in zones]
    floor = settings.COUNT_FLOOR
    return [ZoneCount(row.name, row.cameras if row.cameras and row.cameras >= floor else None) for row in shown]
