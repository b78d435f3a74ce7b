"""Axe takes turns: a page that a test walks at two widths and in two languages is examined at two of the four.

A page in English on a phone goes with the same page in Spanish at a desk, its neighbor with the other two. So each page
is examined at both widths and, where the walk has both, in both languages. A walk at one width is always examined.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page

PHONE = 600
_walks_at_both_widths = False


def notes_the_widths_of(item: pytest.Item) -> None:
    """What follows is the walk of this test."""
    global _walks_at_both_widths
    widths = {value for marker in item.iter_markers("parametrize") for value in _widths(*marker.args[:2])}
    _walks_at_both_widths = len({width < PHONE for width in widths}) == 2


def _widths(names: str | list[str] | tuple[str, ...], rows: list[object]) -> list[int]:
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    if "width" not in listed or (len(listed) > 1 and len(rows) < 4):  # not every width with every language
        return []
    place = listed.index("width")
    rows = [getattr(row, "values", row) for row in rows]
    return [row[place] if isinstance(row, list | tuple) else row for row in rows]  # type: ignore[misc]


def has_its_turn(page: Page) -> bool:
    """Whether axe examines this page in this walk."""
    if not _walks_at_both_widths:
        return True
    is_phone = (page.viewport_size or {"width": 1280})["width"] < PHONE
    is_english = str(page.evaluate("document.documentElement.lang")).startswith("en")
    return (is_phone == is_english) == _is_even(urlsplit(page.url).path)


def on_the_page_that_came(page: Page, look: Callable[[], None]) -> None:
    """Look at the page as it stands; if a click led to the next one meanwhile, at that one, once it is whole."""
    try:
        page.wait_for_load_state()
        look()
    except Error:  # the page was left while it was looked at
        page.wait_for_load_state()
        look()


def _is_even(path: str) -> bool:
    """By the route, which holds no identifier, so that all walks of a page agree."""
    try:
        route = resolve(path).route
    except Resolver404:
        route = ""
    return sum(route.encode()) % 2 == 0
