"""Making and revoking the key for programs."""

import re

import pytest
from django.test import Client

from apps.accounts.models import ApiKey
from apps.agencies.models import Role
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/account/key/"
FORM = {"name": "recorder in the shop", "scope": "full", "days": "365"}


def test_a_key_is_shown_once_and_works_until_it_is_revoked():
    user, _partner = registrant()
    client = sign_in(Client(), user)
    assert "You have no key" in client.get(PAGE).content.decode()
    shown = client.post(PAGE, FORM)
    (key,) = re.findall(r">(ccp_[\w-]{20,})</code>", shown.content.decode())
    assert "no-store" in shown["Cache-Control"]
    program = Client(headers={"authorization": f"Token {key}"})
    assert program.get("/api/v1/cameras/").status_code == 200
    page = client.get(PAGE).content.decode()
    assert key not in page
    assert key[:8] in page
    assert "recorder in the shop" in page
    client.post(f"{PAGE}{ApiKey.objects.get().public_id}/revoke/")
    assert program.get("/api/v1/cameras/").status_code == 401
    assert "You have no key" in client.get(PAGE).content.decode()


def test_what_is_missing_is_asked_for_and_the_page_speaks_spanish():
    user, _partner = registrant()
    user.language = "es"
    user.save()
    page = sign_in(Client(), user).post(PAGE, {"name": "", "scope": "all"})
    assert page.status_code == 422
    assert "Claves para programas" in page.content.decode()
    assert not ApiKey.objects.exists()


def test_nobody_revokes_the_key_of_somebody_else():
    user, _partner = registrant()
    sign_in(Client(), user).post(PAGE, FORM)
    other, _their = registrant()
    address = f"{PAGE}{ApiKey.objects.get().public_id}/revoke/"
    assert sign_in(Client(), other).post(address).status_code == 404
    assert ApiKey.objects.get().lives


def test_staff_and_strangers_get_no_key():
    assert sign_in(Client(), staff(Role.DETECTIVE)).post(PAGE, FORM).status_code == 403
    assert Client().post(PAGE, FORM).status_code == 302
    assert not ApiKey.objects.exists()


def test_an_old_sign_in_is_asked_for_the_password_first():
    user, _partner = registrant()
    client = Client()
    client.force_login(user)
    answer = client.post(PAGE, FORM)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not ApiKey.objects.exists()
