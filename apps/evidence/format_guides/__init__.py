"""Which player opens a file that no browser plays, and how to export it again: what staff wrote about formats."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core import text
from apps.core.errors import InvalidInput
from apps.evidence.models import EvidenceItem, FormatGuide

FIRST = Path(__file__).parent / "first.json"
FIELDS = ("name", "endings", "signature", "player", "player_url", "steps", "sources", "checked_on", "is_offered")
ENDINGS_MOST, STEPS_MOST, SOURCES_MOST = 12, 1000, 4


def read_guides(path: Path = FIRST) -> list[dict[str, Any]]:
    """The guides that a new city begins with. Raises OSError, ValueError."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, list):
        raise ValueError("not a list")
    return found


def checked_guide(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a guide as they are kept. Raises InvalidInput beside the field that does not hold."""
    endings = [str(one).strip().lower().lstrip(".") for one in facts.get("endings", [])]
    if len(endings) > ENDINGS_MOST or any(not re.fullmatch(r"[a-z0-9_]{1,10}", one) for one in endings):
        raise InvalidInput.about("endings", _("Write endings like dav or g64x, at most 12, with commas between."))
    signature = "".join(str(facts.get("signature", "")).split()).lower()
    if not re.fullmatch(r"([0-9a-f]{2}){0,32}", signature):
        raise InvalidInput.about(
            "signature", _("Write the first bytes as pairs of hexadecimal digits, like 44 48 41 56.")
        )
    if not endings and not signature:
        raise InvalidInput.about("endings", _("Give an ending or the first bytes: the format is known by them."))
    url = _https(str(facts.get("player_url", "")).strip(), "player_url")
    sources = [_https(one, "sources") for given in facts.get("sources", []) if (one := str(given).strip())]
    if len(sources) > SOURCES_MOST:
        raise InvalidInput.about("sources", _("At most four addresses."))
    checked_on = _day(facts.get("checked_on"))
    if bool(sources) != (checked_on is not None):
        raise InvalidInput.about("sources", _("Give the pages and the day on which you compared it, or neither."))
    steps = facts.get("steps", {})
    return {
        "name": text.line(str(facts.get("name", "")), field="name", most=80),
        "endings": list(dict.fromkeys(endings)),
        "signature": signature,
        "player": text.line(str(facts.get("player", "")), field="player", most=120, required=False),
        "player_url": url,
        "steps": {code: str(steps.get(code, "")).strip()[:STEPS_MOST] for code, _name in settings.LANGUAGES},
        "sources": list(dict.fromkeys(sources)),
        "checked_on": checked_on,
        "is_offered": bool(facts.get("is_offered", True)),
    }


def _https(url: str, field: str) -> str:
    if url:
        try:
            URLValidator(schemes=["https"])(url)
        except ValidationError as error:
            raise InvalidInput.about(field, _("Give an address that begins with https://.")) from error
    return url


def _day(given: Any) -> date | None:
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and given else given or None
    except ValueError:
        day = None
    # By the computer's clock: the guides that ship are loaded into cities whose clock stands in their past.
    if day is not None and day > datetime.now(UTC).date() + timedelta(days=1):
        raise InvalidInput.about("checked_on", _("That day has not come yet."))
    return day


def guide_of(item: EvidenceItem) -> FormatGuide | None:
    """What staff wrote about this file's format: by its first bytes, and else by the ending of its name."""
    return guide_by(item.filename, item.beginning)


def guide_by(filename: str, beginning: str) -> FormatGuide | None:
    """The same for a file that is no item: its name, and its first bytes in hexadecimal."""
    ending = PurePath(filename).suffix.lstrip(".").lower()
    guides = list(FormatGuide.objects.filter(is_offered=True).order_by("name"))
    signed = [one for one in guides if one.signature and beginning.startswith(one.signature)]
    if signed:
        return max(signed, key=lambda one: len(one.signature))
    return next((one for one in guides if ending in one.endings), None)


def steps_of(guide: FormatGuide) -> str:
    """How to export it again, in the reader's language where that is known."""
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return str(guide.steps.get(language) or guide.steps.get(settings.LANGUAGE_CODE, ""))
