"""Memory while a very large file passes: `make bench BENCH=large_file`.

The folder store seals a sparse original of 40 GiB (`GB=5` makes it smaller): hashed, given its name, read back. Then a
web server takes 1 GiB (`WEB_GB`) in one request. Both give the peak of their memory before and after in MiB: a process
that held a part of the file would grow with it.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GIB = 1024**3
MIB = 1024**2


def set_up(folder: Path) -> None:
    """A portal of its own, with an empty database and store."""
    os.environ["DATA_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'bench.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["UPLOAD_RESERVE_BYTES"] = "0"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("prepare_database", verbosity=0)
    (folder / "evidence").mkdir(exist_ok=True)


def own_peak() -> int:
    """Most memory that this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def peak_of(pid: int) -> int:
    """The same of another process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def seal(size: int, through: Any) -> tuple[int, int, float]:
    """Peak before and after sealing a sparse file of this size, and the seconds."""
    from apps.evidence.models import EvidenceItem
    from apps.evidence.services import sealing
    from apps.uploads import services, staging
    from tests.factories.evidence import open_upload, received_item

    assert sealing.hash_and_seal(item_pk=received_item(b"a small one", sent_through=through).pk)
    upload = open_upload(b"x", sent_through=through)
    type(upload).objects.filter(pk=upload.pk).update(length=size)
    os.truncate(staging.path_of(upload), size)
    services.commit_offset(upload=upload, offset=size)
    services.finish_upload(upload=upload)
    before, began = own_peak(), time.monotonic()
    assert sealing.hash_and_seal(item_pk=EvidenceItem.objects.get(upload=upload).pk)
    return before, own_peak(), time.monotonic() - began


def take_in(size: int, through: Any) -> tuple[int, int]:
    """Peak of a web process before and after it took a file of this size in one request."""
    from apps.uploads import staging
    from tests.factories.evidence import open_upload
    from tests.faults.storm_kernel import children
    from tests.uploads.live import Raw, cookie_for, head, serving

    small, large = (open_upload(b"video", sent_through=through) for _file in range(2))
    type(large).objects.filter(pk=large.pk).update(length=size)
    cookie, block = cookie_for(through), bytes(MIB)
    with serving() as server:
        assert server.process is not None
        with Raw(server.port, cookie=cookie) as raw:
            raw.patch(f"/files/{small.public_id}", 0, 5, b"video")
            assert raw.answer().status == 204
        (pid,) = children(server.process.pid)
        before = peak_of(pid)
        with Raw(server.port, cookie=cookie, timeout=300) as raw:
            raw.patch(f"/files/{large.public_id}", 0, size)
            for _block in range(size // MIB):
                raw.sock.sendall(block)
            assert raw.answer().status == 204
        assert head(server, f"/files/{large.public_id}", cookie).offset == size
        after = peak_of(pid)
    staging.path_of(large).unlink()
    return before, after


def main() -> None:
    """Run and print."""
    began, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="bench-"))
    size, web_size = int(os.environ.get("GB", "40")) * GIB, int(os.environ.get("WEB_GB", "1")) * GIB
    try:
        set_up(folder)
        from tests.factories.evidence import invitation

        through = invitation()
        web = take_in(web_size, through)
        worker = seal(size, through)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = [("web", web_size, web[0], web[1]), ("worker", size, worker[0], worker[1])]
    for name, bytes_, before, after in rows:
        sys.stdout.write(f"{name}: {bytes_ // GIB} GiB, peak {before} MiB before and {after} MiB after\n")
    ratios = {"web_growth_mib": web[1] - web[0], "worker_growth_mib": worker[1] - worker[0]}
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    seconds = round(time.monotonic() - began, 1)
    said = {"bench": "large_file", "machine": machine, "ratios": ratios, "seal_s": round(worker[2], 1)}
    sys.stdout.write(json.dumps({**said, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
