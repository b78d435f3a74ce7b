"""What is in this file? Asked of a confined child, never of a library in our own process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from apps.media import launcher
from apps.media.facts import ProbeFacts, whole
from apps.media.scratch import job_folder
from apps.media.timing import MOST_BYTES, TABLE_NAME, PictureTimes, Timing, timing_of

BUDGET = launcher.Budget(seconds=60, memory=launcher.GIB, output=launcher.MIB)
# A slow disk reads 20 MB a second.
SLOWEST_READING = 20e6


@dataclass(frozen=True)
class Examined:
    """Facts of a finished working copy, and when its pictures are shown, where that could be read.

    `unreachable`: pictures that a browser does not show when it is sent into their middle.
    """

    facts: ProbeFacts
    times: PictureTimes | None = None
    timing: Timing | None = None
    unreachable: int = 0


def probe(path: Path, *, scratch: Path, declared_name: str = "") -> ProbeFacts:
    """Open `path`, decode its first pictures and return the facts.

    `declared_name` is the name the sender gave; only its ending is used, to note a mismatch. Writes below `scratch` and
    leaves nothing there. Raises `Undecodable` (final), `MediaTimeout`, `MediaInterrupted` or `Unconfined`.
    """
    declared = PurePath(declared_name or path.name).suffix.lstrip(".").lower()[:10]
    with job_folder(scratch) as folder:
        job: dict[str, Any] = {"declared": declared, "times": False}
        return ProbeFacts.from_json(launcher.run_reader("probe", source=path, folder=folder, budget=BUDGET, **job))


def examine(path: Path, *, scratch: Path) -> Examined:
    """Probe a working copy and read the time of each of its pictures, in one pass. Raises as `probe`."""
    seconds = BUDGET.seconds + path.stat().st_size / SLOWEST_READING
    budget = BUDGET._replace(seconds=seconds, output=MOST_BYTES)
    with job_folder(scratch) as folder:
        job: dict[str, Any] = {"declared": "mp4", "times": True}
        answer = launcher.run_reader("probe", source=path, folder=folder, budget=budget, **job)
        facts = ProbeFacts.from_json(answer)
        told = answer.get("times")
        if not isinstance(told, dict) or not told:
            return Examined(facts)
        raw = launcher.read_result(folder / TABLE_NAME, most=MOST_BYTES)
        table = PictureTimes.from_pairs(raw, scale=told.get("scale"), first=told.get("first"))
    if table is None:
        return Examined(facts)
    doubled, group, unreachable = (whole(told.get(name)) for name in ("doubled", "longest_group", "unreachable"))
    return Examined(facts, table, timing_of(table, doubled=doubled, longest_group=group), unreachable)
