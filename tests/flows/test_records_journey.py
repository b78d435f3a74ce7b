"""A records custodian takes a request in, searches, keeps a part back under its statute, and answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.disclosure.models import RecordsRequest
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
    sealed_item(b"frames", sent_through=opened.invitation)
    return opened


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_a_custodian_answers_a_records_request(opened, width, theme, new_page: NewPage, live_server, shoot):
    page: Page = new_page(width=width, color_scheme=theme)
    custodian = staff(Role.RECORDS_CUSTODIAN, opened.request.agency)
    session = sign_in(Client(), custodian).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Take in a request").click()
    looked_at(page, shoot, f"records-take-{width}-{theme}")
    page.get_by_label("What is asked for?").fill("All video of the fire on Monroe Street.")
    page.get_by_label("How did it come?").select_option("phone")
    page.get_by_label("Where should the answer go?").fill("casey@example.org")
    page.get_by_role("button", name="Take in the request").click()
    page.get_by_role("button", name="The requester knows").click()
    expect(page.get_by_text("Noted that the requester knows.")).to_be_visible()

    page.get_by_role("button", name="Record the reason and search").click()
    page.get_by_label("Case number").fill(opened.request.case.number)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 item found")).to_be_visible()
    looked_at(page, shoot, f"records-found-{width}-{theme}")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add the chosen items").click()
    page.get_by_text("Decide", exact=True).click()
    page.get_by_label("What is given?").select_option("redact")
    page.get_by_role("button", name="Keep the decision").click()
    expect(page.get_by_text("needs a statute")).to_be_visible()

    page.get_by_text("Keep a part back").click()
    item = page.locator(".records-item").first
    item.get_by_label("Statute", exact=True).select_option("active_investigation")
    item.get_by_label("What is kept back?").fill("the face of a witness")
    item.get_by_role("button", name="Enter the statute").click()
    expect(item.get_by_text("Say when somebody looks again.")).to_be_visible()
    looked_at(page, shoot, f"records-refused-{width}-{theme}")
    day = timezone.localdate() + timedelta(days=60)
    item.get_by_label("Look again on").fill(day.isoformat())
    item.get_by_role("button", name="Enter the statute").click()
    expect(page.get_by_text("The statute is in the log.")).to_be_visible()
    looked_at(page, shoot, f"records-decided-{width}-{theme}")
    page.get_by_role("button", name="This is the answer").click()
    expect(page.get_by_text("given in part")).to_be_visible()
    looked_at(page, shoot, f"records-answered-{width}-{theme}")
    page.goto(f"{live_server.url}/admin/disclosure/recordsrequest/")
    expect(page.get_by_role("link", name=RecordsRequest.objects.get().code)).to_be_visible()
    looked_at(page, shoot, f"records-list-{width}-{theme}")
    page.goto(f"{live_server.url}/admin/")
    looked_at(page, shoot, f"records-today-{width}-{theme}")
