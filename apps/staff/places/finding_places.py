"""Streets, corners and addresses for the staff's maps, as one types."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from apps.core import text
from apps.streets.search import find_places

QUESTION_MOST = 200


@require_POST
def find(request: HttpRequest) -> JsonResponse:
    """The places that `q` may mean. It comes in the body, so that no log holds where somebody looks."""
    question = text.line(request.POST.get("q", ""), field="q", most=QUESTION_MOST, required=False)
    found = [asdict(place) for place in find_places(question, typing=True)]
    return JsonResponse({"found": found}, headers={"Cache-Control": "no-store"})
