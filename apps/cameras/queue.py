"""The queue of registrations that wait for a program manager, the longest waiting first. It holds no place."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from apps.agencies.policies import Person
from apps.cameras import policies
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.reading import asked_once


def waiting(user: Person) -> QuerySet[Camera]:
    """What waits for review, among what the person may see; the longest waiting first."""
    return policies.viewable_cameras(user).filter(state=CameraState.PENDING).order_by("waiting_since", "pk")


def next_waiting(user: Person, after: Camera | None = None) -> Camera | None:
    """Whose turn it is after this camera; behind the last one, the first again. None when nothing else waits."""
    rows = waiting(user)
    if after is None:
        return rows.first()
    behind = Q(waiting_since__gt=after.waiting_since) | Q(waiting_since=after.waiting_since, pk__gt=after.pk)
    return rows.filter(behind).first() or rows.exclude(pk=after.pk).first()


def counts_by_state(user: Person) -> dict[str, int]:
    """How many cameras are in each state; states without any are missing."""
    found: dict[str, int] = {}
    for state, _zone, count in _counts(user):
        found[state] = found.get(state, 0) + count
    return found


def waiting_by_zone(user: Person) -> dict[int | None, int]:
    """How many wait in each zone, by its key; None is outside every zone."""
    return {zone: count for state, zone, count in _counts(user) if state == CameraState.PENDING}


def _counts(user: Person) -> list[tuple[str, int | None, int]]:
    """State, zone and number, counted once a page."""

    def count() -> list[tuple[str, int | None, int]]:
        rows = policies.viewable_cameras(user).order_by().values_list("state", "zone_id")
        return list(rows.annotate(count=Count("pk")))

    return asked_once(("camera_counts", user.pk), count)


def out_of_bounds() -> Q:
    """Cameras that stand where the city expects none (PORTAL_BOUNDS). It says that, and not where."""
    west, south, east, north = settings.PORTAL_BOUNDS
    return ~Q(place__latitude__range=(south, north), place__longitude__range=(west, east))
