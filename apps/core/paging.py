"""Pages of a list, in one query: whether there is a next page is seen, not counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.db.models import IntegerField, Subquery
from django.http import HttpRequest


class Counted(Subquery):
    """How many rows a queryset has, as a column of another one. A queryset with a limit costs no more than that.

    One that refers to nothing outside is asked once, however many rows there are.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted_rows)"
    output_field = IntegerField()
    empty_result_set_value = 0


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
PER_PAGE = 20


class Rows(Protocol[T_co]):
    """What is shown by pages: a queryset, a prepared one, or a list that was read whole."""

    def __getitem__(self, where: slice, /) -> Iterable[T_co]: ...


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """Some rows of a list; pages are numbered from 1."""

    rows: list[T]
    number: int
    has_next: bool

    @property
    def first_row(self) -> int:
        """The number of the first row in the whole list, from 1."""
        return (self.number - 1) * PER_PAGE + 1

    @property
    def has_others(self) -> bool:
        """Whether the list has more pages than this one."""
        return self.has_next or self.number > 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def previous(self) -> int:
        return self.number - 1


def page_of(request: HttpRequest, rows: Rows[T]) -> ListPage[T]:
    """The page that the address asks for (`?page=`); the first one for a number that does not exist."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = max(number, 1)
    start = (number - 1) * PER_PAGE
    found = list(rows[start : start + PER_PAGE + 1])
    if not found and number > 1:
        number, found = 1, list(rows[: PER_PAGE + 1])
    return ListPage(rows=found[:PER_PAGE], number=number, has_next=len(found) > PER_PAGE)
