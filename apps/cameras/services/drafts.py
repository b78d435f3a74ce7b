"""Drafts of camera forms: kept while somebody types, gone when the camera is registered.

They are no acts: nobody but their writer sees them, nothing follows from them, and the ledger does not know them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera, CameraDraft
from apps.core.errors import InvalidInput, Stale, WrongState
from apps.core.locks import locked_exclusively
from apps.partners import policies as partner_policies
from apps.partners.models import Partner

VALUE_MAX, VALUES_MAX, FORM_MAX = 4000, 60, 40


def save_camera_draft(
    *, user: User, partner: Partner, form: str, values: Mapping[str, Any], version: int
) -> CameraDraft:
    """Keep what is in the form now, given the draft's `version` that was read (0: none yet).

    The same values again change nothing. Raises NotFound or NotAllowed for people who do not run the account, Stale if
    another window or device kept something newer or threw it away, WrongState if this very form registered a camera
    meanwhile, InvalidInput for what no form holds.
    """
    payload = _payload(form, values)
    with transaction.atomic():
        partner_policies.check_can_manage(user, partner)
        now = timezone.now()
        draft, created = locked_exclusively(CameraDraft.objects).get_or_create(
            user=user, partner=partner, form=form, defaults={"payload": payload, "saved_at": now}
        )
        if created and _is_registered(values):
            raise WrongState(_("This camera is registered already."), code="registered")
        if version == 0 if created else draft.payload == payload:
            return draft
        if created or draft.version != version:
            raise Stale(_("A newer draft was kept elsewhere. Load the page again to see it."), code="version")
        draft.payload, draft.saved_at, draft.version = payload, now, draft.version + 1
        draft.save(update_fields=["payload", "saved_at", "version"])
        return draft


def draft_values(draft: CameraDraft) -> dict[str, str]:
    """What was typed, by the names of the fields."""
    values: dict[str, str] = json.loads(draft.payload)
    return values


def discard_camera_draft(*, user: User, partner: Partner, form: str) -> bool:
    """Throw the draft away: by its writer, or because the camera is registered. Says whether there was one."""
    count, _rows = CameraDraft.objects.filter(user=user, partner=partner, form=form).delete()
    return bool(count)


def forget_camera_drafts() -> int:
    """Erase drafts that nobody touched for CAMERA_DRAFT_DAYS. Returns how many; running it again changes nothing."""
    before = timezone.now() - timedelta(days=settings.CAMERA_DRAFT_DAYS)
    count, _rows = CameraDraft.objects.filter(saved_at__lt=before).delete()
    return count


def _is_registered(values: Mapping[str, Any]) -> bool:
    """Whether what was typed arrives after the form itself did."""
    try:
        key = UUID(values.get("request_key", ""))
    except ValueError:
        return False
    return Camera.objects.filter(request_key=key).exists()


def _payload(form: str, values: Mapping[str, Any]) -> str:
    sentence = _("This cannot be kept as a draft.")
    fits = 0 < len(form) <= FORM_MAX and len(values) <= VALUES_MAX
    if not fits or not all(_is_text(name) and _is_text(value) for name, value in values.items()):
        raise InvalidInput(sentence)
    return json.dumps(dict(values), sort_keys=True)


def _is_text(value: Any) -> bool:
    """Text of a bearable length that a database can hold."""
    if not isinstance(value, str) or len(value) > VALUE_MAX:
        return False
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)
