"""A program manager clears a colleague for restricted evidence, and ends it; never for themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.acting import acting_as
from apps.agencies.clearances import end_clearance, give_clearance
from apps.agencies.models import Role, RoleGrant
from apps.agencies.policies import agencies_cleared, cleared_in, is_cleared
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.ledger.models import Entry
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def by(manager, agency):
    return {"by": manager, "actor": acting_as(manager, agency, Role.PROGRAM_MANAGER).actor}


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


@pytest.fixture
def grant(agency):
    return RoleGrant.objects.get(user=staff(Role.DETECTIVE, agency))


def acts(grant):
    return list(
        Entry.objects.filter(subject_id=str(grant.user.public_id), action__startswith="role.").values_list(
            "action", flat=True
        )
    )


def test_giving_and_ending_count_at_once_and_twice_is_one_act(agency, manager, grant):
    for _time in range(2):
        give_clearance(grant=grant, reason="Works on such cases.", **by(manager, agency))
    assert is_cleared(grant.user, agency)
    assert list(agencies_cleared(grant.user)) == [agency]
    assert list(cleared_in(agency)) == [grant.user]
    for _time in range(2):
        end_clearance(grant=grant, reason="Moved on.", **by(manager, agency))
    assert not is_cleared(grant.user, agency)
    assert acts(grant) == ["role.cleared", "role.clearance_ended"]


def test_nobody_clears_themselves_and_no_other_role_clears(agency, manager, grant):
    own = RoleGrant.objects.get(user=manager)
    with pytest.raises(NotAllowed):
        give_clearance(grant=own, reason="I want to.", **by(manager, agency))
    other = staff(Role.PROGRAM_MANAGER)
    with pytest.raises(NotAllowed):
        give_clearance(grant=grant, reason="Works on such cases.", by=other, actor=by(manager, agency)["actor"])


def test_it_needs_a_reason_and_a_role_that_lasts(agency, manager, grant):
    with pytest.raises(InvalidInput):
        give_clearance(grant=grant, reason="", **by(manager, agency))
    RoleGrant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
    with pytest.raises(WrongState):
        give_clearance(grant=grant, reason="Works on such cases.", **by(manager, agency))


def test_the_page_of_a_colleague_shows_it_and_the_buttons_work(agency, manager, grant):
    client = sign_in(Client(), manager)
    page = reverse("admin:accounts_user_change", args=[grant.user.public_id])
    assert "Clear the colleague" in client.get(page).content.decode()
    for verb, words in (("clear", "Cleared for restricted evidence"), ("unclear", "Clear the colleague")):
        address = reverse(f"admin:accounts_user_{verb}", args=[grant.public_id])
        client.post(address, {f"{verb}-reason": "Works on such cases."})
        assert words in client.get(page).content.decode()
