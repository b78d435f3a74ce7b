"""Retention: what expires and why not yet, and the rules with all their versions."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agencies.policies import agencies_of, agencies_served, serves_as
from apps.core.admin import PolicyAdmin, View
from apps.core.errors import InvalidInput, NotFound, Stale
from apps.core.paging import page_of
from apps.retention import policies
from apps.retention.models import RetentionSchedule
from apps.retention.selectors import present_schedule, rules_in_force
from apps.retention.services import publish_schedule
from apps.staff.retention.expiring import COMING, DUE, KEPT, NO_RULE, dated_items, rows_of, shown, waiting_for
from apps.staff.retention.forms import ScheduleForm, first_values

VIEWS = {
    DUE: gettext_lazy("May go now"),
    COMING: gettext_lazy("Within 90 days"),
    KEPT: gettext_lazy("Over, and kept"),
    NO_RULE: gettext_lazy("No rule fits"),
}
EMPTY = {
    DUE: gettext_lazy("Nothing. An item appears here when its time is over and nothing keeps it."),
    COMING: gettext_lazy("Nothing. No item's time ends within 90 days."),
    KEPT: gettext_lazy("Nothing. No item is kept beyond its time."),
    NO_RULE: gettext_lazy("Nothing. A rule fits each item."),
}


@admin.register(RetentionSchedule)
class RetentionScheduleAdmin(PolicyAdmin):
    """Custodians and program managers write the rules; custodians and auditors see what expires."""

    viewable = staticmethod(policies.viewable_schedules)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The tab of cases names it to those who see items; a program manager finds it among the program's pages."""
        return serves_as(request.user, *policies.EXPIRY_READERS)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.expiring_view)),
            "<uuid:public_id>/": ("change", require_safe(self.version_view)),
            "<uuid:public_id>/rules/": ("rules", require_http_methods(["GET", "HEAD", "POST"])(self.rules_view)),
        }

    def expiring_view(self, request: HttpRequest) -> HttpResponse:
        """What may go, when, and why not yet."""
        user = _staff(request)
        reads = agencies_served(user, *policies.READERS)
        sees = agencies_served(user, *policies.EXPIRY_READERS)
        show = request.GET.get("show", DUE)
        show = show if show in VIEWS else DUE
        context: dict[str, Any] = {
            "schedules": [(one, present_schedule(one), policies.can_write_rules(user, one)) for one in reads],
            "several": len(reads) > 1,
            "sees": bool(sees),
            "proposed": waiting_for(request.user, sees),
        }
        if sees:
            rules = rules_in_force(sees)
            page = page_of(request, shown(dated_items(user, sees, rules), show))
            context |= {
                "show": show,
                "views": VIEWS.items(),
                "listed": page,
                "rows": rows_of(page.rows, rules),
                "nothing": EMPTY[show],
                "without_rules": not rules,
            }
        return self.page(request, "admin/retention/expiring.html", title=_("Retention"), **context)

    def version_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One version of the rules as it was published."""
        rows = policies.viewable_schedules(request.user).select_related("agency", "made_by").prefetch_related("rules")
        schedule = rows.filter(public_id=public_id).first()
        if schedule is None:
            raise NotFound(_("There are no such rules of your agencies."))
        present = present_schedule(schedule.agency)
        title = _("Rules of %(agency)s, version %(number)d") % {
            "agency": schedule.agency.short_name,
            "number": schedule.number,
        }
        return self.page(
            request,
            "admin/retention/version.html",
            title=title,
            schedule=schedule,
            in_force=present == schedule,
        )

    def rules_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The rules of an agency (by its public id), to read and to write anew."""
        user = _staff(request)
        agency = agencies_of(user, *policies.WRITERS).filter(public_id=public_id).first()
        if agency is None:
            raise NotFound(_("There are no such rules of your agencies."))
        present = present_schedule(agency)
        if request.method != "POST":
            form = ScheduleForm(agency=agency, initial=first_values(present))
            return self._rules_page(request, agency, present, form)
        form = ScheduleForm(request.POST, agency=agency)
        if form.is_valid():
            try:
                publish_schedule(
                    user=user,
                    agency=agency,
                    rules=form.given(),
                    reason=form.cleaned_data["reason"],
                    number=form.cleaned_data["number"],
                )
            except InvalidInput as error:
                form.refuse(error)
            except Stale as error:
                form.add_error(None, str(error.message))
            else:
                messages.success(request, _("The rules are in force, for all items of the agency."))
                return redirect("admin:retention_retentionschedule_changelist")
        return self._rules_page(request, agency, present, form, status=422)

    def _rules_page(
        self,
        request: HttpRequest,
        agency: Agency,
        present: RetentionSchedule | None,
        form: ScheduleForm,
        *,
        status: int = 200,
    ) -> HttpResponse:
        versions = RetentionSchedule.objects.filter(agency=agency).select_related("made_by").order_by("-number")
        title = _("Rules of retention of %(agency)s") % {"agency": agency.short_name}
        return self.page(
            request,
            "admin/retention/rules.html",
            title=title,
            status=status,
            agency=agency,
            present=present,
            versions=versions,
            form=form,
        )


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)
