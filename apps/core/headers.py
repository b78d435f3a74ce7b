"""Headers of every answer: what a page may ask of a device, who may load it, who may keep it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

NOTHING_RUNS = "; ".join(
    ("sandbox", *(f"{name} 'none'" for name in ("default-src", "base-uri", "form-action", "frame-ancestors")))
)
"""Content-Security-Policy of a file that somebody gave: it is never run as a page of ours."""


class HeadersMiddleware:
    """Stands before all others that answer, so that refusals, redirects and static files carry the headers too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._fixed = {
            "Permissions-Policy": settings.PERMISSIONS_POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Reporting-Endpoints": settings.REPORTING_ENDPOINTS,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self._fixed.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control") and is_for_somebody(request, response):
            patch_cache_control(response, no_store=True, private=True)
        return response


def is_for_somebody(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether what the caller sent, or is given to keep, may have shaped the answer: a cookie or a key for programs."""
    return bool(request.COOKIES or response.cookies or "Authorization" in request.headers)
