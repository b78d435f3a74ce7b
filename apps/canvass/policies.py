"""Who begins a canvass, who sees its doors, who goes to them. Asked for one and for many alike."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.evidence.policies import cases_worked_on
from apps.footage_requests.policies import AUTHOR_ROLES

# Who asks owners on a case asks at the doors, too; an analyst joins them.
OFFICERS = (*AUTHOR_ROLES, Role.ANALYST)


def can_begin_canvass(user: Person, case: Case) -> bool:
    """Whether the person may ask owners in this case, and works on it."""
    return cases_worked_on(user, *AUTHOR_ROLES).filter(pk=case.pk).exists()


def viewable_canvasses(user: Person) -> QuerySet[Canvass]:
    """Those to which the person goes, and those of cases on which the person works; never one that removed them."""
    if not isinstance(user, User) or not serves_as(user, *OFFICERS):
        return Canvass.objects.none()
    mine = CanvassOfficer.objects.filter(canvass=OuterRef("pk"), user=user)
    seen = Canvass.objects.filter(agency__in=agencies_of(user, *OFFICERS))
    seen = seen.filter(Q(Exists(mine)) | Q(case__in=cases_worked_on(user, *OFFICERS)))
    return seen.exclude(Exists(mine.filter(removed_at__isnull=False)))


def can_view_canvass(user: Person, canvass: Canvass) -> bool:
    """Whether the canvass is one of `viewable_canvasses(user)`."""
    return viewable_canvasses(user).filter(pk=canvass.pk).exists()


def goes_to_doors(user: Person, canvass: Canvass) -> bool:
    """Whether the person joined, and nobody removed them since."""
    return _joined(user, canvass, removed_at__isnull=True)


def went_to_doors(user: Person, canvass: Canvass) -> bool:
    """Whether the person ever joined: the phone of somebody who was removed may still hold what nobody else knows."""
    return _joined(user, canvass)


def can_join_canvass(user: Person, canvass: Canvass) -> bool:
    """Whether the person, who works on the case, may join an open canvass."""
    works = cases_worked_on(user, *OFFICERS).filter(pk=canvass.case_id).exists()
    return works and can_view_canvass(user, canvass) and not goes_to_doors(user, canvass)


def can_lead_canvass(user: Person, canvass: Canvass) -> bool:
    """Who began it, or a supervisor who sees it: ends it, removes a colleague and lets one back in."""
    if not can_view_canvass(user, canvass):
        return False
    return canvass.began_by_id == user.pk or has_role(user, canvass.agency, Role.SUPERVISOR)


def can_correct_visit(user: Person, visit: Visit) -> bool:
    """Who made it, or who leads the canvass."""
    canvass = visit.door.canvass
    own = visit.officer_id == user.pk and went_to_doors(user, canvass)
    return own or can_lead_canvass(user, canvass)


def _joined(user: Person, canvass: Canvass, **more: bool) -> bool:
    if not isinstance(user, User) or not has_role(user, canvass.agency, *OFFICERS):
        return False
    return CanvassOfficer.objects.filter(canvass=canvass, user=user, **more).exists()
