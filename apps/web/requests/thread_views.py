"""The owner's side of a conversation about a request: the page, a message, how it went, the files."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.models import User
from apps.conversations.attaching import MOST_FILES, PICTURE_BYTES
from apps.conversations.selectors import (
    attachment_of_owner,
    helper_for,
    messages_of,
    promises_of,
    thanks_for,
    thread_of,
)
from apps.conversations.services import rate_handling, write_to_agency
from apps.conversations.serving import file_of, given_files
from apps.conversations.states import MessageKind, ThreadState
from apps.conversations.words import TEXT_MOST
from apps.core.errors import Busy, InvalidInput, NotFound, TooMany, WrongState
from apps.footage_requests import access
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import can_view_invitation
from apps.footage_requests.states import RequestState
from apps.links.views import landing
from apps.web.letterhead.views import shown
from apps.web.requests.answer_forms import request_key_from
from apps.web.requests.answer_views import SeeOther

FORM_BYTES = MOST_FILES * PICTURE_BYTES + 200_000


class _InMemory(MemoryFileUploadHandler):
    """A small file never touches the disk on its way in."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


@csrf_exempt  # the inner view asks for the token: first it has to be said where the files go
def conversation(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """The conversation about one request; by POST a message."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isascii() and length.isdigit() and int(length[:18]) > FORM_BYTES:
        sentence = _("Attach at most three files of 8 MB each. Video goes through the upload page.")
        context = {"heading": _("This is too large for a message"), "message": sentence, "status": 413}
        return render(request, "problem.html", context, status=413)
    request.upload_handlers = [_InMemory(request)]
    answer: HttpResponseBase = _conversation(request, invitation=invitation)
    return answer


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _conversation(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    found = access.invitation_from(request, invitation)
    if found is None:
        if access.was_revoked(request, invitation):
            return render(request, "web/requests/revoked.html", status=410)
        return landing(request, INVITATION, invitation)
    if request.method != "POST":
        return _page(request, found)
    try:
        write_to_agency(
            invitation=found,
            text=request.POST.get("text", ""),
            kind=request.POST.get("kind") or MessageKind.WORDS,
            files=given_files(request),
            author=_registrant(request, found),
            request_key=request_key_from(request.POST),
            actor=access.actor_from(request, found),
        )
    except (InvalidInput, TooMany, Busy) as problem:
        return _page(request, found, problem=str(problem.message), status=problem.status)
    except WrongState as problem:
        if problem.code == "revoked":
            return render(request, "web/requests/revoked.html", status=410)
        raise
    messages.success(request, _("Your message is sent."))
    return SeeOther(reverse("footage_requests:conversation", args=[found.public_id]))


@never_cache
@require_POST
def rate(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """How it went, in one tap."""
    found = access.invitation_from(request, invitation)
    if found is None:
        return landing(request, INVITATION, invitation)
    given = request.POST.get("rating", "")
    try:
        rating = int(given) if given.isascii() and given.isdigit() and len(given) == 1 else 0
        rate_handling(invitation=found, rating=rating, actor=access.actor_from(request, found))
    except InvalidInput as problem:
        return _page(request, found, problem=str(problem.message), status=problem.status)
    messages.success(request, _("Thank you. You can change it at any time."))
    return SeeOther(reverse("footage_requests:conversation", args=[found.public_id]))


@never_cache
@require_GET
def attachment(request: HttpRequest, attachment: UUID) -> HttpResponse:
    """A file of a message, for whoever may act for its invitation."""
    row = attachment_of_owner(attachment)
    if access.invitation_from(request, row.message.thread.invitation.public_id) is None:
        raise NotFound(_("There is no such file here."))
    return file_of(row)


def _registrant(request: HttpRequest, invitation: Invitation) -> User | None:
    user = request.user
    return user if isinstance(user, User) and can_view_invitation(user, invitation) else None


def _page(request: HttpRequest, invitation: Invitation, *, problem: str = "", status: int = 200) -> HttpResponse:
    asked = invitation.request
    thread = thread_of(invitation)
    written = messages_of(thread)
    thanks = thanks_for(asked)
    over = asked.state != RequestState.OPEN
    context = {
        "nav": "requests",
        "invitation": invitation,
        "asked": asked,
        "thread": thread,
        "written": written,
        "helper": helper_for(asked),
        "promises": promises_of(asked.agency),
        "over": over,
        "outcome": asked.get_outcome_display() if thanks and thanks.tells_outcome and asked.outcome else "",
        "asks_rating": over or (thread is not None and thread.state == ThreadState.DECIDED),
        "ratings": [(5, _("Very well")), (4, _("Well")), (3, _("All right")), (2, _("Badly")), (1, _("Very badly"))],
        "letterhead": shown(asked.agency),
        "request_key": request.POST.get("request_key") or uuid.uuid4(),
        "text": request.POST.get("text", "")[: TEXT_MOST * 2],
        "text_most": TEXT_MOST,
        "chosen": request.POST.get("kind") or MessageKind.WORDS,
        "problem": problem,
    }
    return render(request, "web/requests/conversation.html", context, status=status)
