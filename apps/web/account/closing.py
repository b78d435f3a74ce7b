"""Closing an account, and keeping it after all."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.privacy.closing import (
    close_account,
    keep_account,
    kept_for_court,
    partners_that_would_leave,
)
from apps.web.confirmation.forms import CloseForm
from apps.web.decorators import public_person

ROLE = "registrant"


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # the library states no types
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why, and the tick. The person proves once more who is at the keyboard."""
    user = public_person(request)
    if user.closed_at is not None:
        return redirect("web:account")
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        close_account(user=user, actor=actor_for(user, role=ROLE))
        messages.success(request, _("Your account is closed. We have sent you a mail that says what happens now."))
        return redirect("web:account")
    context = {
        "form": form,
        "nav": "account",
        "days": settings.ERASE_AFTER_DAYS,
        "leaving": partners_that_would_leave(user),
        "kept_until": kept_for_court(user),
    }
    return render(request, "web/account/close_account.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Undo closing."""
    user = public_person(request)
    if keep_account(user=user, actor=actor_for(user, role=ROLE)):
        messages.success(request, _("Your account stays open. Everything is as it was."))
    return redirect("web:account")
