"""What requests made at random found: refusals that were not what the description says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.agencies.models import Role
from apps.api.paging import BoundedPagination
from tests.factories.api_clients import by_token
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def described() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/schema/?format=json").json()
    return found


def test_every_operation_describes_its_refusals_as_problem_documents(described: dict[str, Any]) -> None:
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert operations
    for operation in operations:
        assert set(operation["responses"]["4XX"]["content"]) == {PROBLEM}, operation["operationId"]


def test_what_may_be_null_is_described_so(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    for name, field in (("Partner", "left_at"), ("Site", "closed_at")):
        assert schemas[name]["properties"][field]["nullable"], name


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["cameras/nonsense/withdraw/", "cameras/%0A/", "nowhere"])
def test_an_address_that_leads_nowhere_is_a_problem_document_by_every_method(method: str, address: str) -> None:
    """In a session without a form's token too: the page about forms that were open for too long came instead."""
    browser = sign_in(Client(enforce_csrf_checks=True), staff(Role.AUDITOR))
    for client in (browser, by_token(registrant()[0])):
        answer = client.generic(method, f"/api/v1/{address}", b"{}", "application/json")
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


def test_a_form_is_not_taken_for_json() -> None:
    client = by_token(registrant()[0])
    answer = client.post("/api/v1/sites/", {"name": "Home"})
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**400])
@pytest.mark.parametrize("name", ["limit", "offset"])
def test_a_number_that_no_database_counts_to_is_cut(name: str, number: int) -> None:
    """It was a 500."""
    answer = by_token(registrant()[0]).get(f"/api/v1/partners/?{name}={number}")
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == (name == "limit")


def test_a_page_has_at_most_two_hundred_rows() -> None:
    assert BoundedPagination.max_limit == 200
    answer = by_token(registrant()[0]).get("/api/v1/partners/?limit=100000&offset=1")
    assert "limit=200" in answer.json()["previous"]
