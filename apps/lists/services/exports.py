"""record_export: rows of a list leave the portal."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.core import text
from apps.core.errors import InvalidInput
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.lists.models import ListExport

REASON_MIN, REASON_MAX = 5, 500


def record_export(
    *,
    user: User,
    roles: Sequence[str],
    listed: str,
    filters: Sequence[str],
    columns: Sequence[str],
    rows: int,
    capped: bool,
    reason: str,
    asks_reason: bool,
    about: str = "",
) -> ListExport:
    """Write that somebody takes so many rows of a list out of the portal. Without the entry there is no export.

    `filters` are names alone. `about` is the public id of the one thing that the rows are about, if there is one. The
    reason may name people, so the ledger keeps it in the private part. Raises NotAllowed for somebody who holds none
    of `roles`, InvalidInput without a reason where the list asks for one.
    """
    with transaction.atomic():
        acting = acting_anywhere(user, *(roles or ("",)))
        reason = text.line(reason, field="reason", most=REASON_MAX, required=False)
        if asks_reason and len(reason) < REASON_MIN:
            sentence = _("Say in a few words what the rows are for.")
            raise InvalidInput.about("reason", sentence)
        export = ListExport.objects.create(
            user=user,
            agency=acting.agency,
            listed=listed,
            filters=sorted(filters),
            columns=list(columns),
            rows=rows,
            capped=capped,
            reason=reason,
        )
        ledger.record(
            "list.exported",
            Subject.of("list_export", export.public_id),
            acting.actor,
            list=listed,
            filters=sorted(filters),
            columns=list(columns),
            rows=rows,
            capped=capped,
            about=about,
            private={"reason": reason} if reason else None,
        )
        return export
