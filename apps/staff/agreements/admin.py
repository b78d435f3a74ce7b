"""Sharing agreements: what an agency lets another one see, from when to when, and the signed file."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.policies import agencies_of
from apps.agreements import policies
from apps.agreements.models import Agreement
from apps.agreements.selectors import get_agreement_for, with_state
from apps.agreements.services import end_agreement, make_agreement, read_file
from apps.core.admin import View
from apps.core.errors import NotAllowed
from apps.core.forms import ServiceForm
from apps.core.headers import NOTHING_RUNS
from apps.imports.uploading import bounded
from apps.staff.agreements.forms import EndForm, MakeForm
from apps.staff.verbs import Verb, VerbScreen

_SHOWN = 100  # of those that are over


@admin.register(Agreement)
class AgreementAdmin(VerbScreen):
    """Staff of both agencies read an agreement; a program manager of the one that shares makes and ends it."""

    viewable = staticmethod(policies.viewable_agreements)
    verbs = (
        Verb(
            name="make",
            creates=True,
            page=True,
            form=MakeForm,
            service=make_agreement,
            guard=bounded,
            done=gettext_lazy("The agreement is made. It begins and ends by itself."),
        ),
        Verb(
            name="end",
            form=EndForm,
            service=end_agreement,
            done=gettext_lazy("The agreement has ended. Nothing is shared under it any longer."),
        ),
    )

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.list_view)),
            "<uuid:public_id>/": ("change", require_safe(self.agreement_view)),
            "<uuid:public_id>/file/": ("file", require_safe(self.file_view)),
        }

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """Those in force first, then those that begin later, then those that are over."""
        user = _staff(request)
        rows = policies.viewable_agreements(user).select_related("from_agency", "to_agency").prefetch_related("items")
        groups = [
            (_("In force"), list(with_state(rows, "in_force").order_by("ends_at", "pk"))),
            (_("Begin later"), list(with_state(rows, "later").order_by("starts_at", "pk"))),
            (_("Over"), list(with_state(rows, "over").order_by("-ends_at", "-pk")[:_SHOWN])),
        ]
        context = {"groups": [group for group in groups if group[1]], "may_make": _sharing(user).exists()}
        return self.page(request, "admin/agreements/list.html", title=_("Sharing agreements"), **context)

    def agreement_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One agreement: what is shared, from when to when, who made it, and its file."""
        return self._page(request, get_agreement_for(_staff(request), public_id), EndForm(auto_id="end_%s"))

    def file_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The signed file, to save: nothing shows it inside of the portal."""
        agreement = get_agreement_for(_staff(request), public_id)
        response = HttpResponse(read_file(agreement), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="agreement-{str(agreement.public_id)[:8]}.pdf"'
        response["Content-Security-Policy"] = NOTHING_RUNS
        response["Cache-Control"] = "no-store"
        return response

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Agreement:
        return get_agreement_for(_staff(request), public_id)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        if verb.form is MakeForm:
            mine = _sharing(_staff(request))
            if not mine.exists():
                raise NotAllowed(_("Only a program manager of the agency that shares makes an agreement."), code="role")
            sent = (request.POST, request.FILES) if request.method == "POST" else ()
            return MakeForm(*sent, mine=mine)
        return super().verb_form(request, verb, subject)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Agreement | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        about = {} if subject is None else {"agreement": subject}
        return {"user": _staff(request), **about, **given}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._form_page(request, form)

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: Agreement | None, form: ServiceForm
    ) -> HttpResponse:
        if subject is None:
            return self._form_page(request, form, status=422)
        return self._page(request, subject, form, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Agreement) -> HttpResponse:
        return redirect("admin:agreements_agreement_change", subject.public_id)

    # -- pages -------------------------------------------------------------------------------------------------------

    def _form_page(self, request: HttpRequest, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        title = _("Make a sharing agreement")
        return self.page(request, "admin/agreements/make.html", title=title, status=status, form=form)

    def _page(
        self, request: HttpRequest, agreement: Agreement, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "agreement": agreement,
            "form": form,
            "file": agreement.signed_file,
            "may_end": policies.can_end(_staff(request), agreement),
        }
        return self.page(request, "admin/agreements/agreement.html", title=agreement.title, status=status, **context)


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def _sharing(user: User) -> Any:
    return agencies_of(user, *policies.MAKING_ROLES)
