"""What program managers and auditors find in the admin about the staff, and that reading is recorded."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.accounts.models import EventKind, SignInEvent, StaffHold, User
from apps.agencies.models import Role, RoleGrant
from apps.ledger.models import Entry
from tests.factories.people import PASSWORD, AgencyFactory, StaffFactory, UserFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import code_now, ready, try_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


@pytest.fixture
def colleague(agency):
    return staff(Role.DETECTIVE, agency)


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.public_id])


def test_a_manager_opens_an_account(client, agency, manager):
    sign_in(client, manager)
    assert b"Open a staff account" in client.get(reverse("admin:accounts_user_changelist")).content
    form = {"agency": str(agency.public_id), "email": "new@police.example.org", "name": "New", "role": Role.ANALYST}
    answer = client.post(reverse("admin:accounts_user_open"), form)
    person = User.objects.get(email="new@police.example.org")
    assert answer.context["opened"].person == person
    assert answer.context["opened"].code in answer.content.decode()
    again = client.post(reverse("admin:accounts_user_open"), form | {"role": Role.AUDITOR})
    assert again.url == page_of(person)
    wrong = client.post(reverse("admin:accounts_user_open"), form | {"email": UserFactory.create().email})
    assert wrong.status_code == 422
    assert "cannot be used" in wrong.content.decode()


def test_what_was_done_is_said_to_screen_readers_as_well(client, agency, manager):
    sign_in(client, manager)
    colleague = staff(Role.DETECTIVE, agency)
    form = {"agency": str(agency.public_id), "email": colleague.email, "name": "Colleague", "role": Role.ANALYST}
    page = client.post(reverse("admin:accounts_user_open"), form, follow=True).content.decode()
    said = page.partition('<div role="status">')[2].partition("</div>")[0]
    assert "The colleague has the role." in said


def test_a_manager_sets_a_badge_and_finds_the_colleague_by_it(client, agency, manager, colleague):
    sign_in(client, manager)
    badge = reverse("admin:accounts_user_badge", args=[colleague.public_id])
    refused = client.post(badge, {"badge-badge": "47/11"})
    assert refused.status_code == 422
    assert "47/11" in refused.content.decode()
    assert client.post(badge, {"badge-badge": "4711"}).status_code == 302
    assert "<dd>4711</dd>" in client.get(page_of(colleague)).content.decode()
    found = client.get(reverse("admin:accounts_user_changelist"), {"q": "4711"})
    assert list(found.context["cl"].result_list) == [colleague]
    assert b"user_badge" not in client.get(page_of(manager)).content


def test_a_form_cannot_name_an_agency_that_one_does_not_manage(client, manager, colleague):
    sign_in(client, manager)
    other = AgencyFactory.create()
    form = {"grant-agency": str(other.public_id), "grant-role": Role.ANALYST}
    assert client.post(reverse("admin:accounts_user_grant", args=[colleague.public_id]), form).status_code == 422
    assert not RoleGrant.objects.filter(agency=other).exists()


def test_a_manager_revokes_releases_and_ends(client, agency, manager, colleague):
    sign_in(client, manager)
    extra = RoleGrant.objects.create(user=colleague, agency=agency, role=Role.ANALYST)
    revoke = reverse("admin:accounts_user_revoke", args=[extra.public_id])
    assert client.post(revoke, {"revoke-reason": "no"}).status_code == 422
    assert client.post(revoke, {"revoke-reason": "not needed"}).status_code == 302
    extra.refresh_from_db()
    assert extra.ended_at is not None
    for _ in range(5):
        try_password(Client(REMOTE_ADDR="198.51.100.7"), colleague.email)
    assert b"Release it" in client.get(page_of(colleague)).content
    release = reverse("admin:accounts_user_release", args=[colleague.public_id])
    assert client.post(release, {"release-reason": "It was him, I asked."}).status_code == 302
    assert not StaffHold.objects.filter(released_at__isnull=True).exists()
    end = reverse("admin:accounts_user_end", args=[colleague.public_id])
    assert client.post(end, {"end-reason": "Retired.", "end-agency": str(agency.public_id)}).status_code == 302
    assert not User.objects.get(pk=colleague.pk).is_active
    assert b"Ended" in client.get(page_of(colleague)).content


def test_nobody_revokes_a_role_of_their_own_or_of_somebody_out_of_sight(client, agency, manager, colleague):
    sign_in(client, manager)
    stranger = staff(Role.DETECTIVE)
    for person, status in ((manager, 403), (stranger, 404)):
        grant = RoleGrant.objects.get(user=person)
        address = reverse("admin:accounts_user_revoke", args=[grant.public_id])
        assert client.post(address, {"revoke-reason": "a trick of the form"}).status_code == status
        grant.refresh_from_db()
        assert grant.ended_at is None


def test_an_auditor_looks_and_changes_nothing(client, agency, colleague):
    sign_in(client, staff(Role.AUDITOR, agency))
    assert client.get(page_of(colleague)).status_code == 200
    assert b"Give the role" not in client.get(page_of(colleague)).content
    assert client.get(reverse("admin:accounts_user_open")).status_code == 404
    end = reverse("admin:accounts_user_end", args=[colleague.public_id])
    form = {"end-reason": "Retired.", "end-agency": str(agency.public_id)}
    assert client.post(end, form).status_code == 422


def test_staff_of_others_and_residents_are_not_there(client, manager):
    sign_in(client, manager)
    for person in (staff(Role.DETECTIVE), UserFactory.create(), StaffFactory.create()):
        assert client.get(page_of(person)).status_code == 404


@pytest.mark.parametrize("standing", ["open", "locked", "idle", "ended"])
def test_the_list_is_narrowed_by_standing(client, manager, colleague, standing):
    for _ in range(5):
        try_password(Client(REMOTE_ADDR="198.51.100.7"), colleague.email)
    sign_in(client, manager)
    page = client.get(reverse("admin:accounts_user_changelist"), {"standing": standing}).content.decode()
    rows = page.partition('id="result_list"')[2].partition("</table>")[0]
    assert (colleague.email in rows) is (standing == "locked")
    assert (manager.email in rows) is (standing == "open")


def test_sign_ins_are_recorded_with_when_where_outcome_and_who():
    cache.clear()
    user = ready(StaffFactory.create())
    client = Client(REMOTE_ADDR="203.0.113.77")
    try_password(client, user.email)
    try_password(client, user.email, PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    client.post(reverse("account_logout"))
    events = SignInEvent.objects.order_by("pk")
    assert [(event.kind, event.succeeded, event.page) for event in events] == [
        ("password", False, "account_login"),
        ("password", True, "account_login"),
        ("second_factor", False, "mfa_authenticate"),
        ("second_factor", True, "mfa_authenticate"),
        ("sign_in", True, "mfa_authenticate"),
        ("sign_out", True, "account_logout"),
    ]
    assert {(event.user, event.network, event.source) for event in events} == {(user, "203.0.113.0/24", "203.0.113.77")}


def test_a_strangers_failure_keeps_neither_person_nor_whole_address():
    cache.clear()
    resident = UserFactory.create()
    for email in (resident.email, "nobody@example.org"):
        try_password(Client(REMOTE_ADDR="2001:db8:1:2::7"), email)
    assert set(SignInEvent.objects.values_list("user", "network", "source", "succeeded")) == {
        (None, "2001:db8:1::/48", "", False)
    }


def test_a_password_change_is_recorded(client):
    user = ready(StaffFactory.create())
    sign_in(client, user)
    form = {"oldpassword": PASSWORD, "password1": "another long passphrase", "password2": "another long passphrase"}
    client.post(reverse("account_change_password"), form)
    assert SignInEvent.objects.filter(kind=EventKind.PASSWORD_CHANGED, user=user, succeeded=True).count() == 1


def test_an_auditor_reads_the_events_of_the_agency_and_that_is_recorded(client, agency, colleague):
    elsewhere = staff(Role.DETECTIVE)
    for person in (colleague, elsewhere, None):
        try_password(Client(REMOTE_ADDR="198.51.100.7"), person.email if person else "nobody@example.org")
    auditor = staff(Role.AUDITOR, agency)
    sign_in(client, auditor)
    page = client.get(reverse("admin:accounts_signinevent_changelist"), {"kind__exact": "password"}).content.decode()
    assert str(colleague) in page
    assert str(elsewhere) not in page
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d<", page)
    entry = Entry.objects.get(action="audit_log.read")
    assert (entry.actor.public_id, entry.facts) == (str(auditor.public_id), {"filters": ["kind__exact"]})
    event = SignInEvent.objects.get(user=elsewhere)
    assert client.get(reverse("admin:accounts_signinevent_change", args=[event.public_id])).status_code == 302
    mine = SignInEvent.objects.get(user=colleague)
    assert client.get(reverse("admin:accounts_signinevent_change", args=[mine.public_id])).status_code == 200
    assert Entry.objects.filter(action="audit_log.read", subject_id=str(mine.public_id)).count() == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_but_an_auditor_reads_the_events(client, agency, role):
    sign_in(client, staff(role, agency))
    assert client.get(reverse("admin:accounts_signinevent_changelist")).status_code == 403


def test_reading_the_ledger_is_in_the_ledger(client, agency):
    sign_in(client, staff(Role.AUDITOR, agency))
    client.get(reverse("admin:ledger_entry_changelist"))
    assert Entry.objects.get(action="audit_log.read").subject.kind == "ledger"
