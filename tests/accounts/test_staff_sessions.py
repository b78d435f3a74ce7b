"""A staff session locks after half an hour in which nobody was there, and nothing that was typed is lost (AC-11)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import EventKind, SignInEvent
from apps.agencies.models import Role, RoleGrant
from apps.ledger.models import Entry
from tests.factories.people import StaffFactory, UserFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import proof, ready

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=31)


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


@pytest.fixture
def manager():
    return ready(staff(Role.PROGRAM_MANAGER))


def later(by=LATER):
    return time_machine.travel(timezone.now() + by, tick=False)


def test_a_page_after_half_an_hour_leads_to_the_lock_and_back(client, manager):
    sign_in(client, manager)
    wanted = reverse("admin:accounts_user_changelist")
    with later():
        locked = client.get(wanted)
        assert locked.url == f"{reverse('staff:locked')}?next={wanted.replace('/', '%2F')}"
        assert client.post(reverse("staff:locked"), proof() | {"next": wanted}).url == wanted
        assert client.get(wanted).status_code == 200
    event = SignInEvent.objects.get(kind=EventKind.SESSION_LOCKED)
    assert (event.user, event.detail) == (manager, "idle")


def test_the_lock_sends_nobody_to_a_strangers_site(client, manager):
    sign_in(client, manager)
    with later():
        back = client.post(reverse("staff:locked"), proof() | {"next": "https://evil.example/"})
    assert back.url == reverse("admin:index")


def test_wrong_proof_opens_nothing(client, manager):
    sign_in(client, manager)
    with later():
        for wrong in (proof(password="wrong wrong wrong wrong"), proof(code="000000"), {"proof_code": "1"}, {}):
            assert client.post(reverse("staff:locked"), wrong).status_code in (200, 422)
            assert client.get(reverse("admin:index")).status_code == 302


def test_a_form_that_arrives_late_is_said_to_be_undone_and_goes_on_after_the_proof(client, manager):
    agency = RoleGrant.objects.get(user=manager).agency
    colleague = staff(Role.ANALYST, agency)
    sign_in(client, manager)
    address = reverse("admin:accounts_user_grant", args=[colleague.public_id])
    typed = {"grant-agency": str(agency.public_id), "grant-role": Role.SUPERVISOR}
    with later():
        asked = client.post(address, typed)
        assert asked.status_code == 403
        page = asked.content.decode()
        assert "has not been carried out" in page
        assert f'name="grant-role" value="{Role.SUPERVISOR}"' in page
        assert not RoleGrant.objects.filter(user=colleague, role=Role.SUPERVISOR).exists()
        kept = dict(asked.context["kept"])
        assert client.post(address, kept | proof(code="000000")).status_code == 403
        assert not RoleGrant.objects.filter(user=colleague, role=Role.SUPERVISOR).exists()
        assert client.post(address, kept | proof()).status_code == 302
    assert RoleGrant.objects.filter(user=colleague, role=Role.SUPERVISOR).exists()


def test_a_form_from_another_site_is_not_shown_again(manager):
    client = sign_in(Client(enforce_csrf_checks=True), manager)
    with later():
        answer = client.post(reverse("web:account"), {"name": "planted"})
    assert answer.status_code == 403
    assert b"planted" not in answer.content


def test_what_a_page_fetches_by_itself_keeps_nothing_open(client, manager):
    sign_in(client, manager)
    start = timezone.now()
    for minutes in (10, 20, 29):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            polled = client.get(reverse("admin:index"), headers={"sec-fetch-mode": "cors", "accept": "text/html"})
            assert polled.status_code == 200
            client.get(reverse("staff:active"))
    with time_machine.travel(start + LATER, tick=False):
        assert client.get(reverse("admin:index")).url.startswith(reverse("staff:locked"))


def test_keys_and_clicks_reported_by_the_page_keep_it_open_until_it_is_locked(client, manager):
    sign_in(client, manager)
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=20), tick=False):
        assert client.post(reverse("staff:active")).json() == {"left": 1800, "locked": False}
    with time_machine.travel(start + timedelta(minutes=45), tick=False):
        assert client.get(reverse("staff:active")).json() == {"left": 300, "locked": False}
        assert client.get(reverse("admin:index")).status_code == 200
    with time_machine.travel(start + timedelta(minutes=76), tick=False):
        assert client.post(reverse("staff:active")).json() == {"left": 0, "locked": True}
        assert client.get(reverse("admin:index")).status_code == 302


def test_a_program_of_a_locked_session_is_told_why(client, manager):
    sign_in(client, manager)
    with later():
        answer = client.get(reverse("admin:index"), headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "session_locked")


def test_the_page_itself_opens_the_lock_without_leaving(client, manager):
    sign_in(client, manager)
    as_program = {"accept": "application/json"}
    with later():
        wrong = client.post(reverse("staff:locked"), proof(code="000000"), headers=as_program)
        assert (wrong.status_code, wrong.json()["open"]) == (422, False)
        assert "proof_code" in wrong.json()["errors"]
        assert client.post(reverse("staff:locked"), proof(), headers=as_program).json() == {"open": True}


def test_residents_sessions_do_not_lock(client):
    user = UserFactory.create()
    sign_in(client, user)
    with later():
        assert client.get(reverse("web:account")).status_code == 200


def test_a_privileged_act_needs_a_proof_of_the_last_quarter_hour(client, manager):
    agency = RoleGrant.objects.get(user=manager).agency
    colleague = staff(Role.ANALYST, agency)
    sign_in(client, manager)
    address = reverse("admin:accounts_user_grant", args=[colleague.public_id])
    form = {"grant-agency": str(agency.public_id), "grant-role": Role.DETECTIVE}
    with later(timedelta(minutes=16)):
        asked = client.post(address, form)
        assert asked.status_code == 403
        assert "fresh proof" in asked.content.decode()
        assert not RoleGrant.objects.filter(user=colleague, role=Role.DETECTIVE).exists()
        assert client.post(address, form | proof()).status_code == 302
        assert client.post(address, form | {"grant-role": Role.SUPERVISOR}).status_code == 302
    events = SignInEvent.objects.filter(kind=EventKind.PRIVILEGED).order_by("pk")
    assert [(event.succeeded, event.page) for event in events] == [
        (False, "admin:accounts_user_grant"),
        (True, "admin:accounts_user_grant"),
        (True, "admin:accounts_user_grant"),
    ]


def test_staff_read_and_accept_the_notice_before_the_admin(client):
    user = ready(StaffFactory.create())
    sign_in(client, user)
    session = client.session
    del session["staff_notice_at"]
    session.save()
    answer = client.get(reverse("admin:index"))
    assert answer.url == f"{reverse('staff:notice')}?next=%2Fadmin%2F"
    assert "Unauthorized use is prohibited" in client.get(answer.url).content.decode()
    assert client.post(reverse("staff:notice"), {"next": "/admin/"}).url == "/admin/"
    assert client.get(reverse("admin:index")).status_code == 200
    assert SignInEvent.objects.filter(kind=EventKind.NOTICE, user=user, succeeded=True).count() == 1


@pytest.mark.parametrize(
    ("language", "configured", "expected"),
    [
        ("en", {"en": "Ours.\\nSecond line.", "es": "Lo nuestro."}, "Second line."),
        ("es", {"en": "Ours.", "es": "Lo nuestro."}, "Lo nuestro."),
        ("es", {"en": "Ours only.", "es": ""}, "Ours only."),
    ],
)
def test_the_notice_is_the_citys_own_words(client, settings, language, configured, expected):
    settings.STAFF_NOTICE = configured
    page = client.get(reverse("staff:notice"), headers={"accept-language": language})
    assert f"<p>{expected}</p>" in page.content.decode()


def test_a_locked_session_reads_nothing_and_writes_nothing(client, manager):
    sign_in(client, manager)
    before = Entry.objects.count()
    with later():
        for name in ("admin:index", "web:account", "mfa_index", "usersessions_list", "account_change_password"):
            assert client.get(reverse(name)).url.startswith(reverse("staff:locked")), name
            assert client.post(reverse(name), {"name": "x"}).status_code == 403, name
    assert Entry.objects.count() == before
