"""A storm of faults over the whole portal: nothing that was acknowledged may be lost, and it heals without a hand.

    python -m tests.faults.storm [--store folder|s3] [--kills 500] [--away SECONDS] [--senders 5] [--people 0]
        [--standby] [--only FAULT] [--seed 1] [--minutes 120]

Real processes: PostgreSQL, Valkey, web, workers and beat, and for `s3` a Ceph behind a line that breaks. Senders
upload all the while. With `--people 1` the staff, boards, detectives and residents of `make bench BENCH=city` go on
with their work, and letters go to a real SMTP server. Each fault is drawn at random: kill -9 of a web process or all
of web, of a worker's process or a whole worker, of beat, of the queue, of a database backend or all of the database;
the queue emptied or frozen; a worker whose clock is wrong by minutes; a disk that is full from a random byte on; a
mail server that says nothing; a power cut, which takes every process and all that was never synced; the object store
away, broken, or wrong in one answer of five. With `--standby` PostgreSQL has a synchronous standby, and the primary
is killed for good and the standby promoted. Then it is quiet, and all that was sent has to be sealed and decided
within ten minutes. The last line is one JSON object; the exit code is 0 if nothing was lost, nothing was doubled, and
nobody read an error that they could not go on from.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts import ceph as cluster
from tests.faults import store_line
from tests.faults.storm_kernel import (
    Database,
    backends,
    database,
    database_with_standby,
    drop_unsynced,
    fill_disk_of,
)
from tests.faults.storm_verdict import Told, judge, undecided
from tests.notifications.smtp_server import MailServer, mail_server

if TYPE_CHECKING:
    from tests.faults.storm_city import City
    from tests.faults.storm_people import Evening

HEALED_WITHIN_S = 600.0
PORTAL_KEY = ("PORTALKEY", "the-portals-secret")
BUCKET = "evidence-in-a-storm"
WEIGHTS = {
    "kill a web process": 16,
    "kill all of web": 5,
    "kill a worker's process": 22,
    "kill a whole worker": 6,
    "kill beat": 2,
    "kill the queue": 6,
    "kill a database backend": 8,
    "kill the database": 2,
    "empty the queue": 6,
    "freeze the queue": 2,
    "mail hangs": 2,
    "full disk": 8,
    "power cut": 3,
    "clock moved": 2,
}
OF_A_BUCKET = {"store away": 4, "store breaks": 10, "store errs": 6}
OF_A_STANDBY = {"kill the primary": 4}
CLOCK_S = 600  # a machine whose clock nobody sets; from 15 minutes on an object store refuses its signatures


class Storm:
    """Draws faults until there were enough kills."""

    def __init__(
        self, city: City, chance: random.Random, told: Told, *, base: Database, line: Any, mail: MailServer
    ) -> None:
        self._city, self._chance, self._told = city, chance, told
        self._base, self._line, self._mail = base, line, mail

    def rage(self, kills: int, pause: float, minutes: float, only: str = "") -> None:
        """So many kills, with about `pause` seconds between two faults; fewer if the time is over before.

        `only` names the one fault that happens.
        """
        until = time.monotonic() + minutes * 60
        weights = {**WEIGHTS, **(OF_A_BUCKET if self._line is not None else {})}
        if self._base.standby is not None:
            weights |= OF_A_STANDBY
        if self._base.server is None:
            del weights["kill a database backend"], weights["kill the database"]
        weights = {name: weight for name, weight in weights.items() if only in ("", name)}
        first = iter([name for name in OF_A_STANDBY if name in weights])  # a short storm has it as well
        while self._told.kills < kills and time.monotonic() < until:
            fault = next(first, None) or self._chance.choices(list(weights), list(weights.values()))[0]
            getattr(self, f"_{fault.replace(' ', '_').replace(chr(39), '')}")()
            self._told.faults[fault] += 1
            self._told.kills += fault.startswith(("kill", "power"))
            time.sleep(pause * 2 * self._chance.random())
            self._base.start()
            self._city.start()
            if sum(self._told.faults.values()) % 20 == 0:
                sys.stderr.write(f"{self._told.kills} kills, {undecided()} items wait\n")

    def away(self, seconds: float) -> None:
        """The object store answers nobody for so long."""
        self._line.fault = store_line.hangs_up
        time.sleep(seconds)
        self._line.fault = None
        self._told.faults["store away for long"] += 1

    def _kill_one(self, pids: list[int]) -> None:
        if pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._chance.choice(pids), signal.SIGKILL)

    def _kill_a_web_process(self) -> None:
        self._kill_one(self._city.processes_of_web())

    def _kill_all_of_web(self) -> None:
        self._city.web.kill()

    def _kill_a_workers_process(self) -> None:
        self._kill_one(self._city.processes_of_workers())

    def _kill_a_whole_worker(self) -> None:
        self._chance.choice(list(self._city.workers.values())).kill()

    def _kill_beat(self) -> None:
        assert self._city.beat is not None
        self._city.beat.kill()

    def _kill_the_queue(self) -> None:
        self._city.queue.kill()
        time.sleep(self._chance.random())

    def _kill_a_database_backend(self) -> None:
        for _turn in range(40):  # connections are short
            found = backends(self._base.postmaster)
            if found:
                self._kill_one(found)
                return
            time.sleep(0.02)

    def _kill_the_database(self) -> None:
        assert self._base.server is not None
        self._base.server.kill()
        time.sleep(3 * self._chance.random())

    def _kill_the_primary(self) -> None:
        self._base.fail_over(3 * self._chance.random())

    def _clock_moved(self) -> None:
        queues = self._chance.choice(list(self._city.workers))
        self._city.workers[queues].kill()
        self._city.start_worker(queues, {"STORM_CLOCK_S": str(self._chance.randrange(-CLOCK_S, CLOCK_S))})

    def _freeze_the_queue(self) -> None:
        if self._city.queue.process is not None:
            self._city.queue.process.send_signal(signal.SIGSTOP)
            time.sleep(2 + 6 * self._chance.random())
            self._city.queue.process.send_signal(signal.SIGCONT)

    def _mail_hangs(self) -> None:
        self._mail.manners = {"connect": ["hang"] * 1000}
        time.sleep(2 + 6 * self._chance.random())
        self._mail.manners = {}

    def _empty_the_queue(self) -> None:
        self._city.queue.empty()

    def _full_disk(self) -> None:
        pids = [*self._city.processes_of_web(), *self._city.processes_of_workers()]
        give_room = fill_disk_of(pids, self._chance)
        time.sleep(1 + 2 * self._chance.random())
        give_room()

    def _power_cut(self) -> None:
        self._city.kill_all()
        folders = [self._city.folder / name for name in ("staging", "evidence")]
        self._told.dropped += drop_unsynced(self._city.journal, folders)
        shutil.rmtree(self._city.folder / "scratch", ignore_errors=True)

    def _store_away(self) -> None:
        self.away(5 + 10 * self._chance.random())
        self._told.faults["store away for long"] -= 1

    def _store_errs(self) -> None:
        chance = random.Random(self._chance.random())
        faults = [store_line.is_too_busy, store_line.fails]
        self._line.fault = lambda request: chance.random() < 0.2 and chance.choice(faults)(request)  # noqa: PLR2004
        time.sleep(10 + 10 * self._chance.random())
        self._line.fault = None

    def _store_breaks(self) -> None:
        fault = self._chance.choice(
            [
                store_line.hangs_up,
                store_line.cut_after_it_was_done,
                store_line.says_error_in_200,
                store_line.is_too_busy,
                store_line.sends_half,
                store_line.changes_what_comes_back,
                store_line.changes_what_is_sent,
            ]
        )
        one_in = self._chance.randrange(1, 6)
        chance = random.Random(self._chance.random())
        self._line.fault = lambda request: chance.randrange(one_in) == 0 and fault(request)
        time.sleep(2 + 4 * self._chance.random())
        self._line.fault = None


@contextlib.contextmanager
def store_of(kind: str, folder: Path) -> Iterator[tuple[dict[str, str], Any, Callable[[], None]]]:
    """The environment that names the store, the line to a bucket, and what makes the store once Django is set up."""
    if kind == "folder":
        yield {"EVIDENCE_URL": f"file://{folder / 'evidence'}"}, None, (folder / "evidence").mkdir
        return
    missing = cluster.fetch()
    if missing:
        raise SystemExit(missing)
    with cluster.ceph() as running, store_line.line_to(running.endpoint) as line:

        def make() -> None:
            from tests.plugins import ceph as city

            running.user("city", *city.OWNER)
            running.user("portal", *PORTAL_KEY)
            city.make_bucket(running, BUCKET)

        yield {
            "EVIDENCE_URL": f"s3://{BUCKET}/the%20portal?endpoint={line.url}",
            "EVIDENCE_S3_KEY_ID": PORTAL_KEY[0],
            "EVIDENCE_S3_SECRET": PORTAL_KEY[1],
            "EVIDENCE_S3_SILENCE_SECONDS": "5",
        }, line, make  # fmt: skip


def set_up(folder: Path, url: str, env: dict[str, str]) -> None:
    """This process's own view of the portal, with an empty database."""
    os.environ.update({**env, "DATA_DIR": str(folder), "DATABASE_URL": url, "UPLOAD_RESERVE_BYTES": "0"})
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("prepare_database", verbosity=0)


def run(options: argparse.Namespace, folder: Path, told: Told) -> dict[str, Any]:
    """The storm, the quiet and the verdict."""
    with (
        database_with_standby(folder) if options.standby else database(folder) as base,
        store_of(options.store, folder) as (env, line, make_store),
        mail_server() as mail,
    ):
        set_up(folder, base.url, env)
        base.start()
        make_store()
        from config.celery import app
        from tests.factories.evidence import invitation
        from tests.faults.storm_city import City
        from tests.faults.storm_people import Evening
        from tests.faults.storm_senders import Crowd, Sender, a_clip
        from tests.uploads.live import cookie_for

        through = invitation()
        smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_PORT": str(mail.port)}
        city = City(folder, {**env, **smtp, "EMAIL_HOST": "127.0.0.1", "DATABASE_URL": base.url})
        app.conf.update(broker_url=city.queue.address)
        try:
            city.start()
            crowd = Crowd(city.web.port, cookie_for(through), str(through.public_id), a_clip())
            evening = Evening(city.web.url, options.people) if options.people else None
            senders = [
                Sender(crowd, number, seed=options.seed, files=options.files, pause=options.pause * 4)
                for number in range(options.senders)
            ]
            for sender in senders:
                sender.start()
            storm = Storm(city, random.Random(options.seed), told, base=base, line=line, mail=mail)
            storm.rage(options.kills, options.pause, options.minutes, options.only)
            if options.away and line is not None:
                storm.away(options.away)
            base.start()
            city.start()
            calm = time.monotonic()
            crowd.enough.set()
            wait_for(lambda: not any(sender.is_alive() for sender in senders), calm)
            wait_for(lambda: undecided() == 0, calm)
            done = end_of(evening, mail, told, calm) if evening else {}
            told.healed_s = time.monotonic() - calm
            crowd.over.set()
            states = judge(crowd, told)
            answers = {str(status): count for status, count in sorted(crowd.answers.items())}
            return {"files": len(crowd.files), "bytes": sum(sent.size for sent in crowd.files), "items": states,
                    "answers": answers, "lines_broken": crowd.broken, "database": base.kind, **done}  # fmt: skip
        finally:
            city.close()


def end_of(evening: Evening, mail: MailServer, told: Told, calm: float) -> dict[str, Any]:
    """Let the people finish and their letters go; adds to `told.wrong`. Returns counts."""
    from tests.faults import letters

    evening.end()
    wait_for(lambda: not letters.waiting(), calm)
    counts, wrong = letters.judge(mail)
    told.wrong += wrong + evening.wrong()
    return {"people": evening.told(), **counts}


def wait_for(is_so: Callable[[], bool], since: float) -> None:
    """Wait until it is so, or until it had to be."""
    while not is_so() and time.monotonic() - since < HEALED_WITHIN_S:
        time.sleep(1)


def main() -> int:
    """Run and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=["folder", "s3"], default="folder")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=120.0, help="of faults, at most")
    parser.add_argument("--away", type=float, default=0.0, help="seconds that the object store is away at the end")
    parser.add_argument("--senders", type=int, default=5)
    parser.add_argument("--people", type=int, default=0, help="times the people of a city's evening")
    parser.add_argument("--files", type=int, default=200, help="of each sender, at most")
    parser.add_argument("--pause", type=float, default=0.8, help="seconds between two faults, about")
    parser.add_argument("--standby", action="store_true", help="PostgreSQL has one, which takes over")
    parser.add_argument("--only", default="", help="the one fault that happens")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that all processes go as well
    began, told = time.monotonic(), Told()
    folder = Path(tempfile.mkdtemp(prefix="storm-"))
    try:
        found = run(options, folder, told)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if told.healed_s > HEALED_WITHIN_S:
        told.wrong.append(f"not healed after {told.healed_s:.0f} s")
    said = {
        "bench": "storm",
        "store": options.store,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seed": options.seed,
        "kills": told.kills,
        "faults": dict(told.faults),
        "files_that_lost_unsynced_bytes": told.dropped,
        **found,
        "healed_s": round(told.healed_s, 1),
        "wrong": told.wrong,
        "seconds": round(time.monotonic() - began, 1),
    }
    for name, value in said.items():
        if name != "wrong":
            sys.stdout.write(f"{name:32} {value}\n")
    for line in told.wrong:
        sys.stdout.write(f"WRONG: {line}\n")
    sys.stdout.write(json.dumps(said) + "\n")
    return 1 if told.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
