"""What staff do in a conversation: take a question, say that it is looked into, answer, or write first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.attaching import GivenFile, attach, ready_files
from apps.conversations.models import Thread, ThreadMessage
from apps.conversations.policies import can_begin_with
from apps.conversations.services.guard import add_message, locked_for_staff, move, repeated, thread_in
from apps.conversations.services.telling import tell_owner
from apps.conversations.states import OPEN, MessageKind, Side, ThreadState
from apps.conversations.words import check_agency_pace, checked_text
from apps.core.errors import WrongState
from apps.footage_requests.models import Invitation
from apps.footage_requests.services.guard import subject_of
from apps.footage_requests.states import InvitationState
from apps.ledger import services as ledger
from apps.ledger.values import Actor


def write_to_owner(
    *,
    user: User,
    invitation: Invitation,
    text: str,
    files: Sequence[GivenFile] = (),
    request_key: UUID | None = None,
    actor: Actor,
) -> ThreadMessage:
    """Write to the invitation's partner under one's own name; if the partner waits, this is the answer.

    Without a question of the partner's only while the request is open and the partner may be asked. A repeat of the key
    returns the first message. Raises NotFound, NotAllowed, WrongState, InvalidInput, TooMany.
    """
    text = checked_text(text, side=Side.AGENCY)
    ready = ready_files(files, sender=str(user.public_id))
    with transaction.atomic():
        invitation = locked_for_staff(user, invitation)
        thread = thread_in(invitation)
        known = repeated(request_key, thread, Side.AGENCY)
        if known is not None:
            return known
        _check_may_write(thread)
        check_agency_pace(thread)
        message = add_message(
            thread, side=Side.AGENCY, kind=MessageKind.WORDS, text=text, author=user, request_key=request_key
        )
        attach(message, ready)
        answers = thread.state in OPEN
        if answers:
            now = timezone.now()
            thread.acknowledged_at = thread.acknowledged_at or now
            thread.looked_at = thread.looked_at or now
            thread.decided_at, thread.handler = now, user
            move(thread, ThreadState.DECIDED)
            thread.save()
        ledger.record(
            "thread.staff_wrote",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            message=str(message.public_id),
            answers=answers,
            files=len(ready),
        )
        tell_owner(message)
        return message


def acknowledge_question(*, user: User, invitation: Invitation, actor: Actor) -> Thread:
    """Say that one has the owner's question; the owner reads the name. Again, by the same person, writes nothing.

    Raises NotFound, NotAllowed, WrongState where the owner waits for nothing or somebody has it already.
    """
    return _take(user, invitation, ThreadState.ACKNOWLEDGED, "thread.acknowledged", actor)


def look_at_question(*, user: User, invitation: Invitation, actor: Actor) -> Thread:
    """Say that it is being looked into. Raises as `acknowledge_question`."""
    return _take(user, invitation, ThreadState.LOOKED_AT, "thread.looked_at", actor)


def _take(user: User, invitation: Invitation, state: ThreadState, act: str, actor: Actor) -> Thread:
    with transaction.atomic():
        invitation = locked_for_staff(user, invitation)
        thread = thread_in(invitation)
        if thread.state == state and thread.handler_id == user.pk:
            return thread
        move(thread, state)
        now = timezone.now()
        thread.acknowledged_at = thread.acknowledged_at or now
        if state == ThreadState.LOOKED_AT:
            thread.looked_at = now
        thread.handler = user
        thread.save()
        ledger.record(act, subject_of(invitation.request), actor, invitation=str(invitation.public_id))
        return thread


def _check_may_write(thread: Thread) -> None:
    invitation = thread.invitation
    if invitation.state == InvitationState.REVOKED or invitation.partner.left_at is not None:
        raise WrongState(_("Nobody reads this conversation any more: the link was closed, or the partner has left."))
    asked = ThreadMessage.objects.filter(thread=thread, side=Side.OWNER).exists()
    if not asked and not can_begin_with(invitation):
        raise WrongState(
            _("The request is over, or this partner may no longer be asked. You can answer, but not write first."),
            code="consent",
        )
