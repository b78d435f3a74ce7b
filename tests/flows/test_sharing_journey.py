"""A custodian shares with a prosecutor, whose link has ended and who asks again; the defense saves a copy."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.links.models import Link
from apps.sharing.models import Grant
from tests.factories.clips import clip
from tests.factories.items import playable_item
from tests.factories.people import staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.factories.sharing import accepted, grant_of, office_agreement
from tests.plugins.browser import NewPage, assert_accessible

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
    return accepted(item)


def _letter(grant: Grant, live_server: object) -> str:
    """The address in the newest letter."""
    link = Link.objects.get(kind="shared", subject=grant.public_id)
    return f"{live_server.url}/shared/{grant.public_id}/#{link.token}"  # type: ignore[attr-defined]


def _enter(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Mail me a code|Mail another code")).click()
    code = page.get_by_label("Code from the mail")
    expect(code).to_be_visible()
    code.fill(re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.MULTILINE)[1])
    page.get_by_role("button", name="Open", exact=True).click()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_a_prosecutor_with_an_ended_link_asks_again_and_gets_in(
    item, width, theme, new_page: NewPage, live_server, shoot
):
    def seen(page: Page, name: str) -> None:
        assert_accessible(page)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        shoot(page, f"sharing-{name}-{width}-{theme}")

    office_agreement(item.agency)
    custodian: Page = new_page(width=width, color_scheme=theme)
    session = sign_in(Client(), staff(Role.RECORDS_CUSTODIAN, item.agency)).cookies[settings.SESSION_COOKIE_NAME].value
    custodian.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    custodian.goto(f"{live_server.url}/admin/agencies/case/{item.submission.case.public_id}/")
    custodian.get_by_role("link", name="Share videos").click()
    custodian.get_by_label("With whom, under which agreement?").select_option(index=1)
    custodian.get_by_label("Person at the office").fill("Casey Counsel")
    custodian.get_by_label("What for?").fill("Discovery")
    custodian.get_by_label(item.filename).check()
    custodian.get_by_label("Later videos of the case too").check()
    custodian.get_by_label("Last day").fill((today_in(item.agency) + timedelta(days=3)).isoformat())
    custodian.get_by_role("button", name="Share", exact=True).click()
    expect(custodian.get_by_text("Enter the e-mail address of this person.")).to_be_visible()
    seen(custodian, "give")
    custodian.get_by_label("E-mail of this person").fill("casey@court.example")
    custodian.get_by_role("button", name="Share", exact=True).click()
    expect(custodian.get_by_role("heading", name="What was given when")).to_be_visible()
    grant = Grant.objects.get()

    page: Page = new_page(width=width, color_scheme=theme)
    page.goto(_letter(grant, live_server))
    expect(page.get_by_role("button", name="Mail me a code")).to_be_visible()
    seen(page, "code")
    Grant.objects.update(link_ends_at=timezone.now())
    page.reload()
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
    seen(page, "ended")
    page.get_by_role("button", name="Ask for a new link").click()
    expect(page.get_by_text("A new link is on its way")).to_be_visible()
    page.goto("about:blank")
    page.goto(_letter(grant, live_server))
    page.get_by_role("button", name="Go on").click()
    _enter(page)
    expect(page.get_by_role("link", name=item.filename)).to_be_visible()
    seen(page, "videos")
    page.get_by_role("link", name=item.filename).click()
    page.wait_for_function("document.querySelector('video')?.readyState >= 1")
    expect(page.get_by_role("button", name="Save the working copy")).to_have_count(0)
    seen(page, "watch")
    page.get_by_role("link", name="Back to what was shared").click()
    page.get_by_label("To whom?").fill("Dr. Ray, expert")
    page.get_by_label("What for?").fill("To read the plate")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Recorded. The agency reads it.")).to_be_visible()

    custodian.reload()
    expect(custodian.get_by_text("Dr. Ray, expert")).to_be_visible()
    expect(custodian.get_by_text("Video watched")).to_be_visible()
    seen(custodian, "grant")
    custodian.goto(f"{live_server.url}/admin/sharing/grant/")
    seen(custodian, "list")
    page.goto(f"{live_server.url}/program/")
    seen(page, "public")


def test_the_defense_saves_a_copy(item, new_page: NewPage, live_server):
    agreement = office_agreement(item.agency, court_role="defense")
    said = {"recipient": "Dana Defender", "address": "dana@defense.example", "downloads": True}
    grant = grant_of(item, agreement=agreement, **said)
    page: Page = new_page(width=390)
    page.goto(_letter(grant, live_server))
    _enter(page)
    page.get_by_role("link", name=item.filename).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the working copy").click()
    assert saved.value.path().stat().st_size == item.derivatives.get(kind="working_copy").size
