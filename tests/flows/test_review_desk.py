"""A program manager works through the queue: looks, decides, meets a duplicate, and decides several at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.ledger.values import Actor
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification
from tests.factories.cameras import DOWNTOWN, pending_camera
from tests.factories.people import ZoneFactory, registrant, staff
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAY = {
    "en": ("Return it for a correction", "Return", "They are two cameras", "Approve them", "2 registrations approved"),
    "es": ("Devolverlo para corregir", "Devolver", "Son dos cámaras", "Aprobarlos", "2 registros aprobados"),
}


@pytest.mark.parametrize(("width", "language"), [(390, "es"), (1280, "en")])
def test_the_queue_is_worked_through(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path], language: str
) -> None:
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    zone = ZoneFactory.create()
    cameras = [
        pending_camera(
            registrant(zone.agency)[1],
            name=name,
            latitude=DOWNTOWN[0] + step / 10_000,
            retention_hours=hours,
            sign_posted=False if name == "Porch" else None,
        )
        for name, step, hours in (("Porch", 0, 12), ("Door", 1, 400), ("Gate", 60, 400), ("Shop", 90, 100))
    ]
    pending_camera(registrant(zone.agency)[1], name="Lake", latitude=29.0)
    manager = staff(Role.PROGRAM_MANAGER, zone.agency)
    manager.language = language
    manager.save()
    page = desk_of(manager, new_page, web)

    page.goto(f"{web.url}/admin/cameras/camera/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#result_list tbody tr")).to_have_count(5)
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"queue-{language}")

    page.goto(f"{web.url}/admin/cameras/camera/next/")
    page.locator("#id_reason").fill("Weekly review")
    page.keyboard.press("Enter")
    expect(page.locator(".twin")).to_have_count(1)
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"registration-{language}")
    page.get_by_role("button", name=SAY[language][2]).click()
    expect(page.locator(".twin")).to_have_count(0)

    summary = page.locator("summary[accesskey=r]")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("[name=causes][value=pin]").check()
    assert_accessible(page)
    page.get_by_role("button", name=SAY[language][1], exact=True).click()
    expect(page.get_by_text("Door", exact=True)).to_be_visible()  # the next one in the queue
    assert Camera.objects.get(pk=cameras[0].pk).return_causes == ["pin"]

    page.goto(f"{web.url}/admin/cameras/camera/")
    rows = page.locator("#result_list tbody tr input[type=checkbox]")
    rows.nth(1).check()
    rows.nth(2).check()
    page.locator("select[name=action]").select_option("approve_chosen")
    page.locator("button[name=index]").click()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"bulk-{language}")
    page.get_by_role("button", name=SAY[language][3]).click()
    expect(page.get_by_role("status").filter(has_text=SAY[language][4])).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"done-{language}")
    assert Camera.objects.filter(state=CameraState.ACTIVE).count() == 2
