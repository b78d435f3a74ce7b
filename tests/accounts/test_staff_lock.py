"""Five failures in fifteen minutes lock a staff account (CJIS AC-7); nobody learns it but its owner, by mail."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.staff_holds import note_failure
from apps.accounts.staff_models import EventKind, HoldKind, SignInEvent, StaffHold
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import code_now, proof, ready, try_password


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def locks_of(user):
    return StaffHold.objects.filter(user=user, kind=HoldKind.LOCKED, released_at__isnull=True).count()


def fail(user, times=5):
    for _ in range(times):
        try_password(Client(), user.email)


def said(response):
    """What a stranger sees, without the token of the form and the address that was typed."""
    form = response.context["form"]
    return response.status_code, str(form.errors), response.content.count(b"<p"), sorted(response.headers)


@pytest.mark.django_db
def test_the_fifth_wrong_password_locks_a_staff_account_once_and_tells_the_owner():
    user = ready(StaffFactory.create())
    fail(user, 4)
    assert locks_of(user) == 0
    fail(user, 3)
    assert locks_of(user) == 1
    assert Entry.objects.filter(action="staff_account.locked", subject_id=str(user.public_id)).count() == 1
    mail = Message.objects.get(kind="staff.locked")
    assert mail.recipient == user.email


@pytest.mark.django_db
def test_a_locked_account_answers_to_the_right_password_as_to_a_wrong_one_and_as_nobodys():
    user = ready(StaffFactory.create())
    fail(user)
    right = said(try_password(Client(), user.email, PASSWORD))
    assert right == said(try_password(Client(), user.email))
    assert right == said(try_password(Client(), "nobody@example.org"))
    assert right == said(try_password(Client(), UserFactory.create().email))
    assert right == said(try_password(Client(), ready(StaffFactory.create()).email))


@pytest.mark.django_db
def test_the_throttle_answers_alike_for_a_locked_account_with_the_right_password():
    user = ready(StaffFactory.create())
    fail(user)
    cache.clear()
    answers = [said(try_password(Client(), user.email, PASSWORD, throttled=True)) for _ in range(7)]
    cache.clear()
    nobodys = [said(try_password(Client(), "nobody@example.org", throttled=True)) for _ in range(7)]
    assert answers == nobodys


@pytest.mark.django_db
def test_failures_spread_over_more_than_a_quarter_hour_lock_nothing():
    user = ready(StaffFactory.create())
    start = timezone.now()
    for minutes in (0, 4, 8, 12, 16, 20, 24):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            try_password(Client(), user.email)
    assert locks_of(user) == 0


@pytest.mark.django_db
def test_a_public_account_is_throttled_and_never_locked():
    user = UserFactory.create()
    fail(user, 8)
    assert not StaffHold.objects.exists()
    assert not Message.objects.filter(kind="staff.locked").exists()
    assert not SignInEvent.objects.filter(user=user).exists()


@pytest.mark.django_db
def test_wrong_codes_count_together_with_wrong_passwords(client):
    user = ready(StaffFactory.create())
    fail(user, 3)
    try_password(client, user.email, PASSWORD)
    for _ in range(2):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert locks_of(user) == 1
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_sign_in_in_between_forgives_no_guesses(client):
    user = ready(StaffFactory.create())
    fail(user, 4)
    try_password(client, user.email, PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert client.session["_auth_user_id"] == str(user.pk)
    fail(user, 1)
    assert locks_of(user) == 1


@pytest.mark.django_db
def test_the_owners_open_session_survives_a_strangers_guesses_but_cannot_be_unlocked(client):
    user = ready(StaffFactory.create())
    sign_in(client, user)
    fail(user)
    cache.clear()
    assert client.get(reverse("admin:index")).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.get(reverse("admin:index")).url.startswith(reverse("staff:locked"))
        assert client.post(reverse("staff:locked"), proof()).status_code == 422
        assert client.get(reverse("admin:index")).url.startswith(reverse("staff:locked"))


@pytest.mark.django_db
def test_a_session_in_which_somebody_guesses_ends_with_the_lock(client):
    user = ready(StaffFactory.create())
    sign_in(client, user)
    other = sign_in(Client(), user)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        for _ in range(5):
            client.post(reverse("staff:locked"), proof(password="wrong wrong wrong wrong"))
        assert "_auth_user_id" not in client.session
        assert "_auth_user_id" in other.session


@pytest.mark.django_db(transaction=True)
def test_ten_failures_at_once_are_counted_and_lock_once():
    user = ready(StaffFactory.create())
    together = Barrier(10)

    def guess():
        try:
            together.wait()
            note_failure(request=None, user=user, kind=EventKind.PASSWORD)
        finally:
            connection.close()

    guesses = [Thread(target=guess) for _ in range(10)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert SignInEvent.objects.filter(user=user, succeeded=False, kind=EventKind.PASSWORD).count() == 10
    assert locks_of(user) == 1
    assert Entry.objects.filter(action="staff_account.locked").count() == 1
    assert Message.objects.filter(kind="staff.locked").count() == 1


@pytest.mark.django_db
def test_an_empty_cache_forgives_nothing(client):
    user = ready(StaffFactory.create())
    fail(user)
    cache.clear()
    assert locks_of(user) == 1
    try_password(client, user.email, PASSWORD)
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_figures_are_configuration(settings):
    settings.STAFF_LOCK_FAILURES = 2
    user = ready(StaffFactory.create())
    fail(user, 2)
    assert locks_of(user) == 1
