"""Confirmation: confirm once a year, replace, history, moving house, pausing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.cameras.link_kinds import CONFIRMATION
from apps.cameras.models import Confirmation
from apps.cameras.selectors import get_camera_with_history
from apps.cameras.services import (
    confirm_cameras,
    replace_camera,
    report_changes,
    settle_move,
)
from apps.core.errors import InvalidInput, Stale
from apps.ledger.values import Actor
from apps.links import access
from apps.links.views import landing
from apps.partners.models import Partner
from apps.partners.services import pause_program, resume_program
from apps.terms.selectors import outstanding_terms
from apps.web.cameras.history import history_of
from apps.web.cameras.page import camera_form_page
from apps.web.cameras.selectors import camera_card, get_camera_of
from apps.web.confirmation.forms import MovedForm, PauseForm, ReplaceCameraForm
from apps.web.confirmation.selectors import (
    Confirmable,
    confirmable,
    confirmation_of,
)
from apps.web.decorators import manager_page

ROLE = "registrant"


class SeeOther(HttpResponseRedirect):
    """303: whatever was posted, the next request is a GET."""

    status_code = 303


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The letter's page: no account is needed. A GET only shows it, because mail scanners follow links."""
    found = confirmation_of(public_id) if access.has_opened(request, CONFIRMATION, public_id) else None
    if found is None:
        return landing(request, CONFIRMATION, public_id)
    if request.method == "POST":
        actor = Actor(kind="confirmation", public_id=str(found.public_id))
        _take_answer(request, found.partner, confirmable(found.partner), actor, confirmation=found)
        return SeeOther(request.path)
    context = {"shown": confirmable(found.partner), "by_link": True, "confirmation_id": found.public_id}
    return render(request, "web/confirmation/confirmation.html", context)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_own(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """The same, signed in."""
    if request.method == "POST":
        _take_answer(request, partner, confirmable(partner), actor_for(user, role=ROLE), user=user)
        return SeeOther(request.path)
    return render(request, "web/confirmation/confirmation.html", {"shown": confirmable(partner), "nav": "cameras"})


def _take_answer(
    request: HttpRequest,
    partner: Partner,
    shown: Confirmable,
    actor: Actor,
    *,
    user: User | None = None,
    confirmation: Confirmation | None = None,
) -> None:
    """What was tapped: all is as it was, or these changed and the rest is as it was."""
    if "changes" in request.POST:
        said = {row.public_id: request.POST.get(f"camera-{row.public_id}", "") for row in shown.rows}
        changes = {public_id: change for public_id, change in said.items() if change}
        report_changes(partner=partner, changes=changes, actor=actor, user=user, confirmation=confirmation)
    count = confirm_cameras(partner=partner, actor=actor, user=user, confirmation=confirmation)
    sentence = ngettext("Thank you. %(n)d camera is confirmed.", "Thank you. %(n)d cameras are confirmed.", count)
    messages.success(request, sentence % {"n": count} if count else _("Thank you. That is all we need."))


@manager_page
@require_safe
def history(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """What happened to one camera, in dates and words; also to one that was withdrawn or replaced."""
    camera = get_camera_with_history(user, public_id)
    context = {
        "nav": "cameras",
        "camera": camera,
        "lines": history_of(camera),
        "replaces": camera.replaces,
        "replaced_by": getattr(camera, "replaced_by", None),
    }
    return render(request, "web/cameras/camera_history.html", context)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Another camera hangs there now: its facts, at first those of the old one."""
    camera = get_camera_of(user, public_id)
    if outstanding_terms(partner):
        return redirect("web:accept_terms")
    form = ReplaceCameraForm(request.POST or None, camera=camera)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            new = replace_camera(
                camera=camera,
                version=form.cleaned_data["version"],
                details=form.details(camera),
                request_key=form.cleaned_data["request_key"],
                user=user,
                actor=actor_for(user, role=ROLE),
            )
        except Stale as error:
            messages.warning(request, str(error.message))
            form, status = ReplaceCameraForm(camera=camera), 409
        except InvalidInput as error:
            form.refuse(error)
        else:
            return redirect("web:registered", public_id=new.public_id)
    return camera_form_page(request, form, {"card": camera_card(camera), "replaces": True}, status=status)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def moved(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """One page and one decision for who moved house."""
    form = MovedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stayed = form.cleaned_data["cameras"] == "stayed"
        settle_move(partner=partner, stayed=stayed, user=user, actor=actor_for(user, role=ROLE))
        if stayed:
            messages.success(request, _("The cameras are out of the program. Nobody will ask you about them."))
        else:
            messages.success(request, _("Now say of each camera where it hangs. Until then nobody asks about it."))
        return redirect("web:cameras")
    shown = confirmable(partner)
    context = {"form": form, "nav": "account", "shown": shown, "reported": shown.reported}
    return render(request, "web/confirmation/moved.html", context, status=422 if form.errors else 200)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Pause until a day or until further notice, and come back."""
    form = PauseForm(None if "resume" in request.POST else request.POST or None)
    if request.method == "POST":
        actor = actor_for(user, role=ROLE)
        if "resume" in request.POST:
            resume_program(partner=partner, user=user, actor=actor)
            messages.success(request, _("Welcome back. You may be asked again."))
            return redirect("web:account")
        if form.is_valid():
            try:
                pause_program(partner=partner, user=user, until=form.until_instant(), actor=actor)
            except InvalidInput as error:
                form.refuse(error)
            else:
                messages.success(request, _("You are on a pause. Nobody asks you for anything."))
                return redirect("web:account")
    context = {"form": form, "nav": "account", "partner": partner}
    return render(request, "web/confirmation/pause.html", context, status=422 if form.errors else 200)
