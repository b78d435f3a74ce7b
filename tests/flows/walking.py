"""A person at a browser: a page that notes what went wrong on it, and the checks that every page has to pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from tests.plugins import axe
from tests.plugins.chromium import closing_contexts

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PHONE, DESK = 390, 1280
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Walk:
    """One person's window of one width. `problems` collects errors of scripts and of the content security policy."""

    def __init__(self, page: Page, address: str, width: int) -> None:
        self.page, self.address, self.width = page, address, width
        self.problems: list[str] = []
        self._inspector = page.context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, line: Any) -> None:
        # A page that answers 4xx on purpose is reported as a failed resource; the test looks at that page itself.
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.problems.append(line.text)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def check(self) -> None:
        """Axe finds no violation of WCAG 2.2 AA, nothing is wider than the window, no script error, no CSP report."""
        axe.on_the_page_that_came(self.page, self._check)

    def _check(self) -> None:
        if axe.has_its_turn(self.page):
            self._examine()
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{self.page.url} is {too_wide} pixels wider than its window"
        assert self.problems == [], f"{self.page.url}: {self.problems}"

    def _examine(self) -> None:
        self._inspector.send("Runtime.evaluate", {"expression": AXE.read_text()})
        call = f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then(r => JSON.stringify(r.violations))"
        answer = self._inspector.send("Runtime.evaluate", {"expression": call, "awaitPromise": True})
        if "exceptionDetails" in answer:
            raise Error(answer["exceptionDetails"]["text"])
        found = [
            (violation["id"], [node["html"][:200] for node in violation["nodes"]])
            for violation in json.loads(answer["result"]["value"])
        ]
        assert found == [], f"{self.page.url}: {found}"

    def tab_to(self, selector: str, *, most: int = 80) -> None:
        """Moves the focus by the Tab key until it is on the element; the focus has to be visible there."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                shown = self.page.evaluate(
                    """() => { const at = document.activeElement, near = at.closest(".choice") ?? at;
                       return [at, near].some(e => getComputedStyle(e).outlineStyle !== "none"); }"""
                )
                assert shown, f"the focus on {selector} cannot be seen"
                return
        raise AssertionError(f"the Tab key never reached {selector} on {self.page.url}")

    def type_into(self, selector: str, text: str) -> None:
        """Tabs to a field and types, replacing what it holds."""
        self.tab_to(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Tabs to a control and presses a key on it."""
        self.tab_to(selector)
        self.page.keyboard.press(key)


@contextmanager
def walking(address: str, width: int = PHONE, *, locale: str = "en-US", **options: Any) -> Iterator[Walk]:
    """A fresh profile in the shared browser; `options` are those of Playwright's `new_context`."""
    with closing_contexts() as browser:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            locale=locale,
            reduced_motion="reduce",
            **options,
        )
        yield Walk(context.new_page(), address, width)
