"""A detective watches two videos in step: what the page names is what is burnt into the pictures of both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.services.excerpts import due_excerpts, make_excerpt
from apps.ledger.models import Entry
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.evidence import invitation
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.marks import mark_on
from tests.factories.numbered import FILMS, READ_NUMBER, numbered
from tests.factories.people import staff
from tests.flows.test_item_player import sign_in_as
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEGIN = datetime(2026, 11, 28, 23, 10)
LATER_S = 3
RATE = 25

# What each visible video shows: the number that the page tells, and the one that the picture carries.
SHOWN = """() => [...document.querySelectorAll('[data-clip]')].map(section => [
  Number(section.dataset.picture ?? 0) - 1, (READ_NUMBER)(section.querySelector('video')),
])""".replace("READ_NUMBER", READ_NUMBER)


def films(count: int = 2) -> list[EvidenceItem]:
    """Numbered films of one case; each begins some seconds later, by clocks that are wrong in different ways."""
    film = next(film for film in FILMS if film.name == "constant")
    made, items = invitation(), []
    for number in range(count):
        item = playable_item(numbered(film), sent_through=made)
        minutes = (5, -2, 0, 60)[number]
        reading = BEGIN + timedelta(seconds=LATER_S * number, minutes=minutes)
        SenderNote.objects.create(upload=item.upload, begins=reading.isoformat(), clock_minutes=minutes)
        items.append(item)
    return items


def open_desk(page: Page, live_server: LiveServer, items: list[EvidenceItem]) -> None:
    detective = staff(Role.DETECTIVE, items[0].agency)
    purpose_for_case(detective, items[0])
    sign_in_as(page, live_server, detective)
    page.goto(live_server.url + reverse("admin:agencies_case_desk", args=[items[0].submission.case.public_id]))
    for item in items:
        page.locator(f"input[value='{item.public_id}']").check()
    page.get_by_role("button", name="Open on the desk").click()
    expect(page.locator("#desk[data-ready]")).to_be_visible()


def rest(page: Page) -> None:
    """Until no picture is being sought."""
    settled = """() => [...document.querySelectorAll('[data-clip]:not([data-is-outside])')].every(section =>
      section.offsetParent === null || (section.dataset.picture && !section.querySelector('video').seeking))"""
    wait_until(lambda: page.evaluate(settled), "the pictures stand", pause=lambda: page.wait_for_timeout(20))
    page.wait_for_timeout(60)


def shown(page: Page) -> list[list[int]]:
    rest(page)
    found: list[list[int]] = page.evaluate(SHOWN)
    return found


def test_two_videos_go_picture_by_picture_in_step(page: Page, live_server: LiveServer) -> None:
    open_desk(page, live_server, films())
    assert shown(page)[0] == [0, 0]
    expect(page.locator("[data-clip='2'] [data-outside]")).to_be_visible()
    expect(page.locator("[data-clock]")).to_contain_text("23:10:00.000")
    expect(page.locator("[data-clip='1'] [data-recorder]")).to_have_text("23:15:00.000")

    page.keyboard.press("]")  # to the begin of the second
    assert shown(page) == [[75, 75], [0, 0]]
    expect(page.locator("[data-clip='2'] [data-recorder]")).to_have_text("23:08:03.000")
    for _ in range(5):
        page.keyboard.press(".")
        rest(page)
    assert shown(page) == [[80, 80], [5, 5]]
    page.keyboard.press("2")
    page.keyboard.press(",")
    assert shown(page) == [[79, 79], [4, 4]]
    page.keyboard.press("l")
    assert shown(page) == [[104, 104], [29, 29]]
    page.keyboard.press("j")
    assert shown(page) == [[79, 79], [4, 4]]
    number = page.locator("[data-clip='2'] input[type=number]")
    number.fill("201")
    number.press("Enter")
    assert shown(page) == [[275, 275], [200, 200]]


def test_two_videos_play_in_step_and_stop_at_one_moment(page: Page, live_server: LiveServer) -> None:
    open_desk(page, live_server, films())
    page.keyboard.press("]")
    rest(page)
    for _ in range(3):
        page.keyboard.press("k")
        page.wait_for_timeout(900)
        drift = page.evaluate("""() => {
          const [one, two] = [...document.querySelectorAll('video')].map(video => video.currentTime);
          return one - two;
        }""")
        assert drift == pytest.approx(LATER_S, abs=0.25)
        page.keyboard.press("k")
        (first, seen), (second, seen_too) = shown(page)
        assert (first, second) == (seen, seen_too)
        assert first - second == LATER_S * RATE
        assert first > LATER_S * RATE


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_the_desk_fits_the_screen_and_breaks_no_rule_of_access(
    width: int, theme: str, new_page: NewPage, live_server: LiveServer, shoot
) -> None:
    page: Page = new_page(width=width, color_scheme=theme)
    open_desk(page, live_server, films())
    page.keyboard.press("]")
    rest(page)
    assert_accessible(page)
    assert_fits(page)
    visible = page.evaluate("[...document.querySelectorAll('[data-clip]')].filter(one => one.offsetParent).length")
    assert visible == (1 if width == 390 else 2)
    shoot(page, f"desk-{width}-{theme}")
    if width == 390:
        page.locator("[data-select='2']").click()
        assert shown(page)[1] == [0, 0]
        page.keyboard.press(".")
        assert shown(page)[1] == [1, 1]


def test_four_at_once_keep_in_step(page: Page, live_server: LiveServer) -> None:
    open_desk(page, live_server, films(4))
    for _ in range(3):
        page.keyboard.press("]")
        rest(page)
    page.keyboard.press("k")
    page.wait_for_timeout(1500)
    page.keyboard.press("k")
    pictures = shown(page)
    assert all(named == seen for named, seen in pictures)
    assert [pictures[0][0] - one[0] for one in pictures] == [LATER_S * RATE * number for number in range(4)]
    assert pictures[3][0] > 0


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_are_made_changed_and_undone_by_keyboard(page: Page, live_server: LiveServer, width: int, shoot) -> None:
    first, second = films()
    open_desk(page, live_server, [first, second])
    looks = Entry.objects.filter(action="evidence_item.viewed").count()
    page.keyboard.press("]")
    page.keyboard.press("2")
    rest(page)
    page.keyboard.press(".")
    rest(page)
    page.keyboard.press("i")
    page.keyboard.press("l")
    rest(page)
    page.keyboard.press("o")
    page.keyboard.press("m")
    page.keyboard.type("He drops the bag, k.")
    page.get_by_label("Star").check()
    page.get_by_label("Note").press("Control+Enter")
    expect(page.get_by_text("The mark is kept.")).to_be_visible()
    go = page.get_by_role("button", name="2: pictures 2 to 27")
    expect(go).to_be_visible()
    expect(page.get_by_text("true time 23:10:03.040, recorder 23:08:03.040")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    shoot(page, "marks")

    page.keyboard.press("[")
    go.press("Enter")
    if width == 1280:
        assert shown(page) == [[76, 76], [1, 1]]
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Note").fill("He drops a red bag.")
    page.get_by_label("Note").press("Control+Enter")
    expect(page.get_by_text("He drops a red bag.")).to_be_visible()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Nobody has marked anything in these videos.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("He drops a red bag.")).to_be_visible()
    assert Entry.objects.filter(action="evidence_item.viewed").count() == looks

    page.goto(live_server.url + reverse("admin:agencies_case_change", args=[first.submission.case.public_id]))
    page.get_by_role("link", name="pictures 2 to 27").click()
    expect(page.locator("#desk[data-ready]")).to_be_visible()
    assert shown(page) == [[1, 1]]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_still_of_a_mark_is_made_and_saved(page: Page, live_server: LiveServer, width: int, shoot) -> None:
    (item,) = films(1)
    open_desk(page, live_server, [item])
    rest(page)
    page.keyboard.press("m")
    page.keyboard.type("The gate opens.")
    page.get_by_label("Note").press("Control+Enter")
    page.get_by_role("button", name="Make a still").click()
    expect(page.get_by_text("being made", exact=False).first).to_be_visible()
    (due,) = due_excerpts()
    assert make_excerpt(pk=due)
    save = page.get_by_role("button", name="Save a copy")
    expect(save).to_be_visible(timeout=15_000)
    assert_accessible(page)
    assert_fits(page)
    shoot(page, "still")
    with page.expect_download() as saved:
        save.click()
    assert saved.value.suggested_filename.endswith("-1.jpg")
    page.goto(live_server.url + reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
    expect(page.get_by_text("A still or a clip of it was taken.")).to_be_visible()
    shoot(page, "item")


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_a_case_story_is_saved_from_marks(
    width: int, theme: str, new_page: NewPage, live_server: LiveServer, shoot
) -> None:
    page: Page = new_page(width=width, color_scheme=theme)
    (item,) = films(1)
    detective = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(detective, item)
    mark_on(item, detective, "The gate opens.")
    mark_on(item, detective, "My theory of it.", pictures=(50, 80), work_product=True)
    sign_in_as(page, live_server, detective)
    page.goto(live_server.url + reverse("admin:agencies_case_change", args=[item.submission.case.public_id]))
    page.get_by_role("link", name="Case story (PDF)").click()
    page.get_by_label("camera 1.mp4, picture 11").check()
    page.get_by_role("button", name="Make the stills").click()
    expect(page.get_by_text("Stills are being made.")).to_be_visible()
    for pk in due_excerpts():
        assert make_excerpt(pk=pk)
    save = page.get_by_role("button", name="Save the story (PDF)")
    expect(save).to_be_visible(timeout=15_000)
    assert_accessible(page)
    assert_fits(page)
    shoot(page, f"story-{theme}")
    page.get_by_label("Title").fill("The gate")
    with page.expect_download() as saved:
        save.click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
