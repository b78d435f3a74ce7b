"""A sharing grant as a ground for access: it crosses agencies, and opens what the grant gives while it holds."""

from __future__ import annotations

from apps.access.grounds import Ground, Target
from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.ledger.values import Subject
from apps.sharing.models import Grant
from apps.sharing.policies import READERS
from apps.sharing.validity import in_force


def subject_of(grant: Grant) -> Subject:
    """The grant as the ledger names it."""
    return Subject.of("grant", grant.public_id)


def _opens(purpose: Purpose, target: Target) -> bool:
    """This very grant, asked now: in force, and given to the agency in which the person has the role."""
    if purpose.grant is None or target.subject != Subject.of("grant", purpose.grant):
        return False
    theirs = Grant.objects.filter(in_force(), public_id=purpose.grant, agreement__to_agency=purpose.agency_id)
    return theirs.exists()


GROUND = Ground(kind=PurposeKind.GRANT, roles={AccessKind.SHARED_FOOTAGE: READERS}, opens=_opens, crosses_agencies=True)
