"""Staff pass a second factor in each session; nobody else is asked for one."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from apps.core.fields import EncryptedTextField
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import SEED, give_second_factor, sign_in
from tests.factories.staff_codes import proof

pytestmark = pytest.mark.django_db


def test_staff_without_a_second_factor_reach_only_the_page_that_sets_one_up(client):
    client.force_login(StaffFactory.create())
    for address in ("/", reverse("admin:index"), reverse("usersessions_list"), reverse("mfa_index")):
        response = client.get(address)
        assert response.status_code == 302, address
        assert response.url == reverse("mfa_activate_totp")


def test_a_program_of_such_staff_is_refused_rather_than_led_to_a_page(client):
    client.force_login(StaffFactory.create())
    response = client.get("/", headers={"accept": "application/json"})
    assert response.status_code == 403


def test_a_session_that_gave_no_code_is_asked_for_one_though_the_account_has_an_app(client):
    user = StaffFactory.create()
    give_second_factor(user)
    client.force_login(user)
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("mfa_reauthenticate"))


def test_staff_who_gave_a_code_pass(client):
    sign_in(client, StaffFactory.create())
    assert client.get("/").status_code == 200


def test_staff_give_a_code_again_after_twelve_hours_however_busy_the_session_is(client):
    sign_in(client, StaffFactory.create())
    start = timezone.now()
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert client.get(reverse("admin:index")).status_code == 200, minutes
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
        assert client.get(reverse("admin:index")).url.startswith(reverse("staff:locked"))
        assert client.post(reverse("staff:locked"), proof()).url == reverse("admin:index")
        assert client.get(reverse("admin:index")).status_code == 200


def test_an_open_session_alone_does_not_change_the_address_of_an_account(client):
    user = UserFactory.create()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    sign_in(client, user)
    form = {"action_add": "", "email": "thief@example.org"}
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert client.post(reverse("account_email"), form).url.startswith(reverse("account_reauthenticate"))
    assert not mail.outbox
    assert client.post(reverse("account_email"), form).status_code == 302
    assert [message.to for message in mail.outbox][-1] == ["thief@example.org"]


def test_password_alone_does_not_sign_staff_in_who_have_an_app(client):
    user = StaffFactory.create()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    give_second_factor(user)
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_staff_may_not_switch_their_app_off(client):
    user = StaffFactory.create()
    sign_in(client, user)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_residents_are_not_asked_for_a_second_factor(client):
    sign_in(client, UserFactory.create())
    assert client.get("/").status_code == 200


def test_the_seed_of_an_app_lies_encrypted():
    user = StaffFactory.create()
    give_second_factor(user)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert SEED not in stored
    assert EncryptedTextField().from_db_value(stored) == SEED
