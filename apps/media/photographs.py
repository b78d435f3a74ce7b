"""A photograph that is evidence: made anew from its pixels, larger than the small ones of forms."""

from __future__ import annotations

from pathlib import Path

from apps.media import launcher
from apps.media.errors import Undecodable
from apps.media.pictures import PICTURE_BUDGET
from apps.media.produce import hand_over
from apps.media.scratch import job_folder

LONGEST_SIDE = 2048
_BUDGET = PICTURE_BUDGET._replace(seconds=60)


def make_preview(source: Path, target: Path, *, scratch: Path, longest_side: int = LONGEST_SIDE) -> None:
    """Write the photograph as a JPEG to `target`: upright, at most `longest_side` pixels each way, without metadata.

    Reads JPEG, PNG and WebP. Raises `Undecodable` (`picture_format` for others), `MediaTimeout`, `MediaInterrupted` or
    `Unconfined`.
    """
    with job_folder(scratch) as folder:
        made = folder / "clean.jpg"
        try:
            launcher.run_reader(
                "picture", source=source, folder=folder, budget=_BUDGET, target=str(made), longest_side=longest_side
            )
        except Undecodable as problem:
            if problem.code == "unknown_format":
                raise Undecodable("picture_format") from problem
            raise
        if not made.is_file() or made.is_symlink():
            raise Undecodable("no_result")
        hand_over(made, target)
