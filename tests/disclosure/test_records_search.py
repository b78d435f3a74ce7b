"""A search for what a request asks for: by case, place and time, within one's agency, recorded or nothing."""

from datetime import timedelta

import pytest

from apps.access.models import AccessEvent
from apps.core.errors import InvalidInput, NotAllowed
from apps.disclosure.services import search_records
from apps.disclosure.services.searching import Wanted
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.factories.disclosure import search_duty
from tests.factories.evidence import received_item
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db


def find(asked, custodian, **wanted):
    return [one.pk for one in search_records(request=asked, user=custodian, wanted=Wanted(**wanted)).items]


@pytest.fixture
def duty(custodian, item):
    return search_duty(custodian, item.agency)


@pytest.fixture
def streets(tmp_path):
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))


def test_without_a_recorded_reason_nothing_is_searched(asked, item, custodian):
    with pytest.raises(NotAllowed) as refused:
        find(asked, custodian, case_number=item.submission.case.number)
    assert refused.value.code == "purpose"
    assert not Entry.objects.filter(action="records_request.searched").exists()


def test_a_search_by_case_finds_it_and_is_an_access_whose_words_are_private(asked, item, custodian, duty):
    number = item.submission.case.number
    assert find(asked, custodian, case_number=number.lower()) == [item.pk]
    entry = Entry.objects.get(action="records_request.searched")
    assert (entry.facts["by"], entry.facts["found"]) == (["case"], 1)
    assert number not in str(entry.record)
    assert AccessEvent.objects.filter(entry=entry, purpose=duty).exists()


def test_a_search_without_case_place_or_time_is_refused(asked, custodian, duty):
    with pytest.raises(InvalidInput):
        find(asked, custodian)


def test_items_of_other_agencies_are_never_found(asked, custodian, duty):
    other = received_item(b"other")
    assert find(asked, custodian, case_number=other.submission.case.number) == []


@pytest.mark.parametrize(
    ("since", "until", "found"), [(-4, -1, True), (-9, -4, False), (-1, 1, False), (None, -1, True)]
)
def test_a_search_by_time_asks_for_the_time_of_the_incident(since, until, found, asked, item, custodian, duty):
    window = item.submission.invitation.request.window_end  # the window began three hours ago and ended two hours ago
    now = window + timedelta(hours=2)
    wanted = {"until": now + timedelta(hours=until)}
    if since is not None:
        wanted["since"] = now + timedelta(hours=since)
    assert bool(find(asked, custodian, **wanted)) is found


def test_a_search_by_place_looks_in_the_areas_of_requests(asked, item, custodian, duty, streets):
    assert find(asked, custodian, place="Monroe & Tennessee", near_m=150) == [item.pk]
    assert find(asked, custodian, place="2001 Old Saint Augustine", near_m=150) == []


def test_an_unknown_place_and_a_town_without_streets_are_told_apart(asked, custodian, duty, streets):
    with pytest.raises(InvalidInput, match="No street"):
        find(asked, custodian, place="Qqqqqq Lane")


def test_a_portal_without_streets_says_so(asked, custodian, duty):
    with pytest.raises(InvalidInput, match="knows no streets"):
        find(asked, custodian, place="Monroe")
