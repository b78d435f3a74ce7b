"""Films that are damaged at random: each is kept as it came and ends in words or in a film that plays.

    python -m tests.faults.mutations [--count 2000] [--seed 1] [--minutes 120]

Every mutation follows from its number, so one that goes wrong can be repeated alone (`--seed NUMBER --count 1`). The
real sealing and the real, confined decoders run in a database and folders of their own. The last line is one JSON
object; the exit code is 0 if no worker died, every original is what was sent, and every item says how it ended.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.migrated import copy_sqlite

FORMATS = (("h264", ".mp4"), ("h264", ".mkv"), ("h264", ".ts"), ("hevc", ".mp4"), ("mjpeg", ".avi"))
EDGES = (b"\0\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\x08")
NAMES = (b"moov", b"trak", b"stsz", b"stco", b"stts", b"ctts", b"stsd", b"avcC", b"hvcC", b"mdat", b"idx1", b"strh")


@dataclass(frozen=True, slots=True)
class Ended:
    """How one damaged film ended; `wrong` says what must not have been."""

    how: str
    state: str
    problem: str
    seconds: float
    wrong: tuple[str, ...]


def _flip(data: bytearray, chance: random.Random) -> None:
    for _bit in range(chance.choice([1, 5, 50, 400])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _overwrite(data: bytearray, chance: random.Random) -> None:
    start, length = chance.randrange(len(data)), chance.choice([4, 100, 3000])
    fill = chance.choice([b"\0", b"\xff", chance.randbytes(1)]) * length
    data[start : start + length] = chance.choice([fill, chance.randbytes(length)])[: len(data) - start]


def _delete(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.choice([1, 64, 5000])]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    piece = bytes(data[start : start + chance.choice([16, 1000, 20_000])])
    data[start:start] = piece * chance.choice([1, 2, 30])


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


def _swap(data: bytearray, chance: random.Random) -> None:
    length = chance.choice([16, 512, 8000])
    one, other = (chance.randrange(max(1, len(data) - length)) for _end in range(2))
    data[one : one + length], data[other : other + length] = (
        data[other : other + length],
        data[one : one + length],
    )


def _edge(data: bytearray, chance: random.Random) -> None:
    """A number at the edge of its kind beside a name that containers have."""
    places = [at for name in NAMES for at in [data.find(name)] if at >= 4]
    if not places:
        _overwrite(data, chance)
        return
    at = chance.choice(places) + chance.choice([-4, 4, 8, 12, 16])
    data[at : at + 4] = chance.choice(EDGES)


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _overwrite, _delete, _repeat, _cut, _swap, _edge, _edge,
)  # fmt: skip


def mutated(number: int) -> tuple[str, bytes]:
    """The damaged film of this number, and how it came about."""
    from tests.factories.clips import clip

    chance = random.Random(number)
    codec, suffix = chance.choice(FORMATS)
    data = bytearray(clip(codec, seconds=1, size="160x120", suffix=suffix).read_bytes())
    done = []
    for _turn in range(chance.choice([1, 1, 2, 4])):
        change = chance.choice(MUTATIONS)
        change(data, chance)
        done.append(change.__name__.strip("_"))
        if not data:
            data += b"\0"
    return f"{codec}{suffix}: {', '.join(done)}", bytes(data)


def try_one(number: int, through: Any) -> Ended:
    """Seal the damaged film and make it playable, as workers do."""
    from django.conf import settings

    from apps.core.claims import MAX_ATTEMPTS
    from apps.evidence.models import EvidenceItem
    from apps.evidence.presentation import problem_in_words
    from apps.evidence.services import processing
    from apps.evidence.states import ItemState
    from apps.evidence.storage import original_key, store
    from tests.factories.items import sealed_item

    how, data = mutated(number)
    began = time.monotonic()
    item = sealed_item(data, sent_through=through)
    for _attempt in range(MAX_ATTEMPTS):
        processing.make_playable(item_pk=item.pk)
        EvidenceItem.objects.filter(pk=item.pk, state=ItemState.SEALED).update(leased_until=None)
    item.refresh_from_db()
    wrong = []
    if item.state not in (ItemState.PLAYABLE, ItemState.UNPLAYABLE):
        wrong.append(f"is {item.state}: {item.failure_reason}")
    words = problem_in_words(item)
    if item.state == ItemState.UNPLAYABLE and (not words or words == item.problem):
        wrong.append(f"no words for {item.problem!r}")
    digest = hashlib.sha256(data).hexdigest()
    if item.digest != digest or store().read_back(original_key(digest)) != digest:
        wrong.append("the original is another")
    left = [path for path in Path(settings.SCRATCH_DIR).rglob("*") if path.is_file() and path.stat().st_size]
    if left:
        wrong.append(f"left behind in scratch: {[path.name for path in left][:3]}")
    return Ended(how, str(item.state), item.problem, time.monotonic() - began, tuple(wrong))


def set_up(folder: Path) -> None:
    """A portal of its own, with an empty database and store."""
    os.environ["DATA_DIR"] = str(folder)
    copy_sqlite(folder / "mutations.sqlite3")
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'mutations.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("prepare_database", verbosity=0)
    (folder / "evidence").mkdir(exist_ok=True)


def main() -> int:
    """Run and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="number of the first mutation")
    parser.add_argument("--minutes", type=float, default=120.0, help="at most")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    began, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="mutations-"))
    ends: Counter[str] = Counter()
    wrong, slowest, tried = [], 0.0, 0
    try:
        set_up(folder)
        from apps.core.background import nothing_enqueued
        from tests.factories.evidence import invitation

        with nothing_enqueued():
            through = invitation()
            for number in range(options.seed, options.seed + options.count):
                if time.monotonic() - began > options.minutes * 60:
                    break
                if tried % 50 == 49:
                    through = invitation()
                ended = try_one(number, through)
                tried += 1
                ends[f"{ended.state} {ended.problem.partition(' ')[0]}".strip()] += 1
                slowest = max(slowest, ended.seconds)
                wrong += [f"{number} ({ended.how}): {what}" for what in ended.wrong]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    said = {
        "bench": "mutations",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "tried": tried,
        "ended": dict(ends.most_common()),
        "slowest_s": round(slowest, 1),
        "wrong": wrong,
        "seconds": round(time.monotonic() - began, 1),
    }
    for line in wrong:
        sys.stdout.write(f"WRONG: {line}\n")
    sys.stdout.write(json.dumps(said) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
