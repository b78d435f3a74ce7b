"""The pages of a partner's sites."""

import uuid

import pytest
from django.urls import reverse

from apps.cameras.models import Site
from apps.cameras.states import CameraState
from apps.core.paging import PER_PAGE
from tests.factories.cameras import pending_camera, site
from tests.factories.people import member, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(client):
    user, partner = registrant()
    sign_in(client, user)
    return partner


def test_without_a_site_the_page_says_what_one_is(client, shop):
    assert "No site yet" in client.get(reverse("web:sites")).content.decode()


def test_a_site_is_added_once_however_often_the_form_is_sent(client, shop):
    form = {"name": "Shop on Main", "address": "1 Main Street", "request_key": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(reverse("web:site_add"), form).status_code == 302
    assert Site.objects.get().partner == shop
    assert "1 Main Street" in client.get(reverse("web:sites")).content.decode()


def test_a_name_is_needed_and_what_was_typed_stays(client, shop):
    answer = client.post(reverse("web:site_add"), {"name": " ", "address": "1 Main", "request_key": uuid.uuid4()})
    assert answer.status_code == 422
    assert 'value="1 Main"' in answer.content.decode()


def test_cameras_are_listed_by_site_and_the_count_of_queries_does_not_grow(client, shop, django_assert_max_num_queries):
    for name in ("Shop", "Office", "Store"):
        place = site(shop, name)
        for number in range(3):
            pending_camera(shop, site=place, name=f"{name} {number}")
    client.get(reverse("web:account"))  # the session's own bookkeeping
    with django_assert_max_num_queries(8):
        page = client.get(reverse("web:sites")).content.decode()
    assert page.index("Shop 0") < page.index("Office 0") < page.index("Store 2")


def test_many_sites_come_in_pages_and_a_camera_is_added_at_any(client, shop):
    places = [site(shop, f"Shop {number:02}") for number in range(PER_PAGE + 1)]
    first, second = (client.get(reverse("web:sites"), {"page": number}).content.decode() for number in (1, 2))
    assert "Shop 00" in first
    assert "Shop 20" not in first
    assert f"{reverse('web:add_camera')}?site={places[-1].public_id}" in second


def test_closing_names_the_cameras_that_go_with_it_and_asks_for_a_tick(client, shop):
    camera = pending_camera(shop, name="Till")
    address = reverse("web:site_close", args=[camera.site.public_id])
    assert "Till" in client.get(address).content.decode()
    assert client.post(address, {"closing": "True"}).status_code == 422
    assert client.post(address, {"closing": "True", "sure": "on"}).status_code == 302
    camera.refresh_from_db()
    assert camera.state == CameraState.RETIRED
    assert client.get(address).status_code == 404


def test_an_empty_site_closes_without_a_tick(client, shop):
    place = site(shop)
    client.post(reverse("web:site_close", args=[place.public_id]), {"closing": "True"})
    place.refresh_from_db()
    assert place.closed_at


def test_a_site_gets_another_name(client, shop):
    place = site(shop)
    address = reverse("web:site_edit", args=[place.public_id])
    client.post(address, {"name": "Cabin", "address": "", "request_key": str(uuid.uuid4())})
    place.refresh_from_db()
    assert place.name == "Cabin"


def test_sites_are_for_those_who_run_the_account(client, shop):
    place = site(shop)
    sign_in(client, member(shop))
    assert client.get(reverse("web:sites")).status_code == 403
    other, _theirs = registrant()
    sign_in(client, other)
    for page in ("web:site_edit", "web:site_close"):
        assert client.get(reverse(page, args=[place.public_id])).status_code == 404
