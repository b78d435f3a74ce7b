"""Letters about a conversation: that there is a message, never what it says. And the broken promise."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from apps.agencies.absences import on_duty
from apps.agencies.models import Role
from apps.conversations import mails
from apps.conversations.models import Thread, ThreadMessage
from apps.conversations.services.guard import thread_in
from apps.conversations.states import OPEN, MessageKind
from apps.footage_requests.models import Invitation
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.ledger import services as ledger
from apps.ledger.values import Actor


def tell_owner(message: ThreadMessage) -> None:
    """Queue a letter with the link for everybody who acts for the partner, in the partner's hours."""
    mails.queue_for_owner(message)


def tell_of_question(thread: Thread, message: ThreadMessage) -> None:
    """Who has it, else the author of the request, learns that an owner wrote; of a complaint the supervisors too."""
    asked = thread.invitation.request
    people = {thread.handler or asked.author}
    if message.kind == MessageKind.NOT_RIGHT:
        people |= {asked.author, *on_duty(asked.agency, Role.SUPERVISOR)}
    for person in sorted(people, key=lambda one: one.pk):
        kind = "not_right" if message.kind == MessageKind.NOT_RIGHT else "question"
        mails.tell_staff_member(thread, person, kind, once=str(message.number))


def tell_of_broken_promise(*, thread: Thread, actor: Actor) -> bool:
    """The supervisors on duty learn that an owner waits longer than was promised; once for each promise.

    Says whether they were told now.
    """
    with transaction.atomic():
        invitation = locked_invitation(Invitation.objects.select_related("request").get(pk=thread.invitation_id))
        thread = thread_in(invitation)
        now = timezone.now()
        if thread.state not in OPEN or thread.due_at is None or thread.due_at > now or thread.told_at is not None:
            return False
        thread.told_at = now
        thread.save(update_fields=["told_at"])
        for supervisor in on_duty(invitation.request.agency, Role.SUPERVISOR):
            mails.tell_staff_member(thread, supervisor, "overdue", once=f"{thread.state}:{thread.due_at:%Y%m%dT%H%M%S}")
        ledger.record(
            "thread.promise_broken",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            waits_in=thread.state,
            due_at=thread.due_at.isoformat(),
        )
        return True
