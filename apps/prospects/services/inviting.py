"""Owners are invited once and reminded once, some at a time."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.services import issue_link, link_for_letter
from apps.prospects.link_kinds import OWNER
from apps.prospects.messages import INVITATION, REMINDER, invite
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import OWNER_TRANSITIONS, Origin, OwnerState

WORKER = Actor.system("worker")


def mark_ready(*, invitations: QuerySet[OwnerInvitation], ready: bool) -> None:
    """Say that these invitations from a file may be sent, or may not be sent for now. What was sent stays sent.

    Part of the act that ends or undoes an import.
    """
    with transaction.atomic():
        rows = invitations.filter(origin=Origin.FILE, state=OwnerState.WAITING)
        list(locked(rows.only("pk")))
        rows.update(is_ready=ready)


def invite_due_owners() -> int:
    """Invite, once, owners whose invitation is ready and was not sent. Returns how many.

    Only some at a time, so that the mail is spread over minutes.
    """
    due = OwnerInvitation.objects.filter(is_ready=True, state=OwnerState.WAITING).order_by("pk")
    return sum(
        invite_owner(pk=pk) for pk in list(due.values_list("pk", flat=True)[: settings.OWNER_INVITES_PER_MINUTE])
    )


def invite_owner(*, pk: int) -> bool:
    """Send one invitation; False if it was sent before or is over. The mail and its record are one transaction."""
    with transaction.atomic():
        rows = locked(OwnerInvitation.objects).select_related("agency")
        invitation = rows.filter(pk=pk, state=OwnerState.WAITING).first()
        if invitation is None:
            return False
        OWNER_TRANSITIONS.check(invitation.state, OwnerState.INVITED)
        invitation.state = OwnerState.INVITED
        invitation.invited_at = timezone.now()
        invitation.save(update_fields=["state", "invited_at"])
        invite(invitation, issue_link(kind=OWNER, subject=invitation.public_id), INVITATION)
        ledger.record("owner.invited", Subject.of("owner_invitation", invitation.public_id), WORKER)
        return True


def remind_due_owners() -> int:
    """Remind, once, owners who have not answered for half of their time; returns how many."""
    before = timezone.now() - timedelta(days=settings.OWNER_ANSWER_DAYS / 2)
    due = OwnerInvitation.objects.filter(state=OwnerState.INVITED, reminded_at__isnull=True, invited_at__lt=before)
    reminded = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            invitation = locked(due).select_related("agency").filter(pk=pk).first()
            if invitation is None:
                continue
            invitation.reminded_at = timezone.now()
            invitation.save(update_fields=["reminded_at"])
            invite(invitation, link_for_letter(kind=OWNER, subject=invitation.public_id), REMINDER)
            ledger.record("owner.reminded", Subject.of("owner_invitation", invitation.public_id), WORKER)
            reminded += 1
    return reminded
