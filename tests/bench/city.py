"""A city's evening on one computer: `make bench BENCH=city`.

Everything at once, on real processes (PostgreSQL, the queue, web, workers, beat) and through HTTP alone: owners answer
a request at the pace of 500 in ten minutes, and three in five send a film; 50 members of the staff read their pages;
20 boards of calls are open; detectives write requests, supervisors approve them; residents register cameras; and a
recorder sends at 100 Mbit/s. `--times 1 2 4` does it again with so many times the people, to see where it bends;
`--web`, `--work` and `--media` say how many processes serve. The clients run on the same processors.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.storm import set_up
from tests.faults.storm_kernel import children, database
from tests.faults.storm_verdict import undecided

if TYPE_CHECKING:
    from apps.agencies.models import Agency
    from tests.bench.city_people import Person, Watch
    from tests.factories.footage_requests import Opened
    from tests.faults.storm_city import City

OWNERS_A_MINUTE, STAFF, BOARDS, RESIDENTS, DETECTIVES = 50, 50, 20, 10, 4
# What makes an evening a bad one: a page that one of twenty waits longer for.
MOST_S = 1.0
DRAINED_WITHIN_S = 600
CALL_EVERY_S = 20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Evening:
    """One run: its agency, the request that the owners answer, and a corner where detectives ask a few others."""

    agency: Agency
    opened: Opened
    corner: list[float]


def evening(number: int, owners: int) -> Evening:
    """A quarter with so many owners, all of whom are asked, and five at a corner beside it."""
    from tests.factories.footage_requests import CENTER, camera_at, circle, open_request
    from tests.factories.people import AgencyFactory, ZoneFactory, registrant

    place = [CENTER[0], CENTER[1] + 0.05 * number]
    agency = AgencyFactory.create()
    ZoneFactory.create(agency=agency)
    for one in range(owners):
        _user, partner = registrant(agency)
        camera_at(partner, place[1] + (one % 40) * 5e-5, place[0] + (one // 40) * 5e-5, retention_hours=240)
    corner = [place[0] + 0.02, place[1]]
    for _one in range(5):
        _user, partner = registrant(agency)
        camera_at(partner, corner[1], corner[0], retention_hours=240)
    return Evening(agency, open_request(agency, area=circle(600, place)), corner)


def session_of(user: Any) -> str:
    """The cookie of somebody who is signed in, second factor and all."""
    from django.test import Client

    from tests.factories.sessions import sign_in

    return sign_in(Client(), user).cookies["sessionid"].value


def senders(watch: Watch, site: str, opened: Opened, seconds: float) -> list[Person]:
    """The owners who are asked, one after the other over so many seconds, and a recorder."""
    from tests.bench.city_people import Owner, Recorder
    from tests.faults.storm_senders import a_clip
    from tests.uploads.live import cookie_for

    film, (first, *owners) = a_clip(), opened.invitations
    crowd: list[Person] = []
    for seed, invitation in enumerate(owners):
        token, wait = opened.tokens[invitation.public_id], seconds * seed / len(owners)
        invited = str(invitation.public_id)
        crowd.append(Owner(watch, site, seed=seed, invitation=invited, token=token, film=film, wait=wait))
    crowd.append(Recorder(watch, site, seed=0, invitation=str(first.public_id), cookie=cookie_for(first)))
    return crowd


def people(watch: Watch, site: str, found: Evening, times: int) -> list[Person]:
    """Everybody else: desks, boards, who asks and who decides, who registers."""
    from apps.agencies.models import Role
    from tests.bench.city_people import Board, Detective, Reader, Resident
    from tests.factories.people import registrant, staff

    agency = found.agency
    crowd: list[Person] = []
    desks = {
        Role.DETECTIVE: ["/admin/", "/admin/footage_requests/footagerequest/", "/admin/agencies/case/",
                         f"/admin/footage_requests/footagerequest/{found.opened.request.public_id}/"],
        Role.SUPERVISOR: ["/admin/", "/admin/footage_requests/footagerequest/", "/admin/access/purpose/"],
        Role.ANALYST: ["/admin/", "/admin/map/", "/admin/map/cells/", "/admin/calls/call/"],
        Role.PROGRAM_MANAGER: ["/admin/", "/admin/program/", "/admin/cameras/camera/", "/admin/partners/partner/"],
        Role.RECORDS_CUSTODIAN: ["/admin/", "/admin/evidence/evidenceitem/", "/admin/retention/disposition/"],
    }  # fmt: skip
    roles = [*desks]
    for number in range(STAFF * times):
        role = roles[number % len(roles)]
        session = session_of(staff(role, agency))
        crowd.append(Reader(watch, site, seed=number, session=session, kind="staff page", paths=desks[role], each=8))
    for number in range(BOARDS * times):
        crowd.append(Board(watch, site, seed=number, session=session_of(staff(Role.ANALYST, agency))))
    for number in range(DETECTIVES * times):
        session, other = session_of(staff(Role.DETECTIVE, agency)), session_of(staff(Role.SUPERVISOR, agency))
        crowd.append(Detective(watch, site, seed=number, session=session, supervisor=other, place=found.corner))
    mine = ["/", "/cameras/", "/requests/", "/given/", "/program/"]
    for number in range(RESIDENTS * times):
        session = session_of(registrant(agency)[0])
        crowd.append(Resident(watch, site, seed=number, session=session))
        crowd.append(Reader(watch, site, seed=number, session=session, kind="partner's page", paths=mine, each=8))
    return crowd


def cpu_of_tree(pid: int) -> float:
    """Processor seconds of a process and everything below it, with what has ended there."""
    seconds = 0.0
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds = sum(map(int, fields[11:15])) / TICKS
    return seconds + sum(map(cpu_of_tree, children(pid)))


def cpu(city: City, postmaster: int) -> dict[str, float]:
    """Seconds of processor time so far, by what used them."""
    return {
        "web": cpu_of_tree(city.web.process.pid) if city.web.process is not None else 0.0,
        "workers": sum(cpu_of_tree(worker.process.pid) for worker in city.workers.values()),
        "database": cpu_of_tree(postmaster),
        "clients": time.process_time(),
    }


def delays(since: Any) -> dict[str, list[float]]:
    """Seconds from receipt of an item to its seal and to its film, of what came since."""
    from django.db.models import Min

    from apps.ledger.models import Entry

    at: dict[str, dict[str, float]] = {}
    acts = ("evidence_item.received", "evidence_item.sealed", "evidence_item.playable")
    for act in acts:
        rows = (
            Entry.objects.filter(action=act, recorded_at__gte=since)
            .values("subject_id")
            .annotate(first=Min("recorded_at"))
        )
        at[act] = {str(row["subject_id"]): row["first"].timestamp() for row in rows}
    begun = at[acts[0]]
    return {
        act.rpartition(".")[2]: [when - begun[item] for item, when in at[act].items() if item in begun]
        for act in acts[1:]
    }


def p95(times: list[float]) -> float:
    """The 95th percentile; 0 of nothing."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else (times or [0.0])[0]


def run(city: City, postmaster: int, number: int, times: int, minutes: float) -> dict[str, Any]:
    """One evening with so many times the people; what was seen."""
    from django.utils import timezone

    from apps.footage_requests.models import Invitation
    from tests.bench.city_people import Watch
    from tests.factories.calls import call_of

    say(f"\n{times} times the people, {minutes:g} minutes")
    began = time.monotonic()
    found = evening(number, round(OWNERS_A_MINUTE * minutes * times) + 1)
    letters = Invitation.objects.filter(request=found.opened.request)
    while letters.filter(sent_at=None).exists() and time.monotonic() - began < DRAINED_WITHIN_S:
        time.sleep(0.2)
    since, watch = timezone.now(), Watch()
    crowd = people(watch, city.web.url, found, times) + senders(watch, city.web.url, found.opened, minutes * 60)
    before, started = cpu(city, postmaster), time.monotonic()
    for one in crowd:
        one.start()
    while time.monotonic() - started < minutes * 60:
        call_of(found.agency)
        time.sleep(min(CALL_EVERY_S / times, max(0.0, minutes * 60 - (time.monotonic() - started))))
    took = time.monotonic() - started
    used = {name: seconds - before[name] for name, seconds in cpu(city, postmaster).items()}
    watch.over.set()
    for one in crowd:
        one.join(DRAINED_WITHIN_S)
    calm = time.monotonic()
    while undecided() != 0 and time.monotonic() - calm < DRAINED_WITHIN_S:
        time.sleep(1)
    return tell(watch, used, took, delays(since), time.monotonic() - calm, times)


def tell(
    watch: Watch, used: dict[str, float], took: float, waited: dict[str, list[float]], drained: float, times: int
) -> dict[str, Any]:
    """Print one evening's table; returns its figures."""
    say(f"{'':32}{'answers':>9}{'median':>9}{'p95':>9}{'503':>6}{'failed':>7}{'cut':>5}")
    pages: list[float] = []
    refused = failed = cut = 0
    for kind, answers in sorted(watch.answers.items()):
        fine = [seconds for seconds, status in answers if 0 < status < 500]
        busy = sum(status == 503 for _seconds, status in answers)
        # A line that was idle may be closed just when somebody asks again; they do, as a browser does.
        broken = sum(status == 0 for _seconds, status in answers)
        other = len(answers) - len(fine) - busy - broken
        refused, failed, cut = refused + busy, failed + other, cut + broken
        if not kind.startswith("upload"):
            pages += fine
        middle = statistics.median(fine) if fine else 0.0
        say(f"{kind:32}{len(answers):9}{middle * 1000:9.0f}{p95(fine) * 1000:9.0f}{busy:6}{other:7}{broken:5}")
    for name, seconds in waited.items():
        say(
            f"received to {name:20}{len(seconds):9}{statistics.median(seconds or [0]):9.1f}{p95(seconds):9.1f}  seconds"
        )
    say("processors: " + ", ".join(f"{name} {seconds / took:.2f}" for name, seconds in used.items()))
    say(f"sent {watch.sent / took / 1e6:.1f} MB/s; all of it decided {drained:.0f} s after the last answer")
    for line in sorted(set(watch.wrong))[:20]:
        say(f"GAVE UP: {line}")
    return {
        "times": times,
        "pages_a_second": round(len(pages) / took, 1),
        "page_p95_ms": round(p95(pages) * 1000),
        "refused": refused,
        "failed": failed,
        "cut": cut,
        "gave_up": len(watch.wrong),
        "sealed_p95_s": round(p95(waited["sealed"]), 1),
        "playable_p95_s": round(p95(waited["playable"]), 1),
        "mb_a_second": round(watch.sent / took / 1e6, 1),
        "drained_s": round(drained),
        "processors": {name: round(seconds / took, 2) for name, seconds in used.items()},
    }


def say(text: str) -> None:
    """One line for whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def evenings(options: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """Each evening in turn, on the same processes."""
    with database(folder) as base:
        (folder / "evidence").mkdir()
        set_up(folder, base.url, {"EVIDENCE_URL": f"file://{folder / 'evidence'}"})
        from config.celery import app
        from tests.factories.people import terms_in_force
        from tests.faults.storm_city import City

        terms_in_force()
        city = City(folder, {"EVIDENCE_URL": f"file://{folder / 'evidence'}"}, web=options.web, work=options.work,
                    media=options.media, journal=False)  # fmt: skip
        app.conf.update(broker_url=city.queue.address)
        try:
            city.start()
            for number, times in enumerate(options.times):
                yield run(city, base.postmaster, number, times, options.minutes)
        finally:
            city.close()


def main() -> int:
    """Run and print. Returns 1 where an answer was a failure, or somebody gave up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2.0, help="of each evening")
    parser.add_argument("--times", type=int, nargs="+", default=[1])
    parser.add_argument("--web", type=int, default=2, help="web processes")
    parser.add_argument("--work", type=int, default=2, help="processes that seal and send")
    parser.add_argument("--media", type=int, default=1, help="processes that transcode")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that all processes go as well
    threading.stack_size(512 * 1024)
    folder = Path(tempfile.mkdtemp(prefix="city-"))
    try:
        found = list(evenings(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    holds = [one["times"] for one in found if one["page_p95_ms"] < MOST_S * 1000 and not one["refused"]]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    serving = {"web": options.web, "work": options.work, "media": options.media}
    say(json.dumps({"bench": "city", "machine": machine, **serving, "holds": max(holds, default=0), "evenings": found}))
    return int(any(one["failed"] or one["gave_up"] for one in found))


if __name__ == "__main__":
    sys.exit(main())
