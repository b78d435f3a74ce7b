"""The staff's first page: each role finds its own work, the program manager the figures, nobody a place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.cameras.counts import cameras_by_zone, without_partners_who_left
from apps.cameras.states import CameraState
from apps.staff.today import program_figures, today_for
from apps.staff.zone_map import zone_map
from tests.factories.cameras import camera, pending_camera
from tests.factories.evidence import received_item
from tests.factories.footage_requests import draft
from tests.factories.people import AgencyFactory, UserFactory, ZoneFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

PANELS = ("mine", "promised", "to_approve", "new_items", "figures", "records", "audit", "calls")


def test_each_role_gets_its_own_panels_and_no_other() -> None:
    agency = AgencyFactory.create()
    panels = {
        role: {name for name in PANELS if getattr(today, name) is not None}
        for role in Role
        for today in [today_for(staff(role, agency))]
    }
    assert panels[Role.DETECTIVE] == {"mine", "promised", "new_items"}
    assert panels[Role.ANALYST] == {"calls"}
    assert panels[Role.SUPERVISOR] == {"to_approve"}
    assert panels[Role.PROGRAM_MANAGER] == {"figures"}
    assert panels[Role.RECORDS_CUSTODIAN] == {"records"}
    assert panels[Role.AUDITOR] == {"audit"}


def test_a_supervisor_who_asked_finds_the_own_request_among_the_panels() -> None:
    agency = AgencyFactory.create()
    supervisor = staff(Role.SUPERVISOR, agency)
    request = draft(supervisor, agency)
    today = today_for(supervisor)
    assert (today.mine, today.promised, today.new_items) == ([request], [], [])
    assert today.to_approve == []


def test_figures_count_partners_cameras_and_the_time_to_first_footage() -> None:
    item = received_item(b"frames")
    request = item.submission.invitation.request
    request.opened_at = item.received_at - timedelta(minutes=90)
    request.save(update_fields=["opened_at"])
    _user, partner = registrant(request.agency)
    pending_camera(partner)

    figures = program_figures([request.agency])

    assert (figures.partners, figures.cameras, figures.cameras_pending) == (1, 1, 1)  # one has no active camera
    assert (figures.requests, figures.requests_open, figures.invited, figures.answered) == (1, 1, 1, 0)
    assert figures.first_footage == timedelta(minutes=90)
    assert figures.first_footage_words == "1 h 30 min"


def test_figures_leave_out_other_agencies_requests_and_those_before_the_period() -> None:
    request = received_item(b"frames").submission.invitation.request
    other = AgencyFactory.create()
    assert program_figures([other]).requests == 0
    request.opened_at = timezone.now() - timedelta(days=91)
    request.save(update_fields=["opened_at"])
    assert program_figures([request.agency]).requests == 0


@pytest.mark.parametrize(("cameras", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_zone_with_fewer_cameras_than_the_floor_shows_no_number(cameras: int, shown: int | None) -> None:
    zone = ZoneFactory.create()
    _user, partner = registrant(zone.agency)
    for _ in range(cameras):
        camera(partner)
    active = cameras_by_zone(CameraState.ACTIVE)[CameraState.ACTIVE]
    assert [shape.count for shape in zone_map(active, floor=5).shapes] == [shown]


def test_the_first_page_holds_no_place_and_no_name_of_a_partner() -> None:
    zone = ZoneFactory.create()
    _user, partner = registrant(zone.agency)
    for _ in range(5):
        camera(partner, latitude=30.443217, longitude=-84.281234, name="Canary on the porch")
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER, zone.agency))
    page = client.get(reverse("admin:index")).content.decode()
    assert zone.name in page
    for secret in ("30.4432", "84.2812", "Canary", partner.name):
        assert secret not in page


def test_staff_without_a_role_are_told_so_and_partners_are_turned_back() -> None:
    idle = staff()
    type(idle).objects.filter(pk=idle.pk).update(is_staff=True)
    from apps.agencies.models import RoleGrant

    RoleGrant.objects.filter(user=idle).update(ended_at=timezone.now())
    page = sign_in(Client(), idle).get(reverse("admin:index"))
    assert "no role in an agency" in page.content.decode()
    assert sign_in(Client(), UserFactory.create()).get(reverse("admin:index")).status_code in (302, 403)


def test_cameras_of_a_partner_who_left_count_in_no_zone() -> None:
    zone = ZoneFactory.create()
    (_stays, here), (_leaves, gone) = registrant(zone.agency), registrant(zone.agency)
    for partner in (here, here, gone):
        camera(partner)
    gone.left_at = timezone.now()
    gone.save(update_fields=["left_at"])
    active = cameras_by_zone(CameraState.ACTIVE)[CameraState.ACTIVE]
    assert active[zone.pk] == 3
    assert without_partners_who_left(active) == {zone.pk: 2}


ADDRESS = "https://practice.example.org/"


def practice_place(page: str) -> int:
    """Where the way to practice stands among the panels: 0 for nowhere, 1 above them, 2 below."""
    return 0 if ADDRESS not in page else 1 if page.index(ADDRESS) < page.index('class="panels"') else 2


def test_the_way_to_practice_is_offered_where_there_is_one(settings: LazySettings, client: Client) -> None:
    sign_in(client, staff(Role.DETECTIVE))
    assert practice_place(client.get(reverse("admin:index")).content.decode()) == 0
    settings.PRACTICE_URL = ADDRESS
    assert practice_place(client.get(reverse("admin:index")).content.decode()) == 2


def test_whoever_has_no_training_that_holds_sees_it_first(settings: LazySettings, client: Client) -> None:
    settings.PRACTICE_URL = ADDRESS
    agency = AgencyFactory.create(training_months=12)
    sign_in(client, staff(Role.DETECTIVE, agency))
    assert practice_place(client.get(reverse("admin:index")).content.decode()) == 1
