"""Custodians get one letter for each day that comes near, and none once the thing is done."""

from datetime import timedelta

import pytest

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.disclosure.letter_topics import _is_due
from apps.disclosure.models import RecordsRequest, Withholding
from apps.disclosure.services import acknowledge_records_request, withdraw_records_request, withhold
from apps.disclosure.staff_mails import tell_of_clocks
from apps.notifications.models import Message
from tests.factories.people import staff

pytestmark = pytest.mark.django_db


def letters(kind="records.clock"):
    return Message.objects.filter(kind=kind)


def test_a_day_that_is_near_is_told_once_to_each_custodian_of_the_agency(asked, item, custodian):
    second = staff(Role.RECORDS_CUSTODIAN, item.agency)
    staff(Role.RECORDS_CUSTODIAN)
    RecordsRequest.objects.update(acknowledge_by=today_in(item.agency) + timedelta(days=1))
    for _ in range(3):
        tell_of_clocks()
    assert set(letters().values_list("recipient", flat=True)) == {custodian.email, second.email}
    assert letters().count() == 2


def test_the_letter_names_code_and_page_and_nothing_that_was_asked(asked, item):
    RecordsRequest.objects.update(acknowledge_by=today_in(item.agency))
    tell_of_clocks()
    text = letters().get().text
    assert asked.code in text
    assert "Monroe" not in text
    assert "Casey" not in text


def test_what_is_far_or_done_is_not_told(asked, custodian, settings):
    settings.RECORDS_WARN_DAYS = 0
    assert tell_of_clocks() == 0
    RecordsRequest.objects.update(acknowledge_by=today_in(asked.agency))
    assert _is_due(custodian, asked.public_id)
    acknowledge_records_request(request=asked, user=custodian)
    assert tell_of_clocks() == 0
    assert not _is_due(custodian, asked.public_id)


def test_a_statute_to_look_at_again_is_told_also_of_an_ended_request(asked, custodian):
    today = today_in(asked.agency)
    withhold(
        request=asked,
        user=custodian,
        exemption="active_investigation",
        part="the film",
        review_on=today + timedelta(days=30),
    )
    withdraw_records_request(request=asked, user=custodian, reason="Nobody came back.")
    assert tell_of_clocks() == 0
    Withholding.objects.update(review_on=today)
    assert tell_of_clocks() == 1
    assert letters("records.review").count() == 1
