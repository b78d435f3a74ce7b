"""A records custodian writes the rules of retention, reads what expires, and holds a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.items import sealed_item
from tests.factories.people import AgencyFactory, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(settings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    cache.clear()
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    terms_in_force()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    for _ in range(2):
        sealed_item(b"frames", sent_through=opened.invitation)
    EvidenceItem.objects.filter(pk=EvidenceItem.objects.latest("pk").pk).update(
        received_at=timezone.now() - timedelta(days=100)
    )
    return opened


def looked_at(page: Page, shoot, name: str) -> None:
    assert_accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    shoot(page, name)


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light"), (390, "light"), (1280, "dark")])
def test_a_custodian_writes_rules_and_holds_a_case(opened, width, theme, new_page: NewPage, live_server, shoot):
    page: Page = new_page(width=width, color_scheme=theme)
    custodian = staff(Role.RECORDS_CUSTODIAN, opened.request.agency)
    session = sign_in(Client(), custodian).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/retention/retentionschedule/")
    page.get_by_role("link", name="Write the rules").click()
    first = page.locator(".records-rule").first
    first.get_by_label("Class of items").fill("Video that was not used")
    first.get_by_label("Item of the schedule").fill("GS2, item 2")
    first.get_by_label("Days").fill("90")
    page.get_by_label("What changes, and who approved it?").fill("First rules, approved by the records officer.")
    looked_at(page, shoot, f"retention-rules-{width}-{theme}")
    page.get_by_role("button", name="Put these rules in force").click()
    page.get_by_role("link", name="Within 90 days").click()
    looked_at(page, shoot, f"retention-expiring-{width}-{theme}")
    page.get_by_role("link", name="Over, and kept").click()
    expect(page.get_by_text("no detective has decided about it")).to_be_visible()

    page.goto(f"{live_server.url}/admin/agencies/case/{opened.request.case.public_id}/")
    page.get_by_text("Place a hold", exact=True).click()
    page.get_by_label("Who demands it?").fill("Leon County, 2026-CF-0001")
    page.get_by_label("Which person there ordered it?").fill("Judge Oak")
    page.get_by_label("Why is it kept?").fill("The trial begins in May.")
    page.get_by_label("Look again on").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    looked_at(page, shoot, f"case-hold-form-{width}-{theme}")
    page.get_by_role("button", name="Place the hold").click()
    expect(page.get_by_text("ordered by Judge Oak")).to_be_visible()
    looked_at(page, shoot, f"case-held-{width}-{theme}")
    item = EvidenceItem.objects.latest("pk")
    page.goto(f"{live_server.url}/admin/evidence/evidenceitem/{item.public_id}/")
    expect(page.get_by_text("in force for the case")).to_be_visible()
    looked_at(page, shoot, f"item-held-{width}-{theme}")
    page.goto(f"{live_server.url}/admin/")
    looked_at(page, shoot, f"today-{width}-{theme}")
