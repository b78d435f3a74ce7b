"""The second reader's side: never the author, in the version that was read; what comes back goes on."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.redaction.models import Redaction
from apps.redaction.policies import can_read_for
from apps.redaction.selectors import plan_of
from apps.redaction.services import return_redaction, sign_off, submit_redaction, try_again
from apps.redaction.states import RedactionState
from tests.factories.people import staff
from tests.factories.redaction import begun, drawn, signed, somebody, submitted
from tests.redaction.test_drawing import acts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.SUPERVISOR, True),
        (Role.RECORDS_CUSTODIAN, True),
        (Role.DETECTIVE, False),
        (Role.ANALYST, False),
        (Role.AUDITOR, False),
    ],
)
def test_a_supervisor_or_records_custodian_reads_it(item, role, reads):
    mine = submitted(item)
    person = staff(role, item.agency)
    with pytest.raises(NotAllowed):
        sign_off(redaction=mine, version=mine.version, user=person)  # nobody without a recorded reason
    assert can_read_for(person, mine) is reads
    if reads:
        assert sign_off(redaction=mine, version=mine.version, user=somebody(item, role)).state == RedactionState.SIGNED


def test_nobody_signs_what_they_drew_whatever_the_code_believes(item):
    author = somebody(item, Role.SUPERVISOR)
    mine = submitted(item, author)
    for verb in (sign_off, lambda **given: return_redaction(**given, reason="No.")):
        with pytest.raises(NotAllowed):
            verb(redaction=mine, version=mine.version, user=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=mine.pk).update(reader=author, state=RedactionState.SIGNED)


def test_somebody_of_another_agency_finds_nothing(item):
    mine = submitted(item)
    with pytest.raises(NotFound):
        sign_off(redaction=mine, version=mine.version, user=staff(Role.SUPERVISOR))


def test_what_is_returned_says_why_and_is_drawn_on_and_read_again(item):
    mine, reader = submitted(item), somebody(item, Role.SUPERVISOR)
    with pytest.raises(InvalidInput):
        return_redaction(redaction=mine, version=mine.version, reason=" ", user=reader)
    mine = return_redaction(redaction=mine, version=mine.version, reason="A face at the window.", user=reader)
    assert (mine.state, mine.reader, mine.reader_words) == (RedactionState.RETURNED, reader, "A face at the window.")
    with pytest.raises(WrongState):
        sign_off(redaction=mine, version=mine.version, user=reader)
    mine = drawn(mine)
    assert (mine.state, mine.reader, mine.reader_words) == (RedactionState.DRAFT, None, "A face at the window.")
    submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    assert acts(mine) == ["started", "changed", "submitted", "returned", "changed", "submitted"]


def test_only_what_was_read_is_signed(item):
    mine = submitted(item)
    with pytest.raises(Stale):
        sign_off(redaction=mine, version=mine.version - 1, user=somebody(item, Role.SUPERVISOR))
    draft = drawn(begun(item))
    with pytest.raises(WrongState):
        sign_off(redaction=draft, version=draft.version, user=somebody(item, Role.SUPERVISOR))


def test_what_could_not_be_made_is_tried_again_or_drawn_otherwise(item):
    mine = signed(item)
    with pytest.raises(WrongState):
        try_again(redaction=mine, version=mine.version, user=mine.author)
    Redaction.objects.update(state=RedactionState.FAILED, problem="time", attempts=3)
    mine.refresh_from_db()
    with pytest.raises(NotAllowed):
        try_again(redaction=mine, version=mine.version, user=somebody(item))
    with pytest.raises(WrongState):
        submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    mine = try_again(redaction=mine, version=mine.version, user=mine.author)
    assert (mine.state, mine.problem, mine.attempts, acts(mine)[-1]) == (RedactionState.SIGNED, "", 0, "tried_again")
    Redaction.objects.update(state=RedactionState.FAILED, problem="time")
    mine.refresh_from_db()
    mine = drawn(mine)
    assert (mine.state, mine.problem, mine.reader) == (RedactionState.DRAFT, "", None)
    assert plan_of(mine).boxes == 2
