"""A list of the staff site: columns by choice, pages that are seen and not counted, an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import PolicyAdmin, PublicIdList
from apps.core.instants import with_zones
from apps.lists.models import ListView
from apps.lists.policies import viewable_views
from apps.staff.lists.columns import COLUMNS_VAR, chosen, label_of, name_of, without_box, words_of
from apps.staff.lists.paging import SeenPages
from apps.staff.lists.table import EXPORTS
from apps.staff.lists.views import VIEW_VAR, address_of, canonical

MOST_SELECTED = 1_000


class _Ours(SeenPages):
    """What the address says to this list and to no filter."""

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(COLUMNS_VAR, None)
        return found


class RowList(_Ours):
    """Rows that have no public id, and so no page of their own."""


class PageList(_Ours, PublicIdList):
    """Rows that lead to their pages."""


class ListScreen(PolicyAdmin):
    """A screen with a list. What stands above the list says which columns are shown, and leads to the export."""

    #: Columns that a person may choose beside those of `list_display`.
    more_columns: Sequence[str] = ()
    #: The name of the page that is the list; the board of calls has that of another one.
    list_page = "changelist"

    #: Whether a saved view keeps the search. A name that is encrypted elsewhere is not kept in a view.
    keeps_search = True

    def list_url(self) -> str:
        """Where the list is."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{self.list_page}")

    def columns_offered(self, request: HttpRequest) -> list[Any]:
        """All columns that this person may choose."""
        usual = self.get_list_display(request)
        more = [name for name in self.more_columns if name not in [name_of(one) for one in usual]]
        return [*usual, *with_zones(self.model, more)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PageList if hasattr(self.model, "public_id") else RowList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list with the columns that the address asks for. Raises what Django does for a filter it has not."""
        offered = self.columns_offered(request)
        columns, gone = chosen(request.GET.get(COLUMNS_VAR, ""), offered, self.get_list_display(request))
        links = self.get_list_display_links(request, columns)
        boxed = ["action_checkbox", *columns] if self.get_actions(request) else columns
        made = self.get_changelist(request)(
            request,
            self.model,
            boxed,
            [one for one in links if one in columns] or columns[:1] if links else links,
            self.get_list_filter(request),
            self.date_hierarchy,
            self.get_search_fields(request),
            self.get_list_select_related(request),
            self.list_per_page,
            self.list_max_show_all,
            (),
            self,
            offered,
            str(self.search_help_text or ""),
        )
        made.columns_gone = gone  # type: ignore[attr-defined]
        return made

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return self.list_select_related

    @admin.display(description=gettext_lazy("select"))
    def action_checkbox(self, obj: Any) -> SafeString:
        """The box of a row, by public id: a primary key never leaves the portal."""
        named = [words_of(column, obj, self) for column in with_zones(self.model, self.list_display[:2])]
        label = _("Select %(row)s") % {"row": ", ".join(filter(None, named))}
        # Django's widget renders a template, which for 50 rows is a tenth of the page's time.
        box = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        return format_html(box, ACTION_CHECKBOX_NAME, obj.public_id, label)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *_args: Any) -> HttpResponse | None:
        """Do the verb with what was selected, on whichever page or under whichever filter that was.

        The rows are those that the person may see, asked again. How many of the selected are not there is left in
        `request.selected_and_gone`.
        """
        ids = _ids_in(request.POST.getlist(ACTION_CHECKBOX_NAME))
        found = self.get_actions(request).get(request.POST.get("action", ""))
        rows = self.get_queryset(request).filter(public_id__in=ids)
        if found is None or not ids:
            messages.error(request, _("Select rows first, and choose what to do with them."))
            return redirect(self.list_url())
        request.selected_and_gone = len(ids) - rows.count()  # type: ignore[attr-defined]
        verb: Any = found[0]
        return verb(self, request, rows) or redirect(self.list_url())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and what may be done with it as a whole."""
        opened = _tidy(request)
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None)
        if found and "cl" in found:
            found |= self.above_the_list(request, found["cl"], opened)
        return response

    def above_the_list(self, request: HttpRequest, listed: ChangeList, opened: str) -> dict[str, Any]:
        """What the page shows above the rows."""
        shown = {name_of(column) for column in without_box(listed.list_display)}
        export = EXPORTS.get(self.opts.label_lower)
        offered, now = self.columns_offered(request), canonical(request.GET)
        views, gone = [], list(getattr(listed, "columns_gone", []))
        for view in self.views_for(request):
            found = address_of(view, self, request, offered, self.get_list_display(request))
            flag = f"{VIEW_VAR}={view.public_id}" if found.gone else ""
            query = "&".join(filter(None, (found.query, flag)))
            url = self.list_url() + (f"?{query}" if query else "")
            views.append({"name": view.name, "url": url, "current": found.query == now})
            gone += found.gone if opened == str(view.public_id) else []
        return {
            "views": views,
            "views_url": _with_query("admin:list_views", self, request),
            "list_url": self.list_url(),
            "at_first": not now and not any(view["current"] for view in views),
            "gone": list(dict.fromkeys(gone)),
            "columns": [(name_of(column), label_of(column, self), name_of(column) in shown) for column in offered],
            "kept_parameters": _others(request),
            "export_url": _with_query("admin:list_export", self, request)
            if export and export.may(request.user)
            else "",
        }

    def views_for(self, request: HttpRequest) -> QuerySet[ListView]:
        """The saved views of this list that the person sees, by name."""
        return viewable_views(request.user).filter(listed=self.opts.label_lower).order_by("name", "pk")

    def rows_of(self, listed: ChangeList) -> QuerySet[Any]:
        """All rows of the list with its filters, its search and its order."""
        rows: QuerySet[Any] = listed.queryset
        return rows

    def list_title(self) -> str:
        """What the list is called."""
        return str(capfirst(self.opts.verbose_name_plural))


def _ids_in(sent: Sequence[str]) -> set[UUID]:
    """The public ids that a form sends; what is none is left out, and so is what is more than anybody selects."""
    found = set()
    for one in sent[:MOST_SELECTED]:
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return found


def _tidy(request: HttpRequest) -> str:
    """Take the opened view out of the address and return it; put columns, which a form sends one by one, together."""
    given = request.GET.copy()
    opened = str(given.pop(VIEW_VAR, [""])[-1])
    if len(given.getlist(COLUMNS_VAR)) > 1:
        given[COLUMNS_VAR] = ".".join(given.getlist(COLUMNS_VAR))
    request.GET = given  # type: ignore[assignment]
    return opened


def _others(request: HttpRequest) -> list[tuple[str, str]]:
    """What else the address says, for a form that changes only the columns. The page and the order begin anew."""
    left_out = (COLUMNS_VAR, "p", "o", "e")
    return [(name, value) for name, values in request.GET.lists() if name not in left_out for value in values]


def _with_query(name: str, screen: PolicyAdmin, request: HttpRequest) -> str:
    """An address about this list as it is shown now."""
    query = request.GET.urlencode()
    return reverse(name, args=[screen.opts.label_lower]) + (f"?{query}" if query else "")
