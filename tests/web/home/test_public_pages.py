"""What everybody may see: counts of five or more, the terms, and no trace of a camera."""

import os
import re
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.counts.services import release_counts
from apps.ledger.values import Actor
from tests.factories.cameras import pending_camera
from tests.factories.neighborhood import move_in, neighborhood
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant, terms_in_force
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def counted(client):
    return {zone.name: partners for zone, partners in client.get(reverse("web:home")).context["counts"].items()}


@pytest.mark.parametrize(("households", "shown"), [(0, None), (4, None), (5, 5), (8, 10)])
def test_a_zone_is_counted_from_five_partners_on(client, households, shown):
    agency = AgencyFactory.create()
    zone, houses = neighborhood(agency, columns=3, rows=3, share=0)
    for house in houses[:households]:
        move_in(house, agency, zone)
    release_counts(actor=Actor.system("test"))
    assert counted(client) == {zone.name: shown}
    page = client.get(reverse("web:home")).content.decode()
    assert ("fewer than 5" in page) == (shown is None)


def test_the_terms_are_public(client):
    assert "There are no terms yet" in client.get(reverse("web:terms")).content.decode()
    terms_in_force()
    page = client.get(reverse("web:terms")).content.decode()
    assert "The privacy terms." in page
    assert "We ask, you decide." in page


def test_the_language_switch_sets_the_cookie_and_comes_back(client):
    response = client.post(reverse("web:language"), {"language": "es", "next": reverse("web:terms")})
    assert response.url == reverse("web:terms")
    assert response.cookies["django_language"].value == "es"


def test_the_language_switch_leads_to_no_other_site(client):
    response = client.post(reverse("web:language"), {"language": "es", "next": "https://evil.example/"})
    assert "evil" not in response.url


def test_the_language_switch_is_kept_with_the_account(client):
    user = UserFactory.create()
    sign_in(client, user)
    client.post(reverse("web:language"), {"language": "es", "next": "/"})
    assert User.objects.get(pk=user.pk).language == "es"
    for unspoken in ("tlh", "zh-hant", "de", ""):
        client.post(reverse("web:language"), {"language": unspoken, "next": "/"})
        assert User.objects.get(pk=user.pk).language == "es"


def test_start_leads_staff_to_their_desk(client):
    sign_in(client, StaffFactory.create())
    assert client.get(reverse("web:start")).url == reverse("admin:index")


@pytest.mark.parametrize("page", ["web:home", "web:terms", "account_login", "account_signup"])
def test_pages_carry_the_house_headers(client, page):
    response = client.get(reverse(page))
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


def test_the_import_map_is_the_only_inline_script_and_carries_the_nonce(client):
    user, partner = registrant(AgencyFactory.create())
    pending_camera(partner)
    sign_in(client, user)
    for page in ("web:cameras", "web:add_camera"):
        response = client.get(reverse(page))
        text = response.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        inline = [part for part in text.split("<script")[1:] if " src=" not in part.split(">")[0]]
        kinds = sorted(part.split('type="')[1].split('"')[0] for part in inline)
        assert set(kinds) <= {"importmap", "application/json"}
        nonce = text.split('type="importmap" nonce="')[1].split('"')[0]
        assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]


def test_a_page_that_does_not_exist_says_so_in_the_house_style(client):
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "We cannot find that page" in response.content.decode()


def test_a_form_without_its_token_is_refused_kindly(client):
    strict = client.__class__(enforce_csrf_checks=True)
    response = strict.post(reverse("web:language"), {"language": "es"})
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()


def test_a_citys_tiles_enter_the_policy_and_nothing_else_does():
    code = (
        "from django.conf import settings; d = settings.CONTENT_SECURITY_POLICY['DIRECTIVES'];"
        "print([name for name in d if 'https://tiles.example.org' in d[name]])"
    )
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    env = os.environ | {"MAP_TILES_URL": tiles, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "['img-src', 'connect-src']"


@pytest.mark.parametrize("source", ["", "https://code.example/portal"])
def test_the_foot_leads_to_the_source_code_where_a_city_names_it(client, settings, source):
    settings.PORTAL_SOURCE_URL = source
    page = client.get(reverse("web:home")).content.decode()
    assert ("source code" in page) == bool(source)
    assert source in page


def test_register_a_camera_leads_to_one_place_wherever_it_is_offered(client):
    page = client.get(reverse("web:home")).content.decode()
    offered = re.findall(r'href="([^"]*)">Register a camera<', page)
    assert len(offered) == 2
    assert {client.get(href, follow=True).request["PATH_INFO"] for href in offered} == {reverse("account_signup")}


def test_a_weakness_is_reported_to_whom_the_city_names(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@city.example"
    settings.SITE_URL = "https://portal.example"
    with time_machine.travel("2026-11-28T12:00:00Z", tick=False):
        answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "Contact: mailto:security@city.example",
        "Expires: 2027-05-27T12:00:00+00:00",
        "Canonical: https://portal.example/.well-known/security.txt",
        "Preferred-Languages: en, es",
    ]
