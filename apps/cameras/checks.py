"""The rules that a specification can ask for, and what a camera says to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.cameras.models import Camera
from apps.cameras.states import ConformanceOutcome
from apps.core.errors import InvalidInput

Check = dict[str, Any]


def _too_short_retention(camera: Camera, value: float) -> bool:
    return camera.retention_hours < value


def _records_sound(camera: Camera, value: float) -> bool:
    """s. 934.03, F.S.: all parties consent to a recording of speech, so a camera with sound is worth a warning."""
    return camera.records_sound


def _too_narrow(camera: Camera, value: float) -> bool:
    return camera.place.field_of_view < value


def _too_wide(camera: Camera, value: float) -> bool:
    return camera.place.field_of_view > value


def _too_far(camera: Camera, value: float) -> bool:
    return camera.place.range_m > value


# A rule says True where the camera does not meet it. `value` is hours, degrees or metres.
RULES: dict[str, Callable[[Camera, float], bool]] = {
    "min_retention_hours": _too_short_retention,
    "records_sound": _records_sound,
    "min_field_of_view": _too_narrow,
    "max_field_of_view": _too_wide,
    "max_range_m": _too_far,
}
_WITHOUT_VALUE = frozenset({"records_sound"})
LEVELS = (ConformanceOutcome.WARN, ConformanceOutcome.FAIL)


def findings(camera: Camera, checks: list[Check]) -> list[dict[str, str]]:
    """The checks that the camera does not meet, as {rule, level}, in the order of the specification.

    A specification may ask one rule twice, with a limit that fails and one that warns: a failure hides the warning.
    """
    found = [
        {"rule": check["rule"], "level": check["level"]}
        for check in checks
        if RULES[check["rule"]](camera, check.get("value", 0))
    ]
    failed = {reason["rule"] for reason in found if reason["level"] == ConformanceOutcome.FAIL}
    return [reason for reason in found if reason["level"] == ConformanceOutcome.FAIL or reason["rule"] not in failed]


def outcome_of(reasons: list[dict[str, str]]) -> ConformanceOutcome:
    """The worst level among the findings; without one, the camera passes."""
    levels = {reason["level"] for reason in reasons}
    for level in (ConformanceOutcome.FAIL, ConformanceOutcome.WARN):
        if level in levels:
            return level
    return ConformanceOutcome.PASS


def words_for(reasons: list[dict[str, str]], checks: list[Check], language: str) -> list[str]:
    """The findings as sentences of the specification, in this language or in the portal's own."""
    words = {(check["rule"], check["level"]): check["words"] for check in checks}
    found = [words[reason["rule"], reason["level"]] for reason in reasons]
    return [sentence.get(language) or sentence[settings.LANGUAGE_CODE] for sentence in found]


def check_list(raw: Any) -> list[Check]:
    """Checked copies of a specification's checks. Raises InvalidInput for an unknown rule, level, value or language."""
    if not isinstance(raw, list) or not raw:
        raise _refusal(_("A specification is a list of checks."))
    checked = [_checked(check) for check in raw]
    if len({(check["rule"], check["level"]) for check in checked}) < len(checked):
        raise _refusal(_("The specification asks the same rule twice at one level."))
    return checked


def _checked(check: Any) -> Check:
    if not isinstance(check, Mapping) or check.get("rule") not in RULES:
        raise _refusal(_("The specification names a rule that the portal does not know."))
    if check.get("level") not in LEVELS:
        raise _refusal(_("A check either warns or fails."))
    value = check.get("value")
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    if check["rule"] not in _WITHOUT_VALUE and not is_number:
        raise _refusal(_("This check needs a number."))
    words = check.get("words")
    if not isinstance(words, Mapping) or any(not words.get(code) for code, _name in settings.LANGUAGES):
        raise _refusal(_("Each check needs its words in every language of the portal."))
    cleaned: Check = {"rule": check["rule"], "level": str(check["level"]), "words": dict(words)}
    if check["rule"] not in _WITHOUT_VALUE:
        cleaned["value"] = value
    return cleaned


def _refusal(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={"checks": sentence})
