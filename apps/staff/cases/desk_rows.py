"""The videos of a case as its review desk lists and plays them: each with its times by both clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.cameras.recorder_clock import offset_in_words
from apps.core.errors import NotFound
from apps.evidence.given_again import of_case
from apps.evidence.media_tokens import MediaAccess, make_token
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.policies import NEVER_OPENED, viewable_items
from apps.evidence.presentation import frames_per_second
from apps.evidence.recorded_times import BeginSource, OffsetSource, RecordedTimes, recorded_times
from apps.evidence.services.footage_access import NEVER_OF_RESTRICTED
from apps.evidence.states import DerivativeKind, ItemKind
from apps.footage_requests.codes import camera_code

AT_ONCE = 4
"""Videos that play side by side: what a plain computer decodes in step."""
MOST = 200
GAP_FROM_S = 2.0
"""Two files of one recording rarely meet on the second."""


@dataclass(slots=True)
class DeskRow:
    """One video that may be opened. `number` is its place among the chosen ones, from 1."""

    item: EvidenceItem
    times: RecordedTimes
    camera: str
    number: int = 0
    tokens: dict[str, str] | None = None
    fps: float = 25.0

    @property
    def name(self) -> str:
        """The camera's code and the file's name: what tells videos of a case apart."""
        return f"{self.camera} · {self.item.filename}" if self.camera else self.item.filename

    @property
    def is_placed(self) -> bool:
        """Whether the timeline knows where it belongs."""
        return self.times.begins is not None

    @property
    def true_words(self) -> str:
        """From when to when by the true time, in the zone of the case's agency."""
        begins, ends = self.times.begins, self.times.ends
        if begins is None or ends is None:
            return ""
        zone = ZoneInfo(self.times.zone)
        return _span(begins.astimezone(zone), ends.astimezone(zone))

    @property
    def recorder_words(self) -> str:
        """The same as the recorder's clock showed it."""
        begins, ends = self.times.begins, self.times.ends
        if begins is None or ends is None:
            return ""
        return _span(self.times.by_recorder(begins), self.times.by_recorder(ends))

    @property
    def begin_words(self) -> str:
        """Who says when it begins."""
        return str(BeginSource(self.times.begin_source).label)

    @property
    def offset_words(self) -> str:
        """How wrong the recorder's clock is, and who says so."""
        source = OffsetSource(self.times.offset_source)
        if source == OffsetSource.NOBODY:
            return str(source.label)
        words = {"offset": offset_in_words(self.times.offset_s), "source": source.label}
        return _("%(offset)s: %(source)s") % words

    def for_page(self) -> dict[str, Any]:
        """What the script of the desk needs; times are milliseconds since 1970."""
        begins = self.times.begins
        return {
            "number": self.number,
            "item": str(self.item.public_id),
            "name": self.name,
            "begins": begins.timestamp() * 1000 if begins else None,
            "length": self.times.duration_s,
            "offset": self.times.offset_s,
            "offsetKnown": self.times.offset_source != OffsetSource.NOBODY,
        }


def desk_rows(user: User, case: Case) -> list[DeskRow]:
    """The films of the case that play, in the order of their true times; those without a time come last."""
    copies = Derivative.objects.in_use().filter(item_id=OuterRef("pk"), kind=DerivativeKind.WORKING_COPY)
    items = list(
        viewable_items(user)
        .filter(of_case(case), Exists(copies), kind__in=("", ItemKind.VIDEO))
        .exclude(state__in=NEVER_OPENED)
        .select_related("agency", "submission__invitation__request", "submission__case", "match__camera")
        .order_by("received_at", "pk")[:MOST]
    )
    times = recorded_times(items)
    rows = [
        DeskRow(
            item=item,
            times=times[item.pk],
            camera=camera_code(item.match.camera.public_id) if item.match else "",
            fps=frames_per_second(item),
        )
        for item in items
    ]
    return sorted(rows, key=lambda row: (not row.is_placed, row.times.begins or row.item.received_at, row.item.pk))


def chosen_rows(request: HttpRequest, rows: list[DeskRow]) -> list[DeskRow]:
    """The rows that the address names, each once. Raises NotFound for one that is not there for this person."""
    named = set(request.GET.getlist("item"))
    chosen = [row for row in rows if str(row.item.public_id) in named]
    if len(chosen) != len(named):
        raise NotFound(_("There is no such item, or it is not for you."))
    for number, row in enumerate(chosen, start=1):
        row.number = number
    return chosen


def give_tokens(row: DeskRow, access: MediaAccess) -> None:
    """The keys to what the desk shows of an opened item."""
    kinds = set(row.item.derivatives.in_use().values_list("kind", flat=True))
    wanted = {DerivativeKind.WORKING_COPY, DerivativeKind.TIMES, DerivativeKind.POSTER} & kinds
    hidden = NEVER_OF_RESTRICTED if row.item.is_restricted else ()
    row.tokens = {str(kind): make_token(access.for_thing(kind)) for kind in wanted if kind not in hidden}


def desk_url(case: Case, items: list[UUID]) -> str:
    """The desk of the case with these items on it."""
    address = reverse("admin:agencies_case_desk", args=[case.public_id])
    return f"{address}?{urlencode([('item', item) for item in items])}" if items else address


def gaps_between(rows: Iterable[DeskRow]) -> list[str]:
    """Times, in words, that none of these videos covers, though others before and after do."""
    spans = sorted((row.times.begins, row.times.ends, row.times.zone) for row in rows if row.times.begins)
    joined: list[tuple[datetime, datetime, str]] = []
    for begins, ends, zone in spans:
        if begins is None or ends is None:
            continue
        if joined and (begins - joined[-1][1]).total_seconds() <= GAP_FROM_S:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends), zone)
        else:
            joined.append((begins, ends, zone))
    return [
        _span(before[1].astimezone(ZoneInfo(before[2])), after[0].astimezone(ZoneInfo(before[2])))
        for before, after in pairwise(joined)
    ]


def _span(start: datetime, end: datetime) -> str:
    """“November 30, 2026, 22:58:04–23:20:00”; the second day only where it is another one."""
    day, pattern = date_format(start, "DATE_FORMAT"), "H:i:s"
    until = date_format(end, pattern)
    if end.date() != start.date():
        until = f"{date_format(end, 'DATE_FORMAT')}, {until}"
    return f"{day}, {date_format(start, pattern)}–{until}"
