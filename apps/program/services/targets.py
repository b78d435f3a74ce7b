"""set_target and withdraw_target: each is a new row, and the ones before stay readable."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import Acting, acting_anywhere, acting_as
from apps.agencies.models import Agency, Role
from apps.core import text
from apps.core.errors import InvalidInput, NotFound, Stale, WrongState
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.program.days import day_of
from apps.program.measures import BY_KEY, Better, Measure, Unit
from apps.program.models import Snapshot, Target, scope_of

REASON_MAX = 500
LATEST = timedelta(days=3653)
_MOST = {Unit.PERCENT: 100.0, Unit.HOURS: 8760.0, Unit.COUNT: 10_000_000.0}


def set_target(
    *,
    measure: str,
    agency: Agency | None,
    value: float,
    due_on: date,
    reason: str,
    read: int,
    user: User,
    request_key: UUID | None,
) -> Target:
    """Say what a measure should reach by a day, and why. `read` is the number of the target that was on the page.

    For the whole program where `agency` is None. Raises NotAllowed for other staff than program managers, NotFound for
    a measure that there is not, InvalidInput, and Stale if somebody set another one meanwhile.
    """
    with transaction.atomic():
        acting, known = _acting(user, agency), _measure(measure)
        _check(known, value, due_on, day_of(agency, timezone.now()))
        goal = {"value": float(value), "due_on": due_on, "start": _newest_figure(known, agency)}
        target, made = _add(known, agency, reason, read, user, request_key, **goal)
        if made:
            facts = {"value": str(target.value), "due_on": due_on.isoformat()}
            _record("program.target_set", target, acting, **facts)
        return target


def withdraw_target(
    *, measure: str, agency: Agency | None, reason: str, read: int, user: User, request_key: UUID | None
) -> Target:
    """Say that a measure has no target any more, and why. Raises as `set_target`, and WrongState without a target."""
    with transaction.atomic():
        acting, known = _acting(user, agency), _measure(measure)
        newest = _newest(known, agency)
        if newest is None or (newest.value is None and newest.request_key != request_key):
            raise WrongState(_("This measure has no target."))
        target, made = _add(known, agency, reason, read, user, request_key)
        if made:
            _record("program.target_withdrawn", target, acting)
        return target


def _record(action: str, target: Target, acting: Acting, **facts: str) -> None:
    ledger.record(
        action,
        Subject.of("target", target.public_id),
        acting.actor,
        measure=target.measure,
        of=target.agency.short_name if target.agency else "program",
        number=target.number,
        private={"reason": target.reason},
        **facts,
    )


def _add(
    measure: Measure,
    agency: Agency | None,
    reason: str,
    read: int,
    user: User,
    request_key: UUID | None,
    **goal: Any,
) -> tuple[Target, bool]:
    """The row after the one that was read. Two at once: the number is unique, and the second one is told."""
    reason = text.line(reason, field="reason", most=REASON_MAX)
    repeated = Target.objects.filter(request_key=request_key).first() if request_key else None
    newest = _newest(measure, agency)
    if repeated is None and read != (newest.number if newest else 0):
        raise _stale()
    try:
        with transaction.atomic():
            return create_once(
                Target,
                request_key=request_key,
                measure=measure.key,
                scope=scope_of(agency),
                agency=agency,
                number=read + 1,
                reason=reason,
                set_by=user,
                **goal,
            )
    except IntegrityError as error:
        raise _stale() from error


def _stale() -> Stale:
    return Stale(_("Somebody set another target meanwhile. It is shown below; look at it before you set yours."))


def _acting(user: User, agency: Agency | None) -> Acting:
    role = Role.PROGRAM_MANAGER
    return acting_anywhere(user, role) if agency is None else acting_as(user, agency, role)


def _measure(key: str) -> Measure:
    known = BY_KEY.get(key)
    if known is None or known.better == Better.NEITHER:
        raise NotFound(_("There is no such measure, or it has no targets."))
    return known


def _newest(measure: Measure, agency: Agency | None) -> Target | None:
    return Target.objects.filter(measure=measure.key, scope=scope_of(agency)).order_by("-number").first()


def _newest_figure(measure: Measure, agency: Agency | None) -> float | None:
    rows = Snapshot.objects.filter(measure=measure.key, scope=scope_of(agency), part="")
    return rows.order_by("-day").values_list("value", flat=True).first()


def _check(measure: Measure, value: float, due_on: date, today: date) -> None:
    problems: dict[str, str] = {}
    most = _MOST[measure.unit]
    if not math.isfinite(value) or not 0 <= value <= most:
        problems["value"] = _("Give a number from 0 to %(most)d.") % {"most": most}
    elif measure.unit == Unit.COUNT and value != int(value):
        problems["value"] = _("Give a whole number.")
    if not today < due_on <= today + LATEST:
        problems["due_on"] = _("Give a day after today, within ten years.")
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
