"""What an association's contact sees: counts that tell nothing about anybody; and its pages."""

import uuid
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.notifications.models import Message
from apps.partners import services
from apps.partners.models import Affiliation, ForwardedAppeal, MemberRole, Membership, PartnerKind
from apps.web.associations.selectors import band, counts_for_association, week_began
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at
from tests.factories.links import post_secret
from tests.factories.people import PartnerFactory, UserFactory, member, registrant, verified
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=30)


@pytest.fixture(autouse=True)
def _settings(settings):
    cache.clear()
    settings.APPEAL_HOSTS = ["police.example.gov"]


@pytest.fixture
def oak(client):
    contact = verified(UserFactory.create())
    partner = PartnerFactory.create(kind=PartnerKind.ASSOCIATION, name="Oak Hill")
    Membership.objects.create(partner=partner, user=contact, role=MemberRole.OWNER)
    services.renew_join_code(association=partner, user=contact, actor=actor_for(contact))
    sign_in(client, contact)
    return partner


def belonging(oak, count, *, cameras=1, ago=LONG_AGO, state=CameraState.ACTIVE):
    """So many members with so many cameras each, since some time."""
    partners = []
    for _ in range(count):
        _user, partner = registrant()
        partner.name = "Kanarie household"
        partner.save()
        Affiliation.objects.create(partner=partner, association=oak, began_at=timezone.now() - ago)
        for _ in range(cameras):
            camera = camera_at(partner, name="Kanarie camera", state=state)
            Camera.objects.filter(pk=camera.pk).update(created_at=timezone.now() - ago)
        partners.append(partner)
    return partners


def shown(oak):
    counts = counts_for_association(oak)
    return [(row.least, row.most) for row in (*counts.members, *counts.cameras)]


@pytest.mark.parametrize(
    ("count", "contributors", "expected"),
    [
        (4, 4, (None, None)),
        (5, 5, (5, 9)),
        (9, 9, (5, 9)),
        (10, 10, (10, 14)),
        (40, 4, (None, None)),
        (40, 5, (40, 44)),
    ],
)
def test_a_count_is_a_band_and_hidden_where_few_contribute(count, contributors, expected):
    found = band("x", count, contributors)
    assert (found.least, found.most) == expected


def test_counts_by_state_come_in_bands(oak):
    belonging(oak, 6, cameras=2)
    belonging(oak, 5, state=CameraState.PENDING)
    members_and_cameras = shown(oak)
    assert members_and_cameras[0] == (10, 14)
    assert members_and_cameras[1] == (5, 9)
    assert members_and_cameras[2] == (5, 9)
    assert members_and_cameras[4] == (10, 14)
    assert members_and_cameras[5] == (5, 9)
    assert members_and_cameras[6] == (None, None)


def test_many_cameras_of_few_members_are_not_counted_out(oak):
    belonging(oak, 4, cameras=20)
    assert shown(oak) == [(None, None)] * 7


def test_who_joins_or_goes_this_week_changes_nothing_until_monday(oak):
    ten = belonging(oak, 10)
    before = shown(oak)
    belonging(oak, 5, ago=timedelta(0))
    Affiliation.objects.filter(partner=ten[0]).update(ended_at=timezone.now())
    ten[1].left_at = timezone.now()
    ten[1].save()
    assert shown(oak) == before
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=8)):
        assert shown(oak)[0] == (10, 14)  # ten less two and five more


def test_the_week_begins_on_monday_in_the_portals_zone(settings):
    settings.PORTAL_TIME_ZONE = "America/New_York"
    # Monday 03:00 UTC is still Sunday evening there.
    with mock.patch("django.utils.timezone.now", return_value=datetime(2026, 11, 23, 3, tzinfo=UTC)):
        assert week_began().date().isoformat() == "2026-11-16"
    with mock.patch("django.utils.timezone.now", return_value=datetime(2026, 11, 23, 6, tzinfo=UTC)):
        assert week_began().date().isoformat() == "2026-11-23"


def test_no_page_of_the_contact_names_a_member_or_a_camera(client, oak):
    belonging(oak, 7)
    for page in (
        "association",
        "association_flyer",
        "association_appeal",
        "associations",
        "cameras",
        "requests",
        "given",
    ):
        body = client.get(reverse(f"web:{page}")).content.decode()
        assert "Kanarie" not in body, page
        assert "Secret Lane" not in body, page
    api = client.get("/api/v1/cameras/").json()
    assert api["count"] == 0
    assert client.get("/api/v1/partners/").json()["count"] == 1


def test_the_desk_is_for_contacts_of_associations_alone(client, oak):
    sign_in(client, member(oak))
    assert client.get(reverse("web:association")).status_code == 403
    sign_in(client, registrant()[0])
    for page in ("association", "association_flyer", "association_appeal"):
        assert client.get(reverse(f"web:{page}")).status_code == 404


def by_flyer(client, code):
    """Scan the flyer's picture: its address carries the code behind the `#`."""
    assert post_secret(client, "belong", code.public_id, code.code).status_code == 303
    return client


def test_a_home_belongs_by_the_flyers_link_and_ends_it(client, oak):
    code = client.get(reverse("web:association")).context["code"]
    link = reverse("web:belong", args=[code.public_id])
    assert "Oak Hill" not in Client().get(link).content.decode()
    assert "Oak Hill" in by_flyer(Client(), code).get(link).content.decode()
    user, home = registrant()
    neighbor = sign_in(by_flyer(Client(), code), user)
    assert neighbor.post(link, {"confirmed": "True", "appeals": "on"}).url == reverse("web:associations")
    page = neighbor.get(reverse("web:associations")).content.decode()
    assert "You get its letters" in page
    row = Affiliation.objects.get(partner=home)
    address = reverse("web:affiliation", args=[row.public_id])
    neighbor.post(address, {"letters": "off"})
    assert "You get none of its letters" in neighbor.get(reverse("web:associations")).content.decode()
    assert client.post(address, {"end": ""}).status_code == 404  # not the contact's to see
    neighbor.post(address, {"end": ""})
    assert "You belong to no association here" in neighbor.get(reverse("web:associations")).content.decode()


def test_a_code_may_be_typed_and_guessing_is_slowed_down(client, oak):
    code = client.get(reverse("web:association")).context["code"].code
    user, _home = registrant()
    neighbor = sign_in(Client(), user)
    page = reverse("web:associations")
    answer = neighbor.post(page, {"code": f" {code.lower()} "}, follow=True)
    assert "Do you belong to Oak Hill" in answer.content.decode()
    assert neighbor.post(page, {"code": "0000-0000-0000"}).status_code == 422
    for _ in range(12):
        last = post_secret(neighbor, "belong", uuid.uuid4(), "0000-0000-0000")
    assert last.status_code == 429


def test_a_responder_may_not_say_where_the_partner_belongs(client, oak):
    code = client.get(reverse("web:association")).context["code"]
    _owner, home = registrant()
    helper = sign_in(by_flyer(Client(), code), member(home))
    link = reverse("web:belong", args=[code.public_id])
    assert "Yes, we belong to it" not in helper.get(link).content.decode()
    assert helper.post(link, {"confirmed": "True"}).status_code == 403
    assert not Affiliation.objects.exists()


def test_an_appeal_is_looked_at_then_sent_once(client, oak):
    (home,) = belonging(oak, 1)
    user = Membership.objects.get(partner=home).user
    services.read_appeals(affiliation=Affiliation.objects.get(), wants=True, user=user, actor=actor_for(user))
    form = {
        "title": "Who saw the van?",
        "text": "Tuesday at nine.\nA white van.",
        "link": "https://police.example.gov/a",
        "request_key": str(uuid.uuid4()),
    }
    page = client.post(reverse("web:association_appeal"), form | {"preview": "1"})
    assert "A white van." in page.content.decode()
    assert not ForwardedAppeal.objects.exists()
    back = client.post(reverse("web:association_appeal"), form | {"change": "1"}).content.decode()
    assert "Look at the letter" in back
    assert "Tuesday at nine." in back
    for _ in range(2):
        answer = client.post(reverse("web:association_appeal"), form | {"send": "1"}, follow=True)
        assert "on its way" in answer.content.decode()
        assert user.email not in answer.content.decode()
    assert Message.objects.filter(kind="appeal.forwarded").count() == 1


def test_the_page_answers_alike_for_every_address(client, oak):
    (home,) = belonging(oak, 1)
    known = Membership.objects.get(partner=home).user.email
    for verb, more in (("invite", {"invite-language": "en"}), ("end", {})):
        pages = []
        for email in (known, "nobody@example.org"):
            answer = client.post(
                reverse("web:association"), {"verb": verb, f"{verb}-email": email, **more}, follow=True
            )
            pages.append(answer.content.decode().split('<main id="main"')[1].split("</main>")[0])
        assert pages[0].split('name="csrfmiddlewaretoken"')[0] == pages[1].split('name="csrfmiddlewaretoken"')[0]


def test_an_address_that_is_none_is_refused_beside_its_field(client, oak):
    answer = client.post(reverse("web:association"), {"verb": "end", "end-email": "nobody"})
    assert answer.status_code == 422
    assert "email" in answer.context["end"].errors
