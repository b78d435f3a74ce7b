"""A partner's cameras are the partner's: changed and withdrawn by nobody else, shown to nobody else."""

import pytest
from django.urls import reverse

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.ledger.values import Actor
from apps.specifications.services import publish_specification
from tests.factories.cameras import pending_camera
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

CANARY = {"name": "Kanarie camera", "latitude": 30.412345, "longitude": -84.298765, "notes": "kanarie note"}
OWN_PAGES = ["web:cameras", "web:add_camera", "web:requests", "web:given", "web:account", "web:home"]


def edit_post(camera, **changes):
    place = camera.place
    return {
        "version": camera.version,
        "name": camera.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "bearing": place.bearing,
        "field_of_view": place.field_of_view,
        "range_ft": 100,
        "retention_days": 14,
        "records_sound": "no",
        "notes": "",
    } | changes


@pytest.fixture
def own(client):
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    return pending_camera(partner)


@pytest.fixture
def theirs():
    return pending_camera(registrant(AgencyFactory.create())[1], **CANARY)


@pytest.mark.parametrize("page", OWN_PAGES)
def test_no_page_of_a_partner_shows_anything_of_another(client, own, theirs, page):
    body = client.get(reverse(page)).content.decode()
    for canary in ("Kanarie", "30.412", "84.298", "kanarie note", str(theirs.public_id), str(theirs.site.public_id)):
        assert canary not in body, (page, canary)


@pytest.mark.parametrize("page", ["web:home", "web:terms", "account_login", "account_signup"])
def test_no_public_page_shows_where_a_camera_is(client, theirs, page):
    Camera.objects.update(state=CameraState.ACTIVE)
    body = client.get(reverse(page)).content.decode()
    for canary in ("Kanarie", "30.412", "84.298"):
        assert canary not in body


@pytest.mark.parametrize("page", ["web:edit_camera", "web:registered", "web:withdraw_camera"])
def test_a_strangers_camera_is_not_found(client, own, theirs, page):
    address = reverse(page, args=[theirs.public_id])
    assert client.get(address).status_code == 404
    assert client.post(address, {"sure": "1"}).status_code in (404, 405)
    theirs.refresh_from_db()
    assert theirs.state == CameraState.PENDING


def test_staff_have_no_business_on_partners_pages(client, theirs):
    sign_in(client, StaffFactory.create())
    for page in ("web:cameras", "web:requests", "web:given"):
        assert client.get(reverse(page)).status_code == 403
    assert client.get(reverse("web:edit_camera", args=[theirs.public_id])).status_code == 403


def test_a_person_without_a_partner_is_led_to_joining(client):
    sign_in(client, UserFactory.create())
    assert client.get(reverse("web:cameras")).url == reverse("web:join")


def test_the_list_says_state_and_view_in_plain_words(client, own):
    body = client.get(reverse("web:cameras")).content.decode()
    assert "waiting for review" in body
    assert "Looks east, 100° wide, sees well up to 98 feet." in body
    assert "Video is kept for 14 days." in body


def test_reasons_of_the_specification_are_shown_to_the_owner(client):
    words = {"en": "Keep video for longer.", "es": "Guarde el video más tiempo."}
    check = {"rule": "min_retention_hours", "value": 30 * 24, "level": "warn", "words": words}
    publish_specification(checks=[check], actor=Actor.system("test"))
    user, partner = registrant(AgencyFactory.create())
    pending_camera(partner)
    sign_in(client, user)
    assert "Keep video for longer." in client.get(reverse("web:cameras")).content.decode()
    user.language = "es"
    user.save()
    assert "Guarde el video más tiempo." in client.get(reverse("web:cameras")).content.decode()


def test_a_reason_of_return_is_shown(client, own):
    Camera.objects.filter(pk=own.pk).update(state=CameraState.RETURNED, return_reason="The pin is in the lake.")
    for page in (reverse("web:cameras"), reverse("web:edit_camera", args=[own.public_id])):
        assert "The pin is in the lake." in client.get(page).content.decode()


def test_a_camera_is_changed_with_the_version_that_was_read(client, own):
    address = reverse("web:edit_camera", args=[own.public_id])
    assert client.post(address, edit_post(own, name="Garage")).url == reverse("web:cameras")
    own.refresh_from_db()
    assert own.name == "Garage"


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(client, own):
    address = reverse("web:edit_camera", args=[own.public_id])
    stale = edit_post(own, name="Mine")
    client.post(address, edit_post(own, name="Theirs"))
    response = client.post(address, stale)
    assert response.status_code == 409
    assert "Your changes are not saved yet" in response.content.decode()
    assert "is now “Theirs”" in response.content.decode()
    assert 'value="Mine"' in response.content.decode()
    own.refresh_from_db()
    assert own.name == "Theirs"


def test_an_opened_form_shows_the_camera_in_feet_and_days(client, own):
    form = client.get(reverse("web:edit_camera", args=[own.public_id])).context["form"]
    assert form.initial["range_ft"] == 98
    assert str(form.initial["retention_days"]) == "14"


def test_withdrawing_asks_first(client, own):
    address = reverse("web:withdraw_camera", args=[own.public_id])
    assert "Withdraw this camera" in client.get(address).content.decode()
    own.refresh_from_db()
    assert own.state == CameraState.PENDING
    client.post(address, {"version": own.version})
    own.refresh_from_db()
    assert own.state == CameraState.RETIRED
    assert "Front door" not in client.get(reverse("web:cameras")).content.decode()


def test_twenty_cameras_make_a_page_and_the_count_of_queries_does_not_grow(client, own, django_assert_max_num_queries):
    for n in range(21):
        pending_camera(own.site.partner, site=own.site, name=f"Camera {n}")
    client.get(reverse("web:cameras"))  # a session's first page also writes where the person is signed in
    with django_assert_max_num_queries(5):  # session, person, what is ahead, cameras, and what of more pages is due
        first = client.get(reverse("web:cameras")).content.decode()
    assert "?page=2" in first
    assert "Camera 20" in client.get(reverse("web:cameras"), {"page": 2}).content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "9", "x", "9" * 30, "²"])
def test_a_page_number_that_does_not_exist_gives_the_first_page(client, own, page):
    assert "Front door" in client.get(reverse("web:cameras"), {"page": page}).content.decode()


def test_pages_with_places_are_kept_out_of_every_cache(client, own):
    for page in ("web:cameras", "web:add_camera"):
        assert "no-store" in client.get(reverse(page))["Cache-Control"]
