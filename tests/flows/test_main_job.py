"""The main job from nothing to sealed footage that plays: real pages, real queue, real workers, a real video."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.evidence.models import EvidenceItem
from apps.evidence.services import working
from apps.ledger import selectors as ledger
from tests.factories.clips import clip
from tests.factories.people import AgencyFactory, ZoneFactory, staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, wait_until_video
from tests.plugins.stack import ROOT, Stack
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RESIDENT = "ada@example.org"
LATITUDE, LONGITUDE = "30.4383", "-84.2807"


@pytest.fixture
def agency() -> Agency:
    agency: Agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return agency


@pytest.fixture
def page_of(new_page: NewPage, portal: Stack) -> Callable[[User], Page]:
    """The window of a member of the staff who is signed in, second factor and all."""

    def opened(user: User) -> Page:
        page = new_page()
        session = sign_in(Client(), user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": portal.url}])
        return page

    return opened


def mail_to_the_resident(portal: Stack, page: Page, saying: str) -> tuple[EmailMessage, re.Match[str]]:
    """The first mail with these words, once the portal has sent it, and where they stand in it."""
    found: list[tuple[EmailMessage, re.Match[str]]] = []

    def has_come() -> bool:
        for mail in portal.mails():
            body = mail.get_body(("plain",))
            said = re.search(saying, body.get_content()) if body and mail["To"] == RESIDENT else None
            if said:
                found.append((mail, said))
        return bool(found)

    wait_until(has_come, portal.log, pause=lambda: page.wait_for_timeout(200))
    return found[0]


def sign_up_and_register(page: Page, portal: Stack) -> None:
    page.goto(f"{portal.url}/accounts/signup/?next=/join/")
    page.locator("[name=email]").fill(RESIDENT)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/login/code/confirm/**")
    _mail, code = mail_to_the_resident(portal, page, r"\b\d{6}\b")
    page.locator("[name=code]").fill(code[0])  # with the last digit the page goes on by itself

    page.wait_for_url(f"{portal.url}/join/")
    page.locator("[name=name]").fill("Ada")
    page.locator("[name=agencies]").check(force=True)
    page.locator("main form button[type=submit]").click()

    page.wait_for_url("**/cameras/add/")
    page.locator("[name=name]").fill("Front door")
    expect(page.locator("#camera-map[data-ready=true]")).to_be_visible()
    page.get_by_text("Set place and view exactly").click()
    page.locator("[name=latitude]").fill(LATITUDE)
    page.locator("[name=longitude]").fill(LONGITUDE)
    page.locator("[name=bearing]").fill("135")
    page.locator("#camera-form button[type=submit]").click()
    page.wait_for_url("**/registered/")


def approve_the_camera(page: Page, portal: Stack) -> None:
    page.goto(f"{portal.url}/admin/cameras/camera/")
    page.locator("#result_list tbody a").first.click()
    page.locator("[name=reason]").fill("Weekly review of registrations")
    page.get_by_role("button", name="Record this and show the place").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. The registrant gets a message.")).to_be_visible()
    expect(page.get_by_text("No other registration waits for review.")).to_be_visible()


def ask(page: Page, portal: Stack, agency: Agency) -> str:
    """Compose and submit; returns the address of the request's page."""
    yesterday = (timezone.now().astimezone(ZoneInfo(agency.time_zone)) - timedelta(days=1)).date().isoformat()
    page.goto(f"{portal.url}/admin/footage_requests/footagerequest/compose/")
    page.locator("#place_1").get_by_label("Latitude").fill(LATITUDE)
    page.locator("#place_1").get_by_label("Longitude").fill(LONGITUDE)
    page.locator("#place_1").get_by_label("Radius in feet").fill("1000")
    for group, clock in (("From", "14:00"), ("To", "15:30")):
        page.get_by_role("group", name=group).get_by_label("Date").fill(yesterday)
        page.get_by_role("group", name=group).get_by_label("Time", exact=True).fill(clock)
    page.get_by_label("Case number").fill("26-004711")
    page.get_by_label("What happened").select_option("burglary")
    page.get_by_label("Why these cameras and this time?").fill("The suspect fled on foot past these houses.")
    page.get_by_role("button", name="Submit to a supervisor").click()
    expect(page.get_by_text("Submitted. A supervisor decides now.")).to_be_visible()
    return page.url


def give(page: Page, link: str, video: str, digest: str) -> None:
    """Answer from the mail's link, in a browser without an account, send the file and wait for the receipt."""
    page.goto(link)
    page.get_by_role("button", name="Yes, I have video of that time").click()
    page.wait_for_url("**/upload/")
    page.get_by_label("Choose video files").set_input_files(video)
    page.get_by_role("button", name="Send this file").click()
    expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
    page.get_by_role("link", name="See the receipt").first.click()
    expect(page.locator("[data-equal=yes]")).to_be_visible()
    expect(page.get_by_text(digest)).to_be_visible()
    expect(page.locator("[data-state=playable]")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Number \d+"))).to_be_visible()
    prints_as_a_receipt(page, digest)


def prints_as_a_receipt(page: Page, digest: str) -> None:
    """The button opens the printer's dialog; on paper stand the digest and the code, and nothing to click."""
    page.evaluate("() => { window.print = () => { window.printed = (window.printed || 0) + 1 } }")
    page.get_by_role("button", name="Print this receipt").click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    expect(page.get_by_text(digest)).to_be_visible()
    expect(page.locator(".receipt-code")).to_be_visible()
    expect(page.locator("#print")).to_be_hidden()
    expect(page.locator(".masthead")).to_be_hidden()
    page.emulate_media(media="screen")


def watch(page: Page) -> None:
    page.get_by_label("Why do you need to see this footage?").fill("Looking for the person on foot.")
    page.get_by_role("button", name="Record this and show the footage").click()
    expect(page.locator("video")).to_be_visible()
    for question in ("video.readyState >= 2", "(video.play(), video.currentTime > 0.2)"):
        wait_until_video(page, question)


def test_from_a_sign_up_to_footage_that_plays_with_its_custody(
    portal: Stack, agency: Agency, new_page: NewPage, page_of: Callable[[User], Page]
) -> None:
    video = clip("hevc", seconds=4, size="640x360")
    digest = hashlib.sha256(video.read_bytes()).hexdigest()
    resident, detective = new_page(), page_of(staff(Role.DETECTIVE, agency))

    sign_up_and_register(resident, portal)
    approve_the_camera(page_of(staff(Role.PROGRAM_MANAGER, agency)), portal)
    request = ask(detective, portal, agency)
    supervisor = page_of(staff(Role.SUPERVISOR, agency))
    supervisor.goto(request)
    supervisor.get_by_role("button", name="Approve and invite").click()
    expect(supervisor.get_by_text("Answers", exact=True)).to_be_visible()

    mail, link = mail_to_the_resident(portal, supervisor, r"http\S+/i/\S+#\S+")
    assert "26-004711" not in mail.as_string()
    give(new_page(width=390), link[0], str(video), digest)

    detective.goto(request)
    row = detective.locator("table.board tbody tr")
    expect(row).to_contain_text("Has footage")
    row.get_by_role("link").first.click()
    watch(detective)
    acts = detective.locator("ol.custody .custody-act")
    assert acts.first.inner_text() == "The file arrived complete."
    assert acts.last.inner_text() == "The footage was viewed."
    expect(detective.get_by_text(digest).first).to_be_visible()

    item = EvidenceItem.objects.get()
    story = [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(working.subject_of(item))]
    steps = [step for step in story if step != "sender_digest_stated"]
    assert steps == ["received", "hashed", "sealed", "probed", "poster_made", "strip_made", "playable", "viewed"]
    resident.goto(f"{portal.url}/given/")
    expect(resident.get_by_text(digest[:16])).to_be_visible()
    expect(resident.get_by_text("detective, TPD").first).to_be_visible()
    for command in ("verify_ledger", "check_fixity"):
        subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, env=portal.env, check=True)
