"""Sites and roles through the API."""

import pytest

from apps.cameras.states import CameraState
from apps.partners.models import MemberRole, Membership
from tests.factories.api_clients import by_token, send
from tests.factories.cameras import pending_camera, site
from tests.factories.people import member, registrant

pytestmark = pytest.mark.django_db
SITES = "/api/v1/sites/"


def test_a_person_of_several_partners_lists_all_or_one_and_sees_the_own_role():
    user, home = registrant()
    _other, shop = registrant()
    Membership.objects.create(partner=shop, user=user, role=MemberRole.MANAGER)
    pending_camera(home)
    pending_camera(shop)
    client = by_token(user)
    rows = {row["id"]: row["role"] for row in client.get("/api/v1/partners/").json()["results"]}
    assert rows == {str(home.public_id): "owner", str(shop.public_id): "manager"}
    for address in (SITES, "/api/v1/cameras/"):
        assert client.get(address).json()["count"] == 2
        assert client.get(f"{address}?partner={shop.public_id}").json()["count"] == 1


def test_a_site_is_renamed_and_closed_with_its_cameras():
    user, partner = registrant()
    camera = pending_camera(partner)
    client, address = by_token(user), f"{SITES}{camera.site.public_id}/"
    changed = send(client, "patch", address, {"name": "Cabin"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Cabin")
    refused = send(client, "post", f"{address}close/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "cameras")
    closed = send(client, "post", f"{address}close/", {"with_cameras": True})
    assert closed.json()["closed_at"]
    camera.refresh_from_db()
    assert camera.state == CameraState.RETIRED
    assert send(client, "patch", address, {"name": "Shop"}).status_code == 409


@pytest.mark.parametrize("role", [MemberRole.RESPONDER, None])
def test_a_person_who_does_not_run_the_account_finds_no_site(role):
    _owner, partner = registrant()
    place = site(partner)
    client = by_token(member(partner, role) if role else registrant()[0])
    assert client.get(SITES).json()["count"] == 0
    for verb, address in (("patch", ""), ("post", "close/")):
        assert send(client, verb, f"{SITES}{place.public_id}/{address}", {"name": "Mine"}).status_code == 404
