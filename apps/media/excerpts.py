"""A still or a clip of an original: the pictures that somebody chose, in their full size. The original is only read."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from apps.media import launcher, recipes
from apps.media.errors import Undecodable
from apps.media.facts import ProbeFacts
from apps.media.probe import examine
from apps.media.produce import clean_still, hand_over
from apps.media.scratch import job_folder

LONGEST_CLIP_S = 600.0


def make_still(source: Path, target: Path, facts: ProbeFacts, *, cut_s: float, scratch: Path) -> None:
    """Write the first picture after the second `cut_s` to `target`, as a JPEG made anew from its pixels.

    Raises `Undecodable` (final), `MediaTimeout`, `MediaInterrupted` or `Unconfined`; then `target` is untouched.
    """
    with job_folder(scratch) as folder:
        raw = folder / "raw.jpg"
        command = recipes.still_at(launcher.ffmpeg_binary(), source.resolve(), raw, facts, cut_s=cut_s)
        budget = launcher.Budget(seconds=_seconds(facts, cut_s, 0), output=64 * launcher.MIB)
        launcher.run_ffmpeg(command, source=source, folder=folder, budget=budget)
        if not raw.is_file() or raw.stat().st_size == 0:
            raise Undecodable("no_result")
        clean_still(raw, target, scratch=scratch, longest_side=recipes.EXCERPT_SIDE)


def make_clip(source: Path, target: Path, facts: ProbeFacts, *, cut_s: float, seconds: float, scratch: Path) -> int:
    """Write the pictures after the second `cut_s`, for so many seconds, to `target`; returns how many there are.

    There is no sound: recording a conversation needs everybody's consent (s. 934.03, Florida Statutes). Raises as
    `make_still`.
    """
    with job_folder(scratch) as folder:
        made = folder / "clip.mp4"
        command = recipes.clip_from(
            launcher.ffmpeg_binary(), source.resolve(), made, facts, cut_s=cut_s, seconds=seconds
        )
        budget = launcher.Budget(
            seconds=_seconds(facts, cut_s, seconds),
            output=64 * launcher.MIB + int(seconds * 8 * launcher.MIB),
            idle=True,
        )
        launcher.run_ffmpeg(command, source=source, folder=folder, budget=budget)
        if not made.is_file() or made.is_symlink():
            raise Undecodable("no_result")
        result = examine(made, scratch=scratch)
        hand_over(made, target)
    return result.times.pictures if result.times else 0


def _seconds(facts: ProbeFacts, cut_s: float, seconds: float) -> float:
    """What it may take. A file without an index is read from its beginning."""
    read = seconds if recipes.can_be_sought(facts) else cut_s + seconds
    return min(float(getattr(settings, "MEDIA_TIME_LIMIT", 3000)), 120 + 16 * read)
