"""A real Chromium: pages of several people, at phone and desk width, with their complaints collected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins import axe
from tests.plugins.chromium import CHROMIUM, closing_contexts
from tests.waiting import PATIENCE_S, wait_until

expect.set_options(timeout=PATIENCE_S * 1000)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# To read what a stylesheet imports (the admin's `forms.css` does), axe would write an inline style, and the policy
# refuses that with an error in the console.
RUN = """rules => {
  const imports = [...document.styleSheets].some(sheet => [...sheet.cssRules].some(r => r instanceof CSSImportRule));
  const options = {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: !imports};
  return axe.run(document, options);
}"""
HEIGHTS = {390: 844, 1280: 800}
NewPage = Callable[..., Page]


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The shared Chromium, which talks to nobody but the test's server; what the test opens in it is closed."""
    with closing_contexts() as shared:
        yield shared


@pytest.fixture(scope="session", autouse=True)
def chromium_ends_with_the_tests() -> Iterator[None]:
    """It starts with the first test that needs one."""
    yield
    CHROMIUM.end()


@pytest.fixture(autouse=True)
def axe_takes_turns(request: pytest.FixtureRequest) -> None:
    """Axe learns at which widths this test walks."""
    axe.notes_the_widths_of(request.node)


@pytest.fixture
def width() -> int:
    """Of the window, in CSS pixels; `@pytest.mark.parametrize("width", [390, 1280])` takes its place."""
    return 1280


@pytest.fixture
def new_page(browser: Browser, width: int) -> Iterator[NewPage]:
    """Opens the window of one more person (cookies of their own); script errors and CSP violations fail the test."""
    problems: list[str] = []

    def opened(**options: Any) -> Page:
        wide = options.pop("width", width)
        defaults = {"viewport": {"width": wide, "height": HEIGHTS.get(wide, 800)}, "locale": "en-US"}
        page = browser.new_context(**{**defaults, **options}).new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: problems.append(f"{page.url}: {line.text}") if "Content Security" in line.text else None,
        )
        return page

    yield opened
    assert problems == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One person's window."""
    return new_page()


@pytest.fixture
def shoot(request: pytest.FixtureRequest, width: int) -> Callable[[Page, str], None]:
    """`shoot(page, name)` keeps a picture of the whole page in $SCREENSHOTS; without that it takes none."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            path = Path(folder) / f"{request.node.name.partition('[')[0]}-{name}-{width}.png"
            page.screenshot(path=path, full_page=True)

    return take


def assert_accessible(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """No rule of WCAG 2.2 AA that axe can check is broken on the page as it stands; `but` names rules to leave out."""
    axe.on_the_page_that_came(page, lambda: _examine(page, but))


def _examine(page: Page, but: tuple[str, ...]) -> None:
    if not axe.has_its_turn(page):
        return
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, RULES)
    broken = [
        f"{rule['id']} ({rule['help']}): {node['html'][:200]}"
        for rule in found["violations"]
        if rule["id"] not in but
        for node in rule["nodes"]
    ]
    assert broken == [], "\n".join([page.url, *broken])


def assert_fits(page: Page) -> None:
    """Nobody has to scroll sideways to read the page."""
    fits = "root => root.scrollWidth <= window.innerWidth"
    assert page.locator("html").evaluate(fits), f"{page.url} is too wide"  # waits for a page that is on its way


def wait_until_video(page: Page, question: str) -> None:
    """Ask the page's video until it says yes; Playwright's own waiting needs an `eval`, which our policy forbids."""
    wait_until(
        lambda: page.eval_on_selector("video", f"video => {question}"),
        question,
        pause=lambda: page.wait_for_timeout(50),
    )


def looked_at(page: Page, shoot: Callable[[Page, str], None], name: str) -> None:
    """The page is accessible, fits into its window, and is kept as a picture where pictures are kept."""
    assert_accessible(page)
    axe.on_the_page_that_came(page, lambda: assert_fits(page))
    shoot(page, name)
