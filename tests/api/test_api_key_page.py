"""Making and revoking the key for programs."""

import re

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from apps.agencies.models import Role
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/account/key/"


def test_a_key_is_shown_once_and_works_until_it_is_revoked():
    user, _partner = registrant()
    client = sign_in(Client(), user)
    assert "You have no key" in client.get(PAGE).content.decode()
    shown = client.post(PAGE)
    (key,) = re.findall(r"<code>(ccp_[\w-]+)</code>", shown.content.decode())
    assert "no-store" in shown["Cache-Control"]
    program = Client(headers={"authorization": f"Token {key}"})
    assert program.get("/api/v1/cameras/").status_code == 200
    assert key not in client.get(PAGE).content.decode()
    client.post(PAGE, {"revoke": "1"})
    assert program.get("/api/v1/cameras/").status_code == 401


def test_staff_and_strangers_get_no_key():
    assert sign_in(Client(), staff(Role.DETECTIVE)).post(PAGE).status_code == 403
    assert Client().post(PAGE).status_code == 302
    assert not Token.objects.exists()


def test_an_old_sign_in_is_asked_for_the_password_first():
    user, _partner = registrant()
    client = Client()
    client.force_login(user)
    answer = client.post(PAGE)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not Token.objects.exists()
