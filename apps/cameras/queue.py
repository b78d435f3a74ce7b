"""The queue of registrations that wait for a program manager, the longest waiting first. It holds no place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet

from apps.agencies.models import Zone
from apps.agencies.policies import Person
from apps.cameras import policies
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.paging import Counted
from apps.core.reading import asked_once

MOST = 1_000  # counts beside a list say no more than “1,000+”


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


@dataclass(frozen=True, slots=True)
class Queue:
    """How many registrations are in each state, and wait in each zone or outside all; each counted up to MOST + 1."""

    states: dict[str, int]
    zones: list[tuple[Zone, int]]
    outside: int


def queue_in_numbers(user: Person) -> Queue:
    """The numbers beside the list, asked for once a page, in one query that costs no more with a longer register."""
    return asked_once(("camera_queue", user.pk), lambda: _counted(user))


def _counted(user: Person) -> Queue:
    rows = policies.viewable_cameras(user).order_by().values("state")  # which the index holds: no row is read
    waits, limit = rows.filter(state=CameraState.PENDING), MOST + 1
    totals = {f"in_{state}": rows.filter(state=state)[:limit] for state in CameraState.values}
    totals["in_no_zone"] = waits.filter(zone__isnull=True)[:limit]
    columns = {name: Counted(asked) for name, asked in totals.items()}
    columns["waiting"] = Counted(waits.filter(zone=OuterRef("pk"))[:limit])
    zones = Zone.objects.filter(agency__is_active=True).select_related("agency").defer("ring")
    found: list[Any] = list(zones.annotate(**columns).order_by("agency__short_name", "code"))
    # Without a zone no row carries the totals. A city has zones before it has cameras.
    said = vars(found[0]) if found else {name: asked.count() for name, asked in totals.items()}
    return Queue(
        states={state: said[f"in_{state}"] for state in CameraState.values},
        zones=[(zone, zone.waiting) for zone in found],
        outside=said["in_no_zone"],
    )


def out_of_bounds() -> Q:
    """Cameras that stand where the city expects none (PORTAL_BOUNDS). It says that, and not where."""
    west, south, east, north = settings.PORTAL_BOUNDS
    return ~Q(place__latitude__range=(south, north), place__longitude__range=(west, east))
