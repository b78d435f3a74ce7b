"""A redacted copy of an original: boxes filled in its own pictures, and the proof that nothing shows through.

Filled, never blurred: a blurred or pixelated face can be compared with faces that are known, and from several pictures
of one a sharper one can be computed. Under a flat color nothing is left.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from apps.media import launcher, recipes
from apps.media.boxes import KeyFrame
from apps.media.errors import Undecodable
from apps.media.facts import ProbeFacts, whole
from apps.media.produce import hand_over, processor_seconds
from apps.media.redactor import DIFFERS, FILM_NAME, MADE_NAME, PLAN_NAME
from apps.media.scratch import job_folder

QUIET = 33
"""Of 32768: what compression leaves of silence."""
WITH_SOUND = "with-sound.mp4"


@dataclass(frozen=True)
class Plan:
    """What is covered. `film`: the second of each picture of the working copy in which the regions were drawn.

    `muted`: pairs of seconds of the film; `sound`: whether the rest of the sound stays.
    """

    film: Sequence[float]
    regions: Sequence[Sequence[KeyFrame]]
    sound: bool = False
    muted: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Proof:
    """What a comparison of copy and original found. Numbers of pictures, of boxes in them, and of pixels in those.

    `least`: by how much the most similar covered pixel differs, of 255 (255 where nothing is covered). `loudest`: the
    largest sample in a muted span, of 32768.
    """

    pictures: int
    boxes: int
    pixels: int
    least: int
    sound: bool
    loudest: int

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON field; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` gave."""
        return cls(**data)


def picture_size(facts: ProbeFacts) -> tuple[int, int]:
    """Width and height of the pictures in which boxes are drawn: upright, square pixels, both even."""
    return recipes.fitted_size(facts, recipes.EXCERPT_SIDE, recipes.EXCERPT_SIDE)


def make_redacted(source: Path, target: Path, facts: ProbeFacts, plan: Plan, *, scratch: Path) -> None:
    """Write the original's pictures, each at its time, with the boxes filled, to `target`.

    Without sound unless the plan keeps it: recording a conversation needs everybody's consent (s. 934.03, Florida
    Statutes). Raises `Undecodable` (final), `MediaTimeout`, `MediaInterrupted` or `Unconfined`; then `target` is
    untouched.
    """
    size = source.stat().st_size
    with job_folder(scratch) as folder:
        _write_plan(folder, facts, plan)
        output = 256 * launcher.MIB + 4 * size + int((facts.duration_s or 0) * 2 * launcher.MIB)
        answer = launcher.run_reader("redact", source=source, folder=folder, budget=_budget(facts, size, output))
        if whole(answer.get("missing")):
            raise Undecodable("other_film")
        made = folder / MADE_NAME
        if plan.sound and facts.audio:
            film, made = made, folder / WITH_SOUND
            program = launcher.ffmpeg_binary()
            command = recipes.with_muted_sound(program, source.resolve(), film, made, facts, plan.muted)
            launcher.run_ffmpeg(command, source=source, folder=folder, budget=_budget(facts, size, output))
        if not made.is_file() or made.is_symlink():
            raise Undecodable("no_result")
        hand_over(made, target)


def prove_redacted(source: Path, made: Path, facts: ProbeFacts, plan: Plan, *, scratch: Path) -> Proof:
    """Read copy and original again, and compare every pixel of every box of every picture.

    Raises `Undecodable` ("not_proven") unless each differs, the two have as many pictures at the same times, and the
    copy has nothing but pictures and the sound that the plan keeps, silent where it is muted. Else as `make_redacted`.
    """
    size = source.stat().st_size + made.stat().st_size
    with job_folder(scratch) as folder:
        _write_plan(folder, facts, plan)
        answer = launcher.run_reader(
            "prove",
            source=source,
            folder=folder,
            budget=_budget(facts, size, launcher.MIB),
            readable=(str(made.resolve()),),
            made=str(made.resolve()),
        )
    tracks = ["video", "audio"] if plan.sound and facts.audio else ["video"]
    told = {name: whole(answer.get(name)) for name in ("pictures", "covered", "pixels", "least", "loudest")}
    wrong = sum(answer.get(name) != 0 for name in ("unpaired", "shifted", "bare", "missing"))
    if wrong or answer.get("tracks") != tracks or not told["pictures"]:
        raise Undecodable("not_proven", detail=json.dumps(answer)[:200])
    if told["least"] < DIFFERS or told["loudest"] > QUIET:
        raise Undecodable("not_proven", detail=json.dumps(answer)[:200])
    return Proof(
        pictures=told["pictures"],
        boxes=told["covered"],
        pixels=told["pixels"],
        least=told["least"],
        sound="audio" in tracks,
        loudest=told["loudest"],
    )


def _write_plan(folder: Path, facts: ProbeFacts, plan: Plan) -> None:
    width, height = picture_size(facts)
    regions = [[[one.picture, list(one.box), one.ends] for one in frames] for frames in plan.regions]
    data = {"width": width, "height": height, "fps": facts.video[0].fps or 25.0, "regions": regions}
    (folder / PLAN_NAME).write_text(json.dumps({**data, "muted": list(plan.muted)}), encoding="utf-8")
    (folder / FILM_NAME).write_bytes(array("d", plan.film).tobytes())


def _budget(facts: ProbeFacts, size: int, output: int) -> launcher.Budget:
    longest = float(getattr(settings, "MEDIA_TIME_LIMIT", 3000))
    seconds = min(longest, max(600.0, 16 * (facts.duration_s or longest)))
    return launcher.Budget(
        seconds=seconds, processor=4 * processor_seconds(facts, size), output=output, memory=3 * launcher.GIB, idle=True
    )
