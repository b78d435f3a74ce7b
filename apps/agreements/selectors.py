"""Whether an agency shares something with another one at an instant. It is asked at each read and kept nowhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agencies.models import Agency
from apps.agencies.policies import Person
from apps.agreements.models import Agreement, SharedItem
from apps.agreements.policies import viewable_agreements
from apps.agreements.scopes import ALL
from apps.core.errors import NotFound


def in_force(
    from_agency: Agency, to_agency: Agency, scope: str, *, part: str = ALL, at: datetime | None = None
) -> bool:
    """Whether `from_agency` shares this with `to_agency` at `at` (now). The instant of its end is over already."""
    found = shared_items(Agency.objects.filter(pk=to_agency.pk), scope, at=at)
    return found.filter(agreement__from_agency=from_agency, part__in={ALL, part}).exists()


def shared_items(to_agencies: QuerySet[Agency], scope: str, *, at: datetime | None = None) -> QuerySet[SharedItem]:
    """What any of these agencies may see at `at` (now), for subqueries on `agreement__from_agency` and `part`."""
    at = at or timezone.now()
    return SharedItem.objects.filter(
        Q(agreement__ended_at__isnull=True) | Q(agreement__ended_at__gt=at),
        scope=scope,
        agreement__to_agency__in=to_agencies,
        agreement__to_agency__is_active=True,
        agreement__from_agency__is_active=True,
        agreement__starts_at__lte=at,
        agreement__ends_at__gt=at,
    )


def get_agreement_for(user: Person, public_id: UUID | str) -> Agreement:
    """Raises NotFound for an agreement of other agencies."""
    rows = viewable_agreements(user).select_related("from_agency", "to_agency", "made_by", "ended_by")
    found = rows.prefetch_related("items").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such agreement of your agencies."))
    return found


def with_state(rows: QuerySet[Agreement], state: str) -> QuerySet[Agreement]:
    """Those that are `in_force`, `later` or `over` now."""
    now = timezone.now()
    if state == "over":
        return rows.filter(Q(ends_at__lte=now) | Q(ended_at__lte=now))
    started = Q(starts_at__lte=now) if state == "in_force" else Q(starts_at__gt=now)
    return rows.filter(started, ends_at__gt=now).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now))
