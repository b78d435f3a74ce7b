"""Every agency can be opened again: by a manager of another agency, or by two of its own people together."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import HoldKind
from apps.accounts.staff_holds import shut_account
from apps.agencies.models import Agency, Role, RoleGrant, StaffProposal
from apps.agencies.policies import has_role
from apps.agencies.staff_proposals import confirm_proposal, propose_manager
from apps.core.errors import NotAllowed, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency):
    return ready(staff(Role.PROGRAM_MANAGER, agency))


@pytest.fixture
def detective(agency):
    return staff(Role.DETECTIVE, agency)


@pytest.fixture
def supervisor(agency):
    return staff(Role.SUPERVISOR, agency)


@pytest.fixture
def outsider():
    return staff(Role.PROGRAM_MANAGER)


def ask(person, agency, by):
    return propose_manager(person=person, agency=agency, reason="nobody else is there", by=by, actor=actor_for(by))


def test_two_of_its_own_people_reinstate_a_manager_together(agency, manager, detective, supervisor):
    shut_account(person=manager, kind=HoldKind.IDLE)
    proposal, opened = ask(manager, agency, detective)
    assert opened is None
    done = confirm_proposal(proposal=proposal, by=supervisor, actor=actor_for(supervisor))
    manager.refresh_from_db()
    assert manager.is_active
    assert not manager.has_usable_password()
    assert done.code
    assert Message.objects.get(kind="staff.invited").recipient == manager.email
    actions = ["staff_manager.proposed", "staff_manager.reinstated", "staff_setup.issued"]
    assert [Entry.objects.filter(action=action).count() for action in actions] == [1, 1, 1]


def test_a_second_yes_makes_no_manager_once_one_is_at_work_again(agency, detective, supervisor):
    """Two people ask while the manager is away; he comes back, and a week has not passed yet."""
    proposal, _ = ask(supervisor, agency, detective)
    staff(Role.PROGRAM_MANAGER, agency)
    second = staff(Role.ANALYST, agency)
    with pytest.raises(WrongState):
        confirm_proposal(proposal=proposal, by=second, actor=actor_for(second))
    assert not has_role(supervisor, agency, Role.PROGRAM_MANAGER)


@pytest.mark.parametrize("left", ["the one who asked", "the one it is about"])
def test_who_has_left_the_agency_in_between_counts_no_more(agency, detective, supervisor, left):
    proposal, _ = ask(supervisor, agency, detective)
    person = detective if left == "the one who asked" else supervisor
    RoleGrant.objects.filter(user=person).update(ended_at=timezone.now())
    second = staff(Role.ANALYST, agency)
    with pytest.raises(WrongState):
        confirm_proposal(proposal=proposal, by=second, actor=actor_for(second))
    assert not has_role(supervisor, agency, Role.PROGRAM_MANAGER)


@pytest.mark.parametrize("who", ["the one who asked", "the manager himself", "a stranger"])
def test_one_person_alone_reinstates_nobody(agency, manager, detective, supervisor, who):
    proposal, _ = ask(manager, agency, detective)
    by = {"the one who asked": detective, "the manager himself": manager, "a stranger": staff()}[who]
    with pytest.raises(NotAllowed):
        confirm_proposal(proposal=proposal, by=by, actor=actor_for(by))


def test_a_manager_of_another_agency_does_it_alone(agency, manager, outsider):
    _proposal, opened = ask(manager, agency, outsider)
    assert opened.code
    assert StaffProposal.objects.get().confirmed


def test_an_agency_without_any_manager_gets_one_of_its_people(agency, detective, supervisor, outsider):
    _proposal, opened = ask(supervisor, agency, outsider)
    assert has_role(opened.person, agency, Role.PROGRAM_MANAGER)
    assert has_role(opened.person, agency, Role.SUPERVISOR)


def test_where_a_manager_is_at_work_nobody_else_is_made_one(agency, manager, detective, supervisor, outsider):
    for by in (detective, outsider):
        with pytest.raises(NotAllowed):
            ask(supervisor, agency, by)


def test_a_manager_who_was_not_seen_for_a_week_is_not_at_work(agency, manager, outsider, supervisor):
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        ask(supervisor, agency, outsider)
    assert has_role(supervisor, agency, Role.PROGRAM_MANAGER)


def test_nobody_makes_oneself_manager(agency, detective):
    with pytest.raises(NotAllowed):
        ask(detective, agency, detective)


def test_other_managers_and_auditors_of_the_agency_are_told(agency, manager, outsider):
    auditor = staff(Role.AUDITOR, agency)
    ask(manager, agency, outsider)
    assert [one.recipient for one in Message.objects.filter(kind="staff.manager_back")] == [auditor.email]


def test_the_page_leads_two_people_through(agency, detective, supervisor):
    third = staff(Role.ANALYST, agency)
    first = sign_in(Client(), detective)
    assert reverse("admin:two_people") in first.get(reverse("admin:index")).content.decode()
    page = first.get(reverse("admin:two_people"))
    assert agency.name in page.content.decode()
    prefix = f"manager-{agency.pk}"
    form = {f"{prefix}-person": third.public_id, f"{prefix}-reason": "we have none"}
    assert first.post(reverse("admin:two_people_ask", args=[agency.public_id]), form).status_code == 302
    proposal = StaffProposal.objects.get()
    assert first.post(reverse("admin:two_people_confirm", args=[proposal.public_id])).status_code == 403
    done = sign_in(Client(), supervisor).post(reverse("admin:two_people_confirm", args=[proposal.public_id]))
    assert done.context["opened"].code in done.content.decode()
    assert has_role(third, agency, Role.PROGRAM_MANAGER)


def test_a_reason_is_asked_for_and_the_page_comes_back(agency, detective):
    third = staff(Role.ANALYST, agency)
    client = sign_in(Client(), detective)
    prefix = f"manager-{agency.pk}"
    answer = client.post(
        reverse("admin:two_people_ask", args=[agency.public_id]),
        {f"{prefix}-person": third.public_id, f"{prefix}-reason": "x"},
    )
    assert answer.status_code == 422
    assert "Say in a few words why" in answer.content.decode()


def test_who_manages_nothing_sees_no_other_agency(agency, detective):
    page = sign_in(Client(), staff(Role.DETECTIVE)).get(reverse("admin:two_people")).content.decode()
    assert agency.name not in page


def test_reinstating_again_and_again_is_no_way_around_the_training(agency, manager, detective, supervisor, outsider):
    Agency.objects.filter(pk=agency.pk).update(training_months=12)
    agency.refresh_from_db()
    ask(manager, agency, outsider)
    assert has_role(manager, agency, Role.PROGRAM_MANAGER)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        ask(manager, agency, outsider)
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        assert not has_role(manager, agency, Role.PROGRAM_MANAGER)
        ask(manager, agency, outsider)
        assert not has_role(manager, agency, Role.PROGRAM_MANAGER)
