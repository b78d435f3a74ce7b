"""An officer takes a recorder's export at the scene: who gives it, the signature, the files, the receipt."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.evidence.handover_signature import Signature
from apps.evidence.models import EvidenceItem, Handover
from apps.evidence.services import sealing
from apps.footage_requests.models import Invitation
from apps.links.models import Link
from tests.factories import evidence as factories
from tests.factories.sessions import sign_in
from tests.flows.walking import DESK, PHONE, walking
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


def draw(page: Page) -> None:
    """A line across the field, by the mouse."""
    field = page.locator("#signature")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 30 + step * 25, box["y"] + 30 + (step % 3) * 15)
    page.mouse.up()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_export_is_taken_signed_and_receipted_at_the_scene(
    web: Server, invitation: Invitation, tmp_path: Path, width: int
) -> None:
    content = random.Random(width).randbytes(3_000_000)
    export = tmp_path / "export.dav"
    export.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    officer = invitation.request.author
    with walking(web.url, width) as walk:
        page = walk.page
        session = sign_in(Client(), officer).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": web.url}])
        walk.go(reverse("admin:agencies_case_change", args=[invitation.request.case.public_id]))
        page.get_by_role("link", name="Take video at the scene").click()
        page.get_by_label("Who gives it?").fill("Ann Ash")
        page.get_by_label("E-mail").fill("ann@example.org")
        page.get_by_label("What is given?").fill("The recording of the front door")
        page.get_by_label("From, by the true time").fill("2026-03-01T22:00")
        page.get_by_label("To", exact=True).fill("2026-03-01T23:00")
        walk.check()
        page.get_by_role("button", name="Go on to the signature").click()
        page.get_by_role("link", name="Read and sign").click()
        expect(page.get_by_text("It becomes evidence.")).to_be_visible()
        page.get_by_label("Your name").fill("Ann Ash")
        walk.check()
        draw(page)
        page.get_by_role("button", name="I agree and sign").click()
        expect(page.get_by_role("heading", name="Take the files")).to_be_visible()
        expect(page.locator("#sender")).to_be_visible()  # once the page's script listens
        page.get_by_label("Choose video files").set_input_files([export])
        walk.check()
        page.locator("#send").click()
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
        item = EvidenceItem.objects.get()
        assert item.client_digest == digest
        assert sealing.hash_and_seal(item_pk=item.pk)
        page.get_by_role("link", name="All sent: show the receipt's code to scan").click()
        expect(page.get_by_text("Your browser's digest and the portal's are the same.")).to_be_visible()
        expect(page.locator(".scan")).to_be_visible()
        assert len(Signature.from_json(Handover.objects.get().signature).strokes) == 1
        walk.check()
    with walking(web.url, width) as walk:
        link = Link.objects.get(kind="handover")
        walk.go(f"{link.of_kind.path(link.subject)}#{link.token}")
        expect(walk.page.get_by_text(digest)).to_be_visible()
        walk.check()
