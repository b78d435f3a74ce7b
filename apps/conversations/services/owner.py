"""What an owner does, by link or signed in: writes, asks for help, says that something was not right, rates."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.attaching import GivenFile, attach, ready_files
from apps.conversations.models import Thread, ThreadMessage
from apps.conversations.selectors import helper_for
from apps.conversations.services.guard import add_message, move, next_promise, repeated, thread_in
from apps.conversations.services.telling import tell_of_question
from apps.conversations.states import OPEN, MessageKind, Side, ThreadState
from apps.conversations.words import check_owner_pace, checked_text
from apps.core.errors import InvalidInput, WrongState
from apps.footage_requests.models import Invitation
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.footage_requests.states import InvitationState
from apps.ledger import services as ledger
from apps.ledger.values import Actor

OWNER_KINDS = (MessageKind.WORDS, MessageKind.EXPORT_HELP, MessageKind.NOT_RIGHT)


def write_to_agency(
    *,
    invitation: Invitation,
    text: str,
    kind: str = MessageKind.WORDS,
    files: Sequence[GivenFile] = (),
    author: User | None,
    request_key: UUID | None = None,
    actor: Actor,
) -> ThreadMessage:
    """Write as the invitation's partner; `author` is the registrant who is signed in, None for who holds the link.

    Also after the request ended: a question about what was given does not end with it. A repeat of the key, or the same
    words again at once, returns the message that there is. Raises WrongState if the link was revoked, InvalidInput,
    TooMany. The ledger says that a message was written and not what it said.
    """
    if kind not in OWNER_KINDS:
        sentence = _("Choose what your message is about.")
        raise InvalidInput.about("kind", sentence)
    text = checked_text(text, side=Side.OWNER, required=kind != MessageKind.EXPORT_HELP and not files)
    ready = ready_files(files, sender=str(invitation.public_id))
    with transaction.atomic():
        invitation = _locked(invitation)
        thread = thread_in(invitation)
        known = repeated(request_key, thread, Side.OWNER) or _same_again(thread, text, kind, bool(ready))
        if known is not None:
            return known
        check_owner_pace(thread)
        message = add_message(thread, side=Side.OWNER, kind=kind, text=text, author=author, request_key=request_key)
        attach(message, ready)
        _open(thread, kind)
        ledger.record(
            "thread.owner_wrote",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            message=str(message.public_id),
            kind=kind,
            files=len(ready),
        )
        tell_of_question(thread, message)
        return message


def rate_handling(*, invitation: Invitation, rating: int, actor: Actor) -> Thread:
    """How it went for the owner, from 1 (badly) to 5 (well). A later rating replaces it; the same writes nothing.

    Raises WrongState if the link was revoked, InvalidInput for no such number.
    """
    with transaction.atomic():
        invitation = _locked(invitation)
        if rating not in range(1, 6):
            sentence = _("Choose one of the five.")
            raise InvalidInput.about("rating", sentence)
        thread = thread_in(invitation)
        if thread.rating == rating:
            return thread
        thread.rating, thread.rated_at = rating, timezone.now()
        thread.save(update_fields=["rating", "rated_at"])
        ledger.record(
            "thread.rated",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            rating=rating,
        )
        return thread


def _locked(invitation: Invitation) -> Invitation:
    invitation = locked_invitation(invitation)
    if invitation.state == InvitationState.REVOKED:
        raise WrongState(_("This link was revoked and takes no messages. Please call the agency."), code="revoked")
    return invitation


def _same_again(thread: Thread, text: str, kind: str, with_files: bool) -> ThreadMessage | None:
    """The owner's last message, if it says the same: somebody sent it twice."""
    last = ThreadMessage.objects.filter(thread=thread).order_by("-number").first()
    if last is None or with_files or (last.side, last.kind, last.text or "") != (Side.OWNER, kind, text):
        return None
    return last


def _open(thread: Thread, kind: str) -> None:
    """The owner waits now. What is open already goes on waiting from its first message; a complaint begins anew."""
    if thread.state in OPEN and kind != MessageKind.NOT_RIGHT:
        if kind == MessageKind.EXPORT_HELP:
            thread.handler = helper_for(thread.invitation.request)
            thread.save(update_fields=["handler"])
        return
    thread.asked_at = timezone.now()
    thread.acknowledged_at = thread.looked_at = thread.decided_at = None
    thread.handler = helper_for(thread.invitation.request) if kind == MessageKind.EXPORT_HELP else None
    if thread.state == ThreadState.ASKED:
        thread.told_at, thread.due_at = None, next_promise(thread)
    elif thread.state in OPEN:
        # Taken up, and then found wrong: it stays with who has it, and its promise begins anew.
        thread.told_at, thread.due_at = None, next_promise(thread)
    else:
        move(thread, ThreadState.ASKED)
    thread.save()
