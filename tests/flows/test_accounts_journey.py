"""Staff set up their second factor at the first sign-in and give its code at each later one."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import expect

from tests.factories.people import PASSWORD, StaffFactory
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


@pytest.fixture
def officer():
    user = StaffFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_of(seed: str, *, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(seed, int(time.time()) // 30 + ahead))


def give_password(walk: Walk, user) -> None:
    walk.go("/accounts/login/")
    expect(walk.page.get_by_text("Unauthorized use is prohibited")).to_be_visible()
    walk.page.get_by_label("Email").fill(user.email)
    walk.page.get_by_label("Password", exact=True).fill(PASSWORD)
    walk.page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_staff_set_up_the_second_factor_and_need_it_the_next_time(live_server, officer, width):
    with walking(live_server.url, width) as walk:
        page = walk.page
        give_password(walk, officer)
        expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
        walk.check()
        walk.go("/admin/")
        expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
        seed = page.locator(".hint .mono").inner_text()
        page.locator("[name=code]").fill(code_of(seed))
        page.get_by_role("button", name="Switch it on").click()
        page.get_by_role("button", name="I have read this and agree").click()
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        walk.check()
        walk.go("/accounts/security/")
        walk.check()
        walk.go("/accounts/logout/")
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()

        give_password(walk, officer)
        expect(page.locator("[name=code]")).to_be_visible()
        walk.check()
        page.locator("[name=code]").fill("000000")
        page.get_by_role("main").get_by_role("button", name="Sign In").click()
        expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
        walk.go("/admin/")
        page.get_by_role("button", name="I have read this and agree").click()
        expect(page.locator("[name=code], [name=login]").first).to_be_visible()


def test_a_password_can_be_shown_while_it_is_typed(live_server):
    with walking(live_server.url) as walk:
        walk.go("/accounts/login/")
        field = walk.page.locator("[name=password]")
        field.fill(PASSWORD)
        walk.page.get_by_role("button", name="Show password").click()
        expect(field).to_have_attribute("type", "text")
        walk.check()
        walk.page.get_by_role("button", name="Hide password").click()
        expect(field).to_have_attribute("type", "password")
