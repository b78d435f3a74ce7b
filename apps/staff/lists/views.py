"""A saved view and the address of its list: one from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, QueryDict

from apps.lists.models import ListView
from apps.lists.services import Shown
from apps.staff.lists.columns import COLUMNS_VAR, name_of, without_box

#: In the address of a list: the view that was opened and has something that is gone.
VIEW_VAR = "view"
#: Of the address: what is no filter.
NO_FILTERS = (COLUMNS_VAR, VIEW_VAR, "o", "p", "e", "q", "all")


@dataclass(frozen=True, slots=True)
class Opened:
    """The address of a view, and the names of what the list no longer has."""

    query: str
    gone: list[str] = field(default_factory=list)


def shown_in(request: HttpRequest, listed: ChangeList) -> Shown:
    """How the list is shown now. The list was made from this address, so its filters are known."""
    order = []
    if "o" in request.GET:
        for place, way in listed.get_ordering_field_columns().items():
            order.append(("-" if way == "desc" else "") + name_of(listed.list_display[place]))
    screen: Any = listed.model_admin
    here = [name_of(one) for one in without_box(listed.list_display)]
    columns = here if COLUMNS_VAR in request.GET else []
    return Shown(
        filters={name: values for name, values in request.GET.lists() if name not in NO_FILTERS},
        search=listed.query if screen.keeps_search else "",
        columns=columns,
        order=order,
    )


def address_of(
    view: ListView, screen: Any, request: HttpRequest, offered: Sequence[Any], usual: Sequence[Any]
) -> Opened:
    """The view as this list can show it today."""
    gone: list[str] = []
    query = QueryDict(mutable=True)
    for name, values in view.filters.items():
        if all(screen.lookup_allowed(name, value, request) for value in values):
            query.setlist(name, values)
        else:
            gone.append(name)
    if view.search:
        query["q"] = view.search
    known = {name_of(column) for column in offered}
    gone += [name for name in view.columns if name not in known]
    columns = [name for name in view.columns if name in known]
    if columns:
        query[COLUMNS_VAR] = ".".join(columns)
    places = {name: place for place, name in enumerate(_placed(columns, offered, usual, screen, request))}
    order = []
    for name in view.order:
        place = places.get(name.removeprefix("-"))
        if place is None:
            gone += [name.removeprefix("-")] if name.removeprefix("-") not in [*gone, *known] else []
        else:
            order.append(f"{'-' if name.startswith('-') else ''}{place}")
    if order:
        query["o"] = ".".join(order)
    return Opened(canonical(query), gone)


def _placed(
    columns: Sequence[str], offered: Sequence[Any], usual: Sequence[Any], screen: Any, request: HttpRequest
) -> list[str]:
    """The names of the columns in their places: an order in the address counts them."""
    names = [name_of(one) for one in offered] if columns else [name_of(one) for one in usual]
    shown = [name for name in names if not columns or name in columns]
    return ["action_checkbox", *shown] if screen.get_actions(request) else shown


def canonical(query: QueryDict) -> str:
    """The address without the page, always in the same order: two lists shown alike are known as alike."""
    plain = QueryDict(mutable=True)
    for name in sorted(query):
        if name not in (VIEW_VAR, "p", "e") and any(query.getlist(name)):
            plain.setlist(name, query.getlist(name))
    return plain.urlencode()
