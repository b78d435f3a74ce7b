"""Five failures in fifteen minutes from one device or address shut it out of an account (CJIS AC-7)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import EventKind, HoldKind, SignInEvent, StaffHold
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.at_once import at_once
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import code_now, opens, proof, ready, try_password
from tests.factories.staff_codes import fail as fail_at

HERE, ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}, {"REMOTE_ADDR": "203.0.113.9"}


def locks_of(user):
    return StaffHold.objects.filter(user=user, kind=HoldKind.LOCKED, released_at__isnull=True).count()


def fail(user, times=5, **source):
    fail_at(user.email, times, **source)


def signs_in(user, client):
    return opens(client, user.email)


def said(response):
    """What a stranger sees, without the token of the form and the address that was typed."""
    form = response.context["form"]
    return response.status_code, str(form.errors), response.content.count(b"<p"), sorted(response.headers)


@pytest.mark.django_db
def test_the_fifth_wrong_password_shuts_its_source_out_once_and_tells_the_owner():
    user = ready(StaffFactory.create())
    fail(user, 4)
    assert locks_of(user) == 0
    fail(user, 3)
    assert locks_of(user) == 1
    assert Entry.objects.filter(action="staff_account.locked", subject_id=str(user.public_id)).count() == 1
    mail = Message.objects.get(kind="staff.locked")
    assert mail.recipient == user.email
    assert not signs_in(user, Client(**HERE))
    assert signs_in(user, Client(**ELSEWHERE))


@pytest.mark.django_db
@pytest.mark.parametrize("tried", [PASSWORD, "wrong wrong wrong wrong"])
def test_a_source_that_waits_gets_one_answer_for_every_address(tried):
    answers = []
    for number, email in enumerate(
        [
            ready(StaffFactory.create()).email,
            UserFactory.create().email,
            "nobody@example.org",
            ready(StaffFactory.create(is_active=False)).email,
        ]
    ):
        browser = Client(REMOTE_ADDR=f"198.51.100.{number}")
        seen = [said(try_password(browser, email)) for _ in range(5)]
        answers.append([*seen, *(said(try_password(browser, email, tried)) for _ in range(2))])
    assert answers[1:] == answers[:1] * 3
    assert "try again in 15 minutes" in answers[0][-1][1]


@pytest.mark.django_db
def test_a_source_waits_longer_each_time_and_at_last_until_a_manager_releases_it():
    user, now = ready(StaffFactory.create()), timezone.now()
    for minutes in (15, 60, 240, 1440):
        with time_machine.travel(now, tick=False):
            fail(user)
            assert (
                f"try again in {minutes if minutes < 61 else minutes // 60}"
                in said(try_password(Client(**HERE), user.email, PASSWORD))[1]
            )
        now += timedelta(minutes=minutes)
    with time_machine.travel(now, tick=False):
        fail(user)
    with time_machine.travel(now + timedelta(days=300), tick=False):
        assert "ask your program manager" in said(try_password(Client(**HERE), user.email, PASSWORD))[1]
        assert locks_of(user) == 1
        assert signs_in(user, Client(**ELSEWHERE))


@pytest.mark.django_db
def test_a_city_may_have_every_lock_wait_for_its_manager(settings):
    settings.STAFF_LOCK_WAITS = []
    user = ready(StaffFactory.create())
    fail(user)
    assert "ask your program manager" in said(try_password(Client(**HERE), user.email, PASSWORD))[1]


@pytest.mark.django_db
def test_failures_spread_over_more_than_a_quarter_hour_lock_nothing():
    user = ready(StaffFactory.create())
    start = timezone.now()
    for minutes in (0, 4, 8, 12, 16, 20, 24):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            try_password(Client(), user.email)
    assert locks_of(user) == 0


@pytest.mark.django_db
def test_a_public_account_waits_in_the_same_way_and_nothing_else_is_kept():
    user = UserFactory.create()
    fail(user, 8)
    assert not StaffHold.objects.exists()
    assert not Message.objects.filter(kind="staff.locked").exists()
    assert not SignInEvent.objects.filter(user=user).exists()


@pytest.mark.django_db
def test_wrong_codes_count_together_with_wrong_passwords():
    user, client = ready(StaffFactory.create()), Client(**HERE)
    fail(user, 3)
    try_password(client, user.email, PASSWORD)
    for _ in range(2):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert locks_of(user) == 1
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_sign_in_in_between_forgives_no_guesses():
    user = ready(StaffFactory.create())
    client = Client(**HERE)
    fail(user, 4)
    assert signs_in(user, client)
    fail(user, 1)
    assert locks_of(user) == 1


@pytest.mark.django_db
def test_the_owners_open_session_survives_a_strangers_guesses_and_opens_again_after_its_lock():
    user = ready(StaffFactory.create())
    client = sign_in(Client(**ELSEWHERE), user)
    fail(user)
    assert client.get(reverse("admin:index")).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        fail(user)
        assert client.get(reverse("admin:index")).url.startswith(reverse("staff:locked"))
        assert client.post(reverse("staff:locked"), proof()).status_code == 302
        assert client.get(reverse("admin:index")).status_code == 200


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
def test_of_twenty_guesses_at_once_five_are_compared_and_one_hold_is_made():
    user = ready(StaffFactory.create())
    answers = at_once(20, lambda n: try_password(Client(**HERE), user.email).content.decode())
    assert sum("Too many wrong tries" in page for page in answers) == 15
    assert SignInEvent.objects.filter(user=user, succeeded=False, kind=EventKind.PASSWORD).count() == 5
    assert locks_of(user) == 1
    assert Entry.objects.filter(action="staff_account.locked").count() == 1
    assert Message.objects.filter(kind="staff.locked").count() == 1


@pytest.mark.django_db
def test_an_empty_cache_forgives_nothing():
    user = ready(StaffFactory.create())
    fail(user)
    cache.clear()
    assert not signs_in(user, Client(**HERE))


@pytest.mark.django_db
def test_a_right_second_factor_is_given_back_and_a_lock_of_one_source_reopens_with_its_wait():
    user = ready(StaffFactory.create())
    for _ in range(7):
        assert signs_in(user, Client(**HERE))
    fail(user)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert signs_in(user, Client(**HERE))


@pytest.mark.django_db
def test_a_day_of_locks_is_one_hold_one_entry_and_one_mail():
    user = ready(StaffFactory.create())
    for number in range(6):
        fail(user, REMOTE_ADDR=f"198.51.100.{number}")
    assert locks_of(user) == 1
    assert SignInEvent.objects.filter(user=user, kind=EventKind.LOCKED).count() == 6
    assert Entry.objects.filter(action="staff_account.locked").count() == 1
    assert Message.objects.filter(kind="staff.locked").count() == 1


@pytest.mark.django_db
def test_the_figures_are_configuration(settings):
    settings.STAFF_LOCK_FAILURES = 2
    user = ready(StaffFactory.create())
    fail(user, 2)
    assert locks_of(user) == 1
