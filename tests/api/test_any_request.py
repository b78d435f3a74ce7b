"""Any request that the schema allows, and many that it does not, as everybody: no 5xx, always what the schema says.

Schemathesis makes the requests from the API's own description; they go through the whole application (WSGI) into a
real database. API_CASES says how many in all; 300 unless it asks for more, as before a release: 10,000.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks

from apps.accounts.api_keys import issue_key
from apps.accounts.models import KeyScope
from apps.agencies.keys import issue_agency_key
from apps.agencies.models import Role
from apps.evidence.services.pieces import Found, propose_piece
from apps.footage_requests.models import Invitation, Match
from apps.partners.models import MemberRole
from config.wsgi import application
from tests.factories.actors import actor_for
from tests.factories.api_clients import new_key
from tests.factories.cameras import camera
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, member, registrant, staff
from tests.factories.sessions import sign_in

CASES = int(os.environ.get("API_CASES", "300"))
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
ROLES = ["anonymous", "partner", "responder", "reader", "recorder", "dispatch", *Role.values]
OPERATIONS = [
    "POST /calls/",
    *("GET /cameras/", "POST /cameras/", "GET /cameras/{id}/", "PATCH /cameras/{id}/", "POST /cameras/{id}/withdraw/"),
    *("GET /catalog/", "GET /invitations/", "GET /invitations/{id}/", "POST /invitations/{id}/answers/"),
    *("GET /partners/", "GET /partners/{id}/", "GET /partners/{id}/consent/", "PUT /partners/{id}/consent/"),
    *("GET /exporter/requests/", "GET /exporter/pieces/", "POST /exporter/pieces/", "GET /exporter/pieces/{id}/"),
    *("GET /sites/", "POST /sites/", "GET /sites/{id}/", "PATCH /sites/{id}/", "POST /sites/{id}/close/"),
]
EACH = max(1, CASES // (len(ROLES) * len(OPERATIONS)))


@dataclass(frozen=True)
class World:
    """What exists for a caller: ids that lead somewhere, and how the caller proves who it is."""

    ids: dict[str, UUID]
    match: UUID
    headers: dict[str, str]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The application ends its connection with each request, and the test's transaction lives in it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def schema(django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


def world(role: str) -> World:
    """A partner with a camera that an agency asked, and a caller in this role."""
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    own = camera(partner)
    opened = open_request(agency, own)
    start, end = opened.request.windows[0]
    piece, _new = propose_piece(
        match=opened.match,
        found=Found("a", start, end),
        key=issue_key(user=owner, name="recorder", scope=KeyScope.EXPORTER, days=None, actor=actor_for(owner))[0],
        user=owner,
        actor=actor_for(owner),
    )
    ids = {
        "exporter": piece.public_id,
        "cameras": own.public_id,
        "sites": own.site.public_id,
        "partners": partner.public_id,
        "invitations": Invitation.objects.get(pk=opened.invitation.pk).public_id,
    }
    return World(ids, Match.objects.get(pk=opened.match.pk).public_id, headers_of(role, owner, partner, agency))


def headers_of(role: str, owner: Any, partner: Any, agency: Any) -> dict[str, str]:
    if role == "anonymous":
        return {}
    if role == "dispatch":
        manager = staff(Role.PROGRAM_MANAGER, agency)
        _key, secret = issue_agency_key(user=manager, agency=agency, name="dispatch", days=90)
        return {"Authorization": f"Token {secret}"}
    if role in Role.values:
        client = Client()
        sign_in(client, staff(role, agency))
        token = "a" * 32  # the same in both places: what writes gets past the check of forms
        cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
        return {"Cookie": cookies, "X-CSRFToken": token}
    caller = member(partner, MemberRole.RESPONDER) if role == "responder" else owner
    scope = {"reader": KeyScope.READ, "recorder": KeyScope.EXPORTER}.get(role, KeyScope.FULL)
    return {"Authorization": f"Token {new_key(caller, scope=scope)}"}


def lead_somewhere(case: Any, there: World) -> None:
    """Put ids of things that exist where the case has invented ones."""
    subject = case.path.split("/")[3]
    if "id" in (case.path_parameters or {}) and subject in there.ids:
        case.path_parameters["id"] = str(there.ids[subject])
    if not isinstance(case.body, dict):
        return
    if "received_at" in case.body:  # most dates that a schema allows lie in the future
        case.body["received_at"] = "2026-11-01T12:00:00Z"
        case.body.pop("changed_at", None)
    if "match" in case.body:
        case.body["match"] = str(there.match)
    if "site" in case.body:
        case.body["site"] = str(there.ids["sites"])
    if "version" in case.body:
        case.body["version"] = 1
    answers = case.body.get("answers")
    for answer in answers if isinstance(answers, list) else ():
        if isinstance(answer, dict) and "match" in answer:
            answer["match"] = str(there.match)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_any_request_is_answered_as_described(schema: Any, role: str) -> None:
    there = world(role)
    for name in OPERATIONS:
        method, path = name.split(" ")
        operation = schema[f"/api/v1{path}"][method]
        modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

        @seed(f"{role} {name}")
        @settings(
            max_examples=EACH,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=st.one_of(modes), real=st.integers(0, 3))
        def answers(case: Any, real: int) -> None:
            cache.clear()  # the limit of calls in a minute is another test's
            if real:
                lead_somewhere(case, there)
            case.call_and_validate(headers=there.headers, checks=CHECKS)

        answers()


def test_the_operations_are_those_of_the_schema(schema: Any) -> None:
    described = {
        f"{result.ok().method.upper()} {result.ok().path.removeprefix('/api/v1')}"
        for result in schema.get_all_operations()
    }
    assert described == set(OPERATIONS)
