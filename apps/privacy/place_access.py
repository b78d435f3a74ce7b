"""Who saw where a partner's cameras stand: role, agency and ground; never an officer's name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.access.models import Purpose
from apps.cameras.models import Camera
from apps.evidence.presentation import actor_in_words
from apps.ledger.models import Entry

ACTIONS = ("camera.place_viewed", "request.cameras_viewed")


@dataclass(frozen=True, slots=True)
class PlaceAccess:
    """One access to places: when (UTC), who by role and agency, on which ground, and at how many of these cameras."""

    at: datetime
    who: str
    ground: str
    cameras: int


def place_accesses(cameras: Collection[Camera], *, since: datetime) -> Iterator[PlaceAccess]:
    """The accesses that opened the place of any of these cameras, the oldest first."""
    wanted = {str(camera.public_id) for camera in cameras}
    if not wanted:
        return
    grounds: dict[str, str] = {}
    for entry in Entry.objects.filter(action__in=ACTIONS, recorded_at__gte=since).order_by("pk").iterator(500):
        seen = wanted.intersection(entry.facts.get("cameras", []))
        if seen:
            purpose = entry.facts.get("purpose", "")
            yield PlaceAccess(entry.recorded_at, actor_in_words(entry.actor), _ground(purpose, grounds), len(seen))


def _ground(purpose: str, known: dict[str, str]) -> str:
    if purpose not in known:
        found = Purpose.objects.filter(public_id=purpose).first() if purpose else None
        known[purpose] = str(found.get_kind_display()) if found else ""
    return known[purpose]
