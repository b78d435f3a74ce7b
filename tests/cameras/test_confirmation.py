"""Once a year owners say that their cameras are still as registered."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.formats import date_format
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.link_kinds import CONFIRMATION
from apps.cameras.matching import find_matches
from apps.cameras.models import Camera, Confirmation
from apps.cameras.services import (
    confirm_cameras,
    report_changes,
    sweep_confirmations,
    update_camera,
)
from apps.cameras.states import CameraState
from apps.core.errors import NotAllowed, NotFound
from apps.geo import parse_area
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.links.access import has_opened
from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership, Partner
from apps.partners.services import change_role, leave_program, pause_program, remove_member, resume_program
from apps.web.confirmation.selectors import confirmation_of
from tests.factories.actors import actor_for
from tests.factories.cameras import DOWNTOWN, camera
from tests.factories.links import code_of, post_secret
from tests.factories.people import AgencyFactory, UserFactory, registrant

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=366)
HERE = {"type": "Circle", "center": [DOWNTOWN[1], DOWNTOWN[0]], "radius_m": 50}


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="camera.confirmation").order_by("pk"))


def sweep_after(days: float) -> Any:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        return sweep_confirmations()


def years_later(act: Callable[[], Any], *, days: float = 0) -> Any:
    with time_machine.travel(timezone.now() + YEAR + timedelta(days=days), tick=False):
        return act()


def by_code(subject: uuid.UUID, code: str) -> Confirmation | None:
    """What the link opens for somebody who types this code."""
    cache.clear()
    client = Client()
    post_secret(client, "confirmation", subject, code)
    request = RequestFactory().get("/")
    request.COOKIES.update({name: morsel.value for name, morsel in client.cookies.items()})
    if not has_opened(request, CONFIRMATION, subject):
        return None
    return confirmation_of(subject)


def states(partner: Partner) -> set[str]:
    return set(Camera.objects.filter(site__partner=partner).values_list("state", flat=True))


def test_one_letter_names_all_cameras_of_a_partner_in_its_language():
    user, partner = registrant()
    user.language = "es"
    user.save()
    for name in ("Front door", "Cochera"):
        camera(partner, name=name)
    assert sweep_after(366).asked == 1
    (letter,) = letters()
    assert letter.recipient == user.email
    assert "Front door" in letter.text
    assert "Cochera" in letter.text
    assert "cámaras" in letter.text
    assert str(DOWNTOWN[0])[:5] not in letter.text + letter.html


def test_nobody_is_asked_before_a_year_and_nobody_twice():
    _user, partner = registrant()
    camera(partner)
    assert sweep_after(364).asked == 0
    assert [sweep_after(366).asked for _ in range(3)] == [1, 0, 0]
    assert len(letters()) == 1
    assert Confirmation.objects.count() == 1


def test_two_reminders_follow_and_then_the_camera_lapses_and_is_not_matched():
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera(partner)
    seen = []
    for days in (0, 13, 14, 15, 27, 28, 41, 42, 43):
        swept = sweep_after(366 + days)
        seen.append((days, swept.asked, swept.reminded, swept.lapsed))
    done = [one for one in seen if any(one[1:])]
    assert done == [(0, 1, 0, 0), (14, 0, 1, 0), (28, 0, 1, 0), (42, 0, 0, 1)]
    assert len(letters()) == 3
    assert len({code for letter in letters() for code in re.findall(r"#(\S+)", letter.text)}) == 1
    assert states(partner) == {CameraState.LAPSED}
    assert find_matches(parse_area(HERE), agency=agency) == []
    assert Confirmation.objects.get().outcome == "lapsed"


def test_the_link_confirms_everything_and_brings_a_lapsed_camera_back_without_review():
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    one = camera(partner)
    for days in (0, 14, 28, 42):
        sweep_after(366 + days)
    found = Confirmation.objects.get()

    def answer() -> int:
        opened = by_code(found.public_id, code_of(found.public_id))
        assert opened is not None
        return confirm_cameras(
            partner=partner, confirmation=opened, actor=Actor(kind="confirmation", public_id=str(found.public_id))
        )

    assert [years_later(answer, days=50) for _ in range(2)] == [1, 0]
    assert states(partner) == {CameraState.ACTIVE}
    assert len(find_matches(parse_area(HERE), agency=agency)) == 1
    entry = Entry.objects.get(action="partner.cameras_confirmed")
    assert entry.facts["active_again"] == [str(one.public_id)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda found: (found.public_id, "0000-0000-0000"),
        lambda found: (uuid.uuid4(), code_of(found.public_id)),
        lambda found: (found.public_id, ""),
    ],
    ids=["another code", "another confirmation", "no code"],
)
def test_nothing_else_opens_the_link(wrong):
    _user, partner = registrant()
    camera(partner)
    sweep_after(366)
    public_id, code = wrong(Confirmation.objects.get())
    assert by_code(public_id, code) is None


def test_a_code_is_read_as_people_type_it():
    _user, partner = registrant()
    camera(partner)
    sweep_after(366)
    found = Confirmation.objects.get()
    typed = " " + code_of(found.public_id).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert by_code(found.public_id, typed) == found


def test_the_link_ends_with_leaving():
    user, partner = registrant()
    camera(partner)
    sweep_after(366)
    found = Confirmation.objects.get()
    leave_program(partner=partner, user=user, actor=actor_for(user))
    assert by_code(found.public_id, code_of(found.public_id)) is None
    found.refresh_from_db()
    with pytest.raises(NotAllowed):
        confirm_cameras(partner=partner, confirmation=found, actor=actor_for(user))
    assert sweep_after(400).reminded == 0


def test_what_the_owner_reports_is_matched_no_more_and_the_rest_stays():
    user, partner = registrant()
    gone, moved, stays = (camera(partner, name=name) for name in ("A", "B", "C"))
    for _ in range(2):
        report_changes(
            partner=partner,
            user=user,
            actor=actor_for(user),
            changes={gone.public_id: "gone", moved.public_id: "moved"},
        )
    got = {one.name: one.state for one in Camera.objects.all()}
    assert got == {"A": CameraState.RETIRED, "B": CameraState.LAPSED, "C": CameraState.ACTIVE}
    assert Entry.objects.filter(action__in=["camera.withdrawn", "camera.reported"]).count() == 2
    assert stays.state == CameraState.ACTIVE


def test_a_report_about_somebody_elses_camera_is_refused_whole():
    user, partner = registrant()
    ours, theirs = camera(partner), camera(registrant()[1])
    with pytest.raises(NotFound):
        report_changes(
            partner=partner,
            user=user,
            actor=actor_for(user),
            changes={ours.public_id: "gone", theirs.public_id: "gone"},
        )
    assert set(Camera.objects.values_list("state", flat=True)) == {CameraState.ACTIVE}


@pytest.mark.parametrize(
    ("north_m", "expected"), [(0, CameraState.ACTIVE), (50, CameraState.ACTIVE), (150, CameraState.PENDING)]
)
def test_a_lapsed_camera_that_its_owner_corrects_is_back_unless_it_moved_far(north_m, expected):
    user, partner = registrant()
    one = camera(partner)
    report_changes(partner=partner, user=user, actor=actor_for(user), changes={one.public_id: "moved"})
    one.refresh_from_db()
    values = stated_values(one) | {"latitude": DOWNTOWN[0] + north_m / 111_000}
    update_camera(
        camera=one, version=one.version, details=CameraDetails.checked(**values), user=user, actor=actor_for(user)
    )
    assert states(partner) == {expected}


def test_a_correction_counts_as_confirmation():
    user, partner = registrant()
    one = camera(partner)
    sweep_after(366)

    def correct() -> None:
        fresh = Camera.objects.select_related("place").get(pk=one.pk)
        details = CameraDetails.checked(**(stated_values(fresh) | {"name": "Back door"}))
        update_camera(camera=fresh, version=fresh.version, details=details, user=user, actor=actor_for(user))

    years_later(correct, days=5)
    assert sweep_after(366 + 14).reminded == 0
    assert len(letters()) == 1
    assert Confirmation.objects.get().outcome == "answered"


def test_a_pause_stops_the_letters_and_a_return_is_reminded_before_anything_lapses():
    user, partner = registrant()
    camera(partner)
    for days in (0, 14, 28):
        sweep_after(366 + days)
    actor = actor_for(user)
    years_later(lambda: pause_program(partner=partner, user=user, until=None, actor=actor), days=30)
    assert sweep_after(366 + 60).lapsed == 0
    years_later(lambda: resume_program(partner=partner, user=user, actor=actor), days=90)
    assert sweep_after(366 + 91).lapsed == 0
    assert sweep_after(366 + 105).lapsed == 1


def test_many_that_are_due_on_one_day_are_asked_over_days(settings: Settings):
    settings.CONFIRM_LETTERS_PER_DAY = 2
    for _ in range(5):
        camera(registrant()[1])
    asked = []
    for hours in (0, 1, 12, 25, 26, 50, 51):
        with time_machine.travel(timezone.now() + YEAR + timedelta(hours=hours), tick=False):
            asked.append(sweep_confirmations().asked)
    assert asked == [2, 0, 0, 2, 0, 1, 0]


def test_a_business_with_hundreds_of_cameras_gets_one_letter_and_lapses_in_batches(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("apps.cameras.services.confirmation.LAPSE_BATCH", 4)
    _user, partner = registrant()
    first = camera(partner)
    place = first.site
    Camera.objects.bulk_create(
        Camera(site=place, name=f"No. {n}", state=CameraState.ACTIVE, retention_hours=24) for n in range(24)
    )
    for days in (0, 14, 28):
        sweep_after(366 + days)
    assert len(letters()) == 3
    assert "and 5 more" in letters()[0].text
    assert sweep_after(366 + 42).lapsed == 25
    assert states(partner) == {CameraState.LAPSED}
    assert Entry.objects.filter(action="camera.lapsed").count() == 25


@pytest.mark.parametrize(
    ("role", "error"), [(MemberRole.OWNER, None), (MemberRole.MANAGER, None), (MemberRole.RESPONDER, NotAllowed)]
)
def test_who_runs_the_account_may_confirm(role, error):
    _user, partner = registrant()
    camera(partner)
    other = UserFactory.create()
    Membership.objects.create(partner=partner, user=other, role=role)

    def act() -> int:
        return confirm_cameras(partner=partner, user=other, actor=actor_for(other))

    if error is None:
        assert years_later(act) == 1
    else:
        with pytest.raises(error):
            act()
    with pytest.raises(NotFound):
        confirm_cameras(partner=partner, user=UserFactory.create(), actor=actor_for(other))


def with_member(role: MemberRole) -> tuple[User, Partner, Membership]:
    """An owner, their partner with a camera that was asked about, and one more member."""
    user, partner = registrant()
    camera(partner)
    member = Membership.objects.create(partner=partner, user=UserFactory.create(), role=role)
    sweep_after(366)
    return user, partner, member


def test_removing_a_responder_leaves_the_owners_link_alone():
    user, _partner, member = with_member(MemberRole.RESPONDER)
    found, sent = Confirmation.objects.get(), len(letters())
    remove_member(membership=member, user=user, actor=actor_for(user))
    assert by_code(found.public_id, code_of(found.public_id)) == found
    assert len(letters()) == sent


@pytest.mark.parametrize("end", ["removed", "lowered"])
@pytest.mark.parametrize("role", [MemberRole.OWNER, MemberRole.MANAGER])
def test_losing_the_right_to_manage_ends_the_link_and_who_remains_gets_a_new_one_at_once(role, end):
    user, _partner, member = with_member(role)
    before = Confirmation.objects.get()
    old = code_of(before.public_id)
    if end == "removed":
        remove_member(membership=member, user=user, actor=actor_for(user))
    else:
        change_role(membership=member, role=MemberRole.RESPONDER, user=user, actor=actor_for(user))
    now = Confirmation.objects.get()
    assert by_code(now.public_id, old) is None
    assert (now.public_id, now.letters, now.next_at) == (before.public_id, before.letters, before.next_at)
    last = letters()[-1]
    assert last.recipient == user.email
    assert code_of(now.public_id) in last.text
    assert by_code(now.public_id, code_of(now.public_id)) == now
    entry = Entry.objects.get(action="camera.confirmation_renewed")
    assert entry.facts["confirmation"] == str(before.public_id)


def test_after_the_last_letter_the_new_link_still_names_the_day_on_which_cameras_lapse():
    user, partner, member = with_member(MemberRole.OWNER)
    sweep_after(366 + 14)
    sweep_after(366 + 28)
    with time_machine.travel(timezone.now() + timedelta(days=366 + 30), tick=False):
        remove_member(membership=member, user=user, actor=actor_for(user))
    found = Confirmation.objects.get()
    last = letters()[-1]
    assert code_of(found.public_id) in last.text
    with translation.override("en"):
        day = date_format(timezone.localtime(found.next_at, ZoneInfo(settings.PORTAL_TIME_ZONE)), "DATE_FORMAT")
    assert day in last.text
    assert sweep_after(366 + 27 + 60).lapsed == 1
    assert states(partner) == {"lapsed"}


def test_an_answered_question_writes_no_letter_when_its_link_dies():
    user, partner, member = with_member(MemberRole.OWNER)
    confirm_cameras(partner=partner, user=user, actor=actor_for(user))
    years_later(lambda: confirm_cameras(partner=partner, user=user, actor=actor_for(user)))
    found, sent = Confirmation.objects.get(), len(letters())
    old = code_of(found.public_id)
    remove_member(membership=member, user=user, actor=actor_for(user))
    assert by_code(found.public_id, old) is None
    assert len(letters()) == sent
