"""Admin screens look; services act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import DateField, ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from apps.core.instants import with_zones
from apps.core.reading import asked_once

View = Callable[..., HttpResponse]


class PublicIdList(ChangeList):
    """Rows lead to addresses by public id; a primary key never leaves the portal."""

    def url_for_result(self, result: Any) -> str:
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(page, args=[result.public_id], current_app=self.model_admin.admin_site.name)


class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A read-only screen whose rows come from a policy.

    Subclasses give `viewable(user)`, a queryset function from the app's policies: who may see nothing gets `.none()`
    from it, and an object outside it is "not found". Nothing is added, changed or deleted here; buttons call services.
    """

    viewable: Any = None  # staticmethod(policies.viewable_…)
    empty_words: Any = gettext_lazy("Nothing is here yet.")  # what to do about an empty list, in a sentence or two

    def pages(self) -> Mapping[str, tuple[str, View]]:
        """The screen's own pages: route → (name, view). A screen that names none has those of Django's admin."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(route, self.admin_site.admin_view(view), name=f"{prefix}_{name}")
            for route, (name, view) in self.pages().items()
        ]
        return own or super().get_urls()

    def page(
        self, request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        """A page inside the admin's frame. No browser stores it."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        response = TemplateResponse(request, template, frame | context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows: QuerySet[Model] = type(self).viewable(request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Instants name their zone, in lists and on pages alike."""
        return with_zones(self.model, super().get_list_display(request))

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        links = super().get_list_display_links(request, list_display)
        return with_zones(self.model, links) if links else links

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return with_zones(self.model, super().get_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return with_zones(self.model, super().get_readonly_fields(request, obj))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PublicIdList if hasattr(self.model, "public_id") else ChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The address asks by the screen's filters alone: Django lets it ask by any column, also one not shown."""
        filters = self.get_list_filter(request)
        if any(lookup == getattr(one, "parameter_name", None) for one in filters):
            return True  # a filter of the screen's own, which knows its values
        named = [one[0] if isinstance(one, tuple) else one for one in filters]
        asked = any(lookup in self._lookups_of(name) for name in named if isinstance(name, str))
        return asked and super().lookup_allowed(lookup, value, request)

    def _lookups_of(self, name: str) -> set[str]:
        """What a filter on this field asks by: a value, or the ends of a span of time; never a pattern."""
        field = get_fields_from_path(self.model, name)[-1]
        endings = ["exact", "isnull", "isempty"]
        endings += ["gte", "lt"] if isinstance(field, DateField) else []
        endings += [f"{field.target_field.name}__exact"] if isinstance(field, ForeignKey) else []
        return {name, *(f"{name}__{ending}" for ending in endings)}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """The row with this public id among those that the policy shows."""
        if not hasattr(self.model, "public_id"):
            found: Model | None = super().get_object(request, object_id, from_field)
            return found
        try:
            return self.get_queryset(request).filter(public_id=object_id).first()
        except (ValidationError, ValueError):
            return None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list is called by what it lists, not “Select … to view”."""
        title = capfirst(self.model._meta.verbose_name_plural)
        extra = {"title": title, "empty_words": self.empty_words}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def called(self, row: Any) -> str:
        """What the page of a row is called, in words: a public id is no title."""
        return str(row)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context |= {"title": self.called(kwargs["obj"]), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The admin changes nothing, so it keeps no history; the ledger does."""
        raise Http404

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the menu names this screen. Asked several times for one page, answered once."""
        known: dict[Any, bool] = request.__dict__.setdefault("screens_of_menu", {})
        if self.model not in known:
            known[self.model] = self.has_view_permission(request)
        return known[self.model]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {"add": False, "change": False, "delete": False, "view": self.has_module_permission(request)}

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if type(self).viewable is None:
            return False
        rows: QuerySet[Model] = type(self).viewable(request.user)
        if obj is None:
            return not rows.query.is_empty()
        question = ("may_view", obj._meta.label, request.user.pk, obj.pk)
        return asked_once(question, rows.filter(pk=obj.pk).exists)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
