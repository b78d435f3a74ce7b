"""“Today” of those who ask for nothing, and what a detective is promised: counts, links that open, few queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.services import record_access
from apps.agencies.models import Agency, Role
from apps.evidence.models import EvidenceItem, FixityCheck, WitnessContact
from apps.evidence.services.holds import place_hold
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer
from apps.ledger.values import Subject
from apps.staff.desks import audit_desk, calls_desk, records_desk
from apps.staff.today import today_for
from tests.factories.access import map_purpose
from tests.factories.actors import actor_for
from tests.factories.calls import PLACE, call_of
from tests.factories.cameras import owner_of
from tests.factories.evidence import received_item
from tests.factories.footage_requests import Opened, camera_at, open_request
from tests.factories.items import purpose_for_case
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

FIRST = reverse("admin:index")


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


def opened(agency: Agency) -> Opened:
    _user, partner = registrant(agency)
    return open_request(agency, camera_at(partner, retention_hours=60))


def said_yes(asked: Opened) -> None:
    answer_matches(
        invitation=asked.invitation,
        answers={asked.match.public_id: AnswerGiven(answer=Answer.HAS_FOOTAGE)},
        actor=actor_for(owner_of(asked.invitation.partner)),
        request_key=uuid4(),
    )


def page_of(user: Any) -> str:
    return sign_in(Client(), user).get(FIRST).content.decode()


def agencies(*some: Agency) -> list[Agency]:
    return list(some)


def test_a_detective_reads_what_is_promised_and_how_long_it_is_kept(agency: Agency) -> None:
    asked = opened(agency)
    said_yes(asked)
    page = page_of(asked.author)
    assert "Promised and not sent" in page
    assert "said yes, sent nothing, overwritten in" in page
    received_item(b"video", sent_through=asked.invitation)
    EvidenceItem.objects.update(match=asked.match)
    assert "Promised and not sent" not in page_of(asked.author)


def test_what_is_overwritten_already_is_promised_no_more(agency: Agency) -> None:
    asked = opened(agency)
    said_yes(asked)
    Match.objects.update(overwrite_deadline=timezone.now() - timedelta(hours=1))
    assert today_for(asked.author).promised == []


def test_my_requests_come_by_the_next_overwrite(agency: Agency) -> None:
    late, gone, soon = (opened(agency) for _ in range(3))
    FootageRequest.objects.update(author=late.author)
    for asked, hours in ((late, 90), (gone, -1), (soon, 3)):
        Match.objects.filter(request=asked.request).update(overwrite_deadline=timezone.now() + timedelta(hours=hours))
    assert today_for(late.author).mine == [soon.request, late.request, gone.request]
    assert "first overwritten in" in page_of(late.author)


def test_an_answer_without_footage_no_longer_presses(agency: Agency) -> None:
    asked = opened(agency)
    answer_matches(
        invitation=asked.invitation,
        answers={asked.match.public_id: AnswerGiven(answer=Answer.NONE)},
        actor=actor_for(owner_of(asked.invitation.partner)),
        request_key=uuid4(),
    )
    assert "first overwritten in" not in page_of(asked.author)


def test_a_custodian_reads_what_waits_and_what_fails(agency: Agency) -> None:
    item = received_item(b"frames", sent_through=opened(agency).invitation)
    received_item(b"another agency's")
    custodian = staff(Role.RECORDS_CUSTODIAN, agency)
    desk = records_desk(custodian, agencies(agency))
    assert (desk.untriaged, desk.unplayable, desk.quarantined, desk.requests_open) == (1, 0, 0, 1)
    assert desk.oldest == [item]
    assert desk.changed == []
    assert (desk.held, desk.holds, desk.ending, desk.duties) == (0, [], [], 0)
    FixityCheck.objects.create(item=item, outcome="fail", detail="missing")
    page = page_of(staff(Role.RECORDS_CUSTODIAN, agency))
    assert "Failed a fixity check" in page
    assert f"{reverse('admin:evidence_evidenceitem_changelist')}?triage__exact=submitted" in page


def test_a_custodian_reads_what_is_held_and_what_ends_next(agency: Agency) -> None:
    item = received_item(b"frames", sent_through=opened(agency).invitation)
    custodian = staff(Role.RECORDS_CUSTODIAN, agency)
    soon = timezone.now() + timedelta(days=9)
    WitnessContact.objects.create(partner=item.submission.partner, contact="{}", keep_until=soon)
    assert [(one.pk, one.keep_until) for one in records_desk(custodian, agencies(agency)).ending] == [(item.pk, soon)]
    hold = place_hold(item=item, user=custodian, authority="Order 7", reason="The trial begins in May.")
    desk = records_desk(custodian, agencies(agency))
    assert (desk.held, desk.holds, desk.ending) == (1, [hold], [])
    assert "Order 7" in page_of(custodian)
    listed = reverse("admin:evidence_evidenceitem_changelist")
    assert f"{listed}?held=yes" in page_of(custodian)


def test_an_auditor_reads_who_opened_how_many_places_and_goes_to_the_entries(agency: Agency) -> None:
    detective = staff(Role.DETECTIVE, agency)
    purpose = map_purpose(detective, agency)
    cameras = [camera_at(registrant(agency)[1]) for _ in range(3)]
    for seen in (cameras, cameras[:1]):
        ids = [str(one.public_id) for one in seen]
        record_access(purpose, "camera.place_viewed", Subject.of("purpose", purpose.public_id), cameras=ids)
    (looks,) = audit_desk(agencies(agency)).looks
    assert (looks.name, looks.places, looks.accesses) == (detective.name, 3, 2)
    assert audit_desk(agencies(AgencyFactory.create())).looks == []
    page = page_of(staff(Role.AUDITOR, agency))
    assert f"{reverse('admin:ledger_entry_changelist')}?q={detective.public_id}" in page
    assert "30.43" not in page


def test_an_auditor_reads_which_cases_nobody_approved_anything_for(agency: Agency) -> None:
    asked = opened(agency)
    item = received_item(b"frames", sent_through=asked.invitation)
    purpose_for_case(asked.author, item)
    assert audit_desk(agencies(agency)).unapproved == []
    FootageRequest.objects.update(approved_at=None)
    (case,) = audit_desk(agencies(agency)).unapproved
    assert (case.number, case.reasons) == (asked.request.case.number, 1)
    assert case.number in page_of(staff(Role.AUDITOR, agency))


def test_an_analyst_reads_the_open_calls_by_priority_without_their_addresses(agency: Agency) -> None:
    call_of(agency, nature="Noise", priority=8)
    call_of(agency, nature="Robbery", priority=1)
    analyst = staff(Role.ANALYST, agency)
    desk = calls_desk(analyst)
    assert [call.nature for call in desk.calls] == ["Robbery", "Noise"]
    assert desk.by_priority == [(1, 1), (8, 1)]
    assert not desk.unsigned
    page = page_of(analyst)
    assert reverse("admin:calls_call_changelist") in page
    assert str(PLACE[0]) not in page


@pytest.mark.parametrize("role", Role.values)
def test_the_first_page_takes_few_queries(
    agency: Agency, role: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    asked = opened(agency)
    received_item(b"frames", sent_through=asked.invitation)
    call_of(agency)
    client = sign_in(Client(), staff(role, agency))
    client.get(FIRST)
    with django_assert_max_num_queries(25):
        client.get(FIRST)
