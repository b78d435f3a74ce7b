"""The overwrite clock, from both ends: an owner keeps the recording; a detective sees who promised and sent nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from apps.footage_requests import services
from apps.footage_requests.models import Match
from apps.footage_requests.services import AnswerGiven
from apps.ledger.values import Actor
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.plugins.browser import assert_accessible
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_keeping_stops_the_clock_and_a_silent_promise_is_the_loudest(web: Server, new_page, shoot, scheme):
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    cameras = [camera_at(registrant(agency)[1], retention_hours=hours) for hours in (48, 96, 168)]
    opened = open_request(agency, *cameras)
    for invitation in opened.invitations:
        services.record_sent(public_id=invitation.public_id, sent_at=timezone.now(), actor=Actor.system("outbox"))
    silent = opened.invitations[1]
    services.answer_matches(
        invitation=silent,
        answers={silent.matches.get().public_id: AnswerGiven("has_footage")},
        actor=Actor.system("test"),
    )

    page = new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{web.url}/i/{opened.invitation.public_id}/#{opened.token()}")
    expect(page.get_by_role("heading", name="Your recorder may overwrite it")).to_be_visible()
    shoot(page, f"owner-before-{scheme}")
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("heading", name="You have kept it. Thank you.")).to_be_visible()
    assert Match.objects.filter(kept_at__gt=timezone.now() - timedelta(minutes=5)).count() == 1
    assert_accessible(page)
    shoot(page, f"owner-after-{scheme}")

    desk = new_page()
    desk.emulate_media(color_scheme=scheme)
    session = sign_in(Client(), opened.author).cookies["sessionid"].value
    desk.context.add_cookies([{"name": "sessionid", "value": session, "url": web.url}])
    desk.goto(f"{web.url}/admin/footage_requests/footagerequest/{opened.request.public_id}/")
    expect(desk.locator("tbody tr").first).to_contain_text("Said yes, sent nothing")
    expect(desk.get_by_text("Kept by the owner", exact=True)).to_be_visible()
    assert_accessible(desk)
    shoot(desk, f"board-{scheme}")
