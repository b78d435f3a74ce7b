"""Seconds from the last byte of a file to its digest, seal, poster and working copy, on real workers and a real queue.

    python -m tests.bench.last_byte [--seconds 60] [--codec h264|hevc] [--size 1920x1080] [--megabits 8]

Everything lies in a temporary folder of its own: a migrated SQLite database, a Valkey, one worker for sealing and one
for media, as `make run` starts them. The clock starts before the service that finishes the upload is called. The last
line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 3


def prepare(folder: Path) -> None:
    """Settings, database and folders below `folder`."""
    os.environ["DATA_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'bench.sqlite3'}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from django.core.management import call_command, get_commands

    call_command("migrate", verbosity=0)
    if "prepare_database" in get_commands():
        call_command("prepare_database", verbosity=0)


def measure(source: Path, invitation: Any) -> dict[str, float]:
    """One file through finish_upload and the workers; seconds since the last byte, by milestone."""
    from apps.evidence.models import Derivative, EvidenceItem
    from apps.evidence.states import ItemState
    from apps.uploads import services, staging
    from tests.factories.evidence import open_upload

    upload = open_upload(source, sent_through=invitation)
    shutil.copyfile(source, staging.path_of(upload))
    services.commit_offset(upload=upload, offset=upload.length)
    reached: dict[str, float] = {}
    start = time.monotonic()
    services.finish_upload(upload=upload)
    item = EvidenceItem.objects.get(upload=upload)
    while "playable" not in reached:
        now = time.monotonic() - start
        if now > 600:
            raise SystemExit(f"not playable after ten minutes: {EvidenceItem.objects.get(pk=item.pk).problem}")
        row = EvidenceItem.objects.only("digest", "state").get(pk=item.pk)
        made = set(Derivative.objects.filter(item=item).values_list("kind", flat=True))
        met = {
            "digest": bool(row.digest),
            "sealed": row.state != ItemState.RECEIVED,
            "poster": "poster" in made,
            "playable": row.state == ItemState.PLAYABLE,
        }
        for name, is_met in met.items():
            if is_met:
                reached.setdefault(name, now)
        time.sleep(0.02)
    return reached


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--codec", default="h264", choices=["h264", "hevc", "mjpeg"])
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--megabits", type=int, default=8, help="of the clip, a second")
    options = parser.parse_args()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that workers and folders go as well
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        prepare(folder)
        from config.celery import app
        from tests.factories.clips import clip
        from tests.factories.evidence import invitation
        from tests.faults.workers import Worker, broker
        from tests.waiting import wait_until

        source = clip(options.codec, seconds=options.seconds, size=options.size, megabits=options.megabits)
        with broker() as address:
            app.conf.broker_url = address
            workers = [Worker(address, queues="default,seal"), Worker(address, queues="media")]
            try:
                for worker in workers:
                    wait_until(lambda worker=worker: "ready." in worker.log(), worker.log)
                through = invitation()
                rounds = [measure(source, through) for _round in range(ROUNDS)]
            finally:
                for worker in workers:
                    worker.kill()
        size_mb = source.stat().st_size / 1e6
        shutil.rmtree(source.parent, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    best = {name: round(sorted(one[name] for one in rounds)[ROUNDS // 2], 3) for name in rounds[0]}
    tell = sys.stdout.write
    tell(f"{options.seconds} s of {options.codec} {options.size}, {size_mb:.1f} MB, median of {ROUNDS}\n")
    for name, seconds in best.items():
        tell(f"  last byte to {name:9} {seconds:8.3f} s\n")
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    tell(
        json.dumps({"bench": "last_byte", "machine": machine, "seconds": round(time.monotonic() - began, 1), **best})
        + "\n"
    )


if __name__ == "__main__":
    main()
