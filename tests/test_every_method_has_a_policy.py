"""Every address outside the API by every other method than GET and POST, tried by six people.

Four have no business there, as in `test_every_address_has_a_policy`; the partner itself and staff of the agency in
every role have. What an address does not declare is refused, and nothing is changed by asking.
"""

from __future__ import annotations

import logging

import pytest

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.ledger.models import Entry
from tests.factories.people import StaffFactory
from tests.test_every_address_has_a_policy import (
    Caller,
    Victim,
    addresses,
    assert_harmless,
    filled,
    strangers,
    victim,
)

pytestmark = pytest.mark.django_db
__all__ = ["victim"]

# What an address takes besides GET, HEAD and POST; the API has a description of its own.
DECLARED = {
    "evidence:files": {"PATCH", "DELETE", "OPTIONS"},
    "evidence:file": {"PATCH", "DELETE", "OPTIONS"},
}
REFUSED = (301, 302, 401, 403, 404, 405)


def insiders(victim: Victim) -> list[Caller]:
    """The partner whose things these are, and a staff member of the agency that asked, in every role."""
    owner = victim.partner.memberships.get(role="owner").user
    return [Caller(owner), Caller(everything_at(victim.opened.request.agency))]


def everything_at(agency: Agency) -> User:
    """A staff member who may do everything that anybody may."""
    user = StaffFactory.create()
    for role in Role.values:
        RoleGrant.objects.create(user=user, agency=agency, role=role)
    return user


def outside_the_api() -> list[tuple[str, str]]:
    return [(name, route) for name, route in addresses() if not name.startswith("api-")]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of refusals are expected; writing each of them down takes longer than giving it."""
    caplog.set_level(logging.ERROR, logger="django.request")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_what_an_address_does_not_declare_is_refused_and_changes_nothing(victim: Victim, method: str) -> None:
    callers = [*strangers(), *insiders(victim)]
    if method not in ("PUT", "PATCH", "DELETE"):  # asked before anybody is known
        callers = [callers[0], callers[-1]]
    for caller in callers:
        caller.client()
    before, entries = victim.state(), Entry.objects.count()
    wrong = []
    for name, route in outside_the_api():
        address = "/" + filled(name, route, victim)
        for number, caller in enumerate(callers):
            response = caller.client().generic(method, address, b"name=changed", "application/x-www-form-urlencoded")
            fine = response.status_code in REFUSED
            if method in DECLARED.get(name, ()):
                fine = response.status_code in (*REFUSED, 204, 412)  # 412: it does not speak the upload's protocol
            if not fine:
                wrong.append(f"{method} {address} by {number}: {response.status_code}")
            if response.status_code == 405:
                assert response["Allow"], address
            assert_harmless(response, f"{method} {address}")
    assert wrong == []
    assert victim.state() == before
    assert Entry.objects.count() == entries


def test_head_changes_nothing_and_tells_nothing(victim: Victim) -> None:
    callers = [strangers()[0], *insiders(victim)]
    before = victim.state()
    for name, route in outside_the_api():
        address = "/" + filled(name, route, victim)
        for caller in callers:
            response = caller.client().head(address)
            assert response.status_code < 500, address
            body = b"".join(response) if response.streaming else response.content
            assert body == b"", address
    assert victim.state() == before
