"""Keys for an agency's programs: a program manager makes one for dispatch, sees when it was last used, revokes it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.keys import issue_agency_key, keys_of_agency, managed_agencies, revoke_agency_key
from apps.agencies.models import Agency
from apps.core.errors import InvalidInput, NotAllowed, TooMany
from apps.core.forms import RowField, ServiceForm


class AgencyKeyForm(ServiceForm):
    """Which program, and how long the key works."""

    agency = RowField(
        label=gettext_lazy("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("What uses it, for instance: dispatch (CAD).")
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it works"),
        choices=[("90", gettext_lazy("90 days")), ("365", gettext_lazy("one year"))],
        coerce=int,
        initial="365",
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["agency"].queryset = managed_agencies(user)  # type: ignore[attr-defined]


def urls(site: Any) -> list[URLPattern]:
    """The page and its button, below /admin/keys/."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @recent_proof_required
    def page(request: HttpRequest) -> HttpResponse:
        return _page(request, site)

    @require_POST
    @recent_proof_required
    def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
        if revoke_agency_key(user=cast(User, request.user), public_id=public_id):
            messages.success(request, _("The key is revoked. The program that uses it is shut out."))
        return redirect("admin:agency_keys")

    return [
        path("keys/", site.admin_view(page), name="agency_keys"),
        path("keys/<uuid:public_id>/revoke/", site.admin_view(revoke), name="agency_key_revoke"),
    ]


def _page(request: HttpRequest, site: Any) -> HttpResponse:
    user = cast(User, request.user)
    form, made, secret = AgencyKeyForm(user, request.POST or None), None, ""
    agencies = list(form.fields["agency"].queryset)  # type: ignore[attr-defined]
    if not agencies:
        raise NotAllowed(_("Only a program manager looks after an agency's keys."), code="role")
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = issue_agency_key(user=user, **form.cleaned_data)
            form = AgencyKeyForm(user)
        except InvalidInput as error:
            form.refuse(error)
        except TooMany as refusal:
            form.add_error(None, str(refusal.message))
    context = {
        **site.each_context(request),
        "title": _("Keys for programs"),
        "form": form,
        "made": made,
        "secret": secret,
        "agencies": [(agency, list(keys_of_agency(agency))) for agency in agencies],
    }
    response = TemplateResponse(request, "admin/agencies/keys.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
