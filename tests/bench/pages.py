"""What the most used pages cost: `make bench BENCH=pages`.

CPU time of this process (other programs on the machine do not count) and queries, medians over some readings of each
page, with a small register and a large one. Beside them stands the bare page of `BENCH=site`, measured alike.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from typing import Any

from tests.bench.site import grow, people, set_up

SIZES = (100, 100_000)
READINGS = 15
RESIDENT = ["/", "/cameras/", "/cameras/add/", "/requests/", "/given/", "/account/"]
MANAGER = ["/admin/", "/admin/cameras/camera/", "/admin/terms/termsversion/", "/admin/map/", "/admin/program/"]


def cost(client: Any, path: str) -> tuple[float, int]:
    """Milliseconds of CPU and queries of one page. Raises RuntimeError where it is no page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    asked, times = len(queries), []
    for _reading in range(READINGS):
        began = time.process_time()
        client.get(path)
        times.append(time.process_time() - began)
    return statistics.median(times) * 1000, asked


def bare_cost(resident: Any) -> float:
    """The same for a page with a session, a user and three queries, through the three middlewares it needs."""
    from django.test import override_settings

    from tests.bench import bare_site

    with override_settings(MIDDLEWARE=bare_site.MIDDLEWARE, ROOT_URLCONF=bare_site.ROOT_URLCONF):
        from django.test import Client

        client = Client()
        client.cookies = resident.cookies
        return cost(client, "/cameras/")[0]


def main() -> None:
    """Print a table, and one JSON object as the last line."""
    began = time.monotonic()
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        set_up(folder)
        from django.test import Client

        clients = []
        for session in people():
            client = Client()
            client.cookies["sessionid"] = session
            clients.append(client)
        bare = bare_cost(clients[0])
        sys.stdout.write(f"a bare page: {bare:.1f} ms\n")
        for size in SIZES:
            grow(size)
            for client, paths in zip(clients, (RESIDENT, MANAGER), strict=True):
                for path in paths:
                    found.setdefault(path, []).extend(cost(client, path))
    for path, (small, few, large, many) in found.items():
        sys.stdout.write(f"{path:45}{small:7.1f} ms{few:4.0f} queries{large:9.1f} ms{many:4.0f} queries\n")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    ratios = {path: round(numbers[2] / bare, 1) for path, numbers in found.items()}
    answer = {"bench": "pages", "machine": machine, "ratios": ratios, "seconds": round(time.monotonic() - began)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
