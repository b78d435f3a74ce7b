"""A resident answers from the mail's link: by phone and desk, with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.footage_requests.models import Match, Response
from apps.footage_requests.states import Answer
from tests.factories.footage_requests import Opened, camera_at, open_request
from tests.factories.links import code_of
from tests.factories.people import AgencyFactory, registrant
from tests.plugins.browser import assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _opened(*names: str) -> Opened:
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    _user, partner = registrant(agency)
    return open_request(agency, *[camera_at(partner, name=name) for name in names])


def _link(web: Server, opened: Opened) -> str:
    return f"{web.url}/i/{opened.invitation.public_id}/#{opened.token()}"


@pytest.mark.parametrize("width", [390, 1280])
def test_one_tap_from_the_link_answers_and_leaves_no_secret_in_the_address(web, new_page, shoot):
    opened = _opened("Front door")
    page = new_page()
    page.goto(_link(web, opened))
    expect(page.get_by_role("heading", name="Did your camera see this?")).to_be_visible()
    assert opened.token() not in page.url
    assert_accessible(page)
    shoot(page, "answer")
    assert_fits(page)
    page.get_by_role("button", name="No, I have no video of it").click()
    expect(page.get_by_role("heading", name="Thank you. Your answer is recorded.")).to_be_visible()
    shoot(page, "thanks")
    assert_accessible(page)
    assert Response.objects.get().answer == Answer.NONE
    page.get_by_role("link", name="Change my answer").click()
    page.get_by_text("The video is not available").click()
    page.get_by_label("Already overwritten").check()
    shoot(page, "answer-unavailable")
    page.get_by_role("button", name="Send: not available").click()
    expect(page.get_by_text("Already overwritten", exact=False)).to_be_visible()
    assert Match.objects.get().unavailable_reason == "overwritten"


@pytest.mark.parametrize("width", [390])
def test_has_footage_leads_to_the_upload_page(web, new_page, shoot):
    opened = _opened("Front door")
    page = new_page()
    page.goto(_link(web, opened))
    page.get_by_role("button", name="Yes, I have video of that time").click()
    page.wait_for_url(f"**/i/{opened.invitation.public_id}/upload/")
    assert Response.objects.get().answer == Answer.HAS_FOOTAGE


@pytest.mark.parametrize("width", [390])
def test_several_cameras_each_get_their_own_answer(web, new_page, shoot):
    opened = _opened("Front door", "Back gate", "Garage")
    page = new_page()
    page.goto(_link(web, opened))
    page.get_by_text("A different answer for each camera").click()
    answers = {"Front door": "No footage", "Back gate": "Unavailable", "Garage": "Declined"}
    for name, words in answers.items():
        page.get_by_role("group", name=name).get_by_label(words, exact=True).check()
    page.get_by_role("group", name="Back gate").get_by_label("If it is unavailable: why?").select_option("broken")
    assert_accessible(page)
    shoot(page, "answer-each")
    page.get_by_role("button", name="Send these answers").click()
    expect(page.get_by_role("heading", name="Thank you. Your answer is recorded.")).to_be_visible()
    stored = {match.camera.name: match.answer for match in Match.objects.select_related("camera")}
    assert stored == {"Front door": Answer.NONE, "Back gate": Answer.UNAVAILABLE, "Garage": Answer.DECLINED}


@pytest.mark.parametrize("width", [390])
def test_without_script_the_code_from_the_mail_opens_the_same_page(web, new_page, shoot):
    opened = _opened("Front door")
    page = new_page(java_script_enabled=False)
    page.goto(_link(web, opened))
    shoot(page, "invitation")
    page.get_by_label("Code").fill("nonsense")
    page.get_by_role("button", name="Open the request").click()
    expect(page.get_by_role("alert")).to_contain_text("does not open")
    shoot(page, "code")
    page.get_by_label("Code").fill(code_of(opened.invitation.public_id).lower())
    page.get_by_role("button", name="Open the request").click()
    page.get_by_role("button", name="I decline").click()
    expect(page.get_by_role("heading", name="Thank you. Your answer is recorded.")).to_be_visible()
    assert Response.objects.get().answer == Answer.DECLINED


@pytest.mark.parametrize("width", [390])
def test_a_wrong_link_says_what_to_do(web, new_page, shoot):
    opened = _opened("Front door")
    page = new_page()
    page.goto(f"{web.url}/i/{opened.invitation.public_id}/#not-the-token")
    expect(page.get_by_role("alert")).to_contain_text("This does not open")
    assert_accessible(page)
