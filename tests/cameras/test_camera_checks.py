"""The yearly check of a camera: two readings give an offset, a picture is its proof, and staff see what is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings

from apps.cameras.check_state import check_state, check_states, last_clock_picture
from apps.cameras.models import Camera, CameraCheck
from apps.cameras.recorder_clock import offset_in_words, readings
from apps.cameras.services import check_camera, withdraw_camera
from apps.cameras.services.checking import Stated
from apps.cameras.services.erasing import erase_cameras
from apps.cameras.states import ClockSource
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.footage_requests.models import Match
from apps.footage_requests.selectors import board_of
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.actors import actor_for
from tests.factories.cameras import camera, owner_of
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.factories.pictures import seal

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 17, 0, 0, tzinfo=UTC)  # 12:00:00 in Tallahassee


@pytest.fixture(autouse=True)
def _here(settings: LazySettings) -> Iterator[None]:
    settings.PORTAL_TIME_ZONE = "America/New_York"
    with time_machine.travel(NOON, tick=False):
        yield


def clocks(recorder: str, portal: str, day: date = date(2026, 11, 30), **more: object) -> Stated:
    return Stated(day=day, recorder_clock=recorder, portal_clock=portal, **more)  # type: ignore[arg-type]


def checked(of: Camera, stated: Stated, **changes: object) -> CameraCheck:
    user = owner_of(of.site.partner)
    given = {"request_key": uuid.uuid4(), "actor": actor_for(user), "user": user, **changes}
    return check_camera(camera=of, stated=stated, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("recorder", "portal", "offset", "words"),
    [
        ("12:03:12", "12:00:00", 192, "3 min 12 s fast"),
        ("11:58:55", "12:00:00", -65, "1 min 5 s slow"),
        ("12:00:02 PM", "120000", 2, "on time, within 2 seconds"),
        ("1:00:00 pm", "12:00:00 PM", 3600, "1 h 0 min 0 s fast"),
        ("12:00:00 a.m.", "12.00.00", -43200, "12 h 0 min 0 s slow"),
    ],
)
def test_two_readings_give_the_offset_in_words(recorder: str, portal: str, offset: int, words: str) -> None:
    found = readings(day=date(2026, 11, 30), recorder=recorder, portal=portal, now=NOON)
    assert found is not None
    assert found.offset_s == offset
    assert offset_in_words(offset) == words


def test_a_recorder_of_another_year_and_a_reading_before_midnight_are_understood() -> None:
    old = readings(day=date(2010, 1, 1), recorder="00:00:07", portal="12:00:00", now=NOON)
    assert old is not None
    assert offset_in_words(old.offset_s).endswith(" d 11 h 59 min slow")
    after_midnight = datetime(2026, 11, 30, 5, 1, tzinfo=UTC)
    found = readings(day=date(2026, 11, 29), recorder="23:59:50", portal="23:59:30", now=after_midnight)
    assert found is not None
    assert found.offset_s == 20


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (clocks("12:03", "12:00:00"), "recorder_clock"),
        (clocks("12:03:12", ""), "portal_clock"),
        (clocks("25:00:00", "12:00:00"), "recorder_clock"),
        (clocks("13:00:00 PM", "12:00:00"), "recorder_clock"),
        (clocks("12:00:00", "12:00:00", None), "recorder_day"),  # type: ignore[arg-type]
        (clocks("12:00:00", "12:00:00", date(1980, 1, 1)), "recorder_day"),
        (Stated(picture=b"x"), "recorder_clock"),
        (Stated(hangs="perhaps"), "hangs"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(stated: Stated, field: str) -> None:
    _user, partner = registrant()
    with pytest.raises(InvalidInput) as refused:
        checked(camera(partner), stated)
    assert field in refused.value.fields


def test_a_photograph_is_kept_from_pixels_and_is_the_source() -> None:
    user, partner = registrant()
    mine = camera(partner)
    key = uuid.uuid4()
    stated = clocks("12:03:12", "12:00:00", picture=seal(), exact_ms=40)
    first, again = (checked(mine, stated, request_key=key) for _time in range(2))
    assert first == again
    assert (first.offset_s, first.source, first.exact_ms) == (192, ClockSource.PHOTOGRAPH, 40)
    assert last_clock_picture(mine.pk).startswith(b"\xff\xd8")
    entry = Entry.objects.get(action="camera.checked")
    assert entry.facts["clock_offset_s"] == 192
    assert len(entry.facts["picture"]) == 64
    assert "12:03" not in str(entry.facts)
    assert check_state(mine.pk).clock_words.startswith("3 min 12 s fast (by photograph, ")
    erase_cameras(partner=partner, actor=Actor.system("test"))
    first.refresh_from_db()
    assert (first.picture, first.offset_s) == (None, 192)


def test_the_newest_answer_to_each_question_counts() -> None:
    _user, partner = registrant()
    mine = camera(partner)
    checked(mine, Stated(hangs="yes", exports="no"))
    checked(mine, clocks("12:05:00", "12:00:00"))
    state = check_state(mine.pk)
    assert (state.hangs, state.exports, state.offset_s, state.source) == ("yes", "no", 300, "typed")
    assert state.fails
    assert len(state.warnings) == 2
    checked(mine, Stated(exports="yes"))
    checked(mine, clocks("12:00:01", "12:00:00"))
    assert not check_state(mine.pk).fails
    assert check_states([mine.pk + 1]) == {}


def test_strangers_colleagues_of_others_and_withdrawn_cameras_are_refused() -> None:
    user, partner = registrant()
    other, _theirs = registrant()
    mine = camera(partner)
    with pytest.raises(NotFound):
        checked(mine, Stated(hangs="yes"), user=other)
    with pytest.raises(NotAllowed):
        checked(mine, Stated(hangs="yes"), user=None)
    key = uuid.uuid4()
    checked(mine, Stated(hangs="yes"), request_key=key)
    with pytest.raises(NotFound):
        checked(camera(partner), Stated(hangs="yes"), request_key=key)
    withdraw_camera(camera=mine, version=mine.version, user=user, actor=actor_for(user))
    with pytest.raises(WrongState):
        checked(mine, Stated(hangs="yes"))


def test_staff_who_ask_see_on_the_board_what_the_last_check_found() -> None:
    _user, partner = registrant(agency := AgencyFactory.create())
    opened = open_request(agency, camera_at(partner), camera_at(partner))
    matches = Match.objects.filter(request=opened.request).select_related("camera__site__partner").order_by("pk")
    first, second = (match.camera for match in matches)
    checked(first, Stated(hangs="no"))
    checked(second, Stated(hangs="yes", exports="yes"))
    rows = {row.match_id: row.warnings for row in board_of(opened.request).rows}
    warned = [said for said in rows.values() if said]
    assert len(warned) == 1
    assert "does not hang there any more" in warned[0][0]


def test_a_check_confirms_nothing() -> None:
    _user, partner = registrant()
    mine = camera(partner)
    before = mine.confirmed_at - timedelta(days=300)
    Camera.objects.filter(pk=mine.pk).update(confirmed_at=before)
    checked(mine, Stated(hangs="yes"))
    mine.refresh_from_db()
    assert mine.confirmed_at == before
