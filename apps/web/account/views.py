"""A person's account: preferences, consents, terms accepted, ways to sign in."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.forms import PreferencesForm
from apps.accounts.models import User
from apps.accounts.second_factor import has_second_factor
from apps.accounts.services import update_preferences
from apps.partners.models import Membership
from apps.partners.policies import MANAGING_ROLES
from apps.partners.selectors import consented_agencies, contact_rules_of
from apps.terms.selectors import acceptances_of
from apps.texting.selectors import texts_are_sent
from apps.web.head import memberships_of_page


def _shown_membership(request: HttpRequest) -> Membership | None:
    """That of the partner for whom the person acts, else of the newest one that left."""
    rows = memberships_of_page(request)
    acting = next((row for row in rows if row.partner.left_at is None), None)
    return acting or max(rows, key=lambda row: row.partner_id, default=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Everything about the account on one page."""
    user = cast(User, request.user)
    initial = {
        "name": user.name,
        "language": user.language or translation.get_language(),
        "time_zone": user.time_zone,
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        update_preferences(user=user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return redirect("web:account")
    membership = _shown_membership(request)
    partner = membership.partner if membership else None
    context = {
        "form": form,
        "nav": "account",
        "partner": partner,
        "membership": membership,
        "manages": membership is not None and membership.role in MANAGING_ROLES,
        "rules": contact_rules_of(partner) if partner else None,
        "allowed": consented_agencies(partner) if partner else [],
        "acceptances": acceptances_of(partner) if partner else [],
        "texts_are_sent": texts_are_sent(),
        "second_factor": has_second_factor(user),
    }
    return render(request, "web/account/account.html", context, status=422 if form.errors else 200)
