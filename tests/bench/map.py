"""The partner map of 100,000 cameras beside a GeoJSON of Django REST framework: `make bench BENCH=map`.

The first picture is the week's counts by square. “All” is all that the rules let one person see at once: the squares,
and one look that opens as many places as a purpose may. The peer sends every camera, which no rule of the portal
allows. Both run in one process, and their answers are compressed.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.site import grow, set_up

CAMERAS, ROUNDS = 100_000, 9
CENTER = (30.4383, -84.2807)
SPREAD = 0.05  # degrees


def places() -> None:
    """A place for each camera, thick downtown and thin outside. Nothing here matches, so the outline may be a point."""
    from apps.cameras.models import Camera, CameraPlace

    chance = random.Random(7)  # noqa: S311
    made = []
    for key in Camera.objects.filter(place__isnull=True).values_list("pk", flat=True):
        latitude, longitude = (chance.gauss(middle, SPREAD) for middle in CENTER)
        box = {"south": latitude, "north": latitude, "west": longitude, "east": longitude}
        sector = {"bearing": 90, "field_of_view": 90, "range_m": 30, "latitude_band": int(latitude * 100)}
        made.append(CameraPlace(camera_id=key, latitude=latitude, longitude=longitude, outline=b"", **box, **sector))
    CameraPlace.objects.bulk_create(made, 2_000)


def peer() -> bytes:
    """Every active camera as GeoJSON, as the framework's own serializer writes it."""
    from rest_framework import serializers
    from rest_framework.renderers import JSONRenderer

    from apps.cameras.models import Camera

    class Feature(serializers.ModelSerializer[Any]):
        geometry = serializers.SerializerMethodField()
        type = serializers.ReadOnlyField(default="Feature")

        class Meta:
            model = Camera
            fields = ("type", "public_id", "state", "retention_hours", "geometry")

        def get_geometry(self, camera: Any) -> dict[str, Any]:
            return {"type": "Point", "coordinates": [camera.place.longitude, camera.place.latitude]}

    rows = Camera.objects.filter(state="active").select_related("place")
    # Only what is sent: names are encrypted, and to decrypt them would slow the peer for nothing.
    rows = rows.only("public_id", "state", "retention_hours", "place__longitude", "place__latitude")
    document = {"type": "FeatureCollection", "features": Feature(rows, many=True).data}
    return gzip.compress(JSONRenderer().render(document), 1)


def median(ask: Callable[[], object], times: int) -> float:
    """Seconds, the median of so many."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure() -> dict[str, Any]:
    """Times and sizes, and the ratios."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from apps.agencies.models import Role, Zone
    from apps.core.background import nothing_enqueued
    from apps.counts.models import CountCell
    from apps.counts.services import release_counts
    from apps.ledger.values import Actor
    from tests.factories.access import map_purpose
    from tests.factories.cameras import camera
    from tests.factories.people import ZoneFactory, registrant, staff
    from tests.factories.sessions import sign_in

    settings.ALLOWED_HOSTS, settings.PLACES_PER_DAY = ["*"], CAMERAS
    zone = ZoneFactory.create()
    west, east = CENTER[1] - 2 * SPREAD, CENTER[1] + 2 * SPREAD
    south, north = CENTER[0] - 2 * SPREAD, CENTER[0] + 2 * SPREAD
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    Zone.objects.update(ring=ring)
    _user, partner = registrant(zone.agency)
    with nothing_enqueued():
        for number in range(settings.PLACES_PER_PURPOSE + 10):
            camera(partner, latitude=CENTER[0] + number * 1e-5)
        detective = staff(Role.DETECTIVE, zone.agency)
    grow(CAMERAS)
    places()
    release_counts(actor=Actor.system("bench"), again=True)
    client = sign_in(Client(), detective)
    bounds = f"{CENTER[1] - 0.004},{CENTER[0] - 0.004},{CENTER[1] + 0.004},{CENTER[0] + 0.004}"

    def first() -> bytes:
        answer = client.get(reverse("admin:partner_map_cells"), headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, answer.content
        return answer.content

    def everything() -> bytes:
        map_purpose(detective, zone.agency, near=CENTER)  # the one before has opened all that it may
        answer = client.get(reverse("admin:partner_map_places"), {"bounds": bounds})
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["cameras"]) == settings.PLACES_PER_PURPOSE
        return first() + gzip.compress(answer.content, 1)

    began = time.perf_counter()
    first()
    unpacked = time.perf_counter() - began
    theirs = median(peer, 3)
    ours, whole = median(first, ROUNDS), median(everything, ROUNDS)
    return {
        "squares": CountCell.objects.count(),
        "first_ms": round(ours * 1000, 1),
        "first_of_the_week_ms": round(unpacked * 1000, 1),
        "all_ms": round(whole * 1000, 1),
        "all_kb": round(len(everything()) / 1000, 1),
        "peer_ms": round(theirs * 1000),
        "peer_kb": round(len(peer()) / 1000),
        "ratios": {
            "first_time": round(ours / theirs, 4),
            "first_kb": round(len(first()) / 1000, 1),
            "all_time": round(theirs / whole, 1),
        },
    }


def main() -> None:
    """Print the table, and as the last line the ratios."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o700)
        set_up(folder)
        found = measure()
    ratios = found.pop("ratios")
    for name, value in found.items():
        print(f"{name:24} {value}")
    seconds = round(time.perf_counter() - began)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(json.dumps({"bench": "map", "machine": machine, "ratios": ratios, "seconds": seconds}))


if __name__ == "__main__":
    main()
