"""What was asked for is kept while the request is open and for 30 days after (s. 119.07(1)(h), F.S.)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.disclosure.models import RecordsRequest, RequestedItem
from apps.disclosure.pause import PAUSE, asked_for, kept_until, requests_that_keep
from apps.disclosure.services import add_items, decide_item, withdraw_records_request
from apps.disclosure.states import Decision
from apps.evidence.models import EvidenceItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(asked, item, custodian):
    add_items(request=asked, user=custodian, items=[item.public_id])
    return RequestedItem.objects.get()


def kept():
    return asked_for(EvidenceItem.objects.all()).exists()


def test_an_item_is_kept_from_the_moment_it_is_added(item, asked, custodian):
    assert not kept()
    add_items(request=asked, user=custodian, items=[item.public_id])
    assert kept()


def test_adding_it_twice_is_one_line(line, asked, item, custodian):
    assert add_items(request=asked, user=custodian, items=[item.public_id]) == []
    assert RequestedItem.objects.count() == 1


def test_what_was_not_asked_for_is_free_at_once(line, custodian):
    decide_item(line=line, user=custodian, decision=Decision.NOT_ASKED)
    assert not kept()


def test_thirty_days_after_the_end_it_is_free(line, asked, item, custodian):
    withdraw_records_request(request=asked, user=custodian, reason="Nobody came back.")
    assert kept()
    [keeping] = requests_that_keep(item)
    assert kept_until(keeping) == keeping.request.ended_at + PAUSE
    RecordsRequest.objects.update(ended_at=timezone.now() - PAUSE - timedelta(seconds=1))
    assert not kept()
