"""Whom the letters of a request did not reach: staff see it, the owner is told, and a new address is tried."""

import pytest
from allauth.account.signals import email_changed
from django.test import Client
from django.urls import reverse

from apps.core.errors import TooMany, WrongState
from apps.footage_requests.letters import progress_of, undelivered_invitations
from apps.ledger.values import Actor
from apps.notifications import sending
from apps.notifications.models import Message, ReturnReason, UnreachableAddress
from apps.notifications.services import queue_message, record_return, try_address_again
from apps.notifications.states import MessageState
from apps.partners.models import Membership
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import link_of
from tests.factories.people import AgencyFactory, member, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    return owner, partner, open_request(agency, camera_at(partner))


def come_back(user, reason=ReturnReason.NO_MAILBOX):
    """All letters to this person that were taken come back."""
    for message in Message.objects.filter(state=MessageState.SENT):
        if message.recipient == user.email:
            record_return(message=message, reason=reason, code="5.1.1", actor=Actor.system("mailbox"))


def sent_to(user):
    sending.send_due()
    come_back(user)


def letters_to(user):
    return [one for one in Message.objects.order_by("pk") if one.recipient == user.email]


def test_the_board_says_who_has_to_be_called(asked):
    owner, _partner, opened = asked
    page = reverse("admin:footage_requests_footagerequest_change", args=[opened.request.public_id])
    staff = sign_in(Client(), opened.author)
    sending.send_due()
    assert "Letter came back" not in staff.get(page).content.decode()
    come_back(owner)
    words = staff.get(page).content.decode()
    assert "Letter came back: call" in words
    assert "1 partner cannot be reached by mail" in words
    assert owner.email not in words


def test_a_partner_whom_one_of_two_letters_reached_is_reached(asked):
    owner, partner, _first = asked
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    helper = member(partner)
    opened = open_request(agency, camera_at(partner))
    sent_to(owner)
    assert undelivered_invitations(opened.request) == set()
    come_back(helper)
    assert undelivered_invitations(opened.request) == {opened.invitation.public_id}


def test_a_letter_that_is_not_sent_to_a_dead_address_counts_as_not_arrived(asked):
    owner, _partner, opened = asked
    sent_to(owner)
    second = open_request(opened.agency, opened.match.camera, case_number="26-004799")
    sending.send_due()
    assert undelivered_invitations(second.request) == {second.invitation.public_id}


def test_the_owner_is_told_on_every_page_and_can_try_again(asked):
    owner, _partner, opened = asked
    browser = sign_in(Client(), owner)
    notice = "Your mail address does not take our letters"
    assert notice not in browser.get(reverse("web:home")).content.decode()
    sent_to(owner)
    words = browser.get(reverse("web:cameras")).content.decode()
    assert notice in words
    assert "there is no such mailbox" in words
    first = link_of(opened.invitation.public_id).generation
    answer = browser.post(reverse("web:try_mail_again"), follow=True).content.decode()
    assert "We write to you again" in answer
    assert notice not in answer
    assert link_of(opened.invitation.public_id).generation == first + 1
    sending.send_due()
    assert [one.state for one in letters_to(owner)] == [MessageState.RETURNED, MessageState.SENT]
    assert undelivered_invitations(opened.request) == set()


def test_who_tries_where_nothing_came_back_is_told_so(asked):
    owner, _partner, _opened = asked
    with pytest.raises(WrongState):
        try_address_again(user=owner, actor=actor_for(owner))


def test_trying_again_has_a_limit(asked):
    owner, _partner, _opened = asked
    for _ in range(3):
        sent_to(owner)
        try_address_again(user=owner, actor=actor_for(owner))
    sent_to(owner)
    before = Message.objects.count()
    with pytest.raises(TooMany):
        try_address_again(user=owner, actor=actor_for(owner))
    assert Message.objects.count() == before
    assert UnreachableAddress.objects.get().stopped_at is not None


def test_a_corrected_address_gets_what_came_back_with_a_new_link(asked):
    owner, _partner, opened = asked
    sent_to(owner)
    first = link_of(opened.invitation.public_id).generation
    owner.email = "corrected@example.org"
    owner.save()
    email_changed.send(sender=type(owner), request=None, user=owner)
    sending.send_due()
    assert [one.state for one in letters_to(owner)] == [MessageState.SENT]
    assert link_of(opened.invitation.public_id).generation == first + 1


def test_a_changed_address_alone_sends_nothing_again(asked):
    owner, _partner, _opened = asked
    sending.send_due()
    owner.email = "other@example.org"
    owner.save()
    email_changed.send(sender=type(owner), request=None, user=owner)
    assert letters_to(owner) == []


def test_nothing_is_sent_again_for_who_left(asked):
    owner, partner, opened = asked
    sent_to(owner)
    Membership.objects.filter(partner=partner).update(ended_at=opened.request.created_at)
    try_address_again(user=owner, actor=actor_for(owner))
    assert len(letters_to(owner)) == 1


def test_staff_see_how_far_the_letters_are(asked):
    _owner, _partner, opened = asked
    page = reverse("admin:footage_requests_footagerequest_board", args=[opened.request.public_id])
    staff = sign_in(Client(), opened.author)
    assert "0 of 1 letter sent." in " ".join(staff.get(page).content.decode().split())
    sending.send_due()
    progress = progress_of(opened.request)
    assert (progress.total, progress.taken, progress.waiting, progress.doubles) == (1, 1, 0, 0)
    assert "letter sent." not in staff.get(page).content.decode()


def test_letters_to_staff_about_the_request_are_no_letters_to_owners(asked):
    owner, _partner, opened = asked
    sent_to(owner)
    queue_message(kind="footage_request.answers", recipient="a@b.example", subject="s", text="t", dedupe_key="x:y:z")
    Message.objects.filter(dedupe_key="x:y:z").update(about=opened.request.public_id)
    assert undelivered_invitations(opened.request) == {opened.invitation.public_id}
