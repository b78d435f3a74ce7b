"""From sign-up to an active camera."""

import uuid

import pytest

from apps.cameras.matching import find_matches
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, WrongState
from apps.geo import parse_area
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.cameras import DOWNTOWN, camera, pending_camera, site
from tests.factories.leaves import said_in
from tests.factories.people import AgencyFactory, ZoneFactory, registrant

pytestmark = pytest.mark.django_db

HERE = {"type": "Circle", "center": [DOWNTOWN[1], DOWNTOWN[0]], "radius_m": 100}


def test_a_registered_camera_waits_for_review_with_place_zone_entry_and_message():
    zone = ZoneFactory.create()
    _user, partner = registrant()
    new = pending_camera(partner)
    assert new.state == CameraState.PENDING
    assert new.zone == zone
    assert new.place.west <= DOWNTOWN[1] < new.place.east
    entry = Entry.objects.get(action="camera.registered")
    assert entry.subject_id == str(new.public_id)
    assert b"30.43" not in said_in([entry])
    assert b"Front door" not in entry.leaf
    message = Message.objects.get()
    assert "Front door" in message.text
    assert "30.43" not in message.text


def test_a_repeated_form_registers_one_camera():
    _user, partner = registrant()
    key = uuid.uuid4()
    place = site(partner)
    first = pending_camera(partner, request_key=key, site=place)
    assert pending_camera(partner, request_key=key, site=place) == first
    assert Entry.objects.filter(action="camera.registered").count() == 1
    assert Message.objects.count() == 1


def test_nobody_registers_before_accepting_the_terms_in_force():
    _user, partner = registrant(accepted=False)
    with pytest.raises(WrongState) as refusal:
        pending_camera(partner)
    assert refusal.value.code == "terms_outstanding"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", 91),
        ("latitude", float("nan")),
        ("latitude", float("1e400")),
        ("latitude", 89.9),
        ("longitude", 180.5),
        ("longitude", -180),
        ("bearing", -1),
        ("field_of_view", 0),
        ("field_of_view", 361),
        ("range_m", 501),
        ("range_m", True),
        ("retention_hours", 0),
        ("retention_hours", 10**9),
        ("name", " "),
        ("name", "x" * 81),
        ("name", "\ud800"),
        ("notes", "\x00"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_field(field, value):
    user, partner = registrant()
    with pytest.raises(InvalidInput) as refusal:
        pending_camera(partner, **{field: value})
    assert set(refusal.value.fields) == {field}
    assert not Entry.objects.filter(action="camera.registered").exists()


def test_an_approved_camera_is_matched_for_an_agency_that_may_ask():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    active = camera(partner)
    area = parse_area(HERE)
    assert [match.camera_id for match in find_matches(area, agency=agency)] == [active.pk]
    assert find_matches(area, agency=AgencyFactory.create()) == []
