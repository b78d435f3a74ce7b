"""The owner's page goes by the overwrite clock, and one tap stops it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.footage_requests.models import Match
from apps.footage_requests.states import Answer, InvitationState, MatchState
from apps.partners.models import Membership
from tests.factories.footage_requests import open_request
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened():
    opened = open_request()
    type(opened.invitation).objects.update(state=InvitationState.SENT)
    Match.objects.update(overwrite_deadline=timezone.now() + timedelta(hours=30, minutes=5))
    return opened


def pages_of(client, opened):
    sign_in(client, Membership.objects.get(partner=opened.invitation.partner).user)
    names = ("invitation", "kept", "thanks")
    return [reverse(f"footage_requests:{name}", args=[opened.invitation.public_id]) for name in names]


def test_the_page_counts_down_and_shows_the_steps_once_it_is_kept(client, opened):
    page, keep, thanks = pages_of(client, opened)
    before = client.get(page).content.decode()
    assert "In 1\xa0day, 6\xa0hours" in before
    assert "I have kept it" in before
    assert client.post(keep).url == f"{page}#clock"
    after = client.get(page).content.decode()
    assert "You have kept it. Thank you." in after
    assert "How to get it out of your recorder" in after
    assert "I have kept it" not in after
    assert Match.objects.get().kept_at is not None
    client.post(page, {"all": "has_footage"})
    assert "You have kept it. Thank you." in client.get(thanks).content.decode()


def test_who_has_no_video_is_not_told_to_keep_it(client, opened):
    page, keep, _thanks = pages_of(client, opened)
    Match.objects.update(state=MatchState.ANSWERED, answer=Answer.NONE, answered_at=timezone.now())
    assert "clock-heading" not in client.get(page).content.decode()
    assert client.post(keep).status_code == 303
    assert Match.objects.get().kept_at is None


def test_a_stranger_keeps_nothing(client, opened):
    address = reverse("footage_requests:kept", args=[opened.invitation.public_id])
    assert client.post(address).status_code == 303
    assert Match.objects.get().kept_at is None
    assert client.get(address).status_code == 405


def test_a_recording_past_its_time_is_looked_for_all_the_same(client, opened):
    Match.objects.update(overwrite_deadline=timezone.now() - timedelta(hours=1))
    page, _keep, _thanks = pages_of(client, opened)
    shown = client.get(page).content.decode()
    assert "Your recorder has probably overwritten it" in shown
    assert "I have kept it" in shown
