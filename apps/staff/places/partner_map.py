"""The staff's map of partner cameras: a purpose and a reason first, and each access is an entry in the ledger.

For a case that nobody approved anything for there are counts, and a form that asks a supervisor.
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from apps.access.forms import PlacesAskForm, PurposeForm
from apps.access.grounds import roles_for
from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.policies import can_ask_for_places
from apps.access.reach import EVERYWHERE
from apps.access.selectors import ended_agreement, kinds_open_to, may_access, own_places_requests
from apps.access.services import ask_for_places
from apps.accounts.models import User
from apps.agencies.features import Feature, check_open_somewhere
from apps.agencies.maps import MapConfig, map_config
from apps.cameras.policies import map_reach
from apps.cameras.selectors import PlacedCamera, conformance_of, get_camera_for, places_by_name, places_in_view
from apps.cameras.states import CameraState
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.counts.models import CountRelease
from apps.counts.selectors import partners_by_zone, shown_cells
from apps.footage_requests.policies import may_begin
from apps.geo import for_map
from apps.geo.units import length_in_words
from apps.layers.policies import sees_layers
from apps.partners.models import PartnerKind
from apps.specifications.states import ConformanceOutcome
from apps.streets.asking import QUESTION_MOST
from apps.streets.search import streets_known

TITLE = gettext_lazy("Partner map")


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  admin_view let nobody else in
    return request.user


def _check_open(user: User) -> None:
    """Raise NotAllowed where the map is switched off at each agency whose roles open it for the person."""
    check_open_somewhere(user, Feature.PARTNER_MAP, *(roles_for(AccessKind.PARTNER_MAP) or ("",)))


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose; with one, show the map. `?another` asks again, `?camera=` is a registration under review,
    `?call=` a call of the board."""
    user = _staff(request)
    _check_open(user)
    camera = _registration(user, request.GET.get("camera"))
    cited = {"kind": PurposeKind.CALL, "call": request.GET["call"]} if "call" in request.GET else {}
    form = PurposeForm(user, AccessKind.PARTNER_MAP, request.POST or None, camera=camera, initial=cited)
    if request.method == "POST" and form.is_valid():
        try:
            if form.open():
                return redirect("admin:partner_map")
        except NotAllowed as refused:
            if refused.code != "not_approved":
                raise
            return _ask_page(request, PlacesAskForm(user, initial=form.cleaned_data), status=409)
    asks = request.method == "POST" or "another" in request.GET or bool(cited) or camera is not None
    purpose = None if asks else may_access(user, AccessKind.PARTNER_MAP).purpose
    context = {
        **admin.site.each_context(request),
        "title": TITLE,
        "form": form,
        "purpose": purpose,
        "asked": own_places_requests(user) if can_ask_for_places(user) else [],
        "map_config": _config(purpose),
        "near": purpose is not None and EVERYWHERE not in map_reach(purpose),
        "view_max": length_in_words(settings.PLACES_VIEW_MAX_M),
        "places_per_purpose": settings.PLACES_PER_PURPOSE,
        "call_near": length_in_words(settings.CALL_NEAR_M),
        "may_write": purpose is not None and may_begin(user, purpose.agency),
        "sees_layers": sees_layers(user),
        "finds_places": streets_known(),
        "states": [choice for choice in CameraState.choices if choice[0] != CameraState.RETIRED],
        "outcomes": ConformanceOutcome.choices,
        "partner_kinds": PartnerKind.choices,
        "zones": partners_by_zone().items(),
        "floor": settings.COUNT_FLOOR,
    }
    return render(request, "admin/access/partner_map.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a supervisor to see places for a case."""
    user = _staff(request)
    _check_open(user)
    form = PlacesAskForm(user, request.POST)
    if not form.is_valid():
        return _ask_page(request, form, status=422)
    try:
        asked = ask_for_places(user=user, **form.cleaned_data)
    except InvalidInput as refused:
        form.refuse(refused)
        return _ask_page(request, form, status=422)
    messages.success(request, _("Your supervisors have a mail. You get one when somebody has decided."))
    return redirect("admin:access_placesrequest_change", asked.public_id)


@never_cache
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """The cameras in view as JSON, for the map and the list beside it. Raises NotFound without a current purpose."""
    user = _staff(request)
    _check_open(user)
    purpose = may_access(user, AccessKind.PARTNER_MAP).purpose
    if purpose is None:
        raise NotFound(_("Your purpose has ended. Say again why you need access."))
    try:
        west, south, east, north = (float(edge) for edge in request.GET.get("bounds", "").split(","))
    except ValueError as error:
        raise InvalidInput(_("These are no bounds.")) from error
    seen = places_in_view(purpose=purpose, bounds=(west, south, east, north), user=user)
    return JsonResponse({"cameras": [_shown(one) for one in seen.cameras], "limit": seen.limit})


@never_cache
@require_POST
def sites(request: HttpRequest) -> HttpResponse:
    """The cameras at sites of the name in `q`, as `places` gives those in view. The name comes in the body: no log
    holds it."""
    user = _staff(request)
    _check_open(user)
    purpose = may_access(user, AccessKind.PARTNER_MAP).purpose
    if purpose is None:
        raise NotFound(_("Your purpose has ended. Say again why you need access."))
    name = text.line(request.POST.get("q", ""), field="q", most=QUESTION_MOST, required=False)
    seen = places_by_name(purpose=purpose, name=name, user=user)
    return JsonResponse({"cameras": [_shown(one) for one in seen.cameras], "limit": seen.limit})


def _week(request: HttpRequest) -> str | None:
    made = CountRelease.objects.values_list("pk", "released_at").first()
    return f'"{made[0]}-{made[1]:%s}"' if made else None


@condition(etag_func=_week)
@require_GET
def cells(request: HttpRequest) -> HttpResponse:
    """The week's counts by square, for everybody who may name a purpose of this map; no purpose, and no place in it.

    Raises NotFound for others.
    """
    if not kinds_open_to(_staff(request), AccessKind.PARTNER_MAP):
        raise NotFound(_("There is nothing here."))
    _check_open(_staff(request))
    release = CountRelease.objects.first()
    packed = _packed(release.pk, release.released_at.isoformat()) if release else gzip.compress(b"{}")
    response = HttpResponse(content_type="application/json", headers={"Cache-Control": "private, no-cache"})
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
        response.content = packed
    else:
        response.content = gzip.decompress(packed)
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response


@lru_cache(maxsize=2)
def _packed(release: int, _released_at: str) -> bytes:
    """The answer of a week, the same for everybody. The time is part of the key: a release can be made again."""
    made = CountRelease.objects.get(pk=release)
    return gzip.compress(json.dumps(shown_cells(made), separators=(",", ":")).encode(), 6)


def _registration(user: User, public_id: str | None) -> UUID | None:
    """The camera under review that the address names, if the person may see its registration. Raises NotFound."""
    if not public_id:
        return None
    try:
        return get_camera_for(user, UUID(public_id)).public_id
    except ValueError as error:
        raise NotFound(_("There is no such camera among yours.")) from error


def _ask_page(request: HttpRequest, form: PlacesAskForm, *, status: int) -> HttpResponse:
    """What somebody may know of a case that nobody approved anything for, and the ways on."""
    agency = form.known_agency
    by_zone = partners_by_zone() if agency else {}
    number = str(form["case_number"].value())
    ended = ended_agreement(_staff(request), agency, number) if agency else None
    context = {
        **admin.site.each_context(request),
        "title": _("The approval for this case has ended")
        if ended
        else _("Nobody has approved anything for this case yet"),
        "ended": ended,
        "form": form,
        "case_number": number,
        "may_write": agency is not None and may_begin(_staff(request), agency),
        "zones": [(zone, count) for zone, count in by_zone.items() if agency and zone.agency_id == agency.pk],
    }
    return render(request, "admin/access/ask_for_places.html", context, status=status)


def _config(purpose: Purpose | None) -> dict[str, Any]:
    """The map where the purpose reaches; the city's while there is none, to say where a call is."""
    config: MapConfig = map_config()
    boxes = map_reach(purpose) if purpose else []
    if boxes and EVERYWHERE not in boxes:
        west, south, east, north = zip(*boxes, strict=True)
        config["bounds"] = [min(west), min(south), max(east), max(north)]
    return {**config, **{page: reverse(f"admin:partner_map_{page}") for page in ("places", "sites", "cells")}}


def _shown(one: PlacedCamera) -> dict[str, Any]:
    camera, place = one.camera, one.place
    conformance = conformance_of(camera)
    return {
        "id": str(camera.public_id),
        "name": camera.name,
        "site": camera.site.name,
        "partner": camera.site.partner.name,
        "state": camera.state,
        "stateName": camera.get_state_display(),
        "conformance": conformance.outcome if conformance else "",
        "kind": camera.site.partner.kind,
        "zone": str(camera.zone.public_id) if camera.zone else "",
        "retention_hours": camera.retention_hours,
        **for_map(place),
    }
