"""The page with a camera's form, whichever view shows it: registering, changing, replacing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.agencies.maps import map_config
from apps.cameras.geocoding import geocoder_name, is_on
from apps.streets.search import streets_known
from apps.web.cameras.forms import CameraForm
from apps.web.cameras.presentation import ROSE, entry_facts, usual_names


def camera_form_page(
    request: HttpRequest, form: CameraForm, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the form with its map and the catalog. `context` may say: card, first, beside, replaces, the draft."""
    context |= {
        "form": form,
        "map_config": map_config(),
        "nav": "cameras",
        "usual_names": usual_names(),
        "rose": ROSE,
        "catalog": {key: entry_facts(entry) for key, entry in form.catalog.entries.items()},
        "finds_address": (finds := "site_address" in form.fields and is_on()),
        "geocoder": geocoder_name() if finds else "",
        "finds_places": streets_known(),
        "find_url": reverse("web:find_place"),
        "chosen": _("Found. Drag the pin to where the camera hangs."),
        "street": _("The pin is in the middle of this street. Drag it to where the camera hangs."),
    }
    return render(
        request, "web/cameras/camera_form.html", context, status=422 if form.errors and status == 200 else status
    )
