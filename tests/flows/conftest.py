"""Browser journeys: `page`, `new_page`, `width`, `shoot` and the servers `web` and `portal`."""

from tests.plugins.browser import axe_takes_turns, browser, chromium_ends_with_the_tests, new_page, page, shoot, width

__all__ = ["axe_takes_turns", "browser", "chromium_ends_with_the_tests", "new_page", "page", "shoot", "width"]
