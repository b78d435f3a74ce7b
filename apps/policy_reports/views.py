"""Where browsers send their reports."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.policy_reports.reading import violations_in
from apps.policy_reports.services import count_violation, may_report

MOST_BYTES = 16_384


@csrf_exempt  # browsers send reports without a token; nothing but counts is changed
@require_POST
def take_report(request: HttpRequest) -> HttpResponse:
    """Count what is reported; 204 whatever it was, 413 for a body that no report has. Reads no more than it takes."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    hosts = {request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower()}
    found = list(violations_in(body, hosts=hosts))
    if found and may_report():
        for violation in found:
            count_violation(violation)
    return HttpResponse(status=204)
