"""A custodian shares, packs and answers with a redacted copy; counsel outside plays it and reads what was removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.disclosure.models import Export, RequestedItem
from apps.disclosure.services import add_items
from apps.sharing.models import Grant, GrantItem
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.disclosure import taken_request
from tests.factories.items import playable_item
from tests.factories.numbered import FILMS, numbered
from tests.factories.redaction import proven, somebody
from tests.factories.sharing import accepted, office_agreement
from tests.flows.test_item_player import sign_in_as
from tests.plugins.browser import NewPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VARIABLE = next(film for film in FILMS if film.name == "variable rate")


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (390, "es")])
def test_a_redacted_copy_goes_out_in_place_of_its_video(
    new_page: NewPage,
    live_server: LiveServer,
    shoot: Callable[[Page, str], Path],
    language: str,
    own_folders: object,  # noqa: F811 - the fixture above
) -> None:
    item = accepted(playable_item(numbered(VARIABLE)))
    copy = proven(item)
    custodian = somebody(item, Role.RECORDS_CUSTODIAN)
    custodian.language = language
    custodian.save()
    agreement, case = office_agreement(item.agency), item.submission.case
    page = new_page()
    sign_in_as(page, live_server, custodian)

    page.goto(live_server.url + reverse("admin:sharing_grant_give", args=[case.public_id]))
    page.locator('[name="agreement"]').select_option(str(agreement.public_id))
    page.locator('[name="recipient"]').fill("Casey Counsel")
    page.locator('[name="address"]').fill("casey@court.example")
    page.locator('[name="reason"]').fill("Discovery in the burglary.")
    page.locator(f'[name="items"][value="{item.public_id}"]').check()
    page.locator('[name="redacted"]').select_option(str(copy.public_id))
    page.locator('[name="downloads"]').check()
    page.locator('[name="last_day"]').fill(today_in(item.agency).isoformat())
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"redacted-share-{language}")
    page.locator(".staff-page button.act-first").click()
    expect(page.locator(".staff-page")).to_contain_text(copy.made.digest)
    shoot(page, f"redacted-shared-{language}")
    assert GrantItem.objects.get(grant=Grant.objects.get()).redaction == copy

    page.goto(live_server.url + reverse("admin:disclosure_export_request", args=[case.public_id]))
    page.locator(f'[name="items"][value="{item.public_id}"]').check()
    page.locator('[name="redacted"]').select_option(str(copy.public_id))
    page.locator('[name="recipient"]').fill("The newspaper")
    page.locator('[name="reason"]').fill("Its records request.")
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"redacted-export-{language}")
    page.locator(".staff-page button.act-first").click()
    expect(page.locator(".staff-page")).to_contain_text(copy.title)
    assert_fits(page)
    shoot(page, f"redacted-exported-{language}")
    assert Export.objects.get().items.get().redaction == copy

    asked = taken_request(custodian, item.agency)
    add_items(request=asked, user=custodian, items=[item.public_id])
    page.goto(live_server.url + reverse("admin:disclosure_recordsrequest_change", args=[asked.public_id]))
    decide = page.locator(".records-item details").first
    decide.locator("summary").click()
    expect(decide.locator('[name="redaction"]')).to_have_value(str(copy.public_id))
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"redacted-records-{language}")
    decide.locator("button").click()
    expect(page.locator(".records-item .panel-problem")).to_contain_text("119.071(2)(d)")
    shoot(page, f"redacted-records-lacks-{language}")
    assert RequestedItem.objects.get().redaction == copy
