"""Signing up, in and back in, as a resident would; and what a stranger can learn from it: nothing."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from apps.accounts.models import User
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = {"email": "Ada@Example.org ", "password1": "a quite long passphrase", "name": "Ada"}


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def verified(**fields):
    user = UserFactory.create(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_in(message):
    return re.search(r"^\s+([\dA-Z][\dA-Z-]{5,})\s*$", message.body, re.M)[1]


def test_a_resident_signs_up_with_the_code_from_the_mail(client):
    response = client.post(reverse("account_signup"), NEW)
    assert response.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    code = code_in(mail.outbox[0])
    assert re.fullmatch(r"\d{6}", code)
    client.post(response.url, {"code": code})
    user = User.objects.get(email="ada@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.name == "Ada"
    assert not user.is_staff


def test_a_wrong_code_signs_nobody_in(client):
    client.post(reverse("account_signup"), NEW)
    right = code_in(mail.outbox[0])
    wrong = "111111" if right != "111111" else "222222"
    response = client.post(reverse("account_email_verification_sent"), {"code": wrong})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_short_password_is_refused_with_the_reason(client):
    response = client.post(reverse("account_signup"), NEW | {"password1": "fourteen chars"})
    assert "15" in response.context["form"].errors["password1"][0]
    assert not User.objects.exists()


def test_sixty_four_characters_and_spaces_are_a_password(client):
    client.post(reverse("account_signup"), NEW | {"password1": "x y" * 21 + "z"})
    assert User.objects.get().check_password("x y" * 21 + "z")


def test_signing_up_does_not_tell_whether_an_address_has_an_account(client, django_user_model):
    verified(email="ada@example.org")
    known = client.post(reverse("account_signup"), NEW, follow=True)
    unknown = client.__class__().post(reverse("account_signup"), NEW | {"email": "eve@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert known.content.count(b"<form") == unknown.content.count(b"<form")
    assert "already" in mail.outbox[0].subject
    assert User.objects.filter(email="ada@example.org").count() == 1


def test_asking_for_a_new_password_answers_alike_for_known_and_unknown_addresses(client):
    verified(email="ada@example.org")
    known = client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    unknown = client.__class__().post(reverse("account_reset_password"), {"email": "eve@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_forgotten_password_is_replaced_by_code(client):
    user = verified(email="ada@example.org")
    response = client.post(reverse("account_reset_password"), {"email": user.email})
    response = client.post(response.url, {"code": code_in(mail.outbox[0])})
    client.post(response.url, {"password1": "another long passphrase", "password2": "another long passphrase"})
    user.refresh_from_db()
    assert user.check_password("another long passphrase")


def test_the_sixth_wrong_password_in_a_quarter_hour_is_not_even_looked_at(client):
    user = verified()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": user.email, "password": "wrong wrong wrong wrong"})
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "Too many" in str(response.context["form"].errors)
    assert "_auth_user_id" not in client.session


def test_a_spoofed_forwarding_header_does_not_lift_the_throttle(client):
    user = verified()
    for n in range(6):
        response = client.post(
            reverse("account_login"),
            {"login": user.email, "password": "wrong wrong wrong wrong"},
            headers={"x-forwarded-for": f"10.0.0.{n}"},
        )
    assert "Too many" in str(response.context["form"].errors)


def test_the_address_signs_in_whatever_its_case(client):
    user = verified(email="ada@example.org")
    client.post(reverse("account_login"), {"login": "ADA@example.ORG", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_staff_read_the_notice_before_they_sign_in(client):
    assert "Unauthorized use is prohibited" in client.get(reverse("account_login")).content.decode()


def test_pages_of_a_signed_in_person_are_kept_out_of_every_cache(client):
    client.force_login(verified())
    assert "no-store" in client.get("/")["Cache-Control"]


def test_mails_speak_the_readers_language(client):
    client.post(reverse("account_signup"), NEW, headers={"accept-language": "en"})
    assert "your code" in mail.outbox[0].subject
    assert "{{" not in mail.outbox[0].body
    assert "We will never ask for your password" in mail.outbox[0].body
