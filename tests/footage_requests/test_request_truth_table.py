"""Role × state × verb: who may do what, when. A wrong person and a wrong state are different answers."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.agencies.models import Role, RoleGrant
from apps.core.errors import NotAllowed, NotFound, PortalError, WrongState
from apps.footage_requests import policies, services, tasks
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.states import Outcome, RequestState
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, content, draft, submitted
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff

pytestmark = pytest.mark.django_db

STATES = list(RequestState.values)
WHO = ["author", "supervisor", "author_supervisor", *Role.values, "elsewhere", "resident"]
OK, NO, GONE, STATE = "done", "not allowed", "not found", "wrong state"


def _in_state(state: str, *, author_role: str = Role.DETECTIVE) -> FootageRequest:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera_at(partner)
    author, supervisor = staff(author_role, agency), staff(Role.SUPERVISOR, agency)
    act = {"user": author, "actor": actor_for(author)}
    decide = {"user": supervisor, "actor": actor_for(supervisor)}
    if state == RequestState.DRAFT:
        return draft(author, agency)
    request = submitted(author, agency)
    if state == RequestState.SUBMITTED:
        return request
    if state == RequestState.RETURNED:
        return services.return_request(request=request, version=request.version, reason="Smaller, please.", **decide)
    request = services.approve_request(request=request, version=request.version, **decide)
    if state == RequestState.CLOSED:
        request = services.close_request(request=request, outcome=Outcome.FOOTAGE, **act)
    if state == RequestState.WITHDRAWN:
        request = services.withdraw_request(request=request, reason="Solved.", **act)
    if state == RequestState.EXPIRED:
        with time_machine.travel(request.closes_at + timedelta(minutes=1)):
            tasks.expire_due_requests()
        request.refresh_from_db()
    return request


def _person(who: str, request: FootageRequest):
    if who in ("author", "author_supervisor"):
        return request.author
    if who == "elsewhere":
        return staff(Role.SUPERVISOR)
    if who == "resident":
        return UserFactory.create()
    return staff(Role.SUPERVISOR if who == "supervisor" else who, request.agency)


def _update(user, request):
    services.update_request(user=user, request=request, version=request.version, actor=actor_for(user), **content())


def _submit(user, request):
    services.submit_request(user=user, request=request, version=request.version, actor=actor_for(user))


def _approve(user, request):
    services.approve_request(user=user, request=request, version=request.version, actor=actor_for(user))


def _return(user, request):
    services.return_request(
        user=user, request=request, version=request.version, reason="Smaller, please.", actor=actor_for(user)
    )


def _withdraw(user, request):
    services.withdraw_request(user=user, request=request, reason="Solved.", actor=actor_for(user))


def _close(user, request):
    services.close_request(user=user, request=request, outcome=Outcome.FOOTAGE, actor=actor_for(user))


def _look(user, request):
    with suppress(NotAllowed):  # the verb itself has to refuse
        open_purpose(
            user=user,
            agency=request.agency,
            kind=PurposeKind.CASE,
            access=AccessKind.REQUEST_CAMERAS,
            reason="For the case",
            case_number=request.case.number,
        )
    services.access_cameras(user=user, request=request)


def _revoke(user, request):
    services.revoke_invitation(user=user, invitation=_invitation(request), actor=actor_for(user))


def _renew(user, request):
    services.renew_invitation(user=user, invitation=_invitation(request), actor=actor_for(user))


def _invitation(request):
    return Invitation.objects.select_related("request").get(request=request)


VERBS = {
    # verb: (states in which it works, who may)
    _update: ({RequestState.DRAFT, RequestState.RETURNED}, {"author", "author_supervisor"}),
    _submit: ({RequestState.DRAFT, RequestState.RETURNED}, {"author", "author_supervisor"}),
    _approve: ({RequestState.SUBMITTED}, {"supervisor", Role.SUPERVISOR}),
    _return: ({RequestState.SUBMITTED}, {"supervisor", Role.SUPERVISOR}),
    _close: ({RequestState.OPEN}, {"author", "author_supervisor", "supervisor", Role.SUPERVISOR}),
    _look: (
        {RequestState.OPEN},
        {"author", "author_supervisor", "supervisor", Role.SUPERVISOR, Role.DETECTIVE, Role.ANALYST},
    ),
}
WITH_LINKS = {RequestState.OPEN, RequestState.CLOSED, RequestState.EXPIRED, RequestState.WITHDRAWN}


def _sees(who: str, state: str) -> bool:
    if who in ("author", "author_supervisor"):
        return True
    if who in ("elsewhere", "resident", Role.PROGRAM_MANAGER):
        return False
    return state != RequestState.DRAFT


def _outcome(verb, user, request) -> str:
    try:
        verb(user, request)
    except NotFound:
        return GONE
    except NotAllowed:
        return NO
    except WrongState:
        return STATE
    return OK


def _expected(verb, who: str, state: str) -> str:
    if not _sees(who, state):
        return GONE
    if verb is _look:
        states, people = VERBS[verb]
        return STATE if state not in states else (OK if who in people else NO)
    if verb is _withdraw:
        people = {"author", "author_supervisor"}
        if state == RequestState.OPEN:
            people |= {"supervisor", Role.SUPERVISOR}
        states = {RequestState.DRAFT, RequestState.SUBMITTED, RequestState.RETURNED, RequestState.OPEN}
    elif verb in (_revoke, _renew):
        people = {"author", "author_supervisor", "supervisor", Role.SUPERVISOR}
        states = {RequestState.OPEN}
    else:
        states, people = VERBS[verb]
    return NO if who not in people else (OK if state in states else STATE)


def _tried(verb, user, request) -> tuple[str, int]:
    """What the verb answered and how many entries it wrote; undone afterwards, so that the next one finds the same."""
    entries = Entry.objects.exclude(action="purpose.opened")
    with transaction.atomic():
        before = entries.count()
        outcome = _outcome(verb, user, FootageRequest.objects.get(pk=request.pk))
        written = entries.count() - before
        transaction.set_rollback(True)
    return outcome, written


@pytest.mark.parametrize("author", ["author", "author_supervisor"])
@pytest.mark.parametrize("state", STATES)
def test_each_verb_answers_by_role_and_state_and_writes_one_entry_or_none(state, author):
    request = _in_state(state, author_role=Role.SUPERVISOR if author == "author_supervisor" else Role.DETECTIVE)
    verbs = [*VERBS, _withdraw, *([_revoke, _renew] if state in WITH_LINKS else [])]
    wrong = []
    for who in [author] if author == "author_supervisor" else [name for name in WHO if name != "author_supervisor"]:
        user = _person(who, request)
        for verb in verbs:
            expected = _expected(verb, who, state)
            answered = _tried(verb, user, request)
            if answered != (expected, int(expected == OK)):
                wrong.append((verb.__name__, who, answered, expected))
        seen = policies.can_view_request(user, request)
        listed = request in policies.viewable_requests(user)
        if (seen, listed) != (_sees(who, state), _sees(who, state)):
            wrong.append(("view", who, seen, listed))
        for match in request.matches.all():
            if policies.can_view_match(user, match) != (match in policies.viewable_matches(user)):
                wrong.append(("match", who))
    assert wrong == []


def test_nobody_signed_in_sees_nothing():
    request = _in_state(RequestState.OPEN)
    nobody = AnonymousUser()
    assert not policies.can_view_request(nobody, request)
    assert not policies.viewable_requests(nobody).exists()
    assert not policies.viewable_invitations(nobody).exists()
    assert not policies.can_view_invitation(nobody, _invitation(request))


def test_a_registrant_sees_the_invitations_of_the_partner_alone_and_staff_never_by_this_way():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    stranger, _other = registrant(agency)
    camera_at(partner)
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)
    services.approve_request(user=supervisor, request=request, version=request.version, actor=actor_for(supervisor))
    invitation = _invitation(request)
    for person, expected in ((user, True), (stranger, False), (author, False), (supervisor, False)):
        assert policies.can_view_invitation(person, invitation) is expected
        assert (invitation in policies.viewable_invitations(person)) is expected


def test_a_former_detective_can_do_nothing_with_an_own_request():
    request = _in_state(RequestState.DRAFT)

    RoleGrant.objects.filter(user=request.author).update(ended_at=timezone.now())
    with pytest.raises(PortalError):
        _submit(request.author, request)
    assert not policies.can_view_request(request.author, request)
