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
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.retention.services import publish_schedule
from apps.retention.services.scheduling import Given
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.items import sealed_item
from tests.factories.people import AgencyFactory, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, looked_at

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


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
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


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_two_custodians_dispose_of_an_item(opened, width, theme, new_page: NewPage, live_server, shoot):
    agency = opened.request.agency
    item = EvidenceItem.objects.latest("pk")
    EvidenceItem.objects.update(triage=Triage.RETURNED)
    FootageRequest.objects.update(state=RequestState.CLOSED)
    first, second = staff(Role.RECORDS_CUSTODIAN, agency), staff(Role.RECORDS_CUSTODIAN, agency)
    rules = [Given(title="Video that was returned", series="GS2, item 2", days=60)]
    publish_schedule(user=first, agency=agency, rules=rules, reason="Approved.", number=0)

    def at(person):
        page = new_page(width=width, color_scheme=theme)
        session = sign_in(Client(), person).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    page = at(first)
    page.goto(f"{live_server.url}/admin/evidence/evidenceitem/{item.public_id}/")
    page.get_by_text("Propose to dispose of it").click()
    page.get_by_label("Why?").fill("Its time is over.")
    looked_at(page, shoot, f"propose-{width}-{theme}")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("main").get_by_text("Another records custodian has to approve it.").first).to_be_visible()

    page = at(second)
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("waiting for a second custodian")).to_be_visible()
    looked_at(page, shoot, f"today-{width}-{theme}")
    page.goto(f"{live_server.url}/admin/retention/disposition/")
    page.get_by_role("link", name=opened.request.case.number).click()
    looked_at(page, shoot, f"decide-{width}-{theme}")
    page.get_by_role("button", name="Dispose of it").click()
    expect(page.get_by_text("are being removed")).to_be_visible()
    looked_at(page, shoot, f"disposed-{width}-{theme}")
    page.get_by_role("link", name="Open the item").click()
    expect(page.get_by_text("It was disposed of.")).to_be_visible()
    looked_at(page, shoot, f"disposed-item-{width}-{theme}")
