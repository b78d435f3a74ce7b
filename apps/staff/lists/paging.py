"""Pages of a list in one query: rows, whether there are more, and how many, counted up to a limit."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.paging import Counted

MOST_COUNTED = 1_000


class SeenPages(ChangeList):
    """A list whose pages are seen and not counted. Django's own counts all rows first, each time."""

    has_next: bool
    #: Whether there are more rows than the number that is said.
    counted_in_part: bool

    def get_results(self, request: HttpRequest) -> None:
        self.page_num = max(self.page_num, 1)
        found = self._rows_from(self.page_num)
        if not found and self.page_num > 1:
            self.page_num = 1
            found = self._rows_from(1)
        self.result_list = found[: self.list_per_page]
        self.has_next = len(found) > self.list_per_page
        counted = found[0].counted_rows if found else 0
        self.counted_in_part = counted > MOST_COUNTED
        self.result_count = min(counted, MOST_COUNTED)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = bool(found)
        self.can_show_all = False
        self.multi_page = self.has_next or self.page_num > 1

    def _rows_from(self, page: int) -> list[Any]:
        start = (min(page, 1_000_000) - 1) * self.list_per_page
        rows: QuerySet[Any] = self.queryset
        # What is worked out for a row (numbers of requests, of files) is worked out for the rows of the page alone.
        ids = rows.values("pk")[start : start + self.list_per_page + 1]
        counted = Counted(rows.order_by().values("pk")[: MOST_COUNTED + 1])
        try:
            return list(rows.filter(pk__in=ids).annotate(counted_rows=counted))
        except OverflowError as beyond:  # a time at the calendar's edge that has no UTC
            raise IncorrectLookupParameters(beyond) from beyond

    @property
    def first_row(self) -> int:
        """The number of the first row of this page in the whole list, from 1."""
        return (self.page_num - 1) * self.list_per_page + 1

    @property
    def last_row(self) -> int:
        """The number of the last one."""
        return self.first_row + len(self.result_list) - 1

    @property
    def without_search(self) -> str:
        """The list without what was searched for."""
        return self.get_query_string(remove=["q"])

    @property
    def next_url(self) -> str:
        """Where the next page is; empty on the last one."""
        return self.get_query_string({"p": self.page_num + 1}) if self.has_next else ""

    @property
    def previous_url(self) -> str:
        """Where the page before is; empty on the first one."""
        return self.get_query_string({"p": self.page_num - 1}) if self.page_num > 1 else ""
