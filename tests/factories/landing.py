"""Where a walk over many addresses lands: a page to which many of them lead is opened once for each person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from tests.factories.sessions import is_signed_in

SEE_OTHER = (301, 302, 303)
# Where people are sent to sign in or to prove more. Being sent there changes nothing.
GATES = ("/accounts/login/", "/accounts/signup/", "/accounts/staff/notice/", "/accounts/reauthenticate/")


class Landings:
    """Follows redirects for one person, and knows what it found where a path led before."""

    def __init__(self) -> None:
        self._known: dict[tuple[bool, str], Any] = {}

    def follow(self, client: Client, response: Any) -> Any:
        """The answer where `response` leads; itself if it is no redirect.

        What a POST may have changed is always looked at. Signed out, the same path leads elsewhere.
        """
        if response.status_code not in SEE_OTHER:
            return response
        address = response["Location"]
        path = urlsplit(address).path
        key = (is_signed_in(client), path)
        asked = response.wsgi_request.method in ("GET", "HEAD")
        if key not in self._known or not (asked or path in GATES):
            self._known[key] = client.get(address, follow=True)
        return self._known[key]
