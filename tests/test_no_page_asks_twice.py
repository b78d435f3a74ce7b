"""A page asks the database nothing twice: the same SQL with the same values in one request is a defect.

The walks over all addresses and over all links of the staff's lists look for it too.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.evidence.models import EvidenceItem
from tests.factories.cameras import camera, owner_of
from tests.factories.cases import note_on
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import ZoneFactory, registrant, staff
from tests.factories.questions import asked_twice
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stores(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def opened(agency: Any) -> Any:
    """A request that reached one of a partner's two cameras, and two files that came for it."""
    ZoneFactory.create(agency=agency)
    _user, partner = registrant(agency)
    camera(partner)
    opened = open_request(agency, camera_at(partner, retention_hours=60))
    for content in (b"first file", b"second file"):
        received_item(content, sent_through=opened.invitation)
    return opened


def walked(user: User, pages: list[str]) -> dict[str, list[str]]:
    """By page, what it asked twice; each page is opened before, so that no first reading of a process counts."""
    client, found = sign_in(Client(), user), {}
    for page in pages:
        assert client.get(page).status_code == 200, page
        answer, twice = asked_twice(lambda page=page: client.get(page))
        assert answer.status_code == 200, page
        if twice:
            found[page] = twice
    return found


def test_an_owners_pages_ask_nothing_twice(opened: Any) -> None:
    owner = owner_of(opened.invitation.partner)
    pages = [
        reverse(f"web:{name}") for name in ("home", "cameras", "add_camera", "requests", "given", "account", "members")
    ]
    pages += [reverse("web:edit_camera", args=[opened.match.camera.public_id])]
    pages += [reverse("footage_requests:invitation", args=[opened.invitation.public_id])]
    assert walked(owner, pages) == {}


@pytest.mark.parametrize("role", Role.values)
def test_the_pages_of_each_role_ask_nothing_twice(role: str, opened: Any) -> None:
    request, item = opened.request, EvidenceItem.objects.order_by("pk")[0]
    person = staff(role, request.agency)
    note_on(request.case, request.author)
    of_cases = role != Role.PROGRAM_MANAGER
    pages = [reverse("admin:index"), reverse("admin:partner_map")]
    if of_cases:
        pages += [
            reverse("admin:agencies_case_change", args=[request.case.public_id]),
            reverse("admin:footage_requests_footagerequest_change", args=[request.public_id]),
            reverse("admin:evidence_evidenceitem_change", args=[item.public_id]),
            reverse("admin:evidence_evidenceitem_changelist"),
            reverse("admin:footage_requests_footagerequest_board", args=[request.public_id]),
        ]
    assert walked(person, pages) == {}


def test_today_of_somebody_with_every_role_asks_nothing_twice(opened: Any) -> None:
    person = staff(Role.DETECTIVE, opened.request.agency)
    for role in set(Role.values) - {Role.DETECTIVE}:
        RoleGrant.objects.create(user=person, agency=opened.request.agency, role=role)
    assert walked(person, [reverse("admin:index"), reverse("admin:calls_call_changelist")]) == {}
