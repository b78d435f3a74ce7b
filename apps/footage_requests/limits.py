"""What keeps a request narrow: size of the area, length of the window, plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.agencies.models import Agency
from apps.agencies.request_limits import limits_of
from apps.core import text
from apps.core.errors import InvalidInput, TooMany, WrongState
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.geo import Area, parse_area, place_name
from apps.geo.units import area_in_words

REASON_MIN, REASON_MAX, MESSAGE_MAX = 10, 2000, 1000
OLDEST = timedelta(days=366)
WINDOWS_MOST = 4


@dataclass(frozen=True, slots=True)
class JudgedArea:
    """An area that may be asked about; `too_wide` means that a supervisor decides knowing so."""

    area: Area
    too_wide: bool


def judge_area(raw: Mapping[str, Any], *, agency: Agency) -> JudgedArea:
    """Parse an area and hold it against the agency's limits. Raises InvalidInput: none, too small, far too wide.

    Each place has to be large enough by itself, or one of several could single out a home. All together are as wide as
    one area may be; ground in two places counts once.
    """
    try:
        area = parse_area(dict(raw))
    except InvalidInput as error:
        raise InvalidInput(error.message, fields={"area": error.message}, code=error.code) from error
    for number, place in enumerate(area.places, start=1):
        if place.area_m2 < settings.REQUEST_AREA_MIN_M2:
            raise _too_small(place, number if area.parts else None)
    if area.area_m2 > settings.REQUEST_AREA_HARD_MAX_M2:
        sentence = _(
            "The area is far too wide: %(size)s. A request may cover at most %(most)s."
            " Draw only where it may have been seen."
        ) % {"size": area_in_words(area.area_m2), "most": area_in_words(settings.REQUEST_AREA_HARD_MAX_M2)}
        raise InvalidInput(sentence, fields={"area": sentence}, code="area_too_wide")
    return JudgedArea(area=area, too_wide=area.area_m2 > limits_of(agency).area_m2)


def _too_small(place: Area, number: int | None) -> InvalidInput:
    least = area_in_words(settings.REQUEST_AREA_MIN_M2)
    size = area_in_words(place.area_m2)
    if number is None:
        sentence = _(
            "The area is too small: %(size)s. It has to be at least %(least)s, so that it does not single out one home."
        ) % {"size": size, "least": least}
    else:
        sentence = _(
            "%(place)s is too small: %(size)s. Each place has to be at least %(least)s,"
            " so that it does not single out one home."
        ) % {"place": place_name(number, place.form.get("name", "")), "size": size, "least": least}
    return InvalidInput(sentence, fields={"area": sentence}, code="area_too_small")


def check_window(start: datetime, end: datetime, *, agency: Agency) -> None:
    """Raise InvalidInput unless the window runs forward, has passed, and is not too old or too long for the agency."""
    now = timezone.now()
    hours = limits_of(agency).hours
    if end <= start:
        sentence = _("The window ends before it starts. The end has to be later than the start.")
        raise InvalidInput(sentence, fields={"window_end": sentence}, code="window_backwards")
    if end > now:
        sentence = _("The window ends in the future. A request is about what cameras have already recorded.")
        raise InvalidInput(sentence, fields={"window_end": sentence}, code="window_in_future")
    if end - start > timedelta(hours=hours):
        sentence = ngettext(
            "The window is too long. A request covers at most %(hours)d hour.",
            "The window is too long. A request covers at most %(hours)d hours.",
            hours,
        ) % {"hours": hours}
        raise InvalidInput(sentence, fields={"window_end": sentence}, code="window_too_long")
    if now - start > OLDEST:
        sentence = _("The window lies more than a year back. No recorder keeps video that long.")
        raise InvalidInput(sentence, fields={"window_start": sentence}, code="window_too_old")


def check_windows(windows: Sequence[tuple[datetime, datetime]], *, agency: Agency) -> None:
    """Several times of one request: each as `check_window` asks, no two of them overlap, all together as long as one.

    Raises InvalidInput.
    """
    if len(windows) > WINDOWS_MOST:
        sentence = _("A request asks about at most %(most)d times. Write another request for the rest.") % {
            "most": WINDOWS_MOST
        }
        raise InvalidInput(sentence, fields={"window_end": sentence}, code="windows_too_many")
    for start, end in windows:
        check_window(start, end, agency=agency)
    for (_start, end), (start, _end) in pairwise(sorted(windows)):
        if start < end:
            sentence = _("Two of the times overlap. Make one time of them.")
            raise InvalidInput(sentence, fields={"window_start": sentence}, code="windows_overlap")
    hours = limits_of(agency).hours
    if sum((end - start for start, end in windows), timedelta()) > timedelta(hours=hours):
        sentence = _("All times together are too long. They may cover at most %(hours)d hours.") % {"hours": hours}
        raise InvalidInput(sentence, fields={"window_end": sentence}, code="window_too_long")


def check_still_narrow(request: FootageRequest) -> None:
    """Raise WrongState for a submitted request that limits made narrower since would not take any more."""
    limits = limits_of(request.agency)
    if sum((end - start for start, end in request.windows), timedelta()) > timedelta(hours=limits.hours):
        sentence = ngettext(
            "A request now covers at most %(hours)d hour, and this one covers more."
            " Return it, so that its author can shorten it.",
            "A request now covers at most %(hours)d hours, and this one covers more."
            " Return it, so that its author can shorten it.",
            limits.hours,
        ) % {"hours": limits.hours}
        raise WrongState(sentence, code="window_too_long")
    if request.area_m2 > limits.area_m2 and not request.too_wide:
        sentence = _(
            "An area of more than %(most)s now needs a second thought, and this one was submitted without it."
            " Return it, so that its author can draw a smaller one or submit it as wider than usual."
        ) % {"most": area_in_words(limits.area_m2)}
        raise WrongState(sentence, code="area_too_wide")


def check_room_to_submit(request: FootageRequest) -> None:
    """Raise TooMany if as many of its case wait or are open as the agency allows. The case has to be locked."""
    most = limits_of(request.agency).per_case
    if most is None or _others_of_case(request, RequestState.SUBMITTED, RequestState.OPEN) < most:
        return
    sentence = ngettext(
        "A case may have %(most)d request that waits for a supervisor or is open, and this case has it."
        " Close what is done or take back what waits, then submit this one again. It stays as it is.",
        "A case may have %(most)d requests that wait for a supervisor or are open, and this case has them."
        " Close what is done or take back what waits, then submit this one again. It stays as it is.",
        most,
    ) % {"most": most}
    raise TooMany(sentence, code="case_full")


def check_room_to_open(request: FootageRequest) -> None:
    """As `check_room_to_submit`, of open requests alone, for the supervisor who approves one."""
    most = limits_of(request.agency).per_case
    if most is None or _others_of_case(request, RequestState.OPEN) < most:
        return
    sentence = ngettext(
        "A case may have %(most)d open request, and this case has it."
        " Close the one that is done first, or return this one to its author.",
        "A case may have %(most)d open requests, and this case has them."
        " Close one that is done first, or return this one to its author.",
        most,
    ) % {"most": most}
    raise TooMany(sentence, code="case_full")


def _others_of_case(request: FootageRequest, *states: RequestState) -> int:
    others = FootageRequest.objects.filter(case_id=request.case_id, state__in=states)
    return others.exclude(pk=request.pk).count()


def check_translations(given: Mapping[str, str], *, message: str) -> dict[str, str]:
    """The message in other languages of the portal, trimmed; empty ones are left away. Raises InvalidInput.

    A translation of nothing would be a second message.
    """
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        field = f"message_{language}"
        words = text.paragraphs(given.get(language, ""), field=field, most=MESSAGE_MAX, required=False)
        if words and language != settings.LANGUAGE_CODE:
            found[language] = words
    if found and not message.strip():
        sentence = _("Write the message first. A translation stands beside it.")
        raise InvalidInput.about("message", sentence)
    return found


def check_words(*, reason: str, message: str) -> tuple[str, str]:
    """The trimmed reason and message. Raises InvalidInput with a sentence for each field that is wrong."""
    problems: dict[str, Any] = {}
    try:
        reason = text.paragraphs(reason, field="reason", most=REASON_MAX, required=False)
    except InvalidInput as error:
        problems |= error.fields
    else:
        if len(reason) < REASON_MIN:
            problems["reason"] = _("Say why these cameras and this time, in a sentence. Your supervisor reads it.")
    try:
        message = text.paragraphs(message, field="message", most=MESSAGE_MAX, required=False)
    except InvalidInput as error:
        problems |= error.fields
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    return reason, message
