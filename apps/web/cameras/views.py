"""A partner's own cameras: see, add, change, withdraw."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.features import public_registration
from apps.agencies.maps import map_config
from apps.cameras.geocoding import Found, find_address
from apps.cameras.models import Camera
from apps.cameras.places import is_in_bounds
from apps.cameras.selectors import draft_of, own_view
from apps.cameras.services import draft_values, withdraw_camera
from apps.cameras.services.own import NEW_CAMERA, NEW_SITE, change_camera, register_camera_at
from apps.core.errors import InvalidInput, PortalError, Stale
from apps.core.paging import page_of
from apps.partners.models import Partner
from apps.web.cameras.editing import merge, seal_read
from apps.web.cameras.forms import (
    CameraForm,
    EditCameraForm,
    WithdrawForm,
    first_values,
)
from apps.web.cameras.page import camera_form_page
from apps.web.cameras.presentation import entry_facts
from apps.web.cameras.selectors import (
    camera_card,
    cameras_found,
    cameras_of,
    first_names_of,
    get_camera_of,
    is_uuid,
    listed_cameras,
    named_cameras_of,
    sites_to_choose,
)
from apps.web.confirmation.selectors import confirmation_notices
from apps.web.decorators import (
    manager_page,
    page_is_about,
    registrant_page,
    runs_partner,
)
from apps.web.head import entered_for_me, has_outstanding_terms
from apps.web.joining.views import while_open

ROLE = "registrant"
TYPED_MOST = 100


@registrant_page
@require_safe
def index(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """The partner's cameras, as a list and on a map; names alone for somebody who only answers requests."""
    if not runs_partner(request, partner):
        named = page_of(request, named_cameras_of(user, partner))
        return render(request, "web/confirmation/cameras_named.html", {"nav": "cameras", "page": named})
    typed, site = request.GET.get("q", "")[:TYPED_MOST].strip(), request.GET.get("site", "")
    narrowed = bool(typed or site)
    found = cameras_found(user, partner, typed=typed, site=site) if narrowed else listed_cameras(user, partner)
    page = page_of(request, found)
    shown = [camera_card(camera) for camera in page.rows]
    context = {
        "nav": "cameras",
        "page": page,
        "cards": shown,
        "terms": has_outstanding_terms(request, partner),
        "confirmation": confirmation_notices(partner, None if narrowed or page.has_others else page.rows),
        "typed": typed,
        "narrowed": narrowed,
        "keep": urlencode({name: value for name, value in (("q", typed), ("site", site)) if value}),
        "entered_for_me": entered_for_me(request, user),
        "map_config": map_config(with_zones=False),
        "map_cameras": [card.on_map for card in shown],
        "opening": None if shown or narrowed else public_registration(),
    }
    return render(request, "web/cameras/cameras.html", context)


@while_open
@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Second step of registering, and every further camera.

    `?like=` starts with another one's place and make, `?site=` at one of the partner's sites.
    """
    if has_outstanding_terms(request, partner):
        return redirect("web:accept_terms")
    taken = first_names_of(user, partner)
    beside = _beside(user, partner, request.GET.get("like", ""))
    draft = draft_of(user, partner, NEW_CAMERA)
    started = draft_values(draft) if draft is not None and beside is None else {}
    if at := request.GET.get("site"):
        started["site"] = at
    sites, more_sites = sites_to_choose(
        partner, [request.POST.get("site"), started.get("site"), str(beside.site.public_id) if beside else None]
    )
    initial = first_values(sites, taken, beside) | started
    post, found = _with_address_found(request, user)
    form = CameraForm(post, sites=sites, more_sites=more_sites, initial=initial)
    if isinstance(found, InvalidInput):
        form.refuse(found)
    elif "find" not in request.POST and request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            camera = register_camera_at(
                partner=partner,
                user=user,
                site_id=data.get("site") or NEW_SITE,
                site_name=data["site_name"],
                site_address=data["site_address"],
                request_key=data["request_key"],
                actor=actor_for(user, role=ROLE),
                details=form.details(),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            return redirect("web:registered", public_id=camera.public_id)
    context = {
        "first": not taken,
        "beside": beside,
        "draft": draft if request.method != "POST" and beside is None else None,
        "draft_version": draft.version if draft else 0,
        "draft_form": NEW_CAMERA,
        "found": found if isinstance(found, Found) else None,
    }
    return camera_form_page(request, form, context)


@registrant_page
@require_safe
def registered(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """It worked, and what happens next."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)
    entry = camera.catalog_entry
    context = {
        "nav": "cameras",
        "card": camera_card(camera),
        "outside": not is_in_bounds(camera.place.latitude, camera.place.longitude),
        "has_photo": own_view(user, camera) is not None,
        "help": entry_facts(entry) if entry else None,
    }
    return render(request, "web/cameras/camera_registered.html", context)


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Change a camera. An editor who read an older version is told what changed, and keeps what was typed."""
    camera = get_camera_of(user, public_id)
    partner = camera.site.partner
    page_is_about(request, partner)
    present = EditCameraForm.initial_of(camera)
    draft = draft_of(user, partner, str(public_id))
    kept = draft_values(draft) if draft and request.method != "POST" else {}
    form = EditCameraForm(request.POST or None, camera=camera, initial=present | kept)
    changes, status = None, 200
    read: Any = request.POST.get("read") or kept.get("read") or seal_read(present)
    if request.method == "POST" and form.is_valid():
        try:
            change_camera(
                camera=camera,
                version=form.cleaned_data["version"],
                partner=partner,
                user=user,
                actor=actor_for(user, role=ROLE),
                details=form.details(camera),
            )
        except Stale:
            camera = get_camera_of(user, public_id)
            merged, changes = merge(request.POST, EditCameraForm.initial_of(camera), form)
            form, status, read = EditCameraForm(merged, camera=camera), 409, merged["read"]
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved. Staff will look at the change."))
            return redirect("web:cameras")
    context = {
        "card": camera_card(camera),
        "changes": changes,
        "read": read,
        "draft": draft if kept else None,
        "draft_version": draft.version if draft else 0,
        "draft_form": str(public_id),
    }
    return camera_form_page(request, form, context, status=status)


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Withdraw one camera, after a question."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)
    form = WithdrawForm(request.POST or None, initial={"version": camera.version})
    if request.method == "POST" and form.is_valid():
        withdraw_camera(
            camera=camera, version=form.cleaned_data["version"], user=user, actor=actor_for(user, role=ROLE)
        )
        messages.success(request, _("The camera is withdrawn. It will not be matched to any request."))
        return redirect("web:cameras")
    return render(
        request, "web/cameras/camera_withdraw.html", {"nav": "cameras", "card": camera_card(camera), "form": form}
    )


def _beside(user: User, partner: Partner, public_id: str) -> Camera | None:
    """The camera beside which another one is registered, if it is this partner's."""
    return cameras_of(user, partner).filter(public_id=public_id).first() if is_uuid(public_id) else None


def _with_address_found(request: HttpRequest, user: User) -> tuple[QueryDict | None, Found | InvalidInput | None]:
    """The post, with the point of its address where the button for that was pressed: for pages without a script."""
    if request.method != "POST":
        return None, None
    if "find" not in request.POST:
        return request.POST or None, None
    post = request.POST.copy()
    try:
        found = find_address(address=post.get("site_address", ""), user=user)[0]
    except PortalError as error:
        fields = getattr(error, "fields", {}) or {"site_address": error.message}
        return post, InvalidInput(error.message, fields=fields)
    post["latitude"], post["longitude"] = str(found.latitude), str(found.longitude)
    return post, found
