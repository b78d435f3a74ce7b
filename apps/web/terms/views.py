"""Terms: what holds and what is coming, read and compared, accepted with one button, kept."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import Stale
from apps.partners.models import Partner
from apps.terms.models import TermsVersion
from apps.terms.selectors import (
    acceptance_record,
    acceptances_of,
    announced_documents,
    coming_terms,
    documents_in_force,
    get_acceptance_for,
    last_accepted,
    outstanding_terms,
    shown_after,
    shown_terms,
)
from apps.terms.services import accept_documents
from apps.terms.services.accepting import shown_from
from apps.web.cameras.selectors import cameras_of
from apps.web.decorators import public_person, registrant_page, runs_partner

ROLE = "registrant"


@require_safe
def public_terms(request: HttpRequest) -> HttpResponse:
    """What holds, and what is announced, for everybody to read."""
    context = {
        "documents": [shown_terms(version) for version in documents_in_force()],
        "coming": [shown_terms(version, since=_present(version)) for version in announced_documents()],
    }
    return render(request, "web/terms/terms.html", context)


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def accept_terms(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """What is in force and not accepted, on one page, with one button. What was shown is what is accepted."""
    if not outstanding_terms(partner):
        return redirect("web:start")
    if request.method == "POST":
        try:
            _accept(request, user, partner)
        except Stale:
            return _accept_page(request, user, partner, status=409)
        messages.success(request, _("Thank you. The terms are accepted, and a copy is on its way to you."))
        return redirect("web:cameras" if cameras_of(user, partner).exists() else "web:add_camera")
    return _accept_page(request, user, partner)


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_terms(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """What the partner accepted, what is coming with a comparison, and accepting that early."""
    changed = False
    if request.method == "POST":
        try:
            _accept(request, user, partner)
        except Stale:
            changed = True
        else:
            messages.success(request, _("Thank you. The terms are accepted, and a copy is on its way to you."))
            return redirect("web:my_terms")
    former = last_accepted(partner)
    outstanding = outstanding_terms(partner)
    holding = [
        version
        for version in documents_in_force()
        if version not in outstanding
        and former.get(version.kind) not in (None, version)
        and (former[version.kind].number or 0) < (version.number or 0)
    ]
    context = {
        "nav": "account",
        "changed": changed,
        "outstanding": outstanding,
        "coming": shown_after(former, coming_terms(partner)),
        "holding": shown_after(former, holding),
        "acceptances": acceptances_of(partner),
        "may_accept": runs_partner(request, partner),
    }
    return render(request, "web/terms/my_terms.html", context, status=409 if changed else 200)


@login_required
@require_safe
def accepted_terms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The very text that was accepted, to print."""
    record = acceptance_record(get_acceptance_for(public_person(request), public_id))
    return render(request, "web/terms/accepted_terms.html", {"nav": "account", "record": record})


def _accept(request: HttpRequest, user: User, partner: Partner) -> None:
    accept_documents(
        partner=partner, user=user, shown=shown_from(request.POST.getlist("shown")), actor=actor_for(user, role=ROLE)
    )


def _accept_page(request: HttpRequest, user: User, partner: Partner, *, status: int = 200) -> HttpResponse:
    former = last_accepted(partner)
    context = {
        "documents": shown_after(former, outstanding_terms(partner)),
        "changed": status == 409,
        "may_accept": runs_partner(request, partner),
        "first": not former,
    }
    return render(request, "web/terms/accept_terms.html", context, status=status)


def _present(version: TermsVersion) -> TermsVersion | None:
    return next((one for one in documents_in_force() if one.kind == version.kind), None)
