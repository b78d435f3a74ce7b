"""An owner who is asked twice says “I already sent this”, and the file serves both requests."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from apps.evidence.models import EvidenceItem, GivenAgain
from apps.partners.models import Membership
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.evidence.test_given_again import second_request
from tests.factories.evidence import invitation
from tests.factories.items import sealed_item
from tests.factories.sessions import sign_in
from tests.flows.walking import PHONE, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_tap_gives_the_file_for_the_second_request_too(live_server: LiveServer) -> None:
    first = invitation()
    item = sealed_item(b"a film", sent_through=first)
    second = second_request(first)
    owner = Membership.objects.get(partner=first.partner).user
    with walking(live_server.url, PHONE) as walk:
        session = sign_in(Client(), owner).cookies["sessionid"].value
        walk.page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        walk.go(reverse("footage_requests:invitation", args=[second.public_id]))
        walk.page.get_by_role("link", name="I already sent this").click()
        expect(walk.page.get_by_role("heading", name=item.filename)).to_be_visible()
        walk.check()
        walk.page.get_by_role("button", name="Yes, use this file for this request too").click()
        expect(walk.page.get_by_role("heading", name="Thank you. Your answer is recorded.")).to_be_visible()
        expect(walk.page.get_by_text("1 file of yours has arrived.")).to_be_visible()
        walk.check()
        assert GivenAgain.objects.get().match.invitation == second
        assert EvidenceItem.objects.count() == 1
        walk.go(reverse("evidence:item", args=[item.public_id]))
        expect(
            walk.page.get_by_text(f"The giver gave it for another request too: {second.request.code}.")
        ).to_be_visible()
