"""A resident asks, a detective answers, the request ends, and the resident says how it went: by phone and desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.conversations.models import Thread
from apps.conversations.services import thank_owners, write_to_owner
from apps.footage_requests.services import close_request
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.media.test_pictures import with_gps
from tests.plugins.browser import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": ("Ask the detective a question, or get help", "Your message", "Send the message", "Very well"),
    "es": ("Hágale una pregunta al detective o pida ayuda", "Su mensaje", "Enviar el mensaje", "Muy bien"),
}


@pytest.mark.parametrize(("width", "language"), [(390, "es"), (1280, "en")])
def test_a_resident_asks_reads_the_answer_and_says_how_it_went(web, new_page, shoot, language):
    ask, message, send, well = WORDS[language]
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD", phone="850-891-4200")
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    by = {"user": opened.author, "actor": actor_for(opened.author)}
    page = new_page(locale=language)
    page.goto(f"{web.url}/i/{opened.invitation.public_id}/#{opened.token()}")
    page.get_by_role("link", name=ask).click()
    page.get_by_label(message, exact=True).fill("¿La puerta o la calle?\nMy recorder shows this:")
    page.locator("#id_files").set_input_files({"name": "screen.jpg", "mimeType": "image/jpeg", "buffer": with_gps()})
    assert_accessible(page)
    page.get_by_role("button", name=send).click()
    expect(page.locator(".said.owner img")).to_be_visible()
    write_to_owner(invitation=opened.invitation, text="The street, please. Press Backup, then choose the hour.", **by)
    page.reload()
    expect(page.locator(".said.agency")).to_contain_text("Press Backup")
    assert_accessible(page)
    shoot(page, f"conversation-{language}")
    assert_fits(page)
    close_request(request=opened.request, outcome="no_footage", **by)
    thank_owners(request=opened.request, text="", **by)
    page.reload()
    page.get_by_role("button", name=well).click()
    expect(page.get_by_role("button", name=well)).to_have_attribute("aria-pressed", "true")
    shoot(page, f"conversation-over-{language}")
    assert Thread.objects.get().rating == 5
