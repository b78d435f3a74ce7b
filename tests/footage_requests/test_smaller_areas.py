"""A smaller area is proposed: it tells what the counts tell, within the person's budget, and accuses nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import shapely
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import TooMany
from apps.counts.models import CountCell, CountedArea, CountRelease
from apps.counts.services import release_counts
from apps.findings.models import Finding
from apps.footage_requests.services import count_partners, propose_smaller_area
from apps.geo.mercator import unit_points
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.actors import actor_for
from tests.factories.footage_requests import CENTER, camera_at, circle, window
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def user(agency):
    return staff(Role.DETECTIVE, agency)


@pytest.fixture
def in_the_middle():
    """A release whose partners are all in one small cell, about the middle of town."""
    release = release_counts(actor=Actor.system("test"))
    CountCell.objects.all().delete()
    ((x, y),) = unit_points(shapely.get_coordinates(shapely.Point(CENTER)))
    zoom = 17
    CountCell.objects.create(release=release, zoom=zoom, x=int(x * 2**zoom), y=int(y * 2**zoom), partners=40)
    return release


def proposed(user, agency, area, case_number="26-1"):
    asked = {"user": user, "agency": agency, "area": area, "case_number": case_number, "actor": actor_for(user)}
    asked |= window()
    counted = count_partners(**asked)
    return counted, propose_smaller_area(counted=counted, **asked)


def test_a_smaller_area_with_the_same_number_is_proposed_and_counting_it_is_free(user, agency, in_the_middle):
    counted, found = proposed(user, agency, circle(900))
    assert found is not None
    assert found.area == circle(630.0)
    assert found.instead_of_m2 == pytest.approx(counted.area_m2)
    assert [entry.facts["proposed"] for entry in Entry.objects.filter(action="request.counted")] == [False, True]
    again, _next = proposed(user, agency, found.area)
    assert again.estimate.partners == counted.estimate.partners
    assert CountedArea.objects.filter(digest=CountedArea.objects.order_by("pk")[1].digest).count() == 1


def test_none_is_proposed_where_the_number_would_fall(user, agency, in_the_middle):
    counted, found = proposed(user, agency, circle(120))
    assert counted.estimate.partners
    assert found is None


def test_none_is_proposed_where_fewer_than_the_floor_are_said(user, agency):
    camera_at(registrant(agency)[1])
    release_counts(actor=Actor.system("test"))
    counted, found = proposed(user, agency, circle(900))
    assert counted.estimate.partners is None
    assert found is None
    assert CountedArea.objects.count() == 1, "nothing else was asked"


def test_each_place_of_a_proposal_is_as_large_as_the_least(user, agency, in_the_middle, settings):
    settings.REQUEST_AREA_MIN_M2 = 100_000
    small = circle(190, [CENTER[0] + 0.05, CENTER[1]])
    _counted, found = proposed(user, agency, {"type": "Several", "parts": [circle(900), small]})
    assert found is None


def test_proposals_take_the_first_half_of_a_budget_alone(user, agency, in_the_middle, settings):
    settings.COUNTED_AREAS_PER_CASE = 10
    answered = 0
    for number in range(7):
        _counted, found = proposed(user, agency, circle(900 + number))
        answered += found is not None
    questions = CountedArea.objects.values("whole").distinct()
    assert questions.filter(is_proposed=False).count() == 7
    assert 2 <= answered <= 3
    assert questions.count() == 7 + answered


# -- the adversary ---------------------------------------------------------------------------------------------------


def test_where_cameras_are_changes_no_proposal(user, agency, in_the_middle):
    """The same week's counts with the register emptied, and with a camera at the edge, propose the same."""
    _counted, before = proposed(user, agency, circle(900))
    camera_at(registrant(agency)[1], latitude=CENTER[1] + 0.0075)
    CountedArea.objects.all().delete()
    _counted, after = proposed(user, agency, circle(900))
    assert before == after
    assert CountRelease.objects.count() == 1


def test_proposals_are_questions_so_who_wants_them_for_every_area_has_half_as_many(
    user, agency, in_the_middle, settings
):
    settings.COUNTED_AREAS_PER_CASE = settings.COUNTED_AREAS_PER_DAY = 12
    answers = [proposed(user, agency, circle(900 + number))[1] for number in range(9)]
    assert sum(found is not None for found in answers) == 3, "the first half: three areas with one proposal each"
    with pytest.raises(TooMany):
        proposed(user, agency, circle(910))
    assert CountedArea.objects.values("whole").distinct().count() == 12


def test_proposals_accuse_nobody_and_taking_them_to_close_in_is_seen(user, agency, in_the_middle, settings):
    settings.CLOSE_AREAS_OF_ONE = settings.CLOSE_AREAS_OF_ALL = 3
    _counted, found = proposed(user, agency, circle(900))
    proposed(user, agency, circle(899))
    assert found is not None
    assert not Finding.objects.exists(), "two areas were drawn"
    proposed(user, agency, found.area)
    assert Finding.objects.filter(kind="counts.closing_in").exists()


def fields(**more):
    start = window()["window_start"]
    day = {"start_date": start.date(), "start_time": "01:00", "end_date": start.date(), "end_time": "01:30"}
    where = {"shape": "circle", "latitude": CENTER[1], "longitude": CENTER[0], "radius_ft": 2952.76}
    return {**where, **day, "case_number": "26-1"} | more


def test_the_page_offers_it_with_the_fields_that_take_it(client, user, agency, in_the_middle):
    sign_in(client, user)
    day = (window()["window_start"] - timedelta(days=2)).date()
    sent = fields(agency=str(agency.public_id), start_date=day, end_date=day)
    answer = client.post(reverse("admin:footage_requests_footagerequest_count"), sent)
    [offered] = answer.json()["proposals"]
    assert offered["sentence"] == "A smaller area keeps as many partners: 0.5 square miles instead of 1.0 square miles."
    assert offered["values"]["radius_ft"] == "2066.93"
    page = client.post(
        reverse("admin:footage_requests_footagerequest_compose"), sent | {"act": "count"}
    ).content.decode()
    assert "A smaller area keeps as many partners" in page
    assert "use:{" in page


def test_a_time_that_is_too_long_comes_with_a_shorter_one(client, user, agency):
    sign_in(client, user)
    day = (window()["window_start"] - timedelta(days=4)).date()
    sent = fields(agency=str(agency.public_id), start_date=day, end_date=day + timedelta(days=2))
    answer = client.post(reverse("admin:footage_requests_footagerequest_count"), sent)
    assert answer.status_code == 422
    [offered] = answer.json()["proposals"]
    assert "A shorter time about the middle" in offered["sentence"]
    again = client.post(reverse("admin:footage_requests_footagerequest_count"), sent | offered["values"])
    assert again.status_code == 200
