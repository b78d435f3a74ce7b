"""What a detective types of a request survives a closed tab, a server that is away, a second window and a sign-out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.accounts.models.sessions import Session
from apps.agencies.models import Role
from apps.footage_requests.models import KeptForm
from apps.footage_requests.unfinished import typed
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADMIN = "/admin/footage_requests/footagerequest/"
NEW, LIST = f"{ADMIN}compose/", f"{ADMIN}compose/unfinished/"
KEPT = "Kept "


@pytest.fixture
def author() -> User:
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    return staff(Role.DETECTIVE, agency)


def enter(page: Page, url: str, user: User) -> None:
    session = sign_in(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])


@pytest.fixture
def page(new_page: NewPage, web: Server, author: User) -> Page:
    page = new_page()
    enter(page, web.url, author)
    return page


@pytest.fixture
def held() -> Callable[[Page], list[str]]:
    def names(page: Page) -> list[str]:
        return page.evaluate(
            "Object.keys(localStorage).filter((one) => one.includes(':')).map((one) => localStorage[one])"
        )

    return names


@pytest.mark.parametrize("width", [390, 1280])
def test_a_closed_tab_loses_nothing_and_a_draft_is_thrown_away_and_taken_back(web, page, shoot, held):
    page.goto(web.url + NEW)
    expect(page.get_by_text("What you type is kept by itself.")).to_be_visible()
    page.get_by_label("Case number").fill("26-004711")
    page.get_by_label("What happened").select_option("burglary")
    expect(page.locator("#kept")).to_contain_text(KEPT)
    assert held(page) == []
    shoot(page, "kept-typing")
    page.reload()
    expect(page.get_by_label("Case number")).to_have_value("26-004711")
    expect(page.get_by_label("What happened")).to_have_value("burglary")
    page.goto(web.url + LIST)
    shoot(page, "kept-list")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Throw away: 26-004711").click()
    expect(page.get_by_text("Thrown away. You can take it back below.")).to_be_visible()
    shoot(page, "kept-thrown-away")
    page.get_by_role("button", name="Take back: 26-004711").click()
    expect(page.get_by_label("Case number")).to_have_value("26-004711")


def test_while_the_server_is_away_the_browser_holds_it_unreadable_and_hands_it_over_later(web, page, held):
    page.goto(web.url + NEW)
    page.route("**/compose/keep/", lambda route: route.abort())
    page.get_by_label("Why these cameras and this time?").fill("The suspect fled past Secret Lane.")
    expect(page.locator("#kept")).to_contain_text("The server does not answer. What you typed is kept in this browser")
    [lying] = held(page)
    assert "Secret" not in lying
    page.unroute("**/compose/keep/")
    expect(page.locator("#kept")).to_contain_text(KEPT, timeout=15_000)
    assert held(page) == []
    page.route("**/compose/keep/", lambda route: route.abort())
    page.get_by_label("Case number").fill("26-12")
    expect(page.locator("#kept")).to_contain_text("does not answer")
    # The machine dies here; another day, the list takes in what the browser held.
    again = page.context.new_page()
    page.close()
    again.goto(web.url + LIST)
    expect(again.get_by_role("link", name="Go on: 26-12")).to_be_visible()
    assert held(again) == []
    assert typed(KeptForm.objects.get())["reason"] == "The suspect fled past Secret Lane."


def test_a_session_that_ended_leaves_it_in_the_browser_for_its_writer_alone(web, page, author, held):
    page.goto(web.url + NEW)
    Session.objects.all().delete()
    page.get_by_label("Case number").fill("26-99")
    expect(page.locator("#kept")).to_contain_text("You are signed out. What you typed is kept in this browser")
    context = page.context
    page.close()
    other = context.new_page()
    enter(other, web.url, staff(Role.DETECTIVE, AgencyFactory.create()))
    other.goto(web.url + LIST)
    expect(other.get_by_text("Nothing is unfinished.")).to_be_visible()
    assert len(held(other)) == 1
    enter(other, web.url, author)
    other.goto(web.url + NEW)
    expect(other.get_by_text("What the server had not taken before")).to_be_visible()
    assert typed(KeptForm.objects.get())["case_number"] == "26-99"
    assert held(other) == []


def test_of_two_windows_the_older_is_told_and_may_keep_its_own(web, page):
    page.goto(web.url + NEW)
    page.get_by_label("Case number").fill("26-1")
    expect(page.locator("#kept")).to_contain_text(KEPT)
    second = page.context.new_page()
    second.goto(page.url)
    second.get_by_label("Case number").fill("26-2")
    expect(second.locator("#kept")).to_contain_text(KEPT)
    expect(second.locator("[name=kept_version]")).to_have_value("2")
    page.get_by_label("Case number").fill("26-3")
    expect(page.get_by_text("Something newer was kept in another window.")).to_be_visible()
    assert page.get_by_role("link", name="Open the newer one").get_attribute("href") in second.url
    page.get_by_role("button", name="Keep this as a request of its own").click()
    expect(page.locator("#kept-conflict")).to_be_hidden()
    expect(page.get_by_label("Case number")).to_have_value("26-3")
    assert {typed(one)["case_number"] for one in KeptForm.objects.all()} == {"26-2", "26-3"}


def test_what_is_submitted_needs_keeping_no_more(web, page, held):
    page.goto(web.url + NEW)
    page.get_by_label("Case number").fill("26-1")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Please look at this again")).to_be_visible()
    expect(page.locator("#kept")).to_contain_text(KEPT)
    assert KeptForm.objects.count() == 1
    page.goto(web.url + LIST)
    expect(page.get_by_role("link", name="Go on: 26-1")).to_have_count(1)
    assert held(page) == []
