"""When and where a session was last seen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

EVERY_S = 300


class SessionActivityMiddleware:
    """Notes each session at most every five minutes: allauth's own note writes to the database at each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            # The key of a session opens it: the cache gets a digest.
            digest = hashlib.sha256(request.session.session_key.encode()).hexdigest()
            if cache.add(f"seen:{digest}", True, EVERY_S):
                UserSession.objects.create_from_request(request)
        return self.get_response(request)
