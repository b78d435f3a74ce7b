"""An owner turns text messages on with a code, and opens a request from the short address of one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import link_of
from tests.factories.people import AgencyFactory, registrant
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def last_text() -> str:
    folder = Path(settings.TEXTS_URL.removeprefix("folder://"))
    files = sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
    return str(json.loads(files[-1].read_text())["text"])


@pytest.mark.parametrize("width", [390, 1280])
def test_an_owner_turns_text_messages_on(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path], width: int
) -> None:
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    page = desk_of(owner, new_page, web)
    page.goto(f"{web.url}/account/")
    page.get_by_role("link", name="Text messages").click()
    page.get_by_label("Mobile number").fill("(850) 234-5678")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator("#id_agreed_error")).to_be_visible()
    assert_accessible(page)
    shoot(page, "refused")
    page.locator("#id_agreed").check()
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Type the code")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "code")
    code = re.search(r"\d{6}", last_text())
    assert code is not None
    page.get_by_role("textbox", name="Code").fill(code[0])
    page.get_by_role("button", name="Turn text messages on").click()
    expect(page.get_by_role("heading", name="You get text messages")).to_be_visible()
    assert_accessible(page)
    shoot(page, "on")
    opened = open_request(agency, camera_at(partner))
    stranger = new_page()
    short = link_of(opened.invitation.public_id).short_address
    stranger.goto(f"{web.url}/t/#{short.partition('#')[2]}")
    stranger.wait_for_url(f"**{opened.invitation.public_id}**")
    shoot(stranger, "opened")
