"""The welcome kit: what a partner prints."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.partners.models import Partner
from apps.web.cameras.selectors import takes_part_with_cameras
from apps.web.decorators import registrant_page
from apps.web.kit import certificate, window_sign

LANGUAGES = dict(settings.LANGUAGES)


@registrant_page
@require_safe
def kit(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """What there is to print, once a first camera takes part."""
    context = {"nav": "account", "ready": takes_part_with_cameras(partner), "languages": settings.LANGUAGES}
    return render(request, "web/kit/kit.html", context)


@registrant_page
@require_safe
def sign_pdf(request: HttpRequest, user: User, partner: Partner, language: str) -> HttpResponse:
    """The sign for the window."""
    _check(partner, language)
    return _pdf(window_sign(language), f"sign-{language}.pdf")


@registrant_page
@require_safe
def certificate_pdf(request: HttpRequest, user: User, partner: Partner, language: str) -> HttpResponse:
    """The partner's certificate."""
    _check(partner, language)
    return _pdf(certificate(partner, language), f"certificate-{language}.pdf")


def _check(partner: Partner, language: str) -> None:
    if language not in LANGUAGES or not takes_part_with_cameras(partner):
        raise Http404


def _pdf(content: bytes, filename: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{filename}"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
