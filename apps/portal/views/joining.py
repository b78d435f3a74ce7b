"""Joining, accepting the terms, saying who may ask, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.accounts.services import learn_name
from apps.core.errors import InvalidInput
from apps.partners.models import Partner, PartnerKind
from apps.partners.selectors import current_partner_of
from apps.partners.services import join_program, leave_program
from apps.portal.doors import manager_page, public_person
from apps.portal.forms import JoinForm, LeaveForm

ROLE = "registrant"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """First step: who takes part, and which agencies may ask."""
    user = public_person(request)
    if user.closed_at is not None:
        return redirect("portal:account")
    if current_partner_of(user) is not None:
        return redirect("portal:start")
    return _join(request, user, initial={"kind": "resident", "name": user.name}, another=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_another(request: HttpRequest) -> HttpResponse:
    """The same for somebody who acts for a partner already: a business beside the home, an association, a shop."""
    return _join(request, public_person(request), initial={"kind": "business"}, another=True)


def _join(request: HttpRequest, user: User, *, initial: dict[str, str], another: bool) -> HttpResponse:
    form = JoinForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            join_program(
                user=user,
                kind=data["kind"],
                name=data["name"],
                agencies=list(data["agencies"]),
                request_key=data["request_key"],
                actor=actor_for(user, role=ROLE),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            if data["kind"] == PartnerKind.RESIDENT:
                learn_name(user=user, name=data["name"])  # a household is registered under its person's name
            return redirect("portal:start")
    context = {"form": form, "another": another}
    return render(request, "portal/join.html", context, status=422 if form.errors else 200)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Leaving, with what it means."""
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leave_program(partner=partner, user=user, actor=actor_for(user, role=ROLE))
        messages.success(request, _("You have left the program. Nobody will ask you for video."))
        return redirect("portal:home")
    context = {"form": form, "nav": "account", "partner": partner}
    return render(request, "portal/leave.html", context, status=422 if form.errors else 200)
