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
from apps.partners.policies import MANAGING_ROLES, memberships_of
from apps.partners.selectors import consented_agencies, contact_rules_of, current_partner_of, partners_of
from apps.terms.selectors import acceptances_of
from apps.texting.selectors import texts_are_sent


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
    partner = None if user.is_staff else current_partner_of(user) or partners_of(user).last()
    membership = memberships_of(user).filter(partner=partner).first() if partner else None
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
