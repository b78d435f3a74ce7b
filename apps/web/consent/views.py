"""Who may ask a partner, how, at which hours and how often."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import InvalidInput, Stale
from apps.footage_requests.selectors import refused_kinds
from apps.partners.models import Partner
from apps.partners.services.consenting import set_consent
from apps.web.consent.forms import ConsentForm, zone_of
from apps.web.decorators import manager_page

ROLE = "registrant"


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """The partner's consent on one page."""
    initial = ConsentForm.initial_of(partner)
    form = ConsentForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            set_consent(
                partner=partner,
                user=user,
                agencies=list(form.cleaned_data["agencies"]),
                wish=form.wish(zone_of(user)),
                version=form.cleaned_data["version"],
                actor=actor_for(user, role=ROLE),
            )
        except InvalidInput as error:
            form.refuse(error)
        except Stale as error:
            form, status = ConsentForm(initial=ConsentForm.initial_of(partner)), 409
            messages.warning(request, str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("web:account")
    if form.errors:
        status = 422
    context = {"form": form, "nav": "account", "zone": zone_of(user)}
    context["refused_kinds"] = refused_kinds(partner)
    return render(request, "web/consent/consents.html", context, status=status)
