"""Plain HTTP: a browser is led to HTTPS, a program is refused, so that nobody goes on sending a key in the clear."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from apps.core.errors import NotAllowed
from apps.core.problems import problem_response

FOR_PROGRAMS = "/api/"


class PlainHttpMiddleware:
    """Stands before Django's redirect and refuses what comes for programs (ASVS 4.1.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path.startswith(FOR_PROGRAMS):
            sentence = _("Use https. If you sent a key, make a new one: others could read it on the way.")
            return problem_response(request, NotAllowed(sentence, code="plain_http"))
        return self.get_response(request)
