"""A detective follows a case on its page: map, promise not kept, note, numbers, and pictures after a reason."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.footage_requests import CENTER, camera_at, open_request
from tests.factories.items import playable_item
from tests.factories.people import AgencyFactory, registrant, terms_in_force
from tests.factories.sessions import sign_in
from tests.flows.maps import assert_drawn, north_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(settings, tmp_path):
    """A request that one partner answered with a file for one of two cameras."""
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    cache.clear()
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    terms_in_force()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Gate"))
    answer_matches(
        invitation=opened.invitation,
        answers={match.public_id: AnswerGiven(answer=Answer.HAS_FOOTAGE) for match in opened.matches},
        actor=Actor.invitation(opened.invitation.public_id),
        request_key=uuid4(),
    )
    playable_item(sent_through=opened.invitation)
    return opened


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_a_detective_follows_a_case(opened, width, theme, new_page: NewPage, live_server, shoot):
    page: Page = new_page(width=width, color_scheme=theme)
    session = sign_in(Client(), opened.author).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/footage_requests/footagerequest/{opened.request.public_id}/")
    page.get_by_role("link", name=opened.request.case.number).click()
    expect(page.get_by_role("heading", name=f"Case {opened.request.case.number}")).to_be_visible()
    expect(page.get_by_text("said yes, sent nothing, overwritten in")).to_be_visible()
    middle = (CENTER[0], CENTER[1])
    assert_drawn(page, "#area-map", "area-fill", at=north_of(middle, 200), beside=north_of(middle, 340))

    page.get_by_label("Note", exact=True).fill("The van may be the one of last week.")
    page.get_by_label("Work product").check()
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    page.get_by_label("CAD number").fill("2026-0114877")
    page.get_by_role("button", name="Set the CAD number").click()
    expect(page.get_by_text("CAD 2026-0114877")).to_be_visible()

    page.get_by_label("Why do you need").fill("Looking for the van")
    page.get_by_role("button", name="Record the reason").click()
    assert not Entry.objects.filter(action="evidence_item.viewed").exists()
    page.get_by_role("button", name="Show the picture").click()
    picture = page.get_by_role("img", name="Still picture from")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.get_by_text("The footage was viewed.").first).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    shoot(page, f"case-{width}-{theme}")
    page.goto(f"{live_server.url}/admin/agencies/case/")
    expect(page.get_by_role("link", name=opened.request.case.number)).to_be_visible()
    shoot(page, f"list-{width}-{theme}")
