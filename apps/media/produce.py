"""Make what plays and what shows: a working copy for the browser, and a poster.

The original is only read. Nothing of its metadata goes into what is made.
"""

from __future__ import annotations

import functools
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from apps.media import launcher, recipes
from apps.media.errors import MediaError, MediaInterrupted, MediaTimeout, Unconfined, Undecodable
from apps.media.facts import ProbeFacts
from apps.media.probe import examine
from apps.media.scratch import job_folder
from apps.media.timing import PictureTimes, Timing

POSTER_BUDGET = launcher.Budget(seconds=60, output=16 * launcher.MIB)
STILL_BUDGET = launcher.Budget(seconds=20, memory=256 * launcher.MIB, output=4 * launcher.MIB)
# A working copy that is this much shorter than its original says is called incomplete.
MISSING_SECONDS, MISSING_SHARE = 2.0, 0.03


@dataclass(frozen=True)
class WorkingCopy:
    """What was made. `recipe` is "copy" or "transcode"; `incomplete`: the original breaks off before its stated end.

    `times`, `timing`: when its pictures are shown, if that could be read. `unreachable`: pictures that a browser does
    not show when it is sent into their middle.
    """

    recipe: str
    duration_s: float
    incomplete: bool
    sound: bool
    times: PictureTimes | None = field(default=None, compare=False, repr=False)
    timing: Timing | None = field(default=None, compare=False)
    unreachable: int = field(default=0, compare=False)

    @property
    def can_be_stepped(self) -> bool:
        """Whether each picture can be shown, and soon; what is not known counts as yes."""
        longest = self.timing.longest_group if self.timing else 0
        return not self.unreachable and longest <= recipes.LONGEST_GROUP_COPIED


def make_working_copy(
    source: Path,
    target: Path,
    facts: ProbeFacts,
    *,
    scratch: Path,
    sound: bool = False,
    may_go_on: launcher.MayGoOn | None = None,
) -> WorkingCopy:
    """Write an MP4 that browsers play to `target` (replaced if it exists).

    Stream copy where the codecs already play, else H.264 and AAC within 1280x720. Sound is left out unless asked for:
    a recording of a conversation needs the consent of all parties (s. 934.03, Florida Statutes), the original keeps it.
    `may_go_on` is asked once when a transcode has used up its first slice. Raises `Undecodable` (final),
    `MediaTimeout`, `MediaInterrupted`, `Unconfined` or `SliceOver`; then `target` is untouched.
    """
    with_sound = sound and bool(facts.audio)
    transcode = functools.partial(
        _make, "transcode", source, target, facts, scratch=scratch, sound=with_sound, may_go_on=may_go_on
    )
    if recipes.plays_as_it_is(facts):
        try:
            copied = _make("copy", source, target, facts, scratch=scratch, sound=with_sound)
        except (Unconfined, MediaInterrupted, MediaTimeout):
            raise
        except MediaError:
            # What cannot be copied (odd timestamps, broken units) may still be decoded.
            return transcode()
        if copied.can_be_stepped:
            return copied
        try:
            return transcode()
        except Undecodable:
            # Better a film that is hard to step through than none.
            return copied
    return transcode()


def make_poster(source: Path, target: Path, facts: ProbeFacts, *, scratch: Path) -> None:
    """Write a JPEG of one telling picture from the first seconds to `target`, at most 1280 pixels wide or high.

    Raises as `make_working_copy`.
    """
    with job_folder(scratch) as folder:
        raw = folder / "raw.jpg"
        try:
            _poster_from(source, raw, facts, folder=folder, start=recipes.poster_start(facts))
        except Undecodable:
            # Files that cannot be searched, or end before that second, are read from their beginning.
            _poster_from(source, raw, facts, folder=folder, start=0.0)
        clean_still(raw, target, scratch=folder.parent, longest_side=recipes.POSTER_SIDE)


def make_strip(film: Path, target: Path, *, duration_s: float, group_s: float, scratch: Path) -> None:
    """Write a contact strip of a working copy to `target`: stills from all over it, in one JPEG.

    `group_s` is how far its key pictures lie apart at most. Raises as `make_working_copy`.
    """
    share = duration_s / (recipes.STRIP_COLUMNS * recipes.STRIP_ROWS)
    with job_folder(scratch) as folder:
        raw = folder / "raw.jpg"
        if not (0 < group_s <= share / 2 and _strip_of_keys(film, raw, folder, duration_s=duration_s, group_s=group_s)):
            budget = launcher.Budget(seconds=min(60 + duration_s, 1200), output=16 * launcher.MIB, idle=True)
            command = recipes.strip(launcher.ffmpeg_binary(), film.resolve(), raw, duration_s=duration_s)
            launcher.run_ffmpeg(command, source=film, folder=folder, budget=budget)
        if not raw.is_file() or raw.stat().st_size == 0:
            raise Undecodable("no_result")
        clean_still(raw, target, scratch=scratch, longest_side=recipes.STRIP_COLUMNS * recipes.CELL_WIDTH)


def _strip_of_keys(film: Path, raw: Path, folder: Path, *, duration_s: float, group_s: float) -> bool:
    """Whether a strip could be made of looked-up key pictures: twenty pictures are decoded instead of hundreds."""
    budget = launcher.Budget(seconds=120, output=16 * launcher.MIB, idle=True)
    shape = {
        "duration_s": duration_s,
        "group_s": group_s,
        "columns": recipes.STRIP_COLUMNS,
        "rows": recipes.STRIP_ROWS,
        "width": recipes.CELL_WIDTH,
        "height": recipes.CELL_HEIGHT,
    }
    try:
        launcher.run_reader("strip", source=film, folder=folder, budget=budget, target=str(raw), shape=shape)
    except Undecodable:
        return False
    return True


def clean_still(raw: Path, target: Path, *, scratch: Path, longest_side: int) -> None:
    """Read the JPEG that a decoder wrote in another confinement, and write it anew from its pixels to `target`."""
    with job_folder(scratch) as folder:
        clean = folder / "clean.jpg"
        launcher.run_reader(
            "still",
            source=raw,
            folder=folder,
            budget=STILL_BUDGET,
            target=str(clean),
            longest_side=longest_side,
        )
        hand_over(clean, target)


def _poster_from(source: Path, raw: Path, facts: ProbeFacts, *, folder: Path, start: float) -> None:
    command = recipes.poster(launcher.ffmpeg_binary(), source.resolve(), raw, facts, start=start)
    launcher.run_ffmpeg(command, source=source, folder=folder, budget=POSTER_BUDGET)
    if not raw.is_file() or raw.stat().st_size == 0:
        raise Undecodable("no_result")


def _make(
    recipe: str,
    source: Path,
    target: Path,
    facts: ProbeFacts,
    *,
    scratch: Path,
    sound: bool,
    may_go_on: launcher.MayGoOn | None = None,
) -> WorkingCopy:
    with job_folder(scratch) as folder:
        made = folder / "working.mp4"
        write = recipes.copy if recipe == "copy" else recipes.transcode
        command = write(launcher.ffmpeg_binary(), source.resolve(), made, facts, sound=sound)
        budget = _budget(recipe, source, facts)
        launcher.run_ffmpeg(command, source=source, folder=folder, budget=budget, may_go_on=may_go_on)
        if not made.is_file() or made.is_symlink():
            raise Undecodable("no_result")
        # ffmpeg ends with 0 also where it gave up half-way: only reading the result tells.
        result = examine(made, scratch=scratch)
        duration = result.facts.duration_s or 0.0
        hand_over(made, target)
    return WorkingCopy(
        recipe=recipe,
        duration_s=duration,
        incomplete=_is_incomplete(facts, duration),
        sound=sound,
        times=result.times,
        timing=result.timing,
        unreachable=result.unreachable,
    )


def _budget(recipe: str, source: Path, facts: ProbeFacts) -> launcher.Budget:
    longest = float(getattr(settings, "MEDIA_TIME_LIMIT", 3000))
    size = source.stat().st_size
    if recipe == "copy":
        # A slow disk reads 20 MB a second; index and sound come on top.
        return launcher.Budget(seconds=min(longest, 60 + size / 20e6), output=size + size // 4 + 64 * launcher.MIB)
    # Idle priority waits for everybody else: the limit catches what never ends, not what a busy machine delays.
    seconds = min(longest, max(600.0, 8 * (facts.duration_s or longest)))
    processor = processor_seconds(facts, size)
    return launcher.Budget(seconds=seconds, processor=processor, output=_largest_transcode(facts), idle=True)


def processor_seconds(facts: ProbeFacts, size: int) -> float:
    """What a transcode may use, from duration and pixels: eight times what the slowest honest recordings took.

    A file that states no duration, or too short a one, is as long as its bytes are at a megabit a second.
    """
    video = facts.video[0]
    seconds = max(facts.duration_s or 0.0, size / 125_000)
    pictures = seconds * min(video.fps or 30.0, recipes.MOST_FPS_COPIED)
    return 60 + pictures * (video.width * video.height * 40e-9 + 0.06)


def _largest_transcode(facts: ProbeFacts) -> int:
    largest = int(getattr(settings, "MEDIA_OUTPUT_LIMIT", 16 * launcher.GIB))
    if facts.duration_s is None:
        return largest
    # 1 MB a second is three times what 720p of a noisy night needs.
    return min(largest, 64 * launcher.MIB + int(facts.duration_s * launcher.MIB))


def _is_incomplete(facts: ProbeFacts, duration: float) -> bool:
    stated = facts.video[0].duration_s or facts.duration_s
    if stated is None:
        return False
    return stated - duration > max(MISSING_SECONDS, MISSING_SHARE * stated)


def hand_over(made: Path, target: Path) -> None:
    """Move the result out of the folder the decoder could write to, in one step where both lie on one disk."""
    handle = os.open(made, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(handle, 0o640)
    finally:
        os.close(handle)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.replace(target)
    except OSError as problem:
        if problem.errno != 18:  # EXDEV: another disk
            raise
        waiting = target.with_name(f".{target.name}.part")
        shutil.copyfile(made, waiting)
        waiting.replace(target)
