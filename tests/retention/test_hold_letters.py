"""Custodians get one letter for each day on which a hold has to be looked at again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.evidence.models import CaseHold, EvidenceHold
from apps.evidence.services.holds import lift_hold, place_case_hold, place_hold
from apps.notifications.models import Message
from apps.retention.letter_topics import _to_review
from apps.retention.staff_mails import tell_of_holds

pytestmark = pytest.mark.django_db


def letters():
    return Message.objects.filter(kind="retention.hold_review")


def test_each_hold_is_told_once_a_day_of_review_and_not_once_it_is_lifted(item, custodian):
    why = {"user": custodian, "authority": "Leon County", "reason": "A trial runs."}
    own, whole = place_hold(item=item, **why), place_case_hold(case=item.submission.case, **why)
    assert tell_of_holds() == 0
    for model in (EvidenceHold, CaseHold):
        model.objects.update(review_on=timezone.localdate() - timedelta(days=1))
    for _ in range(2):
        assert tell_of_holds() == 2
    assert letters().count() == 2
    assert "Leon County" not in "".join(letters().values_list("text", flat=True))
    assert _to_review(custodian, own.public_id)
    lift_hold(hold=own, user=custodian, reason="The trial is over.")
    assert not _to_review(custodian, own.public_id)
    assert _to_review(custodian, whole.public_id)
