"""What a thousand features of layers cost a map: `make bench BENCH=layers`.

Median of some readings of the answer that the map draws from, its size, and of an unchanged one. The time until a
browser has drawn them is looked at in `tests/flows/test_map_layers.py`, without a clock.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from typing import Any

FEATURES = 1000
READINGS = 20


def main() -> None:
    """Print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(figures()))


def figures() -> dict[str, Any]:
    """Milliseconds, kilobytes and features."""
    from django.test import Client
    from django.urls import reverse

    from apps.agencies.models import Role
    from tests.factories.layers import layer_of, places
    from tests.factories.people import AgencyFactory, staff
    from tests.factories.sessions import sign_in

    agency = AgencyFactory.create()
    began = time.perf_counter()
    layer_of(agency, rows=places(FEATURES))
    loaded = time.perf_counter() - began
    client = sign_in(Client(), staff(Role.ANALYST, agency))
    address = reverse("admin:layers_layer_features")
    first = client.get(address)
    return {
        "features": len(first.json()["layers"][0]["features"]),
        "load_ms": round(loaded * 1000),
        "answer_ms": _median(lambda: client.get(address)),
        "unchanged_ms": _median(lambda: client.get(address, headers={"If-None-Match": first["ETag"]})),
        "kb": round(len(first.content) / 1000),
    }


def _median(act: Any) -> float:
    times = []
    for _reading in range(READINGS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 1)


if __name__ == "__main__":
    sys.exit(main())
