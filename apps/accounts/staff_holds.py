"""What shuts a staff account or holds it back, and who finds out: locks (CJIS AC-7), disuse, and leaving."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import PROOFS, ApiKey, EventKind, HoldKind, Session, SignInEvent, StaffHold, User
from apps.accounts.sources import source_of
from apps.accounts.staff_events import record_event
from apps.accounts.tallies import FOR_GOOD, Taken
from apps.accounts.tries import EVERYWHERE, HERE, forget_tries
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

# Sent in the transaction that shut the account, with `hold`: the mail is written by an app above this one.
staff_held = Signal()
# Sent in the same way, with `person` and `facts`, when many sources try one account.
staff_flooded = Signal()
FLOOD_SOURCES = 3

DOOR = Actor.system("sign_in")


def open_holds() -> QuerySet[StaffHold]:
    """The holds that hold now."""
    over = Q(kind=HoldKind.LOCKED, until__lte=timezone.now())
    return StaffHold.objects.filter(released_at__isnull=True).exclude(over)


def open_hold(user: User) -> StaffHold | None:
    """What holds this account now, the weightiest first (ended, disabled, held back); None where nothing does."""
    order = {HoldKind.ENDED: 0, HoldKind.IDLE: 1, HoldKind.LOCKED: 2}
    return min(open_holds().filter(user=user), key=lambda hold: order[HoldKind(hold.kind)], default=None)


def is_shut(user: User) -> bool:
    """Whether nobody gets into this account, from wherever. A lock shuts out one device or address, and no account."""
    shutting = StaffHold.objects.filter(user=user, released_at__isnull=True).exclude(kind=HoldKind.LOCKED)
    return not user.is_active or shutting.exists()


def note_failure(
    *, request: HttpRequest | None, user: User | None, kind: EventKind, taken: Taken, detail: str = ""
) -> StaffHold | None:
    """Record a failed proof. If it was the last try of its device or address, this source is held back (CJIS AC-7).

    `taken` is the try as `tries` counted it before the secret was compared. Public accounts are counted alike, and
    nothing else is kept about them; for them and for nobody's address the database is asked the same.
    """
    pk = user.pk if user is not None and user.is_staff else 0
    with transaction.atomic():
        person = locked(User.objects).filter(pk=pk).first()
        record_event(request=request, kind=kind, succeeded=False, user=person, detail=detail)
        if person is None or not {HERE, EVERYWHERE} & set(taken.full):
            return None
        return _hold_back(person, request, taken)


def _hold_back(person: User, request: HttpRequest | None, taken: Taken) -> StaffHold:
    """One hold, one entry and one mail for a day of failures, however many addresses took part."""
    now, until = timezone.now(), _end_of(taken)
    known = source_of(request, person.email).is_known
    record_event(
        request=request,
        kind=EventKind.LOCKED,
        succeeded=True,
        user=person,
        detail="known device" if known else "unknown device",
    )
    if request is not None and HERE in taken.full:
        request.staff_account_locked = person.pk  # type: ignore[attr-defined]
    hold = StaffHold.objects.filter(user=person, kind=HoldKind.LOCKED, released_at__isnull=True).first()
    if hold is not None and (hold.until is None or now - hold.began_at < timedelta(days=1)):
        hold.until = None if until is None or hold.until is None else max(hold.until, until)
        hold.save(update_fields=["until"])
    else:
        if hold is not None:
            hold.released_at, hold.reason = hold.until, "another began"
            hold.save(update_fields=["released_at", "reason"])
        hold = StaffHold.objects.create(user=person, kind=HoldKind.LOCKED, until=until)
        ledger.record(
            "staff_account.locked",
            Subject.of("user", person.public_id),
            DOOR,
            failures=settings.STAFF_LOCK_FAILURES,
            minutes=settings.STAFF_LOCK_MINUTES,
            known_device=known,
            until=until.isoformat() if until else "",
        )
        staff_held.send(sender=StaffHold, hold=hold)
    _notice_flood(person, taken)
    return hold


def _end_of(taken: Taken) -> datetime | None:
    """Until when the source waits: the day's end for a flood, never for one that has to be released."""
    until = taken.until or timezone.now() + timedelta(days=1)
    return None if until >= FOR_GOOD else until


def _notice_flood(person: User, taken: Taken) -> None:
    """Three locks in a day, or the day's share of all unknown sources used up: somebody means this account."""
    since = timezone.now() - timedelta(days=1)
    sources = SignInEvent.objects.filter(user=person, kind=EventKind.LOCKED, at__gt=since).count()
    if sources >= FLOOD_SOURCES or EVERYWHERE in taken.full:
        failures = SignInEvent.objects.filter(user=person, succeeded=False, kind__in=PROOFS, at__gt=since).count()
        staff_flooded.send(sender=StaffHold, person=person, facts={"failures": failures, "held_back": sources})


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
    if HoldKind.LOCKED in kinds:
        forget_tries(person.email)
    shut = StaffHold.objects.filter(user=person, released_at__isnull=True).exclude(kind=HoldKind.LOCKED).exists()
    if holds and not shut and not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
    return holds


def end_sessions(person: User) -> int:
    """End the person's sessions at once, also those that were never listed, and say how many there were."""
    keys = set(Session.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(user=person).delete()
    UserSession.objects.filter(user=person).delete()
    return len(keys)
