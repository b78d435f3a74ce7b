"""A shop names its head office's address, and somebody there says yes and later no. In Spanish, phone and desk."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from apps.notifications.models import Message
from apps.partners.models import Partner, SharedInbox
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, looked_at
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = "video@head-office.example.org"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_a_head_office_says_yes_and_later_no_in_spanish(web: Server, new_page: NewPage, shoot, width, scheme):
    user, _partner = registrant(AgencyFactory.create())
    Partner.objects.update(vouched_at=timezone.now())
    user.language = "es"
    user.save(update_fields=["language"])
    page = new_page()
    page.emulate_media(color_scheme=scheme)
    session = sign_in(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": web.url}])
    page.goto(f"{web.url}/members/")
    page.locator("#id_inbox").fill(OFFICE)
    page.locator("form:has(#id_inbox) button").click()
    expect(page.get_by_text("sin confirmar")).to_be_visible()
    looked_at(page, shoot, f"members-{scheme}")

    letter = Message.objects.get(kind="partner.inbox").words.text
    assert "Abra este enlace" in letter
    address = re.search(r"https?://\S+/inbox/\S+", letter)
    assert address is not None
    office = new_page(locale="es")
    office.emulate_media(color_scheme=scheme)
    office.goto(address[0].replace(settings.SITE_URL, web.url))
    office.locator("[name=yes]").wait_for()
    looked_at(office, shoot, f"asked-{scheme}")
    office.locator("[name=yes]").click()
    office.locator("[name=no]").wait_for()
    looked_at(office, shoot, f"yes-{scheme}")
    assert SharedInbox.objects.get().verified_at is not None
    office.locator("[name=no]").click()
    office.locator("[name=no]").wait_for(state="detached")
    looked_at(office, shoot, f"no-{scheme}")
    assert SharedInbox.objects.get().ended_at is not None
