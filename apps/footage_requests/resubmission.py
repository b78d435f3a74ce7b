"""What a request said when it was submitted, and what the next submission changed, so that nobody has to search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.languages import in_language
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.places import changed_places
from apps.footage_requests.states import LeftOutReason, RequestKind
from apps.footage_requests.windows import window_in_words


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was when it was submitted before, in the reader's words."""

    name: str
    before: str
    now: str


def content_of(request: FootageRequest) -> dict[str, Any]:
    """What a supervisor decides about, as plain values."""
    return {
        "kind": request.kind,
        "case": request.case.number,
        "incident": request.incident_names,
        "reason": request.reason,
        "message": request.message,
        "translations": request.message_translations,
        "area": request.area,
        "left_out": [f"{one['place']}: {LeftOutReason(one['reason']).label}" for one in request.left_out],
        "windows": [[start.isoformat(), end.isoformat()] for start, end in request.windows],
    }


def remember_submission(request: FootageRequest) -> None:
    """Keep what is being submitted, and what was submitted before. The caller saves."""
    request.previous_content = request.submitted_content
    request.submitted_content = content_of(request)


def differences(request: FootageRequest) -> list[Difference]:
    """What the last submission changed against the one before; empty for a first one."""
    before, now = request.previous_content, request.submitted_content
    if not before or not now:
        return []
    told: list[tuple[str, str, Callable[[Mapping[str, Any]], Any]]] = [
        (_("Kind of request"), "kind", lambda content: str(RequestKind(content["kind"]).label)),
        (_("Case"), "case", lambda content: content["case"]),
        (_("What happened"), "incident", lambda content: in_language(content["incident"])),
        (_("Time"), "windows", lambda content: _windows(content, request.time_zone)),
        (_("Area"), "area", lambda content: content["area"]),
        (_("Left out"), "left_out", lambda content: "; ".join(content.get("left_out", [])) or "–"),
        (_("Why"), "reason", lambda content: content["reason"]),
        (_("Message to the owners"), "message", lambda content: content["message"] or "–"),
        (
            _("Translations of the message"),
            "translations",
            lambda content: "\n".join(content.get("translations", {}).values()) or "–",
        ),
    ]
    found: list[Difference] = []
    for name, key, words in told:
        if before.get(key) == now.get(key):
            continue
        if key == "area":
            found += [Difference(*place) for place in changed_places(before[key], now[key])]
        else:
            found.append(Difference(name, words(before), words(now)))
    return found


def _windows(content: Mapping[str, Any], zone: str) -> str:
    instants = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in content["windows"]]
    return "; ".join(window_in_words(start, end, zone) for start, end in instants)
