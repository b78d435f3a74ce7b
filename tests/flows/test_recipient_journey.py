"""A prosecutor without an account in the browser: link, code, look, copy; a link that is over is asked for again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.sharing.models import Grant
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.sessions import sign_in
from tests.factories.sharing import grant_of, office_agreement, playable_accepted
from tests.plugins.browser import NewPage, assert_accessible, assert_fits, wait_until_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def newest_link(grant: Grant, live_server: LiveServer) -> str:
    """The address in the newest letter, at this server."""
    letter = Message.objects.filter(kind="grant.link").latest("pk")
    path = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
    assert path is not None
    return live_server.url + path[1]


def mailed_code() -> str:
    found = re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert found is not None
    return found[1]


def look_at(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_a_prosecutor_enters_watches_saves_and_asks_for_another_link(
    width: int, theme: str, new_page: NewPage, live_server: LiveServer, shoot: Callable[..., None]
) -> None:
    item = playable_accepted()
    grant = grant_of(
        item,
        agreement=office_agreement(item.agency),
        recipient="Casey Counsel",
        address="casey@court.example",
        downloads=True,
    )
    page: Page = new_page(width=width, color_scheme=theme)
    page.goto(newest_link(grant, live_server))
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_visible()
    look_at(page)
    shoot(page, f"code-{theme}")
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("link", name=item.filename)).to_be_visible()
    page.get_by_label("How does the case stand?").select_option("filed")
    page.get_by_role("button", name="Tell the owners").click()
    expect(page.get_by_text("charges were filed.")).to_be_visible()
    look_at(page)
    shoot(page, f"folder-{theme}")
    page.get_by_role("link", name=item.filename).click()
    wait_until_video(page, "!video.seeking && video.readyState >= 2")
    look_at(page)
    shoot(page, f"video-{theme}")
    assert Entry.objects.filter(action="evidence_item.shared_viewed").count() == 1
    with page.expect_download():
        page.get_by_role("button", name="Save the working copy").click()
    assert Entry.objects.filter(action="evidence_item.shared_saved").count() == 1

    old = newest_link(grant, live_server)
    Grant.objects.filter(pk=grant.pk).update(link_ends_at=timezone.now())
    page.goto(old.partition("#")[0])
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
    look_at(page)
    shoot(page, f"over-{theme}")
    page.get_by_role("button", name="Ask for a new link").click()
    expect(page.get_by_text("A new link is on its way to your mailbox.")).to_be_visible()
    renewed = newest_link(grant, live_server)
    assert renewed != old
    # The browser still stands on the page of the older link: only what follows the sign of number is another.
    page.goto(renewed)
    expect(page.get_by_role("link", name=item.filename)).to_be_visible()

    owner = item.submission.partner.memberships.get().user
    session = sign_in(Client(), owner).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + reverse("web:given"))
    expect(page.get_by_text("It was shared.")).to_be_visible()
    expect(page.get_by_text("charges were filed")).to_be_visible()
    look_at(page)
    shoot(page, f"owner-{theme}")
