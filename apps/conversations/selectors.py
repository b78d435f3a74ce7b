"""Reads of conversations, for owners and for staff."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agencies.policies import Person, agencies_of
from apps.conversations.models import Attachment, Promises, StaffNote, Thanks, Thread, ThreadMessage
from apps.conversations.policies import WRITERS, viewable_threads
from apps.conversations.states import OPEN
from apps.core.errors import NotFound
from apps.footage_requests.models import FootageRequest, Invitation


def promises_of(agency: Agency) -> Promises:
    """The agency's promises, or the default ones (not stored, version 0)."""
    found = Promises.objects.filter(agency=agency).select_related("helper").first()
    return found or Promises(agency=agency, version=0)


def helper_for(request: FootageRequest) -> User:
    """Who helps an owner to get video out of a recorder: the agency's contact, else the author of the request."""
    helper = promises_of(request.agency).helper
    return helper if helper is not None and helper.is_active else request.author


def thread_of(invitation: Invitation) -> Thread | None:
    """The invitation's conversation; None before anybody wrote."""
    return Thread.objects.filter(invitation=invitation).select_related("handler").first()


def messages_of(thread: Thread | None) -> list[ThreadMessage]:
    """The messages in their order, each with its author and, without their content, its attachments."""
    if thread is None:
        return []
    attachments = Attachment.objects.defer("content").order_by("pk")
    rows = ThreadMessage.objects.filter(thread=thread).select_related("author").order_by("number")
    return list(rows.prefetch_related(Prefetch("attachments", queryset=attachments)))


def notes_of(thread: Thread | None) -> list[StaffNote]:
    """What staff noted, for staff alone."""
    if thread is None:
        return []
    return list(StaffNote.objects.filter(thread=thread).select_related("author").order_by("pk"))


def thanks_for(request: FootageRequest) -> Thanks | None:
    """The thanks after a request; None before."""
    return Thanks.objects.filter(request=request).first()


def attachment_of_owner(public_id: UUID) -> Attachment:
    """The attachment with its invitation, before it was asked who may see it. Raises NotFound."""
    row = Attachment.objects.filter(public_id=public_id).select_related("message__thread__invitation").first()
    if row is None or not row.digest:
        raise NotFound(_("There is no such file here."))
    return row


def attachment_for_staff(user: Person, public_id: UUID) -> Attachment:
    """The attachment, if this staff member reads its conversation. Raises NotFound."""
    row = Attachment.objects.filter(public_id=public_id, message__thread__in=viewable_threads(user)).first()
    if row is None or not row.digest:
        raise NotFound(_("There is no such file here."))
    return row


def threads_of(request: FootageRequest) -> dict[int, Thread]:
    """The request's conversations by invitation, those that wait first."""
    rows = Thread.objects.filter(invitation__request=request).order_by(F("due_at").asc(nulls_last=True), "-pk")
    return {row.invitation_id: row for row in rows}


def waiting_threads(user: Person) -> QuerySet[Thread]:
    """What owners wait for, of the agencies for which this person answers; what was promised first comes first."""
    agencies = agencies_of(user, *WRITERS)
    rows = Thread.objects.filter(state__in=OPEN, invitation__request__agency__in=agencies)
    return rows.select_related("invitation__request__agency", "handler").order_by("due_at", "pk")


def overdue_threads() -> QuerySet[Thread]:
    """Conversations with a broken promise of which the supervisors have not been told."""
    return Thread.objects.filter(state__in=OPEN, due_at__lte=timezone.now(), told_at__isnull=True).order_by("due_at")
