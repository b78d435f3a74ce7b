"""Pages of a list; see `core.paging`."""

from apps.core.paging import PER_PAGE, ListPage, page_of

__all__ = ["PER_PAGE", "ListPage", "page_of"]
