"""Passkeys: a way in for everybody, two factors in one for staff, and nothing that a device did not check."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from apps.ledger.models import Entry
from tests.factories.passkeys import SECURE, SoftPasskey, give_passkey, sign_in_with
from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import give_second_factor, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def verified(factory=UserFactory, **fields):
    user = factory.create(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def with_passkey(factory=UserFactory, **how):
    user, passkey = verified(factory), SoftPasskey(**how)
    give_passkey(user, passkey=passkey)
    return user, passkey


def test_a_passkey_is_added_on_the_page_and_signs_in_afterwards(client):
    user, passkey = verified(), SoftPasskey()
    sign_in(client, user)
    page = client.get(reverse("mfa_add_webauthn"), **SECURE)
    options = page.context["options"]["creation_options"]
    wanted = options["publicKey"]["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    answer = passkey.create(options)
    response = client.post(reverse("mfa_add_webauthn"), {"name": "My\nphone", "credential": answer}, **SECURE)
    assert response.url == reverse("account_security")
    assert Authenticator.objects.get(user=user).wrap().name == "My phone"
    assert Entry.objects.filter(action="passkey.added", subject_id=str(user.public_id)).count() == 1
    assert "passkey was added" in mail.outbox[-1].subject

    client.logout()
    response = sign_in_with(client, passkey, next="/join/")
    assert response.url == "/join/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.get_expire_at_browser_close()


def test_a_device_that_did_not_check_its_holder_adds_no_passkey(client):
    user, passkey = verified(), SoftPasskey(verified=False)
    sign_in(client, user)
    options = client.get(reverse("mfa_add_webauthn"), **SECURE).context["options"]["creation_options"]
    client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": passkey.create(options)}, **SECURE)
    assert not Authenticator.objects.filter(user=user).exists()


@pytest.mark.parametrize("factory", [UserFactory, StaffFactory])
def test_a_device_that_did_not_check_its_holder_signs_nobody_in(client, factory):
    _user, passkey = with_passkey(factory)
    passkey.verified = False
    sign_in_with(client, passkey)
    assert "_auth_user_id" not in client.session


def test_an_answer_made_for_another_site_signs_nobody_in(client):
    _user, passkey = with_passkey()
    passkey.origin = "https://testserver.evil.example"
    sign_in_with(client, passkey)
    assert "_auth_user_id" not in client.session


def test_an_answer_works_once(client):
    user, passkey = with_passkey()
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}, **SECURE).json()
    answer = {"credential": passkey.get(options["request_options"])}
    client.post(reverse("mfa_login_webauthn"), answer, **SECURE)
    assert client.session["_auth_user_id"] == str(user.pk)
    client.logout()
    client.post(reverse("mfa_login_webauthn"), answer, **SECURE)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("nonsense", ["", "x", "{}", "[]", "null", json.dumps({"response": {"userHandle": "!"}})])
def test_nonsense_in_place_of_an_answer_is_refused_kindly(client, nonsense):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}, **SECURE)
    response = client.post(reverse("mfa_login_webauthn"), {"credential": nonsense}, **SECURE)
    assert response.url == reverse("account_login")


def test_the_passkey_of_nobody_and_of_somebody_are_refused_in_the_same_words():
    user, _passkey = with_passkey()
    somebody, nobody = SoftPasskey(), SoftPasskey()
    somebody.user_handle, nobody.user_handle = handle(user.pk), handle(user.pk + 1000)
    said = []
    for stranger in (somebody, nobody):
        response = sign_in_with(Client(), stranger)
        words = [str(message) for message in get_messages(response.wsgi_request)]
        said.append((response.status_code, response.url, words))
    assert said[0] == said[1]
    assert said[0][2]


def handle(pk):
    return websafe_encode(user_pk_to_url_str(UserFactory.build(pk=pk)).encode())


def test_a_passkey_alone_lets_staff_pass(client):
    user, passkey = with_passkey(StaffFactory)
    sign_in_with(client, passkey)
    assert client.session["_auth_user_id"] == str(user.pk)
    client.post(reverse("staff:notice"), **SECURE)
    assert client.get(reverse("admin:index"), **SECURE).status_code == 200


def test_a_session_of_staff_that_used_no_passkey_is_asked_for_it(client):
    user, passkey = with_passkey(StaffFactory)
    client.force_login(user)
    response = client.get(reverse("admin:index"), **SECURE)
    page = client.get(response.url, **SECURE)
    assert response.url.startswith(reverse("mfa_reauthenticate_webauthn"))
    answer = {"credential": passkey.get(page.context["options"]["request_options"])}
    assert client.post(response.url, answer, **SECURE).url == reverse("admin:index")
    client.post(reverse("staff:notice"), **SECURE)
    assert client.get(reverse("admin:index"), **SECURE).status_code == 200


@pytest.mark.parametrize(("checked", "passes"), [(True, True), (False, False)])
def test_beside_a_password_too_only_a_passkey_that_checked_its_holder_counts(client, checked, passes):
    user, passkey = with_passkey(StaffFactory)
    passkey.verified = checked
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, **SECURE)
    page = client.get(reverse("mfa_authenticate"), **SECURE)
    answer = {"credential": passkey.get(page.context["js_data"]["request_options"])}
    client.post(reverse("mfa_authenticate"), answer, **SECURE)
    assert ("_auth_user_id" in client.session) is passes


def test_a_session_of_staff_is_not_proved_by_a_passkey_that_checked_nobody(client):
    user, passkey = with_passkey(StaffFactory)
    client.force_login(user)
    page = reverse("mfa_reauthenticate_webauthn")
    options = client.get(page, **SECURE).context["options"]["request_options"]
    passkey.verified = False
    client.post(page, {"credential": passkey.get(options)}, **SECURE)
    assert client.get(reverse("admin:index"), **SECURE).status_code == 302


def test_the_password_of_staff_with_a_passkey_is_not_enough(client):
    user, _passkey = with_passkey(StaffFactory)
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_staff_may_set_up_a_passkey_as_their_first_second_factor(client):
    user, passkey = verified(StaffFactory), SoftPasskey()
    sign_in(client, user)
    Authenticator.objects.all().delete()
    session = client.session
    session["account_authentication_methods"] = session["account_authentication_methods"][:1]
    session.save()
    options = client.get(reverse("mfa_add_webauthn"), **SECURE).context["options"]["creation_options"]
    response = client.post(reverse("mfa_add_webauthn"), {"credential": passkey.create(options)}, **SECURE)
    assert response.url == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("admin:index"), **SECURE).status_code == 200


def test_a_session_without_the_factor_cannot_add_a_passkey_beside_the_one_it_lacks(client):
    user = verified(StaffFactory)
    give_second_factor(user)
    client.force_login(user)
    assert client.get(reverse("mfa_add_webauthn"), **SECURE).url.startswith(reverse("mfa_reauthenticate"))


def test_staff_may_not_remove_their_only_second_factor(client):
    user, _passkey = with_passkey(StaffFactory)
    sign_in(client, user)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    held = Authenticator.objects.get(user=user)
    assert client.post(reverse("mfa_remove_webauthn", args=[held.pk]), **SECURE).status_code == 403
    assert Authenticator.objects.filter(pk=held.pk).exists()


def test_a_residents_passkey_is_asked_of_nobody_who_comes_another_way(client):
    user, _passkey = with_passkey()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(client):
    user, _passkey = with_passkey()
    held = Authenticator.objects.get(user=user)
    edit, remove = (reverse(f"mfa_{verb}_webauthn", args=[held.pk]) for verb in ("edit", "remove"))
    sign_in(client, verified())
    assert client.post(edit, {"name": "mine"}, **SECURE).status_code == 404
    assert client.post(remove, **SECURE).status_code == 404
    sign_in(client, user)
    client.post(edit, {"name": "Old phone"}, **SECURE)
    assert Authenticator.objects.get(pk=held.pk).wrap().name == "Old phone"
    client.post(remove, **SECURE)
    assert not Authenticator.objects.filter(pk=held.pk).exists()
    assert "passkey was removed" in mail.outbox[-1].subject


def test_an_open_session_alone_adds_no_passkey(client):
    client.force_login(verified())
    assert client.get(reverse("mfa_add_webauthn"), **SECURE).url.startswith(reverse("account_reauthenticate"))


def test_wrong_passkeys_from_the_same_address_keep_no_right_one_out():
    _user, passkey = with_passkey()
    for _ in range(30):
        Client().post(reverse("mfa_login_webauthn"), {"credential": "x"})
    browser = Client()
    sign_in_with(browser, passkey)
    assert "_auth_user_id" in browser.session
