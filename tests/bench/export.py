"""Packages: `make bench BENCH=export`.

`vs_deflate`: how many times as fast as Python's own ZIP with deflate is ours, from the order to the last byte: papers,
every original read and compared with its seal, and the ZIP sent to a sink. The peer only packs, and checks nothing.
`verify_vs_sha256sum`: `verify_package.py` on an unpacked package, beside `sha256sum --check` of its manifest alone.
Both take turns, with the files in the page cache, and ratios are of medians. `pass_growth_mb`: how much more memory a
process needs at its peak for a package of 100 GB (a sparse original) than for one of six megabytes; `GB=5` makes it
smaller.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

FILES, FILE_BYTES, ROUNDS = 4, 256 * 1024**2, 3
GIB = 1024**3


class Sink:
    """Takes bytes and keeps none."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: Any) -> int:
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        pass


def set_up(folder: Path) -> None:
    """A portal of its own, with an empty database and store."""
    os.environ["DATA_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'bench.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.EVIDENCE_URL = f"file://{folder / 'evidence'}"
    settings.STAGING_DIR, settings.SCRATCH_DIR = folder / "staging", folder / "scratch"
    call_command("prepare_database", verbosity=0)


def ordered(items: list[Any], recipient: str) -> Any:
    """An export of these items, agreed to."""
    from apps.agencies.models import Role
    from apps.disclosure.export_states import ExportState
    from apps.disclosure.services.export_deciding import approve_export
    from tests.factories.exports import asker, export_of
    from tests.factories.people import staff

    export = export_of(*items, user=asker(items[0]), recipient=recipient)
    if export.state == ExportState.ASKED:
        export = approve_export(export=export, user=staff(Role.SUPERVISOR, export.agency))
    return export


def packed(export: Any, sink: Any) -> Any:
    """Build the package and send all of it to the sink."""
    from apps.disclosure.export_selectors import files_of, layout_of
    from apps.disclosure.package_view import pieces_of
    from tests.factories.exports import built

    ready = built(export)
    files = files_of(ready)
    layout = layout_of(ready, files)
    for piece in pieces_of(layout, files, 0, layout.size):
        sink.write(piece)
    return ready


def deflated(paths: list[Path], sink: BinaryIO | Sink) -> None:
    """The same files, as the standard library packs them when asked to compress."""
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for path in paths:
            archive.write(path, path.name)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def speed(folder: Path) -> dict[str, float]:
    """Both ratios, of medians of rounds in turn."""
    set_up(folder)
    from apps.evidence.storage import original_key
    from apps.ledger.checkpoints import verifier_key
    from tests.factories.evidence import invitation
    from tests.factories.exports import FOR, unpacked
    from tests.factories.items import sealed_item

    through, items = invitation(), []
    for number in range(FILES):
        source = folder / f"{number}.mp4"
        piece = os.urandom(1024**2)
        with source.open("wb") as out:
            for _ in range(FILE_BYTES // len(piece)):
                out.write(piece)
        items.append(sealed_item(source, sent_through=through))
        source.unlink()
    stored = [folder / "evidence" / original_key(item.digest) for item in items]
    made: list[Any] = []
    rounds = []
    for number in range(ROUNDS):
        export = ordered(items, f"{FOR['recipient']} {number}")
        ours = timed(lambda export=export: made.append(packed(export, Sink())))
        rounds.append((ours, timed(lambda: deflated(stored, Sink()))))
    assert made[-1].state == "ready", made[-1].problem
    whole = unpacked(made[-1], folder)
    command = [sys.executable, "verify_package.py", "--key", verifier_key()]
    peer = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"]
    checks = [(timed(lambda: run(command, whole)), timed(lambda: run(peer, whole))) for _ in range(ROUNDS + 2)]
    total = FILES * FILE_BYTES / 1e6
    return {
        "ours_mb_per_s": total / statistics.median(ours for ours, _ in rounds),
        "deflate_mb_per_s": total / statistics.median(peer for _, peer in rounds),
        "vs_deflate": statistics.median(peer for _, peer in rounds) / statistics.median(ours for ours, _ in rounds),
        "verify_mb_per_s": total / statistics.median(ours for ours, _ in checks),
        "sha256sum_mb_per_s": total / statistics.median(peer for _, peer in checks),
        "verify_vs_sha256sum": statistics.median(peer for _, peer in checks)
        / statistics.median(ours for ours, _ in checks),
    }


def run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def memory(folder: Path) -> dict[str, float]:
    """The peak of this process after a small package, and after a large one."""
    set_up(folder)
    from apps.evidence.models import EvidenceItem
    from apps.evidence.storage import original_key
    from tests.factories.exports import FOR
    from tests.factories.items import sealed_item

    item = sealed_item(b"video " * 1_000_000)
    packed(ordered([item], "Somebody else"), Sink())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = int(float(os.environ.get("GB", "100")) * GIB)
    zeros, digest = memoryview(bytes(16 * 1024**2)), hashlib.sha256()
    for start in range(0, size, len(zeros)):
        digest.update(zeros[: min(len(zeros), size - start)])
    path = folder / "evidence" / original_key(digest.hexdigest())
    path.parent.mkdir(parents=True)
    with path.open("wb") as sparse:
        sparse.truncate(size)
    EvidenceItem.objects.filter(pk=item.pk).update(digest=digest.hexdigest(), size=size)
    sink = Sink()
    seconds = timed(lambda: packed(ordered([item], FOR["recipient"]), sink))
    assert sink.size > size
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "pass_gb": size / GIB,
        "pass_s": seconds,
        "pass_peak_mb": after / 1024,
        "pass_growth_mb": (after - before) / 1024,
    }


def main() -> None:
    """Each stage in a process of its own."""
    if len(sys.argv) > 1:
        from apps.core.background import nothing_enqueued

        stage = {"speed": speed, "memory": memory}[sys.argv[1]]
        with nothing_enqueued():  # there is no broker to ring
            sys.stdout.write(json.dumps(stage(Path(sys.argv[2]))))
        return
    figures: dict[str, float] = {}
    for name in ("speed", "memory"):
        folder = Path(tempfile.mkdtemp(prefix="bench-export-"))
        try:
            command = [sys.executable, "-m", "tests.bench.export", name, str(folder)]
            ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            figures |= json.loads(ran.stdout.splitlines()[-1])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    figures = {name: round(value, 2) for name, value in figures.items()}
    print(f"{platform.machine()}, {os.cpu_count()} cores, {FILES} originals of {FILE_BYTES // 1024**2} MB")
    for name, value in figures.items():
        print(f"{name:>22} {value:10.2f}")
    print(json.dumps({"bench": "export", "ratios": figures}))


if __name__ == "__main__":
    main()
