"""The owners of what was seen are told: who looks after the finding sends it, once, and it names nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.access.models import PurposeKind
from apps.access.services import record_access
from apps.agencies.models import Role
from apps.cameras.services import tell_owners_of_looks
from apps.core.errors import NotAllowed, WrongState
from apps.findings.models import Finding
from apps.findings.services import notice
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from apps.notifications.models import Message
from tests.factories.access import map_purpose
from tests.factories.footage_requests import CENTER, camera_at
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def harvest(agency, settings):
    """A detective opened two homes and a shop, half of what is allowed; a fourth home was not looked at."""
    settings.PLACES_PER_PURPOSE = 5
    detective = staff(Role.DETECTIVE, agency)
    owners = [registrant(agency) for _ in range(3)]
    seen = [camera_at(owners[number][1], CENTER[1] + 0.001 * number, CENTER[0]) for number in (0, 1)]
    seen.append(camera_at(owners[1][1], CENTER[1] + 0.0015, CENTER[0]))
    camera_at(owners[2][1], CENTER[1] + 0.002, CENTER[0])
    purpose = map_purpose(detective, agency, PurposeKind.CASE)
    record_access(
        purpose,
        "camera.place_viewed",
        Subject.of("purpose", purpose.public_id),
        cameras=[str(one.public_id) for one in seen],
    )
    return detective, [user for user, _partner in owners], Finding.objects.get(kind="access.many_places")


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="places.seen").order_by("pk"))


def test_the_auditor_writes_to_the_owners_of_what_was_seen_and_to_nobody_else(agency, harvest):
    detective, owners, finding = harvest
    auditor = staff(Role.AUDITOR, agency)
    assert tell_owners_of_looks(finding=finding, by=auditor) == 2
    assert {one.recipient for one in letters()} == {owners[0].email, owners[1].email}
    for letter in letters():
        assert agency.name in letter.text
        assert "/cameras/" in letter.text
        assert detective.name not in letter.text
        assert detective.email not in letter.text
        assert f"{CENTER[1]:.2f}" not in letter.text
    assert "2 of your cameras" in next(one.text for one in letters() if one.recipient == owners[1].email)
    entry = Entry.objects.get(action="places.owners_told")
    assert (entry.facts["letters"], len(entry.facts["partners"]), entry.actor.role) == (2, 2, "auditor")


def test_nobody_gets_a_second_letter(agency, harvest):
    auditor = staff(Role.AUDITOR, agency)
    tell_owners_of_looks(finding=harvest[2], by=auditor)
    with pytest.raises(WrongState):
        tell_owners_of_looks(finding=harvest[2], by=auditor)
    assert len(letters()) == 2


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.RECORDS_CUSTODIAN])
def test_no_other_role_writes_to_owners(role, agency, harvest):
    with pytest.raises(NotAllowed):
        tell_owners_of_looks(finding=harvest[2], by=staff(role, agency))


def test_an_auditor_of_another_agency_does_not(harvest):
    with pytest.raises(NotAllowed):
        tell_owners_of_looks(finding=harvest[2], by=staff(Role.AUDITOR, AgencyFactory.create()))
    assert letters() == []


def test_the_page_of_the_finding_has_the_button_until_it_was_pressed(agency, harvest):
    _detective, _owners, finding = harvest
    client = Client()
    sign_in(client, staff(Role.AUDITOR, agency))
    page = reverse("admin:findings_finding_change", args=[finding.public_id])
    send = reverse("admin:findings_finding_tell_owners", args=[finding.public_id])
    assert send in client.get(page).content.decode()
    answer = client.post(send, follow=True).content.decode()
    assert "The letters to the owners are on their way." in answer
    assert send not in answer
    assert len(letters()) == 2


@pytest.mark.parametrize("of_agency", [True, False])
def test_a_finding_about_something_else_has_a_page_and_no_owners(agency, of_agency):
    notice("ledger.behind", agency=agency.public_id if of_agency else "", facts={})
    finding, auditor = Finding.objects.get(), staff(Role.AUDITOR, agency)
    client = Client()
    sign_in(client, auditor)
    page = client.get(reverse("admin:findings_finding_change", args=[finding.public_id]))
    assert page.status_code == 200
    assert "Write to the owners" not in page.content.decode()
    with pytest.raises(WrongState):
        tell_owners_of_looks(finding=finding, by=auditor)
