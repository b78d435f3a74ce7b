"""Who reads the rules of retention and what expires, and who writes rules."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.evidence.policies import is_open_to, open_to
from apps.retention.models import Disposition, RetentionSchedule

READERS = (Role.RECORDS_CUSTODIAN, Role.PROGRAM_MANAGER, Role.AUDITOR)
WRITERS = (Role.RECORDS_CUSTODIAN, Role.PROGRAM_MANAGER)
# Whoever sees items sees when they may go; a program manager writes rules and sees no item.
EXPIRY_READERS = (Role.RECORDS_CUSTODIAN, Role.AUDITOR)


def viewable_schedules(user: Person) -> QuerySet[RetentionSchedule]:
    """All versions of the person's agencies."""
    if not serves_as(user, *READERS):
        return RetentionSchedule.objects.none()
    return RetentionSchedule.objects.filter(agency__in=agencies_of(user, *READERS))


def can_view_schedule(user: Person, schedule: RetentionSchedule) -> bool:
    """Whether the schedule is one of `viewable_schedules(user)`."""
    return has_role(user, schedule.agency, *READERS)


def can_write_rules(user: Person, agency: Agency) -> bool:
    """A records custodian or a program manager of the agency."""
    return has_role(user, agency, *WRITERS)


KEEPERS = (Role.RECORDS_CUSTODIAN,)


def viewable_dispositions(user: Person) -> QuerySet[Disposition]:
    """Custodians and auditors, those of their agencies."""
    if not serves_as(user, *EXPIRY_READERS):
        return Disposition.objects.none()
    return Disposition.objects.filter(open_to(user, "item__"), agency__in=agencies_of(user, *EXPIRY_READERS))


def can_view_disposition(user: Person, disposition: Disposition) -> bool:
    """Whether the disposition is one of `viewable_dispositions(user)`."""
    return has_role(user, disposition.agency, *EXPIRY_READERS) and is_open_to(user, disposition.item)


def can_dispose_for(user: Person, agency: Agency) -> bool:
    """A records custodian proposes, and another one approves."""
    return has_role(user, agency, *KEEPERS)
