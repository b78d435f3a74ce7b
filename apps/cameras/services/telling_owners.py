"""tell_owners_of_looks: those whose places a person opened, beyond what is usual, are told by letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.access.models import AccessEvent
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.findings import can_view_finding
from apps.agencies.models import Agency, Role
from apps.cameras.models import Camera
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.findings.models import Finding
from apps.findings.services import subject_of
from apps.ledger import services as ledger
from apps.notifications.models import Message
from apps.notifications.services import Draft, queue_messages
from apps.partners.messages import partner_address
from apps.partners.models import MemberRole, Membership, Partner

# What each kind of finding is about, as the accesses behind it know it.
_LOOKS: dict[str, Callable[[str], Q]] = {
    "access.many_places": lambda about: Q(purpose__user__public_id=about),
    "access.case_without_approval": lambda about: Q(purpose__case__public_id=about),
}
DAY = timedelta(hours=24)


def cameras_looked_at(finding: Finding) -> QuerySet[Camera]:
    """The cameras whose places were opened: from a day before the portal noticed until it last did. None for others."""
    if finding.kind not in _LOOKS or not finding.agency:
        return Camera.objects.none()
    looks = AccessEvent.objects.filter(
        _LOOKS[finding.kind](finding.about_id),
        subject_kind="camera",
        purpose__agency__public_id=finding.agency,
        entry__recorded_at__gt=finding.first_at - DAY,
        entry__recorded_at__lte=finding.last_at,
    )
    return Camera.objects.filter(public_id__in=looks.values("subject_id"))


def partners_to_tell(finding: Finding) -> int:
    """How many partners have an owner who would get a letter now."""
    return len({partner.pk for partner, _draft in _letters(finding)})


def tell_owners_of_looks(*, finding: Finding, by: User) -> int:
    """Write to the owners of what was seen, once for each finding; returns how many letters.

    A letter says how many of their cameras, when and which agency, and leads to each camera's history. It names
    neither the person nor a place. Raises NotAllowed for somebody who does not look after the finding or whom it is
    about, WrongState where there is nobody to tell who was not told before.
    """
    if not can_view_finding(by, finding):
        raise NotAllowed(_("Your role does not include this."), code="role")
    if (finding.about_kind, finding.about_id) == ("user", str(by.public_id)):
        raise NotAllowed(_("This is about you. Somebody else has to decide about it."), code="oneself")
    with transaction.atomic():
        finding = locked(Finding.objects).get(pk=finding.pk)  # two presses at once write each letter once
        letters = _letters(finding)
        if not letters:
            raise WrongState(_("There is nobody left to tell: the owners have a letter, or have left."), code="told")
        agency = Agency.objects.get(public_id=finding.agency)
        queue_messages([draft for _partner, draft in letters])
        ledger.record(
            "places.owners_told",
            subject_of(finding),
            acting_as(by, agency, Role.AUDITOR, Role.PROGRAM_MANAGER).actor,
            about=finding.about_id,
            partners=sorted({str(partner.public_id) for partner, _draft in letters}),
            letters=len(letters),
        )
    return len(letters)


def _letters(finding: Finding) -> list[tuple[Partner, Draft]]:
    """A letter for each owner of each partner that has none yet; none where the finding is not about looks."""
    if finding.kind not in _LOOKS or not finding.agency:
        return []
    agency = Agency.objects.get(public_id=finding.agency)
    seen: dict[int, set[UUID]] = defaultdict(set)
    for partner, camera in cameras_looked_at(finding).values_list("site__partner_id", "public_id"):
        seen[partner].add(camera)
    owners = Membership.objects.select_related("user", "partner").filter(
        partner__in=seen, role=MemberRole.OWNER, ended_at__isnull=True, user__is_active=True
    )
    keys = {f"places.seen:{finding.public_id}:{one.partner.public_id}:{one.user.public_id}": one for one in owners}
    told = set(Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    return [
        (one.partner, _letter(key, one, finding, agency.name, len(seen[one.partner_id])))
        for key, one in sorted(keys.items())
        if key not in told
    ]


def _letter(key: str, owner: Membership, finding: Finding, agency: str, cameras: int) -> Draft:
    with translation.override(owner.user.language or settings.LANGUAGE_CODE):
        context = {
            "person": owner.user,
            "agency": agency,
            "cameras": cameras,
            "since": finding.first_at - DAY,
            "until": finding.last_at,
            "cameras_link": partner_address(owner.partner.public_id, "cameras"),
            "portal_name": settings.PORTAL_NAME,
        }
        return Draft(
            kind="places.seen",
            recipient=owner.user.email,
            subject=_("Somebody at an agency looked at where your cameras are"),
            text=render_to_string("emails/cameras/seen.txt", context),
            dedupe_key=key,
        )
