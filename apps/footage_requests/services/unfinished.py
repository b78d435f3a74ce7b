"""Requests that somebody is still typing: kept as they are, complete or not, until they are saved.

They are no acts: nobody but their writer sees them, nobody is asked because of them, and the ledger does not know
them. What is submitted is checked as if nothing had been kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.core.locks import locked_exclusively
from apps.footage_requests import policies
from apps.footage_requests.models import FootageRequest, KeptForm
from apps.footage_requests.states import RequestState

VALUES_MAX, VALUE_MAX, PAYLOAD_MAX, FORMS_MAX = 160, 60_000, 100_000, 40


def keep_form(
    *, user: User, form: UUID, values: Mapping[str, Any], version: int, request: FootageRequest | None = None
) -> KeptForm:
    """Keep what is in the form now, given the `version` of what was kept before (0: nothing yet).

    `request` is the one that is being changed, whose public id `form` then is. The same values again change nothing;
    what was thrown away is taken back by whoever read that it was. Raises NotAllowed without an author's role, Stale
    if another window kept something else or threw it away, WrongState (code "saved") if the form itself arrived
    meanwhile, InvalidInput for what no form holds.
    """
    payload = _payload(values)
    with transaction.atomic():
        _check_may_keep(user, form, request, values)
        now = timezone.now()
        kept, created = locked_exclusively(KeptForm.objects).get_or_create(
            author=user, form=form, defaults={"request": request, "payload": payload, "saved_at": now}
        )
        if created:
            if KeptForm.objects.filter(author=user, discarded_at__isnull=True).count() > FORMS_MAX:
                sentence = _("You have %(most)d unfinished requests. Throw some of them away first.")
                raise InvalidInput(sentence % {"most": FORMS_MAX})
            return kept
        if kept.discarded_at is None and kept.payload == payload:
            return kept
        if kept.version != version:
            if kept.discarded_at is not None:
                raise Stale(_("This was thrown away in another window. What you type here is not kept."), code="kept")
            raise Stale(_("Something newer was kept in another window. What you type here is not kept."), code="kept")
        kept.payload, kept.saved_at, kept.discarded_at, kept.version = payload, now, None, kept.version + 1
        kept.save(update_fields=["payload", "saved_at", "discarded_at", "version"])
        return kept


def _check_may_keep(user: User, form: UUID, request: FootageRequest | None, values: Mapping[str, Any]) -> None:
    if request is None:
        if not policies.may_begin_somewhere(user):
            raise NotAllowed(_("Only a detective or supervisor can write a request."))
        if FootageRequest.objects.filter(request_key=form).exists():
            raise WrongState(_("This request is saved already."), code="saved")
        return
    if form != request.public_id or not policies.can_change(user, request):
        raise NotAllowed(_("Only the author can change this request."))
    if request.state not in (RequestState.DRAFT, RequestState.RETURNED) or values.get("version") != str(
        request.version
    ):
        raise WrongState(_("This request was saved or submitted meanwhile. Load the page again."), code="saved")


def discard_kept_form(*, user: User, kept: KeptForm) -> KeptForm:
    """Throw an unfinished request away. It can be taken back for some days. Raises NotFound for another's."""
    return _set_discarded(user, kept, discarded=True)


def restore_kept_form(*, user: User, kept: KeptForm) -> KeptForm:
    """Take back what was thrown away. Raises NotFound for another's, and where it is erased already."""
    return _set_discarded(user, kept, discarded=False)


def _set_discarded(user: User, kept: KeptForm, *, discarded: bool) -> KeptForm:
    with transaction.atomic():
        fresh = locked_exclusively(policies.viewable_kept_forms(user)).filter(pk=kept.pk).first()
        if fresh is None:
            raise NotFound(_("There is no such unfinished request among yours."))
        if (fresh.discarded_at is not None) is not discarded:
            fresh.discarded_at = timezone.now() if discarded else None
            # A window in which it is still open is told instead of bringing it back by itself.
            fresh.version += 1
            fresh.save(update_fields=["discarded_at", "version"])
        return fresh


def end_kept_form(*, user: User, form: UUID | None) -> None:
    """The form was saved: what was kept of it goes, in the transaction of the verb that saved it."""
    if form is not None:
        KeptForm.objects.filter(author=user, form=form).delete()


def forget_kept_forms() -> int:
    """Erase what nobody touched for REQUEST_DRAFT_DAYS, or was thrown away REQUEST_DRAFT_UNDO_DAYS ago."""
    now = timezone.now()
    old = Q(saved_at__lt=now - timedelta(days=settings.REQUEST_DRAFT_DAYS))
    thrown = Q(discarded_at__lt=now - timedelta(days=settings.REQUEST_DRAFT_UNDO_DAYS))
    count, _rows = KeptForm.objects.filter(old | thrown).delete()
    return count


def _payload(values: Mapping[str, Any]) -> str:
    sound = len(values) <= VALUES_MAX and all(_is_text(name) and _is_text(one) for name, one in values.items())
    payload = json.dumps(dict(values), sort_keys=True) if sound else ""
    if not sound or len(payload) > PAYLOAD_MAX:
        raise InvalidInput(_("This cannot be kept while you type. Save it as a draft."))
    return payload


def _is_text(value: Any) -> bool:
    """Text of a bearable length that a database can hold."""
    if not isinstance(value, str) or len(value) > VALUE_MAX:
        return False
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)
