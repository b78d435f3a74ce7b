"""Anybody looks at the home page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.browser import assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
def test_home_page_can_be_read_by_everybody(web: Server, page: Page, shoot: Callable[[Page, str], Path]) -> None:
    page.goto(f"{web.url}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "home")
