"""A screen on the wall: allowed by a person, opened once, worth the board alone, and dark when a right is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.calls.link_kinds import WALL
from apps.calls.models import WallScreen
from apps.calls.policies import SCOPE, can_allow_screen, viewable_screens
from apps.calls.tasks import end_wall_screens
from apps.calls.walls import MOST_SCREENS, allow_screen, code_of
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.ledger.models import Entry
from apps.links.access import cookie_name
from apps.links.models import Link
from tests.factories.agreements import agreement_of
from tests.factories.calls import call_of
from tests.factories.landing import Landings
from tests.factories.layers import layer_of
from tests.factories.links import post_secret
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.victims import Victim, victim
from tests.test_every_address_has_a_policy import SECRETS, addresses, filled, outcome

pytestmark = pytest.mark.django_db
__all__ = ["victim"]

LIST = reverse("admin:calls_wallscreen_changelist")
ALLOW = reverse("admin:calls_wallscreen_allow")


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


@pytest.fixture
def supervisor(agency: Agency) -> User:
    return staff(Role.SUPERVISOR, agency)


@pytest.fixture
def screen(agency: Agency, supervisor: User) -> WallScreen:
    return allow_screen(user=supervisor, agency=agency, name="North wall", days=30)


def board(screen: WallScreen) -> str:
    return reverse("wall:board", args=[screen.public_id])


def rows(screen: WallScreen) -> str:
    return reverse("wall:rows", args=[screen.public_id])


def on_the_wall(screen: WallScreen) -> Client:
    """The browser in the room, after its code was typed."""
    client = Client()
    answer = client.post(reverse("links:code"), {"code": code_of(screen)})
    assert (answer.status_code, answer["Location"]) == (303, board(screen))
    return client


def acts(screen: WallScreen) -> list[str]:
    return list(Entry.objects.filter(subject_id=str(screen.public_id)).order_by("pk").values_list("action", flat=True))


def test_the_screen_shows_the_calls_of_its_agency_and_what_others_share(agency: Agency, screen: WallScreen) -> None:
    neighbor = AgencyFactory.create()
    agreement_of(neighbor, agency, (SCOPE, ""))
    call_of(agency, nature="Robbery")
    call_of(neighbor, nature="Pursuit")
    call_of(AgencyFactory.create(), nature="Elsewhere")
    shown = on_the_wall(screen).get(board(screen)).content.decode()
    assert "Robbery" in shown
    assert "Pursuit" in shown
    assert "Elsewhere" not in shown
    assert "/admin/calls/" not in shown
    assert "layers-panel" not in shown
    assert acts(screen) == ["wall_screen.allowed", "wall_screen.opened"]


def test_it_names_no_camera(agency: Agency, screen: WallScreen) -> None:
    call = call_of(agency)
    assert call.latitude is not None
    here = {"latitude": call.latitude, "longitude": call.longitude, "direction": "", "id": "S1", "name": "Mast S1"}
    layer_of(agency, "traffic", [here])
    analyst = Client()
    sign_in(analyst, staff(Role.ANALYST, agency))
    assert "Mast S1" in analyst.get(reverse("admin:calls_call_rows")).content.decode()
    assert "Mast S1" not in on_the_wall(screen).get(rows(screen)).content.decode()


def test_the_screen_follows_with_empty_answers(agency: Agency, screen: WallScreen) -> None:
    client = on_the_wall(screen)
    first = client.get(rows(screen))
    assert client.get(rows(screen), headers={"If-None-Match": first["ETag"]}).status_code == 304
    call_of(agency, nature="Robbery")
    again = client.get(rows(screen), headers={"If-None-Match": first["ETag"]})
    assert "Robbery" in again.content.decode()


@pytest.mark.parametrize("calls", [1, 30])
def test_asking_takes_as_many_queries_for_thirty_calls_as_for_one(
    agency: Agency, screen: WallScreen, calls: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(calls):
        call_of(agency)
    client = on_the_wall(screen)
    with django_assert_max_num_queries(3):
        assert client.get(rows(screen)).status_code == 200


def test_a_code_opens_one_screen_once(screen: WallScreen) -> None:
    code = code_of(screen)
    link = Link.objects.get(subject=screen.public_id)
    on_the_wall(screen)
    screen.refresh_from_db()
    assert code_of(screen) == ""
    assert Client().post(reverse("links:code"), {"code": code}).status_code == 422
    for secret in (code, link.token):
        other = Client()
        assert post_secret(other, "wall", screen.public_id, secret).status_code == 403
        assert other.get(rows(screen)).status_code == 410


def test_two_who_type_it_at_once_are_one_screen(screen: WallScreen) -> None:
    link = Link.objects.get(subject=screen.public_id)
    on_the_wall(screen)
    with pytest.raises(WrongState):
        WALL.opens(link)
    assert acts(screen).count("wall_screen.opened") == 1


def test_a_code_that_nobody_types_ends(screen: WallScreen) -> None:
    code = code_of(screen)
    with time_machine.travel(timezone.now() + timedelta(minutes=settings.WALL_CODE_MINUTES, seconds=1)):
        assert code_of(screen) == ""
        assert Client().post(reverse("links:code"), {"code": code}).status_code == 422
        assert end_wall_screens() == 1
    assert Entry.objects.get(action="wall_screen.ended").facts["why"] == "unused"


def test_the_cookie_is_worth_the_wall_and_nothing_else(screen: WallScreen, victim: Victim) -> None:
    """Every address answers the screen as it answers a stranger."""
    wall, stranger, landings = on_the_wall(screen), Client(), Landings()
    before = victim.state()
    wrong = []
    for name, route in addresses():
        address = "/" + filled(name, route, victim)
        for method in ("get", "post"):
            got = []
            for client in (wall, stranger):
                response = getattr(client, method)(address)
                body = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
                assert not any(secret in body for secret in SECRETS), address
                got.append((response.status_code, outcome(landings.follow(client, response), address)))
            if got[0] != got[1]:
                wrong.append((method, address, *got))
    assert wrong == []
    assert victim.state() == before
    assert wall.get(board(screen)).status_code == 200
    assert wall.post(board(screen)).status_code == wall.post(rows(screen)).status_code == 405


def test_another_screen_is_not_opened_by_it(agency: Agency, supervisor: User, screen: WallScreen) -> None:
    other = allow_screen(user=supervisor, agency=agency, name="South wall", days=30)
    client = on_the_wall(screen)
    assert client.get(rows(other)).status_code == 410
    cookie = client.cookies[cookie_name(WALL)]
    forged = Client()
    forged.cookies[cookie_name(WALL)] = cookie.value.replace(str(screen.public_id), str(other.public_id))
    assert forged.get(rows(other)).status_code == 410


def _role_ends(screen: WallScreen) -> None:
    RoleGrant.objects.filter(user=screen.allowed_by).update(ended_at=timezone.now())


def _account_ends(screen: WallScreen) -> None:
    User.objects.filter(pk=screen.allowed_by_id).update(is_active=False)


def _training_ends(screen: WallScreen) -> None:
    Agency.objects.filter(pk=screen.agency_id).update(training_months=12)


def _agency_ends(screen: WallScreen) -> None:
    Agency.objects.filter(pk=screen.agency_id).update(is_active=False)


@pytest.mark.parametrize("lose", [_role_ends, _account_ends, _training_ends, _agency_ends])
def test_it_goes_dark_with_the_right_and_stays_dark(screen: WallScreen, lose: Any) -> None:
    client = on_the_wall(screen)
    lose(screen)
    assert client.get(rows(screen)).status_code == 410
    ended = client.get(board(screen))
    assert ended.status_code == 410
    assert "This screen has ended" in ended.content.decode()
    assert end_wall_screens() == 1
    assert end_wall_screens() == 0
    entry = Entry.objects.get(action="wall_screen.ended")
    assert entry.facts["why"] == "right_lost"
    RoleGrant.objects.filter(user=screen.allowed_by).update(ended_at=None)
    User.objects.filter(pk=screen.allowed_by_id).update(is_active=True)
    Agency.objects.filter(pk=screen.agency_id).update(training_months=None, is_active=True)
    assert client.get(rows(screen)).status_code == 410


def test_a_code_of_a_person_who_lost_the_right_opens_nothing(screen: WallScreen) -> None:
    code = code_of(screen)
    _role_ends(screen)
    assert Client().post(reverse("links:code"), {"code": code}).status_code == 422


def test_it_ends_with_its_days(screen: WallScreen) -> None:
    client = on_the_wall(screen)
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1)):
        assert client.get(rows(screen)).status_code == 410
        assert end_wall_screens() == 1
    assert Entry.objects.get(action="wall_screen.ended").facts["why"] == "over"


@pytest.mark.parametrize("days", [0, settings.WALL_SCREEN_DAYS + 1])
def test_days_have_bounds(agency: Agency, supervisor: User, days: int) -> None:
    with pytest.raises(InvalidInput):
        allow_screen(user=supervisor, agency=agency, name="North wall", days=days)


def test_an_agency_has_so_many_at_most(agency: Agency, supervisor: User) -> None:
    for number in range(MOST_SCREENS):
        allow_screen(user=supervisor, agency=agency, name=f"Wall {number}", days=1)
    with pytest.raises(WrongState):
        allow_screen(user=supervisor, agency=agency, name="One more", days=1)


@pytest.mark.parametrize("role", Role.values)
def test_managers_and_supervisors_allow_and_revoke(agency: Agency, screen: WallScreen, role: str) -> None:
    person, may = staff(role, agency), role in (Role.PROGRAM_MANAGER, Role.SUPERVISOR)
    client = Client()
    sign_in(client, person)
    assert client.get(LIST).status_code == (200 if may else 404)
    assert client.post(reverse("admin:calls_wallscreen_end", args=[screen.public_id])).status_code == (
        302 if may else 404
    )
    screen.refresh_from_db()
    assert (screen.ended_at is not None) == may
    assert can_allow_screen(person, agency) == may == viewable_screens(person).filter(pk=screen.pk).exists()
    if not may:
        with pytest.raises(NotAllowed):
            allow_screen(user=person, agency=agency, name="North wall", days=1)


def test_another_agency_sees_and_revokes_nothing(screen: WallScreen) -> None:
    client = Client()
    sign_in(client, staff(Role.SUPERVISOR, AgencyFactory.create()))
    assert screen.name not in client.get(LIST).content.decode()
    assert client.post(reverse("admin:calls_wallscreen_end", args=[screen.public_id])).status_code == 404


def test_the_page_shows_a_code_once_then_when_the_screen_was_seen_and_revokes_it(
    agency: Agency, supervisor: User
) -> None:
    client = Client()
    sign_in(client, supervisor)
    said = {"agency": str(agency.public_id), "name": "North wall", "days": "30", "request_key": str(uuid4())}
    made = client.post(ALLOW, said).content.decode()
    screen = WallScreen.objects.get()
    assert code_of(screen) in made
    assert code_of(screen) not in client.get(LIST).content.decode()
    assert "waits for its code" in client.get(LIST).content.decode()
    wall = on_the_wall(screen)
    assert "last seen" in client.get(LIST).content.decode()
    client.post(reverse("admin:calls_wallscreen_end", args=[screen.public_id]))
    client.post(reverse("admin:calls_wallscreen_end", args=[screen.public_id]))
    assert wall.get(rows(screen)).status_code == 410
    assert "North wall" not in client.get(LIST).content.decode()
    assert acts(screen) == ["wall_screen.allowed", "wall_screen.opened", "wall_screen.ended"]


def test_what_is_typed_wrong_is_said_beside_the_field(agency: Agency, supervisor: User) -> None:
    client = Client()
    sign_in(client, supervisor)
    said = {"agency": str(agency.public_id), "name": "North wall", "days": "400", "request_key": str(uuid4())}
    answer = client.post(ALLOW, said)
    assert answer.status_code == 422
    assert 'id="id_days_error"' in answer.content.decode()
    assert not WallScreen.objects.exists()


def test_it_is_seen_at_most_once_a_minute(screen: WallScreen) -> None:
    client, now = on_the_wall(screen), timezone.now()
    with time_machine.travel(now + timedelta(seconds=50)):
        client.get(rows(screen))
    screen.refresh_from_db()
    before = screen.seen_at
    with time_machine.travel(now + timedelta(seconds=70)):
        client.get(rows(screen))
    screen.refresh_from_db()
    assert screen.seen_at is not None
    assert before is not None
    assert screen.seen_at > before
