"""The counts on the partner map: the week's cells in fives, the same for everybody, and nothing about any camera."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.counts.models import CountCell
from apps.counts.services import release_counts
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.neighborhood import move_in, neighborhood
from tests.factories.people import AgencyFactory, UserFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
CELLS = reverse("admin:partner_map_cells")
TUESDAY, SATURDAY = "2026-11-24T15:00:00Z", "2026-11-28T15:00:00Z"


@pytest.fixture
def agency():
    return AgencyFactory.create()


def seen(user, **headers):
    return sign_in(Client(), user).get(CELLS, headers=headers)


def test_numbers_are_in_fives_and_none_is_below_the_floor(agency, settings):
    neighborhood(agency, town=600)
    release_counts(actor=Actor.system("test"))
    shown = seen(staff(Role.DETECTIVE, agency)).json()
    assert set(shown) == {"zoom", "x", "y", "partners"}
    assert shown["partners"]
    assert all(number % 5 == 0 and number >= settings.COUNT_FLOOR for number in shown["partners"])
    small = CountCell.objects.filter(partners__lt=settings.COUNT_FLOOR).values_list("zoom", "x", "y")
    assert small
    assert not set(small) & set(zip(shown["zoom"], shown["x"], shown["y"], strict=True))


def test_all_agencies_and_roles_see_the_same_and_it_stays_for_the_week(agency):
    with time_machine.travel(TUESDAY, tick=False):
        zone, houses = neighborhood(agency, town=600)
        release_counts(actor=Actor.system("test"))
        first = seen(staff(Role.DETECTIVE, agency)).content
    with time_machine.travel(SATURDAY, tick=False):
        for house in houses:
            if not house.takes_part:
                move_in(house, agency, zone)
        release_counts(actor=Actor.system("test"))
        assert seen(staff(Role.ANALYST, AgencyFactory.create())).content == first
        assert seen(staff(Role.PROGRAM_MANAGER, agency)).content == first


def test_a_week_is_sent_once_and_a_release_that_was_made_again_is_sent_again(agency):
    neighborhood(agency, town=100)
    detective = staff(Role.DETECTIVE, agency)
    assert seen(detective).json() == {}
    release_counts(actor=Actor.system("test"))
    tag = seen(detective)["ETag"]
    assert seen(detective, **{"if-none-match": tag}).status_code == 304
    release_counts(actor=Actor.system("test"), again=True)
    assert seen(detective, **{"if-none-match": tag}).status_code == 200


def test_looking_at_counts_opens_no_place(agency):
    neighborhood(agency, town=100)
    release_counts(actor=Actor.system("test"))
    detective = staff(Role.DETECTIVE, agency)
    seen(detective)
    assert not Entry.objects.filter(action="camera.place_viewed").exists()
    places = sign_in(Client(), detective).get(reverse("admin:partner_map_places"), {"bounds": "-85,30,-84,31"})
    assert places.status_code == 404


def test_who_may_name_no_purpose_of_the_map_sees_no_counts(agency):
    neighborhood(agency, town=100)
    release_counts(actor=Actor.system("test"))
    assert seen(staff(Role.AUDITOR, agency)).status_code == 404
    assert seen(UserFactory.create()).status_code in (302, 403, 404)
