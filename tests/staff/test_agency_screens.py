"""The read-only lists of purposes and cases."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.agencies.models import Role
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:access_purpose_changelist"


def _purpose(user, agency, reason):
    return open_purpose(
        user=user,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason=reason,
        case_number="26-000001",
    )


def test_an_auditor_reads_all_purposes_of_the_agency_and_a_detective_only_own_ones():
    agency = AgencyFactory.create()
    detective, colleague, auditor = (staff(role, agency) for role in (Role.DETECTIVE, Role.DETECTIVE, Role.AUDITOR))
    _purpose(detective, agency, "Find the red car")
    _purpose(colleague, agency, "Find the blue car")
    _purpose(staff(Role.DETECTIVE, other := AgencyFactory.create()), other, "Find the white car")
    seen = sign_in(Client(), auditor).get(reverse(LIST)).content.decode()
    assert "Find the red car" in seen
    assert "Find the blue car" in seen
    assert "Find the white car" not in seen
    own = sign_in(Client(), detective).get(reverse(LIST)).content.decode()
    assert "Find the red car" in own
    assert "Find the blue car" not in own


def test_nothing_is_added_changed_or_deleted_there():
    agency = AgencyFactory.create()
    user = staff(Role.AUDITOR, agency)
    purpose = _purpose(staff(Role.DETECTIVE, agency), agency, "Weekly review")
    client = sign_in(Client(), user)
    for path in ("add/", f"{purpose.pk}/change/", f"{purpose.pk}/delete/"):
        assert client.post(reverse(LIST) + path, {"reason": "changed"}).status_code in (302, 403, 404)
    purpose.refresh_from_db()
    assert purpose.reason == "Weekly review"
