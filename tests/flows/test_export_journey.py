"""A detective asks for an export, a custodian agrees, and the package that the browser saves checks out."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.disclosure.models import Export
from apps.disclosure.package.verify_package import verify
from apps.evidence.models import EvidenceItem
from apps.ledger.checkpoints import verifier_key
from tests.factories.clips import clip
from tests.factories.exports import built
from tests.factories.items import playable_item
from tests.factories.people import AgencyFactory, staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def item(settings, tmp_path) -> EvidenceItem:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    settings.SCRATCH_DIR = tmp_path / "scratch"
    cache.clear()
    terms_in_force()
    item = playable_item(clip("h264"))
    agency = item.agency
    agency.name, agency.short_name = "Tallahassee Police Department", "TPD"
    agency.save()
    AgencyFactory.create()
    return item


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_an_export_from_asking_to_a_package_that_holds(
    item, width, theme, new_page: NewPage, live_server, shoot, tmp_path
):
    def desk(user: User) -> Page:
        page: Page = new_page(width=width, color_scheme=theme)
        session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    def seen(page: Page, name: str) -> None:
        assert_accessible(page)
        assert_fits(page)
        shoot(page, f"export-{name}-{width}-{theme}")

    page = desk(staff(Role.DETECTIVE, item.agency))
    page.goto(f"{live_server.url}/admin/agencies/case/{item.submission.case.public_id}/")
    page.get_by_role("link", name="Ask for an export").click()
    page.get_by_label("Why do you need").fill("The trial begins on Monday")
    page.get_by_role("button", name="Record the reason").click()
    page.get_by_label(item.filename).check()
    page.get_by_label("Where the cameras are").check()
    page.get_by_label("For whom?").fill("State Attorney, Second Circuit")
    page.get_by_label("What for?").fill("Discovery")
    seen(page, "ask")
    page.get_by_role("button", name="Ask for the export").click()
    expect(page.get_by_text("a video is from somebody's home")).to_be_visible()
    seen(page, "asked")

    custodian = desk(staff(Role.RECORDS_CUSTODIAN, item.agency))
    export = Export.objects.get()
    custodian.goto(f"{live_server.url}/admin/")
    seen(custodian, "desk")
    custodian.get_by_role("link", name=export.code).click()
    custodian.get_by_role("button", name="Approve the export").click()
    expect(custodian.get_by_role("progressbar")).to_be_visible()
    seen(custodian, "building")
    export.refresh_from_db()
    built(export)
    expect(custodian.get_by_role("heading", name="The package", exact=True)).to_be_visible(timeout=20_000)
    seen(custodian, "ready-reason")

    page.reload()
    seen(page, "ready")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the package").click()
    target = tmp_path / saved.value.suggested_filename
    saved.value.save_as(target)
    findings = verify(target, verifier_key())
    assert (findings.wrong, findings.unchecked) == ([], [])
    page.reload()
    expect(page.get_by_text("Package downloaded")).to_be_visible()
    page.get_by_role("button", name="Cancel the export").click()
    expect(page.get_by_text("Somebody cancelled it.")).to_be_visible()
    seen(page, "cancelled")
    page.goto(f"{live_server.url}/admin/disclosure/export/")
    seen(page, "list")
