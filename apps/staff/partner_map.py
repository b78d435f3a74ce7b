"""The staff's map of partner cameras: a purpose and a reason first, and each access is an entry in the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.cameras.selectors import PlacedCamera, places_in_view
from apps.core.errors import InvalidInput, NotFound
from apps.geo import for_map


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  admin_view let nobody else in
    return request.user


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose; with one, show the map. `?another` asks again."""
    user = _staff(request)
    form = PurposeForm(user, AccessKind.PARTNER_MAP, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.open():
        return redirect("admin:partner_map")
    asks = request.method == "POST" or "another" in request.GET
    purpose = None if asks else may_access(user, AccessKind.PARTNER_MAP).purpose
    context = {
        **admin.site.each_context(request),
        "title": _("Partner map"),
        "form": form,
        "purpose": purpose,
        "map_config": {**map_config(), "places": reverse("admin:partner_map_places")} if purpose else None,
    }
    return render(request, "admin/partner_map.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """The cameras in view as JSON, for the map and the list beside it. Raises NotFound without a current purpose."""
    user = _staff(request)
    purpose = may_access(user, AccessKind.PARTNER_MAP).purpose
    if purpose is None:
        raise NotFound(_("Your purpose has ended. Say again why you need access."))
    try:
        west, south, east, north = (float(edge) for edge in request.GET.get("bounds", "").split(","))
    except ValueError as error:
        raise InvalidInput(_("These are no bounds.")) from error
    seen = places_in_view(purpose=purpose, bounds=(west, south, east, north), user=user)
    return JsonResponse({"cameras": [_shown(one) for one in seen]})


def _shown(one: PlacedCamera) -> dict[str, Any]:
    camera, place = one.camera, one.place
    return {
        "id": str(camera.public_id),
        "name": camera.name,
        "site": camera.site.name,
        "partner": camera.site.partner.name,
        "state": camera.get_state_display(),
        "retention_hours": camera.retention_hours,
        **for_map(place),
    }
