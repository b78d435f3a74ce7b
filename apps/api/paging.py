"""Pages of lists."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import LimitOffsetPagination


class BoundedPagination(LimitOffsetPagination):
    """At most 200 rows a page, from an offset that the database can count to: larger numbers are cut, not refused."""

    max_limit = 200
    last_offset = 2**31

    def get_offset(self, request: Any) -> int:
        return min(super().get_offset(request), self.last_offset)
