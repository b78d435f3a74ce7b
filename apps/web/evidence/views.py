"""What an owner sees: the page that sends files, and the receipt of what was sent."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.core.errors import NotFound
from apps.evidence import receipts
from apps.footage_requests import access
from apps.footage_requests.models import Match
from apps.footage_requests.states import Answer
from apps.web.evidence.upload_presentation import upload_words


@require_GET
@never_cache
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})  # type: ignore[arg-type]
def upload_page(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Choose files and send them. The digest is computed by WebAssembly in a worker, which needs a wider policy."""
    invitation = access.invitation_from(request, invitation_id)
    if invitation is None:
        raise NotFound(_("Your link is not open in this browser. Open it again from your message."))
    matches = list(Match.objects.filter(invitation=invitation).select_related("camera__site").order_by("camera__id"))
    zone = ZoneInfo(invitation.request.time_zone)
    context = {
        "invitation": invitation,
        "asked": invitation.request,
        "zone": zone,
        "matches": matches,
        "chosen": next((match for match in matches if match.answer == Answer.HAS_FOOTAGE), None),
        "takes_new": access.accepts_uploads(invitation),
        "takes_answers": access.accepts_answers(invitation),
        "submission": receipts.submission_of(invitation),
        "words": upload_words(),
        "configuration": {
            "endpoint": reverse("evidence:files"),
            "invitation": str(invitation.public_id),
        },
    }
    return render(request, "web/evidence/upload.html", context)


@require_GET
@never_cache
def receipt_page(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """What the portal holds of one submission, for its sender and its partner."""
    submission = receipts.get_submission_for(request, submission_id)
    lines = receipts.lines_of(submission)
    zone = ZoneInfo(submission.agency.time_zone)
    context = {
        "submission": submission,
        "lines": lines,
        "zone": zone,
        "waiting": any(not line.settled for line in lines),
    }
    return render(request, "web/evidence/receipt.html", context)
