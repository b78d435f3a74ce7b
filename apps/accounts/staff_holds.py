"""What shuts a staff account, and who finds out: the lock after five failures (CJIS AC-7) and the two other holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.key_models import ApiKey
from apps.accounts.models import User
from apps.accounts.staff_events import record_event
from apps.accounts.staff_models import PROOFS, EventKind, HoldKind, SignInEvent, StaffHold
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

# Sent in the transaction that shut the account, with `hold`: the mail is written by an app above this one.
staff_held = Signal()

DOOR = Actor.system("sign_in")


def open_hold(user: User) -> StaffHold | None:
    """What keeps this account shut now, the weightiest first (ended, disabled, locked); None where nothing does."""
    order = {HoldKind.ENDED: 0, HoldKind.IDLE: 1, HoldKind.LOCKED: 2}
    holds = StaffHold.objects.filter(user=user, released_at__isnull=True)
    return min(holds, key=lambda hold: order[HoldKind(hold.kind)], default=None)


def note_failure(
    *, request: HttpRequest | None, user: User | None, kind: EventKind, detail: str = ""
) -> StaffHold | None:
    """Record a failed proof; the fifth in 15 minutes locks a staff account, once, until somebody releases it.

    CJIS AC-7, by STAFF_LOCK_FAILURES and STAFF_LOCK_MINUTES. Counted in the database under the lock of the person's
    row, so that ten failures at once are ten, and neither a restart nor an empty cache forgives any. A success in
    between forgives none either: who guesses between the owner's own sign-ins would never be stopped. Public accounts
    are only throttled, by allauth; for them and for nobody's address the database is asked the same.
    """
    pk = user.pk if user is not None and user.is_staff else 0
    with transaction.atomic():
        person = locked(User.objects).filter(pk=pk).first()
        record_event(request=request, kind=kind, succeeded=False, user=person, detail=detail)
        held = StaffHold.objects.filter(user_id=pk, kind=HoldKind.LOCKED, released_at__isnull=True).exists()
        failures = _failures_that_count(pk)
        if person is None or held or failures < settings.STAFF_LOCK_FAILURES:
            return None
        return _lock(person, request, failures)


def _failures_that_count(pk: int) -> int:
    since = timezone.now() - timedelta(minutes=settings.STAFF_LOCK_MINUTES)
    released = StaffHold.objects.filter(user_id=pk, kind=HoldKind.LOCKED, released_at__gt=since)
    newest = released.order_by("-released_at").values_list("released_at", flat=True).first()
    return SignInEvent.objects.filter(user_id=pk, succeeded=False, kind__in=PROOFS, at__gt=newest or since).count()


def _lock(person: User, request: HttpRequest | None, failures: int) -> StaffHold:
    hold = StaffHold.objects.create(user=person, kind=HoldKind.LOCKED)
    record_event(request=request, kind=EventKind.LOCKED, succeeded=True, user=person, detail=f"{failures} failures")
    ledger.record(
        "staff_account.locked",
        Subject.of("user", person.public_id),
        DOOR,
        failures=failures,
        minutes=settings.STAFF_LOCK_MINUTES,
    )
    if request is not None:
        request.staff_account_locked = person.pk  # type: ignore[attr-defined]
    staff_held.send(sender=StaffHold, hold=hold)
    return hold


def shut_account(*, person: User, kind: HoldKind, reason: str = "", at: Any = None) -> StaffHold | None:
    """Shut the account and end its sessions and keys, in the caller's transaction; None if it was shut so already.

    Part of the caller's act, which writes the entry. From here on every policy and every session refuses the person:
    `is_active` is off.
    """
    locked(User.objects).get(pk=person.pk)
    if StaffHold.objects.filter(user=person, kind=kind, released_at__isnull=True).exists():
        return None
    hold = StaffHold.objects.create(user=person, kind=kind, reason=reason, **({"began_at": at} if at else {}))
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    ApiKey.objects.filter(made_by=person).delete()
    staff_held.send(sender=StaffHold, hold=hold)
    return hold


def lift_holds(*, person: User, kinds: tuple[HoldKind, ...], by: User | None, reason: str) -> list[StaffHold]:
    """Release the person's open holds of these kinds, in the caller's transaction, and say which there were."""
    locked(User.objects).get(pk=person.pk)
    holds = list(StaffHold.objects.filter(user=person, kind__in=kinds, released_at__isnull=True))
    for hold in holds:
        hold.released_at, hold.released_by, hold.reason = timezone.now(), by, reason
        hold.save(update_fields=["released_at", "released_by", "reason"])
    shut = StaffHold.objects.filter(user=person, released_at__isnull=True).exclude(kind=HoldKind.LOCKED).exists()
    if holds and not shut and not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
    return holds


def end_sessions(person: User) -> int:
    """End the person's sessions at once and say how many. One that was never listed dies with `is_active`."""
    listed = list(UserSession.objects.filter(user=person))
    keys = {session.session_key for session in listed}
    Session.objects.filter(session_key__in=keys).delete()
    for session in listed:
        session.delete()
    return len(keys)
