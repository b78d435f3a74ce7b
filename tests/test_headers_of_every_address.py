"""Every address with production's headers and cookies, scored by Mozilla's published rules: A+ for each answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from scripts.check import production_environment
from tests.factories.observatory import policy_of, score
from tests.factories.people import registrant
from tests.factories.sessions import sign_in
from tests.factories.victims import Victim, victim
from tests.test_every_address_has_a_policy import Caller, addresses, filled
from tests.test_every_method_has_a_policy import insiders

pytestmark = pytest.mark.django_db
__all__ = ["victim"]

ROOT = Path(__file__).resolve().parents[1]
A_PLUS = 100
# Settings that decide about headers and cookies; stores, mail and keys stay those of the tests.
DECIDING = (
    *("SECURE_", "SESSION_COOKIE_", "CSRF_", "LANGUAGE_COOKIE_", "COOKIE_", "MESSAGE_", "WHITENOISE_ALLOW"),
    *("MIDDLEWARE", "X_FRAME", "PERMISSIONS_", "ALLOWED_HOSTS", "SITE_URL", "DEBUG"),
)
QUESTION = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in dir(settings) if name.startswith({DECIDING!r})
    and name not in ("CSRF_FAILURE_VIEW", "DEBUG_PROPAGATE_EXCEPTIONS")}}))
"""
HOST = "portal.example.org"


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """What production sets of them."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": "/nonexistent", **production_environment()}
    asked = subprocess.run(
        [sys.executable, "-c", QUESTION], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(asked.stdout)
    return found


@pytest.fixture
def as_in_production(production: dict[str, Any]) -> Iterator[None]:
    with override_settings(**production):
        yield


def answers(victim: Victim) -> Iterator[tuple[str, Any]]:
    """Each address by GET as a stranger, as the partner and as staff of the agency, over HTTPS."""
    callers = [Caller(), *insiders(victim)]
    for name, route in addresses():
        if name.startswith("demo:"):  # not there in production
            continue
        address = "/" + filled(name, route, victim)
        for caller in callers:
            yield address, caller.client().get(address, secure=True, headers={"host": HOST})


@pytest.mark.usefixtures("as_in_production")
def test_every_answer_scores_a_plus(victim: Victim) -> None:
    wrong = []
    for address, response in answers(victim):
        reached, penalties = score(response)
        if penalties or reached < A_PLUS:
            wrong.append(f"{address} {response.status_code}: {reached}, {', '.join(penalties)}")
        policy = policy_of(response)
        if policy.get("frame-ancestors") != {"'none'"} or policy.get("base-uri") != {"'none'"}:
            wrong.append(f"{address}: may be framed, or moves its base")
        if any("unsafe" in source and "wasm" not in source for sources in policy.values() for source in sources):
            wrong.append(f"{address}: {policy}")
        for header, expected in (
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Frame-Options", "DENY"),
        ):
            if response.headers.get(header) != expected:
                wrong.append(f"{address}: {header} is {response.headers.get(header)}")
        if "camera=()" not in response.headers.get("Permissions-Policy", ""):
            wrong.append(f"{address}: pages may ask for the camera")
        if response.wsgi_request.COOKIES and "no-store" not in response.headers.get("Cache-Control", ""):
            wrong.append(f"{address}: may be kept")
        for cookie in response.cookies.values():
            if (
                not cookie.key.startswith("__Host-")
                or cookie["domain"]
                or cookie["path"] != "/"
                or not cookie["secure"]
            ):
                wrong.append(f"{address}: {cookie}")
            if not cookie["httponly"] and cookie["max-age"] != 0:  # one that is taken away has no flags
                wrong.append(f"{address}: scripts read {cookie.key}")
    assert wrong == []


@pytest.mark.usefixtures("as_in_production")
def test_the_cookies_of_links_languages_and_messages_are_tied_to_the_host(victim: Victim) -> None:
    client = Client(headers={"host": HOST})
    client.post("/language/", {"language": "es", "next": "/"}, secure=True)
    user, _partner = registrant()
    sign_in(client, user)
    client.post("/accounts/logout/", secure=True)
    assert {"__Host-language", "__Host-messages"} <= set(client.cookies)
    assert all(name.startswith("__Host-") for name in client.cookies)


@pytest.mark.usefixtures("as_in_production")
def test_plain_http_leads_to_https_on_the_same_host_and_sets_no_cookie() -> None:
    response = Client(headers={"host": HOST}).get("/accounts/login/")
    assert (response.status_code, response["Location"]) == (301, f"https://{HOST}/accounts/login/")
    assert not response.cookies
