"""How many queries a page of a list takes: session, person, roles, rows, saved views, and little else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.agencies.models import Role
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import PartnerFactory, ZoneFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

MOST = 5
LISTS = [
    (Role.DETECTIVE, "agencies_case", MOST),
    (Role.DETECTIVE, "evidence_evidenceitem", MOST),
    (Role.DETECTIVE, "footage_requests_footagerequest", MOST + 1),  # the words of the kinds of incident
    (Role.PROGRAM_MANAGER, "partners_partner", MOST),
    (Role.PROGRAM_MANAGER, "notifications_message", MOST),
    (Role.PROGRAM_MANAGER, "cameras_camera", MOST + 1),  # the numbers of the queue
]


@pytest.mark.parametrize(("role", "name", "most"), LISTS)
def test_a_list_takes_few_queries(role: Role, name: str, most: int) -> None:
    opened = open_request()
    received_item(b"not a video", sent_through=opened.invitation)
    ZoneFactory.create_batch(3, agency=opened.request.agency)
    partner = PartnerFactory.create()
    for _camera in range(3):
        camera_at(partner, state="pending")
    client = sign_in(Client(), staff(role, opened.request.agency))
    page = reverse(f"admin:{name}_changelist")
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= most, [one["sql"][:120] for one in asked]
