"""The page of the portal's own state, for program managers: what works, what waits, and since when."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.health.readings import readings


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """Every reading, with those first at which somebody should look."""
    if not serves_as(request.user, Role.PROGRAM_MANAGER):
        raise PermissionDenied
    found = readings()
    context = {
        **admin.site.each_context(request),
        "title": _("State of the portal"),
        "readings": sorted(found, key=lambda one: one.good),
        "bad": sum(not one.good for one in found),
    }
    response = TemplateResponse(request, "admin/system.html", context)
    response["Cache-Control"] = "no-store"
    return response
