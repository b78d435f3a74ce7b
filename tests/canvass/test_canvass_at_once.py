"""Two phones at once: one row for one id, one door for one address, whatever comes first."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.canvass.models import Door, Visit
from apps.canvass.services import correct_visit
from apps.ledger.models import Entry
from tests.factories.at_once import at_once
from tests.factories.canvass import canvass, joined, told, visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_visit_sent_eight_times_at_once_is_one_row_and_one_entry() -> None:
    made, key = canvass(), uuid4()
    results = at_once(8, lambda _n: visit(made, key=key).pk)
    assert len(set(results)) == Visit.objects.count() == 1
    assert Entry.objects.filter(action="canvass.visit_recorded").count() == 1


def test_two_officers_at_one_door_at_once_make_one_door() -> None:
    made = canvass()
    officers = [made.began_by, joined(made)]
    results = at_once(2, lambda n: visit(made, officers[n]).pk)
    assert len(set(results)) == Visit.objects.count() == 2
    assert Door.objects.count() == 1


def test_two_corrections_at_once_are_both_kept() -> None:
    made = canvass()
    first = visit(made)

    def correct(_n: int) -> int:
        return correct_visit(visit=first, user=made.began_by, told=told(), request_key=uuid4()).pk

    assert len(set(at_once(2, correct))) == 2
    assert Visit.objects.filter(corrects__isnull=False).count() == 2
