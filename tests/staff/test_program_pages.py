"""The program's dashboard and the page of a measure: who reads them, what they say, and what they cost."""

from __future__ import annotations

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role, RoleGrant
from apps.cameras.models import Camera
from apps.program.days import day_of
from apps.program.measures import MEASURES
from apps.program.models import PROGRAM, Snapshot, Target, scope_of
from apps.program.services import set_target, take_snapshots
from tests.factories.cameras import camera
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
DASHBOARD = reverse("admin:program")


def today(agency=None):
    return day_of(agency, timezone.now())


def measure_url(key, name="program_measure"):
    return reverse(f"admin:{name}", args=[key])


def client_of(role=Role.PROGRAM_MANAGER, agency=None):
    user = staff(role, agency)
    return sign_in(Client(), user), user


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def wish(**changes):
    day = today() + timedelta(days=90)
    return (
        {"value": "40", "due_on": day.isoformat(), "reason": "As agreed in May.", "read": "0"}
        | {"request_key": str(uuid.uuid4())}
        | changes
    )


@pytest.mark.parametrize("role", Role)
def test_managers_supervisors_and_auditors_read_and_nobody_else(role):
    client, _user = client_of(role)
    reads = role in (Role.PROGRAM_MANAGER, Role.SUPERVISOR, Role.AUDITOR)
    for url in (DASHBOARD, measure_url("partners")):
        assert client.get(url).status_code == (200 if reads else 403)
    assert client.post(measure_url("partners", "program_target"), wish()).status_code == (
        302 if role == Role.PROGRAM_MANAGER else 403
    )
    assert Target.objects.count() == (1 if role == Role.PROGRAM_MANAGER else 0)


def test_the_first_day_shows_each_measure_with_its_definition_and_no_figure():
    client, _user = client_of()
    page = text(client.get(DASHBOARD))
    for measure in MEASURES:
        assert str(measure.title) in page
        assert str(measure.means) in page
    assert page.count("no figure yet") == len(MEASURES)


def test_a_measure_shows_figure_target_and_standing_in_words():
    client, user = client_of()
    take_snapshots()
    set_target(user=user, measure="partners", agency=None, reason="Why", read=0, request_key=None, value=30,
               due_on=today() + timedelta(days=30))  # fmt: skip
    page = text(client.get(DASHBOARD))
    assert "Target: 30 by" in page
    assert ">behind<" in page or ">on track<" in page


def test_an_agency_is_chosen_by_its_public_id_and_others_cannot_be():
    mine, other = AgencyFactory.create(), AgencyFactory.create()
    client, _user = client_of(agency=mine)
    assert client.get(DASHBOARD, {"agency": str(mine.public_id)}).status_code == 200
    assert client.get(DASHBOARD, {"agency": str(other.public_id)}).status_code == 404
    assert client.get(DASHBOARD, {"agency": "nonsense"}).status_code == 404
    assert client.post(measure_url("partners", "program_target"), wish(agency=str(other.public_id))).status_code == 404


def test_other_agencies_own_figures_are_not_shown_but_those_of_the_register_are():
    mine, other = AgencyFactory.create(), AgencyFactory.create()
    client, _user = client_of(agency=mine)
    for agency, value in ((mine, 41), (other, 42)):
        for key in ("cameras", "used_in_cases"):
            Snapshot.objects.create(
                day=today(agency), measure=key, scope=scope_of(agency), agency=agency,
                value=value, base=value, taken_at=timezone.now(),
            )  # fmt: skip
    assert other.short_name in text(client.get(measure_url("cameras")))
    page = text(client.get(measure_url("used_in_cases")))
    assert ">41<" in page
    assert other.short_name not in page
    assert ">42<" not in page


def test_a_zone_of_few_says_no_number_and_no_place_is_on_the_page():
    agency = AgencyFactory.create()
    few, many = ZoneFactory.create(agency=agency), ZoneFactory.create(agency=agency)
    for zone, number in ((few, 3), (many, 7)):
        for _ in range(number):
            one = camera(registrant(agency)[1], latitude=30.443217, name="Canary on the porch")
            Camera.objects.filter(pk=one.pk).update(zone=zone)
    take_snapshots()
    client, _user = client_of(agency=agency)
    page = text(client.get(measure_url("cameras")))
    assert f'{few.code} {few.name}</th> <td class="number">fewer than 5</td>' in page
    assert f'{many.code} {many.name}</th> <td class="number">7</td>' in page
    assert "30.4432" not in page
    assert "Canary" not in page


def test_a_gap_is_named_in_the_chart_and_empty_in_the_table():
    client, _user = client_of()
    for days in (5, 2, 1):
        Snapshot.objects.create(day=today() - timedelta(days=days), measure="cameras", scope=PROGRAM, value=9, base=9,
                                taken_at=timezone.now())  # fmt: skip
    page = text(client.get(measure_url("cameras")))
    assert "2 days between them have no figure." in page
    assert page.count('<td class="number">9</td>') == 3
    assert "as of" in page


def test_the_way_to_the_list_is_there_for_who_may_open_it():
    address = reverse("admin:cameras_camera_changelist")
    assert address in text(client_of()[0].get(measure_url("cameras")))
    supervisor = client_of(Role.SUPERVISOR)[0]
    items = reverse("admin:evidence_evidenceitem_changelist")
    assert f"{items}?triage__exact=returned" in text(supervisor.get(measure_url("accepted")))
    assert f"{items}?triage__exact=returned" not in text(client_of()[0].get(measure_url("accepted")))


def test_a_refused_target_keeps_what_was_typed_and_says_why():
    client, _user = client_of()
    answer = client.post(measure_url("partners", "program_target"), wish(due_on="2020-01-01"))
    assert answer.status_code == 422
    assert "Give a day after today" in text(answer)
    assert "As agreed in May." in text(answer)


def test_who_comes_second_sees_the_colleagues_target_and_may_still_set_theirs():
    client, _user = client_of()
    assert client.post(measure_url("partners", "program_target"), wish()).status_code == 302
    answer = client.post(measure_url("partners", "program_target"), wish(value="55"))
    assert answer.status_code == 409
    assert "Somebody set another target meanwhile" in text(answer)
    assert 'name="read" value="1"' in text(answer)
    assert client.post(measure_url("partners", "program_target"), wish(value="55", read="1")).status_code == 302
    end = {"end-reason": "Done.", "end-read": "2", "end-request_key": str(uuid.uuid4())}
    assert client.post(measure_url("partners", "program_target_end"), end).status_code == 302
    assert Target.objects.latest("number").value is None


def test_an_unknown_measure_is_not_found():
    client, _user = client_of()
    assert client.get(measure_url("nonsense")).status_code == 404
    assert client.post(measure_url("looks", "program_target"), wish()).status_code == 404


def test_the_dashboard_adds_two_queries_to_the_frame_however_many_agencies_and_days_there_are():
    agency = AgencyFactory.create()
    client, user = client_of(agency=agency)
    client.get(DASHBOARD)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(DASHBOARD).status_code == 200
        return [query["sql"] for query in queries]

    first = asked()
    for _ in range(3):
        other = AgencyFactory.create()
        ZoneFactory.create(agency=other)
        RoleGrant.objects.create(user=user, agency=other, role=Role.SUPERVISOR)
    take_snapshots()
    later = asked()
    assert len(later) <= len(first) <= 7, "session, person, roles, and two of the menu"
    assert len([sql for sql in later if '"program_' in sql]) == 2
