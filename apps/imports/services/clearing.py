"""What a file held is personal data: it goes when it has served, after seven days at the latest."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.core.locks import locked
from apps.imports import policies
from apps.imports.models import CameraImport, ExternalId
from apps.imports.states import IMPORT_TRANSITIONS, ImportState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners.models import Partner


def discard_import(*, camera_import: CameraImport, user: User, actor: Actor) -> CameraImport:
    """Throw an import away before anything was imported; its cells are erased at once. Twice is once.

    Raises WrongState once rows were imported, NotFound for people who may not see it.
    """
    with transaction.atomic():
        policies.check_can_work_on(user, camera_import)
        camera_import = locked(CameraImport.objects).get(pk=camera_import.pk)
        if camera_import.state == ImportState.DISCARDED:
            return camera_import
        IMPORT_TRANSITIONS.check(camera_import.state, ImportState.DISCARDED)
        camera_import.state = ImportState.DISCARDED
        _erase(camera_import, actor)
        return camera_import


def erase_old_imports() -> int:
    """Erase the cells of imports whose days are over; returns how many. Their counts stay. For a daily job."""
    limit = timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS)
    old = Q(finished_at__lt=limit) | Q(finished_at__isnull=True, created_at__lt=limit)
    working = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)
    due = CameraImport.objects.filter(old, erased_at__isnull=True).exclude(state__in=working)
    erased = 0
    for pk in list(due.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            camera_import = locked(due).filter(pk=pk).first()
            if camera_import is None:
                continue
            if IMPORT_TRANSITIONS.allows(camera_import.state, ImportState.DISCARDED):
                camera_import.state = ImportState.DISCARDED
            _erase(camera_import, Actor.system("worker"))
            erased += 1
    return erased


def _erase(camera_import: CameraImport, actor: Actor) -> None:
    camera_import.rows.update(cells="", before="", reason="", id_key="", place_key="")
    camera_import.header = "[]"
    camera_import.erased_at = timezone.now()
    camera_import.save(update_fields=["state", "header", "erased_at"])
    ledger.record("import.erased", Subject.of("import", camera_import.public_id), actor, state=camera_import.state)


def erase_imports_of(*, partner: Partner, actor: Actor) -> int:
    """Erase what imports still hold of a partner that is erased: cells, own numbers. Again, it finds nothing."""
    erased = 0
    with transaction.atomic():
        for camera_import in locked(CameraImport.objects).filter(partner=partner, erased_at__isnull=True):
            _erase(camera_import, actor)
            erased += 1
        # Their digests stay unique; what they said is gone.
        ExternalId.objects.filter(partner=partner).exclude(value="").update(value="")
    return erased
