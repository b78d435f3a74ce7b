"""Visits: whether somebody outside is in, asked at each page and each range of bytes."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.sharing.models import Grant, Visit
from apps.sharing.services.entering import CODE_TRIES


def grant_by_id(public_id: UUID) -> Grant:
    """A grant to an office outside, whatever became of it; for who holds its link. Raises NotFound."""
    rows = Grant.objects.filter(public_id=public_id, agreement__to_agency__isnull=True)
    found = rows.select_related("agency", "case", "agreement__from_agency", "agreement__to_agency").first()
    if found is None:
        raise NotFound(_("There is no such grant, or it is over."))
    return found


def is_open(grant: Grant) -> bool:
    """Whether the grant, its agreement and its link hold now."""
    now = timezone.now()
    holds = not grant.is_over and grant.agreement.is_in_force and grant.agency.is_active
    return holds and grant.link_ends_at is not None and grant.link_ends_at > now


def visit_of(grant: Grant, named: str, session: str) -> Visit | None:
    """The visit of this browser to this grant, if it is not over. `session` is the browser's fingerprint."""
    rows = Visit.objects.filter(grant=grant, session=session, ends_at__gt=timezone.now())
    try:
        return rows.filter(public_id=named).first()
    except ValidationError:
        return None


def waits_for_code(visit: Visit) -> bool:
    """Whether a mailed code still lets this visit in."""
    return visit.proved_at is None and visit.tries < CODE_TRIES and visit.code_ends_at > timezone.now()
