"""A letter that a former member still has opens nothing; who remains gets a new one."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.footage_requests.access import COOKIE
from apps.footage_requests.models import Invitation
from apps.notifications.models import Message
from apps.partners.models import Membership
from apps.partners.services import remove_member
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import link_of, post_secret
from tests.factories.people import AgencyFactory, member, registrant

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    helper = member(partner)
    return owner, partner, helper, open_request(agency, camera_at(partner))


def remove(owner, partner, helper):
    remove_member(membership=Membership.objects.get(partner=partner, user=helper), user=owner, actor=actor_for(owner))


def test_a_removed_members_letter_and_cookie_open_nothing_any_more(asked):
    owner, partner, helper, opened = asked
    subject = opened.invitation.public_id
    page = reverse("footage_requests:invitation", args=[opened.invitation.public_id])
    browser = Client()
    post_secret(browser, "invitation", subject, opened.token())
    assert COOKIE in browser.cookies
    assert b"answer-" in browser.get(page).content
    remove(owner, partner, helper)
    assert b"answer-" not in browser.get(page).content
    assert post_secret(Client(), "invitation", subject, opened.token()).status_code == 403


def test_who_remains_gets_the_new_link_and_who_left_does_not(asked):
    owner, partner, helper, opened = asked
    remove(owner, partner, helper)
    fresh = Invitation.objects.get(pk=opened.invitation.pk)
    letters = Message.objects.filter(dedupe_key__contains=f"{fresh.public_id}:{link_of(fresh.public_id).generation}:")
    assert [letter.recipient for letter in letters] == [owner.email]
    assert link_of(fresh.public_id).token in letters[0].words.text


def test_a_request_that_is_over_is_left_alone(asked):
    owner, partner, helper, opened = asked
    Invitation.objects.filter(pk=opened.invitation.pk).update(state="closed")
    remove(owner, partner, helper)
    assert link_of(opened.invitation.public_id).generation == 1
