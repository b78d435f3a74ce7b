"""One Chromium for all tests of a process: starting one costs more than most pages; a fresh context keeps nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from scripts.browser import FLAGS, find_chromium

# Maps need WebGL, also where there is no graphics card.
OPTIONS = (*FLAGS, "--enable-unsafe-swiftshader")
_ALLOWED = "DJANGO_ALLOW_ASYNC_UNSAFE"


class Chromium:
    """Starts when it is first asked for, and again if it has crashed."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._allowed = os.environ.get(_ALLOWED)

    @property
    def playwright(self) -> Playwright:
        """The library, for a test that starts a browser of its own."""
        if self._playwright is None:
            self._allowed = os.environ.get(_ALLOWED)
            os.environ[_ALLOWED] = "true"  # Playwright runs a loop in this thread
            self._playwright = sync_playwright().start()
        return self._playwright

    @property
    def browser(self) -> Browser:
        """The shared one: what a test opens in it, the test closes."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = self.playwright.chromium.launch(
                executable_path=program(), headless=True, args=list(OPTIONS), chromium_sandbox=False
            )
        return self._browser

    def end(self) -> None:
        """Close it and give the thread its loop back."""
        if self._browser is not None and self._browser.is_connected():
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
            if self._allowed is None:
                del os.environ[_ALLOWED]
            else:
                os.environ[_ALLOWED] = self._allowed
        self._browser = self._playwright = None


CHROMIUM = Chromium()


def program() -> str:
    """The path of Chromium; fails the test without one."""
    found = find_chromium()
    if found is None:
        pytest.fail("No Chromium was found: set CHROMIUM or install one.")
    return found


@contextmanager
def closing_contexts() -> Iterator[Browser]:
    """The shared browser; every context that is opened in it during the block is closed after it."""
    browser = CHROMIUM.browser
    before = browser.contexts
    try:
        yield browser
    finally:
        for context in browser.contexts:
            if context not in before:
                context.close()
