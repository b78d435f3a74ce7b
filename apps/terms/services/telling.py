"""tell_about_terms: announcements and reminders, in batches that go on where a killed worker stopped."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import InvalidInput
from apps.core.locks import locked
from apps.notifications import services as notifications
from apps.partners.models import Membership
from apps.partners.policies import MANAGING_ROLES
from apps.terms.mails import Announcer
from apps.terms.models import TermsNotice, TermsVersion
from apps.terms.selectors import not_accepted
from apps.terms.states import NoticeKind, TermsState

logger = logging.getLogger(__name__)

BATCH = 200


def tell_about_terms(*, most_batches: int = 100) -> int:
    """Write the letters that are due, at most so many batches; returns how many letters were written.

    Each batch of letters and the place where the next one begins are one transaction: killed anywhere and run again,
    by several at once, each person gets each notice once. The outbox sends.
    """
    _plan_reminders()
    told = 0
    for _ in range(most_batches):
        written = _next_batch()
        if written is None:
            break
        told += written
    return told


def _plan_reminders() -> None:
    """A material change that takes effect soon is announced once more to partners who have not accepted it."""
    now = timezone.now()
    soon = TermsVersion.objects.filter(
        state=TermsState.PUBLISHED,
        material=True,
        effective_at__gt=now,
        effective_at__lte=now + timedelta(days=settings.TERMS_REMIND_DAYS),
        # Who was told yesterday is not reminded today.
        published_at__lte=now - timedelta(days=settings.TERMS_REMIND_DAYS),
    )
    for version in soon:
        TermsNotice.objects.get_or_create(version=version, kind=NoticeKind.REMINDED)


def _next_batch() -> int | None:
    """Letters written in one transaction; None if nothing is left to tell."""
    with transaction.atomic():
        notice = locked(TermsNotice.objects).select_related("version").filter(done_at__isnull=True).first()
        if notice is None:
            return None
        people = _readers(notice)
        if people:
            write = Announcer(notice.version, notice.kind).write
            _queue([write(person) for person in people])
            notice.told_up_to = people[-1].pk
            notice.told += len(people)
        if len(people) < BATCH:
            notice.done_at = timezone.now()
        notice.save(update_fields=["told_up_to", "told", "done_at"])
        return len(people)


def _queue(letters: list[notifications.Draft]) -> None:
    try:
        notifications.queue_messages(letters)
    except InvalidInput:
        # One address that is none must not hold back everybody else's letters.
        for letter in letters:
            try:
                notifications.queue_messages([letter])
            except InvalidInput:
                logger.warning("A notice about terms has no address to go to.")


def _readers(notice: TermsNotice) -> list[User]:
    """The next people who run the account of a partner that takes part, in the order of their keys."""
    version = notice.version
    gone = {
        NoticeKind.ANNOUNCED: version.state == TermsState.WITHDRAWN,
        NoticeKind.REMINDED: version.state != TermsState.PUBLISHED,
        NoticeKind.WITHDRAWN: False,
    }
    if gone[NoticeKind(notice.kind)]:
        return []
    running = Membership.objects.filter(
        role__in=MANAGING_ROLES,
        ended_at__isnull=True,
        partner__left_at__isnull=True,
        user__is_active=True,
        user__is_staff=False,
        user_id__gt=notice.told_up_to,
    )
    if notice.kind == NoticeKind.REMINDED:
        running = running.filter(not_accepted(version, partner="partner_id"))
    elif notice.kind == NoticeKind.WITHDRAWN:
        announced = TermsNotice.objects.filter(version=version, kind=NoticeKind.ANNOUNCED).first()
        running = running.filter(user_id__lte=announced.told_up_to if announced else 0)
    keys = running.order_by("user_id").values_list("user_id", flat=True).distinct()[:BATCH]
    return list(User.objects.filter(pk__in=list(keys)).order_by("pk"))
