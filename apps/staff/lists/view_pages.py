"""The pages of saved views: keep one, rename one, delete one."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.agencies.policies import agencies_of
from apps.core.errors import InvalidInput, NotFound
from apps.core.forms import KeyedForm, RowField, ServiceForm
from apps.lists.models import ListView
from apps.lists.policies import can_change_view, viewable_views
from apps.lists.services import NAME_MAX, delete_view, rename_view, save_view
from apps.staff.lists.export_view import list_as_asked, screen_of
from apps.staff.lists.screens import ListScreen
from apps.staff.lists.views import canonical, shown_in


class NameForm(ServiceForm):
    """What a view is called, and who sees it."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    shared = forms.BooleanField(label=gettext_lazy("My agency sees it too"), required=False)


class SaveForm(NameForm, KeyedForm):
    """A new view."""

    agency = RowField(
        label=gettext_lazy("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, auto_id="save_%s")
        offer_agencies(self.fields["agency"], agencies_of(user).order_by("short_name"))


def _screen(site: Any, request: HttpRequest, label: str) -> ListScreen:
    """The screen of the list, if this person may open it."""
    screen = screen_of(site, label)
    if not screen.has_view_permission(request):
        raise NotFound(_("There is no such list."))
    return screen


def views_page(site: Any) -> Any:
    """The page of a list's views; a form there keeps the list as the address shows it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, label: str) -> HttpResponse:
        screen, user = _screen(site, request, label), cast(User, request.user)
        if request.method != "POST":
            return _page(request, screen)
        form = SaveForm(user, request.POST)
        if not form.is_valid():
            return _page(request, screen, form, status=422)
        shown = shown_in(request, list_as_asked(screen, request))
        try:
            save_view(user=user, listed=label, shown=shown, **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error)
            return _page(request, screen, form, status=422)
        messages.success(request, _("The view is kept. It is a tab above the list."))
        query = canonical(request.GET)
        return redirect(screen.list_url() + (f"?{query}" if query else ""))

    return view


def rename_page(site: Any) -> Any:
    """The button that renames a view."""

    @require_POST
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        kept, screen = _kept(site, request, public_id)
        form = NameForm(request.POST, auto_id=f"{public_id}_%s")
        if form.is_valid():
            try:
                rename_view(view=kept, user=cast(User, request.user), **form.cleaned_data)
            except InvalidInput as error:
                form.refuse(error)
            else:
                messages.success(request, _("The view is changed."))
                return redirect("admin:list_views", screen.opts.label_lower)
        return _page(request, screen, changed=(kept, form), status=422)

    return view


def delete_page(site: Any) -> Any:
    """The button that deletes a view."""

    @require_POST
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        kept, screen = _kept(site, request, public_id)
        delete_view(view=kept, user=cast(User, request.user))
        messages.success(request, _("The view is deleted. The list is as it was."))
        return redirect("admin:list_views", screen.opts.label_lower)

    return view


def _kept(site: Any, request: HttpRequest, public_id: UUID) -> tuple[ListView, ListScreen]:
    found = viewable_views(request.user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such view."))
    return found, _screen(site, request, found.listed)


def _page(
    request: HttpRequest,
    screen: ListScreen,
    form: SaveForm | None = None,
    *,
    changed: tuple[ListView, NameForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, label = cast(User, request.user), screen.opts.label_lower
    rows = viewable_views(user).filter(listed=label).select_related("author", "agency").order_by("name", "pk")
    kept = []
    for one in rows:
        its = NameForm(initial={"name": one.name, "shared": one.shared}, auto_id=f"{one.public_id}_%s")
        if changed is not None and changed[0].pk == one.pk:
            its = changed[1]
        kept.append((one, its if can_change_view(user, one) else None, one.author_id == user.pk))
    query = canonical(request.GET)
    back = screen.list_url() + (f"?{query}" if query else "")
    return screen.page(
        request,
        "admin/lists/views.html",
        title=_("Views: %(list)s") % {"list": screen.list_title()},
        status=status,
        form=form or SaveForm(user),
        save_url=reverse("admin:list_views", args=[label]) + (f"?{query}" if query else ""),
        narrowed=bool(query),
        kept=kept,
        back=back,
        list_title=screen.list_title(),
    )
