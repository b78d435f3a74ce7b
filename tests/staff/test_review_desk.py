"""The review desk of a case: who opens it, that each opened video is an access, and the times by both clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.agencies.models import Role
from apps.cameras.models import CameraCheck
from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.recorded_times import recorded_times
from apps.evidence.states import ItemState
from apps.ledger.models import Entry
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.evidence import invitation
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


def address(case, *items):
    query = "&".join(f"item={item.public_id}" for item in items)
    return reverse("admin:agencies_case_desk", args=[case.public_id]) + (f"?{query}" if query else "")


def looks():
    return Entry.objects.filter(action="evidence_item.viewed")


def films(count):
    made = invitation()
    return [playable_item(sent_through=made) for _ in range(count)]


def said(item, begins, clock_minutes=None):
    SenderNote.objects.create(upload=item.upload, begins=begins, clock_minutes=clock_minutes)


def detective_for(item):
    person = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(person, item)
    return sign_in(Client(), person)


def test_the_desk_lists_the_videos_and_opens_none_before_they_are_chosen():
    first, second = films(2)
    said(first, "2026-11-28T23:10:00", 5)
    page = detective_for(first).get(address(first.submission.case)).content.decode()
    assert "23:10:00–23:10:0" in page
    assert "23:05:00–23:05:0" in page
    assert "5 min 0 s fast: said by the sender of the file" in page
    assert str(second.public_id) in page
    assert "<video" not in page
    assert not looks().exists()


def test_each_chosen_video_is_an_access_of_its_own():
    first, second, other = films(3)
    case = first.submission.case
    page = detective_for(first).get(address(case, first, second)).content.decode()
    assert page.count("<video") == 2
    assert looks().count() == 2
    assert {one.subject_id for one in looks()} == {str(first.public_id), str(second.public_id)}
    assert str(other.public_id) in page


def test_without_a_reason_the_desk_asks_for_one_and_then_opens():
    (item,) = films(1)
    case = item.submission.case
    client = sign_in(Client(), staff(Role.ANALYST, item.agency))
    page = client.get(address(case, item)).content.decode()
    assert "<video" not in page
    assert "Before you get access" in page
    refused = client.post(address(case, item), {"opens": "footage", "reason": "x"})
    assert refused.status_code == 422
    assert not looks().exists()
    answer = client.post(address(case, item), {"opens": "footage", "reason": "Looking for the gray car."})
    assert answer.status_code == 303
    assert "<video" in client.get(answer["Location"]).content.decode()
    assert looks().count() == 1


def test_five_at_once_are_refused_in_words_and_open_nothing():
    items = films(5)
    answer = detective_for(items[0]).get(address(items[0].submission.case, *items))
    assert answer.status_code == 422
    assert "Choose at most 4 videos" in answer.content.decode()
    assert not looks().exists()


def test_an_item_of_another_case_and_one_in_quarantine_are_not_there():
    (item,), (foreign,) = films(1), films(1)
    client = detective_for(item)
    assert client.get(address(item.submission.case, foreign)).status_code == 404
    assert client.get(address(item.submission.case) + "?item=nothing").status_code == 404
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.QUARANTINED)
    assert client.get(address(item.submission.case, item)).status_code == 404
    assert not looks().exists()


def test_a_case_without_videos_says_what_will_appear():
    made = invitation()
    person = staff(Role.DETECTIVE, made.request.agency)
    page = sign_in(Client(), person).get(address(made.request.case)).content.decode()
    assert "No video of this case plays yet." in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROGRAM_MANAGER])
def test_who_plays_no_footage_gets_no_desk(role):
    (item,) = films(1)
    answer = sign_in(Client(), staff(role, item.agency)).get(address(item.submission.case, item))
    assert answer.status_code in (403, 404)
    assert not looks().exists()


def test_a_clock_that_its_owner_compared_counts_where_the_sender_said_nothing_of_it():
    (item,) = films(1)
    said(item, "2026-11-28T23:10:00")
    CameraCheck.objects.create(camera=item.match.camera, offset_s=192, source="typed")
    times = recorded_times([item])[item.pk]
    assert times.offset_s == 192
    assert times.offset_source == "compared"
    assert times.begins == datetime(2026, 11, 29, 4, 6, 48, tzinfo=UTC)
    assert times.by_recorder(times.begins).isoformat() == "2026-11-28T23:10:00-05:00"


def test_a_file_that_names_no_time_has_no_place_on_the_line():
    (item,) = films(1)
    EvidenceItem.objects.filter(pk=item.pk).update(probe={**item.probe, "recorded_at_claimed": None})
    item.refresh_from_db()
    assert recorded_times([item])[item.pk].begins is None
    page = detective_for(item).get(address(item.submission.case, item)).content.decode()
    assert "nobody knows when it begins" in page


def test_places_need_a_reason_of_their_own_and_show_the_cameras_of_the_chosen_videos_only(agency):
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Gate"))
    item = playable_item(sent_through=opened.invitation)
    case, person = opened.request.case, opened.author
    purpose_for_case(person, item)
    client = sign_in(Client(), person)
    page = client.get(address(case, item)).content.decode()
    assert item.match.camera.name not in page
    assert not Entry.objects.filter(action="request.cameras_viewed").exists()
    answer = client.post(address(case, item), {"opens": "request_cameras", "reason": "Which way does it look?"})
    page = client.get(answer["Location"]).content.decode()
    (entry,) = Entry.objects.filter(action="request.cameras_viewed")
    assert entry.facts["cameras"] == [str(item.match.camera.public_id)]
    others = [match.camera.name for match in opened.matches if match.pk != item.match_id]
    assert item.match.camera.name in page
    assert all(name not in page for name in others)


def test_a_purpose_for_the_places_opens_no_footage(agency):
    (item,) = films(1)
    person = staff(Role.DETECTIVE, item.agency)
    open_purpose(
        user=person,
        agency=item.agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason="Which way does it look?",
        case_number=item.submission.case.number,
    )
    page = sign_in(Client(), person).get(address(item.submission.case, item)).content.decode()
    assert "<video" not in page
    assert not looks().exists()
