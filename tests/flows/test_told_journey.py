"""A supervisor says how to be told what waits, in the browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from tests.factories.people import AgencyFactory, staff
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_supervisor_chooses_a_digest_and_quiet_hours(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path], width: int
) -> None:
    page = desk_of(staff(Role.SUPERVISOR, AgencyFactory.create()), new_page, web)
    page.goto(f"{web.url}/admin/")
    page.get_by_role("link", name="What I am told").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What I am told")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert_accessible(page)
        assert_fits(page)
        shoot(page, theme)
    page.emulate_media(color_scheme="light")
    page.get_by_label("A request for footage waits for approval").select_option("digest")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_quiet_until_error")).to_be_visible()
    shoot(page, "wrong")
    page.get_by_label("Quiet until").fill("06:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("A request for footage waits for approval")).to_have_value("digest")
    expect(page.get_by_label("Quiet until")).to_have_value("06:00")
    shoot(page, "saved")
