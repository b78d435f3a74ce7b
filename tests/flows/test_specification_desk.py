"""A program manager writes the next installation specification, sees what it would do, and puts it in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.cameras.models import Evaluation
from apps.cameras.services import evaluate_cameras
from apps.ledger.values import Actor
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification
from tests.factories.cameras import pending_camera, site
from tests.factories.people import AgencyFactory, registrant, staff
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "language"), [(390, "es"), (1280, "en")])
def test_the_next_version_is_written_counted_and_put_in_force(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path], language: str
) -> None:
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    home = site(partner)
    for hours in (12, 100, 400, 900):
        pending_camera(partner, site=home, retention_hours=hours)
    manager = staff(Role.PROGRAM_MANAGER, agency)
    manager.language = language
    manager.save()
    say = {
        "en": ("Write the next version", "Save the draft", "Count again, save nothing", "Put it in force…", "Done"),
        "es": ("Escribir la versión", "Guardar el borrador", "Contar de nuevo", "Ponerla en vigor…", "Terminado"),
    }[language]
    page = desk_of(manager, new_page, web)
    page.goto(f"{web.url}/admin/specifications/specification/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert_accessible(page)
    page.get_by_role("button", name=say[0]).click()
    page.locator("[name=min_retention_hours-warn-value]").fill("500")
    page.get_by_role("button", name=say[2]).click()
    table = page.locator("table.counts tbody")
    expect(table.locator("tr").nth(0).locator("td").nth(1)).to_have_text("1")
    expect(table.locator("tr").nth(1).locator("td").nth(1)).to_have_text("2")
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"editor-{language}")
    page.get_by_role("button", name=say[1]).click()
    page.get_by_role("link", name=say[3]).click()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"publish-{language}")
    page.locator(".act-first").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page)
    shoot(page, f"running-{language}")
    evaluate_cameras(evaluation_pk=Evaluation.objects.order_by("-pk")[0].pk)
    # The page's script notices the end by itself.
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text=say[4])).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"done-{language}")
