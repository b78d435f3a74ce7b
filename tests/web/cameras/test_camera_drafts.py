"""What somebody types into a camera's form is kept, comes back, and goes when the camera is registered or it is old."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.cameras.models import Camera, CameraDraft
from apps.cameras.policies import can_view_draft, viewable_drafts
from apps.cameras.services import save_camera_draft
from apps.cameras.tasks import forget_old_drafts
from apps.core.errors import InvalidInput, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from tests.factories.cameras import pending_camera
from tests.factories.people import AgencyFactory, StaffFactory, registrant
from tests.factories.sessions import sign_in
from tests.web.joining.test_joining import camera_post

pytestmark = pytest.mark.django_db
DRAFT = reverse("web:camera_draft")
ADD = reverse("web:add_camera")


@pytest.fixture
def person(client):
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    return user, partner


def keep(client, version=0, form="add", **values):
    typed = {"draft_form": form, "draft_version": version, "rose": "90", **values}
    return client.post(DRAFT, typed, headers={"accept": "application/json"})


def test_what_was_typed_comes_back_on_another_device(client, person):
    assert keep(client, name="Kestrelcanary gate", latitude="91", notes="ring twice").json() == {"version": 1}
    elsewhere = Client()
    sign_in(elsewhere, person[0])
    body = elsewhere.get(ADD).content.decode()
    assert 'value="Kestrelcanary gate"' in body
    assert 'value="91"' in body
    assert "ring twice" in body
    assert "Here is what you typed" in body


def test_it_lies_encrypted_and_the_ledger_knows_nothing_of_it(client, person):
    before = Entry.objects.count()
    keep(client, name="Kestrelcanary gate")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM cameras_cameradraft")
        assert "Kestrelcanary" not in cursor.fetchone()[0]
    assert Entry.objects.count() == before


def test_the_page_s_own_fields_are_no_part_of_it(client, person):
    keep(client, name="Gate", csrfmiddlewaretoken="x", plan="30")
    assert '"name": "Gate"' in CameraDraft.objects.get().payload
    assert not any(word in CameraDraft.objects.get().payload for word in ("csrf", "plan", "rose", "draft_"))


def test_the_same_again_changes_nothing_and_more_of_it_grows_the_version(client, person):
    assert keep(client, name="Gate").json()["version"] == 1
    assert keep(client, 1, name="Gate").json()["version"] == 1
    assert keep(client, 1, name="Gate 2").json()["version"] == 2
    assert CameraDraft.objects.count() == 1


def test_a_window_that_read_an_older_one_is_told(client, person):
    keep(client, name="Gate")
    keep(client, 1, name="Gate 2")
    assert keep(client, 1, name="Gate 3").status_code == 409
    assert '"Gate 2"' in CameraDraft.objects.get().payload


def test_registering_removes_it(client, person):
    post = camera_post()
    keep(client, **post)
    client.post(ADD, post)
    assert Camera.objects.count() == 1
    assert not CameraDraft.objects.exists()


def test_a_late_draft_does_not_bring_a_registered_camera_back(client, person):
    post = camera_post()
    client.post(ADD, post)
    assert keep(client, **post).status_code == 409
    assert not CameraDraft.objects.exists()


def test_a_window_that_types_on_after_it_was_thrown_away_does_not_bring_it_back(client, person):
    keep(client, name="Gate")
    client.post(DRAFT, {"draft_form": "add", "discard": "1"})
    assert keep(client, 1, name="Gate 2").status_code == 409
    assert not CameraDraft.objects.exists()


def test_it_can_be_thrown_away(client, person):
    keep(client, name="Kestrelcanary gate")
    assert client.post(DRAFT, {"draft_form": "add", "discard": "1"}).url == ADD
    assert "Kestrelcanary" not in client.get(ADD).content.decode()


def test_changes_of_a_camera_have_a_draft_of_their_own(client, person):
    camera = pending_camera(person[1])
    page = reverse("web:edit_camera", args=[camera.public_id])
    keep(client, name="Adding")
    keep(client, form=str(camera.public_id), name="Changing")
    assert 'value="Changing"' in client.get(page).content.decode()
    assert 'value="Adding"' in client.get(ADD).content.decode()
    assert client.post(DRAFT, {"draft_form": str(camera.public_id), "discard": "1"}).url == page
    assert CameraDraft.objects.get().form == "add"


def test_nobody_else_sees_it_not_even_staff(client, person):
    keep(client, name="Gate")
    draft = CameraDraft.objects.get()
    stranger = registrant(AgencyFactory.create())[0]
    for user, sees in ((person[0], True), (stranger, False), (StaffFactory.create(), False)):
        assert can_view_draft(user, draft) is sees
        assert (draft in viewable_drafts(user)) is sees


@pytest.mark.parametrize("form", ["", "x", "add2", "7c3f1c52-0c3e-4d0a-9c0c-0a51b3ac2f10"])
def test_a_form_that_is_not_one_s_own_is_not_found(client, person, form):
    assert keep(client, form=form, name="Gate").status_code == 404
    assert not CameraDraft.objects.exists()


def test_a_strangers_camera_has_no_draft_here(client, person):
    theirs = pending_camera(registrant(AgencyFactory.create())[1])
    assert keep(client, form=str(theirs.public_id), name="Gate").status_code == 404


@pytest.mark.parametrize("values", [{"a": "x" * 5000}, {str(n): "x" for n in range(61)}, {"a": "\ud800"}])
def test_what_no_form_holds_is_not_kept(person, values):
    user, partner = person
    with pytest.raises(InvalidInput):
        save_camera_draft(user=user, partner=partner, form="add", values=values, version=0)
    assert not CameraDraft.objects.exists()


def test_services_refuse_strangers_older_versions_and_what_is_registered(person):
    user, partner = person
    stranger = registrant(AgencyFactory.create())[0]
    key = uuid.uuid4()
    pending_camera(partner, request_key=key)
    for who, version, values, error in (
        (stranger, 0, {"name": "x"}, NotFound),
        (user, 3, {"name": "x"}, Stale),
        (user, 0, {"request_key": str(key)}, WrongState),
    ):
        with pytest.raises(error):
            save_camera_draft(user=who, partner=partner, form="add", values=values, version=version)
    assert not CameraDraft.objects.exists()


def test_thirty_days_later_it_is_forgotten_and_not_before(client, person):
    keep(client, name="Gate")
    CameraDraft.objects.update(saved_at=timezone.now() - timedelta(days=29, hours=23))
    assert forget_old_drafts() == 0
    CameraDraft.objects.update(saved_at=timezone.now() - timedelta(days=30, hours=1))
    assert forget_old_drafts() == 1
    assert forget_old_drafts() == 0
    assert not CameraDraft.objects.exists()
