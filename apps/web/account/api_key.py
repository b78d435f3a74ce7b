"""The page on which a registrant makes, sees and revokes keys for programs."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.api_keys import issue_key, keys_of, revoke_key
from apps.accounts.key_form import KeyForm
from apps.core.errors import InvalidInput, TooMany
from apps.web.decorators import public_person


@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def api_key(request: HttpRequest) -> HttpResponse:
    """The keys, and the form for a new one. A new key is shown once: only its digest is kept."""
    user = public_person(request)
    form, made, secret = KeyForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = issue_key(user=user, actor=actor_for(user), **form.cleaned_data)
            form = KeyForm()
        except InvalidInput as error:
            form.refuse(error)
        except TooMany as refusal:
            form.add_error(None, str(refusal.message))
    context = {"nav": "account", "form": form, "made": made, "secret": secret, "keys": keys_of(user)}
    return render(request, "web/account/api_key.html", context, status=422 if form.errors else 200)


@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]
@require_POST
def revoke_api_key(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One tap shuts out the programs that use this key."""
    user = public_person(request)
    if revoke_key(user=user, public_id=public_id, actor=actor_for(user)):
        messages.success(request, _("The key is revoked. Programs that use it are shut out."))
    return redirect("web:api_key")
