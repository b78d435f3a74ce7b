"""A house changes hands and its cameras stay: the offer, the link, a stranger's yes, and both sides after it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.prospects.models import CameraOffer
from apps.prospects.states import OfferState
from tests.factories.cameras import camera, site
from tests.factories.links import code_of
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, terms_in_force
from tests.flows.test_members_journey import session_of
from tests.flows.test_resident_journey import sign_in
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def town(live_server, settings):
    cache.clear()
    settings.SITE_URL = live_server.url
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return agency


@pytest.fixture
def leaving(town):
    """Who leaves a house with two cameras."""
    user, partner = registrant(town)
    partner.vouched_at = timezone.now()
    partner.save()
    house = site(partner, "Park Avenue")
    for name in ("Front door", "Driveway"):
        camera(partner, site=house, name=name)
    return user, partner


def shot(walk: Walk, name: str) -> None:
    """A picture to look at, in both themes, where somebody asked for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        for scheme in ("light", "dark"):
            walk.page.emulate_media(color_scheme=scheme)
            walk.page.screenshot(path=Path(folder) / f"{name}-{walk.width}-{scheme}.png", full_page=True)
        walk.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_house_changes_hands_by_keyboard_and_a_stranger_takes_its_cameras_over(live_server, leaving, width):
    user, _partner = leaving
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, user)
        walk.go("/cameras/pass-on/")
        walk.check()
        shot(walk, "offers")
        walk.press("main a.usa-button")
        expect(page.get_by_text("Which cameras stay?")).to_be_visible()
        walk.check()
        shot(walk, "offer")
        walk.press("main form button[type=submit]")
        expect(page.get_by_role("heading", name="Give this to who moves in")).to_be_visible()
        walk.check()
        shot(walk, "offered")
        link = re.search(r"/offered/\S+#\S+", page.locator("main").inner_text())[0]
        assert code_of(CameraOffer.objects.get().public_id) in page.locator("main").inner_text()
    with walking(live_server.url, width) as walk:
        page = walk.page
        walk.go(link)
        expect(page.get_by_role("heading", name="Are these cameras yours now?")).to_be_visible()
        expect(page.get_by_text("Driveway")).to_be_visible()
        expect(page.get_by_text("Park Avenue")).to_have_count(0)
        walk.check()
        shot(walk, "names")
        walk.press("main a[href^='/accounts/signup/']")
        page.wait_for_url("**/signup/**")
        walk.type_into("[name=email]", "nia@example.org")
        walk.press("main form button[type=submit]")
        page.wait_for_url("**/login/code/confirm/**")
        walk.type_into("[name=code]", re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.M)[1])
        page.wait_for_url("**" + link.partition("#")[0])
        walk.check()
        shot(walk, "taking")
        walk.type_into("[name=name]", "Nia")
        walk.press("[name=agencies]", "Space")
        walk.press("[name=attested]", "Space")
        walk.press("main form button.usa-button[type=submit]:not([name])")
        expect(page.get_by_text("The cameras are yours now.")).to_be_visible()
        expect(page.get_by_text("You took it over as it was registered.")).to_have_count(2)
        walk.check()
        shot(walk, "yours")
        walk.go(link)
        expect(page.get_by_role("heading", name="My cameras")).to_be_visible()
    with walking(live_server.url, width) as walk:
        sign_in(walk, user)
        walk.go("/cameras/pass-on/")
        expect(walk.page.get_by_text("taken over", exact=True)).to_be_visible()
        walk.check()
        shot(walk, "afterwards")
    assert {one.state for one in Camera.objects.all()} == {CameraState.RETIRED, CameraState.RETURNED}


def test_by_the_code_on_paper_one_declines_and_in_spanish(live_server, leaving):
    user, _partner = leaving
    with walking(live_server.url, PHONE, locale="es-US") as walk:
        page = walk.page
        walk.page.context.add_cookies([session_of(user, walk.address)])
        walk.go("/cameras/pass-on/")
        page.locator("main a.usa-button").click()
        page.locator("main form button[type=submit]").click()
        expect(page.get_by_role("heading", name="Dé esto a quien llega")).to_be_visible()
        walk.check()
        shot(walk, "offered-es")
        offer = CameraOffer.objects.get()
    other, _home = registrant()
    with walking(live_server.url, PHONE, locale="es-US") as walk:
        page = walk.page
        walk.page.context.add_cookies([session_of(other, walk.address)])
        walk.go(f"/offered/{offer.public_id}/")
        page.get_by_label("Código").fill(code_of(offer.public_id).lower())
        page.get_by_role("button", name="Abrir la página").click()
        expect(page.get_by_role("heading", name="¿Son suyas ahora estas cámaras?")).to_be_visible()
        walk.check()
        shot(walk, "taking-es")
        page.get_by_role("button", name="No, gracias").click()
        expect(page.get_by_text("Usted la rechazó. No ocurre nada más.")).to_be_visible()
    offer.refresh_from_db()
    assert offer.state == OfferState.DECLINED
