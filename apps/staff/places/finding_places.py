"""Streets, corners, addresses and zones for the staff's maps, as one types."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from apps.agencies.models import Zone
from apps.core import text
from apps.streets.asking import QUESTION_MOST
from apps.streets.search import find_places

_ZONES_MOST = 3


@require_POST
def find(request: HttpRequest) -> JsonResponse:
    """The places that `q` may mean. It comes in the body, so that no log holds where somebody looks."""
    question = text.line(request.POST.get("q", ""), field="q", most=QUESTION_MOST, required=False)
    found = [*_zones(question), *(asdict(place) for place in find_places(question, typing=True))]
    return JsonResponse({"found": found}, headers={"Cache-Control": "no-store"})


def _zones(question: str) -> list[dict[str, Any]]:
    """Zones whose code or name has a word that begins with each word of the question: “zone 3”, “mid”."""
    words = question.casefold().split()
    found = []
    for zone in Zone.objects.select_related("agency").filter(agency__is_active=True) if words else ():
        label = f"{zone.agency.short_name} {zone}"
        known = [str(Zone._meta.verbose_name).casefold(), *label.casefold().split()]
        if all(any(one.startswith(word) for one in known) for word in words):
            wide, high = zip(*zone.ring, strict=True)
            box = (min(wide), min(high), max(wide), max(high))
            middle = {"longitude": (box[0] + box[2]) / 2, "latitude": (box[1] + box[3]) / 2}
            found.append({"kind": "zone", "label": label, **middle, "bounds": box})
    return found[:_ZONES_MOST]
