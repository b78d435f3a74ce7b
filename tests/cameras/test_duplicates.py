"""Registrations that may be one camera twice: found nearby alone, shown side by side, decided once."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from apps.agencies.models import Role
from apps.cameras.duplicates import found_before, show_side_by_side
from apps.cameras.models import Camera, CameraPair
from apps.cameras.services import mark_not_same, retire_duplicate
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership
from apps.partners.services import leave_program
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.cameras import DOWNTOWN, owner_of, pending_camera, reviewer, site
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

METER = 1 / 110_900  # degrees of latitude


def home(address="", email=None):
    user, partner = registrant()
    if email:
        user.email = email
        user.save()
    place = site(partner)
    place.address = address
    place.save()
    return partner, place


def at(partner_and_site, meters=0.0, **details):
    partner, place = partner_and_site
    return pending_camera(partner, site=place, latitude=DOWNTOWN[0] + meters * METER, **details)


def likely(camera, reviewing=None):
    user, purpose = reviewing or reviewer()
    return show_side_by_side(camera=camera, purpose=purpose, user=user).duplicates


@pytest.mark.parametrize(
    ("meters", "bearing", "found"),
    [(0, 90, True), (24, 90, True), (26, 90, False), (10, 130, True), (10, 140, False), (10, 46, True)],
)
def test_the_same_place_is_near_and_looks_the_same_way(meters, bearing, found):
    one = at(home(), name="Porch")
    at(home(), meters, bearing=float(bearing), name="Yard")
    assert bool(likely(one)) is found


def test_bearings_on_both_sides_of_north_are_similar():
    one = at(home(), bearing=350.0)
    at(home(), bearing=10.0)
    assert len(likely(one)) == 1


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ({"address": "12 Oak St., Apt 4"}, {"address": "12 OAK ST APT 4"}, True),
        ({"address": "12 Oak St"}, {"address": "14 Oak St"}, False),
        ({"address": ""}, {"address": ""}, False),
        ({"email": "ana@example.org"}, {"email": "ana+camera@example.org"}, True),
        ({"email": "ana@example.org"}, {"email": "ana@example.net"}, False),
    ],
)
def test_the_same_person_is_compared_among_what_stands_nearby(mine, theirs, found):
    one = at(home(**mine))
    at(home(**theirs), 100)
    assert bool(likely(one)) is found


def test_a_person_who_acts_for_both_partners_is_the_same_person():
    first, second = home(), home()
    Membership.objects.create(partner=second[0], user=owner_of(first[0]), role=MemberRole.MANAGER)
    one = at(first)
    at(second, 100)
    assert len(likely(one)) == 1


def test_nobody_is_searched_for_beyond_the_neighborhood():
    one = at(home(address="12 Oak St", email="ana@example.org"))
    at(home(address="12 Oak St", email="ana+2@example.org"), 200)
    assert likely(one) == []


def test_a_household_has_several_cameras_and_their_names_tell_them_apart():
    ours = home()
    one = at(ours, name="Front door")
    at(ours, 60, name="Garage")
    assert likely(one) == []
    twin = at(ours, 60, name="front  DOOR")
    assert [found.camera for found in likely(one)] == [twin]


def test_both_places_are_recorded_and_none_of_those_that_are_not_shown():
    one, twin, far = at(home()), at(home(), 5), at(home(), 5000)
    likely(one)
    facts = json.loads(Entry.objects.get(action="camera.place_viewed").leaf)["facts"]
    assert facts["cameras"] == [str(one.public_id), str(twin.public_id)]
    assert str(far.public_id) not in facts["cameras"]


def test_cameras_out_of_reach_of_the_purpose_are_not_shown():
    one, gone, retired = at(home()), at(home(), 5), at(home(), 6)
    leaver = owner_of(gone.site.partner)
    leave_program(partner=gone.site.partner, user=leaver, actor=actor_for(leaver))
    Camera.objects.filter(pk=retired.pk).update(state=CameraState.RETIRED)
    assert likely(one) == []
    user, purpose = reviewer()
    retired.refresh_from_db()
    with pytest.raises(NotFound):
        show_side_by_side(camera=retired, purpose=purpose, user=user)


def not_same(one, other, reviewing):
    user, purpose = reviewing
    return mark_not_same(camera=one, other=other, purpose=purpose, user=user)


def same(drop, kept, reviewing, version=None):
    user, purpose = reviewing
    return retire_duplicate(camera=drop, version=version or drop.version, kept=kept, purpose=purpose, user=user)


def test_not_the_same_is_remembered_from_both_sides():
    one, other, reviewing = at(home()), at(home(), 5), reviewer()
    pair = not_same(one, other, reviewing)
    assert not_same(other, one, reviewing) == pair
    assert (likely(one, reviewing), likely(other, reviewing)) == ([], [])
    assert Entry.objects.filter(action="camera.not_duplicate").count() == 1
    assert found_before(one) == []


def test_the_same_retires_one_and_keeps_the_history_of_both():
    one, other, reviewing = at(home()), at(home(), 5), reviewer()
    same(one, other, reviewing)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (CameraState.RETIRED, CameraState.PENDING)
    assert [(found.other, found.this_was_kept) for found in found_before(one)] == [(other, False)]
    assert [(found.other, found.this_was_kept) for found in found_before(other)] == [(one, True)]
    entry = Entry.objects.get(action="camera.retired")
    assert str(other.public_id).encode() in entry.leaf
    assert "registered twice" in Message.objects.get(kind="camera.retired").text
    with pytest.raises(WrongState):
        not_same(one, other, reviewing)


def test_two_are_not_both_retired_as_each_others_duplicate():
    one, other, reviewing = at(home()), at(home(), 5), reviewer()
    same(one, other, reviewing)
    with pytest.raises(WrongState):
        same(other, one, reviewing)
    with pytest.raises(InvalidInput):
        same(other, other, reviewing)


def test_a_changed_camera_is_not_retired_unseen():
    one, other, reviewing = at(home()), at(home(), 5), reviewer()
    with pytest.raises(Stale):
        same(one, other, reviewing, version=7)
    assert not CameraPair.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_other_roles_decide_nothing(role):
    one, other, (_manager, purpose) = at(home()), at(home(), 5), reviewer()
    for verb in (not_same, same):
        with pytest.raises(NotAllowed):
            verb(one, other, (staff(role, purpose.agency), purpose))


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_decide_opposite_ways_at_once_leave_one_camera():
    one, other = at(home()), at(home(), 5)
    first, second = reviewer(), reviewer()
    answers = at_once([lambda: same(one, other, first), lambda: same(other, one, second)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Camera", "WrongState"], answers
    assert Camera.objects.filter(state=CameraState.RETIRED).count() == 1
    assert CameraPair.objects.count() == 1


# The page ------------------------------------------------------------------------------------------------------------


def desk():
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER))
    return client


def page_of(one):
    return f"/admin/cameras/camera/{one.public_id}/"


def verdict(one, other, said):
    return {"version": one.version, "other": other.public_id, "other_version": other.version, "verdict": said}


@pytest.mark.parametrize(
    ("said", "states"),
    [
        ("not_same", ("pending", "pending")),
        ("keep_this", ("pending", "retired")),
        ("keep_other", ("retired", "pending")),
    ],
)
def test_the_page_shows_both_and_takes_the_verdict(said, states):
    one, other, client = at(home("1 Kestrel Way")), at(home("2 Kestrel Way"), 5), desk()
    before = client.get(page_of(one)).content.decode()
    assert "Kestrel" not in before
    assert client.post(f"{page_of(one)}pair/", verdict(one, other, said)).status_code == 403
    client.post(f"{page_of(one)}purpose/", {"reason": "Weekly review"})
    shown = client.get(page_of(one)).content.decode()
    assert "2 Kestrel Way" in shown
    assert "16 feet" in shown
    assert client.post(f"{page_of(one)}pair/", verdict(one, other, said)).status_code == 302
    assert tuple(Camera.objects.get(pk=camera.pk).state for camera in (one, other)) == states
    assert "2 Kestrel Way" not in client.get(page_of(one)).content.decode()


def test_a_page_with_many_neighbors_asks_the_database_as_often_as_one_with_few(django_assert_max_num_queries):
    one, client = at(home()), desk()
    client.post(f"{page_of(one)}purpose/", {"reason": "Weekly review"})
    for meters in range(1, 9):
        at(home(f"{meters} Oak"), meters)
    client.get(page_of(one))
    with django_assert_max_num_queries(45):
        shown = client.get(page_of(one))
    assert shown.content.decode().count('class="twin"') == 4
