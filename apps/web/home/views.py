"""Pages for everybody, and where a person lands after signing in."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from apps.accounts.models import User
from apps.accounts.services import choose_account_language
from apps.agencies.features import public_registration
from apps.core.errors import NotFound
from apps.counts.selectors import partners_by_zone
from apps.partners.policies import can_manage_partner
from apps.partners.selectors import current_partner_of
from apps.terms.selectors import outstanding_terms
from apps.web.head import requests_waiting


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The public front page."""
    return render(request, "web/home/home.html", {"counts": partners_by_zone(), "opening": public_registration()})


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The next thing to do: staff go to their desk, a registrant to the first step that is still open."""
    user = request.user
    if not isinstance(user, User) or user.is_staff:
        return redirect("admin:index")
    partner = current_partner_of(user)
    if partner is None:
        return redirect("web:join")
    if not can_manage_partner(user, partner):
        return redirect("web:requests")
    if outstanding_terms(partner):
        return redirect("web:accept_terms")
    return redirect("web:requests" if requests_waiting(request) else "web:cameras")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Sets the language cookie, and the account's own choice when somebody is signed in."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        choose_account_language(user=request.user, language=language)
    response: HttpResponse = set_language(request)
    return response


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). Raises NotFound where the city names nobody."""
    if not settings.SECURITY_CONTACT:
        raise NotFound(_("We cannot find that"))
    expires = (timezone.now() + timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}",
        f"Canonical: {settings.SITE_URL.rstrip('/')}{request.path}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
