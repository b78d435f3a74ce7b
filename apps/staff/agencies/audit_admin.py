"""The auditor's list of staff sign-in events. Reading it is itself recorded (CJIS AU-2)."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import SignInEvent, User
from apps.agencies import staff_policies as policies
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.agencies.policies import roles_anywhere
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.staff.lists.screens import ListScreen


def record_reading(request: HttpRequest, log: str, what: str = "all") -> None:
    """Write that somebody read an audit log: who, which, and the names of the filters, never what was searched for."""
    user = cast(User, request.user)
    actor = acting_anywhere(user, Role.AUDITOR, Role.PROGRAM_MANAGER).actor
    ledger.record_alone("audit_log.read", Subject.of(log, what), actor, filters=sorted(request.GET))


class RecordedReading(ListScreen):
    """A screen whose list and pages are recorded in the ledger when somebody reads them; `log` names it there."""

    log: str

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if response.status_code == 200:
            record_reading(request, self.log)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if response.status_code == 200:
            record_reading(request, self.log, object_id)
        return response


class StaffRolesAdmin(ListScreen):
    """A screen for those who hold one of `readers` anywhere; asked once a page, for all menus together."""

    readers: tuple[Role, ...] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return super().has_view_permission(request, obj)
        known: set[str] | None = getattr(request, "roles_anywhere", None)
        if known is None:
            known = roles_anywhere(request.user)
            request.roles_anywhere = known  # type: ignore[attr-defined]
        return not known.isdisjoint(self.readers)


@admin.register(SignInEvent)
class SignInEventAdmin(RecordedReading, StaffRolesAdmin):
    """When, what, with what outcome, who, where and from where (CJIS AU-3), the newest first."""

    log = "sign_in_events"
    readers = (Role.AUDITOR,)
    viewable = staticmethod(policies.viewable_sign_in_events)
    list_display = ("at_utc", "kind", "outcome", "user", "page", "network", "detail")
    list_display_links = ("at_utc",)
    list_filter = ("kind", "succeeded", "at")
    list_select_related = ("user",)
    search_fields = ("user__email__iexact", "user__public_id__iexact", "network__startswith")
    search_help_text = _("A colleague's e-mail or public id in full, or the beginning of a network.")
    fields = ("at_utc", "kind", "outcome", "user", "page", "network", "source", "detail", "public_id")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    def called(self, row: SignInEvent) -> str:
        return f"{row.get_kind_display()}, {self.at_utc(row)} UTC"

    @admin.display(description=_("when (UTC)"), ordering="at")
    def at_utc(self, event: SignInEvent) -> str:
        """To the hundredth of a second, as AU-3 asks, whatever the reader's time zone."""
        return f"{event.at:%Y-%m-%d %H:%M:%S}.{event.at.microsecond // 10_000:02d}"

    @admin.display(description=_("outcome"), ordering="succeeded")
    def outcome(self, event: SignInEvent) -> Any:
        return _("success") if event.succeeded else _("failure")
