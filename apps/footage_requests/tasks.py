"""Sweeps. The database says what is due; running twice changes nothing."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from apps.core.errors import WrongState
from apps.footage_requests import approved_reach
from apps.footage_requests.clock import to_remind
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.policies import still_askable
from apps.footage_requests.services import expire_request, forget_kept_forms, remind_invitation
from apps.footage_requests.states import InvitationState, RequestState
from apps.ledger.values import Actor

logger = logging.getLogger(__name__)


@shared_task(time_limit=300, soft_time_limit=240)
def expire_due_requests() -> int:
    """End every open request whose last day has passed; returns how many."""
    ended = 0
    due = FootageRequest.objects.filter(state=RequestState.OPEN, closes_at__lte=timezone.now())
    for request in due.order_by("closes_at")[:500]:
        try:
            expire_request(request=request, actor=Actor.system("worker"))
            ended += 1
        except WrongState:
            continue  # somebody closed it in the meantime
    return ended


@shared_task(time_limit=300, soft_time_limit=240)
def remind_due_invitations() -> int:
    """Remind, once, partners who have not answered while the recorder is about to overwrite; returns how many."""
    now = timezone.now()
    due = (
        still_askable(Invitation.objects.all())
        .filter(
            to_remind(now),
            state=InvitationState.SENT,
            reminded_at__isnull=True,
            request__state=RequestState.OPEN,
            request__closes_at__gt=now,
        )
        .select_related("request")
        .distinct()
    )
    reminded = 0
    for invitation in due.order_by("pk")[:500]:
        try:
            reminded += remind_invitation(invitation=invitation, actor=Actor.system("worker"))
        except WrongState:
            continue  # it ended in the meantime
    return reminded


@shared_task(time_limit=300)
def forget_old_forms() -> int:
    """Erase unfinished requests that nobody touched for weeks, and those that were thrown away; returns how many."""
    return forget_kept_forms()


@shared_task(time_limit=300)
def notice_cases_without_approval() -> int:
    """Tell the auditors of cases for which places were opened in the last hour and nobody approved anything."""
    return approved_reach.notice_cases_without_approval(since=timezone.now() - timedelta(hours=1))
