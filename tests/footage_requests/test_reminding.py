"""Reminders, new links and letters: to whom, when, in which language; and what a partner takes back."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.cameras.services import withdraw_camera
from apps.core.errors import WrongState
from apps.footage_requests import services, tasks
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.services import leave_program, set_consents
from apps.terms.models import TermsVersion
from apps.terms.states import TermsState
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant

pytestmark = pytest.mark.django_db


def _sent(opened):
    services.record_sent(public_id=opened.invitation.public_id, sent_at=timezone.now(), actor=Actor.system("outbox"))


def test_who_has_not_answered_is_reminded_once_when_the_recorder_is_about_to_overwrite():
    agency = AgencyFactory.create()
    _u, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner, retention_hours=72))
    _sent(opened)
    assert tasks.remind_due_invitations() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=26)):
        assert tasks.remind_due_invitations() == 1
        assert tasks.remind_due_invitations() == 0
    reminder = Message.objects.get(kind="footage_request.reminder")
    assert opened.token() in reminder.words.text


@pytest.mark.parametrize("way", ["leaves", "withdraws consent", "has new terms to read"])
def test_who_may_no_longer_be_asked_gets_no_reminder_and_no_new_link(way):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner, retention_hours=72))
    _sent(opened)
    if way == "leaves":
        leave_program(partner=partner, user=user, actor=actor_for(user))
    elif way == "withdraws consent":
        set_consents(partner=partner, user=user, agencies=[], actor=actor_for(user))
    else:
        TermsVersion.objects.filter(state=TermsState.IN_FORCE).update(state=TermsState.SUPERSEDED)
        TermsVersion.objects.create(number=2, state=TermsState.IN_FORCE, summary={}, text={"en": "New terms."})
    mails = Message.objects.count()
    with time_machine.travel(timezone.now() + timedelta(hours=26)):
        assert tasks.remind_due_invitations() == 0
        assert not services.remind_invitation(invitation=opened.invitation, actor=Actor.system("worker"))
    with pytest.raises(WrongState):
        services.renew_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    assert Message.objects.count() == mails


@pytest.mark.parametrize("way", ["leaves", "withdraws consent", "withdraws the camera"])
def test_what_a_partner_takes_back_is_no_longer_shown_to_the_detective(way):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    gone, (_other, neighbor) = camera_at(partner), registrant(agency)
    opened = open_request(agency, gone, camera_at(neighbor))
    author = opened.author
    open_purpose(
        user=author,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason="Looking for the car.",
        case_number=opened.request.case.number,
    )
    look = partial(services.access_cameras, user=author, request=opened.request)
    assert len(look()) == 2
    if way == "leaves":
        leave_program(partner=partner, user=user, actor=actor_for(user))
    elif way == "withdraws consent":
        set_consents(partner=partner, user=user, agencies=[], actor=actor_for(user))
    else:
        withdraw_camera(camera=gone, version=gone.version, user=user, actor=actor_for(user))
    assert [seen.partner_name for seen in look()] == [neighbor.name]
    assert str(gone.public_id) not in Entry.objects.filter(action="request.cameras_viewed").last().facts["cameras"]


def test_who_answered_is_not_reminded():
    opened = open_request()
    _sent(opened)
    services.answer_matches(
        invitation=opened.invitation,
        answers={opened.match.public_id: services.AnswerGiven("none")},
        actor=Actor.invitation(opened.invitation.public_id),
    )
    assert not services.remind_invitation(invitation=opened.invitation, actor=Actor.system("worker"))


def test_each_registrant_is_written_to_in_their_own_language_in_the_agencys_time():
    agency = AgencyFactory.create()
    cameras = []
    for language in ("en", "es"):
        user, partner = registrant(agency)
        user.language = language
        user.save()
        cameras.append(camera_at(partner))
    start = datetime(2026, 7, 4, 18, 0, tzinfo=UTC)
    open_request(agency, *cameras, window_start=start, window_end=start + timedelta(hours=1))
    english, spanish = sorted(
        (message.words.text for message in Message.objects.filter(kind__endswith="invitation")),
        key=lambda text: "Desde" in text,
    )
    assert "From: Saturday, July 4, 2026, 2 p.m." in english
    assert "Desde: sábado, 4 de julio de 2026 a las 14:00" in spanish
    assert "It takes" not in spanish


def test_links_survive_a_change_of_the_servers_key_and_a_reminder_after_it_opens_too(settings, client):
    agency = AgencyFactory.create()
    _u, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    _sent(opened)
    settings.SECRET_KEY = "another key"
    address = reverse("links:open", args=["invitation", opened.invitation.public_id])
    assert client.post(address, {"token": opened.token()}).status_code == 303
    services.remind_invitation(invitation=opened.invitation, actor=Actor.system("worker"))
    text = Message.objects.get(kind="footage_request.reminder").words.text
    token = re.search(rf"{opened.invitation.public_id}/#(\S+)", text)[1]
    assert client.post(address, {"token": token}).status_code == 303
