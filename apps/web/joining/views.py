"""Joining, accepting the terms, saying who may ask, leaving."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.accounts.services import learn_name
from apps.agencies.features import public_registration
from apps.core.errors import InvalidInput, Stale
from apps.partners.models import Partner, PartnerKind
from apps.partners.policies import check_owns
from apps.partners.selectors import current_partner_of
from apps.partners.services import leave_program
from apps.terms.selectors import documents_in_force, shown_terms
from apps.terms.services.accepting import shown_from
from apps.terms.services.joining import join_and_accept
from apps.web.decorators import manager_page, public_person
from apps.web.joining.forms import JoinForm, LeaveForm

ROLE = "registrant"


def while_open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page for a new registration, or one that says that the program takes none yet: before anybody signs up."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        opening = public_registration()
        if opening.is_open:
            return view(request, *args, **kwargs)
        status = 403 if request.method == "POST" else 200
        return render(request, "web/joining/not_open.html", {"opening": opening}, status=status)

    return guarded


@while_open
@login_required(login_url="account_signup")  # who registers a camera is new here; the page leads to sign-in too
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """First step: who takes part, and which agencies may ask."""
    user = public_person(request)
    if user.closed_at is not None:
        return redirect("web:account")
    if current_partner_of(user) is not None:
        return redirect("web:start")
    return _join(request, user, initial={"kind": "resident", "name": user.name}, another=False)


@while_open
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_another(request: HttpRequest) -> HttpResponse:
    """The same for somebody who acts for a partner already: a business beside the home, an association, a shop."""
    return _join(request, public_person(request), initial={"kind": "business"}, another=True)


def _join(request: HttpRequest, user: User, *, initial: dict[str, str], another: bool) -> HttpResponse:
    """Who takes part, who may ask, and the terms, on one page with one button: what was shown is what is accepted."""
    form = JoinForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        data, shown = form.cleaned_data, shown_from(request.POST.getlist("shown"))
        try:
            join_and_accept(
                user=user,
                kind=data["kind"],
                name=data["name"],
                agencies=list(data["agencies"]),
                shown=shown,
                request_key=data["request_key"],
                actor=actor_for(user, role=ROLE),
            )
        except Stale:
            status = 409
        except InvalidInput as error:
            form.refuse(error)
        else:
            if data["kind"] == PartnerKind.RESIDENT:
                learn_name(user=user, name=data["name"])  # a household is registered under its person's name
            return redirect("web:add_camera" if shown else "web:start")
    context = {
        "form": form,
        "another": another,
        "documents": [shown_terms(version) for version in documents_in_force()],
        "changed": status == 409,
    }
    return render(request, "web/joining/join.html", context, status=422 if form.errors else status)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Leaving, with what it means. An owner decides that for everybody; a manager is told before any form."""
    check_owns(user, partner)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leave_program(partner=partner, user=user, actor=actor_for(user, role=ROLE))
        messages.success(request, _("You have left the program. Nobody will ask you for video."))
        return redirect("web:home")
    context = {"form": form, "nav": "account", "partner": partner}
    return render(request, "web/joining/leave.html", context, status=422 if form.errors else 200)
