"""An active call opens places only while it is on the board, and somebody else than its reader vouches for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.reach import reach_of
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.calls.models import Call
from apps.calls.selectors import JUST_CLOSED
from apps.calls.services import enter_call, take_call
from apps.core.errors import InvalidInput
from apps.findings.models import Finding
from tests.factories.calls import DISPATCH, call_facts, call_of
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


def opened(user: User, call: Call | None, agency: Agency) -> Purpose:
    return open_purpose(
        user=user,
        agency=agency,
        kind=PurposeKind.CALL,
        access=AccessKind.PARTNER_MAP,
        reason="Which cameras saw the van",
        call=call,
    )


def test_a_call_that_left_the_board_opens_nothing_more(agency: Agency) -> None:
    now = timezone.now()
    call = call_of(agency, number="P1", received_at=now - timedelta(hours=2))
    purpose = opened(staff(Role.DETECTIVE, agency), call, agency)
    assert len(reach_of(purpose)) == 1
    over = now - JUST_CLOSED - timedelta(minutes=1)
    facts = call_facts(number="P1", received_at=call.received_at, changed_at=over, state="closed")
    take_call(agency=agency, facts=facts, actor=DISPATCH)
    purpose.refresh_from_db()
    assert reach_of(purpose) == []


@pytest.mark.parametrize("which", ["none", "foreign", "without a place", "long over"])
def test_a_call_that_is_not_on_the_agencys_board_is_refused(agency: Agency, which: str) -> None:
    long_ago = timezone.now() - timedelta(days=1)
    call = {
        "none": lambda: None,
        "foreign": lambda: call_of(AgencyFactory.create()),
        "without a place": lambda: call_of(agency, latitude=None, longitude=None),
        "long over": lambda: call_of(agency, state="closed", received_at=long_ago),
    }[which]()
    with pytest.raises(InvalidInput) as refused:
        opened(staff(Role.DETECTIVE, agency), call, agency)
    assert set(refused.value.fields) == {"call"}


def test_the_auditor_learns_of_places_opened_for_a_call_of_ones_own(agency: Agency) -> None:
    analyst, colleague = staff(Role.ANALYST, agency), staff(Role.ANALYST, agency)
    call = enter_call(user=analyst, agency=agency, facts=call_facts())
    opened(colleague, call, agency)
    assert not Finding.objects.exists()
    opened(analyst, call, agency)
    assert Finding.objects.get().kind == "access.own_call"
