"""What an owner sees: the page that sends files, and the receipt of what was sent."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.evidence import receipts
from apps.evidence.selectors import sender_notes_of
from apps.evidence.services.giving_again import candidates_for
from apps.evidence.services.sender_notes import state_sender_note
from apps.evidence.services.witness_statements import last_statement
from apps.footage_requests import access
from apps.footage_requests.selectors import asked_matches
from apps.footage_requests.states import Answer
from apps.web.evidence.note_form import NoteForm, initial_of
from apps.web.evidence.upload_presentation import upload_configuration, upload_words
from apps.web.requests.export_help import export_help


@require_GET
@never_cache
@csp_update({"script-src": ["'wasm-unsafe-eval'"], "media-src": ["blob:"]})  # type: ignore[arg-type]
def upload_page(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Choose files, look at them on this device, then send them.

    The digest is computed by WebAssembly in a worker, and films that were chosen are shown; both need a wider policy.
    """
    invitation = access.invitation_from(request, invitation_id)
    if invitation is None:
        raise NotFound(_("Your link is not open in this browser. Open it again from your message."))
    matches = asked_matches(invitation, request.user)
    zone = ZoneInfo(invitation.request.time_zone)
    context = {
        "invitation": invitation,
        "asked": invitation.request,
        "zone": zone,
        "matches": matches,
        "export_help": export_help(matches),
        "chosen": next((match for match in matches if match.answer == Answer.HAS_FOOTAGE), None),
        "given_before": access.accepts_answers(invitation) and bool(candidates_for(matches)),
        "takes_new": access.accepts_uploads(invitation),
        "takes_answers": access.accepts_answers(invitation),
        "submission": receipts.submission_of(invitation),
        "words": upload_words(),
        "configuration": upload_configuration(invitation),
    }
    return render(request, "web/evidence/upload.html", context)


@require_GET
@never_cache
def receipt_page(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """What the portal holds of one submission, for its sender and its partner."""
    submission = receipts.get_submission_for(request, submission_id)
    lines = receipts.lines_of(submission, request.user)
    context = {
        "submission": submission,
        "lines": lines,
        "zone": ZoneInfo(submission.agency.time_zone),
        "statement": last_statement(submission),
        "waiting": any(not line.settled for line in lines),
    }
    return render(request, "web/evidence/receipt.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note_page(request: HttpRequest, submission_id: UUID, item_id: UUID) -> HttpResponse:
    """What the sender says of a file that came: begin, clock and note can be changed until staff decide about it."""
    submission = receipts.get_submission_for(request, submission_id)
    item = receipts.get_item_of(submission, item_id, request.user)
    form = NoteForm(request.POST or None, initial=initial_of(sender_notes_of([item]).get(item.upload_id)))
    if request.method == "POST" and form.is_valid():
        try:
            state_sender_note(upload=item.upload, words=form.words(), actor=receipts.sender_actor(request, submission))
        except InvalidInput as error:
            form.refuse(error)
        except WrongState as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved. The detective reads it beside the video."))
            return redirect("evidence:receipt", submission_id=submission.public_id)
    context = {"submission": submission, "item": item, "form": form}
    return render(request, "web/evidence/note.html", context, status=400 if form.errors else 200)
