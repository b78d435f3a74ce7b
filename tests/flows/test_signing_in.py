"""Signing in by code and by passkey, the optional second factor, and the page about it all, in a real browser."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from tests.factories.passkeys import give_passkey
from tests.factories.people import PASSWORD, StaffFactory, UserFactory, registrant
from tests.factories.sessions import SEED, give_second_factor
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("width", [PHONE, DESK])
LANGUAGES = pytest.mark.parametrize("locale", ["en-US", "es-US"])
# A journey is walked at both sizes and in both languages; longer words go on the smaller page.
SIZE_AND_LANGUAGE = pytest.mark.parametrize(("width", "locale"), [(PHONE, "es-US"), (DESK, "en-US")])


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


def resident(**fields) -> User:
    user, _partner = registrant()
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_in_the_mail() -> str:
    return re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.M)[1]


def code_of_the_app(seed: str = SEED) -> str:
    """The code of now; not one that runs out on its way to the server."""
    left = 30 - time.time() % 30
    if left < 4:
        time.sleep(left)
    return format_hotp_value(hotp_value(seed, int(time.time()) // 30))


def look(walk: Walk, name: str) -> None:
    """The page passes all checks; its picture goes to $SCREENSHOTS."""
    walk.check()
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        language = walk.page.locator("html").get_attribute("lang")
        Path(folder).mkdir(parents=True, exist_ok=True)
        walk.page.screenshot(path=Path(folder) / f"{name}-{walk.width}-{language}.png", full_page=True)


def sign_in_by_code(walk: Walk, user: User) -> None:
    walk.go("/accounts/login/code/")
    walk.page.locator("[name=email]").fill(user.email)
    walk.page.locator("main form button[type=submit]").click()
    walk.page.wait_for_url("**/login/code/confirm/")
    walk.page.locator("[name=code]").fill(code_in_the_mail())
    walk.page.wait_for_url(f"{walk.address}/cameras/")


@contextmanager
def fingerprint_reader(page: Page, *, checks: bool = True) -> Iterator[None]:
    """The browser has a passkey store; `checks` says whether it recognizes its owner."""
    inspector = page.context.new_cdp_session(page)
    inspector.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": checks,
        "automaticPresenceSimulation": True,
    }
    inspector.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    inspector.send("WebAuthn.disable")


def test_a_code_that_was_there_before_the_script_goes_on_by_itself(live_server):
    user = resident()
    with walking(live_server.url) as walk:
        page = walk.page
        held = []
        page.route("**/js/code*.js", lambda route: held.append(route))
        walk.go("/accounts/login/code/")
        page.locator("[name=email]").fill(user.email)
        page.locator("main form button[type=submit]").click(no_wait_after=True)
        page.locator("[name=code]").wait_for()
        page.locator("[name=code]").fill(code_in_the_mail())
        held.pop().continue_()
        page.wait_for_url(f"{walk.address}/cameras/")


@SIZE_AND_LANGUAGE
def test_signing_in_by_code_with_a_wrong_one_and_a_fresh_one(live_server, width, locale):
    user = resident()
    with walking(live_server.url, width, locale=locale) as walk:
        page = walk.page
        walk.go("/accounts/login/")
        look(walk, "login")
        page.locator("#code_email").fill(user.email)
        page.locator("form[action='/accounts/login/code/'] button").click()
        page.wait_for_url("**/login/code/confirm/")
        field = page.locator("[name=code]")
        expect(field).to_have_attribute("autocomplete", "one-time-code")
        expect(field).to_have_attribute("inputmode", "numeric")
        look(walk, "code")
        first = code_in_the_mail()
        field.fill("999999" if first != "999999" else "999998")
        expect(field).to_have_attribute("aria-invalid", "true")
        look(walk, "code-wrong")
        page.locator("button[form=resend]").click()
        expect(field).not_to_have_attribute("aria-invalid", "true")
        assert len(mail.outbox) == 2
        field.fill(code_in_the_mail())
        page.wait_for_url(f"{live_server.url}/cameras/")


def test_a_newcomer_comes_in_with_an_address_and_six_digits_by_keyboard_alone(live_server):
    with walking(live_server.url, PHONE) as walk:
        page = walk.page
        walk.go("/accounts/login/?next=/join/")
        walk.type_into("#code_email", "ada@example.org")
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/code/confirm/**")
        walk.type_into("[name=code]", code_in_the_mail())
        page.wait_for_url(f"{live_server.url}/join/")
    assert User.objects.get().email == "ada@example.org"


def test_a_mistyped_address_is_left_for_another_one(live_server):
    with walking(live_server.url, PHONE) as walk:
        page = walk.page
        walk.go("/accounts/signup/?next=/join/")
        look(walk, "signup")
        page.locator("[name=email]").fill("adda@example.org")
        page.locator("main form button[type=submit]").click()
        page.get_by_role("button", name="Use another address or way").click()
        page.locator("#code_email").fill("ada@example.org")
        page.get_by_role("button", name="Send me a code").click()
        expect(page.get_by_text("ada@example.org")).to_be_visible()
        page.locator("[name=code]").fill(code_in_the_mail())
        page.wait_for_url(f"{live_server.url}/join/")
    assert [user.email for user in User.objects.all()] == ["ada@example.org"]


@SIZES
def test_a_passkey_is_added_named_used_and_removed(live_server, width):
    user = resident()
    with walking(live_server.url, width) as walk, fingerprint_reader(walk.page):
        page = walk.page
        sign_in_by_code(walk, user)
        walk.go("/account/")
        page.get_by_role("link", name="Sign-in and security").click()
        page.get_by_role("link", name="Add a passkey").click()
        expect(page.get_by_label("Name of the passkey")).to_have_value(re.compile("Chrome on Linux"))
        look(walk, "passkey-add")
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_text("The passkey is added.")).to_be_visible()
        look(walk, "security-passkey")

        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("holds a passkey for your account already")
        look(walk, "passkey-again")

        walk.go("/accounts/security/")
        page.get_by_role("link", name="Rename").click()
        page.get_by_label("Name of the passkey").fill("Kitchen laptop")
        look(walk, "passkey-rename")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Kitchen laptop").first).to_be_visible()

        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
        walk.go("/requests/")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{live_server.url}/requests/")

        walk.go("/accounts/security/")
        page.get_by_role("link", name="Remove").click()
        look(walk, "passkey-remove")
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_text("You have none yet.")).to_be_visible()
    assert not Authenticator.objects.filter(user=user).exists()


def test_staff_set_up_a_passkey_by_keyboard_and_sign_in_with_nothing_else(live_server):
    user = StaffFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with walking(live_server.url, DESK) as walk, fingerprint_reader(walk.page):
        page = walk.page
        walk.go("/accounts/login/")
        walk.type_into("[name=login]", user.email)
        walk.type_into("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/2fa/totp/activate/")
        look(walk, "staff-set-up")
        walk.press("a[href='/accounts/2fa/webauthn/add/']")
        page.wait_for_url("**/webauthn/add/")
        walk.press("#passkey-add button")
        page.wait_for_url("**/staff/notice/**")
        walk.press("main form button[type=submit]")
        expect(page.locator("#recovery-codes li")).to_have_count(10)
        walk.go("/accounts/security/")
        look(walk, "security-staff")
        walk.go("/accounts/logout/")
        walk.press("main form button")
        page.wait_for_url(live_server.url + "/")
        walk.go("/accounts/login/?next=/admin/")
        walk.press("#passkey-form button")
        page.wait_for_url("**/staff/notice/**")
        walk.press("main form button[type=submit]")
        page.wait_for_url(f"{live_server.url}/admin/")


def test_a_device_that_does_not_know_its_owner_gives_no_passkey(live_server):
    user = resident()
    with walking(live_server.url, PHONE) as walk, fingerprint_reader(walk.page, checks=False):
        page = walk.page
        sign_in_by_code(walk, user)
        walk.go("/accounts/2fa/webauthn/add/")
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("Your device gave no passkey")
        walk.check()
    assert not Authenticator.objects.filter(user=user).exists()


def test_without_scripts_a_passkey_is_not_offered_and_the_other_ways_work(live_server):
    user = resident()
    with walking(live_server.url, PHONE) as walk:
        page = walk.page.context.browser.new_context(java_script_enabled=False).new_page()
        page.goto(live_server.url + "/accounts/login/")
        expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
        page.locator("#code_email").fill(user.email)
        page.get_by_role("button", name="Send me a code").click()
        page.locator("[name=code]").fill(code_in_the_mail())
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url(f"{live_server.url}/cameras/")


@SIZE_AND_LANGUAGE
def test_a_resident_switches_a_second_factor_on_uses_it_and_switches_it_off(live_server, width, locale):
    user = resident()
    with walking(live_server.url, width, locale=locale) as walk:
        page = walk.page
        sign_in_by_code(walk, user)
        walk.go("/accounts/security/")
        page.locator("a[href='/accounts/2fa/totp/activate/']").click()
        look(walk, "app")
        seed = page.locator(".hint .mono").inner_text()
        page.locator("[name=code]").fill(code_of_the_app(seed))
        page.locator("main form button[type=submit]").click()
        expect(page.locator("#recovery-codes li")).to_have_count(10)
        look(walk, "recovery-codes")
        code = page.locator("#recovery-codes li").first.inner_text()
        page.reload()
        expect(page.locator("#recovery-codes")).to_have_count(0)
        look(walk, "recovery-codes-again")

        walk.go("/accounts/logout/")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(live_server.url + "/")
        walk.go("/accounts/login/code/")
        look(walk, "login-code")
        page.locator("[name=email]").fill(user.email)
        page.locator("main form button[type=submit]").click()
        page.locator("[name=code]").fill(code_in_the_mail())
        page.wait_for_url("**/2fa/authenticate/")
        look(walk, "second-factor")
        page.locator("[name=code]").fill(code)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"{live_server.url}/cameras/")

        walk.go("/accounts/security/")
        look(walk, "security-app")
        page.locator("a[href='/accounts/2fa/recovery-codes/generate/']").click()
        look(walk, "recovery-codes-new")
        walk.go("/accounts/2fa/totp/deactivate/")
        look(walk, "app-off")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/accounts/security/")
        look(walk, "security")
    assert not Authenticator.objects.filter(user=user).exists()


def test_the_other_session_is_ended_by_keyboard(live_server):
    user = resident()
    with walking(live_server.url, DESK) as walk:
        sign_in_by_code(walk, user)
        other = walk.page.context.browser.new_context(locale="en-US").new_page()
        other.goto(live_server.url + "/accounts/login/")
        other.get_by_label("Email").fill(user.email)
        other.get_by_label("Password", exact=True).fill(PASSWORD)
        other.get_by_role("main").get_by_role("button", name="Sign in").click()
        other.wait_for_url(f"{live_server.url}/cameras/")
        walk.go("/accounts/security/")
        expect(walk.page.get_by_text("this device", exact=True)).to_have_count(1)
        look(walk, "security-two")
        walk.press("button[name=session]:not([value=others])")
        expect(walk.page.get_by_text("That session has ended.")).to_be_visible()
        other.reload()
        other.wait_for_url("**/accounts/login/**")


@SIZES
@LANGUAGES
def test_every_page_about_signing_in_is_accessible_and_fits(live_server, width, locale):
    user = resident()
    give_passkey(user, "The phone with the very long name that somebody once gave it, abc")
    give_second_factor(user)
    User.objects.filter(pk=user.pk).update(language=locale[:2])
    with walking(live_server.url, width, locale=locale) as walk:
        page = walk.page
        for path in ("/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/", "/accounts/inactive/"):
            walk.go(path)
            look(walk, path.strip("/").replace("/", "-"))
        walk.go("/accounts/login/")
        page.locator("[name=login]").fill(user.email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form[action='/accounts/login/'] button[type=submit]").click()
        page.wait_for_url("**/2fa/authenticate/")
        look(walk, "second-factor-or-passkey")
        page.locator("[name=code]").fill(code_of_the_app())
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"{live_server.url}/cameras/")
        passkey = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
        for path in (
            "/accounts/security/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/accounts/2fa/webauthn/add/",
            f"/accounts/2fa/webauthn/keys/{passkey.pk}/edit/",
            f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/",
            "/accounts/2fa/webauthn/reauthenticate/",
            "/accounts/2fa/reauthenticate/",
            "/accounts/reauthenticate/",
        ):
            walk.go(path)
            look(walk, path.strip("/").replace("/", "-").replace(str(passkey.pk), "n"))
            assert page.locator("html").get_attribute("lang") == locale[:2]


@SIZE_AND_LANGUAGE
def test_an_account_without_password_proves_itself_by_a_code(live_server, width, locale):
    user = UserFactory.create(password=None)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with walking(live_server.url, width, locale=locale) as walk:
        page = walk.page
        walk.go("/accounts/signup/")
        page.locator("[name=email]").fill(user.email)
        page.locator("main form button[type=submit]").click()
        page.locator("[name=code]").fill(code_in_the_mail())
        page.wait_for_url(f"{live_server.url}/join/")
        walk.go("/accounts/reauthenticate/code/?next=/accounts/password/set/")
        look(walk, "proof-ask")
        page.locator("main form button[type=submit]").click()
        look(walk, "proof-code")
        page.locator("[name=code]").fill(code_in_the_mail())
        page.wait_for_url("**/password/set/")
        look(walk, "password-set")
        for name in ("password1", "password2"):
            page.locator(f"[name={name}]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/accounts/security/")
        look(walk, "security-plain")


def test_the_page_that_stops_says_when_to_try_again(live_server):
    with walking(live_server.url, PHONE) as walk:
        page = walk.page
        for number in range(21):
            page.context.clear_cookies()
            walk.go("/accounts/signup/")
            page.locator("[name=email]").fill(f"person{number}@example.org")
            with page.expect_navigation():
                page.locator("main form").evaluate("form => form.submit()")
        expect(page.get_by_text("Please try again in a minute.").first).to_be_visible()
        look(walk, "stopped")
