"""What people decide about an export: agree, refuse, cancel, try again; and what ends by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core import claims, text
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.core.locks import locked
from apps.disclosure.export_mails import tell_requester
from apps.disclosure.export_policies import DECIDERS, can_cancel_export, can_decide_export, can_view_export
from apps.disclosure.export_states import EXPORT_TRANSITIONS, LIVE, ExportState
from apps.disclosure.models import Export
from apps.disclosure.services.export_asking import REASON_MAX, REASON_MIN, subject_of
from apps.evidence.policies import DOWNLOADERS
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.partners.models import Partner


def approve_export(*, export: Export, user: User) -> Export:
    """A second person agrees, and building begins. Raises NotFound, NotAllowed (who asked, or no supervisor or records
    custodian of the agency), WrongState (decided, or too late).
    """
    with transaction.atomic():
        export = _to_decide(export, user)
        _decide(export, user, ExportState.BUILDING)
        export.save()
        ledger.record("export.approved", subject_of(export), _as_decider(user, export), **_about(export))
        tell_requester("approved", export)
        enqueue_after_commit("apps.disclosure.tasks.build_export", export.pk)
        return export


def refuse_export(*, export: Export, user: User, reason: str) -> Export:
    """A second person refuses with a reason that who asked reads. Raises as `approve_export`, InvalidInput."""
    reason = _checked_reason(reason)
    with transaction.atomic():
        export = _to_decide(export, user)
        _decide(export, user, ExportState.REFUSED)
        export.decision_reason, export.ended_at = reason, timezone.now()
        export.save()
        private = {"reason": reason}
        actor = _as_decider(user, export)
        ledger.record("export.refused", subject_of(export), actor, private=private, **_about(export))
        tell_requester("refused", export)
        return export


def cancel_export(*, export: Export, user: User) -> Export:
    """End an export in whatever state it is: a worker stops at its next step, and a package is gone at once.

    Cancelling again changes nothing. Raises NotFound, NotAllowed, WrongState for one that ended otherwise.
    """
    with transaction.atomic():
        export = _locked(export, user)
        if not can_cancel_export(user, export):
            raise NotAllowed(_("Who asked for it, or a records custodian, cancels an export."), code="role")
        if export.state == ExportState.CANCELLED:
            return export
        EXPORT_TRANSITIONS.check(export.state, ExportState.CANCELLED)
        before = export.state
        end(export, ExportState.CANCELLED)
        actor = acting_as(user, export.agency, *DOWNLOADERS).actor
        ledger.record("export.cancelled", subject_of(export), actor, before=before, **_about(export))
        return export


def retry_export(*, export: Export, user: User) -> Export:
    """Have a stopped export built on, from where it stopped. Raises NotFound, NotAllowed, WrongState."""
    with transaction.atomic():
        export = _locked(export, user)
        if not can_cancel_export(user, export):
            raise NotAllowed(_("Who asked for it, or a records custodian, has it tried again."), code="role")
        EXPORT_TRANSITIONS.check(export.state, ExportState.BUILDING)
        if export.state != ExportState.STOPPED:
            raise WrongState(_("Nobody agreed to this export yet."), code="asked")
        export.state, export.problem, export.failure_reason = ExportState.BUILDING, "", ""
        claims.release(export, step_done=True)
        export.save()
        actor = acting_as(user, export.agency, *DOWNLOADERS).actor
        ledger.record("export.retried", subject_of(export), actor, **_about(export))
        enqueue_after_commit("apps.disclosure.tasks.build_export", export.pk)
        return export


def expire_exports(*, actor: Actor) -> int:
    """End exports whose days are over: undecided, stopped, or ready long enough. Returns how many; twice is once."""
    ended = 0
    timed = (ExportState.ASKED, ExportState.STOPPED, ExportState.READY)
    due = Export.objects.filter(state__in=timed, expires_at__lte=timezone.now()).order_by("pk")
    for key in due.values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            export = locked(Export.objects.select_related("agency", "case", "requested_by")).get(pk=key)
            if export.state not in timed:
                continue
            before = export.state
            end(export, ExportState.EXPIRED)
            ledger.record("export.expired", subject_of(export), actor, before=before, **_about(export))
            if before != ExportState.READY:
                tell_requester("expired", export)
            ended += 1
    return ended


def end_exports_with_places_of(*, partner: Partner, actor: Actor) -> int:
    """End exports that say where cameras of an erased partner stood; returns how many. Again, it finds nothing.

    The files stay evidence: whoever still needs them asks again, and the package no longer says the place.
    """
    ended = 0
    with transaction.atomic():
        mine = Export.objects.filter(places=True, state__in=LIVE, items__item__submission__partner=partner)
        for export in locked(Export.objects.select_related("case")).filter(pk__in=mine.values("pk")):
            before = export.state
            end(export, ExportState.EXPIRED)
            ledger.record("export.expired", subject_of(export), actor, before=before, erased=True, **_about(export))
            ended += 1
    return ended


def end(export: Export, state: ExportState) -> None:
    """Put a locked export into its last state. What was written for it goes; the list of what it held stays."""
    export.state, export.ended_at = state, timezone.now()
    export.save(update_fields=["state", "ended_at", *claims.release(export, step_done=True)])
    export.files.exclude(content=None).update(content=None)


def _locked(export: Export, user: User) -> Export:
    rows = Export.objects.select_related("agency", "case", "requested_by", "decided_by")
    export = locked(rows).get(pk=export.pk)
    if not can_view_export(user, export):
        raise NotFound(_("There is no such export among yours."))
    return export


def _to_decide(export: Export, user: User) -> Export:
    export = _locked(export, user)
    if export.requested_by_id == user.pk:
        raise NotAllowed(_("You asked for this; another person has to decide about it."), code="own")
    if not can_decide_export(user, export):
        raise NotAllowed(_("Only a supervisor or a records custodian of the agency decides about this."), code="role")
    return export


def _decide(export: Export, user: User, state: ExportState) -> None:
    if export.state != ExportState.ASKED:
        raise WrongState(_("Somebody has decided about this export already, or it has ended."), code="transition")
    EXPORT_TRANSITIONS.check(export.state, state)
    if export.expires_at <= timezone.now():
        raise WrongState(_("Nobody decided about this in time. The person has to ask again."), code="expired")
    export.state, export.decided_by, export.decided_at = state, user, timezone.now()
    export.expires_at = timezone.now() + timedelta(days=settings.EXPORT_KEEP_DAYS)


def _as_decider(user: User, export: Export) -> Actor:
    return acting_as(user, export.agency, *DECIDERS).actor


def _about(export: Export) -> dict[str, Any]:
    return {"case": str(export.case.public_id)}


def _checked_reason(reason: str) -> str:
    reason = text.line(reason, field="reason", most=REASON_MAX)
    if len(reason) < REASON_MIN:
        sentence = _("Please say why, in a few words.")
        raise InvalidInput.about("reason", sentence)
    return reason
