"""begin_canvass, join_canvass, remove_officer, readmit_officer, end_canvass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.canvass.policies import can_begin_canvass, can_join_canvass, can_view_canvass, goes_to_doors
from apps.canvass.sealing import new_sealing_key
from apps.canvass.services.guard import check_leads, locked_canvass, officer_of, subject_of
from apps.canvass.states import CANVASS_TRANSITIONS, CanvassState
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.core.once import create_once
from apps.footage_requests.models import FootageRequest
from apps.geo import parse_area
from apps.ledger import services as ledger

WHERE_MAX = 200


def begin_canvass(
    *,
    case: Case,
    user: User,
    where: str,
    area: Mapping[str, Any] | None = None,
    request: FootageRequest | None = None,
    request_key: UUID | None = None,
) -> Canvass:
    """Begin to ask at the doors. With a request its area is the place; who begins also goes. A repeat finds the first.

    Raises NotAllowed for who does not work on the case or may not ask in it, NotFound for a request of another case,
    InvalidInput.
    """
    where = text.line(where, field="where", most=WHERE_MAX)
    with transaction.atomic():
        if not can_begin_canvass(user, case):
            raise NotAllowed(_("Only a detective or supervisor who works on this case begins a canvass for it."))
        if request is not None and request.case_id != case.pk:
            raise NotFound(_("This request does not belong to the case."))
        given = request.area if request is not None else area
        canvass, created = create_once(
            Canvass,
            request_key=request_key,
            agency=case.agency,
            case=case,
            request=request,
            began_by=user,
            where=where,
            area=parse_area(given).to_json() if given else None,
            sealing_key=new_sealing_key(),
        )
        if not created:
            if (canvass.began_by_id, canvass.case_id) != (user.pk, case.pk):
                raise NotFound(_("There is no such canvass among yours."))
            return canvass
        CanvassOfficer.objects.create(canvass=canvass, user=user)
        ledger.record(
            "canvass.begun",
            subject_of(canvass),
            officer_of(user, canvass),
            case=str(case.public_id),
            request=str(request.public_id) if request else "",
            private={"where": where},
        )
    return canvass


def join_canvass(*, canvass: Canvass, user: User) -> Canvass:
    """Go along. Joining again changes nothing.

    Raises NotFound for whom it does not exist, NotAllowed for who has not recorded the case as a reason, WrongState
    once it has ended.
    """
    with transaction.atomic():
        canvass = locked_canvass(canvass)
        if not can_view_canvass(user, canvass):
            raise NotFound(_("There is no such canvass among yours."))
        if goes_to_doors(user, canvass):
            return canvass
        if not can_join_canvass(user, canvass):
            raise NotAllowed(_("Record first on the page of the case, under “Items”, why you work on it."))
        _check_open(canvass)
        CanvassOfficer.objects.create(canvass=canvass, user=user)
        ledger.record("canvass.joined", subject_of(canvass), officer_of(user, canvass))
    return canvass


def remove_officer(*, officer: CanvassOfficer, user: User) -> CanvassOfficer:
    """From now on this colleague sees nothing of the canvass, as after the theft of a phone. Again changes nothing.

    What the phone still holds is taken and marked. Raises as `check_leads`, InvalidInput about oneself.
    """
    with transaction.atomic():
        return _set_removed(officer, user, removed=True)


def readmit_officer(*, officer: CanvassOfficer, user: User) -> CanvassOfficer:
    """Let a colleague who was removed go along again. Raises as `check_leads`."""
    with transaction.atomic():
        return _set_removed(officer, user, removed=False)


def end_canvass(*, canvass: Canvass, user: User) -> Canvass:
    """Nobody goes on. What phones have not sent is still taken, and marked as late. Ending again changes nothing.

    Raises as `check_leads`.
    """
    with transaction.atomic():
        canvass = locked_canvass(canvass)
        check_leads(user, canvass)
        if canvass.state == CanvassState.ENDED:
            return canvass
        CANVASS_TRANSITIONS.check(canvass.state, CanvassState.ENDED)
        canvass.state, canvass.ended_at = CanvassState.ENDED, timezone.now()
        canvass.save(update_fields=["state", "ended_at"])
        doors = canvass.doors.count()
        visits = Visit.objects.filter(door__canvass=canvass).count()
        ledger.record("canvass.ended", subject_of(canvass), officer_of(user, canvass), doors=doors, visits=visits)
    return canvass


def _set_removed(officer: CanvassOfficer, user: User, *, removed: bool) -> CanvassOfficer:
    canvass = locked_canvass(officer.canvass)
    check_leads(user, canvass)
    officer = CanvassOfficer.objects.select_related("user").get(pk=officer.pk)
    if officer.user_id == user.pk:
        raise InvalidInput(_("You cannot remove yourself. A supervisor does that."))
    if (officer.removed_at is not None) == removed:
        return officer
    officer.removed_at = timezone.now() if removed else None
    officer.save(update_fields=["removed_at"])
    ledger.record(
        "canvass.officer_removed" if removed else "canvass.officer_readmitted",
        subject_of(canvass),
        officer_of(user, canvass),
        officer=str(officer.user.public_id),
    )
    return officer


def _check_open(canvass: Canvass) -> None:
    if canvass.state != CanvassState.OPEN:
        raise WrongState(_("This canvass has ended."), code="ended")
