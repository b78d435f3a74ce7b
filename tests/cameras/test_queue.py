"""The queue of registrations: its order, its counts, its filters, and several decided at once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from apps.access.models import Purpose
from apps.agencies.models import Role
from apps.cameras import queue
from apps.cameras.models import Camera
from apps.cameras.services import approve_from_list, mark_not_same, withdraw_camera
from apps.cameras.states import CameraState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification
from apps.staff.cameras import bulk
from tests.factories.actors import actor_for
from tests.factories.cameras import DOWNTOWN, owner_of, pending_camera
from tests.factories.people import ZoneFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

REGISTER = "/admin/cameras/camera/"


def waiting_for(days, **details):
    # Each at a spot of its own, so that none looks like another.
    one = pending_camera(registrant()[1], **({"latitude": DOWNTOWN[0] + days * 0.01} | details))
    Camera.objects.filter(pk=one.pk).update(waiting_since=timezone.now() - timedelta(days=days))
    return Camera.objects.get(pk=one.pk)


def desk(role=Role.PROGRAM_MANAGER, *, reviewing=False):
    client = sign_in(Client(), staff(role))
    if reviewing:
        one = waiting_for(0)
        client.post(f"{REGISTER}{one.public_id}/purpose/", {"reason": "Weekly review"})
        Camera.objects.filter(pk=one.pk).update(state=CameraState.RETIRED)
    return client


def listed(answer):
    return list(dict.fromkeys(re.findall(REGISTER + r"([0-9a-f-]{36})/", answer.content.decode())))


def test_the_list_opens_with_what_waits_the_longest_waiting_first():
    days = [3, 40, 1, 7]
    cameras = {one: waiting_for(one) for one in days}
    approved = waiting_for(90)
    Camera.objects.filter(pk=approved.pk).update(state=CameraState.ACTIVE)
    answer = desk().get(REGISTER)
    assert listed(answer) == [str(cameras[one].public_id) for one in sorted(days, reverse=True)]
    assert "1\xa0month" in answer.content.decode()


def test_states_and_zones_are_counted_and_filter():
    zone = ZoneFactory.create()
    inside = waiting_for(1)
    outside = waiting_for(2, latitude=30.6, longitude=-84.1)
    far = waiting_for(3, latitude=29.0, longitude=-82.0)
    active = waiting_for(4)
    Camera.objects.filter(pk=active.pk).update(state=CameraState.ACTIVE)
    client = desk()
    page = client.get(REGISTER).content.decode()
    assert "Waiting for review (3)" in page
    assert "Active (1)" in page
    assert f"{zone} (1)" in page
    assert "Outside every zone (2)" in page
    assert "outside the area of the program" in page
    assert "outside every zone" in page
    assert listed(client.get(REGISTER, {"zone": "none"})) == [str(far.public_id), str(outside.public_id)]
    assert listed(client.get(REGISTER, {"zone": str(zone.public_id)})) == [str(inside.public_id)]
    assert listed(client.get(REGISTER, {"area": "out"})) == [str(far.public_id)]
    assert listed(client.get(REGISTER, {"state__exact": "active"})) == [str(active.public_id)]
    assert len(listed(client.get(REGISTER, {"state__exact": "all"}))) == 4
    assert len(listed(client.get(REGISTER, {"state__exact": "nonsense", "zone": "nonsense"}))) == 4


def test_the_list_holds_no_place_and_asks_as_often_for_many_as_for_few(django_assert_max_num_queries):
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    for day in range(12):
        one = waiting_for(day, notes="Behind the oak")
        one.site.address = "12 Secret Lane"
        one.site.save()
    client = desk()
    client.get(REGISTER)
    with django_assert_max_num_queries(28):
        answer = client.get(REGISTER)
    for secret in ("30.43", "84.28", "Secret Lane", "oak"):
        assert secret not in answer.content.decode()


def test_after_a_decision_comes_the_next_and_after_the_last_the_list():
    first, second, third = waiting_for(9), waiting_for(5), waiting_for(2)
    client = desk(reviewing=True)
    assert client.get(f"{REGISTER}next/").url == f"{REGISTER}{first.public_id}/"
    assert client.get(f"{REGISTER}next/?after={third.public_id}").url == f"{REGISTER}{first.public_id}/"
    answer = client.post(f"{REGISTER}{first.public_id}/approve/", {"version": first.version})
    assert answer.url == f"{REGISTER}{second.public_id}/"
    answer = client.post(
        f"{REGISTER}{second.public_id}/return/", {"version": second.version, "causes": ["pin", "address"]}
    )
    assert answer.url == f"{REGISTER}{third.public_id}/"
    answer = client.post(f"{REGISTER}{third.public_id}/retire/", {"version": third.version, "causes": "gone"})
    assert answer.url == REGISTER
    second.refresh_from_db()
    assert (second.state, second.return_causes) == (CameraState.RETURNED, ["pin", "address"])


def test_equal_waits_come_in_the_order_of_registration():
    moment = timezone.now()
    cameras = [waiting_for(1) for _ in range(3)]
    Camera.objects.update(waiting_since=moment)
    manager = staff(Role.PROGRAM_MANAGER)
    fresh = list(Camera.objects.order_by("pk"))
    assert queue.next_waiting(manager, fresh[0]) == cameras[1]
    assert queue.next_waiting(manager, fresh[2]) == cameras[0]


# Several at once -----------------------------------------------------------------------------------------------------


def chosen(*cameras):
    return [f"{one.public_id}:{one.version}" for one in cameras]


def test_several_are_approved_after_a_purpose_and_each_leaves_its_entry():
    cameras = [waiting_for(day) for day in (3, 2, 1)]
    client = desk()
    keys = [str(one.public_id) for one in cameras]
    page = client.post(REGISTER, {"action": "approve_chosen", "_selected_action": keys})
    assert page.status_code == 200
    assert "30.43" not in page.content.decode()
    form = {"verb": "approve", "camera": chosen(*cameras)}
    assert client.post(f"{REGISTER}bulk/", form).status_code == 422, "a purpose is needed"
    done = client.post(f"{REGISTER}bulk/", form | {"purpose": "After the block party"})
    assert "3 registrations approved" in done.content.decode()
    assert set(Camera.objects.values_list("state", flat=True)) == {CameraState.ACTIVE}
    purpose = Purpose.objects.get()
    entries = Entry.objects.filter(action="camera.approved")
    assert len(entries) == 3
    assert all(str(purpose.public_id).encode() in entry.leaf for entry in entries)
    assert Message.objects.filter(kind="camera.approved").count() == 3
    assert not Entry.objects.filter(action="camera.place_viewed").exists()


@pytest.mark.parametrize(("verb", "state"), [("return", CameraState.RETURNED), ("retire", CameraState.RETIRED)])
def test_returning_and_retiring_several_needs_a_reason(verb, state):
    cameras = [waiting_for(day) for day in (3, 2)]
    client = desk(reviewing=True)
    form = {"verb": verb, "camera": chosen(*cameras)}
    refused = client.post(f"{REGISTER}bulk/", form)
    assert refused.status_code == 422
    assert refused.content.decode().count('name="camera"') == 2
    done = client.post(f"{REGISTER}bulk/", form | {"reason": "It rained."})
    assert done.status_code == 200
    assert {Camera.objects.get(pk=one.pk).state for one in cameras} == {state}


def test_what_changed_meanwhile_is_left_and_told_and_the_rest_is_done():
    changed, gone, fine = waiting_for(3), waiting_for(2), waiting_for(1)
    client = desk(reviewing=True)
    form = {"verb": "approve", "camera": chosen(changed, gone, fine)}
    Camera.objects.filter(pk=changed.pk).update(version=9)
    owner = owner_of(gone.site.partner)
    withdraw_camera(camera=gone, version=gone.version, user=owner, actor=actor_for(owner))
    page = client.post(f"{REGISTER}bulk/", form).content.decode()
    assert "1 registration approved" in page
    assert "2 left as they were" in page
    assert Camera.objects.get(pk=fine.pk).state == CameraState.ACTIVE
    assert Camera.objects.get(pk=changed.pk).state == CameraState.PENDING


def test_what_may_be_registered_twice_is_not_approved_from_the_list_until_somebody_decides():
    one, twin, fine = waiting_for(3), waiting_for(3), waiting_for(1)
    client = desk(reviewing=True)
    form = {"verb": "approve", "camera": chosen(one, twin, fine)}
    page = client.post(f"{REGISTER}bulk/", form).content.decode()
    assert "1 registration approved" in page
    assert "2 left as they were" in page
    assert page.count("may be the same camera as another registration") == 2
    assert Camera.objects.get(pk=fine.pk).state == CameraState.ACTIVE
    purpose = Purpose.objects.get()
    user = purpose.user
    mark_not_same(camera=one, other=twin, purpose=purpose, user=user)
    client.post(f"{REGISTER}bulk/", form)
    assert {Camera.objects.get(pk=pair.pk).state for pair in (one, twin)} == {CameraState.ACTIVE}


class _Killed(BaseException):
    """The process is gone: nothing catches it."""


def test_killed_halfway_what_is_done_is_done_and_sending_again_does_the_rest(monkeypatch):
    cameras = [waiting_for(day) for day in (4, 3, 2)]
    client = desk(reviewing=True)
    form = {"verb": "approve", "camera": chosen(*cameras)}
    calls = []

    def dying(**given):
        calls.append(given)
        if len(calls) == 2:
            raise _Killed
        return approve_from_list(**given)

    monkeypatch.setitem(bulk._SERVICES, "approve", dying)
    with pytest.raises(_Killed):
        client.post(f"{REGISTER}bulk/", form)
    assert Camera.objects.filter(state=CameraState.ACTIVE).count() == 1
    monkeypatch.setitem(bulk._SERVICES, "approve", approve_from_list)
    page = client.post(f"{REGISTER}bulk/", form).content.decode()
    assert "3 registrations approved" in page
    assert Entry.objects.filter(action="camera.approved").count() == 3


def test_no_more_than_the_limit_at_once(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    cameras = [waiting_for(day) for day in (3, 2, 1)]
    client = desk(reviewing=True)
    answer = client.post(
        REGISTER, {"action": "approve_chosen", "_selected_action": [str(one.public_id) for one in cameras]}
    )
    assert answer.status_code == 302
    form = {"verb": "approve", "camera": chosen(*cameras)}
    assert client.post(f"{REGISTER}bulk/", form).status_code == 422
    assert not Camera.objects.filter(state=CameraState.ACTIVE).exists()


@pytest.mark.parametrize(
    "form", [{}, {"verb": "erase"}, {"verb": "approve"}, {"verb": "approve", "camera": ["x:y", ""]}]
)
def test_a_form_that_says_nothing_leads_back_to_the_list(form):
    waiting_for(1)
    assert desk(reviewing=True).post(f"{REGISTER}bulk/", form).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_other_roles_have_no_actions(role):
    one = waiting_for(1)
    client = desk(role)
    sees = role == Role.AUDITOR
    form = {"verb": "approve", "camera": chosen(one), "purpose": "I want to."}
    assert client.post(f"{REGISTER}bulk/", form).status_code == 403
    assert client.get(f"{REGISTER}next/").status_code == (302 if sees else 403)
    page = client.get(REGISTER)
    assert "approve_chosen" not in page.content.decode()
    client.post(REGISTER, {"action": "approve_chosen", "_selected_action": [str(one.public_id)]})
    pair = {"version": 1, "other": one.public_id, "other_version": 1, "verdict": "not_same"}
    assert client.post(f"{REGISTER}{one.public_id}/pair/", pair).status_code == (403 if sees else 404)
    assert Camera.objects.get(pk=one.pk).state == CameraState.PENDING


def test_a_registrations_page_shows_what_was_stated_and_what_to_do():
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    one = pending_camera(registrant()[1], picture_height=1080, sign_posted=False, funding="rebate", clock="automatic")
    page = desk().get(f"{REGISTER}{one.public_id}/").content.decode()
    for words in ("1080 px", "bought with a rebate", "sets itself", "Put a sign where people see it", "not stated"):
        assert words in page


# Selected over pages and filters ------------------------------------------------------------------------------------


def test_what_was_selected_elsewhere_counts_and_what_cannot_be_done_is_said_before():
    """The list shows what waits; one row of another filter, one that is gone and nonsense came along."""
    waits, active = waiting_for(2), waiting_for(1)
    Camera.objects.filter(pk=active.pk).update(state=CameraState.ACTIVE)
    ids = [str(waits.public_id), str(active.public_id), str(uuid4()), "nonsense", "1 OR 1=1", str(waits.pk)]
    page = desk(reviewing=True).post(REGISTER, {"action": "approve_chosen", "index": "0", "_selected_action": ids})
    said = page.content.decode()
    assert page.status_code == 200
    assert "1 of them will be skipped" in said
    assert "1 more was selected and is no longer there for you" in said
    assert f'value="{waits.public_id}:' in said
    assert f'value="{active.public_id}:' not in said


def test_a_verb_that_is_not_there_or_nothing_selected_leads_back_with_words():
    waiting_for(1)
    client = desk(reviewing=True)
    for sent in (
        {"action": "delete_selected", "index": "0", "_selected_action": [str(uuid4())]},
        {"action": "approve_chosen", "index": "0", "_selected_action": ["nonsense"]},
        {"action": "", "_selected_action": [str(uuid4())]},
    ):
        answer = client.post(REGISTER, sent, follow=True)
        assert answer.status_code == 200
        assert "Select rows first" in answer.content.decode()


def test_the_boxes_of_the_list_hold_no_primary_key():
    one = waiting_for(1)
    page = desk(reviewing=True).get(REGISTER).content.decode()
    box = re.search(r'<input[^>]*class="action-select"[^>]*>', page)
    assert box
    assert f'value="{one.public_id}"' in box[0]
