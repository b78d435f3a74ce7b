"""Who reads the ledger and the outbox in the admin, and what they see."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from apps.agencies.models import Role
from apps.ledger import services
from apps.ledger.models import Entry
from apps.ledger.values import Act, Actor, Subject
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.staff.log import policies
from tests.factories.people import UserFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    act = Act(
        action="camera.registered",
        actor=Actor(kind="user", public_id="u-1", role="owner"),
        subject=Subject("camera", "c-1"),
        facts={"site": "<b>s-1</b>"},
        private={"name": "Ada Lovelace"},
    )
    return services.append(act)


@pytest.fixture
def message():
    return queue_message(
        kind="invitation", recipient="ada@example.org", subject="For Ada", text="#secret", dedupe_key="invitation:1"
    )


@pytest.mark.parametrize("role", [*Role.values, "resident", "nobody"])
def test_one_row_and_all_rows_have_the_same_answer(role, entry, message):
    if role in Role.values:
        user = staff(role)
    else:
        user = UserFactory.create() if role == "resident" else AnonymousUser()
    assert policies.can_view_entry(user, entry) is policies.viewable_entries(user).exists() is (role == Role.AUDITOR)
    reads = role in (Role.AUDITOR, Role.PROGRAM_MANAGER)
    assert policies.can_view_message(user, message) is policies.viewable_messages(user).exists() is reads


def test_an_auditor_reads_entries_with_their_place_and_without_private_data(client, entry):
    sign_in(client, staff(Role.AUDITOR))
    listing = reverse("admin:ledger_entry_changelist")
    assert "within seconds" in client.get(listing).content.decode()
    services.sequence()
    assert "camera:c-1" in client.get(listing, {"q": "c-1"}).content.decode()
    assert "camera:c-1" not in client.get(listing, {"q": "c-2"}).content.decode()
    page = client.get(reverse("admin:ledger_entry_change", args=[entry.public_id])).content.decode()
    assert "&lt;b&gt;s-1" in page
    assert "Ada" not in page


@pytest.mark.parametrize(
    "filters",
    [{"recorded_at__gte": "0001-01-01T00:00:00+14:00"}, {"recorded_at__lt": "9999-12-31T23:59:59-12:00"}],
    ids=["from before it", "until after it"],
)
def test_a_time_beyond_the_calendar_holds_every_entry(client, entry, filters):
    sign_in(client, staff(Role.AUDITOR))
    answer = client.get(reverse("admin:ledger_entry_changelist"), filters, follow=True)
    assert answer.status_code == 200
    assert entry in answer.context["cl"].result_list


@pytest.mark.parametrize(
    "filters",
    [{"recorded_at__lt": "0001-01-01T00:00:00+14:00"}, {"recorded_at__gte": "9999-12-31T23:59:59-12:00"}],
    ids=["until before it", "from after it"],
)
def test_a_filter_for_times_outside_the_calendar_is_no_error(client, entry, filters):
    sign_in(client, staff(Role.AUDITOR))
    assert client.get(reverse("admin:ledger_entry_changelist"), filters, follow=True).status_code == 200


def test_entries_cannot_be_changed_or_deleted_in_the_admin(client, entry):
    sign_in(client, staff(Role.AUDITOR))
    change = reverse("admin:ledger_entry_change", args=[entry.public_id])
    assert client.post(change, {"action": "forged"}).status_code == 403
    assert client.post(reverse("admin:ledger_entry_delete", args=[entry.public_id]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:ledger_entry_add")).status_code == 403
    assert Entry.objects.get(pk=entry.pk).action == "camera.registered"


def test_others_find_no_ledger(client, entry):
    sign_in(client, staff(Role.DETECTIVE))
    assert client.get(reverse("admin:ledger_entry_changelist")).status_code == 403


def test_a_program_manager_sees_states_but_no_recipients(client, message):
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    for page in (
        reverse("admin:notifications_message_changelist"),
        reverse("admin:notifications_message_change", args=[message.public_id]),
    ):
        answer = client.get(page)
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert "invitation" in shown
        assert "ada@example.org" not in shown
        assert "For Ada" not in shown
        assert "secret" not in shown
    assert Message.objects.count() == 1


@pytest.mark.parametrize("asked", ["subject__contains", "dedupe_key", "public_id", "id__gt", "text__isnull"])
def test_the_address_of_a_list_asks_only_by_what_its_filters_show(client, message, asked):
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    listing = reverse("admin:notifications_message_changelist")
    assert client.get(listing, {asked: "1"}).status_code == 400
    assert client.get(listing, {"state__exact": "queued"}).status_code == 200
