"""Keeps staff sessions to their rules: the notice first, a lock after idleness, an end after too many failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import EventKind
from apps.accounts.staff_events import record_event
from apps.accounts.staff_proof import ProofForm, ask_for_proof, proved_with_it
from apps.accounts.staff_session import LOCK_NOTED, NOTICE_AT, is_background, newest_proof, touch, why_locked
from apps.core.problems import wants_json


class StaffSessionMiddleware:
    """Stands after the second factor's. Its questions come in `process_view`, behind the check of CSRF tokens:
    what a locked session is sent is shown again, so it has to come from a page of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and getattr(request, "staff_account_locked", None) == request.user.pk:
            # Somebody guessed at an open session's question: this session ends, the person's others wait for him.
            logout(request)
            messages.error(request, _("This session has ended. We wrote you a mail about it."))
            return redirect("account_login")
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.is_staff or not newest_proof(request, "mfa"):
            return None
        if request.path.startswith(_always_open()):
            return None
        if NOTICE_AT not in request.session:
            return _notice_first(request)
        why = why_locked(request)
        if why is not None:
            if not request.session.get(LOCK_NOTED):
                request.session[LOCK_NOTED] = True
                record_event(
                    request=request, kind=EventKind.SESSION_LOCKED, succeeded=True, user=user, detail=why.value
                )
            proof = proved_with_it(request)
            if proof is not True or why_locked(request) is not None:
                return ask_for_proof(request, why, proof if isinstance(proof, ProofForm) else None)
        if not is_background(request):
            touch(request)
        return None


def _notice_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": _("Read and accept the notice to agency staff first.")}, status=403)
    following = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("admin:index")
    return redirect(f"{reverse('staff:notice')}?{urlencode({'next': following})}")


def _always_open() -> tuple[str, ...]:
    """Pages that lead back in or out."""
    return (
        "/static/",
        reverse("staff:notice"),
        reverse("staff:locked"),
        reverse("staff:active"),
        reverse("account_logout"),
        reverse("mfa_reauthenticate"),
        reverse("account_reauthenticate"),
        reverse("mfa_reauthenticate_webauthn"),
        "/accounts/oidc/",
        "/accounts/saml/",
        reverse("web:language"),
    )
