"""An agency's imports and quick entry at a meeting, inside the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.agencies.features import Feature, check_open_somewhere, has_open
from apps.agencies.models import Role
from apps.agencies.policies import agencies_of
from apps.core.admin import PolicyAdmin, View
from apps.core.errors import InvalidInput, NotAllowed
from apps.imports import pages, policies
from apps.imports.models import CameraImport
from apps.imports.uploading import bounded
from apps.imports.workspace import Workspace
from apps.prospects.forms import MeetingForm
from apps.prospects.policies import viewable_owners
from apps.prospects.services import Entered, enter_at_meeting, invite_owner
from apps.prospects.states import Origin

_SITE = "admin:imports_cameraimport"


@admin.register(CameraImport)
class CameraImportAdmin(PolicyAdmin):
    """Imports of registries on behalf of owners: the pages are those of partners, with a purpose and its record."""

    viewable = staticmethod(policies.viewable_imports)

    def pages(self) -> dict[str, tuple[str, View]]:
        one = "<uuid:public_id>/"
        return {
            "": ("changelist", bounded(require_http_methods(["GET", "HEAD", "POST"])(self._page(pages.index)))),
            "template-<str:language>.<str:kind>": ("template", require_safe(self._page(pages.template))),
            "meeting/": ("meeting", require_http_methods(["GET", "HEAD", "POST"])(self._page(self.meeting))),
            one: ("change", require_safe(self._page(pages.show))),
            f"{one}columns/": ("columns", require_http_methods(["GET", "HEAD", "POST"])(self._page(pages.columns))),
            f"{one}rows/<int:number>/": ("row", require_http_methods(["GET", "HEAD", "POST"])(self._page(pages.row))),
            f"{one}act/": ("act", require_POST(self._page(pages.act))),
            f"{one}problems.csv": ("problems", require_safe(self._page(pages.problems))),
        }

    def _page(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Gives the view the workspace of the person's agency; for program managers alone."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            user = cast(User, request.user)
            agency = agencies_of(user, Role.PROGRAM_MANAGER).order_by("pk").first()
            if agency is None:
                raise NotAllowed(_("Only a program manager enters cameras for owners."), code="role")
            return view(
                request,
                StaffWorkspace(user, None, agency, "imports/shell_staff.html", _SITE, self._context),
                *args,
                **kwargs,
            )

        return inner

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        may_begin = has_open(request.user, Feature.IMPORTS, Role.PROGRAM_MANAGER)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Imports"),
            "meeting_url": reverse(f"{_SITE}_meeting") if may_begin else "",
        }

    def meeting(self, request: HttpRequest, workspace: Workspace) -> HttpResponse:
        """Quick entry of people who are present, one after the other, under one recorded purpose."""
        check_open_somewhere(workspace.user, Feature.IMPORTS, Role.PROGRAM_MANAGER)
        purpose = workspace.purpose()
        if request.method == "POST" and request.POST.get("verb") == "purpose":
            reason_form = workspace.purpose_form(request.POST)
            if reason_form.is_valid() and reason_form.open():
                return redirect(f"{_SITE}_meeting")
            return pages.render_at(request, workspace, "purpose", {"form": reason_form}, status=422)
        if purpose is None:
            return pages.render_at(request, workspace, "purpose", {"form": workspace.purpose_form()})
        form = MeetingForm(request.POST or None, initial={"language": request.LANGUAGE_CODE[:2]})
        if request.method == "POST" and form.is_valid():
            data = dict(form.cleaned_data)
            request_key = data.pop("request_key")
            try:
                entered = enter_at_meeting(
                    agency=purpose.agency,
                    entered=Entered(**data),
                    purpose=purpose,
                    request_key=request_key,
                    user=workspace.user,
                )
            except InvalidInput as error:
                form.refuse(error)
            except NotAllowed as error:
                if error.code == "feature":
                    raise
                form.add_error("email", str(error.message))
            else:
                invite_owner(pk=entered.invitation_id)
                messages.success(
                    request, _("Saved. The mail is on its way; nothing is registered until it is answered.")
                )
                return redirect(f"{_SITE}_meeting")
        today = viewable_owners(workspace.user).filter(origin=Origin.MEETING, created_at__date=timezone.localdate())
        context = {"form": form, "purpose": purpose, "today": today.count(), **workspace.placing()}
        return pages.render_at(request, workspace, "meeting", context, status=422 if form.errors else 200)


class StaffWorkspace(Workspace):
    """The admin's names of the pages."""

    __slots__ = ()

    def url(self, page: str, *args: Any) -> str:
        names = {"": "_change", "s": "_changelist"}
        return reverse(f"{self.prefix}{names.get(page, page)}", args=args)


__all__ = ["CameraImportAdmin"]
