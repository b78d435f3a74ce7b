"""What helps to fill in a camera's form: the address look-up, drafts, the photo of the view. Answers hold no cache."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.cameras.geocoding import find_address
from apps.cameras.selectors import own_view
from apps.cameras.services import discard_camera_draft, remove_camera_view, save_camera_draft, save_camera_view
from apps.cameras.services.own import NEW_CAMERA
from apps.core import text
from apps.core.errors import Busy, InvalidInput, NotFound
from apps.media.pictures import PICTURE_MOST
from apps.partners.models import Partner
from apps.streets.asking import QUESTION_MOST, count_question
from apps.streets.search import find_places
from apps.web.cameras.selectors import camera_card, get_camera_of
from apps.web.decorators import FOR_PARTNER, page_is_about, registrant_page
from apps.web.photo_forms import takes_photo, too_large

ROLE = "registrant"
NO_STORE = {"Cache-Control": "no-store"}
# Of a form's post, these are the page's own and no part of a draft.
_NOT_TYPED = {"csrfmiddlewaretoken", FOR_PARTNER, "draft_form", "draft_version", "find", "discard", "rose", "plan"}


@registrant_page
@require_POST
def locate(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """The places that an address may mean. The address comes in the body and stays out of every address and log."""
    places = find_address(address=request.POST.get("address", ""), user=user)
    found = [{"label": one.label, "latitude": one.latitude, "longitude": one.longitude} for one in places]
    return JsonResponse({"found": found}, headers=NO_STORE)


@registrant_page
@require_POST
def suggest(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """The places that `q` may mean while it is typed, from the portal's own streets whatever `GEOCODER` says."""
    question = text.line(request.POST.get("q", ""), field="q", most=QUESTION_MOST, required=False)
    count_question(user.pk)
    found = [asdict(place) for place in find_places(question, typing=True)]
    return JsonResponse({"found": found}, headers=NO_STORE)


@registrant_page
@require_POST
def draft(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Keep what was typed so far, or throw it away and start anew."""
    form = request.POST.get("draft_form", "")
    if form != NEW_CAMERA:
        camera = get_camera_of(user, _uuid(form))
        form, partner = str(camera.public_id), camera.site.partner
    if "discard" in request.POST:
        discard_camera_draft(user=user, partner=partner, form=form)
        return redirect("web:add_camera") if form == NEW_CAMERA else redirect("web:edit_camera", public_id=form)
    values = {name: value for name, value in request.POST.items() if name not in _NOT_TYPED}
    kept = save_camera_draft(
        user=user, partner=partner, form=form, values=values, version=_number(request.POST.get("draft_version", ""))
    )
    return JsonResponse({"version": kept.version}, headers=NO_STORE)


@takes_photo
@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """The photo of a camera's view, for its owner: look, put another one, remove."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)
    problem, status, headers = "", 200, {}
    if request.method == "POST":
        actor = actor_for(user, role=ROLE)
        if "remove" in request.POST:
            remove_camera_view(camera=camera, user=user, actor=actor)
            messages.success(request, _("The photo is removed."))
            return redirect("web:camera_photo", public_id=public_id)
        try:
            save_camera_view(camera=camera, picture=_bytes(request.FILES.get("picture")), user=user, actor=actor)
        except (InvalidInput, Busy) as error:
            problem, status = str(error.message), error.status
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        else:
            messages.success(request, _("The photo is saved, without the place and time that the phone had put in it."))
            return redirect("web:camera_photo", public_id=public_id)
    view = own_view(user, camera)
    context = {
        "nav": "cameras",
        "card": camera_card(camera),
        "view": view,
        "picture": base64.b64encode(view.picture).decode() if view else "",
        "problem": problem,
    }
    answer = render(request, "web/cameras/camera_photo.html", context, status=status)
    for name, value in headers.items():
        answer[name] = value
    return answer


def _bytes(given: Any) -> bytes:
    if not isinstance(given, UploadedFile):
        raise InvalidInput(_("Choose a picture first."))
    if (given.size or 0) > PICTURE_MOST:
        raise InvalidInput(too_large())
    return bytes(given.read())


def _number(text: str, *, digits: int = 8) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("There is no such camera among yours.")) from None
