"""A partner's hours and limit hold for every request, also the most urgent one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.cameras.matching import find_matches
from apps.footage_requests import services
from apps.footage_requests.models import Invitation
from apps.footage_requests.states import InvitationState
from apps.geo import parse_area
from apps.ledger.values import Actor
from apps.notifications import sending
from apps.notifications.models import Message
from apps.notifications.states import MessageState
from apps.partners.models import Contact, ContactTier
from apps.partners.services import ContactWish, set_consents, set_contact_rules
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, circle, open_request, submitted
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db
# 23:00 in New York
NIGHT = datetime(2026, 7, 5, 3, 0, tzinfo=UTC)
MORNING = datetime(2026, 7, 5, 12, 0, tzinfo=UTC)
DAYTIME = {"opens_at": time(8), "closes_at": time(21), "time_zone": "America/New_York"}


def household(agency, **wish):
    user, partner = registrant(agency)
    camera = camera_at(partner, retention_hours=48)
    if wish:
        choose(user, partner, **wish)
    return user, partner, camera


def choose(user, partner, *, version=0, **wish):
    set_contact_rules(partner=partner, user=user, wish=ContactWish(**wish), version=version, actor=actor_for(user))


def test_an_invitation_at_night_waits_for_the_morning_and_others_do_not():
    agency = AgencyFactory.create()
    with time_machine.travel(NIGHT, tick=False):
        user, _partner, sleeper = household(agency, **DAYTIME)
        _other, _other_partner, owl = household(agency)
        open_request(agency, sleeper, owl)
        assert sending.send_due() == 1
        assert Message.objects.get(state=MessageState.QUEUED, kind="footage_request.invitation").not_before == MORNING
    with time_machine.travel(MORNING, tick=False):
        assert sending.send_due() == 1
        assert mail.outbox[-1].to == [user.email]
        assert set(Invitation.objects.values_list("state", flat=True)) == {InvitationState.SENT}


def test_a_mail_that_a_dead_worker_left_until_the_night_waits_too():
    agency = AgencyFactory.create()
    with time_machine.travel(MORNING, tick=False):
        _user, _partner, camera = household(agency, **DAYTIME)
        open_request(agency, camera)
    with time_machine.travel(NIGHT + timedelta(days=1), tick=False):
        assert sending.send_due() == 0
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        assert sending.send_due() == 1


def test_hours_chosen_while_the_mail_waits_are_obeyed():
    agency = AgencyFactory.create()
    with time_machine.travel(NIGHT, tick=False):
        user, partner, camera = household(agency, **DAYTIME)
        open_request(agency, camera)
        choose(user, partner, version=1, opens_at=time(10), closes_at=time(21), time_zone="America/New_York")
    with time_machine.travel(MORNING, tick=False):
        assert sending.send_due() == 0
    with time_machine.travel(MORNING + timedelta(hours=2), tick=False):
        assert sending.send_due() == 1


def take_consent_back(user, partner, opened):
    set_consents(partner=partner, user=user, agencies=[], actor=actor_for(user))


def close(user, partner, opened):
    services.withdraw_request(
        user=opened.author, request=opened.request, reason="Solved.", actor=actor_for(opened.author)
    )


def revoke(user, partner, opened):
    services.revoke_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))


def stop_acting(user, partner, opened):
    partner.memberships.update(ended_at=timezone.now())


@pytest.mark.parametrize("change", [take_consent_back, close, revoke, stop_acting])
def test_a_mail_that_waited_is_not_sent_when_it_is_no_longer_to_be(change):
    agency = AgencyFactory.create()
    with time_machine.travel(NIGHT, tick=False):
        user, partner, camera = household(agency, **DAYTIME)
        opened = open_request(agency, camera)
        change(user, partner, opened)
    with time_machine.travel(MORNING, tick=False):
        assert sending.send_due() == 0
    message = Message.objects.get(kind="footage_request.invitation")
    assert (message.state, message.text) == (MessageState.DROPPED, "")


def test_a_reminder_waits_for_the_morning():
    agency = AgencyFactory.create()
    with time_machine.travel(MORNING, tick=False):
        _user, _partner, camera = household(agency, **DAYTIME)
        opened = open_request(agency, camera)
        sending.send_due()
    with time_machine.travel(NIGHT + timedelta(days=1), tick=False):
        assert services.remind_invitation(invitation=opened.invitation, actor=Actor.system("test"))
        assert sending.send_due() == 0
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        assert sending.send_due() == 1


def reached(agency):
    return [match.camera_id for match in find_matches(parse_area(circle()), agency=agency)]


def test_over_the_limit_a_camera_is_not_matched_and_thirty_days_later_it_is_again():
    agency, other = AgencyFactory.create(), AgencyFactory.create()
    with time_machine.travel(MORNING, tick=False):
        user, partner, camera = household(agency, most_requests=1)
        set_consents(partner=partner, user=user, agencies=[agency, other], actor=actor_for(user))
        assert reached(agency) == [camera.pk]
        assert open_request(agency, camera).matches
        assert reached(agency) == []
        assert reached(other) == []
    with time_machine.travel(MORNING + timedelta(days=30, seconds=1), tick=False):
        assert reached(other) == [camera.pk]


def test_the_counts_do_not_tell_that_its_limit_is_reached():
    agency = AgencyFactory.create()
    _user, _partner, camera = household(agency, most_requests=1)
    author = staff("detective", agency)
    asked = {"user": author, "agency": agency, "area": circle(), "actor": actor_for(author)}
    window = {"window_start": timezone.now() - timedelta(hours=6), "window_end": timezone.now() - timedelta(hours=5)}
    before = services.count_partners(**asked, **window)
    open_request(agency, camera)
    assert services.count_partners(**asked, **window) == before


def test_a_reminder_and_a_new_link_of_the_same_request_do_not_count():
    agency = AgencyFactory.create()
    _user, partner, camera = household(agency, most_requests=1)
    opened = open_request(agency, camera)
    sending.send_due()
    services.renew_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    assert services.remind_invitation(invitation=opened.invitation, actor=Actor.system("test"))
    assert Contact.objects.filter(partner=partner).count() == 1


def test_an_officer_with_a_purpose_reads_the_number_only_of_who_wishes_to_be_called():
    agency = AgencyFactory.create()
    _user, _partner, caller = household(agency, tier=ContactTier.PHONE, phone="850-555-0123", **DAYTIME)
    _other, _other_partner, mailer = household(agency)
    opened = open_request(agency, caller, mailer)
    open_purpose(
        user=opened.author, agency=agency, kind=PurposeKind.CASE, access=AccessKind.REQUEST_CAMERAS,
        reason="Looking for the car.", case_number=opened.request.case.number, )  # fmt: skip
    seen = services.access_cameras(user=opened.author, request=opened.request)
    assert [(one.phone, one.phone_hours) for one in seen] == [
        ("850-555-0123", "08:00–21:00 America/New_York"),
        ("", ""),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_do_not_break_the_limit():
    agency = AgencyFactory.create()
    _user, partner, _camera = household(agency, most_requests=1)
    author, supervisor = staff("detective", agency), staff("supervisor", agency)
    requests = [submitted(author, agency, case_number=f"26-{number}") for number in range(4)]
    at_once(
        [
            lambda request=request: services.approve_request(
                user=supervisor, request=request, version=request.version, actor=actor_for(supervisor)
            )
            for request in requests
        ]
    )
    assert Invitation.objects.filter(partner=partner).count() == 1
    assert Contact.objects.filter(partner=partner).count() == 1
