"""Parts of pages that are kept are those of the reader: by language, and by whether one is signed in, and as what."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.templatetags import kept
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    kept.parts.clear()


def _head(client: Client, language: str = "en") -> str:
    return client.get(reverse("web:terms"), headers={"accept-language": language}).content.decode()


def test_each_reader_gets_the_head_of_their_own_kind():
    person, manager = registrant()[0], staff(Role.PROGRAM_MANAGER)
    for _twice in range(2):
        nobody, own, desk = _head(Client()), _head(sign_in(Client(), person)), _head(sign_in(Client(), manager))
        shown = [[words in page for words in ("Sign in", "My cameras", "Staff desk")] for page in (nobody, own, desk)]
        assert shown == [[True, False, False], [False, True, False], [False, False, True]]
        assert ["Sign out" in page for page in (nobody, own, desk)] == [False, True, True]


def test_each_reader_gets_their_own_language():
    for _twice in range(2):
        assert "Sign in" in _head(Client(), "en")
        spanish = _head(Client(), "es")
        assert "Iniciar sesión" in spanish or "Entrar" in spanish
        assert "Sign in" not in spanish
        assert 'value="es" lang="es" aria-current="true"' in " ".join(spanish.split())


def test_nothing_of_a_person_is_kept():
    person, partner = registrant()
    token = sign_in(Client(), person).get(reverse("web:cameras")).context["csrf_token"]
    assert kept.parts
    found = repr(kept.parts)
    assert not [private for private in (str(token), partner.name, person.email) if private in found]


def test_the_name_of_the_portal_is_part_of_what_is_kept(settings):
    _head(Client())
    settings.PORTAL_NAME = "Another Partnership"
    assert "<span>Another Partnership</span>" in _head(Client())
