"""The page on which a registrant makes, replaces and revokes the key for programs."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import actor_for
from apps.accounts.api_tokens import has_token, issue_token, revoke_token
from apps.web.decorators import public_person


@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def api_key(request: HttpRequest) -> HttpResponse:
    """Shows a new key once; it cannot be shown again, because only its digest is kept."""
    user = public_person(request)
    key = ""
    if request.method == "POST" and "revoke" in request.POST:
        if revoke_token(user=user, actor=actor_for(user)):
            messages.success(request, _("The key is revoked. Programs that use it are shut out."))
        return redirect("web:api_key")
    if request.method == "POST":
        key = issue_token(user=user, actor=actor_for(user))
    return render(request, "web/account/api_key.html", {"nav": "account", "key": key, "has_key": has_token(user)})
