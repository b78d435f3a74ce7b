"""Browser journeys: `page`, `new_page`, `width`, `shoot` and the servers `web` and `portal`."""

from tests.plugins.browser import browser, new_page, page, shoot, width

__all__ = ["browser", "new_page", "page", "shoot", "width"]
