"""A time on a staff page says in which zone it is told."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.ledger import services
from apps.ledger.models import Entry
from apps.ledger.values import Act, Actor, Subject
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.prospects.models import OwnerInvitation
from apps.terms.models import Acceptance
from tests.factories.imports import HEADER, checked, csv_of, for_agency, imported, line
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

INSTANT = datetime(2026, 7, 4, 16, 30, tzinfo=UTC)


@pytest.fixture
def in_new_york(settings):
    settings.PORTAL_TIME_ZONE = "America/New_York"


def pages_of(client, role, model, row):
    sign_in(client, staff(role))
    where = f"admin:{model._meta.label_lower.replace('.', '_')}"
    for page in (reverse(f"{where}_changelist"), reverse(f"{where}_change", args=[row.public_id])):
        yield client.get(page).content.decode()


def check(page):
    assert "12:30 p.m. EDT" in page
    assert "UTC" not in page


def test_an_entry_of_the_ledger_names_the_zone_of_its_time(client, in_new_york, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: INSTANT)
    act = Act(
        action="camera.registered",
        actor=Actor(kind="user", public_id="u", role="registrant"),
        subject=Subject("camera", "c"),
    )
    entry = services.append(act)
    monkeypatch.undo()
    for page in pages_of(client, Role.AUDITOR, Entry, entry):
        check(page)


def test_a_message_names_the_zone_of_its_times(client, in_new_york):
    message = queue_message(
        kind="invitation", recipient="a@example.org", subject="s", text="t", dedupe_key="1", not_before=INSTANT
    )
    Message.objects.update(created_at=INSTANT)
    for page in pages_of(client, Role.PROGRAM_MANAGER, Message, message):
        check(page)


def test_an_acceptance_and_a_partner_name_the_zone_of_their_times(client, in_new_york):
    _user, partner = registrant()
    type(partner).objects.update(created_at=INSTANT)
    for page in pages_of(client, Role.PROGRAM_MANAGER, type(partner), partner):
        check(page)
    acceptance = Acceptance.objects.first()
    Acceptance.objects.update(accepted_at=INSTANT)
    for page in pages_of(client, Role.PROGRAM_MANAGER, Acceptance, acceptance):
        check(page)


def test_a_list_is_still_sorted_and_opened_by_its_time(client, in_new_york):
    Message.objects.all().delete()
    first, second = (
        queue_message(kind="invitation", recipient="a@example.org", subject="s", text="t", dedupe_key=key)
        for key in "12"
    )
    Message.objects.filter(pk=first.pk).update(not_before=INSTANT)
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    where = reverse("admin:notifications_message_changelist")
    for order, before, after in (("2", first, second), ("-2", second, first)):
        listing = client.get(where, {"o": order}).content.decode()
        assert listing.index(str(before.public_id)) < listing.index(str(after.public_id))


def test_an_invitation_of_an_owner_names_the_zone_of_its_times(client, in_new_york):
    agency = AgencyFactory.create()
    manager = staff(Role.PROGRAM_MANAGER, agency)
    imported(
        checked(
            for_agency(csv_of(line(1, owner_email="ada@example.org"), header=f"{HEADER},owner_email"), agency, manager)
        )
    )
    OwnerInvitation.objects.update(created_at=INSTANT)
    sign_in(client, manager)
    page = reverse("admin:prospects_ownerinvitation_change", args=[OwnerInvitation.objects.get().public_id])
    check(client.get(page).content.decode())
    check(client.get(reverse("admin:prospects_ownerinvitation_changelist")).content.decode())
