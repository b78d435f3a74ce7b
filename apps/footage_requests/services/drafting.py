"""draft_request, update_request, submit_request, recall_request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency
from apps.agencies.services import get_or_create_case
from apps.calls.models import Call
from apps.core.errors import InvalidInput, NotAllowed, PortalError, WrongState
from apps.core.once import create_once
from apps.footage_requests import policies
from apps.footage_requests.codes import new_request_code
from apps.footage_requests.incident_types import incident_names
from apps.footage_requests.left_out import checked_left_out
from apps.footage_requests.limits import (
    JudgedArea,
    check_room_to_submit,
    check_translations,
    check_windows,
    check_words,
    judge_area,
)
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.resubmission import remember_submission
from apps.footage_requests.services.guard import check_version, locked_for, locked_with_case, subject_of
from apps.footage_requests.services.unfinished import end_kept_form
from apps.footage_requests.staff_mails import tell_supervisors
from apps.footage_requests.states import REQUEST_TRANSITIONS, RequestKind, RequestState
from apps.ledger import services as ledger
from apps.ledger.values import Actor

CHANGEABLE = (RequestState.DRAFT, RequestState.RETURNED)


def _checked(
    *,
    agency: Agency,
    incident_type: str,
    reason: str,
    message: str,
    area: Mapping[str, Any],
    windows: Sequence[tuple[datetime, datetime]],
    kind: str,
    left_out: Sequence[Mapping[str, Any]],
    translations: Mapping[str, str],
) -> tuple[JudgedArea, dict[str, Any]]:
    """Every check at once, so that a form shows all its errors together."""
    problems: dict[str, Any] = {}
    if kind not in RequestKind.values:
        problems["kind"] = _("Choose whether you ask for footage or ask to keep it.")
    judged: JudgedArea | None = None
    words, names = ("", ""), {}
    try:
        names = incident_names(agency, incident_type)
    except InvalidInput as error:
        problems |= error.fields
    try:
        words = check_words(reason=reason, message=message)
    except InvalidInput as error:
        problems |= error.fields
    try:
        judged = judge_area(area, agency=agency)
    except InvalidInput as error:
        problems |= error.fields
    translated: dict[str, str] = {}
    try:
        translated = check_translations(translations, message=message)
    except InvalidInput as error:
        problems |= error.fields
    kept: list[dict[str, Any]] = []
    try:
        kept = checked_left_out(left_out)
    except InvalidInput as error:
        problems |= error.fields
    try:
        check_windows(windows, agency=agency)
    except InvalidInput as error:
        problems |= error.fields
    if problems or judged is None:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    return judged, {
        "incident_type": incident_type,
        "incident_names": names,
        "kind": kind,
        "reason": words[0],
        # Whoever is only asked to keep a recording learns of camera, day and hours.
        "message": "" if kind == RequestKind.PRESERVATION else words[1],
        "area": judged.area.to_json(),
        "area_m2": judged.area.area_m2,
        "too_wide": judged.too_wide,
        "message_translations": {} if kind == RequestKind.PRESERVATION else translated,
        "left_out": kept,
        **_stored_windows(windows),
    }


def _stored_windows(windows: Sequence[tuple[datetime, datetime]]) -> dict[str, Any]:
    """The span of all times, and the times themselves where there are several."""
    ordered = sorted(windows)
    several = [[start.isoformat(), end.isoformat()] for start, end in ordered] if len(ordered) > 1 else []
    return {
        "window_start": ordered[0][0],
        "window_end": max(end for _start, end in ordered),
        "more_windows": several,
    }


def _free_code() -> str:
    while FootageRequest.objects.filter(code=(code := new_request_code())).exists():
        pass
    return code


def _facts(request: FootageRequest) -> dict[str, Any]:
    """What the ledger says of a request's content: all that another may check, nothing that names a place or person."""
    return {
        "case": str(request.case.public_id),
        "kind": request.kind,
        "incident_type": request.incident_type,
        "area_m2": round(request.area_m2),
        "too_wide": request.too_wide,
        "window_start": request.window_start.isoformat(),
        "window_end": request.window_end.isoformat(),
        "windows": len(request.windows),
        "version": request.version,
    }


def draft_request(
    *,
    user: User,
    agency: Agency,
    case_number: str,
    incident_type: str,
    reason: str,
    area: Mapping[str, Any],
    window_start: datetime,
    window_end: datetime,
    message: str = "",
    more_windows: Sequence[tuple[datetime, datetime]] = (),
    kind: str = RequestKind.FOOTAGE,
    left_out: Sequence[Mapping[str, Any]] = (),
    message_translations: Mapping[str, str] | None = None,
    call: Call | None = None,
    request_key: UUID | None = None,
    actor: Actor,
) -> FootageRequest:
    """Begin a request. `window_*` are aware instants. A repeat of `request_key` returns the first one.

    `call` is the call for service that it is about, whose place and time the caller has taken over. Raises NotAllowed
    without an author's role in the agency or while requests are switched off there, InvalidInput with a sentence for
    each field.
    """
    if not policies.can_author(user, agency):
        raise NotAllowed(_("Only a detective or supervisor of the agency can write a request."))
    check_on(agency, Feature.REQUESTS)
    with transaction.atomic():
        _judged, content = _checked(
            agency=agency,
            incident_type=incident_type,
            reason=reason,
            message=message,
            area=area,
            windows=[(window_start, window_end), *more_windows],
            kind=kind,
            left_out=left_out,
            translations=message_translations or {},
        )
        request, created = create_once(
            FootageRequest,
            request_key=request_key,
            code=_free_code(),
            agency=agency,
            case=get_or_create_case(agency=agency, number=case_number),
            author=user,
            call=call,
            time_zone=agency.time_zone,
            **content,
        )
        end_kept_form(user=user, form=request_key)
        if not created:
            if request.author_id != user.pk:
                raise PortalError(_("This form was already used. Open a new one."))
            return request
        ledger.record(
            "request.drafted",
            subject_of(request),
            actor,
            agency=str(request.agency.public_id),
            author=str(user.public_id),
            call=str(call.public_id) if call else "",
            **_facts(request),
            private=_private(request),
        )
        return request


def _private(request: FootageRequest) -> dict[str, Any]:
    return {
        "reason": request.reason,
        "message": request.message,
        "area": request.area,
        "left_out": request.left_out,
        "message_translations": request.message_translations,
    }


def update_request(
    *,
    user: User,
    request: FootageRequest,
    version: int,
    case_number: str,
    incident_type: str,
    reason: str,
    area: Mapping[str, Any],
    window_start: datetime,
    window_end: datetime,
    message: str = "",
    more_windows: Sequence[tuple[datetime, datetime]] = (),
    kind: str = RequestKind.FOOTAGE,
    left_out: Sequence[Mapping[str, Any]] = (),
    message_translations: Mapping[str, str] | None = None,
    actor: Actor,
) -> FootageRequest:
    """Change a draft or a returned request as a whole.

    Raises NotFound, NotAllowed (not the author), WrongState (already submitted), Stale (`version` is not the present
    one), InvalidInput.
    """
    with transaction.atomic():
        request = locked_for(user, request)
        if not policies.can_change(user, request):
            raise NotAllowed(_("Only the author can change this request."))
        if request.state not in CHANGEABLE:
            raise WrongState(_("This request was already submitted and can no longer be changed."))
        check_version(request, version)
        _judged, content = _checked(
            agency=request.agency,
            incident_type=incident_type,
            reason=reason,
            message=message,
            area=area,
            windows=[(window_start, window_end), *more_windows],
            kind=kind,
            left_out=left_out,
            translations=message_translations or {},
        )
        for name, value in content.items():
            setattr(request, name, value)
        request.case = get_or_create_case(agency=request.agency, number=case_number)
        request.version += 1
        request.save()
        end_kept_form(user=user, form=request.public_id)
        ledger.record("request.updated", subject_of(request), actor, **_facts(request), private=_private(request))
        return request


def submit_request(*, user: User, request: FootageRequest, version: int, actor: Actor) -> FootageRequest:
    """Hand a draft or a returned request to the supervisors. Window, area and kind of incident are checked again.

    Raises NotFound, NotAllowed, WrongState, Stale, InvalidInput, TooMany (the case has as many as the agency allows).
    """
    with transaction.atomic():
        request = locked_with_case(user, request)
        if not policies.can_change(user, request):
            raise NotAllowed(_("Only the author can submit this request."))
        check_on(request.agency, Feature.REQUESTS)
        REQUEST_TRANSITIONS.check(request.state, RequestState.SUBMITTED)
        check_version(request, version)
        check_windows(request.windows, agency=request.agency)
        request.too_wide = judge_area(request.area, agency=request.agency).too_wide
        request.incident_names = incident_names(request.agency, request.incident_type)
        check_room_to_submit(request)
        remember_submission(request)
        request.state = RequestState.SUBMITTED
        request.submitted_at = timezone.now()
        request.version += 1
        request.save()
        ledger.record(
            "request.submitted", subject_of(request), actor, too_wide=request.too_wide, version=request.version
        )
        tell_supervisors(request)
        return request


def recall_request(*, user: User, request: FootageRequest, version: int, actor: Actor) -> FootageRequest:
    """Take back a request that waits for a supervisor, to change it. What changed shows when it is submitted again.

    Raises NotFound, NotAllowed (not the author), WrongState (decided meanwhile), Stale.
    """
    with transaction.atomic():
        request = locked_for(user, request)
        if not policies.can_change(user, request):
            raise NotAllowed(_("Only the author can take this request back."))
        REQUEST_TRANSITIONS.check(request.state, RequestState.DRAFT)
        check_version(request, version)
        request.state = RequestState.DRAFT
        request.version += 1
        request.save()
        ledger.record("request.recalled", subject_of(request), actor, version=request.version)
        return request
