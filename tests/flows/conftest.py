"""Browser journeys: `page`, `new_page`, `width`, `shoot` and the server `web`."""

from tests.plugins.browser import axe_takes_turns, browser, chromium_ends_with_the_tests, new_page, page, shoot, width
from tests.plugins.server import shared_server, web

__all__ = [
    "axe_takes_turns",
    "browser",
    "chromium_ends_with_the_tests",
    "new_page",
    "page",
    "shared_server",
    "shoot",
    "web",
    "width",
]
