"""Sound recordings: what is in one, a copy that browsers play, and a picture of its waveform."""

from __future__ import annotations

from pathlib import Path

from apps.media import launcher, recipes
from apps.media.errors import Undecodable
from apps.media.facts import SoundFacts
from apps.media.probe import BUDGET
from apps.media.produce import POSTER_BUDGET, clean_still, hand_over
from apps.media.scratch import job_folder

# A day of sound at 128 kbit/s is 1.4 GB.
MOST_BYTES = 4 * launcher.GIB


def probe_sound(path: Path, *, scratch: Path) -> SoundFacts:
    """Open `path`, decode its beginning and return the facts. Raises as `probe`."""
    with job_folder(scratch) as folder:
        return SoundFacts.from_json(launcher.run_reader("sound", source=path, folder=folder, budget=BUDGET))


def make_sound_copy(source: Path, target: Path, facts: SoundFacts, *, scratch: Path) -> None:
    """Write an MP4 with the first sound track as AAC to `target`. Raises as `make_working_copy`."""
    seconds = max(120.0, (facts.duration_s or 7200) / 4)
    budget = launcher.Budget(seconds=min(seconds, 3000), output=MOST_BYTES, idle=True)
    with job_folder(scratch) as folder:
        made = folder / "sound.mp4"
        command = recipes.sound_copy(launcher.ffmpeg_binary(), source.resolve(), made, facts)
        launcher.run_ffmpeg(command, source=source, folder=folder, budget=budget)
        if not made.is_file() or made.is_symlink() or made.stat().st_size == 0:
            raise Undecodable("no_result")
        hand_over(made, target)


def make_waveform(source: Path, target: Path, facts: SoundFacts, *, scratch: Path) -> None:
    """Write a JPEG to `target` that shows how loud the recording is over its length. Raises as `make_poster`."""
    budget = POSTER_BUDGET._replace(seconds=max(60.0, (facts.duration_s or 7200) / 8))
    with job_folder(scratch) as folder:
        raw = folder / "raw.jpg"
        command = recipes.waveform(launcher.ffmpeg_binary(), source.resolve(), raw, facts)
        launcher.run_ffmpeg(command, source=source, folder=folder, budget=budget)
        clean_still(raw, target, scratch=scratch, longest_side=recipes.POSTER_SIDE)
