"""The staff's map of partner cameras: a purpose and a reason first, and each look is an entry in the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.maps import map_config
from apps.agencies.models import AccessKind, Agency, Purpose, PurposeKind
from apps.agencies.policies import agencies_of, serves_as
from apps.agencies.selectors import current_purpose
from apps.agencies.services import open_purpose
from apps.cameras.policies import PLACE_ROLES, is_current
from apps.cameras.selectors import PlacedCamera, places_in_view
from apps.core.errors import InvalidInput, NotFound
from apps.geo import for_map


class PurposeForm(forms.Form):
    """Why somebody needs to see where cameras stand. Offers the kinds and agencies that the person's roles allow."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="public_id")
    kind = forms.ChoiceField(label=_("What is the look for?"))
    case_number = forms.CharField(
        label=_("Case number"), required=False, max_length=40, help_text=_("Needed when the look is for a case.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("One sentence. It is kept with the record of each look."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = agencies_of(user, *sorted({role for roles in PLACE_ROLES.values() for role in roles}))
        agency_field = self.fields["agency"]
        assert isinstance(agency_field, forms.ModelChoiceField)  # noqa: S101
        agency_field.queryset = agencies
        if len(agencies) == 1:
            agency_field.initial = agencies[0].public_id
            agency_field.widget = agency_field.hidden_widget()
        kinds = [kind for kind in PurposeKind if serves_as(user, *PLACE_ROLES[kind])]
        #: Whether any of the person's roles may look at places at all.
        self.opens_anything = bool(kinds)
        kind_field = self.fields["kind"]
        assert isinstance(kind_field, forms.ChoiceField)  # noqa: S101
        kind_field.choices = [(kind.value, kind.label) for kind in kinds]


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  admin_view let nobody else in
    return request.user


def _open_purpose_of(user: User) -> Purpose | None:
    purpose = current_purpose(user, AccessKind.PARTNER_MAP)
    return purpose if purpose is not None and is_current(purpose, user, AccessKind.PARTNER_MAP) else None


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose; with one, show the map. `?another` asks again."""
    user = _staff(request)
    form = PurposeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            acting = acting_as(user, said["agency"], *PLACE_ROLES[said["kind"]])
            open_purpose(user=user, access=AccessKind.PARTNER_MAP, actor=acting.actor, **said)
            return redirect("admin:partner_map")
        except InvalidInput as refusal:
            for name, sentence in (refusal.fields or {"reason": refusal.message}).items():
                form.add_error(name, sentence)
    purpose = None if request.method == "POST" or "another" in request.GET else _open_purpose_of(user)
    context = {
        **admin.site.each_context(request),
        "title": _("Partner map"),
        "form": form,
        "purpose": purpose,
        "map_config": {**map_config(), "places": reverse("admin:partner_map_places")} if purpose else None,
    }
    return render(request, "admin/partner_map.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """The cameras in view as JSON, for the map and the list beside it. Raises NotFound without a current purpose."""
    user = _staff(request)
    purpose = _open_purpose_of(user)
    if purpose is None:
        raise NotFound(_("Your purpose has ended. Say again why you look."))
    try:
        west, south, east, north = (float(edge) for edge in request.GET.get("bounds", "").split(","))
    except ValueError as error:
        raise InvalidInput(_("These are no bounds.")) from error
    seen = places_in_view(
        purpose=purpose,
        bounds=(west, south, east, north),
        user=user,
        actor=acting_as(user, purpose.agency, *PLACE_ROLES[purpose.kind]).actor,
    )
    return JsonResponse({"cameras": [_shown(one) for one in seen]})


def _shown(one: PlacedCamera) -> dict[str, Any]:
    camera, place = one.camera, one.place
    return {
        "id": str(camera.public_id),
        "name": camera.name,
        "site": camera.site.name,
        "partner": camera.site.partner.name,
        "state": camera.get_state_display(),
        "retention_hours": camera.retention_hours,
        **for_map(place),
    }
