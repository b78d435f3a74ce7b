"""“My data”: read it, print it, keep it."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.actors import actor_for
from apps.privacy.my_data import shown_sections, write_json
from apps.privacy.services import record_data_download
from apps.web.decorators import public_person

ROLE = "registrant"


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # the library states no types
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything held about the person, in plain words, to read and to print."""
    user = public_person(request)
    record_data_download(user=user, form="page", actor=actor_for(user, role=ROLE))
    context = {"nav": "account", "sections": shown_sections(user), "made_at": timezone.now()}
    return render(request, "web/account/my_data.html", context)


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # the library states no types
@require_safe
def my_data_file(request: HttpRequest) -> HttpResponseBase:
    """The same, whole, as a JSON file."""
    user = public_person(request)
    record_data_download(user=user, form="json", actor=actor_for(user, role=ROLE))
    name = f"my-data-{timezone.localdate():%Y-%m-%d}.json"
    return FileResponse(write_json(user), as_attachment=True, filename=name, content_type="application/json")
