"""/healthz, /readyz, /metrics.

`/healthz` says to anybody that the process answers, and nothing else. The others tell how busy the portal is and what
is broken, which helps an attacker: they need MONITOR_TOKEN. Not “from the loopback alone”, because behind a proxy on
the same computer every caller comes from there.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.errors import NotFound
from apps.health.figures import exposition
from apps.health.readings import can_serve, readings


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing is asked of anybody else."""
    return _plain(HttpResponse("ok\n", content_type="text/plain; charset=utf-8"))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The readings; 503 where traffic should go elsewhere. Raises NotFound without the token."""
    _check(request)
    found = readings()
    is_ready = can_serve(found)
    body = {
        "ready": is_ready,
        # Late work or a late backup: somebody has to look, and traffic stays.
        "degraded": [one.name for one in found if not one.good],
        "readings": {one.name: {"value": one.value, "good": one.good} for one in found},
    }
    return _plain(JsonResponse(body, status=200 if is_ready else 503))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of all processes for Prometheus. Raises NotFound without the token."""
    _check(request)
    return _plain(HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8"))


def _check(request: HttpRequest) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.MONITOR_TOKEN or not constant_time_compare(given, settings.MONITOR_TOKEN):
        raise NotFound(_("We cannot find that"))


def _plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
