"""The staff's side of a conversation with an owner, below the page of its request."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agencies.acting import acting_as
from apps.conversations import policies, services
from apps.conversations.selectors import (
    attachment_for_staff,
    messages_of,
    notes_of,
    thanks_for,
    thread_of,
    threads_of,
)
from apps.conversations.serving import file_of, given_files
from apps.conversations.states import OPEN
from apps.conversations.words import TEXT_MOST
from apps.core.errors import NotFound, PortalError
from apps.core.forms import ServiceForm
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.selectors import get_invitation_for_staff, get_request_for
from apps.partners.models import Partner
from apps.staff.requests.compose_views import page_of
from apps.staff.requests.people import staff_of
from apps.staff.requests.request_views import RequestViews, Subject
from apps.staff.verbs import Verb


class _Key(ServiceForm):
    request_key = forms.UUIDField(required=False)


class WrittenForm(_Key):
    """A message to an owner. What it may say is the service's to judge."""

    text = forms.CharField(required=False, strip=False)


class NoteForm(_Key):
    """A note for colleagues."""

    note = forms.CharField(required=False, strip=False)


class ThanksForm(ServiceForm):
    """Thanks to everybody who answered."""

    text = forms.CharField(required=False, strip=False)
    tells_outcome = forms.BooleanField(required=False)


BELOW = "threads/"
VERBS = (
    Verb(
        name="write",
        below=BELOW,
        form=WrittenForm,
        service=services.write_to_owner,
        done=gettext_lazy("Sent. The owner gets a mail that says so, without your words."),
    ),
    Verb(
        name="acknowledge",
        below=BELOW,
        service=services.acknowledge_question,
        done=gettext_lazy("The owner reads that you have it."),
    ),
    Verb(
        name="look",
        below=BELOW,
        service=services.look_at_question,
        done=gettext_lazy("The owner reads that it is being looked into."),
    ),
    Verb(name="note", below=BELOW, form=NoteForm, service=services.add_staff_note, done=gettext_lazy("Noted.")),
    Verb(
        name="thank",
        form=ThanksForm,
        service=services.thank_owners,
        done=gettext_lazy("Everybody who answered is thanked."),
    ),
)


class ThreadViews(RequestViews):
    """A request's screen with the conversations about it."""

    verbs = (*RequestViews.verbs, *VERBS)

    def thread_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One conversation. It holds what the owner wrote, and no place."""
        invitation = get_invitation_for_staff(staff_of(request), public_id)
        return self._thread_page(request, invitation)

    def thread_file_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """A file of a message."""
        return file_of(attachment_for_staff(request.user, public_id))

    def thread_rows(self, asked: FootageRequest) -> list[dict[str, Any]]:
        """The request's conversations for its page, those that wait first, by the codes of their cameras."""
        threads = threads_of(asked)
        rows = Invitation.objects.filter(pk__in=threads).in_bulk()
        return [{"thread": one, "invitation": rows[key], "waits": one.state in OPEN} for key, one in threads.items()]

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Subject:
        if verb.below == BELOW:
            return get_invitation_for_staff(staff_of(request), public_id)
        return super().verb_subject(request, verb, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Subject, given: dict[str, Any]
    ) -> dict[str, Any]:
        if verb not in VERBS:
            return super().verb_arguments(request, verb, subject, given)
        user = staff_of(request)
        asked = subject if isinstance(subject, FootageRequest) else subject.request
        noun = "invitation" if isinstance(subject, Invitation) else "request"
        if verb.name == "write":
            given["files"] = given_files(request)
        if verb.name == "note":
            given["text"] = given.pop("note")
        return {noun: subject, "user": user, "actor": acting_as(user, asked.agency).actor, **given}

    def verb_failed(
        self,
        request: HttpRequest,
        verb: Verb,
        subject: Subject,
        form: ServiceForm,
        error: PortalError,
    ) -> HttpResponse:
        """A refusal stands above what was typed."""
        if verb.below == BELOW and isinstance(subject, Invitation) and not isinstance(error, NotFound):
            return self._thread_page(request, subject, problem=str(error.message), status=error.status)
        return super().verb_failed(request, verb, subject, form, error)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Subject) -> HttpResponse:
        if verb.below != BELOW:
            return super().verb_done(request, verb, subject)
        response = HttpResponseRedirect(
            reverse("admin:footage_requests_footagerequest_thread", args=[subject.public_id])
        )
        response.status_code = 303
        return response

    # -- inside ------------------------------------------------------------------------------------------------------

    def _thread_page(
        self, request: HttpRequest, invitation: Invitation, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        user, asked = staff_of(request), get_request_for(request.user, invitation.request.public_id)
        thread = thread_of(invitation)
        written = messages_of(thread)
        has_left = Partner.objects.filter(pk=invitation.partner_id, left_at__isnull=False).exists()
        asked_something = any(one.side == "owner" for one in written)
        context = {
            "asked": asked,
            "invitation": invitation,
            "thread": thread,
            "written": written,
            "notes": notes_of(thread),
            "waits": thread is not None and thread.state in OPEN,
            "may_write": policies.can_write_in(user, asked),
            "may_begin": not has_left and (asked_something or policies.can_begin_with(invitation)),
            "request_key": request.POST.get("request_key") or uuid4(),
            "text": request.POST.get("text", "")[: TEXT_MOST * 2],
            "note": request.POST.get("note", "")[: TEXT_MOST * 2],
            "text_most": TEXT_MOST,
            "problem": problem,
            "back": page_of(asked),
        }
        title = _("Conversation with an owner, request %(code)s") % {"code": asked.code}
        return self.page(request, "admin/footage_requests/thread.html", title=title, status=status, **context)

    def thread_context(self, request: HttpRequest, asked: FootageRequest) -> dict[str, Any]:
        """What the request's own page says of its conversations, and of thanks once it is over."""
        user = staff_of(request)
        thanks = thanks_for(asked)
        return {
            "threads": self.thread_rows(asked),
            "thanks": thanks,
            "may_thank": thanks is None and policies.can_thank(user, asked),
            "text_most": TEXT_MOST,
        }
