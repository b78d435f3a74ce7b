"""From the last byte to a video that plays: `make bench BENCH=process`.

Ours is the product's own code on a database of its own, DEBUG off: the services that the workers call. The peer for the
digest is what a Node upload server does, a `sha256sum` started from its finish hook; for transcoding it is ffmpeg that
only decodes, unconfined and at normal priority; for pages it is the same server while nothing else runs.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.client
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MB = 1000 * 1000
PEER_HOOK = """
const { execFileSync } = require("node:child_process");
const started = performance.now();
const digest = execFileSync("sha256sum", [process.argv[1]]).toString().slice(0, 64);
console.log(JSON.stringify({ digest, seconds: (performance.now() - started) / 1000 }));
"""


def set_up(folder: Path) -> None:
    """A portal of its own below `folder`."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DEBUG": "0",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
            # The services are called here, as a worker would: nothing has to be enqueued.
            "BROKER_URL": "memory://",
            "UPLOAD_RESERVE_BYTES": "0",
        }
    )
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")


def took(work: Callable[[], object]) -> float:
    """Seconds that `work` needs."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _on_disk(path: Path) -> None:
    """As after an upload: every byte was synced before it was acknowledged."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def digests(folder: Path, rounds: int) -> dict[str, float]:
    """Last byte to digest recorded, 500 MB: median seconds of ours, of the peer, of bare hashing, and to the seal."""
    from django.utils import timezone

    from apps.evidence.services.sealing import hash_and_seal
    from apps.ledger.models import Entry
    from apps.uploads import staging
    from tests.factories.evidence import invitation, received_item

    invited = invitation()
    ours, seals, peers, bare = [], [], [], []
    for _round in range(rounds):
        file = folder / "source.bin"
        with file.open("wb") as out:
            for _block in range(50):
                out.write(os.urandom(10 * MB))
        item = received_item(file, sent_through=invited)
        _on_disk(file)
        _on_disk(staging.path_of(item.upload))
        started = timezone.now()
        seals.append(took(functools.partial(hash_and_seal, item_pk=item.pk)))
        known = Entry.objects.get(action="evidence_item.hashed", subject_id=item.public_id).recorded_at
        ours.append((known - started).total_seconds())
        answer = subprocess.run(["node", "-e", PEER_HOOK, file], capture_output=True, check=True, text=True).stdout
        said = json.loads(answer)
        peers.append(float(said["seconds"]))
        item.refresh_from_db()
        assert item.digest == said["digest"], "the two digests differ"
        alone = ["openssl", "dgst", "-sha256", file]
        bare.append(took(functools.partial(subprocess.run, alone, check=True, capture_output=True)))
    runs = {"ours": ours, "sealed": seals, "peer": peers, "openssl": bare}
    return {name: statistics.median(times) for name, times in runs.items()}


def ten_minutes_of_h264(folder: Path) -> Path:
    """1080p at 25 pictures a second and some 4 Mbit/s, ten minutes."""
    from tests.media.samples import ffmpeg

    short, target = folder / "short.mp4", folder / "ten-minutes.mp4"
    picture = "testsrc2=s=1920x1080:r=25:d=20,noise=alls=6:allf=t"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=d=20", "-c:v", "libx264", "-preset", "ultrafast",
           "-b:v", "4M", "-pix_fmt", "yuv420p", "-g", "50", "-c:a", "aac", short)  # fmt: skip
    ffmpeg("-stream_loop", "29", "-i", short, "-c", "copy", target)
    return target


def playable(folder: Path, rounds: int) -> dict[str, float]:
    """Sealed to playable for ten minutes of H.264, with poster and records: median seconds; and its parts once."""
    from apps.evidence.models import EvidenceItem
    from apps.evidence.services.processing import make_playable
    from apps.evidence.services.sealing import hash_and_seal
    from apps.media.probe import probe
    from apps.media.produce import make_poster
    from tests.factories.evidence import invitation, received_item

    video, invited = ten_minutes_of_h264(folder), invitation()
    runs = []
    for turn in range(rounds):
        # Another last byte makes another original, so that nothing is found done already.
        with video.open("ab") as out:
            out.write(b"\x00\x00\x00\x09free" + bytes([turn]))
        item = received_item(video, sent_through=invited)
        hash_and_seal(item_pk=item.pk)
        runs.append(took(functools.partial(make_playable, item_pk=item.pk)))
        assert EvidenceItem.objects.get(pk=item.pk).state == "playable"
    scratch = folder / "work"
    facts = probe(video, scratch=scratch)
    return {
        "all": statistics.median(runs),
        "probe": took(lambda: probe(video, scratch=scratch)),
        "poster": took(lambda: make_poster(video, folder / "poster.jpg", facts, scratch=scratch)),
    }


def hevc_clip(folder: Path, seconds: int) -> Path:
    """1080p HEVC, as newer recorders store it."""
    from tests.media.samples import ffmpeg

    target = folder / "hevc.mp4"
    picture = f"testsrc2=s=1920x1080:r=25:d={seconds},noise=alls=6:allf=t"
    ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "libx265", "-preset", "ultrafast", "-b:v", "3M",
           "-x265-params", "log-level=error", "-pix_fmt", "yuv420p", target)  # fmt: skip
    return target


def hevc(folder: Path, video: Path, rounds: int) -> dict[str, float]:
    """HEVC to 720p against decoding alone, in turn: median seconds of each, and of the poster."""
    from apps.media.launcher import ffmpeg_binary
    from apps.media.probe import probe
    from apps.media.produce import make_poster, make_working_copy

    scratch = folder / "work"
    facts = probe(video, scratch=scratch)
    decode = [ffmpeg_binary(), "-nostdin", "-loglevel", "error", "-threads", "2", "-i", video, "-f", "null", "-"]
    ours, limit = [], []
    for _round in range(rounds):
        limit.append(took(lambda: subprocess.run(decode, check=True)))
        ours.append(took(lambda: make_working_copy(video, folder / "out.mp4", facts, scratch=scratch)))
    poster = took(lambda: make_poster(video, folder / "poster.jpg", facts, scratch=scratch))
    return {"ours": statistics.median(ours), "decode": statistics.median(limit), "poster": poster}


@contextlib.contextmanager
def served() -> Iterator[int]:
    """The portal's pages on a port, as the Procfile starts them."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "--log-level", "error", "config.wsgi"], cwd=ROOT, start_new_session=True)
    try:
        for _attempt in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def page_p95(port: int, count: int) -> float:
    """95th percentile of the home page's milliseconds, one request after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for turn in range(count + 20):
        started = time.perf_counter()
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        if turn >= 20:
            times.append((time.perf_counter() - started) * 1000)
        time.sleep(0.005)
    connection.close()
    return statistics.quantiles(times, n=20)[-1]


def pages(folder: Path, video: Path, rounds: int) -> dict[str, float]:
    """A page's p95 while nothing and while a transcode runs, in turn: medians in milliseconds."""
    from apps.media.probe import probe
    from apps.media.produce import make_working_copy

    scratch = folder / "work"
    facts = probe(video, scratch=scratch)
    stop = threading.Event()

    def transcode() -> None:
        while not stop.is_set():
            make_working_copy(video, folder / "out.mp4", facts, scratch=scratch)

    idle, busy = [], []
    with served() as port:
        for _round in range(rounds):
            idle.append(page_p95(port, 200))
            stop.clear()
            worker = threading.Thread(target=transcode)
            worker.start()
            time.sleep(1)
            busy.append(page_p95(port, 200))
            stop.set()
            worker.join()
    return {"idle": statistics.median(idle), "busy": statistics.median(busy)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=20, help="length of the HEVC clip")
    parser.add_argument("--folder", type=Path, help="where the files go (default: the temporary folder)")
    chosen = parser.parse_args()
    started = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="bench-process-", dir=chosen.folder))
    ratios: dict[str, float] = {}

    def row(name: str, ours: str, other: str, goal: str) -> None:
        print(f"{name:44}{ours:>12}{other:>26}   {goal}", flush=True)

    try:
        set_up(folder / "portal")
        row("", "ours", "beside it", "goal")
        digest = digests(folder, chosen.rounds)
        ratios["digest_500mb"] = round(digest["peer"] / digest["ours"], 2)
        ratios["hash_vs_openssl"] = round(digest["openssl"] / digest["ours"], 2)
        row("last byte to digest known, 500 MB", f"{digest['ours']:.2f} s",
            f"Node + sha256sum {digest['peer']:.2f} s", "3 x faster")  # fmt: skip
        row("  and sealed, read back", f"{digest['sealed']:.2f} s", "", "")
        row("", "", f"openssl alone {digest['openssl']:.2f} s", "0.9 x")
        plays = playable(folder, chosen.rounds)
        ratios["playable_h264_10min_s"] = round(plays["all"], 2)
        ratios["probe_s"] = round(plays["probe"], 2)
        row("sealed to playable, 10 min of H.264", f"{plays['all']:.2f} s", "", "3 s")
        row("  of that: facts; poster", f"{plays['probe']:.2f}; {plays['poster']:.2f} s", "", "")
        video = hevc_clip(folder, chosen.seconds)
        speed = hevc(folder, video, chosen.rounds)
        ratios["hevc_vs_decode"] = round(speed["decode"] / speed["ours"], 2)
        ratios["hevc_times_real"] = round(chosen.seconds / speed["ours"], 1)
        ratios["poster_s"] = round(speed["poster"], 2)
        row(f"{chosen.seconds} s of HEVC to 720p", f"{speed['ours']:.2f} s",
            f"decoding alone {speed['decode']:.2f} s", "0.4 x its speed")  # fmt: skip
        row("  its poster", f"{speed['poster']:.2f} s", "", "1 s")
        page = pages(folder, video, chosen.rounds)
        ratios["page_p95_transcoding"] = round(page["busy"] / page["idle"], 2)
        row("a page while a transcode runs, p95", f"{page['busy']:.1f} ms", f"idle {page['idle']:.1f} ms", "1.3 x")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    spent = round(time.perf_counter() - started)
    print(json.dumps({"bench": "process", "machine": machine, "ratios": ratios, "seconds": spent}))


if __name__ == "__main__":
    sys.exit(main())
