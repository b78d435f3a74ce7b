"""What every verb of a conversation begins with, and how it writes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.models import Thread, ThreadMessage, promise_of
from apps.conversations.policies import can_write_in
from apps.conversations.selectors import promises_of
from apps.conversations.states import THREAD_TRANSITIONS
from apps.core.errors import NotAllowed, NotFound
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import can_view_request
from apps.footage_requests.services.guard import locked_invitation


def locked_for_staff(user: User, invitation: Invitation) -> Invitation:
    """Request and invitation, locked, for somebody who answers owners. Raises NotFound, NotAllowed."""
    invitation = locked_invitation(invitation)
    if not can_view_request(user, invitation.request):
        raise NotFound(_("There is no such conversation among yours."))
    if not can_write_in(user, invitation.request):
        raise NotAllowed(_("Your role reads conversations with owners and does not write in them."))
    return invitation


def thread_in(invitation: Invitation) -> Thread:
    """The conversation of the locked invitation; begun if there is none. Its invitation is the locked one."""
    thread, _created = Thread.objects.get_or_create(invitation=invitation)
    thread.invitation = invitation
    return thread


def repeated(request_key: UUID | None, thread: Thread, side: str) -> ThreadMessage | None:
    """The message that this form wrote already. Raises NotFound where the key is somebody else's."""
    if request_key is None:
        return None
    found = ThreadMessage.objects.filter(request_key=request_key).first()
    if found is not None and (found.thread_id, found.side) != (thread.pk, side):
        raise NotFound(_("There is no such message among yours."))
    return found


def add_message(
    thread: Thread, *, side: str, kind: str, text: str, author: User | None, request_key: UUID | None = None
) -> ThreadMessage:
    """The next message, under the invitation's lock."""
    last = ThreadMessage.objects.filter(thread=thread).order_by("-number").values_list("number", flat=True).first()
    return ThreadMessage.objects.create(
        thread=thread,
        number=(last or 0) + 1,
        side=side,
        kind=kind,
        text=text,
        author=author,
        request_key=request_key,
    )


def move(thread: Thread, state: str) -> None:
    """Bring the conversation to `state`, with the promise that runs from there. Not saved."""
    THREAD_TRANSITIONS.check(thread.state, state)
    thread.state = state
    thread.told_at = None
    thread.due_at = next_promise(thread)


def next_promise(thread: Thread) -> datetime | None:
    """When the promise that runs in the conversation's state ends (UTC)."""
    wait = promise_of(promises_of(thread.invitation.request.agency), thread.state)
    return None if wait is None else (thread.asked_at or timezone.now()) + wait
