"""Away and deputies: who is away, who stands in, and the form that says so. A manager fills it in for the ill."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.absences import (
    can_set_absence,
    end_absence,
    grants_to_set_for,
    last_day_of,
    possible_deputies,
    set_absence,
    viewable_absences,
)
from apps.agencies.models import Absence, RoleGrant
from apps.agencies.policies import serves_as
from apps.core.admin import PolicyAdmin, View
from apps.core.errors import NotFound
from apps.core.forms import RowField, ServiceForm
from apps.staff.verbs import Verb, VerbScreen


class _Grants(RowField):
    def label_from_instance(self, grant: Model) -> str:
        assert isinstance(grant, RoleGrant)  # noqa: S101  # the queryset below holds no other
        return f"{grant.user}: {grant.get_role_display()}, {grant.agency}"


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


class AbsenceForm(ServiceForm):
    """Who is away in which role, from when to when, and who stands in."""

    first_day = _day(gettext_lazy("First day away"))
    last_day = _day(gettext_lazy("Last day away"))
    field_order = ("grant", "first_day", "last_day", "deputy")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grants = grants_to_set_for(user)
        rows = RoleGrant.objects.filter(pk__in=[one.pk for one in grants]).select_related("user", "agency")
        self.fields["grant"] = _Grants(
            queryset=rows.order_by("user__name", "role"),
            to_field_name="public_id",
            label=gettext_lazy("Who is away"),
            initial=next((one.public_id for one in grants if one.user_id == user.pk), None),
        )
        self.fields["deputy"] = RowField(
            queryset=possible_deputies(grants),
            to_field_name="public_id",
            label=gettext_lazy("Deputy"),
            help_text=gettext_lazy("Somebody who holds the same role in the same agency."),
        )
        self.order_fields(self.field_order)


@admin.register(Absence)
class AbsenceAdmin(VerbScreen, PolicyAdmin):
    """One's own absences, those in which one stands in, and for a manager those of the agency."""

    viewable = staticmethod(viewable_absences)
    verbs = (
        Verb(
            name="set", form=AbsenceForm, service=set_absence, creates=True, done=gettext_lazy("Saved. Both are told.")
        ),
        Verb(name="end", service=end_absence, done=gettext_lazy("The absence has ended.")),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) if obj is not None else serves_as(request.user)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", require_safe(self.absences_view))}

    def absences_view(self, request: HttpRequest) -> HttpResponse:
        """Running and coming absences, those of the last 30 days, and the form."""
        if not self.has_view_permission(request):
            raise NotFound(_("There is no such page for your role."))
        return self._page(request, AbsenceForm(cast(User, request.user)))

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Absence | None) -> ServiceForm:
        if verb.creates:
            return AbsenceForm(cast(User, request.user), request.POST)
        return ServiceForm(request.POST)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Absence:
        found = viewable_absences(request.user).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such absence."))
        return found

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Absence | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        about = {} if subject is None else {"absence": subject}
        return {**about, **given, "by": cast(User, request.user)}

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: Absence | None, form: ServiceForm
    ) -> HttpResponse:
        return self._page(request, form, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Absence) -> HttpResponse:
        return redirect("admin:agencies_absence_changelist")

    def _page(self, request: HttpRequest, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        now = timezone.now()
        rows = viewable_absences(request.user).filter(ends_at__gt=now).order_by("starts_at", "pk")
        absences = [
            {
                "absence": one,
                "last_day": last_day_of(one),
                "now": one.starts_at <= now,
                "may_end": can_set_absence(request.user, one.grant),
            }
            for one in rows
        ]
        title = _("Away and deputies")
        return self.page(
            request, "admin/agencies/absences.html", title=title, status=status, absences=absences, form=form
        )
