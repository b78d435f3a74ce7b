"""The pages that keep the register current: the link in the letter, replacing, history, moving, pausing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, Confirmation
from apps.cameras.services import replace_camera, settle_move, sweep_confirmations
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.footage_requests.access import accepts_answers
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership
from apps.partners.services import pause_program, remove_member
from tests.factories.actors import actor_for
from tests.factories.cameras import camera
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import code_of, post_secret
from tests.factories.people import AgencyFactory, UserFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def year_later():
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        yield


def asked(*names: str):
    """A partner with these cameras and its open confirmation, a year later."""
    user, partner = registrant()
    for name in names:
        camera(partner, name=name)
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        sweep_confirmations()
    return user, partner, Confirmation.objects.get()


def address(confirmation: Confirmation) -> str:
    return reverse("web:confirmation", args=[confirmation.public_id])


def through_the_landing_page(client: Client, confirmation: Confirmation):
    return post_secret(client, "confirmation", confirmation.public_id, code_of(confirmation.public_id), follow=True)


def ages() -> set[bool]:
    return {timezone.now() - one < timedelta(days=1) for one in Camera.objects.values_list("confirmed_at", flat=True)}


def test_following_the_link_shows_the_names_and_confirms_nothing(client, year_later):
    _user, _partner, found = asked("Front door")
    Camera.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    page = through_the_landing_page(client, found)
    assert "Front door" in page.content.decode()
    for _ in range(3):
        assert client.get(address(found)).status_code == 200
        assert client.head(address(found)).status_code == 200
    assert ages() == {False}


def test_one_tap_confirms_all_and_the_page_says_so(client, year_later):
    _user, _partner, found = asked("Front door", "Back door")
    Camera.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    through_the_landing_page(client, found)
    page = client.post(address(found), {"all": "1"}, follow=True).content.decode()
    assert "2 cameras are confirmed" in page
    assert ages() == {True}
    client.post(address(found), {"all": "1"})
    assert Entry.objects.filter(action="partner.cameras_confirmed").count() == 1


def test_without_the_secret_a_post_confirms_nothing(client, year_later):
    _user, _partner, found = asked("Front door")
    Camera.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    assert client.post(address(found), {"all": "1"}).status_code == 403
    wrong = post_secret(client, "confirmation", found.public_id, "0000-0000-0000")
    assert wrong.status_code == 403
    assert "Front door" not in wrong.content.decode()
    assert ages() == {False}


def test_guessing_codes_is_slowed_down(client):
    answers = [post_secret(client, "confirmation", uuid.uuid4(), "7K3M-9QXA-22PD").status_code for _ in range(12)]
    assert answers[:10] == [403] * 10
    assert set(answers[10:]) == {429}


def test_one_link_opens_no_other_partners_page(client):
    _user, _partner, found = asked("Front door")
    other = Confirmation.objects.create(partner=registrant()[1], next_at=timezone.now() + timedelta(days=1))
    through_the_landing_page(client, found)
    assert "Front door" not in client.get(address(other)).content.decode()
    assert client.post(address(other), {"all": "1"}).status_code == 403


def test_a_page_that_was_opened_by_an_old_link_closes_with_it(client, year_later):
    user, partner, found = asked("Front door")
    Camera.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    assert "Front door" in through_the_landing_page(client, found).content.decode()
    member = Membership.objects.create(partner=partner, user=UserFactory.create(), role=MemberRole.OWNER)
    remove_member(membership=member, user=user, actor=actor_for(user))
    assert "Front door" not in client.get(address(found)).content.decode()
    assert client.post(address(found), {"all": "1"}).status_code == 403
    assert "Front door" in through_the_landing_page(client, Confirmation.objects.get()).content.decode()


def test_the_rest_is_confirmed_with_what_changed(client, year_later):
    _user, _partner, found = asked("Front door", "Shed", "Gate")
    Camera.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    through_the_landing_page(client, found)
    by_name = {one.name: one for one in Camera.objects.all()}
    page = client.post(
        address(found),
        {
            "changes": "1",
            f"camera-{by_name['Shed'].public_id}": "moved",
            f"camera-{by_name['Gate'].public_id}": "gone",
        },
        follow=True,
    ).content.decode()
    assert "We still need to know" in page
    now = {one.name: one.state for one in Camera.objects.all()}
    assert now == {"Front door": CameraState.ACTIVE, "Shed": CameraState.LAPSED, "Gate": CameraState.RETIRED}
    found.refresh_from_db()
    assert found.outcome == "answered"


def test_what_was_reported_as_moved_is_not_confirmed_by_a_later_tap(client):
    user, partner = registrant()
    one = camera(partner)
    settle_move(partner=partner, stayed=False, user=user, actor=actor_for(user))
    sign_in(client, user)
    client.post(reverse("web:confirm_cameras"), {"all": "1"})
    one.refresh_from_db()
    assert one.state == CameraState.LAPSED
    assert "Change" in client.get(reverse("web:cameras")).content.decode()


# Replacing


def replace(one: Camera, user, key=None, **changes) -> Camera:
    return replace_camera(
        camera=one,
        version=one.version,
        details=CameraDetails.checked(**(stated_values(one) | changes)),
        request_key=key or uuid.uuid4(),
        user=user,
        actor=actor_for(user),
    )


def test_a_new_camera_takes_the_place_and_what_was_asked_stays_with_the_old():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    old = camera_at(partner)
    opened = open_request(agency, old)
    key = uuid.uuid4()
    new = replace(old, user, key, name="New one", retention_hours=48)
    assert replace(old, user, key) == new
    old.refresh_from_db()
    assert (old.state, new.state, new.replaces, new.site) == (
        CameraState.RETIRED,
        CameraState.PENDING,
        old,
        old.site,
    )
    match = opened.match
    match.refresh_from_db()
    assert match.camera == old
    assert accepts_answers(opened.invitation)
    assert new.place.latitude == old.place.latitude


def test_who_does_not_run_the_account_replaces_nothing():
    _user, partner = registrant()
    one = camera(partner)
    responder = UserFactory.create()
    Membership.objects.create(partner=partner, user=responder, role=MemberRole.RESPONDER)
    with pytest.raises(NotAllowed):
        replace(one, responder)
    with pytest.raises(NotFound):
        replace(one, registrant()[0])
    assert Camera.objects.count() == 1


def test_the_form_replaces_and_the_history_names_what_changed_without_values(client):
    user, partner = registrant()
    one = camera(partner, name="Kestrel door")
    sign_in(client, user)
    form = client.get(reverse("web:edit_camera", args=[one.public_id])).context["form"]
    client.post(
        reverse("web:edit_camera", args=[one.public_id]),
        {**form.initial, "notes": "Kestrel note", "retention_days": "3"},
    )
    page = client.get(reverse("web:camera_history", args=[one.public_id])).content.decode()
    assert "You changed: the notes, how long video is kept." in page
    assert "Kestrel note" not in page
    shown = client.get(reverse("web:replace_camera", args=[one.public_id]))
    data = {name: field.value() for name, field in ((one.name, one) for one in shown.context["form"])}
    answer = client.post(reverse("web:replace_camera", args=[one.public_id]), data | {"name": "Newer"})
    assert answer.status_code == 302, answer.context["form"].errors
    new = Camera.objects.get(replaces=one)
    page = client.get(reverse("web:camera_history", args=[new.public_id])).content.decode()
    assert "in place of another camera" in page
    old = client.get(reverse("web:camera_history", args=[one.public_id])).content.decode()
    assert "Another camera took its place." in old
    assert reverse("web:camera_history", args=[new.public_id]) in old


# Moving and pausing


@pytest.mark.parametrize(("answer", "state"), [("stayed", CameraState.RETIRED), ("along", CameraState.LAPSED)])
def test_who_moved_decides_once_and_gets_one_mail(client, answer, state):
    user, partner = registrant()
    for name in ("A", "B"):
        camera(partner, name=name)
    sign_in(client, user)
    for _ in range(3):
        client.post(reverse("web:moved"), {"cameras": answer})
    assert set(Camera.objects.values_list("state", flat=True)) == {state}
    assert Message.objects.filter(kind="partner.moved").count() == 1
    page = client.get(reverse("web:moved")).content.decode()
    assert "What about your cameras" not in page


def test_a_pause_is_set_shown_and_ended(client):
    user, partner = registrant()
    camera(partner)
    sign_in(client, user)
    until = timezone.localdate() + timedelta(days=30)
    client.post(reverse("web:pause"), {"until": until.isoformat()})
    partner.refresh_from_db()
    assert partner.is_paused
    assert "You are on a pause" in client.get(reverse("web:cameras")).content.decode()
    client.post(reverse("web:pause"), {"resume": "1"})
    partner.refresh_from_db()
    assert not partner.is_paused
    assert list(
        Entry.objects.filter(action__in=["partner.paused", "partner.resumed"]).values_list("action", flat=True)
    ) == ["partner.paused", "partner.resumed"]


@pytest.mark.parametrize("days", [-1, 0, 800])
def test_a_pause_ends_on_a_day_that_comes(client, days):
    user, partner = registrant()
    with pytest.raises(InvalidInput):
        pause_program(partner=partner, user=user, until=timezone.now() + timedelta(days=days), actor=actor_for(user))
    sign_in(client, user)
    today = timezone.localdate(timezone=ZoneInfo(settings.PORTAL_TIME_ZONE))  # the page goes by the city's day
    day = (today + timedelta(days=days)).isoformat()
    assert client.post(reverse("web:pause"), {"until": day}).status_code == 422


def test_an_open_invitation_stays_answerable_in_a_pause():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    pause_program(partner=partner, user=user, until=None, actor=actor_for(user))
    assert accepts_answers(opened.invitation)


def test_a_long_history_asks_the_database_as_often_as_a_short_one(client, django_assert_max_num_queries):
    user, partner = registrant()
    one = camera(partner)
    sign_in(client, user)
    edit, history = (reverse(f"web:{page}", args=[one.public_id]) for page in ("edit_camera", "camera_history"))
    for days in range(3, 9):
        form = client.get(edit).context["form"]
        assert client.post(edit, {**form.initial, "retention_days": str(days)}).status_code == 302
    client.get(history)
    with django_assert_max_num_queries(6):  # session, person, what is ahead, the camera, its entries, accesses
        page = client.get(history).content.decode()
    assert page.count("You changed: how long video is kept.") == 6


@pytest.mark.parametrize(
    ("role", "status"), [(MemberRole.OWNER, 200), (MemberRole.MANAGER, 200), (MemberRole.RESPONDER, 403)]
)
@pytest.mark.parametrize("page", ["confirm_cameras", "moved", "pause", "camera_history", "replace_camera"])
def test_the_pages_are_for_who_runs_the_account(client, role, status, page):
    _user, partner = registrant()
    one = camera(partner)
    member = UserFactory.create()
    Membership.objects.create(partner=partner, user=member, role=role)
    sign_in(client, member)
    args = [one.public_id] if page.endswith("_camera") or page.startswith("camera_") else []
    assert client.get(reverse(f"web:{page}", args=args)).status_code == status
