"""The staff's pages in the dark theme: every page that links lead to, at one of the two widths in turn.

The console stays silent meanwhile, and no link leads to a page that the role may not open.

The journeys look at the same pages in the light theme. Themes and widths change colors and columns, not content:
so each page is seen in both themes and at both widths, and not four times.
"""

from __future__ import annotations

import re
from itertools import cycle
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from apps.agencies.models import Role
from apps.footage_requests.models import FootageRequest
from apps.ledger.values import Actor
from apps.program.services import take_snapshots
from apps.specifications.first import read_checks
from apps.specifications.models import Specification
from apps.specifications.services import publish_specification, start_draft
from apps.terms.models import TermsVersion
from apps.terms.services.drafting import draft_terms
from apps.terms.states import TermsKind
from tests.factories.calls import call_of
from tests.factories.cameras import camera, pending_camera
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, draft, open_request, submitted
from tests.factories.imports import csv_of, for_agency, line
from tests.factories.people import AgencyFactory, PartnerFactory, ZoneFactory, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.plugins.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINKS = "as => as.map(a => new URL(a.href)).filter(u => u.origin === location.origin).map(u => u.pathname + u.search)"
# The browser keeps what was typed of a request, and the list of unfinished ones takes it in and loads anew.
FORGET = "Object.keys(localStorage).filter(k => k.startsWith('unfinished:')).forEach(k => localStorage.removeItem(k))"
NOT_PAGES = re.compile(
    r"/(jsi18n|logout|autocomplete|password_change|media|download|export|file|csv)|\.(csv|json|geojson|txt)$"
)
# What a link names by a key: one page of each kind is enough.
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)|(?<=/measures/)[a-z_]+")
REQUESTS = "/admin/footage_requests/footagerequest/"
# A page that refuses says so itself; a virtual machine has no graphics card.
NO_PROBLEM = re.compile(r"Failed to load resource|GL Driver Message")
SHEETS = {  # pages that no plain link leads to
    Role.PROGRAM_MANAGER: ["/admin/imports/cameraimport/meeting/", "/admin/cameras/camera/next/"],
    Role.DETECTIVE: [f"{REQUESTS}compose/", "/admin/map/"],
}


@pytest.fixture
def agency():
    """A town where something is at every step."""
    cache.clear()
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    terms_in_force()
    agency = AgencyFactory.create()
    ZoneFactory.create(agency=agency)
    _user, partner = registrant(agency)
    camera(partner, name="Porch")
    pending_camera(partner, name="Gate", retention_hours=10)
    author = staff(Role.DETECTIVE, agency)
    call_of(agency)
    draft(author, agency)
    submitted(author, agency)
    opened = open_request(agency, camera_at(partner))
    manager = staff(Role.PROGRAM_MANAGER, agency)
    start_draft(user=manager)
    draft_terms(kind=TermsKind.PRIVACY, user=manager, request_key=uuid4())
    for_agency(csv_of(line(1), line(2, bearing="upwards")), agency)
    received_item(b"not a video", sent_through=opened.invitation)
    take_snapshots()
    # The newest, so that its page is the one that is looked at: with the button that confirms an account.
    PartnerFactory.create(vouched_at=None)
    return agency


def _look(page: Page, problems: list[str]) -> None:
    try:
        assert_accessible(page, but=("label-title-only",))  # the admin's own search fields
    except AssertionError as broken:
        problems.append(str(broken))
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        problems.append(f"{page.url} is wider than its window")


def _listen(page: Page, problems: list[str]) -> None:
    """Notes what the console says, and what a page asks for and does not get."""

    def answered(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            problems.append(f"{page.url}: {response.status} for {response.url}")

    def said(line: ConsoleMessage) -> None:
        if not NO_PROBLEM.search(line.text):
            problems.append(f"{page.url}: {line.type} in the console: {line.text}")

    page.on("console", said)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("response", answered)


def _read(page: Page, address: str, starts: list[str], problems: list[str]) -> set[str]:
    """Follows links from page to page and looks at one page of each kind. Returns the kinds that were read."""
    waiting, read = list(starts), set()
    while waiting:
        path = waiting.pop(0)
        kind = path if path in starts else KEY.sub("*", path)
        if kind in read or not path.startswith("/admin/") or NOT_PAGES.search(path):
            continue
        read.add(kind)
        answer = page.goto(address + path)
        if answer is not None and not answer.ok and path not in starts:
            problems.append(f"a link leads to {path}, which answers {answer.status}")
        if answer is None or not answer.ok or "html" not in answer.headers.get("content-type", ""):
            continue
        _look(page, problems)
        why = page.locator("#id_reason, #purpose_reason").locator("visible=true")
        if why.count() == 1:  # behind a purpose there is more
            if page.get_by_label("Case number").count():
                page.get_by_label("Case number").fill("26-000815")
            why.fill("Who may have seen the van")
            why.press("Enter")
            page.wait_for_load_state()
            _look(page, problems)
        waiting += [_place(link) for link in page.locator("#container a[href]").evaluate_all(LINKS)]
        page.evaluate(FORGET)
    return read


def _place(link: str) -> str:
    """The address without filters and pages; what it is about stays."""
    parts = urlsplit(link)
    about = [one for one in parse_qsl(parts.query) if one[0] in ("case", "request")]
    return f"{parts.path}?{urlencode(about)}" if about else parts.path


@pytest.mark.parametrize(("role", "width"), list(zip(Role, cycle([390, 1280]), strict=False)), ids=str)
def test_all_pages_of_a_role_can_be_read_in_the_dark(agency, role, width, browser: Browser, live_server, shoot):
    problems: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme="dark", locale="en-US")
    session = sign_in(Client(), staff(role, agency)).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])
    _listen(page, problems)
    requests = [f"{REQUESTS}{one.public_id}/" for one in FootageRequest.objects.all()]
    drafts = [f"/admin/specifications/specification/{one.public_id}/" for one in Specification.objects.all()]
    terms = [f"/admin/terms/termsversion/{one.public_id}/" for one in TermsVersion.objects.all()]
    starts = ["/admin/", *SHEETS.get(role, []), *requests, *drafts, *terms]
    pages = _read(page, live_server.url, starts, problems)
    shoot(page, f"last-{role}")
    page.context.close()
    assert problems == [], "\n".join(problems)
    assert len(pages) > len(starts), "links lead on from where the role starts"
