"""The yearly check of a camera in three questions, and our running time code."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.cameras.check_state import check_state, last_clock_picture
from apps.cameras.link_kinds import CONFIRMATION
from apps.cameras.models import Camera, CameraCheck
from apps.cameras.recorder_clock import offset_in_words
from apps.cameras.recorders import Beside, cameras_beside
from apps.cameras.services.checking import check_camera
from apps.cameras.services.confirmation import CONFIRMABLE
from apps.core.errors import Busy, InvalidInput, NotFound
from apps.core.languages import in_language
from apps.evidence.services.test_clips import MOST_BYTES, last_clip, too_much
from apps.ledger.values import Actor
from apps.links import access
from apps.links.views import landing
from apps.partners.models import Partner
from apps.web.cameras.selectors import get_camera_of
from apps.web.checks.clip_words import clip_result
from apps.web.checks.forms import CheckForm, ClipForm, ClockForm
from apps.web.confirmation.selectors import confirmation_of
from apps.web.decorators import page_is_about, registrant_page
from apps.web.photo_forms import takes_photo

ROLE = "registrant"


@never_cache
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """What our clock says, in milliseconds since 1970. Asked a few times, to take out how long the line takes."""
    return JsonResponse({"now": round(time.time() * 1000)})


@never_cache
@require_safe
def time_code(request: HttpRequest) -> HttpResponse:
    """Nothing but our clock, large: for the screen that is held beside a recorder's and photographed."""
    return render(request, "web/checks/time_code.html", {"time_code": time_code_data()})


def time_code_data() -> dict[str, Any]:
    """What the script of the time code has to know."""
    return {
        "now": reverse("web:time_now"),
        "zone": settings.PORTAL_TIME_ZONE,
        "hours": settings.CLOCK_HOURS,
        "words": {
            "exact": _("Exact to within {seconds} s, measured against our clock."),
            "away": _("Our clock cannot be reached. Wait for the line, or come back later."),
        },
    }


@takes_photo
@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def check_own(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Signed in: the three questions, and what was said last."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)

    def save(form: ClockForm) -> CameraCheck:
        return check_camera(
            camera=camera,
            stated=form.stated(),
            request_key=form.cleaned_data["request_key"],
            beside=form.others(),
            actor=actor_for(user, role=ROLE),
            user=user,
        )

    picture = base64.b64encode(last_clock_picture(camera.pk)).decode()
    shown = {"nav": "cameras", "picture": picture, "back": reverse("web:cameras")}
    return check_page(request, CheckForm, camera, save, shown, beside=cameras_beside(camera))


@takes_photo
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_by_letter(request: HttpRequest, confirmation_id: UUID, public_id: UUID) -> HttpResponse:
    """The same by the yearly letter's link, without an account. An earlier picture is not shown."""
    found = confirmation_of(confirmation_id) if access.has_opened(request, CONFIRMATION, confirmation_id) else None
    if found is None:
        return landing(request, CONFIRMATION, confirmation_id)
    rows = Camera.objects.filter(site__partner=found.partner, state__in=CONFIRMABLE)
    camera = rows.select_related("site__partner").filter(public_id=public_id).first()
    if camera is None:
        raise NotFound(_("There is no such camera among yours."))

    def save(form: ClockForm) -> CameraCheck:
        return check_camera(
            camera=camera,
            stated=form.stated(),
            request_key=form.cleaned_data["request_key"],
            beside=form.others(),
            actor=Actor(kind="confirmation", public_id=str(found.public_id)),
            confirmation=found,
        )

    shown = {"back": reverse("web:confirmation", args=[found.public_id]), "by_link": True}
    return check_page(request, CheckForm, camera, save, shown, beside=cameras_beside(camera))


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def clip(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Send a test clip, read what came of it, and say what both clocks show in it."""
    camera = get_camera_of(user, public_id)
    page_is_about(request, camera.site.partner)

    def save(form: ClockForm) -> CameraCheck:
        return check_camera(
            camera=camera,
            stated=form.stated(),
            request_key=form.cleaned_data["request_key"],
            beside=form.others(),
            actor=actor_for(user, role=ROLE),
            user=user,
        )

    shown = {
        "nav": "cameras",
        "back": reverse("web:check_camera", args=[camera.public_id]),
        "clip": clip_result(last_clip(camera.pk)),
        "export_help": in_language(camera.catalog_entry.export_help) if camera.catalog_entry else "",
        "sending": {
            "endpoint": reverse("evidence:files"),
            "camera": str(camera.public_id),
            "most": MOST_BYTES,
            "words": {
                "large": too_much(),
                "failed": _("The clip did not arrive. Please try again."),
            },
        },
    }
    return check_page(
        request, ClipForm, camera, save, shown, template="web/checks/clip.html", beside=cameras_beside(camera)
    )


def check_page(
    request: HttpRequest,
    form_of: type[ClockForm],
    camera: Camera,
    save: Callable[[ClockForm], CameraCheck],
    shown: dict[str, Any],
    *,
    template: str = "web/checks/check.html",
    beside: Sequence[Beside] = (),
) -> HttpResponse:
    """The form for one camera; `save` keeps what was typed, as whoever the caller found to be allowed to."""
    posted = request.method == "POST"
    form = form_of(request.POST, request.FILES, beside=beside) if posted else form_of(beside=beside)
    status = 200
    headers: dict[str, str] = {}
    if posted and form.is_valid():
        try:
            check = save(form)
        except InvalidInput as error:
            form.refuse(error)
        except Busy as error:
            form.add_error(None, str(error.message))
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
            status = error.status
        else:
            messages.success(request, _outcome(check, len(form.others())))
            return redirect(request.path)
    if posted and status == 200:
        status = 422
    context = {
        "camera": camera,
        "form": form,
        "lines": check_state(camera.pk).lines,
        "time_code": time_code_data(),
        "time_code_url": request.build_absolute_uri(reverse("web:time_code")),
        "asks_all": "hangs" in form.fields,
        **shown,
    }
    answer = render(request, template, context, status=status)
    for name, value in headers.items():
        answer[name] = value
    return answer


def _outcome(check: CameraCheck, others: int) -> str:
    if check.offset_s is None:
        said = _("Thank you. It is noted.")
    else:
        said = _("Thank you. Your recorder is %(offset)s.") % {"offset": offset_in_words(check.offset_s)}
    if not others or (check.offset_s is None and not check.exports):
        return said
    words = ngettext("It is noted for %(n)d other camera too.", "It is noted for %(n)d other cameras too.", others)
    return f"{said} {words % {'n': others}}"
