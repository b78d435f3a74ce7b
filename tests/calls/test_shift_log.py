"""The shift log: written by analysts and supervisors, handed over once, signed by somebody else."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.agencies.models import Role
from apps.calls.models import ShiftEntry
from apps.calls.shifts import (
    hand_over_shift,
    note_shift,
    sign_hand_over,
    unsigned_hand_overs,
    viewable_shift_entries,
)
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.ledger.models import Entry
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


def test_a_hand_over_waits_for_somebody_else_and_is_signed_once() -> None:
    agency = AgencyFactory.create()
    early, late = staff(Role.ANALYST, agency), staff(Role.ANALYST, agency)
    entry = hand_over_shift(user=early, agency=agency, words="Two calls open, camera 12 is down.")
    assert not unsigned_hand_overs(early).exists()
    assert list(unsigned_hand_overs(late)) == [entry]
    with pytest.raises(NotAllowed):
        sign_hand_over(user=early, entry=entry)
    sign_hand_over(user=late, entry=entry)
    with pytest.raises(WrongState):
        sign_hand_over(user=staff(Role.SUPERVISOR, agency), entry=entry)
    acts = list(Entry.objects.filter(subject_id=str(entry.public_id)).order_by("pk").values_list("action", flat=True))
    assert acts == ["shift.handed_over", "shift.signed"]


def test_a_second_hand_over_waits_until_the_first_is_signed() -> None:
    agency = AgencyFactory.create()
    one = staff(Role.ANALYST, agency)
    hand_over_shift(user=one, agency=agency, words="All quiet.")
    with pytest.raises(WrongState):
        hand_over_shift(user=staff(Role.ANALYST, agency), agency=agency, words="All quiet.")
    note_shift(user=one, agency=agency, words="The key is in the drawer.")
    assert ShiftEntry.objects.count() == 2


def test_a_note_that_is_sent_twice_is_one_line() -> None:
    agency, key = AgencyFactory.create(), uuid4()
    one = staff(Role.ANALYST, agency)
    first = note_shift(user=one, agency=agency, words="All quiet.", request_key=key)
    assert note_shift(user=one, agency=agency, words="All quiet.", request_key=key) == first


def test_a_detective_reads_and_does_not_write_and_another_agency_sees_nothing() -> None:
    agency = AgencyFactory.create()
    entry = hand_over_shift(user=staff(Role.ANALYST, agency), agency=agency, words="All quiet.")
    detective, stranger = staff(Role.DETECTIVE, agency), staff(Role.ANALYST)
    assert list(viewable_shift_entries(detective)) == [entry]
    assert not viewable_shift_entries(stranger).exists()
    with pytest.raises(NotAllowed):
        note_shift(user=detective, agency=agency, words="Hello.")
    with pytest.raises(NotAllowed):
        sign_hand_over(user=detective, entry=entry)
    with pytest.raises(NotFound):
        sign_hand_over(user=stranger, entry=entry)


def test_the_database_lets_nobody_sign_their_own() -> None:
    agency = AgencyFactory.create()
    one = staff(Role.ANALYST, agency)
    entry = hand_over_shift(user=one, agency=agency, words="All quiet.")
    with pytest.raises(IntegrityError), transaction.atomic():
        ShiftEntry.objects.filter(pk=entry.pk).update(signed_by=one)


def test_what_the_log_says_is_private_in_the_ledger() -> None:
    agency = AgencyFactory.create()
    entry = note_shift(user=staff(Role.ANALYST, agency), agency=agency, words="John Doe called again.")
    assert "Doe" not in str(Entry.objects.get(subject_id=str(entry.public_id)).facts)
