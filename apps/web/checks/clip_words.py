"""What came of a test clip, in plain words and with what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.cameras.check_state import clip_problem
from apps.cameras.recorder_clock import span_in_words
from apps.cameras.states import Said
from apps.evidence.format_guides import guide_by, steps_of
from apps.evidence.models import TestClip
from apps.evidence.presentation import CODEC_NAMES
from apps.evidence.services.test_clips import NO_EXPORT
from apps.evidence.states import ClipState
from apps.media.facts import ProbeFacts

NEAR = timedelta(minutes=15)
_FARTHEST_ZONE_H = 14


@dataclass(slots=True)
class ClipResult:
    """The newest clip of a camera for its owner. `lines` say what was found, `to_do` what would help."""

    at: datetime
    waits: bool = False
    good: bool = False
    heading: str = ""
    lines: list[str] = field(default_factory=list)
    to_do: list[str] = field(default_factory=list)
    steps: str = ""
    compares: bool = False


def clip_result(clip: TestClip | None) -> ClipResult | None:
    """None where no clip was ever sent."""
    if clip is None:
        return None
    found = ClipResult(at=clip.received_at)
    if clip.state == ClipState.RECEIVED:
        found.waits, found.heading = True, _("We are looking at your clip.")
    elif clip.check_made is None:
        found.heading = _("We could not look at your clip.")
        found.to_do = [_("That is no fault of yours. It was deleted. Please send it again.")]
    elif clip.check_made.plays == Said.YES:
        _good(found, clip)
    else:
        _bad(found, clip, clip.check_made.problem)
    return found


def _good(found: ClipResult, clip: TestClip) -> None:
    facts = ProbeFacts.from_json(clip.facts)
    found.good = found.compares = True
    found.heading = _("Your clip plays here.")
    found.lines = [_("You can export, and the police can play what you export. Nothing has to be changed.")]
    video = facts.video[0]
    words = {
        "codec": CODEC_NAMES.get(video.codec, video.codec),
        "width": video.width,
        "height": video.height,
        "container": facts.container,
    }
    found.lines.append(_("Format: %(codec)s, %(width)d × %(height)d, in a file of the kind %(container)s.") % words)
    found.lines.append(time_in_words(facts.recorded_at_claimed, clip.received_at))


def _bad(found: ClipResult, clip: TestClip, problem: str) -> None:
    found.lines = [clip_problem(problem)]
    if problem in NO_EXPORT:
        found.heading = _("This is no video from a recorder.")
        found.to_do = [_("Choose the file that the recorder exported, or its app saved.")]
        return
    found.compares = True
    found.heading = _("Your recorder exports, but the clip does not play here.")
    found.to_do = [
        _("If your recorder lets you choose, export as MP4 or AVI and send another test clip."),
        _("If not, nothing is lost: send the recorder's own format when you are asked. The police can use its player."),
    ]
    guide = guide_by(clip.upload.filename, clip.beginning)
    if guide is not None:
        found.lines.append(_("It looks like %(format)s.") % {"format": guide.name})
        found.steps = steps_of(guide)


def time_in_words(claimed: str | None, received_at: datetime) -> str:
    """Whether the time that a file claims fits a clip that was exported a moment ago.

    It proves nothing: many recorders write the time of another zone, or none. So it never becomes an offset.
    """
    at = parse_datetime(claimed) if claimed else None
    if at is None:
        return _("The file does not say when it was recorded. Compare the clocks below.")
    ahead = (at if at.tzinfo else at.replace(tzinfo=UTC)) - received_at
    hours = round(ahead / timedelta(hours=1))
    if abs(ahead) <= NEAR:
        return _("The time in the file fits: it was recorded a moment ago.")
    if abs(hours) <= _FARTHEST_ZONE_H and abs(ahead - timedelta(hours=hours)) <= NEAR:
        return _("The time in the file fits, in another time zone. That is usual.")
    span = span_in_words(abs(round(ahead.total_seconds())))
    if ahead > timedelta(0):
        words = _("The file says that it was recorded %(span)s from now. The recorder's clock is probably fast.")
    else:
        words = _(
            "The file says that it was recorded %(span)s before it came. "
            "If you exported a new recording, the clock is slow."
        )
    return words % {"span": span}
