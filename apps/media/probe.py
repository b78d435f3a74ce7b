"""What is in this file? Asked of a confined child, never of a library in our own process."""

from __future__ import annotations

from pathlib import Path, PurePath

from apps.media import launcher
from apps.media.facts import ProbeFacts
from apps.media.scratch import job_folder

BUDGET = launcher.Budget(seconds=60, memory=launcher.GIB, output=launcher.MIB)


def probe(path: Path, *, scratch: Path, declared_name: str = "") -> ProbeFacts:
    """Open `path`, decode its first pictures and return the facts.

    `declared_name` is the name the sender gave; only its ending is used, to note a mismatch. Writes below `scratch` and
    leaves nothing there. Raises `Undecodable` (final), `MediaTimeout`, `MediaInterrupted` or `Unconfined`.
    """
    declared = PurePath(declared_name or path.name).suffix.lstrip(".").lower()[:10]
    with job_folder(scratch) as folder:
        answer = launcher.run_reader("probe", source=path, folder=folder, budget=BUDGET, declared=declared)
        return ProbeFacts.from_json(answer)
