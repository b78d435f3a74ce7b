"""A program manager makes the agency's requests narrower than the portal asks, and never wider."""

import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.agencies.request_limits import limits_of, set_request_limits
from apps.core.errors import InvalidInput, NotAllowed
from apps.footage_requests.services import submit_request
from apps.geo.units import ACRE_M2
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.footage_requests import draft, window
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


def test_the_narrower_limit_counts_and_none_is_the_portals(agency, manager, settings):
    set_request_limits(agency=agency, area_m2=20_000, hours=None, by=manager)
    agency.refresh_from_db()
    assert (limits_of(agency).area_m2, limits_of(agency).hours) == (20_000, settings.REQUEST_WINDOW_MAX_HOURS)
    settings.REQUEST_AREA_MAX_M2 = 15_000
    assert limits_of(agency).area_m2 == 15_000
    (entry,) = Entry.objects.filter(action="agency.request_limits_set")
    assert entry.facts == {"before": {"area_m2": None, "hours": None}, "after": {"area_m2": 20_000, "hours": None}}


def test_setting_what_is_set_already_writes_nothing(agency, manager):
    for _time in range(2):
        set_request_limits(agency=agency, area_m2=20_000, hours=3, by=manager)
    assert Entry.objects.filter(action="agency.request_limits_set").count() == 1


@pytest.mark.parametrize(
    ("area", "hours", "field"),
    [(9_999, None, "acres"), (3_000_001, None, "acres"), (-1, 2, "acres"), (None, 0, "hours"), (None, 25, "hours")],
)
def test_nobody_goes_beyond_the_portal_or_below_one_home(agency, manager, area, hours, field):
    with pytest.raises(InvalidInput) as refused:
        set_request_limits(agency=agency, area_m2=area, hours=hours, by=manager)
    assert field in refused.value.fields


def test_others_set_nothing(agency):
    others = [staff(role, agency) for role in Role if role != Role.PROGRAM_MANAGER]
    for who in (*others, staff(Role.PROGRAM_MANAGER, AgencyFactory.create())):
        with pytest.raises(NotAllowed):
            set_request_limits(agency=agency, area_m2=None, hours=1, by=who)


def test_a_draft_from_before_is_held_against_the_limits_when_it_is_submitted(agency, manager):
    author = staff(Role.DETECTIVE, agency)
    request = draft(author, agency)
    set_request_limits(agency=agency, area_m2=10_000, hours=None, by=manager)
    request = submit_request(user=author, request=request, version=request.version, actor=actor_for(author))
    assert request.too_wide
    late = draft(author, agency, **window(hours=2))
    set_request_limits(agency=agency, area_m2=None, hours=1, by=manager)
    with pytest.raises(InvalidInput, match="at most 1 hour"):
        submit_request(user=author, request=late, version=late.version, actor=actor_for(author))


def test_the_page_shows_the_limits_and_takes_acres(agency, manager, client):
    sign_in(client, manager)
    url = reverse("admin:agencies_agency_request_limits", args=[agency.public_id])
    page = client.post(url, {"acres": "20", "hours": "6"}, follow=True).content.decode()
    assert "an area of 20 acres, a window of 6 hours" in page
    agency.refresh_from_db()
    assert agency.request_area_m2 == round(20 * ACRE_M2)
    refused = client.post(url, {"acres": "9000", "hours": ""})
    assert refused.status_code == 422
    assert "Give an area from 2.5 acres to" in refused.content.decode()
    assert 'value="9000"' in refused.content.decode()
