"""Rules of retention: versions that never change, and dates that are computed from the newest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.disclosure.services import add_items, withdraw_records_request
from apps.evidence.models import EvidenceItem
from apps.evidence.services.holds import lift_hold, place_case_hold
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.ledger.models import Entry
from apps.retention.models import RetentionSchedule
from apps.retention.obstacles import OBSTACLES, free, obstacles_of, register
from apps.retention.selectors import rules_in_force, with_dates
from apps.retention.services import publish_schedule
from apps.retention.services.scheduling import Given
from tests.factories.disclosure import taken_request
from tests.factories.people import staff

pytestmark = pytest.mark.django_db

ACCEPTED = Given(title="Evidence of a case", series="GS2, item 1", days=1461, triage=Triage.ACCEPTED)
OTHERS = Given(title="Everything else", series="GS2, item 2", days=60)


def publish(custodian, agency, *rules, number=0):
    return publish_schedule(user=custodian, agency=agency, rules=rules, reason="The chief approved.", number=number)


def dated(item):
    return with_dates(EvidenceItem.objects.filter(pk=item.pk), rules_in_force([item.agency])).get()


def test_without_rules_nothing_gets_a_date(item):
    assert (dated(item).rule_key, dated(item).expires_at) == (None, None)


def test_the_first_rule_that_fits_counts(item, custodian):
    schedule = publish(custodian, item.agency, ACCEPTED, OTHERS)
    first, second = schedule.rules.all()
    assert dated(item).rule_key == str(second.pk)
    assert dated(item).expires_at == item.received_at + timedelta(days=60)
    EvidenceItem.objects.update(triage=Triage.ACCEPTED)
    assert dated(item).rule_key == str(first.pk)
    assert dated(item).expires_at == item.received_at + timedelta(days=1461)


def test_an_item_that_no_rule_fits_gets_no_date(item, custodian):
    publish(custodian, item.agency, ACCEPTED)
    assert dated(item).expires_at is None


def test_rules_of_another_agency_do_not_count(item, custodian):
    stranger = staff(Role.RECORDS_CUSTODIAN)
    publish(stranger, RoleGrant.objects.get(user=stranger).agency, OTHERS)
    assert dated(item).rule_key is None


def test_a_rule_that_counts_from_the_end_of_the_request_has_no_date_before(item, custodian):
    publish(custodian, item.agency, Given(title="All", series="GS2, item 3", days=10, basis="request_ended"))
    assert (bool(dated(item).rule_key), dated(item).expires_at) == (True, None)
    ended = timezone.now()
    FootageRequest.objects.update(ended_at=ended)
    assert dated(item).expires_at == ended + timedelta(days=10)


def test_a_rule_may_ask_for_the_kind_of_incident_and_the_outcome(item, custodian):
    publish(
        custodian,
        item.agency,
        Given(title="A", series="GS2, 1", days=5, incident_type="burglary", outcome="footage"),
        Given(title="B", series="GS2, 2", days=7, incident_type="burglary"),
    )
    assert dated(item).expires_at == item.received_at + timedelta(days=7)
    FootageRequest.objects.update(outcome="footage")
    assert dated(item).expires_at == item.received_at + timedelta(days=5)


def test_a_new_version_changes_all_dates_and_the_old_one_stays(item, custodian):
    publish(custodian, item.agency, OTHERS)
    publish(custodian, item.agency, Given(title="All", series="GS2, item 9", days=90), number=1)
    assert dated(item).expires_at == item.received_at + timedelta(days=90)
    assert list(RetentionSchedule.objects.order_by("number").values_list("number", "rules__days")) == [(1, 60), (2, 90)]


def test_two_who_write_at_once_do_not_overwrite_each_other(item, custodian):
    publish(custodian, item.agency, OTHERS)
    with pytest.raises(Stale):
        publish(custodian, item.agency, ACCEPTED)


def test_the_same_rules_again_are_no_new_version(item, custodian):
    publish(custodian, item.agency, OTHERS)
    assert publish(custodian, item.agency, OTHERS, number=1).number == 1
    assert Entry.objects.filter(action="retention_schedule.published").count() == 1


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR])
def test_only_custodians_and_managers_write_rules(role, item):
    with pytest.raises(NotAllowed):
        publish(staff(role, item.agency), item.agency, OTHERS)
    publish(staff(Role.PROGRAM_MANAGER, item.agency), item.agency, OTHERS)


@pytest.mark.parametrize(
    "wrong",
    [
        Given(title="A", series="", days=5),
        Given(title="A", series="GS2", days=0),
        Given(title="A", series="GS2", days=40_000),
        Given(title="A", series="GS2", days=None),
        Given(title="A", series="GS2", days=5, incident_type="moonquake"),
        Given(title="A", series="GS2", days=5, basis="birth"),
    ],
)
def test_a_rule_without_its_schedules_item_or_with_wrong_values_is_refused(wrong, item, custodian):
    with pytest.raises(InvalidInput):
        publish(custodian, item.agency, wrong)


def test_what_keeps_an_item_is_named_and_goes_away(item, custodian):
    def why():
        return obstacles_of([item])[item.pk]

    assert why() == ["untriaged", "request_open"]
    EvidenceItem.objects.update(triage=Triage.ACCEPTED)
    FootageRequest.objects.update(state=RequestState.CLOSED)
    assert why() == []
    assert free(EvidenceItem.objects.all()).exists()
    placed = place_case_hold(case=item.submission.case, user=custodian, authority="A court", reason="A trial runs.")
    asked = taken_request(custodian, item.agency)
    add_items(request=asked, user=custodian, items=[item.public_id])
    assert why() == ["held", "asked_for"]
    assert not free(EvidenceItem.objects.all()).exists()
    lift_hold(hold=placed, user=custodian, reason="The trial is over.")
    withdraw_records_request(request=asked, user=custodian, reason="Nobody came back.")
    assert why() == ["asked_for"]


def test_a_second_reason_of_one_name_is_refused():
    with pytest.raises(ValueError, match="held"):
        register(OBSTACLES["held"])
