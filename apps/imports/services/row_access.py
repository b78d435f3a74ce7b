"""A staff member sees rows that hold places: with a purpose, and recorded, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.services import record_access
from apps.accounts.models import User
from apps.cameras.policies import check_review
from apps.core.errors import NotFound
from apps.imports import policies
from apps.imports.models import CameraImport
from apps.ledger.values import Subject


def access_rows(*, camera_import: CameraImport, rows: Sequence[int], purpose: Purpose | None, user: User) -> None:
    """Record that these rows are shown to a staff member. A partner's own rows are its own: no entry.

    Raises NotFound for people who may not see the import, NotAllowed without a current purpose.
    """
    with transaction.atomic():
        if not policies.can_view_import(user, camera_import):
            raise NotFound(_("There is no such import among yours."))
        if camera_import.agency is None or not rows:
            return
        purpose = check_review(user, purpose, AccessKind.OWNER_ENTRY)
        subject = Subject.of("import", camera_import.public_id)
        record_access(purpose, "import.rows_viewed", subject, rows=list(rows))
