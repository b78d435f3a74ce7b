"""“Sign-in and security”: every way into the account on one page, and where it is signed in."""

from __future__ import annotations

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.views import PasswordSetView
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.passkeys import passkeys_of
from apps.accounts.second_factor import has_second_factor
from apps.accounts.sessions import end_other_sessions, end_session, sessions_of


@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The page. Codes are counted here, never shown."""
    user = cast(User, request.user)
    one_each = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    others = {authenticator.type: authenticator for authenticator in one_each}
    codes = others.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "nav": "account",
        "app": others.get(Authenticator.Type.TOTP),
        "has_codes": codes is not None,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "passkeys": passkeys_of(user),
        "second_factor": has_second_factor(user),
        "sessions": sessions_of(user, this=request.session.session_key),
    }
    return render(request, "account/security.html", context)


def to_security(request: HttpRequest) -> HttpResponse:
    """Where allauth has a page for a part of that page."""
    return redirect("account_security")


@login_required
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Ends the session that the form names, or all but this one."""
    user, this = cast(User, request.user), request.session.session_key
    chosen = request.POST.get("session", "")
    if chosen == "others":
        count = end_other_sessions(user=user, this=this)
        words = ngettext("%(count)s other session has ended.", "%(count)s other sessions have ended.", count)
        messages.success(request, words % {"count": count})
    else:
        end_session(user=user, session_id=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)
        messages.success(request, _("That session has ended."))
    return redirect("account_security")


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class SetPassword(PasswordSetView):  # type: ignore[misc]
    """A first password. Who merely finds a session open sets none: allauth would not ask."""
