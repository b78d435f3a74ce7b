"""The ledger's figures: `make bench BENCH=ledger`.

Writers: eight processes that each do an act (one row of their own) and log it, through the ORM on a PostgreSQL of our
own that waits for the disk. Ours is `services.append`; the peer is the usual hash chain, whose writers lock one head.
Both take turns, so that a noisy machine is noisy for both. Indexing, checking and the longest wait of a SQLite writer
are the product's own code on the product's own settings.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

WRITERS = 8
ROUNDS, ROUND_SECONDS = 3, 4
ENTRIES = 100_000


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()


def peer_models() -> tuple[Any, Any, Any]:
    """The act's own row, and the peer's two tables: a chain whose head is one row."""
    from django.db import models

    class BenchAct(models.Model):
        number = models.IntegerField()

        class Meta:
            app_label = "bench"

    class BenchHead(models.Model):
        size = models.BigIntegerField(default=0)
        digest = models.BinaryField()

        class Meta:
            app_label = "bench"

    class BenchLink(models.Model):
        index = models.BigIntegerField(unique=True)
        action = models.CharField(max_length=64)
        subject_id = models.CharField(max_length=64, db_index=True)
        leaf = models.BinaryField()
        digest = models.BinaryField()

        class Meta:
            app_label = "bench"

    return BenchAct, BenchHead, BenchLink


def write_in_a_loop(way: str, start: Any, done: Any) -> None:
    """One writer's process: acts for the length of a round, then tells how many."""
    set_up()
    import hashlib
    from uuid import uuid4

    from django.db import connection, transaction

    from apps.ledger import services
    from apps.ledger.canonical import canonical
    from apps.ledger.values import Act, Actor, Subject

    act_model, head_model, link_model = peer_models()

    def ours(number: int) -> None:
        actor, subject = Actor(kind="user", public_id=str(uuid4())), Subject.of("camera", uuid4())
        services.append(Act(action="camera.registered", actor=actor, subject=subject, facts={"n": number}))

    def peer(number: int) -> None:
        subject = str(uuid4())
        record = {
            "id": str(uuid4()),
            "action": "camera.registered",
            "actor": str(uuid4()),
            "subject": subject,
            "n": number,
        }
        leaf = canonical(record)
        head = head_model.objects.select_for_update().get(pk=1)
        digest = hashlib.sha256(bytes(head.digest) + leaf).digest()
        link_model.objects.create(
            index=head.size, action="camera.registered", subject_id=subject, leaf=leaf, digest=digest
        )
        head.size, head.digest = head.size + 1, digest
        head.save(update_fields=["size", "digest"])

    log = ours if way == "ours" else peer
    connection.ensure_connection()
    start.wait()
    until, count = time.monotonic() + ROUND_SECONDS, 0
    while time.monotonic() < until:
        with transaction.atomic():
            act_model.objects.create(number=count)
            log(count)
        count += 1
    done.put(count)


def appends_per_second(way: str) -> float:
    """All writers together for one round."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(WRITERS), context.Queue()
    writers = [context.Process(target=write_in_a_loop, args=(way, start, done)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    total = sum(done.get(timeout=120) for _ in writers)
    for writer in writers:
        writer.join()
    return total / ROUND_SECONDS


def measure_appends() -> dict[str, float]:
    """Median of the rounds, ours and the peer's in turn."""
    from django.db import connection

    act_model, head_model, link_model = peer_models()
    with connection.schema_editor() as editor:
        for model in (act_model, head_model, link_model):
            editor.create_model(model)
    head_model.objects.create(pk=1, digest=b"")
    connection.close()
    rounds = [(appends_per_second("ours"), appends_per_second("peer")) for _ in range(ROUNDS)]
    return {
        "append_per_s": statistics.median(ours for ours, _ in rounds),
        "headlock_per_s": statistics.median(peer for _, peer in rounds),
        "append_vs_headlock": statistics.median(ours / peer for ours, peer in rounds),
    }


def fill(count: int) -> None:
    """Entries as `append` writes them, in bulk."""
    from uuid import uuid4

    from django.utils import timezone

    from apps.ledger.canonical import canonical, utc_text
    from apps.ledger.models import Entry

    now = timezone.now()

    def entry(number: int) -> Entry:
        public_id, actor, subject = uuid4(), str(uuid4()), str(uuid4())
        record = {
            "v": 1,
            "id": public_id,
            "at": utc_text(now),
            "action": "camera.registered",
            "actor": {"kind": "user", "id": actor, "role": "", "agency": ""},
            "subject": {"kind": "camera", "id": subject},
            "facts": {"n": number},
        }
        names = {"actor_kind": "user", "actor_id": actor, "subject_kind": "camera", "subject_id": subject}
        return Entry(public_id=public_id, recorded_at=now, action="camera.registered", leaf=canonical(record), **names)

    for begin in range(0, count, 5_000):
        Entry.objects.bulk_create(entry(number) for number in range(begin, min(begin + 5_000, count)))


def measure_indexing_and_checking() -> dict[str, float]:
    """Entries a second: given their places; checked from bytes to signatures; and with columns and private parts."""
    from apps.ledger import services, verification
    from apps.ledger.models import Place, Waiting
    from apps.ledger.streaming import snapshot

    services.sequence(at_most=10_000_000)
    fill(ENTRIES)
    assert Waiting.objects.count() == ENTRIES
    began = time.perf_counter()
    assert services.sequence(at_most=10_000_000) == ENTRIES
    indexed = ENTRIES / (time.perf_counter() - began)

    def check_tree() -> None:
        report = verification.Report()
        with snapshot():
            roots = verification.read_checkpoints(report, ())
            verification.verify_tree(report, roots)
            verification.verify_sequencer(report, roots)
        assert (report.placed, report.broken) == (placed, [])

    def check_all() -> None:
        report = verification.verify()
        assert (report.placed, report.broken, report.unchecked) == (placed, [], [])

    placed = Place.objects.count()
    a_core, wall = best_rate(check_tree, placed)
    return {
        "index_per_s": indexed,
        "verify_per_s": a_core,
        "verify_wall_per_s": wall,
        "verify_all_per_s": best_rate(check_all, placed)[0],
    }


def best_rate(check: Callable[[], None], count: int) -> tuple[float, float]:
    """Entries a second of this process's core (its CPU time) and by the clock, each the best of three."""
    rates = []
    for _ in range(3):
        wall, core = time.perf_counter(), time.process_time()
        check()
        rates.append((count / (time.process_time() - core), count / (time.perf_counter() - wall)))
    return max(core for core, _ in rates), max(wall for _, wall in rates)


def measure_sqlite_waits() -> dict[str, float]:
    """The longest wait of six writers on one file, some in transactions, some with single statements."""
    from tests.core.writers import write_in_a_loop as write

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/busy.sqlite3"
        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE written (id INTEGER PRIMARY KEY AUTOINCREMENT, writer TEXT)")
        database.close()
        context = multiprocessing.get_context("spawn")
        start, stop, waits = context.Event(), context.Event(), context.Queue()
        for number in range(6):
            context.Process(
                target=write,
                args=(path, str(number), start, stop, waits),
                kwargs={"in_transactions": number % 3 != 0},
                daemon=True,
            ).start()
        time.sleep(3)
        start.set()
        time.sleep(5)
        stop.set()
        return {"sqlite_longest_wait_s": max(waits.get(timeout=60) for _ in range(6))}


def stage(name: str) -> None:
    """One stage in a process of its own, on the database of DATABASE_URL; its figures go to stdout as JSON."""
    set_up()
    from django.core.management import call_command

    figures: dict[str, float] = {}
    if name != "waits":
        call_command("prepare_database")
    if name == "postgresql":
        figures |= measure_appends()
    figures |= measure_sqlite_waits() if name == "waits" else measure_indexing_and_checking()
    sys.stdout.write(json.dumps(figures))


def run_stage(name: str, database: str, folder: str) -> dict[str, float]:
    """The stage's figures."""
    sys.stderr.write(f"measuring: {name}\n")
    environment = {**os.environ, "DATABASE_URL": database, "DATA_DIR": folder}
    done = subprocess.run(
        [sys.executable, __file__, name], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Print the table and, as the last line, the figures as JSON."""
    from scripts.postgres import postgres

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        with postgres(durable=True) as url:
            server = run_stage("postgresql", url, folder)
        embedded = run_stage("sqlite", f"sqlite:///{folder}/portal.sqlite3", folder)
        waits = run_stage("waits", f"sqlite:///{folder}/unused.sqlite3", folder)
    rows = [
        ("append in an act, 8 writers, PostgreSQL", server["append_per_s"], "entries/s"),
        ("the same with one head lock", server["headlock_per_s"], "entries/s"),
        ("ours over the head lock (goal 1.9)", server["append_vs_headlock"], "times"),
        ("indexed, PostgreSQL (goal 5,000)", server["index_per_s"], "entries/s"),
        ("indexed, SQLite (goal 5,000)", embedded["index_per_s"], "entries/s"),
        ("checked, PostgreSQL (goal 600,000)", server["verify_per_s"], "entries/s a core"),
        ("checked, SQLite (goal 600,000)", embedded["verify_per_s"], "entries/s a core"),
        ("checked, PostgreSQL, by the clock", server["verify_wall_per_s"], "entries/s"),
        ("checked, SQLite, by the clock", embedded["verify_wall_per_s"], "entries/s"),
        ("checked with columns, PostgreSQL", server["verify_all_per_s"], "entries/s a core"),
        ("checked with columns, SQLite", embedded["verify_all_per_s"], "entries/s a core"),
        ("longest wait of a SQLite writer (goal 1)", waits["sqlite_longest_wait_s"], "s"),
    ]
    for what, figure, unit in rows:
        sys.stdout.write(f"{what:44} {figure:14,.2f} {unit}\n")
    ratios = {
        "append_vs_headlock": server["append_vs_headlock"],
        "index_per_s": min(server["index_per_s"], embedded["index_per_s"]),
        "verify_per_s": min(server["verify_per_s"], embedded["verify_per_s"]),
        "verify_wall_per_s": min(server["verify_wall_per_s"], embedded["verify_wall_per_s"]),
        "verify_all_per_s": min(server["verify_all_per_s"], embedded["verify_all_per_s"]),
        "sqlite_longest_wait_s": waits["sqlite_longest_wait_s"],
    }
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    figures = {name: round(value, 3) for name, value in ratios.items()}
    seconds = round(time.monotonic() - began, 1)
    sys.stdout.write(json.dumps({"bench": "ledger", "machine": machine, "ratios": figures, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        stage(sys.argv[1])
    else:
        main()
