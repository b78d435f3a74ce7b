"""Staff signing in and leaving a desk unattended: the notice, the lock, and the pages about colleagues' accounts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.models import StaffHold
from apps.agencies.models import Role, RoleGrant, StaffSetup
from tests.factories.links import token_of
from tests.factories.people import PASSWORD, AgencyFactory, StaffFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.staff_codes import code_now, fail, ready
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOCALES = {"en": "en-US", "es": "es-US"}


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


@pytest.fixture
def manager(agency):
    return ready(staff(Role.PROGRAM_MANAGER, agency))


@pytest.fixture
def colleague(agency):
    return ready(staff(Role.DETECTIVE, agency))


def enter(walk: Walk, user) -> None:
    """The person's session in this window, as after password and code."""
    session = sign_in(Client(), user).cookies[portal_settings.SESSION_COOKIE_NAME].value
    cookie = {"name": portal_settings.SESSION_COOKIE_NAME, "value": session, "url": walk.address}
    walk.page.context.add_cookies([cookie])


def picture(walk: Walk, name: str) -> None:
    """Where SCREENSHOTS names a folder: the page in both themes."""
    if folder := os.environ.get("SCREENSHOTS"):
        for theme in ("light", "dark"):
            walk.page.emulate_media(color_scheme=theme)
            walk.page.screenshot(path=Path(folder) / f"{name}-{walk.width}-{theme}.png", full_page=True)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_notice_stands_before_the_sign_in_and_the_admin(live_server, colleague, width):
    with walking(live_server.url, width) as walk:
        page = walk.page
        walk.go("/admin/")
        expect(page.get_by_role("heading", name="Notice to agency staff")).to_be_visible()
        walk.check()
        walk.press("main button[type=submit]")
        page.wait_for_url("**/accounts/login/**")
        page.locator("input[name=login]").last.fill(colleague.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        page.locator("[name=code]").fill(code_now())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Today")).to_be_visible()


@pytest.mark.parametrize(("width", "language"), [(PHONE, "es"), (DESK, "en")])
def test_a_locked_session_opens_again_where_it_was(live_server, settings, manager, width, language):
    settings.STAFF_IDLE_MINUTES = 30
    with walking(live_server.url, width, locale=LOCALES[language]) as walk:
        enter(walk, manager)
        settings.STAFF_IDLE_MINUTES = -1
        walk.go("/admin/accounts/user/open/")
        title = {"en": "Your session is locked", "es": "Su sesión está bloqueada"}[language]
        expect(walk.page.get_by_role("heading", name=title)).to_be_visible()
        walk.check()
        settings.STAFF_IDLE_MINUTES = 30
        walk.go("/accounts/staff/notice/")
        walk.check()
        walk.go("/accounts/login/")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_page_warns_and_a_key_keeps_it_open(live_server, settings, manager, width):
    settings.STAFF_IDLE_MINUTES, settings.STAFF_IDLE_WARNING_SECONDS = 0.15, 7
    with walking(live_server.url, width) as walk:
        page = walk.page
        enter(walk, manager)
        walk.go("/admin/accounts/user/open/")
        dialog = page.get_by_role("dialog", name="Are you still there?")
        expect(dialog).to_be_visible()
        expect(page.get_by_role("button", name="I am here: keep it open")).to_be_focused()
        settings.STAFF_IDLE_MINUTES = 30
        walk.check()
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_page_locks_in_place_and_opens_with_what_was_typed(live_server, settings, manager, width):
    settings.STAFF_IDLE_MINUTES, settings.STAFF_IDLE_WARNING_SECONDS = 0.1, 3
    with walking(live_server.url, width) as walk:
        page = walk.page
        enter(walk, manager)
        walk.go("/admin/accounts/user/open/")
        page.evaluate("document.querySelector('[name=name]').value = 'Half a name'")
        dialog = page.get_by_role("dialog", name="Your session is locked")
        expect(dialog).to_be_visible()
        walk.check()
        page.keyboard.press("Escape")
        expect(dialog).to_be_visible()
        dialog.get_by_label("Password").fill("wrong wrong wrong wrong")
        dialog.get_by_label("Code").fill(code_now())
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_have_text("This is not the right password.")
        settings.STAFF_IDLE_MINUTES = 30
        settings.STAFF_SESSION_HOURS = 12
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_label("Code").fill(code_now())
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator("[name=name]")).to_have_value("Half a name")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_privileged_act_asks_first_and_then_goes_on(live_server, settings, agency, manager, colleague, width):
    settings.STAFF_PRIVILEGED_MINUTES = -1
    with walking(live_server.url, width) as walk:
        page = walk.page
        enter(walk, manager)
        walk.go(reverse("admin:accounts_user_change", args=[colleague.public_id]))
        walk.check()
        page.locator("#id_grant-role").select_option(Role.ANALYST)
        page.get_by_role("button", name="Give the role").click()
        expect(page.get_by_text("has not been carried out")).to_be_visible()
        walk.check()
        page.locator("main [name=proof_password]").fill(PASSWORD)
        page.locator("main [name=proof_code]").fill(code_now())
        page.get_by_role("button", name="Go on with it").click()
        expect(page.get_by_text("The role is granted.")).to_be_visible()
    assert RoleGrant.objects.filter(user=colleague, role=Role.ANALYST).exists()


@pytest.mark.parametrize(("width", "language"), [(PHONE, "en"), (DESK, "es")])
def test_a_manager_releases_a_locked_colleague(live_server, agency, manager, colleague, width, language):
    fail(colleague.email)
    with walking(live_server.url, width, locale=LOCALES[language]) as walk:
        page = walk.page
        enter(walk, manager)
        walk.go("/admin/accounts/user/?standing=locked")
        walk.check()
        page.get_by_role("link", name=colleague.name).click()
        walk.check()
        page.locator("#id_release-reason").fill("I asked her at her desk.")
        page.locator("form[action$='/release/'] button").click()
        expect(page.locator(".messagelist")).to_be_visible()
        walk.check()
        walk.go("/admin/accounts/user/open/")
        walk.check()
    assert not StaffHold.objects.filter(released_at__isnull=True).exists()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_auditor_reads_the_events(live_server, agency, colleague, width):
    fail(colleague.email, 1)
    fail(StaffFactory.create().email, 1)
    with walking(live_server.url, width) as walk:
        enter(walk, staff(Role.AUDITOR, agency))
        walk.go("/admin/accounts/signinevent/")
        expect(walk.page.get_by_role("link", name=".").first).to_be_visible()
        walk.check()


@pytest.mark.parametrize(("width", "language"), [(PHONE, "en"), (DESK, "en"), (PHONE, "es"), (DESK, "es")])
def test_a_colleague_is_invited_and_sets_the_account_up_with_link_and_code(live_server, manager, width, language):
    with walking(live_server.url, width, locale=LOCALES[language]) as walk:
        page = walk.page
        enter(walk, manager)
        walk.go("/admin/accounts/user/open/")
        page.locator("#id_email").fill("new@police.example.org")
        page.locator("#id_name").fill("New Colleague")
        page.locator("form[action$='/open/'] button").click()
        code = page.locator(".setup-code").inner_text()
        walk.check()
        picture(walk, "code")
    setup = StaffSetup.objects.get()
    with walking(live_server.url, width, locale=LOCALES[language]) as walk:
        page = walk.page
        walk.go(f"/staff-setup/{setup.public_id}/#{token_of(setup.public_id)}")
        page.locator("[name=password]").wait_for()
        walk.check()
        picture(walk, "setup")
        page.locator("[name=code]").fill("0000-0000")
        page.locator("[name=password]").fill("correct horse battery staple")
        page.locator("main button[type=submit]").last.click()
        page.locator(".usa-error-message").wait_for()
        walk.check()
        picture(walk, "setup-wrong")
        page.locator("[name=code]").fill(code)
        page.locator("[name=password]").fill("correct horse battery staple")
        page.locator("main button[type=submit]").last.click()
        page.wait_for_url("**/accounts/login/**")
        page.locator("input[name=login]").last.fill("new@police.example.org")
        page.locator("input[name=password]").fill("correct horse battery staple")
        page.keyboard.press("Enter")
        page.wait_for_url("**/2fa/totp/activate/")
        walk.check()


@pytest.mark.parametrize(("width", "language"), [(PHONE, "en"), (DESK, "en"), (PHONE, "es"), (DESK, "es")])
def test_two_people_change_an_address_and_give_an_agency_a_manager(
    live_server, agency, manager, colleague, width, language
):
    other, auditor = AgencyFactory.create(), staff(Role.AUDITOR, agency)
    staff(Role.DETECTIVE, other)
    with walking(live_server.url, width, locale=LOCALES[language]) as walk:
        page = walk.page
        enter(walk, manager)
        walk.go(reverse("admin:accounts_user_change", args=[colleague.public_id]))
        page.locator("details:has(form[action$='/address/']) summary").click()
        page.locator("details:has(form[action$='/renew/']) summary").click()
        walk.check()
        picture(walk, "member")
        page.locator("#id_address-address").fill("moved@police.example.org")
        page.locator("#id_address-reason").fill("A new name.")
        page.locator("form[action$='/address/'] button").click()
        expect(page.locator(".messagelist")).to_be_visible()
        walk.go(reverse("admin:two_people"))
        walk.check()
        picture(walk, "two-people-asked")
    with walking(live_server.url, width, locale=LOCALES[language]) as walk:
        page = walk.page
        enter(walk, auditor)
        walk.go(reverse("admin:two_people"))
        walk.check()
        picture(walk, "two-people")
        page.locator("form[action$='/confirm/'] button").click()
        expect(page.locator(".messagelist")).to_be_visible()
        walk.check()
    colleague.refresh_from_db()
    assert colleague.email == "moved@police.example.org"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_device_that_waits_is_told_for_how_long(live_server, colleague, width):
    with walking(live_server.url, width) as walk:
        page = walk.page
        for _ in range(6):
            walk.go("/accounts/login/")
            page.locator("input[name=login]").last.fill(colleague.email)
            page.locator("input[name=password]").fill("wrong wrong wrong wrong")
            page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("try again in 15 minutes").first).to_be_visible()
        walk.check()
        picture(walk, "waits")
