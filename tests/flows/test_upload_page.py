"""An owner sends files from a real browser to a real server."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.services import intake, sealing
from apps.footage_requests.models import Invitation
from apps.footage_requests.states import RequestState
from apps.ledger.values import Actor
from apps.uploads import staging
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.factories import clips
from tests.factories import evidence as factories
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.plugins.chromium import CHROMIUM, OPTIONS, program
from tests.uploads.live import Server, cookie_for
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MB = 1024 * 1024
LONG, SLOW = 96 * MB, 3 * MB  # bytes, bytes a second
OpenBrowser = Callable[[], BrowserContext]


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def open_browser(tmp_path: Path, web: Server, invitation: Invitation) -> Iterator[OpenBrowser]:
    """Opens the browser of one person: closing it and opening it again keeps what it had stored."""
    name, _, value = cookie_for(invitation).partition("=")
    opened: list[BrowserContext] = []

    def open_it() -> BrowserContext:
        context = CHROMIUM.playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=program(),
            headless=True,
            args=list(OPTIONS),
            chromium_sandbox=False,
            viewport={"width": 390, "height": 844},
        )
        opened.append(context)
        context.add_cookies([{"name": name, "value": value.strip('"'), "url": web.url}])
        return context

    yield open_it
    for context in opened:
        context.close()


def upload_page(context: BrowserContext, web: Server, invitation: Invitation, problems: list[str]) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
    page.goto(f"{web.url}/i/{invitation.public_id}/upload/")
    assert_accessible(page)
    return page


def choose(page: Page, *files: Path) -> None:
    """Choose files; they lie on the page, and nothing is sent."""
    page.get_by_label("Choose video files").set_input_files(list(files))
    expect(page.get_by_text("Nothing is sent yet.").first).to_be_visible()


def send(page: Page, *files: Path) -> None:
    """Choose files and send them."""
    choose(page, *files)
    page.locator("#send").click()


def slow_down(page: Page, bytes_per_second: int) -> Callable[[], None]:
    """A slow uplink from here on; returns what makes it fast again.

    With `LONG` bytes it leaves a busy machine half a minute to do in the page what has to come before the last byte.
    """
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def at(speed: int) -> None:
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed},
        )

    at(bytes_per_second)
    return lambda: at(-1)


def a_file(folder: Path, size: int, name: str = "front door.mp4") -> tuple[Path, str]:
    content = random.Random(size).randbytes(size)
    path = folder / name
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def test_two_files_arrive_and_the_receipt_shows_equal_digests(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    one, digest_of_one = a_file(tmp_path, 3 * MB)
    two, digest_of_two = a_file(tmp_path, 2 * MB, "recorder export.dav")
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        send(page, one, two)
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_have_count(2)
        expect(page.get_by_text(digest_of_one)).to_be_visible()
        assert_accessible(page)
        assert_fits(page)
        items = {item.filename: item for item in EvidenceItem.objects.select_related("submission")}
        assert items["front door.mp4"].client_digest == digest_of_one
        assert items["recorder export.dav"].client_digest == digest_of_two
        page.get_by_role("link", name="See the receipt").first.click()
        expect(page.get_by_text("The original is being sealed").first).to_be_visible()
        for item in items.values():
            sealing.hash_and_seal(item_pk=item.pk)
        expect(page.locator("[data-equal=yes]")).to_have_count(2)
        expect(page.get_by_text(digest_of_two)).to_be_visible()
        expect(page.get_by_text(items["front door.mp4"].submission.code)).to_be_visible()
        assert_accessible(page)
        assert_fits(page)
    assert problems == []


def test_upload_goes_on_by_itself_when_the_line_drops(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    path, digest = a_file(tmp_path, LONG)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        speed_up = slow_down(page, SLOW)
        send(page, path)
        expect(page.get_by_text("per second, about")).to_be_visible()
        web.kill()
        expect(page.get_by_text("The line dropped.").last).to_be_visible()
        web.start()
        speed_up()
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
    item = EvidenceItem.objects.get()
    assert item.client_digest == digest
    sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.digest == digest
    assert problems == []


def test_upload_goes_on_after_a_closed_browser_with_the_same_file(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    path, digest = a_file(tmp_path, LONG)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        slow_down(page, SLOW)
        send(page, path)
        expect(page.get_by_text("per second, about")).to_be_visible()
    wait_until(lambda: Upload.objects.get().offset)
    half = Upload.objects.get()
    assert half.offset < half.length
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        expect(page.get_by_text("Not finished yet")).to_be_visible()
        starts: list[int] = []
        page.on(
            "request",
            lambda one: starts.append(int(one.headers["upload-offset"])) if one.method == "PATCH" else None,
        )
        send(page, path)
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
    assert starts[0] >= half.offset
    assert Upload.objects.count() == 1
    item = EvidenceItem.objects.get()
    assert item.client_digest == digest
    sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.digest == digest
    assert problems == []


def test_pause_and_go_on_by_keyboard(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    path, digest = a_file(tmp_path, LONG)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        speed_up = slow_down(page, SLOW)
        send(page, path)
        expect(page.get_by_text("per second, about")).to_be_visible()
        page.get_by_role("button", name="Pause: front door.mp4").press("Enter")
        expect(page.get_by_text("Paused. What was sent is kept.")).to_be_visible()
        expect(page.get_by_role("status").last).to_contain_text("is paused")
        speed_up()
        page.get_by_role("button", name="Go on: front door.mp4").press("Space")
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
    assert EvidenceItem.objects.get().client_digest == digest
    assert problems == []


def test_empty_file_is_refused_with_a_sentence_and_others_go_on(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    empty = tmp_path / "empty.mp4"
    empty.touch()
    path, _digest = a_file(tmp_path, MB)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        send(page, empty, path)
        expect(page.get_by_text("empty.mp4 is empty, so there is nothing to send.", exact=True)).to_be_visible()
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
    assert EvidenceItem.objects.count() == 1


def test_file_that_changed_on_the_way_is_kept_and_the_receipt_says_so(
    open_browser: OpenBrowser, web: Server, invitation: Invitation
) -> None:
    item = factories.received_item(b"video", sent_through=invitation)
    intake.state_sender_digest(upload=item.upload, digest="ab" * 32, actor=Actor.system("test"))
    sealing.hash_and_seal(item_pk=item.pk)
    with open_browser() as context:
        page = context.new_page()
        page.goto(f"{web.url}/receipt/{item.submission.public_id}/")
        expect(page.locator("[data-equal=no]")).to_contain_text("Your file is kept as it arrived")
        expect(page.get_by_text("ab" * 32)).to_be_visible()
        assert_accessible(page)
        page.get_by_role("link", name="Answer the questions").click()
        assert_accessible(page)
        assert_fits(page)
        page.get_by_role("group", name="Did it work as usual").get_by_label("Yes").check()
        page.get_by_label("Your name").fill("Ada Reyes")
        page.get_by_label("What you are to the cameras").fill("owner")
        page.get_by_label("Under penalties of perjury").check()
        page.get_by_role("button", name="Sign").click()
        expect(page.get_by_text("You signed a statement")).to_be_visible()
    item.refresh_from_db()
    assert item.digest == hashlib.sha256(b"video").hexdigest()


def test_page_without_script_explains_itself(web: Server, invitation: Invitation, new_page: NewPage) -> None:
    name, _, value = cookie_for(invitation).partition("=")
    page = new_page(java_script_enabled=False)
    page.context.add_cookies([{"name": name, "value": value.strip('"'), "url": web.url}])
    page.goto(f"{web.url}/i/{invitation.public_id}/upload/")
    expect(page.get_by_role("heading", name="This page needs JavaScript")).to_be_visible()
    expect(page.get_by_label("Choose video files")).to_be_hidden()


def test_closed_link_shows_no_page(web: Server, invitation: Invitation, new_page: NewPage) -> None:
    page = new_page()
    answer = page.goto(f"{web.url}/i/{invitation.public_id}/upload/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("Your link is not open in this browser.")).to_be_visible()


def test_ended_request_refuses_a_new_file_with_a_sentence(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    type(invitation.request).objects.filter(pk=invitation.request_id).update(state=RequestState.CLOSED)
    path, _digest = a_file(tmp_path, MB)
    with open_browser() as context:
        page = upload_page(context, web, invitation, [])
        send(page, path)
        expect(page.locator(".failed")).to_contain_text("This request has ended. It takes no new files.")
        page.wait_for_timeout(1_500)
        expect(page.locator(".failed")).to_have_count(1)
    assert not Upload.objects.exists()


def test_file_that_is_not_wanted_after_all_is_taken_back(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    path, _digest = a_file(tmp_path, LONG)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        slow_down(page, SLOW)
        send(page, path)
        expect(page.get_by_text("per second, about")).to_be_visible()
        page.get_by_role("button", name="Do not send: front door.mp4").click()
        expect(page.get_by_text("front door.mp4 will not be sent.")).to_be_attached()
        expect(page.get_by_role("button", name="Pause: front door.mp4")).to_have_count(0)
        wait_until(lambda: Upload.objects.get().state == UploadState.ABANDONED)
        page.reload()
        expect(page.get_by_text("Not finished yet")).to_be_hidden()
    assert problems == []


def a_film(folder: Path, name: str, seconds: int = 4) -> Path:
    """A real film that browsers play."""
    return shutil.copy(clips.clip(seconds=seconds), folder / name)


def test_wrong_hour_is_noticed_before_anything_is_sent(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    zone = ZoneInfo(invitation.request.time_zone)
    wrong = (invitation.request.window_start - timedelta(hours=5)).astimezone(zone)
    right = invitation.request.window_start.astimezone(zone)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        choose(page, a_film(tmp_path, f"NVR_ch1_{wrong:%Y%m%d_%H%M%S}.mp4"))
        card = page.locator(".draft")
        expect(card).to_contain_text("By its time, it does not show what was asked")
        expect(card).to_contain_text("From the file's name.")
        expect(card.locator("video")).to_be_visible()
        assert card.locator("video").evaluate("film => film.videoWidth") > 0
        expect(card).to_contain_text("0:04")
        assert_accessible(page)
        assert_fits(page)
        card.get_by_label("It begins at").fill(right.strftime("%Y-%m-%dT%H:%M:%S"))
        expect(card).not_to_contain_text("By its time")
        expect(card).to_contain_text("part of the time asked")
        page.get_by_text("Tell the detective more").click()
        page.get_by_label("Is the recorder's clock right?").select_option("It is ahead")
        page.get_by_label("By how many minutes?").fill("600")
        expect(card).to_contain_text("By its time, it does not show what was asked")
        assert not Upload.objects.exists()
        page.get_by_label("Is the recorder's clock right?").select_option("It is right")
        page.get_by_label("A note for the detective").fill("Look at the second minute.")
        page.get_by_role("button", name="Send this file").click()
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
    note = SenderNote.objects.get()
    assert note.begins == right.replace(tzinfo=None, microsecond=0).isoformat()
    assert (note.clock_minutes, note.text) == (0, "Look at the second minute.")
    assert problems == []


def test_same_file_again_and_a_picture_are_said_before_sending(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    factories.received_item(b"video", sent_through=invitation)
    item = EvidenceItem.objects.get()
    sealing.hash_and_seal(item_pk=item.pk)
    again = tmp_path / "other name.mp4"
    again.write_bytes(b"video")
    picture = tmp_path / "photo.png"
    Image.new("RGB", (64, 48), "teal").save(picture)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        choose(page, again, picture)
        expect(page.locator(".draft").nth(0)).to_contain_text("You already sent this file")
        expect(page.locator(".draft").nth(1)).to_contain_text("This is a picture, not a video.")
        assert page.locator(".draft img").evaluate("picture => picture.naturalWidth") == 64
        assert_accessible(page)
        page.get_by_role("button", name="Leave out: other name.mp4").click()
        page.get_by_role("button", name="Leave out: photo.png").click()
        expect(page.get_by_role("button", name="Send", exact=False)).to_have_count(0)
        expect(page.get_by_label("Choose video files")).to_be_focused()
    assert Upload.objects.count() == 1
    assert problems == []


def test_many_short_files_are_one_recording_and_a_gap_is_named(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    begin = invitation.request.window_start.astimezone(ZoneInfo(invitation.request.time_zone))
    files = []
    for start, end in ((10, 15), (15, 20), (23, 25)):
        stamps = [f"{begin + timedelta(minutes=minutes):%Y%m%d%H%M%S}" for minutes in (start, end)]
        path = tmp_path / f"ch1_{'_'.join(stamps)}.dav"
        path.write_bytes(stamps[0].encode())
        files.append(path)
    with open_browser() as context:
        page = upload_page(context, web, invitation, [])
        choose(page, *files)
        expect(page.locator("#joined")).to_contain_text("3 files, one recording")
        expect(page.locator("#joined")).to_contain_text("Nothing for")
        expect(page.get_by_role("button", name="Send 3 files")).to_be_visible()
        assert_fits(page)


def decoded(film: Path) -> list[str]:
    """The digest of each picture of a film, decoded."""
    command = [settings.FFMPEG_BINARY, "-v", "error", "-i", str(film), "-map", "0:v", "-f", "framemd5", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout
    return [line.rsplit(",", 1)[1].strip() for line in said.splitlines() if not line.startswith("#")]


def test_minutes_instead_of_the_day_are_cut_without_touching_a_picture(
    open_browser: OpenBrowser, web: Server, invitation: Invitation, tmp_path: Path
) -> None:
    problems: list[str] = []
    begin = (invitation.request.window_start - timedelta(minutes=30)).astimezone(ZoneInfo(invitation.request.time_zone))
    day = tmp_path / f"{begin:%Y%m%d_%H%M%S}.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=1", "-f", "lavfi", "-i", "sine=frequency=440"]
    encoder = [
        "-c:v",
        "libx264",
        "-g",
        "7",
        "-bf",
        "2",
        "-c:a",
        "aac",
        "-b:a",
        "8k",
        "-ar",
        "8000",
        "-ac",
        "1",
        "-t",
        "6000",
    ]
    subprocess.run([settings.FFMPEG_BINARY, "-v", "error", *source, *encoder, str(day)], check=True, timeout=600)
    with open_browser() as context:
        page = upload_page(context, web, invitation, problems)
        choose(page, day)
        card = page.locator(".draft")
        expect(card).to_contain_text("1:40:00")
        card.get_by_role("button", name="Keep only the time asked").click()
        expect(card).to_contain_text("It will be marked as cut.")
        expect(card).to_contain_text("all of the time asked")
        expect(card.locator("video")).to_be_visible()
        assert_accessible(page)
        card.get_by_role("button", name="Send the whole file instead").click()
        expect(card).to_contain_text("1:40:00")
        card.get_by_role("button", name="Keep only the time asked").click()
        expect(card).to_contain_text("It will be marked as cut.")
        page.get_by_role("button", name="Send this file").click()
        expect(page.get_by_text("Sent. Every byte has arrived.")).to_be_visible()
        # What was cut out does not stay on somebody's computer.
        page.wait_for_function("async () => !(await (await navigator.storage.getDirectory()).keys().next()).value")
    item = EvidenceItem.objects.get()
    note = SenderNote.objects.get()
    assert note.cut_from_s is not None
    assert note.cut_to_s is not None
    assert 1680 - 7 <= note.cut_from_s <= 1680
    assert 5520 <= note.cut_to_s <= 5520 + 8
    whole, part = decoded(day), decoded(staging.path_of(item.upload))
    first = round(note.cut_from_s)
    assert part == whole[first : first + len(part)]
    assert len(part) == round(note.cut_to_s - note.cut_from_s)
    assert note.begins == f"{begin + timedelta(seconds=first):%Y-%m-%dT%H:%M:%S}"
    assert problems == []
