"""A program manager's screen of the agency: how it writes its case numbers."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.case_numbers import example_of
from apps.agencies.models import Agency, Case, Role
from apps.agencies.policies import Person, agencies_of
from apps.agencies.services import set_case_mask
from apps.agencies.training import MONTHS_MOST, set_training_months
from apps.core.admin import View
from apps.core.errors import NotFound
from apps.core.forms import ServiceForm
from apps.staff.agencies.audit_admin import StaffRolesAdmin
from apps.staff.verbs import Verb, VerbScreen


def managed_agencies(user: Person) -> QuerySet[Agency]:
    """Those that the person is program manager of."""
    return agencies_of(user, Role.PROGRAM_MANAGER)


class CaseNumbersForm(ServiceForm):
    """The pattern of case numbers."""

    case_mask = forms.CharField(
        label=gettext_lazy("Pattern of case numbers"),
        help_text=gettext_lazy(
            "# is a digit, @ is a letter, everything else stands as it is. TPD-##-###### takes TPD-26-012345. "
            "Leave it empty to take any number."
        ),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class TrainingMonthsForm(ServiceForm):
    """How long a training holds."""

    training_months = forms.IntegerField(
        label=gettext_lazy("A training holds for (months)"),
        help_text=gettext_lazy(
            "From then on a role without a training that holds gives no rights. Open roles get 30 days to catch up. "
            "Leave it empty to ask for no training."
        ),
        required=False,
        min_value=1,
        max_value=MONTHS_MOST,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )


@admin.register(Agency)
class AgencyAdmin(StaffRolesAdmin, VerbScreen):
    """One's own agencies. What else an agency is (name, ORI, time zone) comes with its founding."""

    readers = (Role.PROGRAM_MANAGER,)
    viewable = staticmethod(managed_agencies)
    list_display = ("short_name", "name", "case_mask")
    ordering = ("short_name", "pk")
    verbs = (
        Verb(
            name="case_numbers",
            form=CaseNumbersForm,
            service=set_case_mask,
            done=gettext_lazy("Saved. It holds for new cases."),
        ),
        Verb(
            name="training",
            form=TrainingMonthsForm,
            service=set_training_months,
            done=gettext_lazy("Saved."),
            guard=recent_proof_required,
        ),
    )

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.changelist_view)),
            "<uuid:public_id>/": ("change", require_safe(self.agency_view)),
        }

    def agency_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The agency, an example of a case number, and the form."""
        agency = self._agency(request, public_id)
        return self._page(request, agency)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Agency:
        return self._agency(request, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Agency, given: dict[str, Any]
    ) -> dict[str, Any]:
        return {"agency": subject, "by": cast(User, request.user), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Agency, form: ServiceForm) -> HttpResponse:
        return self._page(request, subject, status=422, **{f"{verb.name}_form": form})

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Agency) -> HttpResponse:
        return redirect("admin:agencies_agency_change", subject.public_id)

    def _agency(self, request: HttpRequest, public_id: UUID) -> Agency:
        found = managed_agencies(request.user).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such agency among yours."))
        return found

    def _page(self, request: HttpRequest, agency: Agency, *, status: int = 200, **given: Any) -> HttpResponse:
        context = {
            "agency": agency,
            "case_numbers_form": CaseNumbersForm(initial={"case_mask": agency.case_mask}, auto_id="case_numbers_%s"),
            "training_form": TrainingMonthsForm(
                initial={"training_months": agency.training_months}, auto_id="training_%s"
            ),
            "example": example_of(agency),
            "cases": Case.objects.filter(agency=agency).count(),
            **given,
        }
        return self.page(request, "admin/agencies/agency.html", title=agency.name, status=status, **context)
