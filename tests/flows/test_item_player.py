"""A detective says why, looks, seeks and steps in a real Chromium; the page obeys its own content policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, working
from apps.evidence.states import DerivativeKind
from apps.ledger import selectors as ledger
from apps.partners.models import Membership
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.items import playable_item, purpose_for_case, sealed_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.plugins.browser import assert_accessible, assert_fits, wait_until_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Shoot = Callable[[Page, str], Path]


def sign_in_as(page: Page, live_server: LiveServer, user: User) -> None:
    session = sign_in(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def open_item(page: Page, live_server: LiveServer, item: EvidenceItem, *, with_purpose: bool = True) -> None:
    detective = staff(Role.DETECTIVE, item.agency)
    if with_purpose:
        purpose_for_case(detective, item)
    sign_in_as(page, live_server, detective)
    page.goto(live_server.url + reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))


def current_time(page: Page) -> float:
    return float(page.eval_on_selector("video", "video => video.currentTime"))


def wait_until_seekable(page: Page) -> None:
    wait_until_video(page, "!video.seeking && video.readyState >= 2")


def test_a_detective_says_why_and_then_plays_seeks_and_steps(page: Page, live_server: LiveServer) -> None:
    # Longer than one bounded piece, so that seeking asks for parts that were not sent yet.
    item = playable_item(clip("h264", seconds=60, size="1280x720"))
    open_item(page, live_server, item, with_purpose=False)
    expect(page.locator("video")).to_have_count(0)
    page.get_by_label("Why do you need to see this footage?").fill("Looking for the gray car.")
    page.get_by_role("button", name="Record this and show the footage").click()
    wait_until_seekable(page)

    page.get_by_role("button", name="Play").click()
    wait_until_video(page, "video.currentTime > 0.5")
    page.keyboard.press("k")
    assert page.eval_on_selector("video", "video => video.paused")

    page.eval_on_selector("video", "video => { video.currentTime = 50 }")
    wait_until_seekable(page)
    assert current_time(page) == pytest.approx(50, abs=0.01)
    page.keyboard.press(".")
    wait_until_seekable(page)
    assert current_time(page) == pytest.approx(50.06, abs=0.02)  # within the next picture
    page.keyboard.press("j")
    wait_until_seekable(page)
    assert current_time(page) == pytest.approx(40.06, abs=0.02)
    page.get_by_label("Speed").select_option("2")
    assert page.eval_on_selector("video", "video => video.playbackRate") == 2
    assert page.eval_on_selector("video", "video => video.muted")
    assert sum(e.action == "evidence_item.viewed" for e in ledger.entries_for(working.subject_of(item))) == 1


def test_the_page_shows_the_video_when_the_worker_has_made_it(page: Page, live_server: LiveServer) -> None:
    item = sealed_item(clip("h264"))
    open_item(page, live_server, item)
    expect(page.get_by_text("The video is being prepared.")).to_be_visible()
    assert processing.make_playable(item_pk=item.pk)
    expect(page.locator("video")).to_be_visible()
    wait_until_seekable(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_staffs_page_fits_the_screen_and_breaks_no_rule_of_access(
    page: Page, live_server: LiveServer, width: int, shoot: Shoot
) -> None:
    item = playable_item(clip("h264", seconds=10, size="1280x720", sound=True))
    open_item(page, live_server, item, with_purpose=False)
    assert_accessible(page)
    shoot(page, "before")
    open_item(page, live_server, item)
    wait_until_seekable(page)
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "player")


@pytest.mark.parametrize("width", [390, 1280])
def test_an_unplayable_item_and_the_list_fit_and_break_no_rule_of_access(
    page: Page, live_server: LiveServer, width: int, shoot: Shoot
) -> None:
    item = sealed_item(b"PK\x03\x04" + bytes(400))
    EvidenceItem.objects.filter(pk=item.pk).update(client_digest="f" * 64)
    assert processing.make_playable(item_pk=item.pk)
    open_item(page, live_server, item)
    expect(page.get_by_text("The file is an archive.", exact=False)).to_be_visible()
    page.get_by_text("Return it with a reason").click()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "unplayable")
    page.goto(live_server.url + reverse("admin:evidence_evidenceitem_changelist"))
    # Django labels its search field with a picture of a lens, which names it to those who do not see it.
    assert_accessible(page, but=("label-title-only",))
    shoot(page, "list")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_owners_page_fits_the_screen_and_breaks_no_rule_of_access(
    page: Page, live_server: LiveServer, width: int, shoot: Shoot
) -> None:
    item = playable_item()
    owner = Membership.objects.get(partner=item.submission.partner).user
    sign_in_as(page, live_server, owner)
    page.goto(live_server.url + reverse("evidence:item", args=[item.public_id]))
    expect(page.get_by_text(item.digest)).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "owner")


def test_without_a_table_of_times_the_film_is_stepped_by_its_rate(page: Page, live_server: LiveServer) -> None:
    item = playable_item(clip("h264", seconds=10))
    item.derivatives.filter(kind=DerivativeKind.TIMES).update(digest="0" * 64)
    open_item(page, live_server, item)
    wait_until_seekable(page)
    page.keyboard.press(".")
    wait_until_seekable(page)
    assert current_time(page) == pytest.approx(0.04, abs=0.005)
    expect(page.get_by_label("Picture", exact=True)).to_be_hidden()


def test_a_number_goes_to_its_picture_and_too_large_a_one_is_refused(page: Page, live_server: LiveServer) -> None:
    open_item(page, live_server, playable_item(clip("h264", seconds=10)))
    number = page.get_by_label("Picture", exact=True)
    expect(page.get_by_text("of 250")).to_be_visible()
    number.fill("101")
    number.press("Enter")
    wait_until_video(page, "video.currentTime >= 4 && video.currentTime < 4.04")
    expect(page.locator("[data-clock]")).to_have_text("00:04.000 / 00:10.000")
    number.fill("251")
    number.press("Enter")
    assert current_time(page) == pytest.approx(4.02, abs=0.02)
