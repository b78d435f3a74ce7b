"""A camera is asked no more after a request opened: its owner reads that much, and never why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.footage_requests import services
from apps.footage_requests.access import accepts_answers, accepts_uploads
from apps.footage_requests.clock import is_running, running
from apps.footage_requests.models import Match
from apps.footage_requests.policies import matches_of_reader, matches_with_open_places, no_longer_needed
from apps.footage_requests.selectors import board_of
from apps.footage_requests.services import AnswerGiven
from apps.footage_requests.states import InvitationState, MatchState
from apps.footage_requests.waiting import waiting_invitations
from apps.ledger.models import Entry
from apps.notifications import sending
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def owner(agency):
    return registrant(agency)


@pytest.fixture
def opened(agency, owner):
    """One owner who is asked about two cameras."""
    return open_request(agency, camera_at(owner[1]), camera_at(owner[1], name="Back yard"))


def take_out(opened, match, *, user=None, reason="suspect", words="Named in the report."):
    user = user or opened.author
    match.refresh_from_db()
    return services.take_out_match(user=user, match=match, reason=reason, words=words, actor=actor_for(user))


def answer(opened, match, said="has_footage"):
    return services.answer_matches(
        invitation=opened.invitations[0],
        answers={match.public_id: AnswerGiven(said)},
        actor=actor_for(opened.author),
    )


def test_one_of_two_is_asked_no_more_and_the_other_goes_on(opened, owner):
    first, second = opened.matches
    take_out(opened, first)
    invitation = opened.invitations[0]
    invitation.refresh_from_db()
    assert accepts_answers(invitation)
    assert list(matches_of_reader(owner[0], invitation)) == [second]
    assert list(no_longer_needed(owner[0], invitation)) == [first]
    assert list(matches_with_open_places(opened.request)) == [second]
    with pytest.raises(WrongState):
        answer(opened, first)
    answer(opened, second, "none")
    assert not accepts_uploads(invitation)


def test_the_last_one_closes_the_invitation_and_a_letter_that_waits_does_not_go(opened):
    mail.outbox.clear()
    for match in opened.matches:
        take_out(opened, match)
    invitation = opened.invitations[0]
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.CLOSED
    assert not accepts_answers(invitation)
    sending.send_due()
    assert mail.outbox == []
    assert not waiting_invitations(timezone.now()).exists()


def test_its_clock_stops_and_nobody_waits_for_it(opened):
    first, second = opened.matches
    take_out(opened, first)
    first.refresh_from_db()
    now = timezone.now() - timedelta(days=1)
    assert not is_running(first, now)
    assert list(Match.objects.filter(running(now), request=opened.request)) == [second]
    board = board_of(opened.request)
    assert (board.total, board.waiting) == (1, 1)
    assert [row.taken_out_words for row in board.rows] == ["", "a suspect lives or works there"]


def test_the_reason_stays_inside(opened, owner):
    take_out(opened, opened.matches[0], words="Secret ground.")
    (entry,) = Entry.objects.filter(action="request.match_taken_out")
    assert "suspect" not in str(entry.facts)
    assert "Secret" not in str(entry.facts)
    page = sign_in(Client(), owner[0]).get(
        reverse("footage_requests:invitation", args=[opened.invitations[0].public_id])
    )
    said = page.content.decode()
    assert "no longer needed" in said
    assert "suspect" not in said
    assert "Secret" not in said


def test_an_owner_of_nothing_but_that_camera_reads_that_it_is_over(opened, owner):
    for match in opened.matches:
        take_out(opened, match)
    page = sign_in(Client(), owner[0]).get(
        reverse("footage_requests:invitation", args=[opened.invitations[0].public_id])
    )
    assert "Your video is no longer needed. Thank you." in page.content.decode()
    assert "Its last day has passed" not in page.content.decode()


def test_what_was_answered_stays_and_needs_a_reason_to_go(opened):
    first, second = opened.matches
    answer(opened, first)
    with pytest.raises(WrongState):
        take_out(opened, first)
    with pytest.raises(InvalidInput):
        take_out(opened, second, reason="because")
    with transaction.atomic(), pytest.raises(IntegrityError):
        Match.objects.filter(pk=second.pk).update(state=MatchState.TAKEN_OUT)


def test_twice_is_once_and_a_closed_request_takes_none_out(opened):
    first, second = opened.matches
    take_out(opened, first)
    take_out(opened, first, reason="victim")
    assert Entry.objects.filter(action="request.match_taken_out").count() == 1
    services.close_request(
        user=opened.author, request=opened.request, outcome="not_needed", actor=actor_for(opened.author)
    )
    with pytest.raises(WrongState):
        take_out(opened, second)


def test_author_and_supervisor_alone(opened, agency):
    first, second = opened.matches
    for who, error in (
        (staff(Role.DETECTIVE, agency), NotAllowed),
        (staff(Role.ANALYST, agency), NotAllowed),
        (staff(Role.SUPERVISOR, AgencyFactory.create()), NotFound),
    ):
        with pytest.raises(error):
            take_out(opened, first, user=who)
    take_out(opened, first, user=staff(Role.SUPERVISOR, agency))
    client = sign_in(Client(), opened.author)
    url = reverse("admin:footage_requests_footagerequest_take_out", args=[second.public_id])
    answered = client.post(url, {"reason": "victim", "words": ""}, follow=True)
    assert "Its owner reads that the video is no longer needed" in answered.content.decode()
    second.refresh_from_db()
    assert second.taken_out_reason == "victim"
