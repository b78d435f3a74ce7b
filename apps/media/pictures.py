"""A photo from a stranger, made anew from its pixels."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.media import formats, launcher
from apps.media.errors import MediaError, MediaInterrupted, Undecodable
from apps.media.scratch import job_folder
from apps.media.turns import picture_turn

# 60 million pixels of four bytes, twice while they are shrunk, and the libraries. The time is twice the slowest seen.
PICTURE_BUDGET = launcher.Budget(seconds=10, memory=640 * launcher.MIB, output=4 * launcher.MIB)
PICTURE_MOST = 20 * launcher.MIB
JPEG_MOST = 1 * launcher.MIB


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A JPEG without metadata; width and height in pixels."""

    jpeg: bytes
    width: int
    height: int


def clean_picture(picture: bytes, *, longest_side: int, sender: str) -> CleanPicture:
    """The picture upright, at most `longest_side` pixels wide or high, as a JPEG of at most 1 MiB and pixels alone.

    Reads JPEG and PNG of at most 20 MiB and 60 million pixels (WebP: 24 million), in the confinement, one picture at a
    time on this computer. `sender` is any key of who sent it: a second one of theirs waits for nobody. Raises
    `Undecodable` (code `heic` for what iPhones make), `MediaTimeout`, `MediaInterrupted`, `Unconfined`, and `Busy`
    where others wait already. No file is left behind.
    """
    if not picture:
        raise Undecodable("empty")
    if len(picture) > PICTURE_MOST:
        raise Undecodable("picture_too_large")
    if picture[4:8] == b"ftyp" and picture[8:12] in formats.HEIF:
        raise Undecodable("heic")
    scratch = Path(settings.SCRATCH_DIR)
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    with picture_turn(scratch, whose=sender), job_folder(scratch) as shelf, job_folder(scratch) as folder:
        source, target = shelf / "picture", folder / "clean.jpg"
        try:
            source.write_bytes(picture)
        except OSError as problem:
            raise MediaInterrupted("launch", detail="disk") from problem
        answer = launcher.run_reader(
            "picture",
            source=source,
            folder=folder,
            budget=PICTURE_BUDGET,
            target=str(target),
            longest_side=longest_side,
        )
        return _checked(answer, target, longest_side)


def picture_of_form(picture: bytes, *, longest_side: int, sender: str, field: str) -> CleanPicture:
    """`clean_picture` for what somebody chose in a form: raises InvalidInput beside `field`, with a sentence."""
    try:
        return clean_picture(picture, longest_side=longest_side, sender=sender)
    except Undecodable as problem:
        sentence = _sentence(problem)
        raise InvalidInput(sentence, fields={field: sentence}, code=problem.code) from problem
    except MediaError as problem:
        sentence = _("The picture could not be looked at just now. Please try again later.")
        raise InvalidInput(sentence, fields={field: sentence}, code=problem.code) from problem


def _sentence(problem: Undecodable) -> str:
    words = {
        "empty": _("This file is empty."),
        "heic": _("This picture is in a format that we cannot read (HEIC). Choose a JPEG, or take a screenshot of it."),
        "picture_too_large": _("This picture has too many pixels. Choose a smaller one."),
    }
    return words.get(problem.code, _("We cannot read this as a picture. Choose a JPEG, PNG or WebP file."))


def _checked(answer: dict[str, object], target: Path, longest_side: int) -> CleanPicture:
    """What the child says and wrote is believed no more than the picture itself."""
    width, height = answer.get("width"), answer.get("height")
    if not isinstance(width, int) or not isinstance(height, int) or not 0 < max(width, height) <= longest_side:
        raise Undecodable("no_result")
    try:
        handle = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as problem:
        raise Undecodable("no_result") from problem
    with os.fdopen(handle, "rb") as file:
        jpeg = file.read(JPEG_MOST + 1)
    if len(jpeg) > JPEG_MOST or not jpeg.startswith(b"\xff\xd8\xff"):
        raise Undecodable("no_result")
    return CleanPicture(jpeg=jpeg, width=width, height=height)
