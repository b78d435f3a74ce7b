"""Who sees which evidence, and who may do what to it. Asked for one and for many alike.

Staff see the items of their agencies; the partner who gave an item sees what became of it. To see an item is to see its
facts, states and custody. Its pictures need `can_play_item` and, beyond that, a purpose
(see services/footage_access.py).

A restricted item (s. 119.071(2)(h), F.S.: who a victim of child abuse or of a sexual offense is) does not exist for
staff whom nobody has cleared for their agency. Its partner's own view stays as it was.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.access.models import Purpose
from apps.accounts.models import User
from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, agencies_cleared, agencies_of, has_role, is_cleared, serves_as
from apps.cameras.policies import sites_of_members
from apps.evidence.models import (
    CaseHold,
    Derivative,
    EvidenceHold,
    EvidenceItem,
    FixityCheck,
    FormatGuide,
    Handover,
    Submission,
)
from apps.evidence.states import ItemState
from apps.footage_requests.models import FootageRequest
from apps.partners.policies import memberships_of

# What may not be opened, and what is no longer there.
NEVER_OPENED = (ItemState.QUARANTINED, ItemState.DISPOSED)
VIEWERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN, Role.AUDITOR)
PLAYERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN)
DOWNLOADERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)
TRIAGERS = (Role.DETECTIVE, Role.SUPERVISOR)
RETRIERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)
RECORDS_KEEPERS = (Role.RECORDS_CUSTODIAN,)
RESTRICTERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)
# Lifting takes a clearance besides.
RESTRICTION_LIFTERS = (Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)


def viewable_items(user: Person) -> QuerySet[EvidenceItem]:
    """Items whose facts and custody the person may see."""
    if not isinstance(user, User) or not user.is_active:
        return EvidenceItem.objects.none()
    if user.is_staff:
        if not serves_as(user, *VIEWERS):
            return EvidenceItem.objects.none()
        return EvidenceItem.objects.filter(open_to(user), agency__in=agencies_of(user, *VIEWERS))
    memberships = memberships_of(user)
    every = memberships.filter(partner_id=OuterRef("submission__partner_id"), only_sites=False)
    # A file that names no camera may be of any, so it is for those who answer for all of them.
    return EvidenceItem.objects.filter(Exists(every) | Q(match__camera__site__in=sites_of_members(memberships)))


def open_to(user: Person, prefix: str = "") -> Q:
    """Which items no restriction hides from this staff member; `prefix` leads to the item, like `item__`."""
    cleared = agencies_cleared(user)
    free = Q(**{f"{prefix}restricted_at__isnull": True})
    return free if cleared.query.is_empty() else free | Q(**{f"{prefix}agency__in": cleared})


def is_open_to(user: Person, item: EvidenceItem) -> bool:
    """Whether no restriction hides the item from this staff member."""
    return not item.is_restricted or is_cleared(user, item.agency)


def can_view_item(user: Person, item: EvidenceItem) -> bool:
    """Whether the item is one of `viewable_items(user)`."""
    return viewable_items(user).filter(pk=item.pk).exists()


def can_play_item(user: Person, item: EvidenceItem) -> bool:
    """Whether the person may see the working copy and the poster, given a purpose. Never of a quarantined item."""
    return item.state not in NEVER_OPENED and has_role(user, item.agency, *PLAYERS) and is_open_to(user, item)


def can_replay_item(user: Person, item: EvidenceItem) -> bool:
    """Whether the item is the person's own gift, and may be opened: its giver sees the pictures without a purpose.

    Never a restricted one: in a shared account somebody else may open it.
    """
    if not isinstance(user, User) or user.is_staff or item.state in NEVER_OPENED or item.is_restricted:
        return False
    return can_view_item(user, item)


def can_download_original(user: Person, item: EvidenceItem) -> bool:
    """Whether the person may take the original, given a purpose. Never before it is sealed, nor in quarantine."""
    if item.state == ItemState.RECEIVED or item.state in NEVER_OPENED:
        return False
    return has_role(user, item.agency, *DOWNLOADERS) and is_open_to(user, item)


def can_triage_item(user: Person, item: EvidenceItem) -> bool:
    """Whether the person decides if the item is evidence."""
    return has_role(user, item.agency, *TRIAGERS) and is_open_to(user, item)


def can_restrict_item(user: Person, item: EvidenceItem) -> bool:
    """Whether the person hides the item from all but cleared colleagues, also if that hides it from themselves."""
    return has_role(user, item.agency, *RESTRICTERS) and is_open_to(user, item)


def can_lift_restriction(user: Person, item: EvidenceItem) -> bool:
    """Whether the person, who is cleared, shows the item to colleagues again."""
    return is_cleared(user, item.agency) and has_role(user, item.agency, *RESTRICTION_LIFTERS)


def can_retry_item(user: Person, item: EvidenceItem) -> bool:
    """Whether the person may have a stuck or unplayable item tried again."""
    return has_role(user, item.agency, *RETRIERS) and is_open_to(user, item)


def viewable_submissions(user: Person) -> QuerySet[Submission]:
    """Submissions with an item that the person may see."""
    seen = viewable_items(user)
    if seen.query.is_empty():
        return Submission.objects.none()
    return Submission.objects.filter(Exists(seen.filter(submission_id=OuterRef("pk"))))


def can_view_submission(user: Person, submission: Submission) -> bool:
    """Whether the submission is one of `viewable_submissions(user)`."""
    return viewable_submissions(user).filter(pk=submission.pk).exists()


def viewable_derivatives(user: Person) -> QuerySet[Derivative]:
    """What was made from items that the person may see: that it exists, not its pictures."""
    seen = viewable_items(user)
    return Derivative.objects.none() if seen.query.is_empty() else Derivative.objects.filter(item__in=seen)


def can_view_derivative(user: Person, derivative: Derivative) -> bool:
    """Whether the derivative is one of `viewable_derivatives(user)`."""
    return viewable_derivatives(user).filter(pk=derivative.pk).exists()


def viewable_format_guides(user: Person) -> QuerySet[FormatGuide]:
    """The program's own people read the catalog; everybody who sees an item reads the guide on its page."""
    readers = (Role.PROGRAM_MANAGER, Role.AUDITOR)
    return FormatGuide.objects.all() if serves_as(user, *readers) else FormatGuide.objects.none()


def can_view_format_guide(user: Person, guide: FormatGuide) -> bool:
    """Whether the guide is one of `viewable_format_guides(user)`."""
    return viewable_format_guides(user).filter(pk=guide.pk).exists()


def can_edit_format_guides(user: Person) -> bool:
    """Program managers write it: it belongs to the program, not to one agency."""
    return serves_as(user, Role.PROGRAM_MANAGER)


def viewable_fixity_checks(user: Person) -> QuerySet[FixityCheck]:
    """Staff see the checks of the items they see; owners see the outcome on the item's own page."""
    if not isinstance(user, User) or not user.is_staff:
        return FixityCheck.objects.none()
    seen = viewable_items(user)
    return FixityCheck.objects.none() if seen.query.is_empty() else FixityCheck.objects.filter(item__in=seen)


def can_view_fixity_check(user: Person, check: FixityCheck) -> bool:
    """Whether the check is one of `viewable_fixity_checks(user)`."""
    return viewable_fixity_checks(user).filter(pk=check.pk).exists()


def viewable_holds(user: Person) -> QuerySet[EvidenceHold]:
    """Staff see the holds on the items they see; a giver is not told of them."""
    if not isinstance(user, User) or not user.is_staff:
        return EvidenceHold.objects.none()
    seen = viewable_items(user)
    return EvidenceHold.objects.none() if seen.query.is_empty() else EvidenceHold.objects.filter(item__in=seen)


def can_view_hold(user: Person, hold: EvidenceHold) -> bool:
    """Whether the hold is one of `viewable_holds(user)`."""
    return viewable_holds(user).filter(pk=hold.pk).exists()


def viewable_case_holds(user: Person) -> QuerySet[CaseHold]:
    """Staff who see items see the holds on the cases of their agencies."""
    if not isinstance(user, User) or not user.is_staff or not serves_as(user, *VIEWERS):
        return CaseHold.objects.none()
    return CaseHold.objects.filter(case__agency__in=agencies_of(user, *VIEWERS))


def can_view_case_hold(user: Person, hold: CaseHold) -> bool:
    """Whether the hold is one of `viewable_case_holds(user)`."""
    return viewable_case_holds(user).filter(pk=hold.pk).exists()


def can_hold_case(user: Person, case: Case) -> bool:
    """Whether the person places and lifts holds on this case."""
    return has_role(user, case.agency, *RECORDS_KEEPERS)


def is_records_keeper(user: Person, item: EvidenceItem) -> bool:
    """Whether a records duty is a ground on which this person may see the item."""
    return has_role(user, item.agency, *RECORDS_KEEPERS) and is_open_to(user, item)


def cases_worked_on(user: Person, *roles: str) -> QuerySet[Case]:
    """Cases on which the person works: author of one of its requests, or with a recorded reason that has not ended.

    In one of `roles`; as a detective or supervisor if none is named.
    """
    roles = roles or TRIAGERS
    if not isinstance(user, User) or not user.is_staff or not serves_as(user, *roles):
        return Case.objects.none()
    asked = FootageRequest.objects.filter(case_id=OuterRef("pk"), author=user)
    purposes = Purpose.objects.filter(case_id=OuterRef("pk"), user=user, ends_at__gt=timezone.now())
    mine = Case.objects.filter(agency__in=agencies_of(user, *roles))
    return mine.filter(Q(Exists(asked)) | Q(Exists(purposes)))


def can_take_at_scene(user: Person, case: Case) -> bool:
    """Whether the person takes a recorder's export for this case: a detective or supervisor who works on it."""
    return cases_worked_on(user).filter(pk=case.pk).exists()


def viewable_handovers(user: Person) -> QuerySet[Handover]:
    """What the person took, and what colleagues took for cases on which the person works."""
    cases = cases_worked_on(user)
    if not isinstance(user, User) or not user.is_staff or not serves_as(user, *TRIAGERS):
        return Handover.objects.none()
    return Handover.objects.filter(Q(taken_by=user) | Q(case__in=cases), agency__in=agencies_of(user, *TRIAGERS))


def can_view_handover(user: Person, handover: Handover) -> bool:
    """Whether the hand-over is one of `viewable_handovers(user)`."""
    return viewable_handovers(user).filter(pk=handover.pk).exists()


def can_take_files(user: Person, handover: Handover) -> bool:
    """Only the officer who began it has it signed, sends its files and ends it."""
    return isinstance(user, User) and handover.taken_by_id == user.pk and has_role(user, handover.agency, *TRIAGERS)
