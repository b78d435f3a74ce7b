"""The staff's map: no purpose, no place; each access an entry that cites the purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.models import PurposeKind
from apps.agencies.models import Role
from apps.ledger.models import Entry
from tests.factories.access import agreed_to_places
from tests.factories.calls import call_of
from tests.factories.cameras import camera
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

AROUND = "-84.29,30.43,-84.27,30.45"


def accesses() -> int:
    return Entry.objects.filter(action="camera.place_viewed").count()


@pytest.fixture
def agency():  # type: ignore[no-untyped-def]
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera(partner, name="Canary on the porch")
    return agency


def test_without_a_purpose_there_is_a_form_and_not_one_place(agency) -> None:  # type: ignore[no-untyped-def]
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    assert 'name="reason"' in client.get(reverse("admin:partner_map")).content.decode()
    refused = client.get(
        reverse("admin:partner_map_places"), {"bounds": AROUND}, headers={"accept": "application/json"}
    )
    assert refused.status_code == 404
    assert "Canary" not in refused.content.decode()
    assert accesses() == 0


def test_a_yes_that_is_over_says_so_and_since_when(agency) -> None:  # type: ignore[no-untyped-def]
    detective = staff(Role.DETECTIVE, agency)
    agreed = agreed_to_places(detective, agency, "26-1")
    agreed.ends_at = timezone.now() - timedelta(hours=1)
    agreed.save()
    client = sign_in(Client(), detective)
    assert "that time is over" in client.get(reverse("admin:partner_map")).content.decode()
    said = {"agency": str(agency.public_id), "kind": PurposeKind.CASE, "case_number": "26-1", "reason": "Who saw it"}
    answer = client.post(reverse("admin:partner_map"), said)
    assert answer.status_code == 409
    assert "The approval for this case has ended" in answer.content.decode()
    said["case_number"] = "26-2"
    assert "Nobody has approved anything" in client.post(reverse("admin:partner_map"), said).content.decode()


def test_a_purpose_opens_the_map_and_each_access_is_an_entry(agency) -> None:  # type: ignore[no-untyped-def]
    detective = staff(Role.DETECTIVE, agency)
    agreed_to_places(detective, agency, "26-1")
    client = sign_in(Client(), detective)
    said = {
        "agency": str(agency.public_id),
        "kind": PurposeKind.CASE,
        "case_number": "26-1",
        "reason": "Who may have seen the van",
    }
    assert client.post(reverse("admin:partner_map"), said).status_code == 302
    assert "map-config" in client.get(reverse("admin:partner_map")).content.decode()
    for number in (1, 2):
        answer = client.get(reverse("admin:partner_map_places"), {"bounds": AROUND})
        assert [one["name"] for one in answer.json()["cameras"]] == ["Canary on the porch"]
        assert accesses() == number
    for action in ("purpose.opened", "camera.place_viewed"):
        actor = Entry.objects.filter(action=action).latest("pk").actor
        assert (actor.role, actor.agency) == (Role.DETECTIVE, agency.short_name)


@pytest.mark.parametrize("role", [Role.RECORDS_CUSTODIAN, Role.AUDITOR, Role.SUPERVISOR, Role.PROGRAM_MANAGER])
def test_only_kinds_that_fit_the_role_are_offered(agency, role: Role) -> None:  # type: ignore[no-untyped-def]
    page = sign_in(Client(), staff(role, agency)).get(reverse("admin:partner_map")).content.decode()
    offered = {kind for kind in PurposeKind.values if f'value="{kind}"' in page}
    assert (
        offered
        == {
            Role.RECORDS_CUSTODIAN: {"records_duty"},
            Role.AUDITOR: set(),
            Role.SUPERVISOR: {"case", "call"},
            Role.PROGRAM_MANAGER: set(),  # a registration's page leads to the map near it
        }[role]
    )


def test_a_case_without_its_number_is_said_beside_the_field(agency) -> None:  # type: ignore[no-untyped-def]
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    said = {"agency": str(agency.public_id), "kind": "case", "case_number": "", "reason": "Who saw the van"}
    page = client.post(reverse("admin:partner_map"), said)
    assert page.status_code == 422
    assert "Give the case number." in page.content.decode()


@pytest.mark.parametrize("bounds", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "-200,0,1,1"])
def test_bounds_that_are_none_are_refused_and_no_access_is_recorded(agency, bounds: str) -> None:  # type: ignore[no-untyped-def]
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    client.post(
        reverse("admin:partner_map"),
        {
            "agency": str(agency.public_id),
            "kind": "call",
            "call": str(call_of(agency).public_id),
            "reason": "A call of shots fired",
        },
    )
    answer = client.get(reverse("admin:partner_map_places"), {"bounds": bounds}, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert accesses() == 0


@pytest.mark.parametrize(("role", "links"), [(Role.DETECTIVE, True), (Role.SUPERVISOR, True), (Role.ANALYST, False)])
def test_a_case_without_approval_shows_counts_and_the_ways_on_that_the_role_has(
    agency, role: Role, links: bool
) -> None:  # type: ignore[no-untyped-def]
    client = sign_in(Client(), staff(role, agency))
    said = {"agency": str(agency.public_id), "kind": "case", "case_number": "26-1", "reason": "Who saw the van"}
    answer = client.post(reverse("admin:partner_map"), said)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Canary" not in page
    assert reverse("admin:partner_map_ask") in page
    assert (reverse("admin:footage_requests_footagerequest_compose") in page) is links
    asked = client.post(
        reverse("admin:partner_map_ask"), {**said, "reason": "The suspect lives on this block"}, follow=True
    )
    assert "Waiting for a supervisor" in asked.content.decode()
    assert accesses() == 0
