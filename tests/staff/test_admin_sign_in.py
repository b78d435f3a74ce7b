"""The admin signs people in through allauth, and in no other way."""

import pytest
from django.urls import reverse

from tests.factories.people import PASSWORD, StaffFactory, UserFactory
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def test_a_stranger_is_led_to_the_one_sign_in_page_and_back(client):
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('staff:notice')}?next={reverse('admin:index')}"
    response = client.post(reverse("staff:notice"), {"next": reverse("admin:index")}, follow=True)
    address = f"{reverse('account_login')}?next={reverse('admin:index')}"
    assert response.redirect_chain[-1][0] == address


def test_the_admins_own_form_signs_nobody_in(client):
    user = StaffFactory.create()
    client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_resident_is_told_that_the_desk_is_not_for_him(client):
    sign_in(client, UserFactory.create())
    response = client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403
    assert "for agency staff" in response.content.decode()


def test_staff_sign_out_through_allauth(client):
    sign_in(client, StaffFactory.create())
    assert client.post(reverse("admin:logout")).url == reverse("account_logout")
