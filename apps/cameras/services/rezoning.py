"""Cameras follow the zones: when an agency changes one, all cameras are put into zones again."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict

import numpy as np
import shapely
from django.db import IntegrityError, transaction

from apps.agencies.models import Zone
from apps.cameras.models import Camera, CameraPlace, Rezoning
from apps.cameras.services.runs import BATCH, work_through
from apps.cameras.states import RUN_TRANSITIONS, RunState
from apps.core.background import enqueue_after_commit
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def start_rezoning_if_needed() -> Rezoning | None:
    """Begin to put cameras into zones again if the zones are not those of the last time; None if they are.

    A run over older zones is overtaken. Zones belong to the app below, which knows no cameras. So this compares.
    """
    digest = zones_digest()
    last = Rezoning.objects.order_by("-pk").first()
    if last is not None and last.zones_digest == digest:
        return None
    try:
        with transaction.atomic():
            for older in locked(Rezoning.objects).filter(state=RunState.WORKING):
                _go(older, RunState.OVERTAKEN)
                older.save(update_fields=["state"])
            rezoning = Rezoning.objects.create(zones_digest=digest, total=Camera.objects.count())
            _ring(rezoning)
            return rezoning
    except IntegrityError:
        return None  # another sweep began it in this moment


def rezone_cameras(*, rezoning_pk: int) -> bool:
    """Do the work of a rezoning until it ends. Twice or killed anywhere: the same zones. False if it is not free."""
    return work_through(Rezoning, rezoning_pk, _step)


def zones_digest() -> str:
    """What tells one state of all zones from another."""
    zones = Zone.objects.filter(agency__is_active=True).order_by("pk").values_list("pk", "ring")
    return hashlib.sha256(json.dumps(list(zones)).encode()).hexdigest()


def _step(rezoning: Rezoning) -> None:
    behind = Camera.objects.filter(pk__gt=rezoning.cursor).order_by("pk")
    # Locked, so that an owner who moves a camera comes wholly before or after.
    present = {camera.pk: camera.zone_id for camera in locked(behind.only("pk", "zone"))[:BATCH]}
    if not present:
        _finish(rezoning)
        return
    last = max(present)
    places = CameraPlace.objects.filter(camera_id__gt=rezoning.cursor, camera_id__lte=last)
    rows = list(places.values_list("camera_id", "latitude", "longitude"))
    moved = defaultdict(list)
    for (pk, _latitude, _longitude), zone_pk in zip(rows, _zones_of(rows), strict=True):
        if pk in present and present[pk] != zone_pk:
            moved[zone_pk].append(pk)
    for zone_pk, keys in moved.items():
        Camera.objects.filter(pk__in=keys).update(zone_id=zone_pk)
        rezoning.changed += len(keys)
    rezoning.cursor = last
    rezoning.done += len(present)
    rezoning.total = max(rezoning.total, rezoning.done)


def _zones_of(rows: list[tuple[int, float, float]]) -> list[int | None]:
    """The key of the zone of each place, all at once: what `places.zone_at` says of one."""
    found = np.zeros(len(rows), dtype=np.int64)
    points = shapely.points([longitude for _pk, _latitude, longitude in rows], [row[1] for row in rows])
    zones = [
        (polygon.area, pk, polygon)
        for pk, ring in Zone.objects.filter(agency__is_active=True).values_list("pk", "ring")
        if (polygon := shapely.Polygon(ring))
    ]
    for _area, pk, polygon in sorted(zones, key=lambda zone: zone[:2]):
        shapely.prepare(polygon)
        found[(found == 0) & shapely.covers(polygon, points)] = pk
    return [int(pk) or None for pk in found]


def _finish(rezoning: Rezoning) -> None:
    rezoning.total = rezoning.done
    _go(rezoning, RunState.DONE)
    ledger.record(
        "cameras.rezoned",
        Subject.of("rezoning", rezoning.public_id),
        Actor.system("rezoning"),
        cameras=rezoning.total,
        changed=rezoning.changed,
    )


def _go(rezoning: Rezoning, state: RunState) -> None:
    RUN_TRANSITIONS.check(rezoning.state, state)
    rezoning.state = state


def _ring(rezoning: Rezoning) -> None:
    enqueue_after_commit("apps.cameras.tasks.rezone_register", rezoning.pk)
