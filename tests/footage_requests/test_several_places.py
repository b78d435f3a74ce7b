"""One request about several places: who is asked, how wide it may be, who reads what of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput
from apps.footage_requests.approved_reach import boxes_of_open_requests
from apps.footage_requests.likely import likelihood_of
from apps.footage_requests.models import FootageRequest, Match
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.footage_requests import CENTER, camera_at, circle, draft, open_request, submitted
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
FAR = [CENTER[0] + 0.08, CENTER[1]]
NAMES = ("The burgled shop", "Where the car stood")


def places(*parts):
    return {"type": "Several", "parts": list(parts)}


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def two():
    return places({**circle(150), "name": NAMES[0]}, {**circle(150, FAR), "name": NAMES[1]})


def test_cameras_of_each_place_are_asked_once_and_none_between(agency, two):
    user, partner = registrant(agency)
    near, far = camera_at(partner), camera_at(registrant(agency)[1], longitude=FAR[0])
    camera_at(partner, longitude=CENTER[0] + 0.04)
    sees_both = places(*two["parts"], circle(120))
    opened = open_request(agency, near, far, area=sees_both)
    assert [match.camera_id for match in opened.matches] == [near.pk, far.pk]
    assert opened.request.area["parts"][0] == two["parts"][0]
    assert set(likelihood_of(opened.request, opened.matches)) == {match.pk for match in opened.matches}


def test_an_approval_opens_the_map_about_each_place_and_not_between_them(agency, two):
    opened = open_request(agency, camera_at(registrant(agency)[1]), area=two)
    boxes = list(boxes_of_open_requests(opened.request.case))
    assert len(boxes) == 2
    between = (CENTER[0] + FAR[0]) / 2
    assert not any(west <= between <= east for west, _south, east, _north in boxes)


def test_one_place_that_is_too_small_is_refused_by_its_number_and_name(agency, two):
    two["parts"][1]["radius_m"] = 20
    with pytest.raises(InvalidInput, match=r"Place 2 \(Where the car stood\) is too small") as refused:
        draft(staff(Role.DETECTIVE, agency), agency, area=two)
    assert list(refused.value.fields) == ["area"]


def test_all_places_together_are_held_against_the_limit_of_one_area(agency, settings):
    settings.REQUEST_AREA_MAX_M2, settings.REQUEST_AREA_HARD_MAX_M2 = 1_500_000, 2_000_000
    author = staff(Role.DETECTIVE, agency)
    assert not draft(author, agency, area=circle(500)).too_wide
    assert draft(author, agency, area=places(circle(500), circle(500, FAR))).too_wide
    assert not draft(author, agency, area=places(circle(500), circle(400))).too_wide, "one lies within the other"
    with pytest.raises(InvalidInput, match="far too wide"):
        draft(author, agency, area=places(*(circle(500, [CENTER[0] + n / 50, CENTER[1]]) for n in range(3))))


def test_an_owner_reads_of_no_place_and_no_name_of_one(client, agency, two):
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(registrant(agency)[1], longitude=FAR[0]), area=two)
    sign_in(client, user)
    page = client.get(reverse("footage_requests:invitation", args=[opened.invitation.public_id])).content.decode()
    letters = "".join(f"{one.words.text}{one.words.html}" for one in Message.objects.all() if one.words)
    public = "".join(str(one.facts) for one in Entry.objects.all())
    for read in (page, letters, public):
        assert not any(hint in read for hint in (*NAMES, "Place 1", str(FAR[0]), "Several"))


def test_the_supervisor_reads_every_place_and_sees_all_of_them_on_the_map(client, agency, two):
    request = submitted(staff(Role.DETECTIVE, agency), agency, area=two)
    sign_in(client, staff(Role.SUPERVISOR, agency))
    answer = client.get(reverse("admin:footage_requests_footagerequest_change", args=[request.public_id]))
    page = answer.content.decode()
    for number, name in enumerate(NAMES, start=1):
        assert f"Place {number} ({name}):" in page
    assert len(answer.context["areas"]) == 2


def test_the_map_of_the_case_shows_every_place_of_its_requests(client, agency, two):
    author = staff(Role.DETECTIVE, agency)
    request = submitted(author, agency, area=two)
    submitted(author, agency, area=circle(200))
    sign_in(client, author)
    answer = client.get(reverse("admin:agencies_case_change", args=[request.case.public_id]))
    assert len(answer.context["areas"]) == 3
    assert FootageRequest.objects.filter(case=request.case).count() == 2
    assert not Match.objects.exists()
