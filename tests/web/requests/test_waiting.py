"""What waits for a partner's answer comes first: in the navigation, on the first page, with its clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.footage_requests.models import Match
from apps.footage_requests.states import Answer, InvitationState, MatchState, RequestState
from apps.partners.models import Membership
from tests.factories.footage_requests import open_request
from tests.factories.people import registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened():
    opened = open_request()
    type(opened.invitation).objects.update(state=InvitationState.SENT)
    Match.objects.update(overwrite_deadline=timezone.now() + timedelta(hours=30))
    return opened


def owner_of(opened):
    return Membership.objects.get(partner=opened.invitation.partner).user


def test_a_request_that_waits_is_counted_and_is_the_first_page(client, opened):
    sign_in(client, owner_of(opened))
    assert client.get(reverse("web:start")).url == reverse("web:requests")
    page = client.get(reverse("web:cameras")).content.decode()
    assert "1 request waits for your answer" in page
    assert "may be overwritten on" in page
    assert '<span class="count">1' in page


@pytest.mark.parametrize(
    "change",
    [
        lambda opened: Match.objects.update(state=MatchState.ANSWERED, answer=Answer.NONE),
        lambda opened: type(opened.request).objects.update(state=RequestState.CLOSED),
        lambda opened: type(opened.request).objects.update(closes_at=timezone.now() - timedelta(seconds=1)),
        lambda opened: type(opened.invitation).objects.update(state=InvitationState.REVOKED),
        lambda opened: type(opened.invitation).objects.update(state=InvitationState.QUEUED),
    ],
    ids=["answered", "closed", "over", "revoked", "not sent yet"],
)
def test_what_does_not_wait_is_not_counted(client, opened, change):
    change(opened)
    sign_in(client, owner_of(opened))
    assert client.get(reverse("web:start")).url == reverse("web:cameras")
    page = client.get(reverse("web:cameras")).content.decode()
    assert 'class="count"' not in page
    assert "waits for your answer" not in page


def test_a_recording_that_is_past_its_time_is_not_promised(client, opened):
    Match.objects.update(overwrite_deadline=timezone.now() - timedelta(hours=1))
    sign_in(client, owner_of(opened))
    page = client.get(reverse("web:cameras")).content.decode()
    assert "1 request waits for your answer" in page
    assert "may be overwritten on" not in page


def test_nobody_elses_requests_are_counted(client, opened):
    user, _partner = registrant(opened.request.agency)
    sign_in(client, user)
    assert 'class="count"' not in client.get(reverse("web:cameras")).content.decode()
