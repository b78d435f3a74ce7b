"""Who saw where a partner's cameras stand: role, agency and ground; never an officer's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from apps.access.selectors import accesses_to
from apps.cameras.models import Camera
from apps.evidence.presentation import actor_in_words


@dataclass(frozen=True, slots=True)
class PlaceAccess:
    """One access to places: when (UTC), who by role and agency, on which ground, and to how many of these cameras."""

    at: datetime
    who: str
    ground: str
    cameras: int


def place_accesses(cameras: QuerySet[Camera]) -> Iterator[PlaceAccess]:
    """The accesses that opened the place of any of these cameras, the oldest first."""
    for one in accesses_to("camera", cameras.values("public_id")):
        yield PlaceAccess(one.entry.recorded_at, actor_in_words(one.entry.actor), one.ground, one.things)
