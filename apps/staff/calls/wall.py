"""The board of calls on a screen of the room: no person is signed in there, and nothing else opens."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.agencies.maps import map_config
from apps.calls.link_kinds import WALL
from apps.calls.models import WallScreen
from apps.calls.selectors import wall_calls
from apps.calls.walls import screen_of
from apps.links import access
from apps.links.views import landing
from apps.staff.calls.rows import answer_rows, rows_of

app_name = "wall"


@never_cache
@require_safe
def board(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The board of the screen's agency; else the page that takes a code."""
    screen = screen_of(request, public_id)
    if screen is None:
        if access.once_opened(request, WALL, public_id):
            return render(request, "wall/ended.html", status=410)
        return landing(request, WALL, public_id)
    context = {
        "title": _("Calls for service"),
        "screen": screen,
        "rows": _rows(screen),
        "rows_address": reverse("wall:rows", args=[public_id]),
        "map_config": map_config(),
    }
    return render(request, "admin/calls/wall.html", context)


@require_safe
def rows(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The rows alone. 410 for a screen that ended: its page loads again and says so."""
    screen = screen_of(request, public_id)
    if screen is None:
        return HttpResponse(status=410, headers={"Cache-Control": "no-store"})
    return answer_rows(request, _rows(screen))


def _rows(screen: WallScreen) -> str:
    return rows_of(list(wall_calls(screen)), own={screen.agency_id}, on_wall=True)


urlpatterns = [
    path("<uuid:public_id>/", board, name="board"),
    path("<uuid:public_id>/rows/", rows, name="rows"),
]
