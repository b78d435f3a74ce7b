"""Pages in every footer, and the check of a letter: it says who asks and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.models import Message
from tests.factories.footage_requests import draft, open_request
from tests.factories.links import post_secret
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db
PAGES = ("web:contact", "web:help", "web:check", "web:privacy", "web:accessibility")


@pytest.fixture
def agency():
    return AgencyFactory.create(name="Tallahassee Police Department", phone="850-891-4200", email="tpd@example.gov")


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_page_stands_in_the_footer_in_both_languages(agency, language):
    client = Client(headers={"accept-language": language})
    for name in (*PAGES, "web:after"):
        page = client.get(reverse(name)).content.decode()
        assert f'<html lang="{language}"' in page
        assert all(f'href="{reverse(one)}"' in page for one in PAGES)
    assert "850-891-4200" in client.get(reverse("web:contact")).content.decode()


def test_the_code_of_a_letter_is_told_from_a_made_up_one(agency):
    opened = open_request(agency)
    User.objects.filter(pk=opened.author.pk).update(badge="1234")
    client, typed = Client(), f" {opened.request.code.lower()} "
    page = client.post(reverse("web:check"), {"code": typed}).content.decode()
    assert "Tallahassee Police Department" in page
    assert "badge 1234" in page
    for secret in (opened.request.case.number, "Secret Lane", opened.request.reason, "red jacket"):
        assert secret not in page
    wrong = client.post(reverse("web:check"), {"code": "R-AAAAAAA"})
    assert wrong.status_code == 422


def test_a_draft_is_no_letter_and_guessing_ends(agency):
    unsent = draft(staff("detective", agency), agency)
    client = Client()
    said = [client.post(reverse("web:check"), {"code": unsent.code}).status_code for _ in range(21)]
    assert said == [422] * 20 + [429]


def test_letter_and_page_name_officer_badge_and_agency_and_how_to_check(agency, client):
    opened = open_request(agency)
    User.objects.filter(pk=opened.author.pk).update(badge="78")
    letter = Message.objects.get(kind="footage_request.invitation").letter
    for body in (letter.text, letter.html):
        assert f"Asked by {opened.author}, Tallahassee Police Department." in body
        assert reverse("web:check") in body
    post_secret(client, "invitation", opened.invitation.public_id, opened.token())
    page = client.get(reverse("footage_requests:invitation", args=[opened.invitation.public_id])).content.decode()
    assert f"{opened.author}, badge 78, Tallahassee Police Department" in " ".join(page.split())
    assert reverse("web:check") in page
    assert reverse("web:after") in page
