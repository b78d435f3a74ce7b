"""Who reads and writes on a case. Who sees the case itself: `agencies.policies.viewable_cases`."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, can_view_case, has_role, viewable_cases
from apps.cases.models import CaseNote

# Auditors read. They change nothing that they may have to judge.
WRITERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN)


def viewable_notes(user: Person) -> QuerySet[CaseNote]:
    """The notes of cases that the person may see, work product among them: all of it stays inside the agency."""
    cases = viewable_cases(user)
    return CaseNote.objects.none() if cases.query.is_empty() else CaseNote.objects.filter(case__in=cases)


def can_view_note(user: Person, note: CaseNote) -> bool:
    return can_view_case(user, note.case)


def can_write_on(user: Person, case: Case) -> bool:
    """Whether the person may add notes, and set the numbers of other systems."""
    return has_role(user, case.agency, *WRITERS)


def can_change_note(user: Person, note: CaseNote) -> bool:
    """Only its author, while the role lasts."""
    return note.author_id == user.pk and can_write_on(user, note.case)
