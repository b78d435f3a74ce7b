"""The staff's own pages: the notice before signing in, the locked session, and what keeps one open."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import EventKind, User
from apps.accounts.staff_events import record_event
from apps.accounts.staff_notice import notice_text
from apps.accounts.staff_proof import ProofForm, other_ways
from apps.accounts.staff_session import NOTICE_AT, Why, newest_proof, seconds_left, touch, why_locked
from apps.core.errors import NotFound
from apps.core.problems import wants_json


def _following(request: HttpRequest, otherwise: str = "admin:index") -> str:
    """Where the person was going, if that is one of our own addresses."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted and get_adapter(request).is_safe_url(wanted) else reverse(otherwise)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """What staff have to know and accept before they sign in (CJIS AC-8)."""
    following = _following(request)
    if request.method == "POST":
        request.session[NOTICE_AT] = time.time()
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(following, reverse("account_login"))
        if user.is_staff:
            record_event(request=request, kind=EventKind.NOTICE, succeeded=True, user=user)
        return redirect(following)
    return render(request, "staff/notice.html", {"next": following, "notice": notice_text()})


def nowhere(request: HttpRequest) -> HttpResponse:
    """In place of the library's pages on which people tie accounts of other sites to theirs: nobody does that here.

    An identity provider is the agency's, for its staff, and the first sign-in through it ties the account.
    """
    raise NotFound(_("There is no such page."))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """A locked session opens again here and leads back. Answers JSON to the page that asks within itself."""
    following = _following(request)
    _staff_only(request)
    why = _why(request)
    if why is None:
        return JsonResponse({"open": True}) if wants_json(request) else redirect(following)
    form = ProofForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        form.record()
        return JsonResponse({"open": True}) if wants_json(request) else redirect(following)
    if wants_json(request):
        return JsonResponse({"open": False, "errors": form.errors.get_json_data()}, status=422)
    context = {
        "why": why,
        "form": form,
        "kept": [("next", following)],
        "action": reverse("staff:locked"),
        "ways": other_ways(request, following),
        "idle_minutes": settings.STAFF_IDLE_MINUTES,
        "is_page": True,
    }
    return render(request, "staff/prove.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def active(request: HttpRequest) -> HttpResponse:
    """How many seconds are left; by POST the page says that somebody used keys or pointer. A lock stays locked."""
    _staff_only(request)
    shut = _why(request) is not None
    if request.method == "POST" and not shut:
        touch(request)
    left: dict[str, Any] = {"left": max(0, int(seconds_left(request))), "locked": shut}
    return JsonResponse(left)


def _staff_only(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.is_staff:
        raise NotFound(_("There is no such page."))


def _why(request: HttpRequest) -> Why | None:
    user: Any = request.user
    return why_locked(request) if user.is_staff and newest_proof(request, "mfa") else None
