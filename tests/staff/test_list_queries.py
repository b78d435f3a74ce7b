"""A list of the staff takes at most five queries: session with person, roles, rows, saved views, and one of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.agencies.models import Role
from tests.factories.evidence import received_item
from tests.factories.footage_requests import open_request
from tests.factories.people import ZoneFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

_LISTS = [
    ("cameras/camera", Role.PROGRAM_MANAGER),
    ("partners/partner", Role.PROGRAM_MANAGER),
    ("notifications/message", Role.PROGRAM_MANAGER),
    ("agencies/case", Role.DETECTIVE),
    ("footage_requests/footagerequest", Role.DETECTIVE),
    ("evidence/evidenceitem", Role.DETECTIVE),
    ("ledger/entry", Role.AUDITOR),
    ("findings/finding", Role.AUDITOR),
    ("access/purpose", Role.AUDITOR),
    ("accounts/signinevent", Role.AUDITOR),
]


@pytest.mark.parametrize(("listed", "role"), _LISTS, ids=[listed for listed, _role in _LISTS])
def test_a_list_takes_at_most_five_queries(
    listed: str, role: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    opened = open_request()
    received_item(b"not a video", sent_through=opened.invitation)
    ZoneFactory.create(agency=opened.request.agency)  # a city has zones before it has cameras
    client = sign_in(Client(), staff(role, opened.request.agency))
    assert client.get(f"/admin/{listed}/").status_code == 200
    with django_assert_max_num_queries(5):
        assert client.get(f"/admin/{listed}/").status_code == 200
