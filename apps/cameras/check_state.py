"""What the last checks of cameras say, in words for owners and for staff who ask them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.cameras.models import CameraCheck
from apps.cameras.recorder_clock import WRONG_FROM_S, offset_in_words
from apps.cameras.states import ClockSource, Said
from apps.core.reading import asked_once
from apps.media.errors import REASONS


@dataclass(slots=True)
class CheckState:
    """Per question the newest answer and when it was given (UTC); empty or None where nobody answered it."""

    hangs: str = ""
    hangs_at: datetime | None = None
    exports: str = ""
    exports_at: datetime | None = None
    plays: str = ""
    problem: str = ""
    plays_at: datetime | None = None
    offset_s: int | None = None
    source: str = ""
    clock_at: datetime | None = None

    @property
    def fails(self) -> bool:
        """Whether the last word on any of the three is bad news for who asks for video."""
        wrong = self.offset_s is not None and abs(self.offset_s) >= WRONG_FROM_S
        return wrong or Said.NO in (self.hangs, self.exports, self.plays)

    @property
    def warnings(self) -> list[str]:
        """What staff who ask for video of it should know; nothing where all is well or nobody said anything."""
        said = []
        if self.hangs == Said.NO:
            said.append(_("Its owner said on %(day)s that it does not hang there any more.") % _day(self.hangs_at))
        if self.exports == Said.NO:
            said.append(_("Its owner said on %(day)s that no video can be exported.") % _day(self.exports_at))
        if self.plays == Said.NO:
            words = _("A test clip of %(day)s did not play here.") % _day(self.plays_at)
            said.append(f"{words} {clip_problem(self.problem)}".strip())
        if self.offset_s is not None and abs(self.offset_s) >= WRONG_FROM_S:
            said.append(_("Its recorder's clock: %(clock)s.") % {"clock": self.clock_words})
        return said

    @property
    def clock_words(self) -> str:
        """“3 min 12 s fast (by photograph, November 30, 2026)”; empty where nobody compared the clocks."""
        if self.offset_s is None:
            return ""
        words = {"offset": offset_in_words(self.offset_s), **_day(self.clock_at)}
        if self.source == ClockSource.PHOTOGRAPH:
            return _("%(offset)s (by photograph, %(day)s)") % words
        if self.source == ClockSource.CLIP:
            return _("%(offset)s (in a test clip, %(day)s)") % words
        return _("%(offset)s (both times typed, %(day)s)") % words

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each question that was answered, and the newest answer."""
        found = []
        if self.hangs:
            found.append((_("Does it hang there and show what it showed?"), self._answer(self.hangs, self.hangs_at)))
        if self.clock_words:
            found.append((_("Recorder's clock"), self.clock_words))
        if self.exports:
            found.append((_("Can you export video?"), self._answer(self.exports, self.exports_at)))
        if self.plays:
            words = _("plays here (%(day)s)") if self.plays == Said.YES else _("does not play here (%(day)s)")
            found.append((_("Test clip"), words % _day(self.plays_at)))
        return found

    @staticmethod
    def _answer(answer: str, at: datetime | None) -> str:
        return _("%(answer)s (%(day)s)") % {"answer": Said(answer).label, **_day(at)}


def check_states(camera_pks: Collection[int]) -> dict[int, CheckState]:
    """The state of each of these cameras that was ever checked, by its key. One query."""
    found: dict[int, CheckState] = {}
    wanted = tuple(sorted(camera_pks))
    rows = CameraCheck.objects.filter(camera__in=wanted).defer("picture").order_by("-pk")
    for row in asked_once(("camera_checks", wanted), lambda: list(rows)):
        state = found.setdefault(row.camera_id, CheckState())
        if row.hangs and not state.hangs:
            state.hangs, state.hangs_at = row.hangs, row.created_at
        if row.exports and not state.exports:
            state.exports, state.exports_at = row.exports, row.created_at
        if row.plays and not state.plays:
            state.plays, state.problem, state.plays_at = row.plays, row.problem, row.created_at
        if row.offset_s is not None and state.offset_s is None:
            state.offset_s, state.source, state.clock_at = row.offset_s, row.source, row.created_at
    return found


def check_state(camera_pk: int) -> CheckState:
    """The same for one camera; empty if it was never checked."""
    return check_states([camera_pk]).get(camera_pk, CheckState())


def last_clock_picture(camera_pk: int) -> bytes:
    """The newest picture of both clocks; who calls this has opened the camera's place, or owns it."""
    own_or_shared = Q(picture__isnull=False) | Q(same_recorder__picture__isnull=False)
    rows = CameraCheck.objects.filter(own_or_shared, camera=camera_pk).select_related("same_recorder").order_by("-pk")
    check = rows.first()
    if check is None:
        return b""
    return bytes(check.picture or (check.same_recorder.picture if check.same_recorder else b""))


def clip_problem(code: str) -> str:
    """Why a test clip does not play, in a sentence; empty where it does."""
    return str(REASONS.get(code, ""))


def _day(at: datetime | None) -> dict[str, str]:
    return {"day": date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""}
