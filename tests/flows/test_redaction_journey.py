"""A detective draws over the picture by hand and by keyboard; a records custodian steps through it and signs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.agencies.models import Role
from apps.redaction.models import Redaction
from apps.redaction.plan import RedactionPlan
from apps.redaction.selectors import plan_of
from apps.redaction.services.rendering import make_redacted_copy
from apps.redaction.states import RedactionState
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.items import playable_item
from tests.factories.numbered import FILMS, numbered
from tests.factories.redaction import begun, somebody
from tests.flows.test_item_player import sign_in_as
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VARIABLE = next(film for film in FILMS if film.name == "variable rate")


def open_redaction(page: Page, live_server: LiveServer, mine: Redaction, person) -> None:
    sign_in_as(page, live_server, person)
    page.goto(live_server.url + reverse("admin:evidence_evidenceitem_redaction", args=[mine.public_id]))
    go_to(page, 1)


def go_to(page: Page, picture: int) -> None:
    """Picture, from 1, by its number."""
    number = page.locator("[data-pictures] input")
    expect(number).to_be_visible()
    number.fill(str(picture))
    number.press("Enter")
    expect(page.locator("[data-redaction]")).to_have_attribute("data-picture", str(picture))
    number.evaluate("field => field.blur()")


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Over the picture, in shares of its width and height. The film is 16 by 9, as the screen is."""
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


def kept(page: Page, mine: Redaction, is_so: Callable[[RedactionPlan], object]) -> RedactionPlan:
    """The plan, once what the page sent has arrived. Changes that follow each other at once may arrive as one."""

    def arrived() -> object:
        mine.refresh_from_db()
        return is_so(plan_of(mine))

    wait_until(arrived, "what was drawn is kept", pause=lambda: page.wait_for_timeout(50))
    return plan_of(mine)


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (390, "es")])
def test_it_is_drawn_and_read(
    new_page: NewPage, live_server: LiveServer, shoot: Callable[[Page, str], Path], language: str
) -> None:
    item = playable_item(numbered(VARIABLE))
    author, reader = somebody(item), somebody(item, Role.RECORDS_CUSTODIAN)
    for person in (author, reader):
        person.language = language
        person.save()
    mine = begun(item, author)
    page = new_page()
    open_redaction(page, live_server, mine, author)
    go_to(page, 11)
    drag(page, (0.25, 0.25), (0.5, 0.5))
    (region,) = kept(page, mine, lambda plan: plan.regions).regions
    assert region.frames[0].picture == 10
    assert all(abs(found - meant) <= 2 for found, meant in zip(region.frames[0].box, (80, 45, 80, 45), strict=True))
    expect(page.locator(".box-drawn")).to_have_count(1)

    go_to(page, 31)
    expect(page.locator(".box")).to_have_count(0)
    page.keyboard.press("d")  # the box of before, drawn here
    page.locator("[data-stage]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("e")
    frames = kept(page, mine, lambda plan: plan.regions[0].frames[-1].ends).regions[0].frames
    assert (frames[1].picture, frames[1].ends) == (30, True)
    assert frames[1].box.left == frames[0].box.left + 2
    assert frames[1].box.height == frames[0].box.height + 2

    go_to(page, 20)
    expect(page.locator(".box-between")).to_have_count(1)
    assert page.locator(".box-between").evaluate("box => getComputedStyle(box).strokeDasharray") != "none"
    go_to(page, 32)
    expect(page.locator(".box-held")).to_have_count(1)
    go_to(page, 33)
    expect(page.locator(".box")).to_have_count(0)
    page.keyboard.press("[")
    expect(page.locator("[data-redaction]")).to_have_attribute("data-picture", "32")

    page.locator("[data-field=what]").fill("Cara, A face")
    page.locator("[data-field=exemption]").select_option("surveillance")
    kept(page, mine, lambda plan: not plan.without_ground)
    expect(page.locator("[data-said]")).not_to_be_empty()
    page.locator("[data-act=undo]").click()
    kept(page, mine, lambda plan: plan.without_ground == 1)
    page.locator("[data-field=exemption]").select_option("surveillance")
    kept(page, mine, lambda plan: not plan.without_ground)
    expect(page.locator("[data-bare]")).to_be_hidden()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"redaction-drawn-{language}")
    page.locator("form[data-submit] button").click()
    expect(page.locator("#waiting")).to_be_visible()
    assert_accessible(page)
    shoot(page, f"redactions-{language}")

    other = new_page()
    open_redaction(other, live_server, mine, reader)
    go_to(other, 20)
    other.locator("[data-filled]").check()
    assert_fits(other)
    assert_accessible(other)
    shoot(other, f"redaction-read-{language}")
    other.locator("form[action$='/sign/'] button").click()
    expect(other.locator("#others")).to_be_visible()
    assert make_redacted_copy(pk=mine.pk)
    mine.refresh_from_db()
    assert mine.state == RedactionState.PROVEN, mine.problem
    page.emulate_media(color_scheme="dark")
    open_redaction(page, live_server, mine, author)
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"redaction-proven-{language}")
