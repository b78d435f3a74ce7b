"""How often each form may be tried, and that a person who is stopped learns for how long."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.limits import try_again
from tests.factories.people import PASSWORD, UserFactory
from tests.factories.sessions import give_second_factor, sign_in

pytestmark = pytest.mark.django_db
WRONG = "a quite wrong passphrase"


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "Please try again in a minute."),
        (60, "Please try again in a minute."),
        (61, "Please try again in 2 minutes."),
        (3600, "Please try again in 60 minutes."),
        (3601, "Please try again in 2 hours."),
    ],
)
def test_the_time_is_said_in_words_that_hold(seconds, words):
    with translation.override("en"):
        assert try_again(seconds) == words


@pytest.mark.parametrize(
    ("form", "field", "times"),
    [("account_login", "login", 20), ("account_signup", "email", 20), ("account_request_login_code", "email", 20)],
)
def test_one_address_that_tries_many_mailboxes_is_stopped_for_a_minute(form, field, times):
    def knock(number, browser):
        return browser.post(reverse(form), {field: f"person{number}@example.org", "password": WRONG})

    for number in range(times):
        answer = knock(number, Client())
        assert answer.status_code == 302 or "Please try again" not in answer.content.decode()
    assert "Please try again in a minute." in knock(99, Client()).content.decode()
    assert "Please try again" not in knock(99, Client(REMOTE_ADDR="203.0.113.9")).content.decode()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        answer = knock(100, Client())
        assert answer.status_code == 302 or "Please try again" not in answer.content.decode()


def test_codes_for_a_new_password_are_few_for_one_source_and_others_are_not_stopped(client):
    for _ in range(3):
        assert client.post(reverse("account_reset_password"), {"email": "ada@example.org"}).status_code == 302
    stopped = client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    assert "Please try again in a minute." in stopped.content.decode()
    other = Client(REMOTE_ADDR="203.0.113.9").post(reverse("account_reset_password"), {"email": "ada@example.org"})
    assert other.status_code == 302


def test_the_sentence_that_stops_is_spanish_too():
    for number in range(21):
        stopped = Client().post(
            reverse("account_signup"), {"email": f"p{number}@example.org"}, headers={"accept-language": "es"}
        )
    assert "Vuelva a intentarlo dentro de un minuto." in stopped.content.decode()


@pytest.mark.parametrize(
    ("form", "post", "times"),
    [
        ("account_change_password", {"oldpassword": WRONG, "password1": "x", "password2": "x"}, 5),
        ("account_reauthenticate", {"password": WRONG}, 10),
        ("account_email", {"action_add": "", "email": "x"}, 10),
    ],
)
def test_an_open_session_is_stopped_at_each_form_too(client, form, post, times):
    sign_in(client, UserFactory.create())
    for _ in range(times):
        assert client.post(reverse(form), post).status_code in (200, 302)
    stopped = client.post(reverse(form), post)
    assert stopped.status_code == 429
    assert "Please try again in" in stopped.content.decode()


def test_codes_asked_again_on_the_page_are_few(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    for _ in range(5):
        client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert len(mail.outbox) == 4


def test_wrong_codes_of_the_app_stop_after_five_and_say_for_how_long(client):
    user = UserFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    give_second_factor(user)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    for _ in range(6):
        response = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "try again in 15 minutes" in str(response.context["form"].errors)


class Broken:
    """A mail server that is away."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_a_mail_server_that_is_away_is_said_and_leaves_no_address_in_the_log(client, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    response = client.post(reverse("account_signup"), {"email": "ada@example.org"})
    assert response.status_code == 503
    assert "We could not send the mail" in response.content.decode()
    assert "ada@example.org" not in caplog.text


def test_a_mail_server_that_is_away_does_not_undo_a_new_password(client, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    user = UserFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sign_in(client, user)
    new = {"oldpassword": PASSWORD, "password1": "another long passphrase", "password2": "another long passphrase"}
    assert client.post(reverse("account_change_password"), new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another long passphrase")
