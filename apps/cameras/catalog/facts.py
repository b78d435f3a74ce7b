"""What a catalog entry says, checked. Lengths in meters, angles in degrees, times in hours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from apps.cameras.details import FRAME_RATE_MAX, PICTURE_HEIGHT_MAX, RETENTION_MAX_HOURS
from apps.cameras.models import CatalogKind
from apps.cameras.states import Recording
from apps.core import text
from apps.core.errors import InvalidInput
from apps.geo.sectors import MAX_RANGE_M
from apps.specifications.answers import Clock

MAKER_MAX, NAME_MAX, PLAN_NAME_MAX, HELP_MAX = 60, 80, 60, 600
MOST_PLANS = 12

#: Every fact that an entry may state.
FACTS = (
    "kind",
    "maker",
    "name",
    "field_of_view",
    "range_m",
    "recording",
    "picture_height",
    "frame_rate",
    "clock",
    "night_view",
    "records_sound",
    "plans",
    "clock_help",
    "export_help",
    "is_offered",
)
_CHOICES: dict[str, type[TextChoices]] = {"kind": CatalogKind, "recording": Recording, "clock": Clock}
_NUMBERS = {
    "field_of_view": 360.0,
    "range_m": MAX_RANGE_M,
    "picture_height": float(PICTURE_HEIGHT_MAX),
    "frame_rate": FRAME_RATE_MAX,
}


def checked_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an entry, each checked; what is not given is left open. Raises InvalidInput with the field's name.

    `plans` is a list of {name by language, retention_hours}; `clock_help` and `export_help` are texts by language.
    """
    if unknown := sorted(set(values) - set(FACTS)):
        raise _refusal(str(unknown[0]), _("A catalog entry does not say this."))
    facts: dict[str, Any] = {
        "maker": text.line(values.get("maker"), field="maker", most=MAKER_MAX),
        "name": text.line(values.get("name"), field="name", most=NAME_MAX),
    }
    for name, choices in _CHOICES.items():
        facts[name] = _chosen(name, values.get(name, ""), choices)
    for name, most in _NUMBERS.items():
        facts[name] = _number(name, values.get(name), most)
    if facts["picture_height"] is not None:
        facts["picture_height"] = int(facts["picture_height"])
    for name in ("night_view", "records_sound"):
        facts[name] = _yes_or_no(name, values.get(name))
    facts["plans"] = _plans(values.get("plans", []))
    for name in ("clock_help", "export_help"):
        facts[name] = _by_language(name, values.get(name, {}), HELP_MAX)
    facts["is_offered"] = bool(values.get("is_offered", True))
    return facts


def _chosen(name: str, value: Any, choices: type[TextChoices]) -> str:
    allowed = choices.values if name == "kind" else ["", *choices.values]
    if value not in allowed:
        raise _refusal(name, _("Choose one of the answers."))
    return str(value)


def _number(name: str, value: Any, most: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refusal(name, _("Give a number."))
    if not 1 <= value <= most:
        raise _refusal(name, _("Give a number between 1 and %(most)g.") % {"most": most})
    return float(value)


def _yes_or_no(name: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _refusal(name, _("Answer yes or no, or leave it open."))
    return value


def _plans(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or len(raw) > MOST_PLANS:
        raise _refusal("plans", _("Give a list of at most %(most)d subscriptions.") % {"most": MOST_PLANS})
    plans = []
    for plan in raw:
        if not isinstance(plan, Mapping) or set(plan) != {"name", "retention_hours"}:
            raise _refusal("plans", _("A subscription has a name and the hours for which it keeps video."))
        hours = plan["retention_hours"]
        if isinstance(hours, bool) or not isinstance(hours, int) or not 1 <= hours <= RETENTION_MAX_HOURS:
            raise _refusal("plans", _("A subscription keeps video for at least an hour and at most a year."))
        names = _by_language("plans", plan["name"], PLAN_NAME_MAX)
        if not names:
            raise _refusal("plans", _("Give each subscription its name in every language of the portal."))
        plans.append({"name": names, "retention_hours": hours})
    return plans


def _by_language(name: str, raw: Any, most: int) -> dict[str, str]:
    """Texts in every language of the portal, or in none."""
    if not isinstance(raw, Mapping) or any(not isinstance(value, str) for value in raw.values()):
        raise _refusal(name, _("Write this in every language of the portal, or leave it empty."))
    texts = {code: text.paragraphs(raw.get(code, ""), field=name, most=most, required=False) for code in _languages()}
    if not any(texts.values()):
        return {}
    if not all(texts.values()) or set(raw) - set(texts):
        raise _refusal(name, _("Write this in every language of the portal, or leave it empty."))
    return texts


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _refusal(name: str, sentence: str) -> InvalidInput:
    return InvalidInput.about(name, sentence)
