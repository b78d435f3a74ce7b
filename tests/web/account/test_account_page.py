"""A person's own account: preferences, and what is linked from there."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.accounts.models import User
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

PREFERENCES = {"name": "Ada Lovelace", "language": "es", "time_zone": "America/Chicago"}


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def test_preferences_are_saved_and_answered_in_the_new_language(client):
    user = UserFactory.create()
    sign_in(client, user)
    page = client.post(reverse("web:account"), PREFERENCES, follow=True).content.decode()
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.language, user.time_zone) == ("Ada Lovelace", "es", "America/Chicago")
    assert "Guardado." in page


@pytest.mark.parametrize(("field", "value"), [("language", "tlh"), ("time_zone", "../etc/passwd"), ("name", "")])
def test_a_preference_that_cannot_be_is_refused(client, field, value):
    user = UserFactory.create()
    sign_in(client, user)
    response = client.post(reverse("web:account"), PREFERENCES | {field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert User.objects.get(pk=user.pk).name == user.name


def test_a_name_is_one_line_whatever_is_pasted(client):
    user = UserFactory.create()
    sign_in(client, user)
    answer = client.post(reverse("web:account"), PREFERENCES | {"name": "Ada\r\nBcc: x@example.org\u202e"})
    assert "holds no web address, e-mail address" in answer.content.decode()
    client.post(reverse("web:account"), PREFERENCES | {"name": "Ada\r\nBcc: Eve\u202e"})
    assert User.objects.get(pk=user.pk).name == "Ada Bcc: Eve"


def test_a_time_zone_that_is_gone_breaks_no_page(client):
    user = UserFactory.create(time_zone="Mars/Olympus")
    sign_in(client, user)
    assert client.get(reverse("web:account")).status_code == 200


def test_a_partner_sees_who_may_ask_and_staff_see_nothing_of_that(client):
    agency = AgencyFactory.create(name="Leon County Sheriff")
    user, _partner = registrant(agency)
    sign_in(client, user)
    assert "Leon County Sheriff" in client.get(reverse("web:account")).content.decode()
    sign_in(client, StaffFactory.create())
    page = client.get(reverse("web:account")).content.decode()
    assert "Leon County Sheriff" not in page
    assert reverse("web:join") not in page.split("<main")[1]
