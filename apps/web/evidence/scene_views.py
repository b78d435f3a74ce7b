"""At the scene: the giver reads and signs on the officer's screen, the files are sent, the giver opens the receipt."""

from __future__ import annotations

from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.core.errors import InvalidInput
from apps.evidence.handover_access import handover_of_officer
from apps.evidence.handover_consent import consent_lines
from apps.evidence.link_kinds import HANDOVER
from apps.evidence.models import Handover
from apps.evidence.services.handovers import sign_handover
from apps.evidence.states import HandoverState
from apps.links import access as links
from apps.links.views import landing
from apps.web.evidence.scene_form import SignForm
from apps.web.evidence.upload_presentation import scene_configuration, upload_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_page(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """What is given and what that means, in the giver's language, and the field to sign in."""
    handover = handover_of_officer(request, handover_id)
    if handover.state != HandoverState.OPEN:
        return redirect("evidence:scene_send", handover_id)
    with translation.override(handover.language):
        form = SignForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                signature = form.signature()
            except InvalidInput as error:
                form.refuse(error)
            else:
                sign_handover(handover=handover, signature=signature, user=cast(User, request.user))
                return redirect("evidence:scene_send", handover_id)
        context = {"handover": handover, "lines": consent_lines(handover), "form": form}
        return render(request, "web/evidence/scene_sign.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
@csp_update({"script-src": ["'wasm-unsafe-eval'"], "media-src": ["blob:"]})  # type: ignore[arg-type]
def send_page(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Choose files from the stick or card, look at them, then send them: the owner's page, for the officer."""
    handover = handover_of_officer(request, handover_id)
    if handover.state == HandoverState.OPEN:
        return redirect("evidence:scene_sign", handover_id)
    context = {
        "handover": handover,
        "zone": ZoneInfo(handover.agency.time_zone),
        "takes_new": handover.state == HandoverState.SIGNED,
        "words": upload_words(),
        "configuration": scene_configuration(handover),
    }
    return render(request, "web/evidence/scene_send.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handed_over(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """What the giver's link opens: the receipt, or that no file has arrived yet."""
    if not links.has_opened(request, HANDOVER, handover_id):
        return landing(request, HANDOVER, handover_id)
    handover = Handover.objects.select_related("agency", "submission").filter(public_id=handover_id).first()
    if handover is not None and handover.submission is not None:
        return redirect("evidence:receipt", submission_id=handover.submission.public_id)
    words = _("No file has arrived yet. Open this page again in a few minutes.")
    return render(request, "web/evidence/scene_waiting.html", {"handover": handover, "words": words})
