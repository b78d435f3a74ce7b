"""A program manager makes the agency's requests narrower than the portal asks, and never wider."""

import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.agencies.request_limits import limits_of
from apps.agencies.request_limits import set_request_limits as set_all_limits
from apps.core.errors import InvalidInput, NotAllowed
from apps.footage_requests.services import submit_request
from apps.geo.units import ACRE_M2
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.footage_requests import draft, window
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


NONE = {"area_m2": None, "hours": None, "per_case": None, "per_partner": None}


def set_request_limits(**given):
    return set_all_limits(**NONE | given)


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
    assert entry.facts == {"before": NONE, "after": NONE | {"area_m2": 20_000}}


def test_the_portals_numbers_of_requests_hold_for_agencies_too(agency, manager, settings):
    assert (limits_of(agency).per_case, limits_of(agency).per_partner) == (None, None)
    settings.REQUESTS_PER_CASE_MAX, settings.CONTACTS_PER_PARTNER_MAX = 4, 6
    agency = set_request_limits(agency=agency, per_case=3, by=manager)
    assert (limits_of(agency).per_case, limits_of(agency).per_partner) == (3, 6)
    settings.REQUESTS_PER_CASE_MAX = 2
    assert limits_of(agency).per_case == 2
    with pytest.raises(InvalidInput) as refused:
        set_request_limits(agency=agency, per_case=3, per_partner=7, by=manager)
    assert refused.value.fields.keys() == {"per_case", "per_partner"}


def test_setting_what_is_set_already_writes_nothing(agency, manager):
    for _time in range(2):
        set_request_limits(agency=agency, area_m2=20_000, hours=3, by=manager)
    assert Entry.objects.filter(action="agency.request_limits_set").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"area_m2": 9_999}, "acres"),
        ({"area_m2": 3_000_001}, "acres"),
        ({"area_m2": -1, "hours": 2}, "acres"),
        ({"hours": 0}, "hours"),
        ({"hours": 25}, "hours"),
        ({"per_case": 0}, "per_case"),
        ({"per_case": 101}, "per_case"),
        ({"per_partner": -1}, "per_partner"),
        ({"per_partner": 101}, "per_partner"),
    ],
)
def test_nobody_goes_beyond_the_portal_or_below_one_home(agency, manager, given, field):
    with pytest.raises(InvalidInput) as refused:
        set_request_limits(agency=agency, by=manager, **given)
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
    given = {"acres": "20", "hours": "6", "per_case": "3", "per_partner": "1"}
    page = client.post(url, given, follow=True).content.decode()
    now = "an area of 20 acres, a window of 6 hours, 3 requests at a time for a case, 1 request to a partner in 30 days"
    assert f"Now: {now}." in page
    agency.refresh_from_db()
    assert (agency.requests_per_case, agency.contacts_per_partner) == (3, 1)
    assert agency.request_area_m2 == round(20 * ACRE_M2)
    refused = client.post(url, {"acres": "9000", "hours": ""})
    assert refused.status_code == 422
    assert "Give an area from 2.5 acres to" in refused.content.decode()
    assert 'value="9000"' in refused.content.decode()
