"""Several places in the form of a request: read, shown again, removed, kept and refused, without script or map."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.footage_requests.models import FootageRequest, KeptForm
from apps.footage_requests.services.from_call import prepare_request
from apps.staff.requests.area_fields import area_shown, proposed_values, without_gaps, without_place
from tests.factories.calls import call_of
from tests.factories.footage_requests import CENTER, circle, draft
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NEW = "admin:footage_requests_footagerequest_compose"
FAR = [CENTER[0] + 0.05, CENTER[1]]
STREET = {"type": "Corridor", "line": [[-84.27, 30.44], [-84.26, 30.45]], "side_m": 30.0}
RING = [[-84.29, 30.43], [-84.28, 30.43], [-84.28, 30.44], [-84.29, 30.44], [-84.29, 30.43]]
AREA = {
    "type": "Several",
    "parts": [
        {**circle(150), "name": "The shop"},
        {**STREET, "name": "Their way"},
        {"type": "Polygon", "coordinates": [RING]},
    ],
}


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def user(agency):
    return staff(Role.DETECTIVE, agency)


def sent(agency, area=AREA, **more):
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    times = {"start_date": day, "start_time": "14:00", "end_date": day, "end_time": "15:00"}
    words = {"case_number": "26-1", "incident_type": "burglary", "reason": "They fled past these houses."}
    places = {name: str(value) for name, value in area_shown(area).items()}
    return {"agency": str(agency.public_id), **places, **times, **words} | more


def test_what_the_form_shows_it_reads_again(client, user, agency):
    sign_in(client, user)
    assert client.post(reverse(NEW), sent(agency)).status_code == 302
    stored = FootageRequest.objects.get()
    assert [part["type"] for part in stored.area["parts"]] == ["Circle", "Corridor", "Polygon"]
    assert [part.get("name") for part in stored.area["parts"]] == ["The shop", "Their way", None]
    edit = reverse("admin:footage_requests_footagerequest_edit", args=[stored.public_id])
    values = {name: client.get(edit).context["form"][name].value() for name in area_shown(AREA)}
    again = sent(agency) | {name: str(value) for name, value in values.items()} | {"version": stored.version}
    assert client.post(edit, again).status_code == 302
    before, stored = stored.area, FootageRequest.objects.get()
    assert stored.area == before


def test_the_error_of_a_place_stands_at_that_place(client, user, agency):
    sign_in(client, user)
    wrong = sent(agency, street_4="No such street", latitude_2="95", longitude_2="1", radius_ft_2="500", corridor_2="")
    wrong |= {"shape_2": "circle", "polygon_3": "{", "street_3": ""}
    answer = client.post(reverse(NEW), wrong)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert {"polygon_3", "street_4"} <= set(errors)
    assert 'href="#place_3"' in answer.content.decode()
    refused = client.post(reverse(NEW), sent(agency, area={**AREA, "parts": [circle(150), circle(20, FAR)]}))
    assert "Place 2 is too small" in refused.content.decode()


def test_gaps_between_places_close_so_that_numbers_count_what_is_there(client, user, agency):
    second = area_shown({"type": "Several", "parts": [circle(100), circle(150, FAR)]})
    gone = second | dict.fromkeys(("latitude", "longitude", "radius_ft"), "")
    assert without_gaps(gone)["latitude"] == FAR[1]
    sign_in(client, user)
    assert (
        client.post(reverse(NEW), sent(agency) | {name: str(value) for name, value in gone.items()}).status_code == 302
    )
    assert FootageRequest.objects.get().area["type"] == "Circle"


def test_without_a_script_a_place_is_removed_and_the_others_move_up(client, user, agency):
    sign_in(client, user)
    form = client.post(reverse(NEW), sent(agency, act="without:1")).context["form"]
    assert [form[name].value() for name in ("place_name", "shape", "shape_2", "polygon_3")] == [
        "Their way",
        "corridor",
        "polygon",
        "",
    ]
    assert without_place({"latitude": "1"}, "7") == {"latitude": "1"} | without_place({"latitude": "1"}, "7")


def test_without_a_script_a_proposal_fills_its_fields_and_no_others(client, user, agency):
    sign_in(client, user)
    act = 'use:{"radius_ft": "300", "reason": "Other words", "end_time": "14:30", "radius_ft_2": 7}'
    form = client.post(reverse(NEW), sent(agency, act=act)).context["form"]
    assert (form["radius_ft"].value(), str(form["end_time"].value())) == ("300", "14:30")
    assert form["reason"].value() == "They fled past these houses."
    for nonsense in ("", "[1]", "{", '{"csrfmiddlewaretoken": "x"}', "[[1, 2]]"):
        assert proposed_values(nonsense) == {}


def test_what_is_typed_of_every_place_is_kept(client, user, agency):
    sign_in(client, user)
    half = sent(agency, reason="", place_name_3="The corner", request_key="6f0e4a3c-9a30-4c9c-8d7f-1b0c2a1d5e11")
    assert client.post(reverse(NEW), half).status_code == 422
    kept = KeptForm.objects.get()
    shown = client.get(f"{reverse(NEW)}?kept={kept.public_id}").context["form"]
    assert shown["place_name_3"].value() == "The corner"
    assert shown["corridor_2"].value() == half["corridor_2"]


def test_a_request_that_a_call_prepared_takes_more_places(client, user, agency):
    call = call_of(agency)
    stored = prepare_request(
        user=staff(Role.ANALYST, agency), call=call, author=user, case_number="26-1", incident_type="burglary"
    )
    sign_in(client, user)
    edit = reverse("admin:footage_requests_footagerequest_edit", args=[stored.public_id])
    form = client.get(edit).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    more = area_shown({"type": "Several", "parts": [circle(1), circle(150, FAR)]})
    values |= {name: value for name, value in more.items() if name.endswith("_2")}
    answer = client.post(edit, values)
    assert answer.status_code == 302, answer.context["form"].errors
    stored.refresh_from_db()
    assert [part["center"] for part in stored.area["parts"]] == [[call.longitude, call.latitude], FAR]


def test_like_another_request_takes_all_of_its_places(client, user, agency):
    stored = draft(user, agency, area=AREA)
    sign_in(client, user)
    form = client.get(f"{reverse(NEW)}?like={stored.public_id}").context["form"]
    assert [place["filled"] for place in form.places] == [True, True, True, False]
