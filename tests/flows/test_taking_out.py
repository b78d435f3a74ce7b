"""A detective takes the suspect's camera out of an open request; its owner reads that much and never why."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.footage_requests.states import MatchState
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, ZoneFactory, registrant
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "es"), (1280, "dark", "en")])
def test_a_camera_is_taken_out_and_its_owner_never_reads_why(web, new_page, shoot, width, scheme, language):
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    owner, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Back yard"))
    for who in (opened.author, owner):
        who.language = language
        who.save(update_fields=["language"])
    page = desk_of(opened.author, new_page, web, color_scheme=scheme)
    page.goto(f"{web.url}/admin/footage_requests/footagerequest/{opened.request.public_id}/")
    page.locator("details.link summary").first.click()
    page.locator(".take-out select").first.select_option("suspect")
    page.locator(".take-out input[name=words]").first.fill("Named in the report.")
    assert_accessible(page)
    shoot(page, f"form-{scheme}")
    page.locator(".take-out button").first.click()
    expect(page.locator("tbody .quiet", has_text="sospechoso" if language == "es" else "suspect")).to_be_visible()
    assert_fits(page)
    shoot(page, f"board-{scheme}")
    assert opened.request.matches.filter(state=MatchState.TAKEN_OUT).count() == 1

    page = desk_of(owner, new_page, web, color_scheme=scheme)
    page.goto(web.url + reverse("footage_requests:invitation", args=[opened.invitations[0].public_id]))
    gone = "ya no se necesita" if language == "es" else "no longer needed"
    expect(page.get_by_text(gone)).to_be_visible()
    for word in ("suspect", "sospechoso", "report"):
        assert word not in page.locator("main").inner_text()
    assert_accessible(page)
    shoot(page, f"owner-{scheme}")
