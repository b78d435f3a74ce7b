"""A program manager keeps texts ready, and a detective puts one in. At both widths, in both themes."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.footage_requests.ready_texts import FIRST, present_texts
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.sessions import sign_in
from tests.plugins.browser import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COMPOSE = "/admin/footage_requests/footagerequest/compose/"


@pytest.fixture
def agency():
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    return agency


@pytest.fixture
def desk(new_page, live_server, agency):
    def opened(role: Role, path: str, **options) -> Page:
        page = new_page(**options)
        value = sign_in(Client(), staff(role, agency)).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return opened


def look_at(page: Page) -> None:
    assert_accessible(page, but=("label-title-only",))
    assert_fits(page)


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_a_text_is_kept_ready_and_put_into_a_request(desk, agency, width, theme, shoot):
    page = desk(Role.PROGRAM_MANAGER, f"/admin/agencies/agency/{agency.public_id}/", color_scheme=theme)
    page.get_by_role("link", name="Change the texts").click()
    page.locator("[name=name_3]").fill("Bicycle")
    page.locator("[name=en_3]").fill("Please look for a red bicycle.")
    page.locator("[name=es_3]").fill("Busque una bicicleta roja.")
    page.get_by_role("button", name="Show what would be offered").click()
    expect(page.get_by_role("heading", name="What would be offered")).to_be_visible()
    look_at(page)
    shoot(page, f"texts-{theme}")
    page.get_by_role("button", name="Put this in force").click()
    expect(page.get_by_text("Saved. Authors choose from this list from now on.")).to_be_visible()
    assert present_texts(agency)[0] == 1

    page = desk(Role.DETECTIVE, COMPOSE, color_scheme=theme)
    message = page.get_by_label("Message to the owners")
    spanish = page.locator("[name=message_es]")
    page.locator("[name=ready_message]").select_option("Bicycle")
    page.locator("[data-ready=message]").click()
    expect(message).to_have_value("Please look for a red bicycle.")
    expect(spanish).to_have_value("Busque una bicicleta roja.")
    page.locator("[name=ready_message]").select_option("Vehicle")
    page.locator("[data-ready=message]").click()
    expect(message).to_have_value(FIRST[1]["words"]["en"])
    behind = page.get_by_text("Look whether the translation still says the same.")
    expect(behind).to_be_hidden()
    message.fill("Please look for a white van.")
    expect(behind).to_be_visible()
    spanish.fill("Busque una furgoneta blanca.")
    expect(behind).to_be_hidden()
    page.locator("[name=ready_reason]").select_option("Way of flight")
    page.locator("[data-ready=reason]").click()
    expect(page.get_by_label("Why these cameras and this time?")).to_have_value(FIRST[2]["words"]["en"])
    expect(page.locator("#kept")).to_contain_text("Kept ")
    look_at(page)
    shoot(page, f"compose-{theme}")
