"""Language and time zone of the person, and the staff's second factor."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.second_factor import has_second_factor, passed_second_factor, proof_page
from apps.accounts.staff_session import newest_proof


class LanguageMiddleware(LocaleMiddleware):
    """By cookie, else by browser; an account's own choice follows once the person is known."""


class AccountPreferencesMiddleware:
    """Applies a signed-in person's language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(_zone(getattr(request.user, "time_zone", "") or settings.PORTAL_TIME_ZONE)):
            return self.get_response(request)


class StaffSecondFactorMiddleware:
    """A staff session that did not pass a second factor reaches nothing but the pages that lead to one (CJIS IA-2).

    An account without an authenticator app is led to setting one up; a session of an account that has one, to giving
    its code. Programs that ask for no page get 403 instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            not request.user.is_authenticated
            or not request.user.is_staff
            or passed_second_factor(request)
            or newest_proof(request, "mfa")  # too long ago: StaffSessionMiddleware asks, and keeps what was sent
            or request.path.startswith(_open_to_all_staff())
            or (request.path == reverse("mfa_add_webauthn") and not has_second_factor(request.user))
        ):
            return self.get_response(request)
        if not request.accepts("text/html"):
            return JsonResponse({"detail": _("A staff account needs its second factor first.")}, status=403)
        page = reverse(proof_page(request.user))
        if has_second_factor(request.user):
            return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
        return redirect(page)


def _open_to_all_staff() -> tuple[str, ...]:
    return (
        "/static/",
        reverse("mfa_activate_totp"),
        reverse("account_logout"),
        reverse("account_reauthenticate"),
        reverse("mfa_reauthenticate"),
        reverse("mfa_reauthenticate_webauthn"),
        reverse("web:language"),
        reverse("staff:notice"),
    )


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
