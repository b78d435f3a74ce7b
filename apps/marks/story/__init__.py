"""A case story as tagged PDF (PDF/UA-1): marks with their stills and both times, a sketch of the place, who made it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.agencies.models import Case
from apps.cameras.recorder_clock import offset_in_words
from apps.core.typesetting import typeset_pdf
from apps.evidence.models import EvidenceItem
from apps.evidence.recorded_times import BeginSource, OffsetSource, RecordedTimes
from apps.footage_requests.codes import camera_code
from apps.marks.models import Mark
from apps.marks.presentation import pictures_in_words, times_in_words

_SHEET = Path(__file__).parent / "story.typ"


@dataclass(frozen=True, slots=True)
class Told:
    """One mark as the story tells it. `still` is its JPEG, empty where none could be made; `digest` is that of it."""

    mark: Mark
    still: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that the sheet says. `times` by the key of the item; `who` as colleagues name the person who made it."""

    case: Case
    title: str
    told: Sequence[Told]
    times: Mapping[int, RecordedTimes]
    who: str
    at: datetime
    sketch: str = ""
    has_places: bool = False

    @property
    def items(self) -> list[EvidenceItem]:
        """The videos of the marks, each once, in the order in which the story comes to them: the number is by this."""
        return list({one.mark.item_id: one.mark.item for one in self.told}.values())


def story_pdf(story: Story) -> bytes:
    """The sheet, in the reader's language and the time zone of the agency."""
    with timezone.override(story.case.agency.time_zone):
        return typeset_pdf(_SHEET, _data(story))


def _data(story: Story) -> dict[str, Any]:
    case, agency = story.case, story.case.agency
    made = date_format(timezone.localtime(story.at), "DATETIME_FORMAT")
    numbers = {item.pk: number for number, item in enumerate(story.items, start=1)}
    return {
        "language": translation.get_language(),
        "agency": agency.name,
        "title": story.title or _("Story of case %(number)s") % {"number": case.number},
        "footer": _("Case %(number)s, %(agency)s") % {"number": case.number, "agency": agency.short_name},
        "lead": _(
            "Stills were made from the sealed originals, from the very pictures that were marked. Judge details by the"
            " originals."
        ),
        "warning": _("Has work product: do not release it.")
        if any(one.mark.work_product for one in story.told)
        else "",
        "facts": [
            [_("Case"), case.number],
            [_("Agency"), agency.name],
            [_("Made by"), story.who],
            [_("Made on"), f"{made} {timezone.localtime(story.at).tzname()}"],
            [_("Portal"), settings.PORTAL_NAME],
        ],
        "sketch": story.sketch,
        "sketch_alt": _sketch_in_words(story, numbers),
        "marks": [_mark(number, one, story, numbers) for number, one in enumerate(story.told, start=1)],
        "files": [_file(item, story.times[item.pk], numbers[item.pk]) for item in story.items],
        "words": {
            "sketch": _("Where it was recorded"),
            "sketch_note": _("A sketch without streets; north is up. Cameras stand where the register has them now."),
            "files": _("Videos"),
            "columns": [_("No."), _("Original, camera, clock")],
            "how": _(
                "Digests are SHA-256, hexadecimal. The ledger states that of each original and of each still. True time"
                " is the recorder's reading less what its clock was off, as it was known when the mark was made."
            ),
        },
    }


def _mark(number: int, told: Told, story: Story, numbers: Mapping[int, int]) -> dict[str, Any]:
    mark = told.mark
    video = numbers[mark.item_id]
    where = {"number": number, "video": video, "pictures": pictures_in_words(mark)}
    times = times_in_words(mark, story.times[mark.item_id].zone)
    facts = [
        [_("Times"), times],
        [_("Recorder's clock"), offset_in_words(mark.offset_s) if mark.true_in else _("not known")],
        [_("Second of the video"), f"{mark.in_s:.3f}" if not mark.is_span else f"{mark.in_s:.3f} – {mark.out_s:.3f}"],
        [_("Marked by"), str(mark.author)],
    ]
    if told.digest:
        facts.append([_("Digest of the still"), told.digest])
    if mark.work_product:
        facts.append([_("Work product"), _("yes")])
    return {
        "title": _("%(number)d. Video %(video)d, %(pictures)s") % where,
        "note": mark.note,
        "picture": _framed(told.still) if told.still else "",
        "alt": _("Still of video %(video)d, %(pictures)s: %(times)s") % {**where, "times": times},
        "missing": _("No still could be made of this picture."),
        "facts": facts,
    }


def _file(item: EvidenceItem, times: RecordedTimes, number: int) -> list[str]:
    camera = camera_code(item.match.camera.public_id) if item.match else _("camera not named by the sender")
    begin, offset = BeginSource(times.begin_source).label, OffsetSource(times.offset_source).label
    return [
        str(number),
        f"{item.filename} · {camera}",
        item.digest,
        _("Begin: %(begin)s. Clock: %(offset)s.") % {"begin": begin, "offset": offset},
    ]


def _sketch_in_words(story: Story, numbers: Mapping[int, int]) -> str:
    """What a reader who does not see the sketch is told."""
    if not story.has_places:
        return _("Sketch of the areas for which video was asked, without cameras.")
    cameras = ", ".join(str(number) for number in numbers.values())
    return _("Sketch of the areas for which video was asked, and of the cameras of videos %(numbers)s.") % {
        "numbers": cameras
    }


def _framed(jpeg: bytes) -> str:
    """The still inside an SVG: the typesetter takes its data as text. It was written anew from pixels before."""
    picture = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 900">'
        f'<image href="{picture}" width="1600" height="900" preserveAspectRatio="xMidYMid meet"/></svg>'
    )
