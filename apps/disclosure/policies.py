"""Who reads a records request, and who works on it."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.disclosure.models import RecordsRequest

KEEPERS = (Role.RECORDS_CUSTODIAN,)
READERS = (Role.RECORDS_CUSTODIAN, Role.AUDITOR)


def viewable_records_requests(user: Person) -> QuerySet[RecordsRequest]:
    """Custodians and auditors, those of their agencies."""
    if not serves_as(user, *READERS):
        return RecordsRequest.objects.none()
    return RecordsRequest.objects.filter(agency__in=agencies_of(user, *READERS))


def can_view_records_request(user: Person, request: RecordsRequest) -> bool:
    """Whether the request is one of `viewable_records_requests(user)`."""
    return has_role(user, request.agency, *READERS)


def can_take_for(user: Person, agency: Agency) -> bool:
    """Whether the person enters requests that reached this agency."""
    return has_role(user, agency, *KEEPERS)


def can_work_on(user: Person, request: RecordsRequest) -> bool:
    """Whether the person acknowledges, decides and answers. An auditor reads."""
    return has_role(user, request.agency, *KEEPERS)
