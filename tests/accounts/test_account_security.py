"""The page “Sign-in and security”: what it says, ending sessions, and proving oneself without a password."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.browsers import describe_browser
from apps.ledger.models import Entry
from tests.factories.passkeys import give_passkey
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import give_second_factor, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def verified(factory=UserFactory, **fields):
    user = factory.create(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def without_password(**fields):
    user = verified(**fields)
    user.set_unusable_password()
    user.save()
    return user


def signed_in(user, agent=FIREFOX):
    """A browser of the person's that was seen once."""
    client = sign_in(Client(headers={"user-agent": agent}), user)
    client.get(reverse("account_security"))
    return client


def code_in(message):
    return re.search(r"^\s+(\d{6})\s*$", message.body, re.M)[1]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Mac"),
        ("curl/8.5.0", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_described_in_words(agent, words):
    with translation.override("en"):
        assert describe_browser(agent) == words


def test_the_page_tells_this_device_from_the_others():
    user = verified()
    phone, desk = signed_in(user, SAFARI), signed_in(user, FIREFOX)
    sessions = desk.get(reverse("account_security")).context["sessions"]
    assert [(session.browser, session.is_this) for session in sessions] == [
        ("Firefox on Windows", True),
        ("Safari on iPhone", False),
    ]
    assert phone.get(reverse("account_security")).context["sessions"][0].browser == "Safari on iPhone"


def test_one_session_is_ended_and_no_other():
    user = verified()
    phone, desk, third = signed_in(user, SAFARI), signed_in(user), signed_in(user)
    other = next(s for s in desk.get(reverse("account_security")).context["sessions"] if "iPhone" in s.browser)
    desk.post(reverse("account_end_sessions"), {"session": other.pk})
    assert phone.get(reverse("account_security")).status_code == 302
    assert third.get(reverse("account_security")).status_code == 200
    entry = Entry.objects.get(action="sessions.ended", subject_id=str(user.public_id))
    assert user.email not in str(entry.__dict__)


def test_all_other_sessions_are_ended():
    user = verified()
    phone, desk = signed_in(user, SAFARI), signed_in(user)
    desk.post(reverse("account_end_sessions"), {"session": "others"})
    assert phone.get(reverse("account_security")).status_code == 302
    assert desk.get(reverse("account_security")).status_code == 200
    desk.post(reverse("account_end_sessions"), {"session": "others"})
    assert Entry.objects.filter(action="sessions.ended").count() == 1


@pytest.mark.parametrize("chosen", ["0", "", "x", "-1", "9" * 40])
def test_a_session_that_is_not_ones_own_cannot_be_ended(chosen):
    victim = signed_in(verified())
    foreign = UserSession.objects.get()
    thief = signed_in(verified())
    assert thief.post(reverse("account_end_sessions"), {"session": foreign.pk}).status_code == 404
    assert thief.post(reverse("account_end_sessions"), {"session": chosen}).status_code == 404
    assert victim.get(reverse("account_security")).status_code == 200


def test_a_session_is_noted_once_in_five_minutes():
    user = verified()
    desk = signed_in(user)
    first = UserSession.objects.get().last_seen_at
    desk.get(reverse("account_security"))
    assert UserSession.objects.get().last_seen_at == first
    cache.clear()
    desk.get(reverse("account_security"))
    assert UserSession.objects.get().last_seen_at > first


def test_a_new_password_ends_the_other_sessions_and_is_told_by_mail():
    user = verified()
    phone, desk = signed_in(user, SAFARI), signed_in(user)
    new = {"oldpassword": PASSWORD, "password1": "another long passphrase", "password2": "another long passphrase"}
    assert desk.post(reverse("account_change_password"), new).url == reverse("account_security")
    assert phone.get(reverse("account_security")).status_code == 302
    assert [s.is_this for s in desk.get(reverse("account_security")).context["sessions"]] == [True]
    letter = mail.outbox[-1]
    assert letter.subject == "Your password was changed"
    assert "Firefox on Windows" in letter.body
    assert reverse("account_security") in letter.body


@pytest.mark.django_db(transaction=True)
def test_every_change_of_a_way_in_is_told_by_mail_in_the_language_of_the_page(client):
    user = verified(language="es")
    sign_in(client, user)
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    code = format_hotp_value(hotp_value(form.secret, int(timezone.now().timestamp()) // 30))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    assert [letter.subject for letter in mail.outbox] == [
        "Su segundo factor está activado",
        "Nuevos códigos de recuperación",
        "Su segundo factor está desactivado",
    ]


@pytest.mark.parametrize("page", ["mfa_add_webauthn", "mfa_activate_totp", "account_set_password"])
def test_an_open_session_of_an_account_without_password_proves_itself_by_a_code(client, page):
    user = without_password()
    client.force_login(user)
    proof = client.get(reverse(page)).url
    assert proof.startswith(reverse("account_reauthenticate_by_code"))
    client.get(proof)
    assert not mail.outbox
    client.post(proof, {"action": "send"})
    assert client.post(proof, {"code": "x"}).status_code == 200
    assert client.post(proof, {"code": code_in(mail.outbox[-1])}).url == reverse(page)
    assert client.get(reverse(page)).status_code == 200


def test_three_wrong_codes_end_the_proof(client):
    user = without_password()
    client.force_login(user)
    proof = reverse("account_reauthenticate_by_code")
    client.post(proof, {"action": "send"})
    for _ in range(3):
        client.post(proof, {"code": "x"})
    client.post(proof, {"code": code_in(mail.outbox[0])})
    assert client.get(reverse("account_set_password")).status_code == 302


@pytest.mark.parametrize("how", ["app", "staff"])
def test_mail_is_no_way_past_a_second_factor(client, how):
    user = verified(StaffFactory if how == "staff" else UserFactory)
    give_second_factor(user)
    sign_in(client, user)
    response = client.post(reverse("account_reauthenticate_by_code"), {"action": "send"})
    assert not response.url.startswith(reverse("account_reauthenticate_by_code"))
    assert not mail.outbox


def test_a_code_given_at_sign_in_is_not_asked_again_at_once(client):
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})
    assert client.get(reverse("account_set_password")).status_code == 200
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=6), tick=False):
        assert client.get(reverse("account_set_password")).status_code == 302


def test_recovery_codes_are_shown_once(client):
    user = verified()
    sign_in(client, user)
    give_second_factor(user)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    first = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert all(code in first for code in codes)
    assert not any(code in again for code in codes)


def test_a_recovery_code_signs_in_once(client):
    user = verified()
    give_second_factor(user)
    sign_in(client, user)
    client.post(reverse("mfa_generate_recovery_codes"))
    code = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    for works in (True, False):
        other = Client()
        other.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in other.session) is works


def test_switching_the_app_off_ends_the_recovery_codes_though_a_passkey_stays(client):
    user = verified()
    give_second_factor(user)
    give_passkey(user)
    sign_in(client, user)
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    assert [a.type for a in Authenticator.objects.filter(user=user)] == [Authenticator.Type.WEBAUTHN]
