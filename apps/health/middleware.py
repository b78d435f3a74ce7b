"""Each request has an id that its log lines and tasks carry, and is counted by the name of its page."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.request_ids import REQUEST_ID, checked_id
from apps.health.figures import REQUEST_SECONDS, REQUESTS

HEADER = "X-Request-ID"


class SightMiddleware:
    """Stands outermost, so that what others refuse is counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = REQUEST_ID.set(checked_id(request.headers.get(HEADER, "")))
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response[HEADER] = REQUEST_ID.get()
            match = request.resolver_match
            page = (match.view_name if match else "") or "other"
            REQUESTS.labels(page=page, method=request.method or "", status=str(response.status_code)).inc()
            REQUEST_SECONDS.labels(page=page).observe(time.monotonic() - began)
            return response
        finally:
            REQUEST_ID.reset(token)
