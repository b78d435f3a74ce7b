"""Addresses that are not asked, which only staff know of; and the order in which cameras most likely saw it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.core.errors import InvalidInput
from apps.footage_requests.models import Match
from apps.footage_requests.selectors import board_of
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.footage_requests import CENTER, camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
VICTIM = {"place": "1 Secret Ln", "latitude": CENTER[1], "longitude": CENTER[0], "reason": "victim"}


def at_home(agency, address="1 Secret Lane", **place):
    user, partner = registrant(agency)
    camera = camera_at(partner, **place)
    camera.site.address = address
    camera.site.save(update_fields=["address"])
    return user, camera


def test_the_victims_own_camera_is_not_asked_and_the_neighbors_is():
    agency = AgencyFactory.create()
    at_home(agency)
    _user, neighbors = at_home(agency, "3 Secret Lane", longitude=CENTER[0] + 0.0001)
    opened = open_request(agency, neighbors, left_out=[VICTIM])
    assert [match.camera_id for match in Match.objects.filter(request=opened.request)] == [neighbors.pk]


@pytest.mark.parametrize(
    ("address", "east", "asked"),
    [
        ("1 Secret Lane", 0.0, False),
        ("1 SECRET LN", 0.0015, False),
        ("1 Secret Lane", 0.005, True),
        ("11 Secret Lane", 0.0, True),
        ("1 Other Lane", 0.0, True),
        ("", 0.0001, False),
        ("", 0.0005, True),
    ],
)
def test_house_number_and_street_decide_and_the_distance_where_there_is_none(address, east, asked):
    agency = AgencyFactory.create()
    _user, camera = at_home(agency, address, longitude=CENTER[0] + east)
    opened = open_request(agency, camera, left_out=[VICTIM], area={"type": "Circle", "center": CENTER, "radius_m": 900})
    assert Match.objects.filter(request=opened.request).exists() is asked


def test_owners_letters_and_the_public_part_of_the_ledger_do_not_know_of_it(client):
    agency = AgencyFactory.create()
    user, camera = at_home(agency, "3 Secret Lane")
    opened = open_request(agency, camera, left_out=[VICTIM])
    sign_in(client, user)
    told = client.get(reverse("footage_requests:invitation", args=[opened.invitation.public_id])).content.decode()
    told += client.get(reverse("web:requests")).content.decode()
    told += "".join(f"{one.words.text}{one.words.html}" for one in Message.objects.all() if one.words)
    told += "".join(str(entry.facts) for entry in Entry.objects.all())
    for secret in ("Secret Ln", "victim", "Left out"):
        assert secret not in told, secret


@pytest.mark.parametrize(
    "given",
    [
        [VICTIM] * 4,
        [VICTIM | {"reason": "grudge"}],
        [VICTIM | {"latitude": 95}],
        [VICTIM | {"place": ""}],
        [VICTIM | {"place": "x" * 121}],
        [{}],
    ],
    ids=["four", "no reason", "no place on earth", "no address", "too long", "nothing"],
)
def test_what_cannot_be_left_out_is_refused(given):
    with pytest.raises(InvalidInput) as refused:
        open_request(left_out=given)
    assert "left_out" in refused.value.fields


def test_the_board_lists_first_who_most_likely_saw_it():
    agency = AgencyFactory.create()
    center, south = CENTER[1], 0.0004
    beside = camera_at(registrant(agency)[1], latitude=center + 0.0012, retention_hours=24)  # looks north, away from it
    facing = camera_at(registrant(agency)[1], latitude=center - south, retention_hours=500)
    opened = open_request(agency, beside, facing, area={"type": "Circle", "center": CENTER, "radius_m": 150})
    board = board_of(opened.request)
    cameras = {match.pk: match.camera_id for match in opened.matches}
    assert [cameras[row.match_id] for row in board.rows] == [facing.pk, beside.pk]
    assert board.rows[0].likelihood > ""
