"""Pages beside a bare page, and the staff's first page as the register grows: `make bench BENCH=site`.

The bare page has a session, a user and three queries and nothing else; ours is “My cameras” of a resident with three.
Both run on one sync worker of their own, on the same database, and are asked in turn over one connection.
"""

from __future__ import annotations

import http.client
import json
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.upload_servers import ROOT, _Process

ROUNDS, PAGES, TODAYS = 5, 150, 15
SIZES = (1_000, 100_000)


class Site(_Process):
    """gunicorn with one sync worker."""

    def start(self, settings: str, application: str) -> None:
        command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--keep-alive", "30"]
        command += ["--bind", f"127.0.0.1:{self.port}", application]
        self._start(command, {**os.environ, "DJANGO_SETTINGS_MODULE": settings}, ROOT)

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=15)

    def cpu_seconds(self) -> float:
        """CPU time that the worker has taken so far; other programs on the machine do not count."""
        assert self._process is not None
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        workers = [pid for task in tasks for pid in (task / "children").read_text().split()]
        return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in workers) / 1e9

    def cost(self, path: str, session: str, times: int) -> float:
        """CPU seconds of one page, the mean of so many."""
        before = self.cpu_seconds()
        for _ in range(times):
            self.seconds(path, session)
        return (self.cpu_seconds() - before) / times

    def seconds(self, path: str, session: str) -> float:
        """How long one page takes; it has to be a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}", "Accept": "text/html"})
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
        return took


def set_up(folder: str) -> None:
    """The portal on a database of its own, DEBUG off."""
    os.environ.update(
        {"DATA_DIR": folder, "DEBUG": "0", "DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    )
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("prepare_database", verbosity=0)


def people() -> tuple[str, str]:
    """Sessions of a resident with three cameras and of a program manager."""
    from django.test import Client

    from apps.agencies.models import Role
    from apps.core.background import nothing_enqueued
    from tests.factories.cameras import camera
    from tests.factories.people import ZoneFactory, registrant, staff
    from tests.factories.sessions import sign_in

    zone = ZoneFactory.create()
    user, partner = registrant(zone.agency)
    with nothing_enqueued():
        for _ in range(3):
            camera(partner)
    sessions = [sign_in(Client(), one).cookies["sessionid"].value for one in (user, staff(Role.PROGRAM_MANAGER))]
    return sessions[0], sessions[1]


def grow(total: int) -> None:
    """Fill the register up to `total` active cameras, two to a site."""
    from apps.agencies.models import Zone
    from apps.cameras.models import Camera, Site
    from apps.cameras.states import CameraState
    from apps.partners.models import Partner, PartnerKind

    zone = Zone.objects.get()
    missing = total - Camera.objects.count()
    partners = Partner.objects.bulk_create(
        [Partner(kind=PartnerKind.RESIDENT, name=f"Household {uuid.uuid4()}") for _ in range(missing // 2)], 2_000
    )
    sites = Site.objects.bulk_create([Site(partner=partner, name="Home") for partner in partners], 2_000)
    Camera.objects.bulk_create(
        [
            Camera(site=site, name=name, state=CameraState.ACTIVE, zone=zone, retention_hours=336)
            for site in sites
            for name in ("Front", "Back")
        ],
        2_000,
    )


def median(ask: Callable[[], float], times: int) -> float:
    """The median of so many askings."""
    return statistics.median(ask() for _ in range(times))


def measure(folder: str) -> dict[str, Any]:
    """Both comparisons; times in milliseconds beside the ratios."""
    resident, manager = people()
    ours, bare = Site(Path(folder) / "ours"), Site(Path(folder) / "bare")
    for site in (ours, bare):
        site.folder.mkdir()
    ours.start("config.settings.local", "config.wsgi:application")
    bare.start("tests.bench.bare_site", "config.wsgi:application")
    try:
        for site in (ours, bare):
            median(lambda site=site: site.seconds("/cameras/", resident), 20)  # type: ignore[misc]
        pairs = [
            (
                median(lambda: ours.seconds("/cameras/", resident), PAGES),
                median(lambda: bare.seconds("/cameras/", resident), PAGES),
            )
            for _ in range(ROUNDS)
        ]
        page, least = (statistics.median(side) for side in zip(*pairs, strict=True))
        costs = [[site.cost("/cameras/", resident, PAGES) for site in (ours, bare)] for _ in range(ROUNDS)]
        page_cpu, least_cpu = (statistics.median(side) for side in zip(*costs, strict=True))
        todays = []
        for size in SIZES:
            grow(size)
            todays.append(median(lambda: ours.seconds("/admin/", manager), TODAYS))
    finally:
        ours.stop()
        bare.stop()
    return {
        "page_ms": round(page * 1000, 2),
        "bare_ms": round(least * 1000, 2),
        "cpu_ms": [round(page_cpu * 1000, 2), round(least_cpu * 1000, 2)],
        "dashboard_ms": [round(today * 1000, 1) for today in todays],
        "ratios": {
            "page_vs_bare": round(least / page, 2),
            "page_vs_bare_cpu": round(least_cpu / page_cpu, 2),
            "dashboard_growth": round(todays[1] / todays[0], 2),
        },
    }


def main() -> None:
    """Print a table, and one JSON object as the last line."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-site-") as folder:
        set_up(folder)
        found = measure(folder)
    ratios = found["ratios"]
    sys.stdout.write(
        f"a page: ours {found['page_ms']} ms, bare {found['bare_ms']} ms: {ratios['page_vs_bare']} of its speed\n"
        f"its CPU time: ours {found['cpu_ms'][0]} ms, bare {found['cpu_ms'][1]} ms: {ratios['page_vs_bare_cpu']}\n"
        f"Today at {SIZES[0]:,} and {SIZES[1]:,} cameras: {found['dashboard_ms']} ms, "
        f"{ratios['dashboard_growth']} times as long\n"
    )
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    answer = {"bench": "site", "machine": machine, "ratios": ratios, "seconds": round(time.monotonic() - began)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
