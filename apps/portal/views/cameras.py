"""A partner's own cameras: see, add, change, withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.cameras.selectors import sites_of
from apps.cameras.services import update_camera, withdraw_camera
from apps.core.errors import InvalidInput, Stale
from apps.imports.owner_access import invitations_of
from apps.partners.models import Partner
from apps.partners.policies import can_manage_partner
from apps.portal.doors import manager_page, page_is_about, registrant_page, runs_partner
from apps.portal.forms import NEW_SITE, CameraForm, EditCameraForm, WithdrawForm
from apps.portal.paging import page_of
from apps.portal.selectors.cameras import camera_card, cameras_of, get_camera_of, named_cameras_of
from apps.portal.selectors.staying import staying_notices
from apps.portal.services import register_camera_at
from apps.terms.selectors import outstanding_terms

ROLE = "registrant"


@registrant_page
@require_safe
def index(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """The partner's cameras, as a list and on a map; names alone for somebody who only answers requests."""
    if not runs_partner(request, partner):
        named = page_of(request, named_cameras_of(user, partner))
        return render(request, "portal/cameras_named.html", {"nav": "cameras", "page": named})
    page = page_of(request, cameras_of(user, partner))
    shown = [camera_card(camera) for camera in page.rows]
    context = {
        "nav": "cameras",
        "page": page,
        "cards": shown,
        "terms": outstanding_terms(partner),
        "staying": staying_notices(partner),
        "may_import": can_manage_partner(user, partner),
        "entered_for_me": invitations_of(user),
        "map_config": map_config(with_zones=False),
        "map_cameras": [card.on_map for card in shown],
    }
    return render(request, "portal/cameras.html", context)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Third step of registering, and every further camera."""
    if outstanding_terms(partner):
        return redirect("portal:accept_terms")
    sites = list(sites_of(partner))
    initial = {"site_name": "" if sites else _("Home")}
    form = CameraForm(request.POST or None, sites=sites, initial=initial)
    if request.method == "POST" and form.is_valid():
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
            return redirect("portal:registered", public_id=camera.public_id)
    return _form_page(request, form, {"first": not cameras_of(user, partner).exists()})


@registrant_page
@require_safe
def registered(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """It worked, and what happens next."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)
    card = camera_card(camera)
    return render(request, "portal/camera_registered.html", {"nav": "cameras", "card": card})


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Change a camera. An editor who read an older version is told, and nothing is overwritten."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)
    form = EditCameraForm(request.POST or None, initial=EditCameraForm.initial_of(camera))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            update_camera(
                camera=camera,
                user=user,
                version=form.cleaned_data["version"],
                actor=actor_for(user, role=ROLE),
                details=form.details(camera),
            )
        except Stale:
            messages.warning(
                request,
                _("This camera was changed while you were editing. Nothing was saved. Here is how it is now."),
            )
            form, status = EditCameraForm(initial=EditCameraForm.initial_of(camera)), 409
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved. Staff will look at the change."))
            return redirect("portal:cameras")
    return _form_page(request, form, {"card": camera_card(camera)}, status=status)


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
        return redirect("portal:cameras")
    return render(request, "portal/camera_withdraw.html", {"nav": "cameras", "card": camera_card(camera), "form": form})


def _form_page(request: HttpRequest, form: CameraForm, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context |= {"form": form, "map_config": map_config(), "nav": "cameras"}
    return render(request, "portal/camera_form.html", context, status=422 if form.errors else status)
