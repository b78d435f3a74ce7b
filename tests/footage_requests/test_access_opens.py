"""The short question and the long one have the same answer."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.footage_requests import access
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation
from apps.footage_requests.states import InvitationState
from apps.links.access import remember
from apps.links.services import renew_link
from apps.partners.models import Membership
from tests.factories import evidence as factories
from tests.factories.links import link_of
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def request_with(invitation: Invitation | None, user: object = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()  # type: ignore[assignment]
    if invitation is not None:
        response = HttpResponse()
        remember(response, request, link_of(invitation.public_id))
        request.COOKIES[access.COOKIE] = response.cookies[access.COOKIE].value
    return request


def agree(request: HttpRequest, public_id: uuid.UUID) -> bool:
    short = access.opens(request, public_id)
    assert short == (access.invitation_from(request, public_id) is not None)
    return short


def test_link_opens_its_own_invitation_alone() -> None:
    mine, other = factories.invitation(), factories.invitation()
    request = request_with(mine)
    assert agree(request, mine.public_id)
    assert not agree(request, other.public_id)
    assert not agree(request, uuid.uuid4())
    assert not agree(request_with(None), mine.public_id)


def test_renewed_and_revoked_links_open_nothing() -> None:
    invitation = factories.invitation()
    request = request_with(invitation)
    renew_link(kind=INVITATION, subject=invitation.public_id)
    assert not agree(request, invitation.public_id)
    invitation.refresh_from_db()
    request = request_with(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(state=InvitationState.REVOKED)
    assert not agree(request, invitation.public_id)


def test_registrant_needs_no_link_and_a_stranger_gets_none() -> None:
    invitation = factories.invitation()
    registrant = Membership.objects.get(partner=invitation.partner).user
    assert agree(request_with(None, registrant), invitation.public_id)
    assert not agree(request_with(None, UserFactory.create()), invitation.public_id)
