"""Common reasons for returning or retiring a camera. Kept as keys, so that registrants read them in their language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput

RETURN_REASONS: dict[str, str | Promise] = {
    "pin": gettext_lazy("The pin does not seem to stand where the camera is. Please move it to the exact place."),
    "direction": gettext_lazy("The direction or the width of the view does not seem right. Please set it again."),
    "private_view": gettext_lazy(
        "The camera seems to see neighbors' windows or private yards. Please turn it or cover that part."
    ),
    "address": gettext_lazy("The street address does not fit the place on the map. Please correct one of them."),
    "questions": gettext_lazy("Some questions about the camera are open. Please answer them."),
    "outside": gettext_lazy("The pin stands outside the area that the program covers. Please check it."),
    "twice": gettext_lazy("This camera seems to be registered twice. If it is, please withdraw one of the two."),
}
RETIRE_REASONS: dict[str, str | Promise] = {
    "duplicate": gettext_lazy("This camera was registered twice. The other registration stays."),
    "not_covered": gettext_lazy("It stands outside the area that the program covers."),
    "gone": gettext_lazy("It is no longer there."),
    "unanswered": gettext_lazy("We asked for a correction and heard nothing for a long time."),
}
#: Not offered to staff: why a camera that was passed on waits for its new owner.
PASSED_ON = "passed_on"
_PORTALS: dict[str, str | Promise] = {
    PASSED_ON: gettext_lazy(
        "You took it over as it was registered. Look at its place, its direction and its recorder, and save it."
    ),
}
_ALL = RETURN_REASONS | RETIRE_REASONS | _PORTALS


def checked_reasons(causes: Iterable[Any], offered: dict[str, str | Promise]) -> list[str]:
    """The keys, once each and in the order in which they are offered. Raises InvalidInput for one that is not."""
    wanted = list(causes)
    if any(str(key) not in offered for key in wanted):
        sentence = _("Choose from the reasons that are offered.")
        raise InvalidInput.about("causes", sentence)
    return [key for key in offered if key in wanted]


def in_words(causes: Iterable[str], reason: str) -> str:
    """The common reasons and what staff wrote beside them, in the language that is active."""
    return "\n".join([*(str(_ALL[key]) for key in causes if key in _ALL), *([reason] if reason else [])])


def return_words(camera: Camera) -> str:
    """What the registrant is asked to correct, in the reader's language; empty unless the camera was returned."""
    if camera.state != CameraState.RETURNED:
        return ""
    return in_words(camera.return_causes, camera.return_reason)
