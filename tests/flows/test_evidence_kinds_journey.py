"""Staff open a film by its strip, a call, messages and a file that no browser plays, and restrict one of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.evidence.format_guides import read_guides
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.evidence.services.format_guides import load_format_guides
from apps.ledger.values import Actor
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.evidence import received_item
from tests.factories.items import purpose_for_case
from tests.factories.people import cleared_staff, staff
from tests.flows.test_item_player import sign_in_as
from tests.plugins.browser import assert_accessible, assert_fits, wait_until_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looked_at(content: bytes | Path, filename: str) -> EvidenceItem:
    item = received_item(content, filename=filename)
    assert sealing.hash_and_seal(item_pk=item.pk)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    return item


def call(folder: Path) -> bytes:
    target = folder / "call.wav"
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=6:sample_rate=8000", "-c:a", "pcm_mulaw"]
    subprocess.run([configured.FFMPEG_BINARY, "-v", "error", *tone, str(target)], check=True)
    return target.read_bytes()


def open_as(page: Page, live_server: LiveServer, user: User, item: EvidenceItem) -> None:
    purpose_for_case(user, item)
    page.context.clear_cookies()
    sign_in_as(page, live_server, user)
    page.goto(live_server.url + reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))


def check_both_widths(page: Page) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)


def test_staff_open_each_kind_and_restrict_one(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    load_format_guides(guides=read_guides(), actor=Actor.system("test"))

    film = looked_at(clip("h264", seconds=20), "Driveway.mp4")
    open_as(page, live_server, staff(Role.DETECTIVE, film.agency), film)
    wait_until_video(page, "video.readyState >= 2")
    page.get_by_role("button", name="0:10").click()
    wait_until_video(page, "!video.seeking && Math.abs(video.currentTime - 10) < 0.1")
    check_both_widths(page)

    sound = looked_at(call(tmp_path), "911.wav")
    open_as(page, live_server, staff(Role.DETECTIVE, sound.agency), sound)
    wait_until_video(page, "video.duration > 5.5 && video.videoWidth === 0")
    check_both_widths(page)

    dvr = looked_at(b"\x07\x11" + bytes(range(256)) * 40, "Camera 1.g64x")
    open_as(page, live_server, staff(Role.DETECTIVE, dvr.agency), dvr)
    expect(page.get_by_text("Genetec Security Center G64")).to_be_visible()
    check_both_widths(page)

    text = looked_at(b"22:04 <b>Where are you?</b>\n" * 20, "messages.txt")
    cleared, detective = cleared_staff(Role.SUPERVISOR, text.agency), staff(Role.DETECTIVE, text.agency)
    open_as(page, live_server, detective, text)
    expect(page.locator("pre.text-preview")).to_contain_text("<b>Where are you?</b>")
    page.get_by_text("Restrict this item").click()
    page.get_by_label("Why is it restricted?").fill("It names a victim.")
    page.get_by_role("button", name="Restrict it", exact=True).click()
    expect(page.get_by_text("Only cleared colleagues see it now.")).to_be_visible()
    page.goto(live_server.url + reverse("admin:evidence_evidenceitem_change", args=[text.public_id]))
    expect(page.locator("pre.text-preview")).to_have_count(0)
    open_as(page, live_server, cleared, text)
    expect(page.get_by_text("It names a victim.")).to_be_visible()
    check_both_widths(page)
